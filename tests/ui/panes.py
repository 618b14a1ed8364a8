"""A detail pane by itself, and how a test looks at it."""

from typing import Any
from zoneinfo import ZoneInfo

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.fakes import FakeReader
from tests.screens import text_of
from tracetui.domain.trace import TraceDetail
from tracetui.ui import theme
from tracetui.ui.source import Source
from tracetui.ui.widgets.detail_pane import DetailPane
from tracetui.ui.widgets.payload_view import PayloadView


class PaneApp(App[None]):
    """A pane that fills the screen."""

    CSS = "DetailPane { height: 1fr; width: 1fr; }"

    def __init__(self, detail: TraceDetail) -> None:
        super().__init__()
        self.detail = detail
        self.source = Source(lambda: FakeReader({}))
        self.pane = DetailPane(self.source.run, ZoneInfo("Europe/Berlin"))
        self.said: list[str] = []
        for ours in theme.OWN:
            self.register_theme(ours)
        self.theme = theme.DEFAULT

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.pane.focus()
        self.pane.show(self.detail)

    def on_unmount(self) -> None:
        self.source.close()

    def notify(self, message: str, **_: Any) -> None:
        self.said.append(message)

    @property
    def views(self) -> list[PayloadView]:
        return list(self.query(PayloadView))


async def settled(pilot: Pilot[Any]) -> None:
    """Everything that was started is done, and painted."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


def lines(app: PaneApp) -> list[str]:
    return text_of(app).splitlines()
