"""Live tail: what arrives appears in its place by time, and is counted while one looks elsewhere.

The store is asked every second whether anything was written; nothing else is read until it was, and nothing while
an earlier answer is still on its way.
"""

from textual import on, work

from tracetui.domain.queries import StoreQuery
from tracetui.errors import TraceTuiError
from tracetui.ui.screens.reading import ReadingScreen
from tracetui.ui.tail import Follow, Tail
from tracetui.ui.view import TracesView
from tracetui.ui.widgets.trace_table import TraceTable

LOOK_EVERY_S = 1.0


class TailingScreen(ReadingScreen):
    """A screen of traces that can follow what arrives."""

    _follow = Follow.OFF
    _written_us: int | None = None

    def on_mount(self) -> None:
        """Begin to look."""
        self._tail = Tail()
        self.set_interval(LOOK_EVERY_S, self.look_again)

    def follow_from_the_start(self) -> None:
        """Be live when it is first shown."""
        self._follow = Follow.LIVE
        self.header.follow = self._follow.value

    def action_follow(self) -> None:
        """Follow what arrives; once more pauses."""
        self._follow = self._follow.toggled
        self._written_us = None
        self.header.follow = self._follow.value
        self.look_again()

    def watch_view(self, old: TracesView, new: TracesView) -> None:
        """Nothing among other rows is new."""
        super().watch_view(old, new)
        if new.shows_other_figures(old):
            self._tail.forget()
            self._show_new()

    def counted(self, traces: int) -> None:
        """How many rows there are was read."""
        self._tail.count(traces)
        if self.rows.is_at_top and self._follow is not Follow.PAUSED:
            self._tail.look()
        self._show_new()

    @on(TraceTable.Moved)
    def _look_at_top(self) -> None:
        if self.rows.is_at_top and self._follow is not Follow.PAUSED:
            self._tail.look()
            self._show_new()

    def look_again(self) -> None:
        """Look whether anything was written, unless what was is still being read."""
        if self._follow is Follow.OFF or not self.is_current or self.view.scope is None:
            return
        if not any(worker.is_running for worker in self.workers if worker.node is self):
            self.look_for_new()

    @work(exclusive=True, group="tail")
    async def look_for_new(self) -> None:
        """Read what was written since the last look."""
        try:
            state = await self._source.fetch(StoreQuery())
            if state.last_write_us == self._written_us:
                return
            self._written_us = state.last_write_us
            if self._follow is Follow.PAUSED:
                within = self._known.within(self.view)
                query = self.view.matching_query if self.view.narrows else self.view.whole_query
                self.counted((await self._source.fetch(query(within))).requests)
                return
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        self._resolve()
        self.rows.reload(follows=self.view.picked is None)
        self.load_summary()

    def _show_new(self) -> None:
        self.rows.know_new(self._tail.new)
