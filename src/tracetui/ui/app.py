"""The app: its modes, its theme, and what happens to errors. No data code.

Screens are imported when they are first shown, so that nothing stands between the start and the first frame
that this frame does not need.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, work
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.geometry import Size
from textual.screen import Screen
from textual.worker import WorkerFailed

from tracetui.domain.choices import Choices
from tracetui.domain.collecting import Collector
from tracetui.domain.ports import Export, Memory, Reader
from tracetui.domain.queries import StoreQuery
from tracetui.errors import StoreMissing, TraceTuiError
from tracetui.ui import keys, notices, theme
from tracetui.ui.indexing import IndexedShare, IndexingSign
from tracetui.ui.jobs import Jobs
from tracetui.ui.modes import Modes
from tracetui.ui.painting import Painter
from tracetui.ui.recall import Recall
from tracetui.ui.receiving import Receiving
from tracetui.ui.screens.too_small import TooSmall, is_too_small
from tracetui.ui.source import Source

if TYPE_CHECKING:
    from tracetui.ui.screens.analytics import AnalyticsScreen
    from tracetui.ui.screens.charts_screen import ChartsScreen
    from tracetui.ui.screens.traces import TracesScreen


SCREENS = ("analytics", "traces")
"""The modes that a user switches between and comes back to."""


class TraceTuiApp(App[None]):
    """tracetui in the terminal.

    Args:
        open_reader: Makes a reader; called in each thread that asks.
        store: The store's file, there or not.
        zone: In which times are shown and periods begin.
        now_us: The clock.
        refresh_s: Refresh by itself every so many seconds; 0 is off.
        memory: Where choices are kept; None: nowhere.
        export: Writes traces to a file; None: that cannot be asked for.
        collector: Receives traces while the app runs; None: it does not.
        is_default_store: Whether commands find the store without being told where it is.
        indexed_share: How far it is that texts are made quick to search; None: nobody does that.
        replica_limit: How many replicas the account may have; None: not known.
    """

    TITLE = "tracetui"
    # With the style of the first screen: else all style is read and applied anew when that screen comes.
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/traces.tcss"]
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
        memory: Memory | None = None,
        export: Export | None = None,
        collector: Collector | None = None,
        is_default_store: bool = True,
        indexed_share: IndexedShare | None = None,
        replica_limit: int | None = None,
    ) -> None:
        super().__init__()
        self.animation_level = "none"
        self.source = Source(open_reader)
        self._recall = Recall(memory)
        self._jobs = Jobs(self, export)
        self.receiving = Receiving(self, collector)
        self._indexing = IndexingSign(self, indexed_share)
        self._made_by = Modes(
            source=self.source,
            store=store,
            zone=zone,
            now_us=now_us,
            refresh_s=refresh_s,
            recall=self._recall,
            receives=collector is not None,
            is_default_store=is_default_store,
            replica_limit=replica_limit,
        )
        self._is_empty = False
        self._painter = Painter()
        self.add_mode("analytics", self._made_by.analytics)
        self.add_mode("traces", self._made_by.traces)
        self.add_mode("welcome", self._made_by.welcome)
        for ours in theme.OWN:
            self.register_theme(ours)
        worn = self._recall.choices.theme
        self.theme = worn if worn in self.available_themes else theme.DEFAULT

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our names for colours, for themes that do not know them."""
        return theme.own_variables(self.current_theme)

    async def on_mount(self) -> None:
        """Show the screen that was up last, or the ways in where there is nothing to show."""
        self.screen_change_signal.subscribe(self, self._screen_changed)
        self.app_resume_signal.subscribe(self, lambda _: self._painter.forget())
        self.receiving.start()
        self._indexing.start()
        self._is_empty = not await self._has_traces()
        last = self._recall.choices.screen
        await self.action_show(last if last in SCREENS else "traces")
        self._say_what_was_not_kept()

    def on_unmount(self) -> None:
        """Stop what runs and close the store."""
        self._jobs.close()
        self.receiving.close()
        self.source.close()

    def on_resize(self, event: events.Resize) -> None:
        """Cover the screen while the terminal is too small for it."""
        self._painter.forget()
        self._fit(self.screen, event.size)

    async def on_welcome_screen_data_came(self) -> None:
        """Traces have come into a store that had none."""
        if self._is_empty:
            self._is_empty = False
            await self.action_show("traces")

    def on_traces_screen_model_chosen(self, chosen: "TracesScreen.ModelChosen") -> None:
        """Open on this model the next time."""
        choices = self._recall.choices
        self._keep(replace(choices, models={**choices.models, "traces": chosen.model}))

    def on_traces_screen_columns_chosen(self, chosen: "TracesScreen.ColumnsChosen") -> None:
        """Show the same columns the next time."""
        choices = self._recall.choices
        self._keep(replace(choices, hidden={**choices.hidden, chosen.model_type: chosen.hidden}))

    def on_analytics_screen_model_chosen(self, chosen: "AnalyticsScreen.ModelChosen") -> None:
        """The same for Analytics."""
        choices = self._recall.choices
        self._keep(replace(choices, models={**choices.models, "analytics": chosen.model}))

    def on_charts_screen_traces_asked(self, asked: "ChartsScreen.TracesAsked") -> None:
        """Show the traces behind a point of a chart, above it."""
        self.push_screen(self._made_by.traces_behind(asked))

    async def action_show(self, mode: str) -> None:
        """Show a screen as it was left; instead of one without anything to show, the ways in."""
        while mode == self.current_mode and len(self.screen_stack) > 1:
            # Above the dashboard: an expanded chart, the traces behind a point.
            await self.pop_screen()
        await self.switch_mode("welcome" if mode == "traces" and self._is_empty else mode)
        if self._recall.choices.screen != mode:
            self._keep(replace(self._recall.choices, screen=mode))

    def on_traces_screen_export_wanted(self, wanted: "TracesScreen.ExportWanted") -> None:
        """Export in the background."""
        self._jobs.start(wanted.query)

    def action_cancel_job(self) -> None:
        """Cancel an export."""
        self._jobs.ask_cancel()

    def action_leave(self) -> None:
        """Quit; while exports run, ask first."""
        if not self._jobs.running:
            self.exit()
            return
        from tracetui.ui.screens.leave_dialog import LeaveDialog

        self.push_screen(LeaveDialog(self._jobs.running), lambda sure: self.exit() if sure else None)

    async def action_quit(self) -> None:
        """The same for Textual's own key, ctrl+q."""
        self.action_leave()

    def action_dismiss_notices(self) -> None:
        """Take away what was said."""
        self.clear_notifications()

    def action_redraw(self) -> None:
        """Paint everything again, where something else wrote to the terminal."""
        self._painter.forget()
        self.screen.refresh()

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
            self._keep(replace(self._recall.choices, theme=name))

    def _keep(self, choices: Choices) -> None:
        self._recall.choices = choices
        self._save_choices()

    @work(group="keep")
    async def _save_choices(self) -> None:
        await self._recall.save()
        self._say_what_was_not_kept()

    def _say_what_was_not_kept(self) -> None:
        if problem := self._recall.problem():
            notices.complain(self.screen, problem)

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

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Send what differs from what the terminal shows. Overrides a private method of Textual 8.2.8."""
        if isinstance(renderable, CompositorUpdate):
            renderable = self._painter.least(renderable, self.size)
        super()._display(screen, renderable)

    def _load_screen_css(self, screen: Screen[Any]) -> None:
        """Read a screen's own style; a screen that is new has no other style to catch up with.

        Overrides a private method of Textual 8.2.8, which parses all style and applies it to everything twice more
        for each screen of a mode: 20 ms of the first frame.
        """
        super()._load_screen_css(screen)
        if not screen.is_mounted:
            screen._css_update_count = self._css_update_count

    async def _has_traces(self) -> bool:
        """Whether there is anything to show; where the store cannot tell, the traces screen will say why."""
        try:
            return (await self.source.fetch(StoreQuery())).traces > 0
        except StoreMissing:
            return False
        except TraceTuiError:
            return True

    def _screen_changed(self, screen: Screen[Any]) -> None:
        self._jobs.show_bar()
        self.receiving.show()
        self._indexing.show()
        self._fit(screen, self.size)

    def _fit(self, screen: Screen[Any], size: Size) -> None:
        """Cover the screen, or uncover it, as the size of the terminal wants it."""
        if is_too_small(size) and not isinstance(screen, TooSmall):
            self.push_screen(TooSmall())
        elif isinstance(screen, TooSmall) and not is_too_small(size):
            screen.dismiss()
