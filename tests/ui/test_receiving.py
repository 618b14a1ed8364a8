"""A collector beside the app: begun and ended with it, and told of where the eye is."""

from pathlib import Path
from zoneinfo import ZoneInfo

from textual.pilot import Pilot

from tests.fakes import NOON_US, FakeReader
from tests.screens import text_of
from tests.ui.over_a_store import opened, traces
from tests.ui.tables import settled
from tracetui.domain.collecting import CollectorStatus
from tracetui.domain.queries import StoreQuery
from tracetui.errors import StoreMissing
from tracetui.ui.app import TraceTuiApp


class HandHeld:
    """A collector that is as a test says."""

    def __init__(self) -> None:
        self.status = CollectorStatus(False)
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")


async def told(pilot: Pilot[None], collector: HandHeld, status: CollectorStatus) -> str:
    """The line of place once the app has looked at the collector, as it does every second."""
    collector.status = status
    app = pilot.app
    assert isinstance(app, TraceTuiApp)
    app.receiving.show()
    await settled(pilot)
    return text_of(app).splitlines()[0]


LISTENING = CollectorStatus(True, ("http://127.0.0.1:4318",), spans=12)


async def test_it_begins_and_ends_with_the_app(tmp_path: Path) -> None:
    collector = HandHeld()
    async with opened(tmp_path, traces(3), collector=collector):
        assert collector.calls == ["start"]
    assert collector.calls == ["start", "stop"]


async def test_the_line_of_place_says_where_it_listens(tmp_path: Path) -> None:
    collector = HandHeld()
    async with opened(tmp_path, traces(3), collector=collector) as pilot:
        assert "receiving on :4318 · 12 spans" in await told(pilot, collector, LISTENING)


async def test_analytics_says_it_too(tmp_path: Path) -> None:
    collector = HandHeld()
    async with opened(tmp_path, traces(3), collector=collector) as pilot:
        collector.status = LISTENING
        await pilot.press("1")
        await settled(pilot)
        assert "receiving on :4318" in text_of(pilot.app).splitlines()[0]


async def test_what_keeps_it_from_running_is_said_until_it_is_read(tmp_path: Path) -> None:
    collector = HandHeld()
    async with opened(tmp_path, traces(3), collector=collector) as pilot:
        line = await told(pilot, collector, CollectorStatus(False, problem="Port 4318 is taken\x1b[2J."))
        assert "not receiving" in line
        assert [notice.message for notice in pilot.app._notifications] == [
            "Receiving: Port 4318 is taken␛[2J.\nWhat was acknowledged is in the store."
        ]


async def test_what_arrives_is_followed_from_the_start(tmp_path: Path) -> None:
    async with opened(tmp_path, traces(3), collector=HandHeld()) as pilot:
        assert "live" in text_of(pilot.app).splitlines()[0]


async def test_it_begins_without_a_store_too() -> None:
    collector = HandHeld()
    reader = FakeReader({StoreQuery(): StoreMissing("There is no store.")})
    app = TraceTuiApp(
        lambda: reader,
        store=Path("/data/s.db"),
        zone=ZoneInfo("UTC"),
        now_us=lambda: NOON_US,
        collector=collector,
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert collector.calls == ["start"]


async def test_an_empty_store_says_what_a_program_needs_to_send_here() -> None:
    reader = FakeReader({StoreQuery(): StoreMissing("There is no store.")})
    app = TraceTuiApp(
        lambda: reader,
        store=Path("/data/s.db"),
        zone=ZoneInfo("UTC"),
        now_us=lambda: NOON_US,
        is_default_store=False,
        collector=HandHeld(),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = text_of(app)
        assert "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318" in shown
        assert "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=span_only   for texts" in shown
        assert "The traces open by themselves once there are some." in shown
