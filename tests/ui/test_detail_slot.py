"""The details' pane comes when it is needed, and knows by then what it was told before."""

from zoneinfo import ZoneInfo

from textual.app import App, ComposeResult
from textual.css.query import NoMatches

from tests.details import a_detail
from tests.fakes import FakeReader
from tests.screens import text_of
from tests.ui.panes import settled
from tracetui.ui import theme
from tracetui.ui.source import Source
from tracetui.ui.widgets.detail_pane import DetailPane
from tracetui.ui.widgets.detail_slot import DetailSlot


class SlotApp(App[None]):
    """A slot that fills the screen."""

    CSS = "DetailSlot { height: 1fr; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.source = Source(lambda: FakeReader({}))
        self.slot = DetailSlot(self.source.run, ZoneInfo("UTC"))
        self.register_theme(theme.OWN[0])
        self.theme = theme.OWN[0].name

    def compose(self) -> ComposeResult:
        yield self.slot

    def on_unmount(self) -> None:
        self.source.close()

    @property
    def has_pane(self) -> bool:
        try:
            return self.query_one(DetailPane) is not None
        except NoMatches:
            return False


async def test_there_is_no_pane_until_something_is_to_be_shown() -> None:
    app = SlotApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert not app.has_pane


async def test_a_trace_told_before_there_is_a_pane_is_shown_and_focused() -> None:
    app = SlotApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.slot.show_pending()
        app.slot.focus()
        app.slot.show(a_detail(request_id="req_early"))
        await settled(pilot)
        assert "req_early" in text_of(app)
        assert "Reading the trace" not in text_of(app)
        assert app.slot.has_focus_within


async def test_preparing_twice_makes_one_pane() -> None:
    app = SlotApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.slot.prepare()
        app.slot.prepare()
        await settled(pilot)
        assert len(app.query(DetailPane)) == 1
