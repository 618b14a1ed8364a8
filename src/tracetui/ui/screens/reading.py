"""What the Traces screen reads, and when: everything that follows from a change of its view.

It owns one frozen `view`; `watch_view` alone starts what follows from another one: rows, figures and details, each
in a group of workers of its own, so that rows never wait for figures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen

from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period
from tracetui.domain.queries import Anchor, Position, TraceQuery
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
from tracetui.ui.widgets.trace_columns import Column, columns_for
from tracetui.ui.widgets.trace_table import TraceTable

BESIDE_CELLS = 120
"""From this width on the details stand beside the table."""
BELOW_LINES = 34
"""From this height on they stand below it where it is narrow; else they cover it."""
PATIENCE_S = 0.12
"""The details open so long after they were asked for, should they not have been read before."""


class ReadingScreen(Screen[None]):
    """The traces of one model, without keys.

    Args:
        source: Where to ask.
        header: The line of place.
        zone: In which times are shown and periods begin.
        now_us: The clock.
        refresh_s: Refresh by itself every so many seconds; 0 is off.
        last_model: The model to open on; None, or one that is gone: ask.
        hidden: The columns switched off, by the type of model.
    """

    @dataclass
    class ModelChosen(Message, namespace="traces_screen"):
        """Another model was chosen, to be remembered for the next visit."""

        model: ModelRef

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

    def on_mount(self) -> None:
        """Open on the model chosen last, or ask for one."""
        self.rows.focus()
        self.open_first()
        if self._refresh_s:
            self.set_interval(self._refresh_s, self.read_again)

    def on_resize(self) -> None:
        """Put the details where there is room for them."""
        self._arrange(self.size)
        self._make_room()

    def _arrange(self, size: Size, *, update: bool = True) -> None:
        beside = size.width >= BESIDE_CELLS
        below = not beside and size.height >= BELOW_LINES
        # In one step: each class that comes or goes restyles every widget of the screen.
        self.update_classes({"-beside": beside, "-below": below, "-over": not beside and not below}, update=update)

    # From the view to what is read

    def watch_view(self, old: TracesView, new: TracesView) -> None:
        """Start what follows from a change; nothing else does."""
        self.bar.view = new
        if new.scope is None:
            # Order and period can be chosen before the model; they hold once it is.
            return
        if new.shows_other_rows(old):
            # At once, or the answer that is on its way would be taken for one to the new question.
            self.workers.cancel_group(self, "rows")
            self.workers.cancel_group(self, "place")
            self._resolve()
            self.rows.begin(new.order, self._columns, new.search)
        if new.shows_other_figures(old):
            self.summary.wait(is_hosted=new.is_hosted, narrows=new.narrows)
            self.load_summary()
        if new.search != old.search:
            self.details.mark(new.search)
        if new.picked != old.picked:
            self._show_details()

    @on(TraceTable.Needed)
    def _rows_needed(self, needed: TraceTable.Needed) -> None:
        if self.view.scope is not None:
            self.load_rows(needed.anchor, needed.count)

    @work(exclusive=True, group="rows")
    async def load_rows(self, anchor: Anchor, count: int) -> None:
        """Read a page of the table."""
        view = self.view
        try:
            page = await self._source.fetch(view.rows_query(self._within, anchor, count))
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        if page.total == 0:
            self.rows.say(*self._known.why_empty(view))
            self.view = view.with_picked(None)
        self.rows.show(anchor, page)
        self.call_after_refresh(self.details.prepare)
        self.header.as_of_us = self._read_at_us

    @on(TraceTable.Unplaced)
    def _place_needed(self, unplaced: TraceTable.Unplaced) -> None:
        self.load_place(unplaced.position)

    @work(exclusive=True, group="place")
    async def load_place(self, position: Position) -> None:
        """Count the rows before one whose page did not tell its place."""
        try:
            place = await self._source.fetch(self.view.place_query(self._within, position))
        except TraceTuiError as error:
            self.rows.show_error(error)
        else:
            self.rows.know_place(position.id, place)

    @work(exclusive=True, group="summary")
    async def load_summary(self) -> None:
        """Read the figures above the table: of all traces, then of those that match; they count the rows too."""
        view = self.view
        self.bar.is_looking = bool(view.search)
        try:
            whole = await self._source.fetch(view.whole_query(self._within))
            self.summary.show(whole, is_hosted=view.is_hosted, narrows=view.narrows)
            found = whole.requests
            if view.narrows:
                matching = await self._source.fetch(view.matching_query(self._within))
                self.summary.show_matching(matching)
                found = matching.requests
                self.rows.know_total(found)
            self.counted(found)
        except TraceTuiError as error:
            self.summary.show_error(error)
        self.bar.is_looking = False

    def counted(self, traces: int) -> None:
        """How many rows there are was read."""

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

    @work(exclusive=True, group="model")
    async def open_first(self) -> None:
        """Open on the model chosen last or the only one there is; else ask."""
        try:
            await self._known.read_models()
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        models = self._known.models
        if self._last_model in models:
            self.open_model(self._last_model)
        elif len(models) == 1:
            self.open_model(next(iter(models)))
        else:
            self.ask_for_model()

    @work(exclusive=True, group="model")
    async def open_model(self, model: ModelRef) -> None:
        """Show a model's traces: of all its deployments, or of its default connection."""
        try:
            if model not in self._known.models:
                await self._known.read_models()
            await self._known.read_choices(model)
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        self.view = self.view.of_model(model, self._known.default_connection)
        self.post_message(self.ModelChosen(model))

    @work(exclusive=True, group="model")
    async def refresh_all(self, model: ModelRef) -> None:
        """Read everything again; cursor, selection and scroll stay."""
        try:
            await self._known.read_models()
            await self._known.read_choices(model)
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        self._resolve()
        self.rows.reload()
        self.load_summary()

    @property
    def _columns(self) -> tuple[Column, ...]:
        """The columns of the model that are not switched off."""
        model = self.view.model
        hidden = self._hidden.get(model.type, frozenset()) if model else frozenset()
        return columns_for(is_hosted=self.view.is_hosted, hidden=hidden)

    def _resolve(self) -> None:
        """Work out what the period means now."""
        self._read_at_us = self._now_us()
        self._within = self.bar.within = self._known.within(self.view)

    # The detail pane

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

    def ask_for_model(self) -> None:
        """Ask for a model; without an answer and a model before, the page says how to ask again."""
        from tracetui.ui.screens.model_picker import model_picker

        def chosen(model: ModelRef | None) -> None:
            if model is not None:
                self.open_model(model)
            elif self.view.scope is None:
                self.rows.say(*self._known.why_empty(self.view))

        self.app.push_screen(model_picker(self._source, self._zone, self._now_us, self.view.model), chosen)

    def read_again(self) -> None:
        """Read the latest data."""
        if self.view.model is None:
            self.open_first()
        else:
            self.refresh_all(self.view.model)
