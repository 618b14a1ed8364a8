"""One JSON object that another tool wrote: its fields by name and kind, and its payloads byte for byte.

Decided here: that the first of several names that holds something counts, that a structure may also come as the
text of its JSON (as in CSV and in databases), and that a value of the wrong kind refuses the record with the
field's name. What a value may be is decided in `values.py`; which fields mean what, in each format's module.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from json.scanner import make_scanner
from typing import Any, NoReturn, TypeVar

from tracetui.ingest import values
from tracetui.ingest.items import DEEPEST
from tracetui.ingest.json_text import BadRecord, decoded, is_too_deep, not_json
from tracetui.ingest.values import BadValue, Note

T = TypeVar("T")

_BEGIN = re.compile(r"[ \t\n\r]*\{[ \t\n\r]*(\}[ \t\n\r]*)?")
_KEY = re.compile(r'"([^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+)"[ \t\n\r]*:[ \t\n\r]*')
_AFTER = re.compile(r"[ \t\n\r]*([,}])[ \t\n\r]*")
_NOTHING: tuple[object, ...] = (None, "", {}, [])


def _refuse_constant(word: str) -> NoReturn:
    raise BadRecord(f"has {word}, which is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
_SCAN = make_scanner(_DECODER)  # type: ignore[arg-type]  # it takes its settings from any object that has them


class ForeignRecord:
    """The fields of an object, read by name.

    Args:
        fields: The object.
        note: Told what was read otherwise than it was written.
        prefix: Where the object stands in its record, before each name in a message: "metadata.".
        slices: Of the record itself, the bytes of each top-level value.
    """

    __slots__ = ("_prefix", "_slices", "_structures", "fields", "note")

    def __init__(
        self,
        fields: Mapping[str, Any],
        note: Note,
        prefix: str = "",
        slices: Callable[[str], bytes] | None = None,
    ) -> None:
        self.fields = fields
        self.note = note
        self._prefix = prefix
        self._slices = slices
        self._structures: dict[str, Any] = {}

    def first(self, *names: str) -> Any:
        """The first of these fields that holds anything; None where none does."""
        return self._found(names)[1]

    def name(self, *names: str) -> str | None:
        """A name or an id."""
        return self._read(names, lambda value: values.name(value, self.note))

    def prose(self, *names: str) -> str | None:
        """A text of any length."""
        return self._read(names, lambda value: values.prose(value, self.note))

    def count(self, *names: str) -> int | None:
        """A whole number of 0 or more."""
        return self._read(names, lambda value: values.whole(value, self.note))

    def scaled(self, per_unit: int, *names: str) -> int | None:
        """A quantity in whole parts of its unit."""
        return self._read(names, lambda value: values.scaled(value, per_unit))

    def time_us(self, *names: str, zone: tzinfo = UTC) -> int | None:
        """A moment, UTC microseconds; a text without a zone is in `zone`: the format says so, it is no note."""
        return self._read(names, lambda value: values.time_us(value, zone, lambda _: None))

    def required_time_us(self, *names: str, zone: tzinfo = UTC) -> int:
        """A moment that must be there.

        Raises:
            BadRecord: It is not, or cannot be read.
        """
        us = self.time_us(*names, zone=zone)
        if us is None:
            raise BadRecord(f"{self._prefix}{names[0]} is missing")
        return us

    def flag(self, *names: str) -> bool | None:
        """True, false or unknown; the words for them that databases write are no note."""
        return self._read(names, lambda value: values.boolean(_in_words(value), lambda _: None))

    def structure(self, *names: str) -> Any:
        """The first of these fields that holds anything, read where it is the text of a structure."""
        name, value = self._found(names)
        if not isinstance(value, str):
            return value
        if name not in self._structures:
            self._structures[name] = structure_of(value)
        return self._structures[name]

    def inner(self, *names: str) -> "ForeignRecord":
        """An object inside; an empty one where there is none, or where something else stands there."""
        name, _ = self._found(names)
        structure = self.structure(*names)
        fields = structure if isinstance(structure, dict) else {}
        return ForeignRecord(fields, self.note, f"{self._prefix}{name}.")

    def elements(self, *names: str) -> list[Any]:
        """The elements of a list inside; none where there is none."""
        structure = self.structure(*names)
        return structure if isinstance(structure, list) else []

    def payload(self, *names: str) -> bytes | None:
        """The bytes of a structure or text as they stand in the record; None where it holds nothing.

        Of a text that is JSON itself, the text: that is how databases and CSV hold structures.
        """
        assert self._slices is not None, "an object inside a record has no bytes of its own"
        name, value = self._found(names)
        if isinstance(value, str):
            structure = self.structure(name)
            if structure in _NOTHING:
                return None
            if structure is not value:
                return values.well_formed(value, self.note).encode()
        return None if value is None else self._slices(name)

    def _found(self, names: tuple[str, ...]) -> tuple[str, Any]:
        for name in names:
            value = self.fields.get(name)
            if value not in _NOTHING:
                return name, value
        return names[0], None

    def _read(self, names: tuple[str, ...], read: Callable[[Any], T]) -> T | None:
        name, value = self._found(names)
        if value is None:
            return None
        try:
            return read(value)
        except BadValue as bad:
            raise BadRecord(f"{self._prefix}{name} {bad}") from None


def parse(line: bytes, note: Note) -> ForeignRecord:
    """Read one object, and remember where each of its values stands.

    Raises:
        BadRecord: It is no JSON object in UTF-8, or is nested more than 500 levels deep.
    """
    text = decoded(line)
    if is_too_deep(text):
        raise BadRecord(f"is nested more than {DEEPEST} levels deep")
    try:
        return _walked(text, note) or _refuse(text)
    except json.JSONDecodeError as error:
        raise not_json(error) from None
    except BadRecord:
        raise
    except ValueError:
        raise BadRecord("has a number of more than 4,300 digits") from None


def structure_of(value: Any) -> Any:
    """A value, or what its text holds where that is JSON of an object or a list."""
    if not isinstance(value, str) or not value.lstrip(" \t\r\n").startswith(("{", "[")) or is_too_deep(value):
        return value
    try:
        return _DECODER.decode(value)
    except ValueError:  # BadRecord too: a text may hold what is no JSON
        return value


def _walked(text: str, note: Note) -> ForeignRecord | None:
    """Go from key to key; None where what stands there is no object."""
    fields: dict[str, Any] = {}
    places: dict[str, tuple[int, int]] = {}
    begin = _BEGIN.match(text)
    if begin is None:
        return None
    at = begin.end()
    is_over = begin[1] is not None
    while not is_over:
        found = _KEY.match(text, at)
        if found is None:
            return None
        key = found[1] if "\\" not in found[1] else json.loads(f'"{found[1]}"')
        start = found.end()
        try:
            value, at = _SCAN(text, start)
        except StopIteration:
            return None
        if key in fields:
            note("of a key that stands twice in an object the last one counts")
        fields[key] = value
        places[key] = (start, at)
        after = _AFTER.match(text, at)
        if after is None:
            return None
        at, is_over = after.end(), after[1] == "}"
    return ForeignRecord(fields, note, slices=_Slices(text, places)) if at == len(text) else None


class _Slices:
    """The bytes of each value, cut out when they are asked for."""

    __slots__ = ("_places", "_text")

    def __init__(self, text: str, places: dict[str, tuple[int, int]]) -> None:
        self._text = text
        self._places = places

    def __call__(self, name: str) -> bytes:
        start, end = self._places[name]
        return self._text[start:end].encode()


def _refuse(text: str) -> NoReturn:
    """Say what is wrong with a text that is no object, as Python's reader of JSON says it."""
    value = _DECODER.decode(text)
    raise BadRecord(f"is {values.shown(value)}, not a JSON object")


def _in_words(value: Any) -> Any:
    return {"t": "true", "f": "false"}.get(value, value) if isinstance(value, str) else value
