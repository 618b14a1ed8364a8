"""Periods of time: half-open, in UTC microseconds; presets and buckets by the calendar of a zone.

The one place, with `display/`, that knows time zones. Nothing here reads a clock: `now_us` is given.
Days begin where the zone's calendar says, which is not always midnight: where clocks are put forward at midnight
a day begins at one o'clock, and where they are put back across midnight, with the moment that ends the day before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""The months as they are written everywhere."""

MONDAY = 0
"""The first day of a week, as `date.weekday()` counts; 6 is Sunday."""

_DAY = timedelta(days=1)
_US = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Period(NamedTuple):
    """[start, end): the start belongs to it, the end does not."""

    start_us: int
    end_us: int


class Preset(Enum):
    """A period by its name; what it is follows the clock. The value is the name that people read."""

    ALL_TIME = "All Time"
    TODAY = "Today"
    YESTERDAY = "Yesterday"
    THIS_WEEK = "This Week"
    THIS_MONTH = "This Month"
    LAST_MONTH = "Last Month"
    LAST_30_DAYS = "Last 30 Days"
    LAST_90_DAYS = "Last 90 Days"
    THIS_YEAR = "This Year"
    LAST_YEAR = "Last Year"
    HOURS_24 = "24 hours"
    DAYS_7 = "7 days"
    DAYS_30 = "30 days"
    DAYS_90 = "90 days"


