"""What messages that came apart from their trace make of it: payloads and texts. Values in, values out; no SQL.

Composed anew from all parts whenever some arrive, in the order of their times: whatever came first, or twice, or
months later, makes the same trace. What the trace's own records say is never touched.
"""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tracetui.display.conversation import answered_in, as_text, asked_in, newest_turn_at
from tracetui.domain.parts import Side
from tracetui.domain.trace import Trace

MOST_BYTES = 64 * 1024 * 1024
"""Messages of one side beyond which no more are put into a payload; their records are kept all the same."""

LONGEST_REASON = 10_000
"""Characters of all finish reasons together: as long as a name may be."""

_KEYS = {Side.REQUEST: "messages", Side.RESPONSE: "choices"}


class Message(NamedTuple):
    """A part of a trace, as far as it says something; they sort in the order in which they were said."""

    at_ns: int
    part_id: str
    side: Side
    messages: tuple[bytes, ...]
    """JSON values."""


class Composed(NamedTuple):
    """What stands in for what the records of a trace lack; None where they have it, or no part says it."""

    input: str | None = None
    output: str | None = None
    request: bytes | None = None
    response: bytes | None = None
    newest_turn_at: int | None = None
    finish_reason: str | None = None


NOTHING = Composed()


def compose(own: Trace, parts: Iterable[Message]) -> Composed:
    """What the parts of a trace say that its own records do not.

    A request that was put together from the attributes of a span and holds no message gets those of the parts.
    """
    in_order = sorted(parts)
    asked, answered = (_messages(in_order, side) for side in (Side.REQUEST, Side.RESPONSE))
    request = _payload(Side.REQUEST, asked, own.request, own.is_reconstructed)
    response = _payload(Side.RESPONSE, answered, own.response, own.is_reconstructed)
    input = newest = output = finish_reason = None
    if own.input is None and asked and (said := asked_in({"messages": _read_all(asked)})):
        input, newest = as_text(said), newest_turn_at(said)
    choices = _read_all(answered) if own.output is None or own.finish_reason is None else []
    if own.output is None and choices and (said := answered_in({"choices": choices})):
        output = as_text(said)
    if own.finish_reason is None:
        reasons = [choice.get("finish_reason") for choice in choices if isinstance(choice, dict)]
        told = dict.fromkeys(reason for reason in reasons if isinstance(reason, str) and reason)
        finish_reason = ", ".join(told)[:LONGEST_REASON] or None
    return Composed(input, output, request, response, newest, finish_reason)


def _messages(in_order: Sequence[Message], side: Side) -> list[bytes]:
    found: list[bytes] = []
    size_bytes = 0
    for part in in_order:
        if part.side is side:
            size_bytes += sum(map(len, part.messages))
            if size_bytes > MOST_BYTES:
                break
            found += part.messages
    return found


def _payload(side: Side, messages: Sequence[bytes], own: bytes | None, is_reconstructed: bool) -> bytes | None:
    """The payload of one side; None where the trace's own one stands, or nothing was said."""
    if not messages:
        return None
    key, base = _KEYS[side], b""
    if own is not None:
        known = _read(own) if is_reconstructed else None
        read = asked_in if side is Side.REQUEST else answered_in
        if not isinstance(known, dict) or read(known):
            return None
        known.pop(key, None)
        base = json.dumps(known, ensure_ascii=False, separators=(",", ":")).encode()[1:-1]
    return b"{%s%s%s:[%s]}" % (base, b"," if base else b"", json.dumps(key).encode(), b",".join(messages))


def _read(payload: bytes) -> object:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def _read_all(messages: Sequence[bytes]) -> list[object]:
    return [_read(message) for message in messages]
