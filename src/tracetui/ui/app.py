"""The app: its two modes, its theme, and what happens to errors. No data code.

Screens are imported when their mode is first shown, so that nothing stands between the start and the first
frame that this frame does not need.
"""

from collections.abc import Callable
from datetime import tzinfo
from typing import ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen
from textual.worker import WorkerFailed

from tracetui.display.sanitise import Safe
from tracetui.domain.ports import Reader
from tracetui.errors import TraceTuiError
from tracetui.ui import keys, theme
from tracetui.ui.notices import UNTIL_READ_S
from tracetui.ui.source import Source


class TraceTuiApp(App[None]):
    """tracetui in the terminal.

    Args:
        open_reader: Makes a reader; called in each thread that asks.
        store: The store's name, for the header.
        zone: In which times are shown and periods begin.
        now_us: The clock.
        refresh_s: Refresh by itself every so many seconds; 0 is off.
    """

    TITLE = "tracetui"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.EVERYWHERE)
    CSS_PATH = "app.tcss"

    def __init__(
        self,
        open_reader: Callable[[], Reader],
        *,
        store: Safe,
        zone: tzinfo,
        now_us: Callable[[], int],
        refresh_s: float = 0,
    ) -> None:
        super().__init__()
        self.animation_level = "none"
        self.source = Source(open_reader)
        self._store = store
        self._zone = zone
        self._now_us = now_us
        self._refresh_s = refresh_s
        self.add_mode("analytics", self._analytics)
        self.add_mode("traces", self._traces)
        for ours in theme.OWN:
            self.register_theme(ours)
        self.theme = theme.DEFAULT

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our names for colours, for themes that do not know them."""
        return theme.own_variables(self.current_theme)

    async def on_mount(self) -> None:
        """Show the screen that was up last."""
        await self.switch_mode("traces")

    def on_unmount(self) -> None:
        """Stop what runs and close the store."""
        self.source.close()

    def action_leave(self) -> None:
        """Quit."""
        self.exit()

    def action_dismiss_notices(self) -> None:
        """Take away what was said."""
        self.clear_notifications()

    def show_error(self, error: TraceTuiError) -> None:
        """Say what went wrong and what to do, until it is dismissed."""
        self.notify(
            f"{error.problem}\n{error.hint}".rstrip(), severity="error", timeout=UNTIL_READ_S, markup=False
        )

    def _handle_exception(self, error: Exception) -> None:
        """Errors a user can act on become a notice; a bug ends the app with its traceback.

        Overrides a private method of Textual 8.2.8: a worker that fails has no other way to tell the app.
        """
        cause = error.error if isinstance(error, WorkerFailed) else error
        if isinstance(cause, TraceTuiError):
            self.show_error(cause)
        else:
            super()._handle_exception(error)

    def _analytics(self) -> Screen[None]:
        from tracetui.ui.screens.analytics import AnalyticsScreen

        return AnalyticsScreen(self._store, self._zone)

    def _traces(self) -> Screen[None]:
        from tracetui.ui.screens.traces import TracesScreen

        return TracesScreen(self.source, store=self._store, zone=self._zone, now_us=self._now_us)
