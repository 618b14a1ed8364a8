"""The trace table: ten million rows to walk through, of which a window around the cursor is held.

Decided here: how the table moves. It asks upwards for pages (`Needed`) and is told them (`show`); it does not
know where they come from. The cursor is always on the screen: keys move it and the rows follow, wheel and
scrollbar move the rows and it follows.
"""

from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message

from tracetui.domain.queries import After, Anchor, AtRow, AtTime, Before, First, Last, Order
from tracetui.domain.rows import Page, TraceRow
from tracetui.errors import TraceTuiError
from tracetui.ui import keys
from tracetui.ui.widgets.trace_canvas import FOOT, HEAD, TraceCanvas
from tracetui.ui.widgets.trace_columns import columns_for
from tracetui.ui.widgets.trace_lines import TraceLines
from tracetui.ui.widgets.trace_window import PAGE, Window, position_of, sort_key


class TraceTable(TraceCanvas, can_focus=True):
    """Traces, one on each line.

    Args:
        zone: In which times are shown.
        this_year: The year that goes without saying.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.TRACE_TABLE)

    @dataclass
    class Needed(Message):
        """Rows are needed; `show` takes the answer."""

        anchor: Anchor
        count: int

    @dataclass
    class Opened(Message):
        """A trace was chosen, to be looked at whole."""

        row: TraceRow

    @dataclass
    class Moved(Message):
        """The cursor came to stand on another trace."""

        row: TraceRow

    @dataclass
    class HeadPressed(Message):
        """The name of a column was pressed."""

        column: str

    def __init__(self, zone: tzinfo, this_year: int, *, id: str | None = None) -> None:
        super().__init__(zone, this_year, id=id)
        self._is_hosted = True
        self._at: TraceRow | None = None
        self._asked: Anchor | None = None
        self._wish: Anchor | None = None
        """Where the cursor goes when the page that was asked for is there; None: it stays where it is."""
        self._refreshes = False

    # What the screen tells

    def begin(self, order: Order, *, is_hosted: bool) -> None:
        """Forget all rows and ask for the first of others."""
        self._order, self._is_hosted = order, is_hosted
        self._lines = TraceLines(columns_for(is_hosted=is_hosted), self._zone, self._this_year)
        self._lines.place(self._room)
        self._window = Window()
        self._cursor, self._at = 0, None
        self._words, self._trouble = (), None
        self._refreshes, self._is_waiting = False, True
        self._repaint_later()
        self._ask(First())

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
        shift = self._window.know_total(total)
        self._cursor += shift
        self._settle(self._top + shift)

    def reload(self) -> None:
        """Read again what is on the screen; cursor and scroll stay with the trace they are at."""
        if not self._window.rows:
            self.begin(self._order, is_hosted=self._is_hosted)
            return
        self._refreshes = True
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
    def cursor_row(self) -> TraceRow | None:
        """The trace under the cursor; None while it is not there."""
        return self._at

    # Keys and mouse

    def action_cursor_up(self) -> None:
        """One row up."""
        self._move_to(self._cursor - 1)

    def action_cursor_down(self) -> None:
        """One row down."""
        self._move_to(self._cursor + 1)

    def action_page_up(self) -> None:
        """A screen up; the cursor stays on its line."""
        self._move_to(self._cursor - self._seen, by_page=True)

    def action_page_down(self) -> None:
        """A screen down; the cursor stays on its line."""
        self._move_to(self._cursor + self._seen, by_page=True)

    def action_first_row(self) -> None:
        """The first row of all."""
        if self._window.is_placed:
            self._move_to(0)
        else:
            self._ask(First(), wish=First())

    def action_last_row(self) -> None:
        """The last row of all, also where nobody has counted them."""
        if self._window.total is None and not self._window.ends:
            self._ask(Last(), wish=Last())
        else:
            self._move_to(self._window.height - 1)

    def action_open_trace(self) -> None:
        """Open the trace under the cursor."""
        if self._at is not None:
            self.post_message(self.Opened(self._at))

    def action_scroll_columns(self, by: int) -> None:
        """Uncover the columns that had to yield, by covering those at the left."""
        if self._lines.skip(by):
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A row: go there and open it. The name of a column: sort by it."""
        if event.y < HEAD:
            column = self._lines.column_at(event.x - 1)
            if column is not None:
                self.post_message(self.HeadPressed(column.key))
            return
        place = self._top + event.y - HEAD
        if event.y < self.size.height - FOOT and self._window.row(place) is not None:
            self._move_to(place)
            self.action_open_trace()

    def on_focus(self) -> None:
        """Brighten the band."""
        self._repaint_row(self._cursor)

    def on_blur(self) -> None:
        """Dim the band."""
        self._repaint_row(self._cursor)

    def on_resize(self) -> None:
        """Place the columns anew and keep the cursor in sight."""
        self._lines.place(self._room)
        if not self._is_waiting:
            self._settle(self._top)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow wheel and scrollbar with the cursor, and ask for the rows that come into view."""
        top = round(new_value)
        if round(old_value) == top:
            return
        if not self._is_waiting:
            self._cursor = max(top, min(self._cursor, top + self._seen - 1))
            self._tell_moved()
            self._want()
        if self._is_seen(top):
            self._repaint_rows()
        else:
            self._repaint_later()

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
            self._cursor = window.start
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
