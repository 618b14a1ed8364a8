"""What the dashboard and an expanded chart share: a view, the dialogs that change it, charts that follow it.

The screen owns one frozen `view`; every key changes the view, and `watch_view` alone starts what follows from
that, a worker for each chart, so that no chart waits for another.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo
from typing import TypeVar

from textual import on, work
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from tracetui.display.chart_spec import Behind
from tracetui.display.formatting import year_of
from tracetui.display.sanitise import Safe, safe_line
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.narrowing import versions_of
from tracetui.domain.periods import ANALYTICS_PRESETS, Period, PeriodChoice, day_of, resolve
from tracetui.domain.queries import DeploymentRef, Scope, ScopeQuery
from tracetui.errors import TraceTuiError
from tracetui.ui.analytics_view import KIND_OF, SAME_PLACE, TYPES, AnalyticsView, ChartKind
from tracetui.ui.chart_reading import ChartReading
from tracetui.ui.screens.scope_pickers import Chosen
from tracetui.ui.source import Source
from tracetui.ui.widgets.chart import Chart
from tracetui.ui.widgets.chart_canvas import canvas_columns
from tracetui.ui.widgets.chart_drawing import draw
from tracetui.ui.widgets.chart_panel import ChartPanel

A = TypeVar("A")

A_YEAR = timedelta(days=365)
"""How far back days can be picked; presets reach further (P4)."""


class ChartsScreen(Screen[None]):
    """Charts of a scope and a period.

    Args:
        source: Where to ask.
        zone: In which times are shown and periods begin.
        now_us: The clock.
        view: What to show at first.
    """

    @dataclass
    class TracesAsked(Message):
        """The traces behind a point are wanted (B1)."""

        scope: Scope
        behind: Behind

    view: reactive[AnalyticsView] = reactive(AnalyticsView(), init=False, repaint=False)
    # Textual repaints all of a screen where the focus moves, 50 ms at 200x60; those it leaves and enters do that.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, source: Source, *, zone: tzinfo, now_us: Callable[[], int], view: AnalyticsView) -> None:
        super().__init__()
        self.set_reactive(ChartsScreen.view, view)
        self._source, self._zone, self._now_us = source, zone, now_us
        self._this_year = year_of(now_us(), zone)
        self._reading = ChartReading(source, zone, now_us)
        self._rooms_read: dict[str, Size] = {}

    # What a screen of charts has to tell

    def kinds(self) -> tuple[ChartKind, ...]:
        """The charts that are shown now."""
        raise NotImplementedError

    def panel(self, key: str) -> ChartPanel:
        """The panel of a chart."""
        raise NotImplementedError

    def types(self) -> tuple[ModelType, ...]:
        """The types of models that can be chosen."""
        return TYPES

    # From the view to what is read

    def resolved(self) -> Period:
        """What the period means now."""
        return resolve(self.view.period, self._now_us(), self._zone)

    def load_charts(self) -> None:
        """Read all charts that are shown."""
        for kind in self.kinds():
            self.load_chart(kind.key)

    def load_chart(self, key: str) -> None:
        """Read a chart; what was being read for it is dropped."""
        scope = self.view.scope
        panel = self.panel(key)
        if scope is None:
            self.workers.cancel_group(self, f"chart {key}")
            panel.say(Safe("No model is chosen."), Safe("Press m to choose one."))
            self.chart_came(key)
            return
        panel.wait()
        self.run_worker(self._read_chart(key, scope), group=f"chart {key}", exclusive=True)

    def chart_came(self, key: str) -> None:
        """A chart was read."""

    async def _read_chart(self, key: str, scope: Scope) -> None:
        panel = self.panel(key)
        view, room = self.view, self.room_of(key)
        self._rooms_read[key] = room
        columns = canvas_columns(room.width)
        try:
            chart = await self._reading.chart(key, scope, view.period, columns, compares=view.compares)
            drawn = await self._source.run(lambda _: draw(chart.spec, room))
        except TraceTuiError as error:
            panel.say(safe_line(error.problem), safe_line(error.hint or "Press r to try again."))
        else:
            panel.show(drawn, chart.sums)
        self.chart_came(key)

    def room_of(self, key: str) -> Size:
        """The cells that a chart has; one that is not laid out yet will have those of one that is."""
        likely = (key, SAME_PLACE.get(key, key), *(kind.key for kind in self.kinds()))
        rooms = [self.panel(one).chart.size for one in likely]
        return next((room for room in rooms if room.width), self.size)

    def on_chart_resized(self, resized: Chart.Resized) -> None:
        """Read and draw anew where there is another room: other columns hold other requests."""
        key = resized.key
        if key in self._rooms_read and self._rooms_read[key] != self.room_of(key):
            self.load_chart(key)

    @on(Chart.Opened)
    def _open_traces(self, opened: Chart.Opened) -> None:
        if self.view.scope is not None:
            scope = self.view.scope
            if opened.behind.version is not None:
                scope = replace(scope, version=opened.behind.version)
            self.post_message(self.TracesAsked(scope, opened.behind))

    # What changes the view

    def action_choose_model(self) -> None:
        """Another model."""
        from tracetui.ui.screens.model_picker import model_picker

        def chosen(model: ModelRef | None) -> None:
            if model is not None:
                self.view = self.view.of_model(model)
                self.model_was_chosen(model)

        current = self.view.scope.model if self.view.scope else None
        picker = model_picker(
            self._source, self._zone, self._now_us, current, self.types(), first=self.view.tab
        )
        self.app.push_screen(picker, chosen)

    def model_was_chosen(self, model: ModelRef) -> None:
        """Another model was chosen by hand."""

    @work(exclusive=True, group="choices")
    async def action_choose_deployment(self) -> None:
        """One deployment or connection, or all."""
        from tracetui.ui.screens.scope_pickers import deployment_picker, name_picker

        scope = self.view.scope
        if scope is None:
            self.action_choose_model()
            return
        choices = await self._source.fetch(ScopeQuery(scope.model))
        if scope.model.type.is_hosted:

            def deployment_chosen(chosen: Chosen[DeploymentRef]) -> None:
                self.view = self.view.of_deployment(chosen.value)

            deployments = deployment_picker(choices, self._zone, self._this_year, scope.deployment)
            self._ask(deployments, deployment_chosen)
            return

        def connection_chosen(chosen: Chosen[str]) -> None:
            self.view = self.view.of_connection(chosen.value)

        names = name_picker("Connection", "all connections", choices.connections, scope.connection)
        self._ask(names, connection_chosen)

    @work(exclusive=True, group="choices")
    async def action_choose_version(self) -> None:
        """One version, or all."""
        from tracetui.ui.screens.scope_pickers import name_picker

        scope = self.view.scope
        if scope is None or not scope.model.type.is_hosted:
            return

        def chosen(version: Chosen[str]) -> None:
            self.view = self.view.of_version(version.value)

        choices = await self._source.fetch(ScopeQuery(scope.model))
        versions = versions_of(choices, scope.deployment)
        self._ask(name_picker("Version", "all versions", versions, scope.version), chosen)

    def action_choose_period(self) -> None:
        """Another period."""
        from tracetui.ui.screens.period_picker import PeriodPicker

        def chosen(period: PeriodChoice) -> None:
            self.view = self.view.with_period(period)

        now_us = self._now_us()
        picker = PeriodPicker(
            ANALYTICS_PRESETS,
            self.view.period,
            now_us=now_us,
            zone=self._zone,
            applies_presets=True,
            earliest=day_of(now_us, self._zone) - A_YEAR,
        )
        self._ask(picker, chosen)

    def action_compare(self) -> None:
        """The versions one by one over another, or all together."""
        scope = self.view.scope
        if scope is not None and scope.model.type.is_hosted:
            self.view = self.view.comparing(not self.view.compares)

    def action_explain(self) -> None:
        """What the chart with the focus means."""
        from textual.content import Content

        from tracetui.ui.screens.explanation import Explanation

        kind = self.focused_kind()
        if kind is not None:
            told = "\n\n".join((kind.about, *self.panel(kind.key).head.told))
            self.app.push_screen(Explanation(kind.title, Content(told)))

    def focused_kind(self) -> ChartKind | None:
        """The chart with the focus; without one the first."""
        panel = next((node for node in self._focus_path() if isinstance(node, ChartPanel)), None)
        return KIND_OF[panel.key] if panel is not None else next(iter(self.kinds()), None)

    def _focus_path(self) -> list[object]:
        return list(self.focused.ancestors_with_self) if self.focused is not None else []

    def _ask(self, dialog: ModalScreen[A], answer: Callable[[A], None]) -> None:
        """Show a dialog; closed without an answer it changes nothing."""

        def closed(chosen: A | None) -> None:
            if chosen is not None:
                answer(chosen)

        self.app.push_screen(dialog, closed)
