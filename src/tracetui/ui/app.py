"""The app: its modes, its theme, and what happens to errors. No data code.

Screens are imported when they are first shown, so that nothing stands between the start and the first frame
that this frame does not need.
"""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.geometry import Size
from textual.screen import Screen
from textual.worker import WorkerFailed

from tracetui.display.sanitise import safe_line
from tracetui.domain.ports import Reader
from tracetui.domain.queries import StoreQuery
from tracetui.errors import StoreMissing, TraceTuiError
from tracetui.ui import keys, notices, theme
from tracetui.ui.screens.too_small import TooSmall, is_too_small
from tracetui.ui.source import Source
from tracetui.ui.widgets.header import HeaderLine


class TraceTuiApp(App[None]):
    """tracetui in the terminal.

    Args:
        open_reader: Makes a reader; called in each thread that asks.
        store: The store's file, there or not.
        zone: In which times are shown and periods begin.
        now_us: The clock.
        refresh_s: Refresh by itself every so many seconds; 0 is off.
    """

    TITLE = "tracetui"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.EVERYWHERE)

    def __init__(
        self,
        open_reader: Callable[[], Reader],
        *,
        store: Path,
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
        self.add_mode("welcome", self._welcome)
        for ours in theme.OWN:
            self.register_theme(ours)
        self.theme = theme.DEFAULT

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our names for colours, for themes that do not know them."""
        return theme.own_variables(self.current_theme)

    async def on_mount(self) -> None:
        """Show the screen that was up last, or the ways in where there is nothing to show."""
        self.screen_change_signal.subscribe(self, self._screen_changed)
        await self.switch_mode("traces" if await self._has_traces() else "welcome")

    def on_unmount(self) -> None:
        """Stop what runs and close the store."""
        self.source.close()

    def on_resize(self, event: events.Resize) -> None:
        """Cover the screen while the terminal is too small for it."""
        self._fit(self.screen, event.size)

    async def on_welcome_screen_data_came(self) -> None:
        """Traces have come into a store that had none."""
        await self.switch_mode("traces")

    def action_leave(self) -> None:
        """Quit."""
        self.exit()

    def action_dismiss_notices(self) -> None:
        """Take away what was said."""
        self.clear_notifications()

    def action_help(self) -> None:
        """Every key of the place that is up."""
        from tracetui.ui.screens.help import help_dialog, keys_here

        self.push_screen(help_dialog(keys_here(self.screen, self)), self._press)

    def action_actions(self) -> None:
        """Every action by its name."""
        from tracetui.ui.screens.help import keys_here
        from tracetui.ui.screens.palette import palette

        self.push_screen(palette(keys_here(self.screen, self)), self._press)

    def action_choose_theme(self) -> None:
        """Other colours."""
        from tracetui.ui.screens.theme_picker import theme_picker

        self.push_screen(theme_picker(self.available_themes.values(), self.theme), self._wear)

    def _press(self, key: keys.Key | None) -> None:
        """Press a key that was chosen from a list; the focus is back where it was by now."""
        if key is not None:
            self.simulate_key(key.keys.split(",")[0])

    def _wear(self, name: str | None) -> None:
        if name is not None:
            self.theme = name

    async def run_action(
        self,
        action: str | tuple[str, str, tuple[object, ...]],
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run what a key or a press asked for; an error that a user can act on becomes a notice."""
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except TraceTuiError as error:
            notices.complain(self.screen, error)
            return True

    def _handle_exception(self, error: Exception) -> None:
        """The same for work in the background. A bug ends the app with its traceback.

        Overrides a private method of Textual 8.2.8: a worker that fails has no other way to tell the app.
        """
        cause = error.error if isinstance(error, WorkerFailed) else None
        if isinstance(cause, TraceTuiError):
            notices.complain(self.screen, cause)
        else:
            super()._handle_exception(error)

    async def _has_traces(self) -> bool:
        """Whether there is anything to show; where the store cannot tell, the traces screen will say why."""
        try:
            return (await self.source.fetch(StoreQuery())).traces > 0
        except StoreMissing:
            return False
        except TraceTuiError:
            return True

    def _screen_changed(self, screen: Screen[Any]) -> None:
        self._fit(screen, self.size)

    def _fit(self, screen: Screen[Any], size: Size) -> None:
        """Cover the screen, or uncover it, as the size of the terminal wants it."""
        if is_too_small(size) and not isinstance(screen, TooSmall):
            self.push_screen(TooSmall())
        elif isinstance(screen, TooSmall) and not is_too_small(size):
            screen.dismiss()

    def _header(self, here: str) -> HeaderLine:
        return HeaderLine(here, safe_line(self._store.name), self._zone)

    def _analytics(self) -> Screen[None]:
        from tracetui.ui.screens.analytics import AnalyticsScreen

        return AnalyticsScreen(self._header("analytics"))

    def _traces(self) -> Screen[None]:
        from tracetui.ui.screens.traces import TracesScreen

        return TracesScreen(
            self.source, self._header("traces"), zone=self._zone, now_us=self._now_us, refresh_s=self._refresh_s
        )

    def _welcome(self) -> Screen[None]:
        from tracetui.ui.screens.welcome import WelcomeScreen

        return WelcomeScreen(self.source, self._store, self._header("traces"))
