"""The screens that a user switches between, made when each is first shown.

They are imported here and then, so that nothing stands between the start and the first frame that this frame
does not need.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from tracetui.display.sanitise import safe_line
from tracetui.ui.recall import Recall
from tracetui.ui.source import Source
from tracetui.ui.widgets.header import HeaderLine

if TYPE_CHECKING:
    from tracetui.ui.screens.analytics import AnalyticsScreen
    from tracetui.ui.screens.charts_screen import ChartsScreen
    from tracetui.ui.screens.traces import TracesScreen
    from tracetui.ui.screens.traces_behind import TracesBehind
    from tracetui.ui.screens.welcome import WelcomeScreen


@dataclass(frozen=True)
class Modes:
    """What every screen is made with."""

    source: Source
    store: Path
    """The store's file, there or not."""
    zone: tzinfo
    now_us: Callable[[], int]
    refresh_s: float
    recall: Recall
    """What was chosen last."""
    receives: bool
    """Whether a collector runs beside the app."""
    is_default_store: bool
    replica_limit: int | None
    """The account's; None: unknown."""

    def analytics(self) -> "AnalyticsScreen":
        """The dashboard."""
        from tracetui.ui.screens.analytics import AnalyticsScreen

        return AnalyticsScreen(
            self.source,
            self._header("analytics"),
            zone=self.zone,
            now_us=self.now_us,
            refresh_s=self.refresh_s,
            last_model=self.recall.choices.models.get("analytics"),
            replica_limit=self.replica_limit,
        )

    def traces(self) -> "TracesScreen":
        """The table; what is received is followed from the start."""
        from tracetui.ui.screens.traces import TracesScreen

        screen = TracesScreen(
            self.source,
            self._header("traces"),
            zone=self.zone,
            now_us=self.now_us,
            refresh_s=self.refresh_s,
            last_model=self.recall.choices.models.get("traces"),
            hidden=self.recall.choices.hidden,
        )
        if self.receives:
            screen.follow_from_the_start()
        return screen

    def traces_behind(self, asked: "ChartsScreen.TracesAsked") -> "TracesBehind":
        """The traces behind a point of a chart."""
        from tracetui.ui.screens.traces_behind import TracesBehind

        return TracesBehind(
            self.source,
            self._header("analytics"),
            zone=self.zone,
            now_us=self.now_us,
            hidden=self.recall.choices.hidden,
            scope=asked.scope,
            behind=asked.behind,
        )

    def welcome(self) -> "WelcomeScreen":
        """The ways in."""
        from tracetui.ui.screens.welcome import WelcomeScreen

        return WelcomeScreen(
            self.source,
            self.store,
            self._header("traces"),
            is_default=self.is_default_store,
            receives=self.receives,
        )

    def _header(self, here: str) -> HeaderLine:
        return HeaderLine(here, safe_line(self.store.name), self.zone)
