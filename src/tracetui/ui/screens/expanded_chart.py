"""One chart on the whole screen, with a timeline and model filters of its own (A25)."""

from collections.abc import Callable
from datetime import tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tracetui.domain.catalogue import ModelType
from tracetui.ui import keys
from tracetui.ui.analytics_view import AnalyticsView, ChartKind
from tracetui.ui.screens.charts_screen import ChartsScreen
from tracetui.ui.screens.leaving import Leaving
from tracetui.ui.source import Source
from tracetui.ui.widgets.chart_panel import ChartPanel
from tracetui.ui.widgets.footer import FooterLine
from tracetui.ui.widgets.scope_lines import ScopeLine


class ExpandedChart(Leaving[None], ChartsScreen):
    """A chart alone. It begins as it stands on the dashboard, and changes nothing there.

    Args:
        kind: Which.
        source: Where to ask.
        zone: In which times are shown and periods begin.
        now_us: The clock.
        view: What the dashboard shows.
    """

    DEFAULT_CSS = """
    ExpandedChart ScopeLine { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.EXPANDED)

    at_us: int | None = None
    """Where the cursor begins."""
    replica_limit: int | None = None
    """How many replicas the account may have; None: not known."""

    def __init__(
        self, kind: ChartKind, source: Source, *, zone: tzinfo, now_us: Callable[[], int], view: AnalyticsView
    ) -> None:
        super().__init__(source, zone=zone, now_us=now_us, view=view)
        self.kind = kind
        self.scope_line = ScopeLine(zone, self._this_year, has_types=False, has_period=True)
        self._panel = ChartPanel(kind.key, kind.title, kind.short)

    def compose(self) -> ComposeResult:
        """Scope and period, the chart, keys."""
        yield self.scope_line
        yield self._panel
        yield FooterLine()

    def on_mount(self) -> None:
        """Read the chart as soon as its room is known."""
        self._reading.replica_limit = self.replica_limit
        self._panel.chart.cursor_us = self.at_us
        self._panel.chart.focus()
        self.call_after_refresh(self.action_refresh)

    def kinds(self) -> tuple[ChartKind, ...]:
        """The one."""
        return (self.kind,)

    def panel(self, key: str) -> ChartPanel:  # noqa: ARG002
        """The one."""
        return self._panel

    def types(self) -> tuple[ModelType, ...]:
        """Those that have this chart."""
        return self.kind.types

    def watch_view(self, old: AnalyticsView, new: AnalyticsView) -> None:
        """Start what follows from a change."""
        if new.shows_other_charts(old):
            self.action_refresh()

    def action_refresh(self) -> None:
        """Read the latest data."""
        self.scope_line.view, self.scope_line.within = self.view, self.resolved()
        self.load_charts()

    def action_expand(self, key: str = "") -> None:  # noqa: ARG002
        """The mark that expanded it leads back."""
        self.action_back()

    def action_back(self) -> None:
        """To the dashboard, as it was."""
        self.dismiss()
