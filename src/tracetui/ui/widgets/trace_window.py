"""The rows around the cursor: all that the table ever holds of a result.

Decided here and nowhere else: how many rows are held, when and where the next page is asked for, and how a
page joins those that are there. Rows are numbered from 0 by their place among all rows. Where a place is not
known yet (the last page of a result that nobody has counted), rows stand at an assumed place until a page or
the count tells the true one; then everything moves by the same number, and nothing moves on the screen.

Knows neither Textual nor the store, so that every case can be tested as plain values.
"""

from collections.abc import Sequence

from tracetui.domain.queries import After, Anchor, AtRow, Before, First, Last, Order, Position
from tracetui.domain.rows import Page, TraceRow

PAGE = 200
"""Rows asked for at once: five screens. A page of 1,000 takes longer to read than it is worth."""
AHEAD = 120
"""Rows that must be there beyond what is seen: a held key (30 a second) needs 4 s for them."""
KEPT = 1_200
"""Rows held at most."""
ASSUMED = 1_000_000
"""Where the last page is put while it is not known how many rows there are."""


def position_of(row: TraceRow) -> Position:
    """Where a row stands in any order."""
    return Position(row.executed_at_us, row.id, row.response_time_us)


def sort_key(order: Order, at: Position) -> tuple[int, int, int]:
    """A key that sorts positions as the order does; unknown response times last both ways."""
    if order is Order.NEWEST:
        return (0, -at.executed_at_us, -at.id)
    if order is Order.OLDEST:
        return (0, at.executed_at_us, at.id)
    unknown = at.response_time_us is None
    response = at.response_time_us or 0
    return (int(unknown), -response if order is Order.SLOWEST else response, 0)


