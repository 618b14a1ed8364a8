"""Where the rows of a long text begin when it is wrapped, found a piece at a time.

10 MB must not hold anybody up: the text is looked at in pieces of `PIECE` characters, each a few milliseconds,
and between two pieces the caller may stop, paint or let others run. Only places are kept, never the rows.

A row is measured by what it will take once it is sanitised, and rather too wide than too narrow: a mark counts
as one cell though it takes none. So a row may end a little early, but never runs out of its panel.
Knows neither the payload's format nor the toolkit.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from tracetui.display import widths
from tracetui.display.sanitise import cells, safe_block

PIECE = 16_384
"""Characters wrapped in one step: 0.3 ms where they are plain ASCII, 10 ms where each is shown by its number."""

_NOT_PLAIN = re.compile("[^\x00-\x08\x0a-\x7f]")

# For measuring, a character of two cells becomes two stand-ins, and one that is shown by its number as many as
# that takes. After the second half of a wide one a row may end, inside what is shown by its number it may not.
# The three are no characters of any text: `safe_block` never leaves them, so they are stood in for themselves.
_HALF, _OTHER_HALF, _FILLER = "\ufdd0", "\ufdd1", "\ufdd2"
_WIDE = widths.character_class(widths.TWO_CELLS, below=0x10000)
_BY_NUMBER = (
    "\t\x80-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\uffff"
)
# One class in front, or the alternatives are tried at every character; one range for all beyond U+FFFF, or its
# ranges are gone through at every character: 0.1 s for 10 MB of German, else 1.1 s.
_ODD = re.compile(f"[{_BY_NUMBER}{_WIDE}\U00010000-\U0010ffff][{_WIDE}]*")
_STAYS_WITH_THE_LAST = f"[{_OTHER_HALF}{_FILLER}{widths.character_class(widths.NO_CELL)}]"


def row_ends(text: str, start: int, end: int, width: int, first_width: int | None = None) -> Iterator[list[int]]:
    """Wrap text[start:end] at blanks, and hard where a word is longer than a row.

    A row that ends with a line feed includes it; blanks at which it was broken belong to the row they end.

    Args:
        text: As it came, not sanitised.
        width: Cells of a row; taken as at least 4.
        first_width: Cells of the first row, where something stands before it.

    Yields:
        The places after each row, in pieces; the last one is `end`. Nothing for an empty range.
    """
    width = max(4, width)
    if first_width is not None and start < end:
        stop = min(end, start + 2 * max(4, first_width) + 64)
        first = next(_rows_of(text, start, stop, stop == end, max(4, first_width)), None)
        start = first if first is not None else stop
        yield [start]
    while start < end:
        stop = min(end, start + PIECE)
        ends = list(_rows_of(text, start, stop, stop == end, width))
        if not ends:
            # One row that is longer than a piece: blanks without end.
            ends = [stop]
        start = ends[-1]
        yield ends


def plain_row_ends(text: str, start: int, end: int, width: int, first_width: int) -> list[int]:
    """The same at once, for at most `PIECE` characters of plain ASCII without tabs: four times as fast."""
    first = _plain_row(first_width).match(text, start, end)
    at = first.end() if first else start
    return [at, *(match.end() for match in _plain_row(width).finditer(text, at, end) if match[0])]


def cells_at_most(text: str) -> int:
    """The cells that a text takes at most, measured as rows are."""
    return len(text) if text.isascii() and text.isprintable() else len(_measured(text))


def _rows_of(text: str, start: int, stop: int, is_last: bool, width: int) -> Iterator[int]:
    """The ends of the rows that are sure to end before `stop`, or at it where it is the last."""
    if _NOT_PLAIN.search(text, start, stop) is None:
        for match in _plain_row(width).finditer(text, start, stop):
            if match.end() == stop and not is_last and text[stop - 1] != "\n":
                return
            if match.end() > match.start():
                yield match.end()
        return
    measured = _measured(text[start:stop])
    at = start
    for match in _odd_row(width).finditer(measured):
        if match.end() == len(measured) and not is_last and measured[-1:] != "\n":
            return
        row = match[0]
        # None where a row holds but fillers: in a width that a number does not fit.
        if length := len(row) - row.count(_OTHER_HALF) - row.count(_FILLER):
            at += length
            yield at


@lru_cache(64)
def _plain_row(width: int) -> re.Pattern[str]:
    # Possessive, or a line that does not fit is walked back character by character before the next try.
    return re.compile(
        rf"[^\n]{{0,{width}}}+(?:\r?\n|\Z)"
        rf"|[^\n]{{1,{width}}}(?:(?<= )|(?= )) *+(?:\r?\n)?"
        rf"|[^\n]{{1,{width}}}"
    )


@lru_cache(64)
def _odd_row(width: int) -> re.Pattern[str]:
    ends = f"(?!{_STAYS_WITH_THE_LAST})(?<![\u200c\u200d])"
    return re.compile(
        rf"[^\n]{{0,{width}}}+(?:\r?\n|\Z)"
        rf"|[^\n]{{1,{width}}}(?:(?<=[ {_OTHER_HALF}])|(?=[ {_HALF}])){ends} *+(?:\r?\n)?"
        rf"|[^\n]{{1,{width}}}{ends}|[^\n]{_STAYS_WITH_THE_LAST}{{0,{width}}}"
    )


def _measured(text: str) -> str:
    """The text with stand-ins of the right width for what is not one cell wide."""
    return _ODD.sub(_stand_in, text)


def _stand_in(match: re.Match[str]) -> str:
    first = match[0][0]
    before = _by_its_neighbours(match) if first in "\u200c\u200d" else _by_itself(first)
    return before + (_HALF + _OTHER_HALF) * (len(match[0]) - 1)


@lru_cache(4096)
def _by_itself(character: str) -> str:
    shown = safe_block(character)
    if len(shown) > 1:
        return "x" + _FILLER * (len(shown) - 1)
    return _HALF + _OTHER_HALF if cells(shown) == 2 else character


def _by_its_neighbours(match: re.Match[str]) -> str:
    """A joiner is shown or not by what stands beside it."""
    at = match.start()
    around = match.string[max(0, at - 1) : at + 2]
    longer = len(safe_block(around)) - len(around)
    return "x" + _FILLER * longer if longer else match[0][0]
