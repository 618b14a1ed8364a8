"""Where the details stand: their pane is made when it is first needed, or when nothing else is to be done.

The pane with its texts, metadata and patterns takes 50 ms that neither the first frame nor the first rows wait
for. What it is told before it is there it learns as soon as it is.
"""

import asyncio
from collections.abc import Callable
from datetime import tzinfo
from importlib import import_module
from typing import TYPE_CHECKING, Self

from textual import work

from tracetui.domain.trace import TraceDetail
from tracetui.errors import TraceTuiError
from tracetui.ui.widgets.background import Run
from tracetui.ui.widgets.scrolling import StillContainer

if TYPE_CHECKING:
    from tracetui.ui.widgets.detail_pane import DetailPane


class DetailSlot(StillContainer):
    """The details of the trace that is picked; see `DetailPane` for what each method shows.

    Args:
        run: Runs work off the event loop, as `Source.run` does.
        zone: In which times are shown.
    """

    def __init__(self, run: Run, zone: tzinfo) -> None:
        super().__init__()
        self._run, self._zone = run, zone
        self._pane: DetailPane | None = None
        self._is_coming = False
        self._told: list[Callable[[DetailPane], object]] = []

    def prepare(self) -> None:
        """Make the pane, unless it is there or on its way."""
        if not self._is_coming:
            self._is_coming = True
            self._make()

    def show(self, detail: TraceDetail) -> None:
        """Show a trace."""
        self._tell(lambda pane: pane.show(detail))

    def show_pending(self) -> None:
        """Say that a trace is being read."""
        self._tell(lambda pane: pane.show_pending())

    def show_error(self, error: TraceTuiError) -> None:
        """Say why no trace can be shown."""
        self._tell(lambda pane: pane.show_error(error))

    def mark(self, words: str) -> None:
        """Mark what the table is searched for; empty: nothing."""
        self._tell(lambda pane: pane.mark(words))

    def go_to_match(self, step: int) -> None:
        """The next match of what is marked."""
        self._tell(lambda pane: pane.go_to_match(step))

    def action_toggle_json(self) -> None:
        """The other way to see the texts."""
        self._tell(lambda pane: pane.action_toggle_json())

    def focus(self, scroll_visible: bool = True) -> Self:
        """Put the focus on the first text."""
        self._tell(lambda pane: pane.focus(scroll_visible))
        return self

    def _tell(self, what: "Callable[[DetailPane], object]") -> None:
        """Do it with the pane, now or as soon as it is there."""
        if self._pane is not None:
            what(self._pane)
        else:
            self._told.append(what)
            self.prepare()

    @work(group="pane", description="pane")
    async def _make(self) -> None:
        # Imported in a thread, so that a key that is pressed meanwhile is answered.
        module = await asyncio.to_thread(import_module, "tracetui.ui.widgets.detail_pane")
        pane: DetailPane = module.DetailPane(self._run, self._zone)
        await self.mount(pane)
        self._pane = pane
        for what in self._told:
            what(pane)
        self._told.clear()