class Window:
    """Rows that follow one another, and where they stand.

    Args:
        assumed: The place of the first page, where it is not known and nothing better can be said.
    """

    def __init__(self, assumed: int = ASSUMED) -> None:
        self._assumed = assumed
        self.rows: list[TraceRow] = []
        self.start = 0
        """The place of rows[0], assumed while `is_placed` is False."""
        self.is_placed = True
        self.total: int | None = None
        """How many rows there are in all; None while that is not known."""
        self.grows = False
        """Whether more rows are being found: those beyond the last one come by themselves."""
        self._ends = False

    @property
    def end(self) -> int:
        """The place after the last row held."""
        return self.start + len(self.rows)

    @property
    def ends(self) -> bool:
        """Whether the last row held is the last of all."""
        return self._ends

    @property
    def height(self) -> int:
        """How many rows can be scrolled over: all, or one page more than held while that is not known."""
        if self.total is not None and self.is_placed:
            return self.total
        return self.end if self._ends or self.grows else self.end + PAGE

    def row(self, place: int) -> TraceRow | None:
        """The row at a place; None where it is not held."""
        return self.rows[place - self.start] if self.start <= place < self.end else None

    def place_of(self, trace_id: int) -> int | None:
        """The place of a trace; None where it is not held."""
        return next((self.start + at for at, row in enumerate(self.rows) if row.id == trace_id), None)

    def place_near(self, order: Order, position: Position) -> int:
        """The place of the first row held that does not stand before a position, else of the last one."""
        key = sort_key(order, position)
        for at, row in enumerate(self.rows):
            if sort_key(order, position_of(row)) >= key:
                return self.start + at
        return max(self.start, self.end - 1)

    def place_at(self, order: Order, at_us: int) -> int:
        """The place of the first row held that was executed at a time or beyond it, else of the last one."""
        sign = -1 if order is Order.NEWEST else 1
        for at, row in enumerate(self.rows):
            if sign * row.executed_at_us >= sign * at_us:
                return self.start + at
        return max(self.start, self.end - 1)

    def take(self, anchor: Anchor, page: Page, count: int) -> int:
        """Join a page that was asked for with this anchor and count.

        Returns:
            By how much the places of the rows that were held moved, because traces were added meanwhile or
            because only now it is known where they stand. 0 where the page took their place.
        """
        if page.total is not None:
            self.total = page.total
        if isinstance(anchor, After) and self.rows:
            shift = self._append(page, count)
        elif isinstance(anchor, Before) and self.rows:
            shift = self._prepend(page, count)
        else:
            shift = 0
            self._replace(anchor, page, count)
        if self.is_placed and self.total is not None and self.end >= self.total:
            self._ends = True
        elif self.is_placed and self._ends:
            self.total = self.end
        return shift

    def grow(self, rows: Sequence[TraceRow]) -> None:
        """Take all rows found so far, from the first on; more come by themselves until a page is full."""
        self.rows = list(rows)
        self.grows = len(self.rows) < PAGE

    def end_growing(self) -> None:
        """Learn that no more rows come by themselves: those that are held are all."""
        self.grows, self._ends, self.total = False, True, self.end

    def know_total(self, total: int) -> int:
        """Learn how many rows there are; returns by how much the places moved."""
        # Counted a moment before the last page was read, it can be too few.
        self.total = max(total, self.end) if self.is_placed else total
        if self.is_placed or not self._ends:
            return 0
        shift = total - self.end
        self.start += shift
        self.is_placed = True
        return shift

    def know_place(self, trace_id: int, place: int) -> int | None:
        """Learn where a row stands; returns by how much the places moved, None where the row is not held."""
        assumed = self.place_of(trace_id)
        if assumed is None:
            return None
        self.start += place - assumed
        self.is_placed = True
        if self._ends or (self.total is not None and self.total < self.end):
            self.total = self.end
        return place - assumed

    def trim(self, place: int) -> None:
        """Let go of the rows farthest from a place where more than `KEPT` are held."""
        if len(self.rows) <= KEPT:
            return
        first = min(max(0, place - self.start - KEPT // 2), len(self.rows) - KEPT)
        if first + KEPT < len(self.rows):
            self._ends = False
        self.rows = self.rows[first : first + KEPT]
        self.start += first

    def needed(self, top: int, bottom: int) -> Anchor | None:
        """What to ask for next, when the places from top to before bottom are on the screen; None: nothing.

        What is seen comes first; then `AHEAD` rows beyond it, downwards before upwards.
        """
        if self.total == 0 or (self.grows and not self.rows):
            return None
        top, bottom = max(0, top), min(bottom, self.height)
        if not self.rows:
            return self._around(top, bottom)
        below, above = bottom - self.end, self.start - top
        if below > 0 or above > 0:
            if above <= 0 and below <= PAGE and top <= self.end:
                return self._after()
            if below <= 0 and above <= PAGE and bottom >= self.start:
                return Before(position_of(self.rows[0]))
            return self._around(top, bottom)
        ahead = max(AHEAD, 3 * (bottom - top))
        if not self._ends and not self.grows and self.end < bottom + ahead:
            return self._after()
        if not self._begins and self.start > top - ahead:
            return Before(position_of(self.rows[0]))
        return None

    @property
    def _begins(self) -> bool:
        return self.is_placed and self.start == 0

    def _around(self, top: int, bottom: int) -> Anchor:
        """A page that holds what is seen; at the ends, one whose place nobody has to work out."""
        if top == 0:
            return First()
        if self.is_placed and bottom == self.total:
            return Last()
        return AtRow(max(0, (top + bottom) // 2 - PAGE // 2))

    def _after(self) -> Anchor:
        return After(position_of(self.rows[-1]))

    def _append(self, page: Page, count: int) -> int:
        shift = 0
        if page.first is not None and page.rows:
            shift = page.first - self.end
            self.start += shift
            self.is_placed = True
        self.rows.extend(page.rows)
        self._ends = len(page.rows) < count
        return shift

    def _prepend(self, page: Page, count: int) -> int:
        added = len(page.rows)
        before = self.start
        if page.first is not None and page.rows:
            self.start, self.is_placed = page.first, True
        elif added < count:
            self.start, self.is_placed = 0, True
        else:
            # Only an assumed place can be too low; a true one has as many rows before it as it says.
            self.start = max(before - added, 0 if self.is_placed else 1)
        self.rows[:0] = page.rows
        return self.start + added - before

    def _replace(self, anchor: Anchor, page: Page, count: int) -> None:
        self.rows = list(page.rows)
        whole = len(page.rows) < count
        self._ends = whole and not isinstance(anchor, Before)
        if isinstance(anchor, Last):
            self._ends = True
        if not page.rows and not isinstance(anchor, First | Last | AtRow):
            self.start, self.is_placed = 0, False
            return
        self.is_placed = True
        if page.first is not None:
            self.start = page.first
        elif isinstance(anchor, First) or (isinstance(anchor, Last | Before) and whole):
            self.start = 0
        elif isinstance(anchor, AtRow) and not whole:
            self.start = anchor.index
        elif self._ends and self.total is not None:
            self.start = self.total - len(self.rows)
        else:
            self.start, self.is_placed = self._assumed, False
