"""The period of the dashboard, chosen by keys and by mouse (P1, P3 to P5)."""

from datetime import date
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.screens import line_with, text_of
from tests.ui.dashboards import Dashboard, open_dashboard, screen_of
from tests.ui.tables import press, settled
from tracetui.domain.analytics import AccountQuery, RequestsQuery
from tracetui.domain.periods import CustomDays, PeriodChoice, Preset
from tracetui.ui.app import TraceTuiApp
from tracetui.ui.screens.period_picker import PeriodPicker
from tracetui.ui.widgets.calendar import CELLS, HEAD

SIZE = (120, 40)
TODAY = date(2026, 10, 1)


async def opened(pilot: Pilot[Any]) -> TraceTuiApp:
    """The dashboard with its period picker above it."""
    await open_dashboard(pilot)
    await press(pilot, "t")
    assert isinstance(pilot.app, TraceTuiApp)
    assert isinstance(pilot.app.screen, PeriodPicker)
    return pilot.app


async def press_day(pilot: Pilot[Any], day: date) -> None:
    """A click on a day of the month that is shown."""
    calendar = pilot.app.screen.query_one("#days")
    week = (day.day + date(day.year, day.month, 1).weekday() - 1) // 7
    await pilot.click(calendar, offset=(day.weekday() * CELLS + 1, HEAD + week))
    await settled(pilot)


async def press_words(pilot: Pilot[Any], words: str) -> None:
    for row, line in enumerate(text_of(pilot.app).splitlines()):
        if words in line:
            await pilot.click(offset=(line.index(words) + 1, row))
            await settled(pilot)
            return
    raise AssertionError(text_of(pilot.app))


def chosen(app: TraceTuiApp) -> PeriodChoice:
    return screen_of(app).view.period


async def test_the_presets_are_those_of_the_dashboard_with_their_days() -> None:
    app = Dashboard().app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        for name, days in (
            ("24 hours", "30 Sep – 1 Oct"),
            ("7 days", "25 Sep – 1 Oct"),
            ("30 days", "2 Sep – 1 Oct"),
            ("90 days", "4 Jul – 1 Oct"),
            ("This Month", "1 Oct"),
            ("Last Month", "1 – 30 Sep"),
            ("This Year", "1 Jan – 1 Oct"),
            ("Last Year", "1 Jan – 31 Dec 2025"),
            ("Custom", "days of your own"),
        ):
            assert days in line_with(app, name)


@pytest.mark.parametrize(("name", "preset"), [("30 days", Preset.DAYS_30), ("Last Year", Preset.LAST_YEAR)])
async def test_a_press_on_a_preset_applies_at_once(name: str, preset: Preset) -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press_words(pilot, name)
        assert chosen(app) == preset
        assert app.screen is screen_of(app)
        within = dashboard.asked(AccountQuery)[-1].within
        assert (dashboard.asked(RequestsQuery)[-1].buckets[0].start_us, within.start_us) == (within.start_us,) * 2


async def test_a_preset_is_chosen_by_keys() -> None:
    app = Dashboard().app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "down", "enter")
        assert chosen(app) == Preset.DAYS_30


async def test_moving_through_presets_changes_nothing_until_one_is_taken() -> None:
    app = Dashboard().app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "down", "down", "escape")
        assert chosen(app) == Preset.DAYS_7


async def test_a_press_on_a_day_begins_a_range_that_ends_today_and_a_second_one_sets_its_end() -> None:
    app = Dashboard().app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press_words(pilot, "‹")
        await press_day(pilot, date(2026, 9, 10))
        assert "10 Sep – 1 Oct · 22 days" in text_of(app)
        await press_day(pilot, date(2026, 9, 12))
        assert "10 – 12 Sep · 3 days" in text_of(app)
        assert chosen(app) == Preset.DAYS_7
        await press_words(pilot, "Apply ↵")
        assert chosen(app) == CustomDays(date(2026, 9, 10), date(2026, 9, 12))
        assert "t 10 – 12 Sep ▾" in text_of(app)


async def test_the_first_press_alone_is_a_range_up_to_today() -> None:
    app = Dashboard().app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press_words(pilot, "‹")
        await press_day(pilot, date(2026, 9, 20))
        await press_words(pilot, "Apply ↵")
        assert chosen(app) == CustomDays(date(2026, 9, 20), TODAY)


async def test_the_same_day_twice_is_that_one_day_by_hour() -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press_words(pilot, "‹")
        for _ in range(2):
            await press_day(pilot, date(2026, 9, 8))
        await press_words(pilot, "Apply ↵")
        assert chosen(app) == CustomDays(date(2026, 9, 8), date(2026, 9, 8))
        assert len(dashboard.asked(RequestsQuery)[-1].buckets) == 24


async def test_days_are_picked_by_keys_too() -> None:
    app = Dashboard().app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "right", "up", "space", "right", "space", "enter")
        assert chosen(app) == CustomDays(date(2026, 9, 24), date(2026, 9, 25))


async def test_future_days_cannot_be_picked() -> None:
    app = Dashboard().app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press_day(pilot, date(2026, 10, 2))
        assert "25 Sep – 1 Oct · 7 days" in text_of(app)
        await press(pilot, "right", "right", "down", "pagedown", "space")
        await press_words(pilot, "Apply ↵")
        assert chosen(app) == CustomDays(TODAY, TODAY)


async def test_days_reach_back_one_year_at_most() -> None:
    app = Dashboard().app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "right", *["pageup"] * 20, *["up"] * 9, "space")
        assert "1 Oct 2025 – 1 Oct 2026" in text_of(app)
