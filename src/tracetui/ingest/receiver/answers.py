"""What a sender is told: in the encoding that it sent, as the OTLP specification wants it.

Source: https://opentelemetry.io/docs/specs/otlp/, sections "OTLP/HTTP Response" and "Failures". The two messages
have two fields each, so that they are written here by hand: `google.rpc.Status` is in no package that is needed
for anything else.
"""

import json
from enum import Enum, StrEnum
from typing import NamedTuple


class Signal(StrEnum):
    """What a body holds."""

    TRACES = "traces"
    LOGS = "logs"
    METRICS = "metrics"

    @property
    def rejected_field(self) -> str:
        """What the JSON of a partial success calls the number of rejected items."""
        return {"traces": "rejectedSpans", "logs": "rejectedLogRecords", "metrics": "rejectedDataPoints"}[self]


class Encoding(StrEnum):
    """How a body is written, and hence its answer."""

    PROTOBUF = "protobuf"
    JSON = "json"

    @property
    def content_type(self) -> str:
        """As the header says it."""
        return "application/json" if self is Encoding.JSON else "application/x-protobuf"


class Kind(Enum):
    """Why a body was not taken: the HTTP status, the code of `google.rpc.Status`, and whether to send it again."""

    UNREADABLE = (400, 3, False)
    NO_TOKEN = (401, 16, False)
    FROM_A_WEB_PAGE = (403, 7, False)
    NO_SUCH_PATH = (404, 5, False)
    WRONG_METHOD = (405, 12, False)
    TOO_SLOW = (408, 4, False)
    TOO_LARGE = (413, 3, False)
    WRONG_TYPE = (415, 3, False)
    TOO_MANY = (429, 8, True)
    BROKEN = (500, 13, False)
    UNAVAILABLE = (503, 14, True)

    @property
    def http_status(self) -> int:
        """The status of the answer."""
        return self.value[0]

    @property
    def code(self) -> int:
        """The code inside its body. Source: google/rpc/code.proto."""
        return self.value[1]

    @property
    def is_for_later(self) -> bool:
        """Whether the same body may be taken later."""
        return self.value[2]


class Refusal(Exception):
    """A body that was not taken, or not now.

    Args:
        kind: What kind of no.
        message: One sentence for whoever reads the sender's log.
    """

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class Taken(NamedTuple):
    """A body that was taken: everything in it that can ever be stored is on disk."""

    rejected: int = 0
    """Spans, log records or data points of it that can never be stored."""
    message: str = ""
    """Why they cannot; empty where all are stored."""


def success(taken: Taken, signal: Signal, encoding: Encoding) -> bytes:
    """The body of a 200: empty but for what was rejected."""
    if encoding is Encoding.JSON:
        if not taken.rejected and not taken.message:
            return b"{}"
        # 64-bit numbers are text in the JSON of protobuf.
        partial = {signal.rejected_field: str(taken.rejected), "errorMessage": taken.message}
        return json.dumps({"partialSuccess": partial}).encode()
    partial_bytes = _number(1, taken.rejected) + _text(2, taken.message)
    return _bytes(1, partial_bytes) if partial_bytes else b""


def failure(refusal: Refusal, encoding: Encoding) -> bytes:
    """The body of any other answer: a `google.rpc.Status`."""
    if encoding is Encoding.JSON:
        return json.dumps({"code": refusal.kind.code, "message": refusal.message}).encode()
    return _number(1, refusal.kind.code) + _text(2, refusal.message)


def status_for_later(refusal: Refusal, code: int, retry_after_s: int) -> bytes:
    """A `google.rpc.Status` with a `google.rpc.RetryInfo`, as gRPC carries it in `grpc-status-details-bin`."""
    delay = _bytes(1, _number(1, retry_after_s))
    info = _text(1, "type.googleapis.com/google.rpc.RetryInfo") + _bytes(2, delay)
    return _number(1, code) + _text(2, refusal.message) + _bytes(3, info)


def _number(field: int, value: int) -> bytes:
    return bytes([field << 3]) + _varint(value) if value else b""


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode(errors="replace")) if value else b""


def _bytes(field: int, value: bytes) -> bytes:
    return bytes([field << 3 | 2]) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
