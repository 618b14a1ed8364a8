"""Exports in the app: asked for, shown on every screen, cancelled, told of, and asked about when one quits."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.screens import line_with, place_of, text_of
from tests.ui.tables import press
from tests.ui.test_traces_screen import HOSTED, Account, open_on
from tracetui.cancel import Cancel, Progress
from tracetui.domain.ports import Exported
from tracetui.domain.queries import ExportQuery, Order, Query, Scope
from tracetui.errors import StoreError, TraceTuiError
from tracetui.ui.app import TraceTuiApp

FILE = "support-bot_traces_data.csv"


class HeldExport:
    """An export that gets so far and waits; `gate` lets it end."""

    def __init__(self, end: Exported | TraceTuiError | None = None) -> None:
        self.asked: list[ExportQuery] = []
        self.gate = threading.Event()
        self.ended: list[str] = []
        self._end = end or Exported(Path("/exports") / FILE, 48_120)

    def __call__(self, query: ExportQuery, cancel: Cancel, report: Callable[[Progress], None]) -> Exported:
        self.asked.append(query)
        report(Progress(29_900, 48_120, "traces"))
        try:
            while not self.gate.wait(0.01):
                cancel.raise_if_set()
        finally:
            self.ended.append("cancelled" if cancel.is_set else "done")
        if isinstance(self._end, TraceTuiError):
            raise self._end
        return self._end


class WithoutCharts(Account):
    """Analytics has nothing to show: only that it is up is a matter of these tests."""

    def answer(self, query: Query[Any]) -> Any:
        try:
            return super().answer(query)
        except AssertionError:
            raise StoreError("There are no charts here.") from None


def an_app(export: HeldExport) -> TraceTuiApp:
    return WithoutCharts().app(export=export)


async def export_from(pilot: Pilot[None]) -> None:
    """Open the model and press `e`."""
    await open_on(pilot)
    await pilot.press("e")
    await pilot.pause()


async def ended(pilot: Pilot[None]) -> None:
    """Wait for jobs to end and for what is said of them."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_e_exports_what_is_found_in_its_order() -> None:
    export = HeldExport()
    app = an_app(export)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "s")
        await pilot.press("e")
        export.gate.set()
        await ended(pilot)
    (query,) = export.asked
    assert query.scope == Scope(HOSTED)
    assert query.order is Order.OLDEST
    assert (query.filter, query.search) == (None, None)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_line_above_the_footer_tells_how_far_it_is(size: tuple[int, int]) -> None:
    export = HeldExport()
    app = an_app(export)
    async with app.run_test(size=size) as pilot:
        await export_from(pilot)
        line = text_of(app).splitlines()[-2]
        assert FILE in line
        assert "62 %  29,900 of 48,120" in line
        assert line.endswith("X cancel")
        export.gate.set()


async def test_it_is_told_on_the_other_screen_too() -> None:
    export = HeldExport()
    app = an_app(export)
    async with app.run_test(size=(120, 40)) as pilot:
        await export_from(pilot)
        await pilot.press("1")
        await pilot.pause()
        assert FILE in text_of(app).splitlines()[-2]
        export.gate.set()


async def test_the_line_is_gone_when_nothing_runs_and_the_file_is_named() -> None:
    export = HeldExport()
    app = an_app(export)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await export_from(pilot)
        export.gate.set()
        await ended(pilot)
        assert line_with(app, "saved").strip(" ▌") == f"/exports/{FILE} saved, 48,120 traces."
        assert "X cancel" not in text_of(app)
        assert "row 1 of" in text_of(app).splitlines()[-2] or "saved" in text_of(app).splitlines()[-2]


async def test_an_export_that_fails_says_what_happened_until_it_is_read() -> None:
    export = HeldExport(TraceTuiError(f"Could not write {FILE}: the disk is full.", hint="Make room."))
    app = an_app(export)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await export_from(pilot)
        export.gate.set()
        await ended(pilot)
        assert line_with(app, "the disk is full")


async def test_x_cancels_the_export() -> None:
    export = HeldExport()
    app = an_app(export)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await export_from(pilot)
        await pilot.press("X")
        await ended(pilot)
        assert export.ended == ["cancelled"]
        assert line_with(app, f"{FILE} cancelled. Nothing was left behind.")


async def test_a_press_on_the_line_cancels_it() -> None:
    export = HeldExport()
    app = an_app(export)
    async with app.run_test(size=(120, 40)) as pilot:
        await export_from(pilot)
        await pilot.click(offset=place_of(app, "X cancel"))
        await ended(pilot)
        assert export.ended == ["cancelled"]


async def test_of_several_the_one_chosen_is_cancelled_and_the_others_go_on() -> None:
    export = HeldExport()
    app = an_app(export)
    async with app.run_test(size=(120, 40)) as pilot:
        await export_from(pilot)
        await pilot.press("e")
        await pilot.pause()
        assert "2 files" in text_of(app).splitlines()[-2]
        await pilot.press("X")
        await pilot.pause()
        assert "Cancel an export" in text_of(app)
        await pilot.press("down", "enter")
        while not export.ended:
            await pilot.pause(0.01)
        assert export.ended == ["cancelled"]
        assert [job.cancel.is_set for job in app._jobs.running].count(False) == 1
        export.gate.set()
        await ended(pilot)
        assert export.ended == ["cancelled", "done"]


async def test_choosing_another_model_changes_no_export_that_runs() -> None:
    export = HeldExport()
    app = an_app(export)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await export_from(pilot)
        await pilot.press("m")
        await pilot.pause()
        await pilot.press(*"gpt", "enter")
        await pilot.pause()
        export.gate.set()
        await ended(pilot)
        assert [query.scope.model for query in export.asked] == [HOSTED]
        assert line_with(app, "saved")


async def test_quitting_asks_while_an_export_runs() -> None:
    export = HeldExport()
    app = an_app(export)
    async with app.run_test(size=(120, 40)) as pilot:
        await export_from(pilot)
        await pilot.press("q")
        await pilot.pause()
        assert "An export is still running:" in text_of(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.is_running
        assert export.ended == []
        export.gate.set()


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quitting_anyway_cancels_it_and_waits_for_its_end(key: str) -> None:
    export = HeldExport()
    app = an_app(export)
    async with app.run_test(size=(120, 40)) as pilot:
        await export_from(pilot)
        await pilot.press(key, "enter")
    assert export.ended == ["cancelled"]


async def test_quitting_asks_nothing_when_nothing_runs() -> None:
    app = an_app(HeldExport())
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await pilot.press("q")
    assert app.return_code == 0


async def test_x_says_when_there_is_nothing_to_cancel() -> None:
    app = an_app(HeldExport())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await open_on(pilot)
        await press(pilot, "X")
        assert line_with(app, "No export is running.")
