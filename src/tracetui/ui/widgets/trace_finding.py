"""How the trace table shows rows while they are still being found: those there are, and how far the looking is.

Until a page is full nobody is asked for more: rows come by themselves. What is beyond a full page is asked for as
always. A number of rows is a lower bound until all are found, and says so.
"""

from collections.abc import Sequence

from textual.geometry import Region

from tracetui.domain.queries import First
from tracetui.domain.rows import Page, TraceRow
from tracetui.ui.widgets.trace_canvas import FOOT
from tracetui.ui.widgets.trace_walk import TraceWalk
from tracetui.ui.widgets.trace_window import Window


class TraceFinding(TraceWalk):
    """The rows of one result, told as they are found; see `TraceWalk` for what it is made with."""

    def show_found(self, rows: Sequence[TraceRow], found: int, sign: str) -> None:
        """Take what was found so far.

        Args:
            rows: The first ones, from the first on; at most a page of them.
            found: How many there are so far.
            sign: How far it is, in words.
        """
        self._found = found
        if self._is_waiting and rows:
            self._end_asking()
            self._is_waiting, self._window = False, Window()
            self._window.grow(rows)
            self._lines.grow(rows)
            self.refresh()
            self._settle(0)
        elif self._window.grows and not self._is_waiting:
            self._grow(rows)
        self.say_how_far(sign)

    def show_all_found(self, rows: Sequence[TraceRow], found: int) -> None:
        """Take what was found, all there is: rows as above, and how many there are."""
        self._found = None
        if self._is_waiting:
            self._asked = First()
            self.show(First(), Page(tuple(rows), 0, found))
        elif self._window.grows:
            self._grow(rows)
            if self._window.grows:
                self._window.end_growing()
        self.know_total(found)
        self.say_how_far("")
        self._settle(self._top)

    def say_how_far(self, sign: str) -> None:
        """Say how far it is that looks for rows; empty: nobody does."""
        if sign != self._sign:
            self._sign = sign
            if self._window.rows:
                self.refresh(Region(0, self.size.height - FOOT, self.size.width, FOOT))
            else:
                self._repaint_rows()
        self._repaint_foot()

    def _grow(self, rows: Sequence[TraceRow]) -> None:
        """Take more rows; the cursor stays with its trace, though newer ones may have come before it."""
        top, was, before = self._top, self._at, len(self._window.rows)
        if len(rows) <= before and [row.id for row in rows] == [row.id for row in self._window.rows[: len(rows)]]:
            # The same again, or a search that goes on and is not yet where it was before.
            return
        self._window.grow(rows)
        place = self._window.place_of(was.id) if was is not None else None
        moved = 0 if place is None else place - self._cursor
        self._cursor += moved
        if self._lines.grow(rows) or moved:
            self.refresh()
        self._settle(top + moved, repaint=before < top + self._seen)
