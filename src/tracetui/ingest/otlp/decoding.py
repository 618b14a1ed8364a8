"""One body of OTLP to records: knows neither encodings nor dialects, only who is asked in which order."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tracetui.domain.ports import Record
from tracetui.ingest.items import Options

Signal = Literal["traces", "logs"]
Encoding = Literal["protobuf", "json"]


class Rejected(NamedTuple):
    """A span or log record that can never be stored."""

    reason: str
    """A sentence without a full stop."""
    raw: bytes
    """It alone, as it came."""


@dataclass(slots=True)
class Decoded:
    """What a body holds."""

    records: list[Record] = field(default_factory=list)
    """In the order of the body: what is to be written."""
    spans: int = 0
    """Spans in the body, those rejected and those not kept included."""
    log_records: int = 0
    """Log records in the body, likewise."""
    rejected: list[Rejected] = field(default_factory=list)


def decode(body: bytes, *, signal: Signal, encoding: Encoding, options: Options) -> Decoded:
    """Read a body of OTLP.

    Args:
        body: The whole body, unpacked; of at most `items.LARGEST_RECORD_BYTES`, which the caller sees to.
        signal: Which request it is: an ExportTraceServiceRequest or an ExportLogsServiceRequest.
        encoding: How it is written.
        options: What the user said: an origin other than `otlp`, what the config knows of names.

    Raises:
        BadRecord: It is no such request. Nothing of it can be stored, now or later.
    """
    raise NotImplementedError
