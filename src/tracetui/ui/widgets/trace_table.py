"""The trace table: ten million rows to walk through, of which a window around the cursor is held.

Decided here: how the table moves and what its lines look like. It asks upwards for pages (`Needed`) and is told
them (`show`); it does not know where they come from. The cursor is always on the screen: keys move it and the
rows follow, wheel and scrollbar move the rows and it follows.

A line is one or two segments, and a move repaints two rows and the place below them: that is what goes down
the line to the terminal for a key.
"""

from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from tracetui.display.formatting import format_count
from tracetui.display.sanitise import safe_line
from tracetui.domain.queries import After, Anchor, AtRow, AtTime, Before, First, Last, Order
from tracetui.domain.rows import Page, TraceRow
from tracetui.domain.trace import Status
from tracetui.errors import TraceTuiError
from tracetui.ui import keys
from tracetui.ui.widgets.trace_columns import columns_for
from tracetui.ui.widgets.trace_lines import TraceLines
from tracetui.ui.widgets.trace_window import PAGE, Window, position_of, sort_key

HEAD, FOOT = 1, 1
"""Lines above and below the rows: names of the columns, the place."""
MARK = "▌"
"""Stands at the row of the cursor, so that it is found without colour too."""
ROW = " row "
FOOT_CELLS = 44
"""Where the foot's words end; the blanks after them need no repainting."""
EDGE = 1
"""A blank between the rows and the scrollbar. It is never repainted: Textual 8.2.8 sends whatever touches the
end of a repainted region too, and that would be the scrollbar's cell of each row, 57 bytes."""
PATIENCE_S = 0.12
"""The old rows stay so long while others are read; a screen that is blank for a moment flickers."""


