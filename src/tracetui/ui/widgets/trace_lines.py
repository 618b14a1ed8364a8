"""What the lines of the trace table say: a row's cells, the names of the columns.

Widths follow the rows that were seen and never shrink while rows of one result are shown, so that columns do
not jump under the eye. Everything that comes from a trace passes `display/sanitise.py` here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from rich.cells import set_cell_size

from tracetui.display.formatting import UNKNOWN, format_response_time, format_time
from tracetui.display.sanitise import Safe, cells, fit, safe_line
from tracetui.domain.folding import fold
from tracetui.domain.queries import Order
from tracetui.domain.rows import TraceRow
from tracetui.domain.trace import Status
from tracetui.ui.widgets.trace_columns import LEADING, SEARCHED, Column, Placed, lay_out

LOOKED_AT = 400
"""Characters of a text that are looked at: more than any column is wide."""

ARROWS = {
    Order.NEWEST: ("executed_at", "↓"),
    Order.OLDEST: ("executed_at", "↑"),
    Order.SLOWEST: ("response_time", "↓"),
    Order.FASTEST: ("response_time", "↑"),
}
"""Which column each order sorts by, and which way."""


class Written(NamedTuple):
    """A row as it is written."""

    text: str
    """As wide as the columns."""
    marks: Sequence[tuple[int, int]] = ()
    """The characters [start, end) in which what is searched for stands, in order."""


class TraceLines:
    """Writes rows in columns.

    Args:
        columns: Those to show, in order.
        zone: In which times are shown.
        this_year: The year that goes without saying.
        search: What is marked in the texts; empty: nothing.
    """

    def __init__(self, columns: Sequence[Column], zone: tzinfo, this_year: int, search: str = "") -> None:
        self.columns = tuple(columns)
        self._search = fold(safe_line(search)) if search else ""
        self._leading = sum(column.key in LEADING for column in self.columns)
        self._content: dict[str, int] = {}
        self._width = 0
        self._skipped = 0
        self.placed: tuple[Placed, ...] = ()
        self._write: Mapping[str, Callable[[TraceRow], Safe]] = {
            "status": lambda row: Safe("✗" if row.status is Status.FAILED else "✓"),
            "request_id": lambda row: _outside(row.request_id),
            "response_time": lambda row: format_response_time(row.response_time_us),
            "version": lambda row: _outside(row.version),
            "source_type": lambda row: _outside(row.source_type),
            "source": lambda row: _outside(row.source),
            "executed_at": lambda row: format_time(row.executed_at_us, zone, this_year),
            "input": lambda row: _outside(row.input_preview),
            "output": lambda row: _outside(row.output_preview),
        }

    @property
    def begins_with_status(self) -> bool:
        """Whether the first cell is the mark of the status."""
        return bool(self.columns) and self.columns[0].key == "status"

    def grow(self, rows: Sequence[TraceRow]) -> bool:
        """Widen the columns for rows that are new; returns whether any column moved."""
        for column in self.columns:
            if column.widest:
                write = self._write[column.key]
                widest = max((cells(write(row)) for row in rows), default=0)
                self._content[column.key] = max(widest, self._content.get(column.key, 0))
        return self.place(self._width)

    def place(self, width: int) -> bool:
        """Place the columns in a width; returns whether any moved."""
        self._width = width
        shown = (*self.columns[: self._leading], *self.columns[self._leading + self._skipped :])
        before = self.placed
        self.placed = lay_out(shown, self._content, width)
        return self.placed != before

    def skip(self, by: int) -> bool:
        """Cover more (or fewer) columns at the left, to uncover those that had to yield."""
        is_last_seen = bool(self.placed) and self.placed[-1].column is self.columns[-1]
        all_seen = is_last_seen and len(self.placed) + self._skipped == len(self.columns)
        skipped = self._skipped + by
        if skipped < 0 or (by > 0 and all_seen):
            return False
        self._skipped = skipped
        return self.place(self._width)

    def row(self, row: TraceRow) -> Written:
        """A row, its columns beside one another."""
        text = _joined((at, width, self._cell(column, row, width)) for column, at, width in self.placed)
        return Written(text, [*self._marks(row)] if self._search else ())

    def _marks(self, row: TraceRow) -> Iterator[tuple[int, int]]:
        """Where the search's words stand in the columns that are searched, as much of them as is seen."""
        start = end = 0
        for column, at, width in self.placed:
            # In characters, of which wide ones are fewer than cells.
            start += at - end
            shown = self._cell(column, row, width)
            if column.key in SEARCHED:
                text = self._text(column, row, width)
                seen = fit(text, width)
                last = len(seen) - (seen != text)
                for found in _found(fold(text[: last + len(self._search)]), self._search):
                    if found < last:
                        yield start + found, start + min(found + len(self._search), last)
            start += len(shown)
            end = at + width

    def head(self, order: Order) -> str:
        """The names of the columns, with an arrow at the one that is sorted."""
        sorted_by, arrow = ARROWS[order]
        return _joined(
            (at, width, _title(column, width, arrow if column.key == sorted_by else ""))
            for column, at, width in self.placed
        )

    def _cell(self, column: Column, row: TraceRow, width: int) -> str:
        return in_cells(self._text(column, row, width), width, to_the_right=column.is_number)

    def _text(self, column: Column, row: TraceRow, width: int) -> Safe:
        """What a cell says, not yet cut at its end."""
        text = self._write[column.key](row)
        if column.is_cut_in_middle:
            return cut_in_middle(text, width)
        if self._search and column.key in SEARCHED:
            return from_match(text, self._search, width)
        return text

    def column_at(self, x: int) -> Column | None:
        """The column at a cell, the gap after it included."""
        return next((placed.column for placed in reversed(self.placed) if placed.x <= x), None)


def from_match(text: Safe, folded: str, width: int) -> Safe:
    """A text, or its part from a little before the first match on where that would be cut off."""
    found = fold(text).find(folded)
    if found < 0 or cells(text[: found + len(folded)]) < width:
        return text
    before = min(width // 4, max(0, width - len(folded) - 2))
    return Safe("…" + text[max(0, found - before) :])


def _found(folded: str, words: str) -> Iterator[int]:
    """Where words stand in a text, both folded."""
    at = folded.find(words)
    while at >= 0:
        yield at
        at = folded.find(words, at + len(words))


def in_cells(text: Safe, width: int, *, to_the_right: bool = False) -> str:
    """A text cut and padded to exactly so many cells."""
    cut = fit(text, width)
    padding = " " * (width - cells(cut))
    return padding + cut if to_the_right else cut + padding


def cut_in_middle(text: Safe, width: int) -> Safe:
    """A text cut to begin and end with `…` between, since ids that begin alike differ at their ends."""
    if len(text) <= width or not text.isascii() or width < 5:
        return text
    tail = width // 2
    return Safe(f"{text[: width - tail - 1]}…{text[-tail:]}")


def _title(column: Column, width: int, arrow: str) -> str:
    name = column.title if cells(column.title) <= width else column.short or column.title
    title = f"{name} {arrow}" if arrow else name
    if column.is_number:
        title = title.rjust(width)
    return set_cell_size(title, width)


def _joined(texts: Iterable[tuple[int, int, str]]) -> str:
    line = ""
    end = 0
    for at, width, text in texts:
        line += " " * (at - end) + text
        end = at + width
    return line


def _outside(text: str | None) -> Safe:
    return UNKNOWN if text is None else safe_line(text, LOOKED_AT)