@dataclass(frozen=True, slots=True)
class CustomDays:
    """Days that somebody picked; both belong to it, and the last is not before the first."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class LastDays:
    """So many calendar days that end with today, where no preset has the number; at least 1."""

    days: int


@dataclass(frozen=True, slots=True)
class LastHours:
    """So many hours that end now; at least 1."""

    hours: int


@dataclass(frozen=True, slots=True)
class Exact:
    """Two moments, such as the hour behind a point of a chart."""

    within: Period
    name: str
    """How people read it; whoever chose it knew their zone."""


PeriodChoice = Preset | CustomDays | LastDays | LastHours | Exact
"""What a user chose. It is resolved anew at each refresh."""

TRACES_PRESETS = (
    Preset.ALL_TIME,
    Preset.TODAY,
    Preset.YESTERDAY,
    Preset.THIS_WEEK,
    Preset.THIS_MONTH,
    Preset.LAST_MONTH,
    Preset.LAST_30_DAYS,
    Preset.LAST_90_DAYS,
    Preset.THIS_YEAR,
    Preset.LAST_YEAR,
)
"""What the Traces screen offers, in order."""
TRACES_DEFAULT = Preset.LAST_30_DAYS

ANALYTICS_PRESETS = (
    Preset.HOURS_24,
    Preset.DAYS_7,
    Preset.DAYS_30,
    Preset.DAYS_90,
    Preset.THIS_MONTH,
    Preset.LAST_MONTH,
    Preset.THIS_YEAR,
    Preset.LAST_YEAR,
)
"""What the Analytics screen offers, in order."""
ANALYTICS_DEFAULT = Preset.DAYS_7

_DAYS_OF = {
    Preset.TODAY: 1,
    Preset.DAYS_7: 7,
    Preset.DAYS_30: 30,
    Preset.LAST_30_DAYS: 30,
    Preset.DAYS_90: 90,
    Preset.LAST_90_DAYS: 90,
}


def resolve(
    choice: PeriodChoice,
    now_us: int,
    zone: tzinfo,
    *,
    first_us: int | None = None,
    last_us: int | None = None,
    week_start: int = MONDAY,
) -> Period:
    """The period that a choice means at a moment.

    Args:
        choice: What was chosen.
        now_us: The moment.
        zone: In whose days.
        first_us: When the model's first trace was executed, for All Time; None (not known): since 1970.
        last_us: The same of its last one, which a sender's clock may have put beyond today.
        week_start: The first day of a week as `date.weekday()` counts.

    Returns:
        Whole days of the zone, but for the rolling hours, which end now, and for exact moments.
    """
    if isinstance(choice, Exact):
        return choice.within
    if choice is Preset.HOURS_24:
        choice = LastHours(24)
    if isinstance(choice, LastHours):
        return Period(now_us - choice.hours * HOUR_US, now_us)
    if choice is Preset.ALL_TIME:
        start_us = 0 if first_us is None else day_start_us(day_of(first_us, zone), zone)
        tomorrow_us = day_start_us(day_of(now_us, zone) + _DAY, zone)
        after_last_us = 0 if last_us is None else last_us + 1
        return Period(min(start_us, tomorrow_us), max(tomorrow_us, after_last_us))
    first, last = _days(choice, day_of(now_us, zone), week_start)
    return Period(day_start_us(first, zone), day_start_us(last + _DAY, zone))


@lru_cache(8192)
def day_start_us(day: date, zone: tzinfo) -> int:
    """The moment at which a day begins in a zone. One that the zone left out is empty: it begins with the next."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  the zone is put in twice, below
    # A local time that comes twice is two moments, one that is left out is two that straddle the change.
    early_us, late_us = sorted(_moment_us(midnight.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if _local(late_us, zone).replace(tzinfo=None) == midnight:
        is_day_before_again = _local(late_us - 1, zone).date() < day
        return late_us if is_day_before_again else early_us
    while late_us - early_us > 1:
        middle_us = (early_us + late_us) // 2
        if _local(middle_us, zone).date() < day:
            early_us = middle_us
        else:
            late_us = middle_us
    return late_us


def day_of(at_us: int, zone: tzinfo) -> date:
    """The day that a moment belongs to in a zone."""
    day = _local(at_us, zone).date()
    # Clocks put back a minute past midnight have shown the new day before it began for good.
    return day if day_start_us(day, zone) <= at_us else day - _DAY


def first_day(period: Period, zone: tzinfo) -> date:
    """The day in which a period begins."""
    return day_of(period.start_us, zone)


def last_day(period: Period, zone: tzinfo) -> date:
    """The day of a period's last moment; of an empty one the day of its start."""
    return day_of(max(period.start_us, period.end_us - 1), zone)


def day_count(period: Period, zone: tzinfo) -> int:
    """How many calendar days a period touches; at least 1."""
    return (last_day(period, zone) - first_day(period, zone)).days + 1


def is_by_hour(period: Period, zone: tzinfo) -> bool:
    """Whether charts of a period go by hours: a single day, or as long as one."""
    return period.end_us - period.start_us <= 24 * HOUR_US or day_count(period, zone) == 1


def days_of(period: Period, zone: tzinfo) -> tuple[Period, ...]:
    """A period cut where days begin; the first and the last may be parts of a day."""
    day = first_day(period, zone)
    return tuple(_cut(period, (day_start_us(day + n * _DAY, zone) for n in range(1, day_count(period, zone) + 1))))


def hours_of(period: Period, zone: tzinfo) -> tuple[Period, ...]:
    """A period cut where the zone's hours begin: 23 or 25 on a day on which clocks are changed by an hour.

    An hour is shorter where clocks are changed by less (Lord Howe), and at the ends of a rolling period.
    """
    return tuple(_cut(period, _hour_starts_us(period, zone)))


def _days(choice: Preset | CustomDays | LastDays, today: date, week_start: int) -> tuple[date, date]:
    """The first and the last day of a choice that is made of whole days."""
    if isinstance(choice, CustomDays):
        return choice.first, choice.last
    if isinstance(choice, LastDays):
        return today - (choice.days - 1) * _DAY, today
    if days := _DAYS_OF.get(choice):
        return today - (days - 1) * _DAY, today
    if choice is Preset.YESTERDAY:
        return today - _DAY, today - _DAY
    if choice is Preset.THIS_WEEK:
        return today - (today.weekday() - week_start) % 7 * _DAY, today
    if choice is Preset.THIS_MONTH:
        return today.replace(day=1), today
    if choice is Preset.LAST_MONTH:
        last = today.replace(day=1) - _DAY
        return last.replace(day=1), last
    if choice is Preset.THIS_YEAR:
        return today.replace(month=1, day=1), today
    return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)


def _hour_starts_us(period: Period, zone: tzinfo) -> Iterator[int]:
    at_us = period.start_us
    while at_us < period.end_us:
        offset_us = (_local(at_us, zone).utcoffset() or timedelta()) // _US
        at_us += HOUR_US - (at_us + offset_us) % HOUR_US
        yield at_us


def _cut(period: Period, at_us: Iterator[int]) -> Iterator[Period]:
    """The parts of a period between ascending moments; no part is empty."""
    start_us = period.start_us
    for end_us in at_us:
        end_us = min(end_us, period.end_us)
        if end_us > start_us:
            yield Period(start_us, end_us)
            start_us = end_us


def _local(at_us: int, zone: tzinfo) -> datetime:
    return (_EPOCH + at_us * _US).astimezone(zone)


def _moment_us(moment: datetime) -> int:
    """Microseconds of an aware datetime, exactly."""
    return (moment - _EPOCH) // _US
