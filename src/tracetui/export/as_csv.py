"""Traces as CSV: RFC 4180 quoting, CRLF, UTF-8, and what `ingest/tables.py` reads back with the same values.

Decided here and nowhere else (docs/csv.md tells users):

- Texts are always quoted, so that an empty text (`""`) is not an unknown one (nothing); numbers and times never
  are.
- Times are UTC to the microsecond, `2026-11-23T13:02:40.118000Z`: the file is the same wherever it is made, and
  texts of one length sort as the times do.
- Response times are milliseconds, exactly, without superfluous zeros.
- A text that a spreadsheet would run as a formula gets a `'` before it, unless exact text is asked for.
- No byte order mark: it would become a part of the first header for most programs (Python, PostgreSQL), while
  spreadsheets ask for the encoding or find it out. An older Excel needs one: then it is asked for.

Cells are made by columns and as bytes: a third of the time of Python's csv module, which looks at each character.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from tracetui.domain.catalogue import ModelType
from tracetui.domain.fields import SOURCE, SOURCE_TYPE, VERSION, Field, Kind, columns_for
from tracetui.domain.rows import WholeRow

LINE_END = b"\r\n"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula, the full-width signs of Asian keyboards among them.
Source: OWASP, CSV Injection."""

_FORMULAS = tuple(start.encode() for start in FORMULA_STARTS)
_FORMULA_BYTES = frozenset(start[:1] for start in _FORMULAS)
_REPEATED = frozenset((VERSION, SOURCE_TYPE, SOURCE))
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

Cells = Callable[[Iterable[Any]], list[bytes]]
"""From the values of a column to its cells."""


class Style(NamedTuple):
    """What may differ between two files of the same traces."""

    is_exact: bool = False
    """Texts exactly as they are, also where a spreadsheet would run them."""
    has_bom: bool = False
    """A byte order mark, for versions of Excel that take a file without one for their own old encoding."""


class AsCsv:
    """Makes the bytes of a file.

    Args:
        model_type: Decides on the columns: those of the table, all of them.
        style: What may differ.
    """

    def __init__(self, model_type: ModelType, style: Style) -> None:
        self._model_type = model_type
        self._columns = columns_for(model_type)
        self._style = style
        self._cells = [(_PLACE_OF[column.key], self._cells_of(column)) for column in self._columns]

    def __reduce__(self) -> tuple[type["AsCsv"], tuple[ModelType, Style]]:
        # What makes cells are closures, which do not travel to another process.
        return AsCsv, (self._model_type, self._style)

    def header(self) -> bytes:
        """The first line: what the columns are called."""
        names = b",".join(column.label.encode() for column in self._columns) + LINE_END
        return BYTE_ORDER_MARK + names if self._style.has_bom else names

    def lines(self, rows: Sequence[WholeRow]) -> bytes:
        """A line for each trace."""
        if not rows:
            return b""
        values = list(zip(*rows, strict=True))
        columns = [cells(values[place]) for place, cells in self._cells]
        return LINE_END.join([*map(b",".join, zip(*columns, strict=True)), b""])

    def _cells_of(self, column: Field) -> Cells:
        match column.kind:
            case Kind.STATUS:
                return lambda statuses: [status.label.encode() for status in statuses]
            case Kind.DURATION:
                return lambda durations: [_milliseconds(took_us) for took_us in durations]
            case Kind.TIME:
                return lambda times: [_moment(at_us) for at_us in times]
        cell = _exact_text if self._style.is_exact else _safe_text
        return _names(cell) if column in _REPEATED else _texts(cell)


_PLACE_OF = {key: place for place, key in enumerate(WholeRow._fields)}


def _texts(cell: Callable[[bytes], bytes]) -> Cells:
    return lambda texts: [b"" if text is None else cell(_utf8(text)) for text in texts]


def _names(cell: Callable[[bytes], bytes]) -> Cells:
    """The same for texts of which a block has few different ones."""

    def cells(names: Iterable[Any]) -> list[bytes]:
        made = {name: b"" if name is None else cell(_utf8(name)) for name in set(names)}
        return [made[name] for name in names]

    return cells


def _exact_text(text: bytes) -> bytes:
    return b'"%b"' % text.replace(b'"', b'""')


def _safe_text(text: bytes) -> bytes:
    # Looking at the first byte alone takes a fifth of the time of trying each start.
    is_formula = text[:1] in _FORMULA_BYTES and text.startswith(_FORMULAS)
    return (b'"\'%b"' if is_formula else b'"%b"') % text.replace(b'"', b'""')


def _utf8(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _milliseconds(took_us: int | None) -> bytes:
    """Exactly, as a decimal number: 1204, 0.5, 1204.118."""
    if took_us is None:
        return b""
    whole, rest = divmod(took_us, 1_000)
    return (b"%d.%03d" % (whole, rest)).rstrip(b"0") if rest else b"%d" % whole


def _moment(at_us: int) -> bytes:
    second, rest_us = divmod(at_us, 1_000_000)
    day, second = divmod(second, 86_400)
    minute, second = divmod(second, 60)
    return b"%bT%02d:%02d:%02d.%06dZ" % (_day(day), minute // 60, minute % 60, second, rest_us)


@lru_cache(4096)
def _day(day: int) -> bytes:
    """A day since 1970: `2026-11-23`."""
    return date.fromordinal(_EPOCH_ORDINAL + day).isoformat().encode()
