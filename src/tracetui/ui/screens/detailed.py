"""The parts of the Traces screen, and the trace that is open: beside the table, below or over it.

What the table shows is decided in `reading.py`.
"""

from collections.abc import Callable, Mapping
from datetime import tzinfo

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.geometry import Size
from textual.reactive import reactive
from textual.screen import Screen

from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period
from tracetui.domain.queries import TraceQuery
from tracetui.errors import QueryError, TraceTuiError
from tracetui.ui.screens.catalogue import Catalogue
from tracetui.ui.source import Source
from tracetui.ui.view import TracesView
from tracetui.ui.widgets.detail_slot import DetailSlot
from tracetui.ui.widgets.footer import FooterLine
from tracetui.ui.widgets.header import HeaderLine
from tracetui.ui.widgets.model_bar import ModelBar
from tracetui.ui.widgets.search_bar import SearchBar
from tracetui.ui.widgets.summary import SummaryLine
from tracetui.ui.widgets.trace_table import TraceTable

BESIDE_CELLS = 120
"""From this width on the details stand beside the table."""
BELOW_LINES = 34
"""From this height on they stand below it where it is narrow; else they cover it."""
PATIENCE_S = 0.12
"""The details open so long after they were asked for, should they not have been read before."""


class DetailedScreen(Screen[None]):
    """A table of traces and the details of one of them.

    Args:
        source: Where to ask.
        header: The line of place.
        zone: In which times are shown and periods begin.
        now_us: The clock.
        refresh_s: Refresh by itself every so many seconds; 0 is off.
        last_model: The model to open on; None, or one that is gone: ask.
        hidden: The columns switched off, by the type of model.
    """

    AUTO_FOCUS = "TraceTable"

    view: reactive[TracesView] = reactive(TracesView(), init=False, repaint=False)

    def __init__(
        self,
        source: Source,
        header: HeaderLine,
        *,
        zone: tzinfo,
        now_us: Callable[[], int],
        refresh_s: float = 0,
        last_model: ModelRef | None = None,
        hidden: Mapping[ModelType, frozenset[str]] | None = None,
    ) -> None:
        super().__init__()
        self._source, self._zone, self._now_us = source, zone, now_us
        self._refresh_s, self._last_model = refresh_s, last_model
        self._hidden = dict(hidden or {})
        self._known = Catalogue(source, zone, now_us)
        self._within = Period(0, 0)
        self._read_at_us = 0
        self.header = header
        self.search = SearchBar()
        this_year = self._known.this_year
        self.bar = ModelBar(zone, this_year)
        self._scope_line = Horizontal(self.bar, self.search, id="scope")
        self.summary = SummaryLine(zone, this_year)
        self.rows = TraceTable(zone, this_year)
        self.details = DetailSlot(source.run, zone)
        self._is_open = False

    def compose(self) -> ComposeResult:
        """Place, scope, figures, table and details, keys."""
        # Now, for what is about to be mounted is styled once in any case.
        self._arrange(self.app.size, update=False)
        yield self.header
        yield self._scope_line
        yield self.summary
        yield Container(self.rows, self.details, id="body")
        yield FooterLine()

    def on_resize(self) -> None:
        """Put the details where there is room for them."""
        self._arrange(self.size)
        self._make_room()

    def _arrange(self, size: Size, *, update: bool = True) -> None:
        beside = size.width >= BESIDE_CELLS
        below = not beside and size.height >= BELOW_LINES
        # In one step: each class that comes or goes restyles every widget of the screen.
        self.update_classes({"-beside": beside, "-below": below, "-over": not beside and not below}, update=update)

    @on(TraceTable.Opened)
    def _open_details(self, opened: TraceTable.Opened) -> None:
        if self.view.picked == opened.row.id:
            # Once more goes deeper: into the text.
            self._open_pending()
            self.details.focus()
        self.view = self.view.with_picked(opened.row.id)

    @on(TraceTable.Moved)
    def _follow_with_details(self, moved: TraceTable.Moved) -> None:
        if self.view.picked is not None:
            self.view = self.view.with_picked(moved.row.id)

    def _show_details(self) -> None:
        """Bring the pane in step with what is picked."""
        if self.view.picked is None:
            self.workers.cancel_group(self, "detail")
            self._open(False)
            self.rows.focus()
        else:
            self.load_detail(self.view.picked)

    def _open_pending(self) -> None:
        """Say that a trace is being read, unless the details of another one can still be seen."""
        if not self._is_open:
            self.details.show_pending()
            self._open(True)

    def _open(self, is_open: bool) -> None:
        """Open or close the details."""
        if is_open != self._is_open:
            self._is_open = is_open
            self._make_room()
            if is_open and self.has_class("-over"):
                self.details.focus()

    def _make_room(self) -> None:
        """Show the details, and hide what they cover."""
        # Each widget by itself: a class of the screen would restyle all of them, 20 ms for each opening.
        self.details.display = self._is_open
        for covered in (self.rows, self.summary, self._scope_line):
            covered.display = not (self._is_open and self.has_class("-over"))

    @work(exclusive=True, group="detail")
    async def load_detail(self, trace_id: int) -> None:
        """Read a trace whole, and open the details where they are not."""
        patience = self.set_timer(PATIENCE_S, self._open_pending)
        try:
            detail = await self._source.fetch(TraceQuery(trace_id))
            if detail is None:
                raise QueryError("This trace is no longer in the store.", hint="Press r to read the table again.")
            self.details.show(detail)
        except TraceTuiError as error:
            self.details.show_error(error)
        finally:
            patience.stop()
        self._open(True)
