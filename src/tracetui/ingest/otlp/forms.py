"""Spans and log records as every encoding gives them: plain values, checked for what no store can hold.

Decided here: which ids and times are none. Values of attributes are those of JSON (text, whole and other numbers,
truth, lists, objects, None), whatever they were in the body.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from tracetui.ingest.values import END_US, LARGEST

Attributes = dict[str, Any]
NO_TIME = 0
_TRACE_ID_BYTES = 16
_SPAN_ID_BYTES = 8


class BadSpan(ValueError):
    """A span or log record that can never be stored; says why."""


class Sender(NamedTuple):
    """Who sent a span or a log record."""

    resource: Attributes
    scope: str
    """Name of the instrumentation; empty where it does not say."""


class Event(NamedTuple):
    """Something that happened inside a span."""

    name: str
    at_ns: int
    attributes: Attributes


@dataclass(slots=True)
class SpanForm:
    """One span. The ids are as long as they must be, and the span ends no earlier than it starts."""

    sender: Sender
    trace_id: bytes
    span_id: bytes
    parent_span_id: bytes | None
    name: str
    start_ns: int
    end_ns: int
    attributes: Attributes
    events: list[Event]
    is_error: bool
    status_message: str
    raw: bytes
    """A request that holds this span alone, with its resource and scope; `decode` reads it again."""

    @property
    def record_id(self) -> str:
        """What makes it the same span when it comes again."""
        return f"{self.trace_id.hex()}:{self.span_id.hex()}"


@dataclass(slots=True)
class LogForm:
    """One log record."""

    sender: Sender
    trace_id: bytes
    """Empty: it belongs to no span."""
    span_id: bytes
    event: str
    """Name of the event; empty where it is a line of text."""
    at_ns: int
    attributes: Attributes
    body: Any
    raw: bytes

    @property
    def record_id(self) -> str:
        """Of the span that it is about."""
        return f"{self.trace_id.hex()}:{self.span_id.hex()}"


def checked_ids(trace_id: bytes, span_id: bytes, parent_span_id: bytes) -> bytes | None:
    """Check the ids of a span.

    Returns:
        The id of its parent; None where it has none.

    Raises:
        BadSpan: An id is missing, all zeros, or of another length than it must be.
    """
    if len(trace_id) != _TRACE_ID_BYTES or not any(trace_id):
        raise BadSpan(f"its trace id is {_shown(trace_id)}, not 16 bytes")
    if len(span_id) != _SPAN_ID_BYTES or not any(span_id):
        raise BadSpan(f"its span id is {_shown(span_id)}, not 8 bytes")
    if not parent_span_id or not any(parent_span_id):
        return None
    if len(parent_span_id) != _SPAN_ID_BYTES:
        raise BadSpan(f"its parent's span id is {_shown(parent_span_id)}, not 8 bytes")
    return parent_span_id


def check_times(start_ns: int, end_ns: int) -> None:
    """Check when a span was.

    Raises:
        BadSpan: A time is missing or outside 1970 to 2100, or the span ends before it starts, or goes on too long.
    """
    if start_ns <= NO_TIME or end_ns <= NO_TIME:
        raise BadSpan(f"has no time of its {'start' if start_ns <= NO_TIME else 'end'}")
    if end_ns // 1000 >= END_US:
        raise BadSpan("is not between 1970 and 2100")
    if end_ns < start_ns:
        raise BadSpan(f"ends {(start_ns - end_ns) / 1e6:,.3f} ms before it starts")
    if (end_ns - start_ns) // 1000 > LARGEST:
        raise BadSpan("goes on for more than 115 days")


def log_ids(trace_id: bytes, span_id: bytes) -> tuple[bytes, bytes]:
    """The ids of the span that a log record is about; empty where it is about none."""
    is_about_a_span = (
        len(trace_id) == _TRACE_ID_BYTES and len(span_id) == _SPAN_ID_BYTES and any(trace_id) and any(span_id)
    )
    return (trace_id, span_id) if is_about_a_span else (b"", b"")


def _shown(id_: bytes) -> str:
    if not id_:
        return "missing"
    return "all zeros" if not any(id_) else f"{len(id_)} bytes long"
