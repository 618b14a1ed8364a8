from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetui.domain import periods as p
from tracetui.domain.periods import HOUR_US, CustomDays, LastDays, LastHours, Period, Preset

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Apia",
    "Africa/Monrovia",
    "America/Havana",
    "Pacific/Kiritimati",
]


def us(text: str, zone: ZoneInfo = UTC) -> int:
    """Microseconds of a local time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()) * 1_000_000


NOW = us("2026-11-25T14:02:10", BERLIN)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("choice", "first", "last"),
    [
        (Preset.TODAY, "2026-11-25", "2026-11-25"),
        (Preset.YESTERDAY, "2026-11-24", "2026-11-24"),
        (Preset.THIS_WEEK, "2026-11-23", "2026-11-25"),
        (Preset.THIS_MONTH, "2026-11-01", "2026-11-25"),
        (Preset.LAST_MONTH, "2026-10-01", "2026-10-31"),
        (Preset.LAST_30_DAYS, "2026-10-27", "2026-11-25"),
        (Preset.LAST_90_DAYS, "2026-08-28", "2026-11-25"),
        (Preset.THIS_YEAR, "2026-01-01", "2026-11-25"),
        (Preset.LAST_YEAR, "2025-01-01", "2025-12-31"),
        (Preset.DAYS_7, "2026-11-19", "2026-11-25"),
        (Preset.DAYS_30, "2026-10-27", "2026-11-25"),
        (Preset.DAYS_90, "2026-08-28", "2026-11-25"),
        (LastDays(14), "2026-11-12", "2026-11-25"),
        (CustomDays(date(2026, 3, 29), date(2026, 3, 29)), "2026-03-29", "2026-03-29"),
    ],
)
def test_a_choice_is_whole_days_of_the_zone(choice: p.PeriodChoice, first: str, last: str) -> None:
    period = p.resolve(choice, NOW, BERLIN)
    after = date.fromisoformat(last) + timedelta(days=1)
    assert period == Period(us(first, BERLIN), us(str(after), BERLIN))
    assert (p.first_day(period, BERLIN), p.last_day(period, BERLIN)) == tuple(
        map(date.fromisoformat, (first, last))
    )


@pytest.mark.parametrize("choice", [Preset.HOURS_24, LastHours(24)])
def test_the_rolling_day_ends_now(choice: p.PeriodChoice) -> None:
    assert p.resolve(choice, NOW, BERLIN) == Period(NOW - 24 * HOUR_US, NOW)


def test_every_preset_that_is_offered_can_be_resolved() -> None:
    for preset in {*p.TRACES_PRESETS, *p.ANALYTICS_PRESETS}:
        period = p.resolve(preset, NOW, BERLIN)
        assert period.start_us < period.end_us
    assert set(Preset) == {*p.TRACES_PRESETS, *p.ANALYTICS_PRESETS}
    assert p.TRACES_DEFAULT in p.TRACES_PRESETS
    assert p.ANALYTICS_DEFAULT in p.ANALYTICS_PRESETS


def test_a_week_begins_on_the_day_that_is_configured() -> None:
    week = p.resolve(Preset.THIS_WEEK, NOW, BERLIN, week_start=6)
    assert p.first_day(week, BERLIN) == date(2026, 11, 22)


def test_all_time_is_from_the_day_of_the_first_trace_through_today() -> None:
    first_us = us("2025-02-03T08:00:00", BERLIN)
    period = p.resolve(Preset.ALL_TIME, NOW, BERLIN, first_us=first_us, last_us=NOW - 1)
    assert period == Period(us("2025-02-03", BERLIN), us("2026-11-26", BERLIN))


def test_all_time_holds_a_trace_from_a_clock_that_is_ahead() -> None:
    ahead_us = us("2026-12-24T18:00:00", BERLIN)
    assert p.resolve(Preset.ALL_TIME, NOW, BERLIN, first_us=NOW, last_us=ahead_us).end_us == ahead_us + 1


def test_all_time_of_traces_that_are_all_ahead_is_no_period_backwards() -> None:
    ahead_us = us("2026-12-24T18:00:00", BERLIN)
    period = p.resolve(Preset.ALL_TIME, NOW, BERLIN, first_us=ahead_us, last_us=ahead_us)
    assert period.start_us <= ahead_us < period.end_us


def test_all_time_without_a_known_first_trace_begins_with_1970() -> None:
    assert p.resolve(Preset.ALL_TIME, NOW, BERLIN).start_us == 0


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00"),  # no midnight: 00:00 became 01:00
        ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00"),  # 24:00 became 23:00 first
        ("Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00"),  # no midnight
        ("Asia/Kathmandu", "2026-11-25", "2026-11-24T18:15:00"),
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00"),  # 01:00 became 00:00: the first counts
        ("America/St_Johns", "2010-11-07", "2010-11-07T03:30:00"),  # 00:01 became 23:01: the last counts
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00"),  # a day that was left out
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00"),
    ],
)
def test_a_day_begins_where_the_calendar_of_the_zone_says(zone: str, day: str, begins: str) -> None:
    assert p.day_start_us(date.fromisoformat(day), ZoneInfo(zone)) == us(begins)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Europe/Berlin", "2026-11-25", 24),
        ("America/Sao_Paulo", "2018-11-04", 23),
        ("Asia/Kathmandu", "2026-11-25", 24),
    ],
)
def test_a_day_has_as_many_hours_as_the_clocks_leave_it(zone: str, day: str, hours: int) -> None:
    where = ZoneInfo(zone)
    one = p.resolve(CustomDays(date.fromisoformat(day), date.fromisoformat(day)), NOW, where)
    buckets = p.hours_of(one, where)
    assert [bucket.end_us - bucket.start_us for bucket in buckets] == [HOUR_US] * hours


def test_where_clocks_change_by_half_an_hour_one_bucket_is_half_an_hour() -> None:
    where = ZoneInfo("Australia/Lord_Howe")
    day = CustomDays(date(2026, 10, 4), date(2026, 10, 4))
    lengths = [bucket.end_us - bucket.start_us for bucket in p.hours_of(p.resolve(day, NOW, where), where)]
    assert lengths == [HOUR_US, HOUR_US, HOUR_US // 2] + [HOUR_US] * 21


def test_the_hours_of_a_rolling_day_begin_with_the_clock_and_its_ends_are_ragged() -> None:
    period = p.resolve(Preset.HOURS_24, NOW, BERLIN)
    buckets = p.hours_of(period, BERLIN)
    assert len(buckets) == 25
    assert buckets[0] == Period(period.start_us, us("2026-11-24T15:00:00", BERLIN))
    assert buckets[-1] == Period(us("2026-11-25T14:00:00", BERLIN), NOW)


def test_a_single_day_and_the_rolling_day_are_drawn_by_hour() -> None:
    by_hour = [p.is_by_hour(p.resolve(preset, NOW, BERLIN), BERLIN) for preset in p.ANALYTICS_PRESETS]
    assert by_hour == [True] + [False] * 7
    autumn = CustomDays(date(2026, 10, 25), date(2026, 10, 25))
    assert p.is_by_hour(p.resolve(autumn, NOW, BERLIN), BERLIN)


@given(
    st.sampled_from(ZONES).map(ZoneInfo),
    st.integers(us("1970-01-02"), us("2037-12-01")),
    st.integers(1, 20 * 24 * HOUR_US),
)
def test_buckets_are_the_period_without_gap_or_overlap(zone: ZoneInfo, start_us: int, length_us: int) -> None:
    period = Period(start_us, start_us + length_us)
    for buckets in (p.days_of(period, zone), p.hours_of(period, zone)):
        assert (buckets[0].start_us, buckets[-1].end_us) == period
        assert all(left.end_us == right.start_us for left, right in pairwise(buckets))
        assert all(bucket.start_us < bucket.end_us for bucket in buckets)
    assert all(p.day_count(day, zone) == 1 for day in p.days_of(period, zone))


@given(st.sampled_from(ZONES).map(ZoneInfo), st.dates(date(1970, 1, 2), date(2099, 12, 30)))
def test_days_follow_one_another(zone: ZoneInfo, day: date) -> None:
    begins_us, ends_us = p.day_start_us(day, zone), p.day_start_us(day + timedelta(days=1), zone)
    if begins_us == ends_us:
        assert (zone.key, day) == ("Pacific/Apia", date(2011, 12, 30))
    else:
        assert p.day_of(begins_us, zone) == p.day_of(ends_us - 1, zone) == day
        assert p.day_of(begins_us - 1, zone) < day
