"""Request and response payloads of a call, as JSON: whole where the sender gives them whole, else put together.

What a sender wrote as JSON goes into a payload byte for byte; it is read once, and the texts are taken from what
was read.
"""

import json
from typing import Any, NamedTuple

from tracetui.ingest.items import DEEPEST
from tracetui.ingest.otlp.forms import BadSpan

_dumped = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_quoted = json.encoder.encode_basestring


class Json(NamedTuple):
    """A value, and the bytes that it is in JSON."""

    value: Any
    content: bytes


class Payload(NamedTuple):
    """One side of a call."""

    value: dict[str, Any]
    """Read, for the texts in it."""
    content: bytes
    is_whole: bool = False
    """Whether the sender gives it as a whole, and nothing was put together."""


def json_in(value: Any, key: str) -> Json | None:
    """The JSON in a text, or of a value that is no text; None where a text is no JSON.

    Raises:
        BadSpan: It is nested too deeply.
    """
    if not isinstance(value, str):
        return of(value)
    try:
        read = _loaded(value)
    except RecursionError:
        raise BadSpan(_too_deep(key)) from None
    except ValueError:
        return None
    if value.count("[") + value.count("{") > DEEPEST and _is_too_deep(read):
        raise BadSpan(_too_deep(key))
    return Json(read, _encoded(value))


def of(value: Any) -> Json:
    """A value with its JSON."""
    return Json(value, _encoded(_written(value)))


def object_of(members: dict[str, Json | None]) -> Payload:
    """Members put together, those left out that are None."""
    values: dict[str, Any] = {}
    pieces = []
    for name, member in members.items():
        if member is not None:
            values[name] = member.value
            pieces.append(b'"%b":%b' % (name.encode(), member.content))
    return Payload(values, b"{%b}" % b",".join(pieces))


def behind(before: dict[str, Any], rest: Payload) -> Payload:
    """An object with members put before those that it has."""
    if not before:
        return rest
    pieces = [
        f"{_quoted(name)}:{_quoted(value) if type(value) is str else _dumped(value)}"
        for name, value in before.items()
    ]
    separator = b"," if rest.value else b""
    return Payload(before | rest.value, b"{%b%b%b" % (_encoded(",".join(pieces)), separator, rest.content[1:]))


def list_of(items: list[Json]) -> Json:
    """A list put together."""
    return Json([item.value for item in items], b"[" + b",".join([item.content for item in items]) + b"]")


def elements(whole: Json) -> list[Json]:
    """The elements of a list; of one that has a single one, in the bytes that came."""
    if len(whole.value) == 1:
        return [Json(whole.value[0], whole.content.strip()[1:-1].strip())]
    return [of(value) for value in whole.value]


def _too_deep(key: str) -> str:
    return f"{key} is nested more than {DEEPEST} levels deep"


def _is_too_deep(value: Any) -> bool:
    """Whether lists and objects nest too deeply; level by level, without recursion."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _written(value: Any) -> str:
    """A value as JSON; what most are without an encoder, which is made anew for each."""
    kind = type(value)
    return _quoted(value) if kind is str else str(value) if kind is int else _dumped(value)


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Halves of a pair that stand alone: JSON has them as escapes, UTF-8 has not.
        return "".join(f"\\u{ord(sign):04x}" if "\ud800" <= sign <= "\udfff" else sign for sign in text).encode()


def _no_constant(word: str) -> None:
    raise ValueError(word)


# One for all: to make a decoder takes as long as to read a short text with it.
_loaded = json.JSONDecoder(parse_constant=_no_constant).decode
