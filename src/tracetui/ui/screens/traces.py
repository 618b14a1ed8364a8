"""The Traces screen: whose traces, their figures, the table, and the one that is open.

It owns one frozen `view`; every key changes the view, and `watch_view` alone starts what follows from that:
rows, figures and details, each in a group of workers of its own, so that rows never wait for figures.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen

from tracetui.display.formatting import year_of
from tracetui.domain.catalogue import ModelRef
from tracetui.domain.periods import TRACES_PRESETS, Period, PeriodChoice, Preset, resolve
from tracetui.domain.places import anchor
from tracetui.domain.queries import Anchor, AtRow, DeploymentRef, ModelsQuery, ScopeQuery, TraceQuery
from tracetui.domain.rows import ModelEntry, ScopeChoices
from tracetui.errors import QueryError, TraceTuiError
from tracetui.ui import keys
from tracetui.ui.empty_words import why_empty
from tracetui.ui.screens.scope_pickers import Chosen
from tracetui.ui.source import Source
from tracetui.ui.view import TracesView
from tracetui.ui.widgets.detail_pane import DetailPane
from tracetui.ui.widgets.footer import FooterLine
from tracetui.ui.widgets.header import HeaderLine
from tracetui.ui.widgets.model_bar import ModelBar
from tracetui.ui.widgets.summary import SummaryLine
from tracetui.ui.widgets.trace_table import TraceTable

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
    ) -> None:
        super().__init__()
        self._source, self._zone, self._now_us = source, zone, now_us
        self._refresh_s, self._last_model = refresh_s, last_model
        self._this_year = year_of(now_us(), zone)
        self._models: dict[ModelRef, ModelEntry] = {}
        self._choices = ScopeChoices((), (), ())
        self._within = Period(0, 0)
        self._read_at_us = 0
        self.header = header
        self.bar = ModelBar(zone, self._this_year)
        self.summary = SummaryLine(zone, self._this_year)
        self.rows = TraceTable(zone, self._this_year)
        self.details = DetailPane(source.run, zone)

    def compose(self) -> ComposeResult:
        """Place, scope, figures, table and details, keys."""
        yield self.header
        yield self.bar
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
            self._resolve()
            self.rows.begin(new.order, is_hosted=new.is_hosted)
        if new.shows_other_figures(old):
            self.summary.wait(is_hosted=new.is_hosted)
            self.load_summary()
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
            self.rows.say(*why_empty(view, self._models, self._zone, self._this_year))
            self.view = view.with_picked(None)
        self.rows.show(anchor, page)
        self.header.as_of_us = self._read_at_us

    @work(exclusive=True, group="summary")
    async def load_summary(self) -> None:
        """Read the figures above the table."""
        view = self.view
        try:
            summary = await self._source.fetch(view.summary_query(self._within))
        except TraceTuiError as error:
            self.summary.show_error(error)
        else:
            self.summary.show(summary, is_hosted=view.is_hosted)

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
            await self._read_models()
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        if self._last_model in self._models:
            self.open_model(self._last_model)
        elif len(self._models) == 1:
            self.open_model(next(iter(self._models)))
        else:
            self.action_choose_model()

    @work(exclusive=True, group="model")
    async def open_model(self, model: ModelRef) -> None:
        """Show a model's traces: of all its deployments, or of its default connection."""
        try:
            if model not in self._models:
                await self._read_models()
            self._choices = await self._source.fetch(ScopeQuery(model))
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        connections = self._choices.connections
        self.view = self.view.of_model(model, connections[0] if connections else None)
        self.post_message(self.ModelChosen(model))

    @work(exclusive=True, group="model")
    async def refresh_all(self, model: ModelRef) -> None:
        """Read everything again; cursor, selection and scroll stay."""
        try:
            await self._read_models()
            self._choices = await self._source.fetch(ScopeQuery(model))
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        self._resolve()
        self.rows.reload()
        self.load_summary()

    async def _read_models(self) -> None:
        self._models = {entry.ref: entry for entry in await self._source.fetch(ModelsQuery())}

    def _resolve(self) -> None:
        """Work out what the period means now."""
        self._read_at_us = self._now_us()
        entry = self._models.get(self.view.model) if self.view.model else None
        self._within = resolve(
            self.view.period,
            self._read_at_us,
            self._zone,
            first_us=entry.first_at_us if entry else None,
            last_us=entry.last_at_us if entry else None,
        )
        self.bar.within = self._within

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
        """Close the details; with none open, take away what was said."""
        if self.view.picked is not None:
            self.view = self.view.with_picked(None)
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
                self.rows.say(*why_empty(self.view, self._models, self._zone, self._this_year))

        self.app.push_screen(model_picker(self._source, self._zone, self._now_us, self.view.model), chosen)

    def action_choose_deployment(self) -> None:
        """One deployment or connection, or all."""
        scope = self.view.scope
        if scope is None:
            return
        if scope.model.type.is_hosted:
            from tracetui.ui.screens.scope_pickers import deployment_picker

            def deployment_chosen(chosen: Chosen[DeploymentRef] | None) -> None:
                if chosen is not None:
                    self.view = self.view.of_deployment(chosen.value)

            picker = deployment_picker(self._choices, self._zone, self._this_year, scope.deployment)
            self.app.push_screen(picker, deployment_chosen)
            return
        from tracetui.ui.screens.scope_pickers import name_picker

        def connection_chosen(chosen: Chosen[str] | None) -> None:
            if chosen is not None:
                self.view = self.view.of_connection(chosen.value)

        names = name_picker("Connection", "all connections", self._choices.connections, scope.connection)
        self.app.push_screen(names, connection_chosen)

    def action_choose_version(self) -> None:
        """One version, or all."""
        from tracetui.ui.screens.scope_pickers import name_picker, versions_of

        def chosen(version: Chosen[str] | None) -> None:
            if version is not None:
                self.view = self.view.of_version(version.value)

        scope = self.view.scope
        if scope is not None and scope.model.type.is_hosted:
            versions = versions_of(self._choices, scope.deployment)
            self.app.push_screen(name_picker("Version", "all versions", versions, scope.version), chosen)

    def action_choose_period(self) -> None:
        """Another period."""
        from tracetui.ui.screens.period_picker import PeriodPicker

        def chosen(period: PeriodChoice | None) -> None:
            if period is not None:
                self.view = self.view.with_period(period)

        entry = self._models.get(self.view.model) if self.view.model else None
        picker = PeriodPicker(
            TRACES_PRESETS,
            self.view.period,
            now_us=self._now_us(),
            zone=self._zone,
            first_us=entry.first_at_us if entry else None,
        )
        self.app.push_screen(picker, chosen)

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
