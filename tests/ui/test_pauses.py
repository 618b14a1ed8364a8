"""The event loop is never held up by a new dashboard (G4).

Counted in processor time of the loop's own thread, which other programs on the machine do not lengthen, and
without the collector of garbage, which the tests around it keep busy.
"""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest

from tests.ui.dashboards import EXTERNAL, HOSTED, Dashboard, open_dashboard, screen_of
from tests.ui.tables import settled
from tracetui.domain.catalogue import ModelRef
from tracetui.domain.periods import CustomDays, PeriodChoice, Preset

LONGEST_S = 0.05
DAY = CustomDays(date(2026, 9, 24), date(2026, 9, 24))


@asynccontextmanager
async def turns() -> AsyncIterator[list[float]]:
    """How long each turn of the loop takes, in seconds of processor time."""
    taken: list[float] = []

    async def watch() -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            taken.append(time.thread_time() - before)

    gc.collect()
    gc.disable()
    watching = asyncio.create_task(watch())
    try:
        yield taken
    finally:
        watching.cancel()
        gc.enable()


@pytest.mark.parametrize("model", [HOSTED, EXTERNAL], ids=str)
@pytest.mark.parametrize("choice", [Preset.DAYS_7, DAY, Preset.DAYS_90, Preset.THIS_YEAR], ids=str)
async def test_no_turn_of_the_loop_is_long_while_a_dashboard_arrives(
    model: ModelRef, choice: PeriodChoice
) -> None:
    app = Dashboard().app()
    async with app.run_test(size=(200, 60)) as pilot:
        await open_dashboard(pilot, model)
        async with turns() as taken:
            screen_of(app).view = screen_of(app).view.with_period(choice).comparing(True)
            await settled(pilot)
        assert max(taken) < LONGEST_S
