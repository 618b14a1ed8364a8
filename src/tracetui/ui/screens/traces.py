"""The Traces screen: whose traces, their figures, the table, and the one that is open.

It owns one frozen `view`; every key changes the view, and `watch_view` alone starts what follows from that:
rows, figures and details, each in a group of workers of its own, so that rows never wait for figures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen, Screen

from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period, Preset
from tracetui.domain.places import anchor
from tracetui.domain.queries import Anchor, AtRow, Position, TraceQuery
from tracetui.errors import QueryError, TraceTuiError
from tracetui.ui import keys
from tracetui.ui.catalogue import Catalogue
from tracetui.ui.source import Source
from tracetui.ui.view import NO_FILTER, TracesView
from tracetui.ui.widgets.detail_pane import DetailPane
from tracetui.ui.widgets.footer import FooterLine
from tracetui.ui.widgets.header import HeaderLine
from tracetui.ui.widgets.model_bar import ModelBar
from tracetui.ui.widgets.search_bar import SearchBar
from tracetui.ui.widgets.summary import SummaryLine
from tracetui.ui.widgets.trace_columns import Column, columns_for
from tracetui.ui.widgets.trace_table import TraceTable

T = TypeVar("T")

BESIDE_CELLS = 120
"""From this width on the details stand beside the table."""
BELOW_LINES = 34
"""From this height on they stand below it where it is narrow; else they cover it."""
PATIENCE_S = 0.12
"""What takes longer says that it is being read."""


class TracesScreen(Screen[None]):
    """The traces of one model.

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
    class ModelChosen(Message):
        """Another model was chosen, to be remembered for the next visit."""

        model: ModelRef

    CSS_PATH = "traces.tcss"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.TRACES)

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
        self.summary = SummaryLine(zone, this_year)
        self.rows = TraceTable(zone, this_year)
        self.details = DetailPane(source.run, zone)

    def compose(self) -> ComposeResult:
        """Place, scope, figures, table and details, keys."""
        yield self.header
        yield Horizontal(self.bar, self.search, id="scope")
        yield self.summary
        yield Container(self.rows, self.details, id="body")
        yield FooterLine()

    def on_mount(self) -> None:
        """Open on the model chosen last, or ask for one."""
        self.rows.focus()
        self.open_first()
        if self._refresh_s:
            self.set_interval(self._refresh_s, self.action_refresh)

    def on_resize(self) -> None:
        """Put the details where there is room for them."""
        beside = self.size.width >= BESIDE_CELLS
        below = not beside and self.size.height >= BELOW_LINES
        for name, is_so in (("-beside", beside), ("-below", below), ("-over", not beside and not below)):
            self.set_class(is_so, name)

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
            self._show_details(was_open=old.picked is not None)

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
            if view.narrows:
                matching = await self._source.fetch(view.matching_query(self._within))
                self.summary.show_matching(matching)
                self.rows.know_total(matching.requests)
        except TraceTuiError as error:
            self.summary.show_error(error)
        self.bar.is_looking = False

    @work(exclusive=True, group="detail")
    async def load_detail(self, trace_id: int) -> None:
        """Read a trace whole."""
        try:
            detail = await self._source.fetch(TraceQuery(trace_id))
        except TraceTuiError as error:
            self.details.show_error(error)
            return
        if detail is None:
            gone = QueryError("This trace is no longer in the store.", hint="Press r to read the table again.")
            self.details.show_error(gone)
        else:
            self.details.show(detail)

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
            self.action_choose_model()

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
            self.details.focus()
        self.view = self.view.with_picked(opened.row.id)

    @on(TraceTable.Moved)
    def _follow_with_details(self, moved: TraceTable.Moved) -> None:
        if self.view.picked is not None:
            self.view = self.view.with_picked(moved.row.id)

    def _show_details(self, *, was_open: bool) -> None:
        """Bring the pane in step with what is picked."""
        picked = self.view.picked
        self.set_class(picked is not None, "-open")
        if picked is None:
            self.workers.cancel_group(self, "detail")
            self.rows.focus()
            return
        if not was_open:
            self.details.show_pending()
            if self.has_class("-over"):
                self.details.focus()
        self.load_detail(picked)

    def action_toggle_json(self) -> None:
        """The open trace as JSON or as text, with the table focused."""
        if self.view.picked is not None:
            self.details.action_toggle_json()

    def action_previous_trace(self) -> None:
        """The trace above, in the pane."""
        self.rows.action_cursor_up()

    def action_next_trace(self) -> None:
        """The trace below, in the pane."""
        self.rows.action_cursor_down()

    def action_back(self) -> None:
        """Close the details; with none open, end the search; then take away what was said."""
        if self.view.picked is not None:
            self.view = self.view.with_picked(None)
        elif self.view.search:
            self.view = self.view.with_search("")
        else:
            self.app.clear_notifications()

    # Scope, order, place

    def action_choose_model(self) -> None:
        """Another model."""
        from tracetui.ui.screens.model_picker import model_picker

        def chosen(model: ModelRef | None) -> None:
            if model is not None:
                self.open_model(model)
            elif self.view.scope is None:
                self.rows.say(*self._known.why_empty(self.view))

        self.app.push_screen(model_picker(self._source, self._zone, self._now_us, self.view.model), chosen)

    def action_choose_deployment(self) -> None:
        """One deployment or connection, or all."""
        scope = self.view.scope
        if scope is not None and scope.model.type.is_hosted:
            picker = self._known.deployment_picker(scope)
            self._ask(picker, lambda view, chosen: view.of_deployment(chosen.value))
        elif scope is not None:
            connections = self._known.connection_picker(scope)
            self._ask(connections, lambda view, chosen: view.of_connection(chosen.value))

    def action_choose_version(self) -> None:
        """One version, or all."""
        scope = self.view.scope
        if scope is not None and scope.model.type.is_hosted:
            picker = self._known.version_picker(scope)
            self._ask(picker, lambda view, chosen: view.of_version(chosen.value))

    def action_choose_period(self) -> None:
        """Another period."""
        self._ask(self._known.period_picker(self.view), TracesView.with_period)

    def _ask(self, dialog: ModalScreen[T], then: Callable[[TracesView, T], TracesView]) -> None:
        """Ask, and change the view by the answer; no answer changes nothing."""

        def answered(answer: T | None) -> None:
            if answer is not None:
                self.view = then(self.view, answer)

        self.app.push_screen(dialog, answered)

    def action_search(self) -> None:
        """Words that traces must contain."""
        if self.view.scope is not None:
            self.add_class("-searching")
            self.bar.refresh()
            self.search.begin(self.view.search)

    @on(SearchBar.Typed)
    def _search_for(self, typed: SearchBar.Typed) -> None:
        self.view = self.view.with_search(typed.words)

    @on(SearchBar.Left)
    def _leave_search(self) -> None:
        self.remove_class("-searching")
        self.rows.focus()

    def action_next_match(self) -> None:
        """The next match in the open trace; with none open, the next trace."""
        self._go_to_match(1)

    def action_previous_match(self) -> None:
        """The match before, or the trace before."""
        self._go_to_match(-1)

    def _go_to_match(self, step: int) -> None:
        if self.view.picked is not None:
            self.details.go_to_match(step)
        elif step > 0:
            self.rows.action_cursor_down()
        else:
            self.rows.action_cursor_up()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Keys of a search mean something only while one is on."""
        if action == "search":
            return not self.has_class("-searching")
        return action not in ("next_match", "previous_match") or bool(self.view.search)

    def action_filter(self) -> None:
        """Conditions that traces must meet."""
        if self.view.scope is None:
            return
        from tracetui.ui.screens.filter_builder import FilterBuilder

        self._ask(FilterBuilder(self._source, self.view, self._within), TracesView.with_filter)

    def action_clear_filter(self) -> None:
        """No conditions."""
        self.view = self.view.with_filter(NO_FILTER)

    def action_all_time(self) -> None:
        """The time since the model's first trace."""
        self.view = self.view.with_period(Preset.ALL_TIME)

    def action_sort(self) -> None:
        """The next order."""
        self.view = self.view.sorted_next()

    @on(TraceTable.HeadPressed)
    def _sort_by(self, pressed: TraceTable.HeadPressed) -> None:
        self.view = self.view.sorted_by(pressed.column)

    def action_go_to(self) -> None:
        """A row by its number, or a time."""
        from tracetui.ui.screens.goto import GoTo, Place

        def go(place: Place | None) -> None:
            if place is None:
                return
            to = anchor(place, self.view.order)
            if isinstance(to, AtRow):
                self.rows.go_to_row(to.index)
            else:
                self.rows.go_to_time(to.at_us)

        self.app.push_screen(GoTo(self._now_us, self._zone, self.view.order), go)

    def action_refresh(self) -> None:
        """Read the latest data."""
        if self.view.model is None:
            self.open_first()
        else:
            self.refresh_all(self.view.model)

    def action_explain(self) -> None:
        """What the figures mean."""
        from tracetui.ui.screens.explanation import Explanation

        self.app.push_screen(Explanation("Figures", self.summary.explanation()))
