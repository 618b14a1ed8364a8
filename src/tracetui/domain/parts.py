"""What belongs to a trace but comes on its own: messages in log records, and the spans around a call.

A sender of OpenTelemetry puts what was said into log records that arrive before or after the span they are about,
and ends the spans around a call after the call itself. Whatever comes first, the same trace results.
"""

from dataclasses import dataclass
from enum import IntEnum


def span_record_id(trace_id: bytes, span_id: bytes) -> str:
    """The record id of the trace that a span is: both ids in hexadecimal, with a colon between them.

    A store takes others too, but keeps this one in no space.
    """
    return f"{trace_id.hex()}:{span_id.hex()}"


class Side(IntEnum):
    """Which payload a message belongs to. The numbers are those in the store."""

    REQUEST = 0
    RESPONSE = 1


@dataclass(slots=True)
class TracePart:
    """Messages of one trace, as they came apart from it."""

    origin: str
    record_id: str
    """With the origin: the trace that it is about, which may not be known yet."""
    part_id: str
    """What makes it the same part when it comes again."""
    at_ns: int
    """Its place among the parts of a side, nanoseconds since the epoch; equal ones in the order of `part_id`."""
    side: Side
    messages: tuple[bytes, ...]
    """JSON values in their order: `{"role": ..., "content": ...}` of a request, choices of a response."""
    raw: bytes
    """The source record as it came."""


@dataclass(slots=True)
class Span:
    """One operation of a distributed trace, kept for what it says of the calls below it and for later."""

    origin: str
    trace_id: bytes
    """16 bytes."""
    span_id: bytes
    """8 bytes."""
    parent_span_id: bytes | None
    name: str
    start_us: int
    end_us: int | None
    record_id: str | None = None
    """Of the trace that this span is a model call of; None: it surrounds calls."""
    source_type: str | None = None
    """What calls below it are sent by, where they do not say themselves; the nearest span that knows decides. Of a
    model call's own span: what its trace is sent by as long as no span above it knows."""
    source: str | None = None
    """Likewise."""
    user_id: str | None = None
    """For whom calls below it are, where they do not say themselves; likewise the nearest that knows decides."""
    session: str | None = None
    """Likewise."""
    raw: bytes = b""
    """The source record as it came; empty of a model call, whose trace has it."""
