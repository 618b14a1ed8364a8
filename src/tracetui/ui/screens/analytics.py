"""The Analytics screen: the account's figures, and the charts of one model (A1 to A26)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message

from tracetui.display.sparkline import sparkline
from tracetui.domain.analytics import AccountQuery
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.errors import TraceTuiError
from tracetui.ui import keys, notices
from tracetui.ui.analytics_view import CHARTS, TYPES, AnalyticsView, ChartKind
from tracetui.ui.screens.charts_screen import ChartsScreen
from tracetui.ui.source import Source
from tracetui.ui.widgets.chart_panel import ChartPanel
from tracetui.ui.widgets.footer import FooterLine
from tracetui.ui.widgets.header import HeaderLine
from tracetui.ui.widgets.metric_card import MetricCards
from tracetui.ui.widgets.scope_lines import ChartTabs, PeriodLine, ScopeLine

ALL_CELLS, ALL_LINES = 100, 32
"""From this size on all charts stand on the screen; below it one at a time."""
WIDE_CELLS = 170
"""From this width on they stand in a row where the screen is not high as well."""
HIGH_LINES = 48


class AnalyticsScreen(ChartsScreen):
    """The dashboard.

    Args:
        source: Where to ask.
        header: The line of place.
        zone: In which times are shown and periods begin.
        now_us: The clock.
        refresh_s: Refresh by itself every so many seconds; 0 is off.
        last_model: The model to open on; None: none is chosen yet.
        replica_limit: How many replicas the account may have; None: not known.
    """

    @dataclass
    class ModelChosen(Message):
        """Another model was chosen, to be remembered for the next visit."""

        model: ModelRef

    CSS_PATH = "analytics.tcss"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.ANALYTICS)

    def __init__(
        self,
        source: Source,
        header: HeaderLine,
        *,
        zone: tzinfo,
        now_us: Callable[[], int],
        refresh_s: float = 0,
        last_model: ModelRef | None = None,
        replica_limit: int | None = None,
    ) -> None:
        view = AnalyticsView() if last_model is None else AnalyticsView().of_model(last_model)
        super().__init__(source, zone=zone, now_us=now_us, view=view)
        self._reading.replica_limit = replica_limit
        self._refresh_s = refresh_s
        self._here = view.charts[0].key
        self.header = header
        self.period = PeriodLine(zone, self._this_year)
        self.cards = MetricCards()
        self.scope_line = ScopeLine(zone, self._this_year)
        self.tabs = ChartTabs(id="chart-tabs")
        self._panels = {kind.key: ChartPanel(kind.key, kind.title, kind.short) for kind in CHARTS}

    def compose(self) -> ComposeResult:
        """Place, period, figures, scope, charts, keys."""
        yield self.header
        yield self.period
        yield self.cards
        yield self.scope_line
        yield self.tabs
        yield Container(*self._panels.values(), id="charts")
        yield FooterLine()

    def on_mount(self) -> None:
        """Read the figures at once, the charts as soon as their room is known."""
        self._arrange()
        self.load_account()
        self.call_after_refresh(self._begin)
        if self._refresh_s:
            self.set_interval(self._refresh_s, self.action_refresh)

    def on_resize(self, event: events.Resize) -> None:
        """Arrange the charts for another size."""
        is_all = event.size.width >= ALL_CELLS and event.size.height >= ALL_LINES
        is_row = is_all and event.size.width >= WIDE_CELLS and event.size.height < HIGH_LINES
        for name, is_so in (("-one", not is_all), ("-row", is_row), ("-stack", is_all and not is_row)):
            self.set_class(is_so, name)
        self._arrange()

    def kinds(self) -> tuple[ChartKind, ...]:
        """Those of the model type."""
        return self.view.charts

    def panel(self, key: str) -> ChartPanel:
        """The panel of a chart."""
        return self._panels[key]

    def watch_view(self, old: AnalyticsView, new: AnalyticsView) -> None:
        """Start what follows from a change; nothing else does."""
        self._resolve()
        if new.tab is not old.tab:
            self._arrange()
        if new.period != old.period:
            self.load_account()
        if new.shows_other_charts(old):
            self.load_charts()

    @work(exclusive=True, group="account")
    async def load_account(self) -> None:
        """Read the cards."""
        self.cards.wait()
        try:
            account = await self._source.fetch(AccountQuery(self.resolved()))
        except TraceTuiError as error:
            self.cards.show(None)
            notices.complain(self, error)
        else:
            self.cards.show(account)
            self.period.pruned_before_us = account.pruned_before_us
            self.header.as_of_us = self._now_us()

    def chart_came(self, key: str) -> None:
        """Draw the sparkline of a chart beside its title, where it is one of the tabs."""
        cells = self.tabs.cells_each()
        lines = dict(self.tabs.lines)
        lines[key] = sparkline(self._panels[key].chart.spec, cells)
        self.tabs.lines = tuple(lines.items())

    def model_was_chosen(self, model: ModelRef) -> None:
        """Have it remembered."""
        self.post_message(self.ModelChosen(model))

    def action_show_type(self, name: str) -> None:
        """The models of a type."""
        self.view = self.view.of_type(ModelType(name))

    def action_next_type(self, by: int) -> None:
        """The tab beside this one."""
        self.view = self.view.of_type(TYPES[(TYPES.index(self.view.tab) + by) % len(TYPES)])

    def action_show_chart(self, key: str) -> None:
        """Go to a chart."""
        self._here = key
        self._arrange()
        self._panels[key].chart.focus()

    def action_next_chart(self, by: int) -> None:
        """Go to the chart beside this one."""
        shown = [kind.key for kind in self.kinds()]
        here = self.focused_kind()
        at = shown.index(here.key) if here is not None and here.key in shown else 0
        self.action_show_chart(shown[(at + by) % len(shown)])

    def action_refresh(self) -> None:
        """Read the latest data; cursors stay."""
        self._resolve()
        self.load_account()
        self.load_charts()

    def action_expand(self, key: str = "") -> None:
        """A chart alone, with filters of its own."""
        from tracetui.ui.screens.expanded_chart import ExpandedChart

        here = self.focused_kind()
        kind = next((kind for kind in self.kinds() if kind.key == key), here)
        if kind is not None:
            cursor = self._panels[kind.key].chart.stop
            expanded = ExpandedChart(kind, self._source, zone=self._zone, now_us=self._now_us, view=self.view)
            expanded.replica_limit = self._reading.replica_limit
            expanded.at_us = cursor.at_us if cursor is not None else None
            self.app.push_screen(expanded)

    def action_explain_account(self) -> None:
        """What the cards mean."""
        from tracetui.ui.screens.explanation import Explanation

        self.app.push_screen(Explanation("Account", self.cards.explanation()))

    def action_back(self) -> None:
        """Take away what was said."""
        self.app.clear_notifications()

    def _begin(self) -> None:
        self._resolve()
        self._panels[self._here].chart.focus()
        self.load_charts()

    def _resolve(self) -> None:
        """Bring the lines above the charts in step with the view and the clock."""
        within = self.resolved()
        self.period.view = self.scope_line.view = self.view
        self.period.within = within

    def _arrange(self) -> None:
        """Show the charts that the type has; one of them where there is no room for all."""
        shown = [kind.key for kind in self.kinds()]
        if self._here not in shown:
            self._here = shown[0]
        is_one = self.has_class("-one")
        for key, panel in self._panels.items():
            panel.display = key in shown and (not is_one or key == self._here)
            panel.set_class(key == shown[0], "-first")
        self.tabs.kinds, self.tabs.here = self.kinds(), self._here
        if self.is_mounted and self.is_current and (self.focused is None or not self.focused.display):
            self._panels[self._here].chart.focus()