class TraceTable(ScrollView, can_focus=True):
    """Traces, one on each line.

    Args:
        zone: In which times are shown.
        this_year: The year that goes without saying.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.TRACE_TABLE)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "trace-table--head",
        "trace-table--band",
        "trace-table--band-blur",
        "trace-table--good",
        "trace-table--bad",
        "trace-table--dim",
        "trace-table--faint",
        "trace-table--wait",
    }
    DEFAULT_CSS = """
    TraceTable {
        height: 1fr;
        width: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        background: $background;
        color: $foreground;
        & > .trace-table--head { color: $dim; text-style: bold; }
        & > .trace-table--band { background: $band; color: $block-cursor-foreground; }
        & > .trace-table--band-blur { background: $band-blur; }
        & > .trace-table--good { color: $success; }
        & > .trace-table--bad { color: $error; }
        & > .trace-table--dim { color: $dim; }
        & > .trace-table--faint { color: $faint; }
        & > .trace-table--wait { color: $warning; }
    }
    """

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
        super().__init__(id=id)
        self._zone, self._this_year = zone, this_year
        self._order = Order.NEWEST
        self._lines = TraceLines(columns_for(is_hosted=True), zone, this_year)
        self._window = Window()
        self._cursor = 0
        self._place_cells = 0
        self._at: TraceRow | None = None
        self._asked: Anchor | None = None
        self._wish: Anchor | None = None
        self._refreshes = False
        # Until `begin`: whoever shows the table is still finding out which rows.
        self._is_waiting = True
        self._impatience: Timer | None = None
        self._words: tuple[str, ...] = ()
        self._trouble: TraceTuiError | None = None

    # What the screen tells

    def begin(self, order: Order, *, is_hosted: bool) -> None:
        """Forget all rows and ask for the first of others."""
        self._order = order
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
        self._asked, self._trouble = None, None
        self._stop_waiting()
        has_moved = self._lines.grow(page.rows)
        top = round(self.scroll_y)
        was_seen, shift = self._is_seen(top), 0
        if self._refreshes:
            top = self._stay(anchor, page, top)
            was_seen = False
        elif self._is_waiting or self._wish is not None:
            top = self._land(anchor, page, top)
            was_seen = False
        else:
            shift = self._window.take(anchor, page, PAGE)
            self._cursor += shift
        self._window.trim(top + shift + self._seen // 2)
        if is_all_new or has_moved:
            self.refresh()
        # A page read ahead changes nothing that is seen.
        self._settle(top + shift, repaint=not was_seen or shift != 0)

    def show_error(self, error: TraceTuiError) -> None:
        """Say that rows could not be read, and which key tries again."""
        self._asked, self._wish, self._refreshes, self._is_waiting = None, None, False, False
        self._trouble = error
        self._stop_waiting()
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
        self._settle(round(self.scroll_y) + shift)

    def reload(self) -> None:
        """Read again what is on the screen; cursor and scroll stay with the trace they are at."""
        if not self._window.rows:
            self.begin(self._order, is_hosted=len(self._lines.columns) == len(columns_for(is_hosted=True)))
            return
        self._trouble, self._refreshes = None, True
        top = round(self.scroll_y)
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

    @property
    def total(self) -> int | None:
        """How many rows there are; None while that is not known."""
        return self._window.total

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
        place = round(self.scroll_y) + event.y - HEAD
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
            self._settle(self._with_cursor(round(self.scroll_y)))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow wheel and scrollbar with the cursor, and ask for the rows that come into view."""
        top = round(new_value)
        if round(old_value) == top:
            return
        if self._is_seen(top):
            self._repaint_rows()
        else:
            self._repaint_later()
        if not self._is_waiting:
            self._cursor = max(top, min(self._cursor, top + self._seen - 1))
            self._tell_moved()
            self._want()

    # Moving

    @property
    def _seen(self) -> int:
        """Rows that fit on the screen."""
        return max(1, self.size.height - HEAD - FOOT)

    @property
    def _room(self) -> int:
        """Cells for the columns, between the mark and a blank at the right."""
        return self.size.width - 2 - EDGE

    def _is_seen(self, top: int) -> bool:
        """Whether every row on the screen is held."""
        return self._window.start <= top and min(top + self._seen, self._window.height) <= self._window.end

    def _with_cursor(self, top: int) -> int:
        """The least scrolling that has the cursor on the screen."""
        return max(min(top, self._cursor), self._cursor - self._seen + 1)

    def _move_to(self, place: int, *, by_page: bool = False, centred: bool = False) -> None:
        if self._is_waiting:
            # The rows to come are not known yet: the cursor goes ahead, and is stopped when they are there.
            self._cursor = max(0, place)
            return
        # Where nobody knows how many there are, the edge of what is held is as far as one can walk.
        last = self._window.end - 1 if self._window.total is None else self._window.height - 1
        old, self._cursor = self._cursor, max(0, min(place, last))
        top = round(self.scroll_y)
        if by_page:
            top += self._cursor - old
        elif centred and not top <= self._cursor < top + self._seen:
            top = self._cursor - self._seen // 2
        top = self._within(self._with_cursor(top))
        if top == round(self.scroll_y):
            self._repaint_row(old)
            self._repaint_row(self._cursor)
            self._repaint_foot()
        self._settle(top, repaint=False)

    def _within(self, top: int) -> int:
        return max(0, min(top, self._window.height - self._seen))

    def _settle(self, top: int, *, repaint: bool = True) -> None:
        """Bring cursor, scroll and size in step with the rows, tell and ask what follows from it."""
        height = self._window.height
        self._cursor = max(0, min(self._cursor, height - 1))
        size = Size(self.size.width, height + HEAD + FOOT)
        if size != self.virtual_size:
            self.virtual_size = size
        if repaint:
            self._repaint_rows()
        top = self._within(self._with_cursor(top))
        if top != round(self.scroll_y):
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
        elif isinstance(wish, AtTime):
            self._cursor = window.start
            return self._cursor
        elif isinstance(wish, AtRow):
            self._cursor = max(window.start, min(wish.index, window.end - 1))
            return self._cursor - self._seen // 2
        elif not was_waiting:
            self._cursor = 0
        return self._with_cursor(0)

    def _stay(self, anchor: Anchor, page: Page, top: int) -> int:
        """Take a page in the place of all rows and stay on the trace under the cursor; returns the new top."""
        line, was = self._cursor - top, self._at
        window = self._window = Window(assumed=self._window.start)
        window.take(anchor, page, PAGE)
        if was is None or not page.rows:
            self._refreshes = False
            return top
        key = sort_key(self._order, position_of(was))
        if (
            isinstance(anchor, First)
            and not window.ends
            and sort_key(self._order, position_of(page.rows[-1])) < key
        ):
            # More than a page of newer traces: the one under the cursor is now far below them.
            self._ask(Before(position_of(was)))
            return top
        self._refreshes = False
        if isinstance(anchor, Before):
            self._cursor = window.end
        else:
            place = window.place_of(was.id)
            self._cursor = window.place_near(self._order, position_of(was)) if place is None else place
        # New rows above the first line are shown as long as the trace stays in sight.
        return 0 if top == 0 and self._cursor < self._seen else self._cursor - line

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
        top = round(self.scroll_y)
        if self._refreshes and self._is_seen(top):
            return
        anchor = self._window.needed(top, top + self._seen)
        if anchor is not None and anchor != self._asked:
            self._refreshes = False
            self._ask(anchor)

    def _ask(self, anchor: Anchor, *, wish: Anchor | None = None) -> None:
        self._asked, self._wish = anchor, wish
        self.post_message(self.Needed(anchor, PAGE))

    def _repaint_rows(self) -> None:
        self.refresh(Region(0, HEAD, self.size.width - EDGE, self._seen))
        self._repaint_foot()
        self._move_thumb(self.scroll_y)

    def _repaint_later(self) -> None:
        """Paint placeholders, unless the rows are there before anybody would miss them."""
        if self._impatience is None:
            self._impatience = self.set_timer(PATIENCE_S, self._lose_patience)

    def _lose_patience(self) -> None:
        self._impatience = None
        self._repaint_rows()

    def _stop_waiting(self) -> None:
        if self._impatience is not None:
            self._impatience.stop()
            self._impatience = None

    # Painting

    def _repaint_row(self, place: int) -> None:
        y = place - round(self.scroll_y) + HEAD
        if HEAD <= y < self.size.height - FOOT:
            self.refresh(Region(0, y, self.size.width - EDGE, 1))

    def _repaint_foot(self) -> None:
        """Repaint the place; only its digits where nothing else moved."""
        was, self._place_cells = self._place_cells, len(self._place)
        at, width = (len(ROW), was) if was == self._place_cells else (0, FOOT_CELLS)
        self.refresh(Region(at, self.size.height - FOOT, min(self.size.width, width), FOOT))

    def _move_thumb(self, top: float) -> None:
        """Move the scrollbar's thumb where that can be seen: painting it costs 1 kB at 40 lines."""
        step = self.virtual_size.height / max(1, 8 * self.size.height)
        bar = self.vertical_scrollbar
        if abs(top - bar.position) >= step or top in (0, self.max_scroll_y):
            bar.position = top

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        if y < HEAD:
            return self._line(" " + self._lines.head(self._order), "head")
        if y >= self.size.height - FOOT:
            return self._foot()
        if not self._window.rows:
            return self._word(y - HEAD - 1)
        place = round(self.scroll_y) + y - HEAD
        row = self._window.row(place)
        if row is not None:
            return self._row(row, is_cursor=place == self._cursor)
        if place >= self._window.height:
            return Strip.blank(self.size.width, self.rich_style)
        return self._line("   ···", self._band if place == self._cursor else "faint")

    def _row(self, row: TraceRow, *, is_cursor: bool) -> Strip:
        cells = self._lines.row(row)
        rest = set_cell_size(cells[1:], self.size.width - 2 - EDGE)
        if is_cursor:
            segments = [Segment(MARK + cells[0] + rest, self._style(self._band))]
        else:
            look = "bad" if row.status is Status.FAILED else "good"
            segments = [Segment(" " + cells[0], self._style(look)), Segment(rest, self.rich_style)]
        return Strip([*segments, Segment(" " * EDGE, self.rich_style)], self.size.width)

    def _foot(self) -> Strip:
        window = self._window
        if not window.rows:
            return self._line("", "dim")
        if self._trouble is not None:
            return self._line(" " + " ".join(_in_words(self._trouble)), "bad")
        total = "…" if window.total is None else format_count(window.total)
        is_known = window.is_placed and window.total is not None
        return self._line(f"{ROW}{self._place} of {total}", "dim" if is_known else "wait")

    @property
    def _place(self) -> str:
        """The number of the cursor's row, from 1."""
        return format_count(self._cursor + 1) if self._window.is_placed else "…"

    def _word(self, line: int) -> Strip:
        words, look = self._words, "dim"
        if self._trouble is not None:
            words, look = _in_words(self._trouble), "bad"
        elif not words and (self._is_waiting or self._asked is not None):
            words, look = ("Reading …",), "wait"
        return self._line("   " + words[line] if 0 <= line < len(words) else "", look)

    def _line(self, text: str, look: str) -> Strip:
        return Strip([Segment(set_cell_size(text, self.size.width), self._style(look))], self.size.width)

    @property
    def _band(self) -> str:
        return "band" if self.has_focus else "band-blur"

    def _style(self, look: str) -> Style:
        return self.get_component_rich_style(f"trace-table--{look}")


def _in_words(error: TraceTuiError) -> tuple[str, ...]:
    words = (safe_line(error.problem), safe_line(error.hint), "Press r to try again.")
    return tuple(word for word in words if word)
