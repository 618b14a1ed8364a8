from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetui.display.ticks import time_ticks, value_axis
from tracetui.domain.periods import HOUR_US, CustomDays, Period, resolve

BERLIN = ZoneInfo("Europe/Berlin")
KATHMANDU = ZoneInfo("Asia/Kathmandu")


def days(first: str, last: str, zone: ZoneInfo = BERLIN) -> Period:
    return resolve(CustomDays(date.fromisoformat(first), date.fromisoformat(last)), 0, zone)


def labels(within: Period, most: int, zone: ZoneInfo = BERLIN) -> list[str]:
    return [tick.label for tick in time_ticks(within, zone, most)]


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks", "end"),
    [
        (0, 0, 4, (0, 1), 1),
        (0, 7, 4, (0, 2, 4, 6), 7),
        (0, 357, 4, (0, 100, 200, 300), 357),
        (0, 380, 4, (0, 200, 400), 400),
        (0, 118_000, 5, (0, 50_000, 100_000), 118_000),
        (930, 1_070, 4, (900, 950, 1_000, 1_050), 1_070),
        (5, 5, 4, (5, 6), 6),
        (0, 4, 2, (0, 5), 5),
        (0, 10**15, 2, (0, 10**15), 10**15),
    ],
)
def test_values_are_labelled_in_steps_of_one_two_and_five(
    low: int, high: int, most: int, ticks: tuple[int, ...], end: int
) -> None:
    assert value_axis(low, high, most) == (ticks, end)


@given(st.integers(0, 10**13), st.integers(0, 10**13), st.integers(2, 6))
def test_an_axis_encloses_all_values_and_has_never_more_labels_than_asked_for(
    one: int, other: int, most: int
) -> None:
    low, high = sorted((one, other))
    ticks, end = value_axis(low, high, most)
    assert 2 <= len(ticks) <= most
    assert ticks[0] <= low <= high <= end
    assert ticks[-1] <= end
    assert len({right - left for left, right in pairwise(ticks)}) == 1


@given(st.integers(1, 10**13), st.integers(2, 6))
def test_no_more_than_a_part_of_an_axis_stands_empty_above_its_values(high: int, most: int) -> None:
    ticks, end = value_axis(0, high, most)
    assert (end - high) * 10 <= end or len(ticks) == 2


def test_a_single_day_is_labelled_by_round_hours() -> None:
    assert labels(days("2026-11-23", "2026-11-23"), 6) == ["00:00", "04:00", "08:00", "12:00", "16:00", "20:00"]


def test_a_day_of_25_hours_names_the_hours_of_its_clock() -> None:
    assert labels(days("2026-10-25", "2026-10-25"), 4) == ["00:00", "06:00", "12:00", "18:00"]
    ticks = time_ticks(days("2026-10-25", "2026-10-25"), BERLIN, 4)
    assert ticks[1].at_us - ticks[0].at_us == 7 * HOUR_US


def test_hours_are_those_of_a_zone_that_is_three_quarters_off() -> None:
    within = days("2026-11-23", "2026-11-23", KATHMANDU)
    first = time_ticks(within, KATHMANDU, 4)[0]
    assert (first.at_us, first.label) == (within.start_us, "00:00")


def test_the_name_of_a_day_stands_in_its_middle() -> None:
    within = days("2026-11-17", "2026-11-23")
    ticks = time_ticks(within, BERLIN, 7)
    assert [tick.label for tick in ticks] == [f"{day} Nov" for day in range(17, 24)]
    assert ticks[0].at_us == within.start_us + 12 * HOUR_US


def test_a_month_names_some_of_its_days() -> None:
    assert labels(days("2026-11-01", "2026-11-30"), 6) == [
        "1 Nov",
        "6 Nov",
        "11 Nov",
        "16 Nov",
        "21 Nov",
        "26 Nov",
    ]


def test_a_year_is_labelled_by_months() -> None:
    assert labels(days("2026-01-01", "2026-12-31"), 6) == ["Jan", "Mar", "May", "Jul", "Sep", "Nov"]


def test_months_of_two_years_say_which_year_begins() -> None:
    assert labels(days("2025-11-01", "2026-02-28"), 6) == ["Nov 2025", "Dec", "Jan 2026", "Feb"]


@given(st.integers(0, 4_000), st.integers(1, 1_200), st.integers(1, 7))
def test_there_are_never_more_labels_than_there_is_room_for(day: int, length: int, most: int) -> None:
    start_us = day * 24 * HOUR_US + 7_123_456
    within = Period(start_us, start_us + length * 24 * HOUR_US)
    ticks = time_ticks(within, BERLIN, most)
    assert len(ticks) <= most
    assert all(within.start_us <= tick.at_us < within.end_us for tick in ticks)


def test_no_time_has_no_labels() -> None:
    assert labels(Period(5, 5), 6) == []
