"""Telling OTLP by its content: JSON by its first key, protobuf, which has no mark of its own, by its framing."""

import re
from typing import Literal, NamedTuple

Signal = Literal["traces", "logs"]
Encoding = Literal["protobuf", "json"]

_JSON = re.compile(rb'\s*(?:\[\s*)?\{\s*"(resource_?[sS]pans|resource_?[lL]ogs)"\s*:')
_LENGTH = 2
_SPAN_BEGINS = b"\n\x10"
"""A span begins with its trace id: field 1, 16 bytes."""
_LOG_BEGINS = (b"\x09", b"\x10", b"\x1a", b"\x2a", b"\x59")
"""A log record begins with a time, a severity, a body, or the time when it was seen."""
_PREFIX_BYTES = 4
"""The collector's file exporter puts the size of each body before it, in this many bytes."""


class Kind(NamedTuple):
    """What a body is."""

    signal: Signal
    encoding: Encoding
    has_sizes: bool = False
    """Whether several bodies follow one another, each behind its size."""


def kind_of(head: bytes) -> Kind | None:
    """What the beginning of an input, or a whole record, shows it to be; None where it is no OTLP."""
    match = _JSON.match(head)
    if match is not None:
        return Kind("traces" if match[1].lower().endswith(b"spans") else "logs", "json")
    signal = _protobuf(head)
    if signal is not None:
        return Kind(signal, "protobuf")
    if head[:1] == b"\x00" and (signal := _protobuf(head[_PREFIX_BYTES:])) is not None:
        return Kind(signal, "protobuf", has_sizes=True)
    return None


def _protobuf(head: bytes) -> Signal | None:
    """Walk down to the first record: request, resource, scope. What stands beside them must be framed as well."""
    of_resource = _inside(head, 1, (1, 2, 3))
    of_scope = None if of_resource is None else _inside(of_resource, 2, (1, 2, 3))
    record = None if of_scope is None else _inside(of_scope, 2, (1, 2, 3))
    if record is None:
        return None
    if record.startswith(_SPAN_BEGINS) and record[18:20] in (b"\x12\x08", b""):
        return "traces"
    return "logs" if record.startswith(_LOG_BEGINS) else None


def _inside(message: bytes, number: int, known: tuple[int, ...]) -> bytes | None:
    """The first message in a message, as far as it is there; None where the bytes are no such message."""
    at = 0
    while at < len(message):
        tag = message[at]
        if tag & 7 != _LENGTH or tag >> 3 not in known:
            return None
        size, shift = 0, 0
        at += 1
        while at < len(message) and shift < 35:
            size |= (message[at] & 0x7F) << shift
            at += 1
            if message[at - 1] < 0x80:
                break
            shift += 7
        if tag >> 3 == number:
            return message[at : at + size]
        at += size
    return None
