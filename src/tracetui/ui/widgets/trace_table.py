"""The trace table: ten million rows to walk through by keys and mouse."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from tracetui.domain.queries import First, Last
from tracetui.domain.rows import TraceRow
from tracetui.ui import keys
from tracetui.ui.widgets.trace_canvas import FOOT, HEAD
from tracetui.ui.widgets.trace_finding import TraceFinding


class TraceTable(TraceFinding, can_focus=True):
    """Traces, one on each line.

    Args:
        zone: In which times are shown.
        this_year: The year that goes without saying.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.TRACE_TABLE)

    @dataclass
    class Opened(Message):
        """A trace was chosen, to be looked at whole."""

        row: TraceRow

    @dataclass
    class HeadPressed(Message):
        """The name of a column was pressed."""

        column: str

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
        if self._window.total is None and not self._window.ends and not self._window.grows:
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
