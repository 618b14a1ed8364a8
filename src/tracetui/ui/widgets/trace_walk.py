"""How the trace table walks: which rows it holds, where its cursor stands, and what it asks for next.

It asks upwards for pages (`Needed`) and is told them (`show`); it does not know where they come from. The cursor
is always on the screen: keys move it and the rows follow, wheel and scrollbar move the rows and it follows. Where
a page does not tell how many rows there are or where it stands, that is asked and told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from textual.geometry import Size
from textual.message import Message

from tracetui.domain.queries import After, Anchor, AtRow, AtTime, Before, First, Last, Order, Position
from tracetui.domain.rows import Page, TraceRow
from tracetui.errors import TraceTuiError
from tracetui.ui.widgets.trace_canvas import FOOT, HEAD, TraceCanvas
from tracetui.ui.widgets.trace_columns import COLUMNS, Column
from tracetui.ui.widgets.trace_lines import TraceLines
from tracetui.ui.widgets.trace_window import PAGE, Window, position_of, sort_key


class TraceWalk(TraceCanvas):
    """The rows of one result, walked through.

    Args:
        zone: In which times are shown.
        this_year: The year that goes without saying.
    """

    @dataclass
    class Needed(Message):
        """Rows are needed; `show` takes the answer."""

        anchor: Anchor
        count: int

    @dataclass
    class Unplaced(Message):
        """A page did not tell the place of a row; `know_place` takes the answer."""

        position: Position

    @dataclass
    class Moved(Message):
        """The cursor came to stand on another trace."""

        row: TraceRow

    def __init__(self, zone: tzinfo, this_year: int, *, id: str | None = None) -> None:
        super().__init__(zone, this_year, id=id)
        self._columns: Sequence[Column] = COLUMNS
        self._search = ""
        self._at: TraceRow | None = None
        self._asked: Anchor | None = None
        self._wish: Anchor | None = None
        """Where the cursor goes when the page that was asked for is there; None: it stays where it is."""
        self._refreshes = False
        self._total: int | None = None
        """How many rows there are, where that was told apart from the pages."""
        self._is_placing = False
        self._follows = False
        self._are_found = False

    # What the screen tells

    def begin(self, order: Order, columns: Sequence[Column], search: str = "", *, are_found: bool = False) -> None:
        """Forget all rows and ask for the first of others.

        Args:
            order: In which they will come.
            columns: Those to show, in order.
            search: What is marked in the cells; empty: nothing.
            are_found: Whether the first ones are told as they are found (`show_found`) instead of asked for.
        """
        self._order, self._columns, self._search = order, columns, search
        self._lines = TraceLines(columns, self._zone, self._this_year, search)
        self._lines.place(self._room)
        self._window = Window()
        self._total, self._is_placing = None, False
        self._cursor, self._at = 0, None
        self._words, self._trouble = (), None
        self._refreshes, self._is_waiting = False, True
        self._are_found, self._found, self._sign = are_found, None, ""
        self._repaint_later()
        if are_found:
            self._window.grows = self._is_asking = True
            self._asked = self._wish = None
        else:
            self._ask(First())

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns of the same rows."""
        self._columns = columns
        self._lines = TraceLines(columns, self._zone, self._this_year, self._search)
        self._lines.place(self._room)
        self._lines.grow(self._window.rows)
        self.refresh()

    def show(self, anchor: Anchor, page: Page) -> None:
        """Take the page that was asked for last; any other is an old one and left alone."""
        if anchor != self._asked:
            return
        is_all_new = self._is_waiting or self._trouble is not None
        self._end_asking()
        has_moved = self._lines.grow(page.rows)
        top = self._top
        before = (self._cursor, self._window.total, self._rows_seen(top))
        if self._refreshes:
            top = self._stay(anchor, page, top)
        elif self._is_waiting or self._wish is not None:
            top = self._land(anchor, page, top)
        else:
            shift = self._window.take(anchor, page, PAGE)
            self._cursor += shift
            top += shift
        shift = self._fill_in()
        self._cursor += shift
        top += shift
        self._window.trim(top + self._seen // 2)
        if is_all_new or has_moved:
            self.refresh()
        # A page read ahead, or the same rows read again, change nothing that is seen.
        self._settle(top, repaint=before != (self._cursor, self._window.total, self._rows_seen(top)))

    def show_error(self, error: TraceTuiError) -> None:
        """Say that rows could not be read, and which key tries again."""
        self._end_asking()
        self._wish, self._refreshes, self._is_waiting = None, False, False
        self._trouble = error
        self.refresh()

    def say(self, *words: str) -> None:
        """What to read where there are no rows: our own words, sanitised where they hold others."""
        self._words = words
        if not self._window.rows:
            self.refresh()

    def know_total(self, total: int) -> None:
        """Learn how many rows there are, where they are counted apart from the pages."""
        self._total = total
        if not self._is_waiting and self._window.total is None:
            self._shift(self._window.know_total(total))

    def know_place(self, trace_id: int, place: int) -> None:
        """Learn where a row stands whose page did not tell it."""
        self._is_placing = False
        if not self._window.is_placed:
            self._shift(self._window.know_place(trace_id, place) or 0)
            self._shift(self._fill_in())

    def reload(self, *, follows: bool = False) -> None:
        """Read again what is on the screen; cursor and scroll stay with the trace they are at.

        Args:
            follows: Whether a cursor on the first row stays on the first row, whichever that will be.
        """
        if not self._window.rows:
            self.begin(self._order, self._columns, self._search, are_found=self._are_found)
            return
        if self._window.grows:
            return
        self._refreshes, self._total, self._is_placing = True, None, False
        self._follows = follows
        top = self._top
        before = self._window.row(max(top - PAGE // 2, self._window.start))
        self._ask(First() if top == 0 or before is None else After(position_of(before)))

    def go_to_row(self, place: int) -> None:
        """Move the cursor to a place counted from 0; past the end it is the last row."""
        if self._window.total is None:
            self._ask(AtRow(max(0, place - PAGE // 2)), wish=AtRow(place))
        else:
            self._move_to(place, centred=True)

    def go_to_time(self, at_us: int) -> None:
        """Move the cursor to the first row executed at a time or beyond it, in the direction of the order."""
        self._ask(AtTime(at_us), wish=AtTime(at_us))

    @property
    def is_at_top(self) -> bool:
        """Whether the cursor is on the first row there is."""
        return self._cursor == 0 and self._window.start == 0

    @property
    def cursor_row(self) -> TraceRow | None:
        """The trace under the cursor; None while it is not there."""
        return self._at

    # Moving

    def _with_cursor(self, top: int) -> int:
        """The least scrolling that has the cursor on the screen and no blank below the last row."""
        top = max(min(top, self._cursor), self._cursor - self._seen + 1)
        return max(0, min(top, self._window.height - self._seen))

    def _move_to(self, place: int, *, by_page: bool = False, centred: bool = False) -> None:
        if self._is_waiting:
            # The rows to come are not known yet: the cursor goes ahead, and is stopped when they are there.
            self._cursor = max(0, place)
            return
        # Where nobody knows how many there are, the edge of what is held is as far as one can walk.
        last = self._window.end - 1 if self._window.total is None else self._window.height - 1
        old, self._cursor = self._cursor, max(0, min(place, last))
        top = self._top
        if by_page:
            top += self._cursor - old
        elif centred and not top <= self._cursor < top + self._seen:
            top = self._cursor - self._seen // 2
        if self._with_cursor(top) == self._top and old != self._cursor:
            self._repaint_row(old)
            self._repaint_row(self._cursor)
            self._repaint_foot()
        self._settle(top, repaint=False)

    def _settle(self, top: int, *, repaint: bool = True) -> None:
        """Bring cursor, scroll and size in step with the rows, tell and ask what follows from it."""
        height = self._window.height
        self._cursor = max(0, min(self._cursor, height - 1))
        size = Size(self.size.width, height + HEAD + FOOT)
        if size != self.virtual_size:
            self.virtual_size = size
        if repaint:
            self._repaint_rows()
        top = self._with_cursor(top)
        if top != self._top:
            self.scroll_to(y=top, animate=False, force=True)
        self._tell_moved()
        self._want()

    def _shift(self, by: int) -> None:
        """Renumber what is held: nothing moves on the screen."""
        self._cursor += by
        self._settle(self._top + by)

    def _fill_in(self) -> int:
        """Complete what a page did not tell by what is known, or ask for it; returns by how much places moved."""
        window = self._window
        shift = 0
        if window.total is None and self._total is not None:
            shift = window.know_total(self._total)
        if window.rows and not window.is_placed and not window.ends and not self._is_placing:
            self._is_placing = True
            self.post_message(self.Unplaced(position_of(window.rows[0])))
        return shift

    def _land(self, anchor: Anchor, page: Page, top: int) -> int:
        """Take a page in the place of all rows and put the cursor where it was wished; returns the new top."""
        wish, self._wish = self._wish, None
        if isinstance(wish, AtTime) and not page.rows:
            # Nothing at that time or beyond it: the last row is the nearest.
            self._ask(Last(), wish=Last())
            return top
        window = self._window = Window()
        window.take(anchor, page, PAGE)
        was_waiting, self._is_waiting = self._is_waiting, False
        if isinstance(wish, Last):
            self._cursor = window.end - 1
            return self._cursor
        if isinstance(wish, AtTime):
            self._cursor = window.place_at(self._order, wish.at_us)
            return self._cursor
        if isinstance(wish, AtRow):
            self._cursor = max(window.start, min(wish.index, window.end - 1))
            return self._cursor - self._seen // 2
        if not was_waiting:
            self._cursor = 0
        return 0

    def _stay(self, anchor: Anchor, page: Page, top: int) -> int:
        """Take a page in the place of all rows and stay on the trace under the cursor; returns the new top."""
        line, was = self._cursor - top, self._at
        window = Window(assumed=self._window.start)
        window.take(anchor, page, PAGE)
        if self._follows and self._cursor == 0 and isinstance(anchor, First):
            self._window, self._refreshes = window, False
            return 0
        if was is not None and isinstance(anchor, First) and self._is_beyond(was, window):
            # More than a page of newer traces: the one under the cursor is now far below them.
            self._ask(Before(position_of(was)))
            return top
        self._window, self._refreshes = window, False
        if was is None or not page.rows:
            return top
        if isinstance(anchor, Before):
            self._cursor = window.end
        else:
            place = window.place_of(was.id)
            self._cursor = window.place_near(self._order, position_of(was)) if place is None else place
        # New rows above the first line are shown as long as the trace stays in sight.
        return 0 if top == 0 and self._cursor < self._seen else self._cursor - line

    def _is_beyond(self, row: TraceRow, window: Window) -> bool:
        """Whether a row stands after all that are held, and others may follow these."""
        if window.ends or not window.rows:
            return False
        return sort_key(self._order, position_of(window.rows[-1])) < sort_key(self._order, position_of(row))

    def _tell_moved(self) -> None:
        row = self._window.row(self._cursor)
        was, self._at = self._at, row
        if row is not None and (was is None or row.id != was.id):
            self.post_message(self.Moved(row))

    # Asking

    def _want(self) -> None:
        """Ask for what is missing on the screen, then for what soon will be."""
        if self._wish is not None or self._trouble is not None or self._is_waiting:
            return
        if self._refreshes and self._is_seen(self._top):
            return
        anchor = self._window.needed(self._top, self._top + self._seen)
        if anchor is not None and anchor != self._asked:
            self._refreshes = False
            self._ask(anchor)

    def _ask(self, anchor: Anchor, *, wish: Anchor | None = None) -> None:
        self._asked, self._wish, self._is_asking = anchor, wish, True
        self.post_message(self.Needed(anchor, PAGE))

    def _end_asking(self) -> None:
        self._asked, self._trouble, self._is_asking = None, None, False
        self._stop_waiting()
