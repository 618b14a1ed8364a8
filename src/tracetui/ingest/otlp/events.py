"""Messages in events: in log records, in the events of a span, or listed in an attribute.

Conventions 1.28 to 1.36 tell each message in an event of its own; later ones tell all of a call's in one.
"""

from typing import Any, NamedTuple

from tracetui.domain.parts import Side
from tracetui.ingest.otlp import payloads
from tracetui.ingest.otlp.forms import Attributes

_ROLES = {
    "gen_ai.system.message": "system",
    "gen_ai.developer.message": "developer",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}
_ORDER = {"system": 0, "developer": 0, "user": 1, "assistant": 2, "tool": 3}
_CHOICE = "gen_ai.choice"
_DETAILS = "gen_ai.client.inference.operation.details"
_PROMPTS = {"gen_ai.content.prompt": "gen_ai.prompt", "gen_ai.content.completion": "gen_ai.completion"}
_SAYS = ("content", "tool_calls", "parts", "refusal", "function_call", "reasoning_content")
_NOT_SAID = ("event.name", "gen_ai.message.index", "gen_ai.system", "gen_ai.provider.name")

NAMES = frozenset({*_ROLES, _CHOICE, _DETAILS, *_PROMPTS})
"""The events that hold messages."""


class Spoken(NamedTuple):
    """Messages of one side of a call."""

    side: Side
    messages: tuple[dict[str, Any], ...]
    """Messages of a request, choices of a response."""
    rank: int
    """Where they belong among others of the same moment."""


def spoken_in(name: str, attributes: Attributes, body: Any) -> list[Spoken]:
    """The messages that an event holds; nothing where they were not captured.

    Args:
        name: Of the event.
        attributes: Its own.
        body: The body of a log record; None of a span's event, whose attributes say everything.
    """
    index = attributes.get("gen_ai.message.index")
    rank = index * 10 if isinstance(index, int) and 0 <= index < 1_000_000 else 0
    if name in _ROLES:
        message = _message(_held(attributes, body), _ROLES[name])
        return [Spoken(Side.REQUEST, (message,), rank + _ORDER[_ROLES[name]])] if message else []
    if name == _CHOICE:
        choice = _choice(_held(attributes, body))
        return [Spoken(Side.RESPONSE, (choice,), rank)] if choice else []
    if name == _DETAILS:
        return _details(attributes, body)
    if name in _PROMPTS:
        key = _PROMPTS[name]
        given = attributes.get(key)
        if given in (None, ""):
            return []
        known = payloads.json_in(given, key)
        return _texts(name, given if known is None else known.value)
    return []


def messages_of(parts: list[Spoken]) -> list[dict[str, Any]]:
    """The messages of a request, in the order of their events."""
    return [message for part in parts if part.side is Side.REQUEST for message in part.messages]


def choices_of(parts: list[Spoken]) -> list[dict[str, Any]]:
    """The choices of a response, likewise."""
    return [choice for part in parts if part.side is Side.RESPONSE for choice in part.messages]


def _held(attributes: Attributes, body: Any) -> dict[str, Any]:
    """What an event says: its body, or the JSON in `gen_ai.event.content`, or else its attributes."""
    given = body if body is not None else attributes.get("gen_ai.event.content")
    if isinstance(given, str):
        known = payloads.json_in(given, "the body")
        if known is None or not isinstance(known.value, dict):
            return {"content": given}
        given = known.value
    held = given if isinstance(given, dict) else attributes
    return {key: value for key, value in held.items() if key not in _NOT_SAID and value is not None}


def _message(held: dict[str, Any], role: str) -> dict[str, Any] | None:
    """A message with its role; None where nothing of it was captured. An empty text was."""
    if all(held.get(key) in (None, [], {}) for key in _SAYS):
        return None
    return {"role": role, **held}


def _choice(held: dict[str, Any]) -> dict[str, Any] | None:
    message = held.get("message")
    if isinstance(message, str):
        known = payloads.json_in(message, "gen_ai.choice")
        message = known.value if known is not None and isinstance(known.value, dict) else {"content": message}
    outside: dict[str, Any] = {key: held[key] for key in ("index", "finish_reason") if key in held}
    if not isinstance(message, dict):
        message = {key: value for key, value in held.items() if key not in outside}
    said = _message({key: value for key, value in message.items() if value is not None}, "assistant")
    if said is None:
        return None
    index = outside.pop("index", 0)
    return {"index": index if isinstance(index, int) else 0, **outside, "message": said}


def _details(attributes: Attributes, body: Any) -> list[Spoken]:
    said = {**attributes, **body} if isinstance(body, dict) else attributes
    system = _list(said, "gen_ai.system_instructions")
    asked = [{"role": "system", "parts": system}] if system else []
    asked += [one for one in _list(said, "gen_ai.input.messages") if isinstance(one, dict)]
    answered = [
        {"index": index, **_reason(one), "message": one}
        for index, one in enumerate(_list(said, "gen_ai.output.messages"))
        if isinstance(one, dict)
    ]
    parts = []
    if asked:
        parts.append(Spoken(Side.REQUEST, tuple(asked), 0))
    if answered:
        parts.append(Spoken(Side.RESPONSE, tuple(answered), 0))
    return parts


def _reason(message: dict[str, Any]) -> dict[str, Any]:
    return {"finish_reason": message["finish_reason"]} if message.get("finish_reason") else {}


def _list(said: Attributes, key: str) -> list[Any]:
    value = said.get(key)
    if value is None:
        return []
    known = payloads.json_in(value, key)
    if known is None:
        # Cut off by a limit on the length of attributes: what there is of it is the text.
        return [{"role": "assistant" if "output" in key else "user", "content": value}]
    return known.value if isinstance(known.value, list) else []


def _texts(name: str, given: Any) -> list[Spoken]:
    """Texts of conventions up to 1.27: a text, a message or a list of messages."""
    is_answer = name == "gen_ai.content.completion"
    role = "assistant" if is_answer else "user"
    turns = given if isinstance(given, list) else [given]
    messages = [turn if isinstance(turn, dict) else {"role": role, "content": str(turn)} for turn in turns]
    if is_answer:
        choices = tuple({"index": index, "message": message} for index, message in enumerate(messages))
        return [Spoken(Side.RESPONSE, choices, 0)]
    return [Spoken(Side.REQUEST, tuple(messages), 0)]
