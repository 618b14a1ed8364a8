"""A table by itself, over a reader that a test holds in its hand."""

from typing import Any
from zoneinfo import ZoneInfo

from textual import on, work
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.fakes import FakeReader
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period
from tracetui.domain.queries import Anchor, Order, PageQuery, Scope
from tracetui.errors import TraceTuiError
from tracetui.ui import theme
from tracetui.ui.source import Source
from tracetui.ui.widgets.trace_columns import COLUMNS
from tracetui.ui.widgets.trace_table import TraceTable

SCOPE = Scope(ModelRef(ModelType.FINE_TUNED, "m-1"))


class TableApp(App[None]):
    """Answers the table as the Traces screen does, and notes what it says."""

    def __init__(self, reader: FakeReader, order: Order = Order.NEWEST) -> None:
        super().__init__()
        self.reader, self.order = reader, order
        self.source = Source(lambda: reader)
        self.table = TraceTable(ZoneInfo("Europe/Berlin"), 2026)
        self.opened: list[str] = []
        self.pressed: list[str] = []
        for ours in theme.OWN:
            self.register_theme(ours)
        self.theme = theme.DEFAULT

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.begin(self.order, COLUMNS)

    def on_unmount(self) -> None:
        self.source.close()

    @on(TraceTable.Needed)
    def answer(self, needed: TraceTable.Needed) -> None:
        self.load_rows(needed.anchor, needed.count)

    def on_trace_table_opened(self, opened: TraceTable.Opened) -> None:
        self.opened.append(opened.row.request_id)

    def on_trace_table_head_pressed(self, pressed: TraceTable.HeadPressed) -> None:
        self.pressed.append(pressed.column)

    @work(exclusive=True, group="rows")
    async def load_rows(self, anchor: Anchor, count: int) -> None:
        query = PageQuery(SCOPE, Period(0, 2**60), self.order, anchor, count)
        try:
            page = await self.source.fetch(query)
        except TraceTuiError as error:
            self.table.show_error(error)
        else:
            self.table.show(anchor, page)

    @property
    def cursor_id(self) -> str:
        """The request id under the cursor."""
        row = self.table.cursor_row
        return "" if row is None else row.request_id


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until every answer that was asked for is on the screen."""
    for _ in range(2):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys and wait for what they bring."""
    await pilot.press(*keys)
    await settled(pilot)
