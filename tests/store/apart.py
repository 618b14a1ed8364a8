"""Messages and spans that come apart from their trace, for tests. A test shows only what it is about."""

import json
from typing import Any

from tests.fakes import NOON_US, a_trace
from tracetui.domain.parts import Side, Span, TracePart, span_record_id
from tracetui.domain.trace import Trace

TREE = bytes(15) + b"\x01"


def asked(text: str, *, of: str = "req-1", at: int = 0, role: str = "user", **fields: Any) -> TracePart:
    """A message of a request."""
    return _part(Side.REQUEST, {"role": role, "content": text}, of, at, fields)


def answered(text: str, *, of: str = "req-1", at: int = 9, why: str = "stop", **fields: Any) -> TracePart:
    """A choice of a response."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": why}
    return _part(Side.RESPONSE, choice, of, at, fields)


def _part(side: Side, message: object, of: str, at: int, fields: dict[str, Any]) -> TracePart:
    text = json.dumps(message).encode()
    known: dict[str, Any] = {
        "origin": "test",
        "record_id": of,
        "part_id": f"{side.name} {at}",
        "at_ns": NOON_US * 1_000 + at,
        "side": side,
        "messages": (text,),
        "raw": b"log record of " + text,
    }
    return TracePart(**(known | fields))


def a_span(number: int, parent: int | None = None, **fields: Any) -> Span:
    """A span that surrounds calls, by its number in one tree."""
    known: dict[str, Any] = {
        "origin": "test",
        "trace_id": TREE,
        "span_id": _id(number),
        "parent_span_id": None if parent is None else _id(parent),
        "name": f"span {number}",
        "start_us": NOON_US + number,
        "end_us": NOON_US + number + 1,
        "raw": b"span %d" % number,
    }
    return Span(**(known | fields))


def a_call(number: int, parent: int | None = None, **fields: Any) -> tuple[Trace, Span]:
    """A trace and the span that it is, by its number in the same tree."""
    record_id = span_record_id(TREE, _id(number))
    trace = a_trace(record_id, executed_at_us=NOON_US + number, raw=b"call %d" % number, **fields)
    return trace, a_span(number, parent, record_id=record_id, raw=b"")


def _id(number: int) -> bytes:
    return number.to_bytes(8, "big")
