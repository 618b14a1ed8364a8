"""One JSON object from one line, with the exact bytes of its request and response payloads.

Decides what is JSON here: UTF-8, no NaN or Infinity, at most 500 levels, numbers of at most 4,300 digits. The
payloads are cut out of the line, never written anew: what a user copies is what the sender wrote. Knows
nothing of traces.
"""

import json
import os
import re
from typing import Any, NamedTuple, NoReturn

from tracetui.ingest.items import DEEPEST
from tracetui.ingest.values import Note, shown

PAYLOADS = ("request", "response")
"""Top-level keys whose values are kept as bytes and not taken apart."""

_STAND_IN = "payload-" + os.urandom(16).hex()
"""Random: a record that holds it cannot have been made on purpose."""
_QUOTED_STAND_IN = f'"{_STAND_IN}"'
_SPACE = re.compile(r"[ \t\n\r]*")
_STRUCTURE = re.compile(r'\\.|["\[\]{}]', re.DOTALL)


class BadRecord(ValueError):
    """A record that cannot be taken; says why, without file and line."""


class Parsed(NamedTuple):
    """An object, its payloads apart."""

    fields: dict[str, Any]
    """All its keys; a payload that is not null has a stand-in for a value."""
    request: bytes | None
    """The bytes of its value; None where null or absent."""
    response: bytes | None


class _Cut(NamedTuple):
    """Where a payload stands in a line."""

    start: int
    end: int
    payload: bytes | None

    def __bool__(self) -> bool:
        return self.payload is not None


_NO_CUT = _Cut(0, 0, None)


def _refuse_constant(word: str) -> NoReturn:
    raise BadRecord(f"has {word}, which is not JSON")


class JsonText:
    """Reads objects one after the other. Not shared between threads.

    Args:
        note: Told of duplicate keys.
    """

    def __init__(self, note: Note) -> None:
        self._note = note
        self._has_duplicates = False
        self._scan = json.JSONDecoder(parse_constant=_refuse_constant).raw_decode
        self._decode = json.JSONDecoder(object_pairs_hook=self._object, parse_constant=_refuse_constant).decode

    def parse(self, line: bytes) -> Parsed:
        """Read one object.

        Raises:
            BadRecord: It is no JSON object in UTF-8, or is nested too deeply.
        """
        text = decoded(line)
        if is_too_deep(text):
            raise BadRecord(f"is nested more than {DEEPEST} levels deep")
        self._has_duplicates = False
        try:
            parsed = self._with_known_keys(text) or self._walked(text)
        except json.JSONDecodeError as error:
            raise not_json(error) from None
        except BadRecord:
            raise
        except ValueError:
            # json raises a plain ValueError only from int(): more digits than Python turns into a number.
            raise BadRecord("has a number of more than 4,300 digits") from None
        if self._has_duplicates:
            self._note("of a key that stands twice in an object the last one counts")
        return parsed

    def _with_known_keys(self, text: str) -> Parsed | None:
        """Cut the payloads out where their keys first stand; None where it takes a walk.

        A slice that is one JSON value, and a rest that is one JSON object without duplicate keys and with the
        stand-in at the payload's key, prove together that the slice is that key's value. So nothing else about the
        place needs a check, and every byte is parsed once, as json.loads does it.
        """
        request = self._payload(text, "request", 0)
        response = self._payload(text, "response", request.end) or self._payload(text, "response", 0)
        cuts = sorted(cut for cut in (request, response) if cut.payload is not None)
        rest: list[str] = []
        done = 0
        for cut in cuts:
            if cut.start < done:
                return None
            rest += (text[done : cut.start], _QUOTED_STAND_IN)
            done = cut.end
        rest.append(text[done:])
        fields = self._checked_object("".join(rest))
        for key, cut in zip(PAYLOADS, (request, response), strict=True):
            if fields.get(key) != (None if cut.payload is None else _STAND_IN):
                return None
        return None if self._has_duplicates else Parsed(fields, request.payload, response.payload)

    def _payload(self, text: str, key: str, begin: int) -> _Cut:
        at = text.find(f'"{key}":', begin)
        if at < 0:
            return _NO_CUT
        start = at + len(key) + 3
        if text.startswith(" ", start):
            start += 1
        try:
            value, end = self._scan(text, start)
        except json.JSONDecodeError:
            return _NO_CUT
        return _NO_CUT if value is None else _Cut(start, end, text[start:end].encode())

    def _walked(self, text: str) -> Parsed:
        """Go from key to key. Needed where request or response is a key inside another value, or written oddly."""
        fields = self._checked_object(text)
        payloads: dict[str, bytes | None] = {}
        at = _skip(text, text.index("{") + 1)
        while text[at] == '"':
            key, at = self._scan(text, at)
            start = _skip(text, _skip(text, at) + 1)
            value, end = self._scan(text, start)
            if key in PAYLOADS:
                payloads[key] = None if value is None else text[start:end].encode()
                fields[key] = None if value is None else _STAND_IN
            at = _skip(text, end)
            at = _skip(text, at + 1) if text[at] == "," else at
        return Parsed(fields, payloads.get("request"), payloads.get("response"))

    def _checked_object(self, text: str) -> dict[str, Any]:
        value = self._decode(text)
        if type(value) is not dict:
            raise BadRecord(f"is {shown(value)}, not a JSON object")
        return value

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            self._has_duplicates = True
        return made


def not_json(error: json.JSONDecodeError) -> BadRecord:
    """Why a text is no JSON, and where; some of Python's messages end in "at" themselves."""
    return BadRecord(f"is not JSON: {error.msg.removesuffix(' at')} at character {error.pos + 1}")


def is_too_deep(text: str) -> bool:
    """Whether brackets nest more than 500 levels; told without recursion, before a parser meets them.

    Python's parser is no judge: what it can take depends on how deep its caller's stack is already.
    """
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    depth, in_text = 0, False
    for match in _STRUCTURE.finditer(text):
        sign = match.group()
        if sign == '"':
            in_text = not in_text
        elif in_text or len(sign) > 1:
            continue
        elif sign in "[{":
            depth += 1
            if depth > DEEPEST:
                return True
        else:
            depth -= 1
    return False


def is_whole(record: bytes) -> bool:
    """Whether a record is a JSON value from end to end, whatever it says: such a one was not cut off."""
    try:
        json.loads(record)
    except (ValueError, RecursionError):
        return False
    return True


def decoded(line: bytes) -> str:
    """The text of a record.

    Raises:
        BadRecord: It is no UTF-8.
    """
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise BadRecord(f"is not UTF-8 at byte offset {error.start} (0x{line[error.start]:02x})") from None
    if text.startswith("\ufeff"):
        raise BadRecord("begins with a byte order mark in the middle of the file")
    return text


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None
    return match.end()
