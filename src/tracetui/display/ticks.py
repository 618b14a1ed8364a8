"""Where the labels of an axis stand: round values, and round moments of a zone.

Values go by 1, 2 and 5 and their tens; moments by whole hours, days and months of the zone's calendar. There are
never more than asked for. Nothing here knows cells.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from tracetui.display.sanitise import Safe
from tracetui.domain.periods import (
    MONTHS,
    Period,
    day_count,
    day_start_us,
    days_of,
    first_day,
    hours_of,
    is_by_hour,
    last_day,
)

HOUR_STEPS = (1, 2, 3, 4, 6, 12)
DAY_STEPS = (1, 2, 5, 7, 10, 14)
MONTH_STEPS = (1, 2, 3, 6, 12)
SLACK = 10
"""A tenth of an axis may stand empty above the highest value."""
MOST_DAYS = 62
"""A longer period is labelled by months."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Tick(NamedTuple):
    """A label of an axis of time."""

    at_us: int
    """The moment that it names; of a day its noon, so that the label stands below the day."""
    label: Safe


class ValueAxis(NamedTuple):
    """An axis of values, from its first tick to its end."""

    ticks: tuple[int, ...]
    end: int


def value_axis(low: int, high: int, most: int) -> ValueAxis:
    """Round values on an axis that begins with one, and ends with one or with the highest value.

    Args:
        low: The smallest value to show.
        high: The largest; where it is not above `low`, the next round value above it ends the axis.
        most: How many ticks there may be; at least 2.
    """
    high = max(high, low + 1)
    for stride in _strides():
        first, last = low // stride * stride, high // stride * stride
        beyond = last + stride
        # An axis that nearly reaches a round value goes on to it; one that does not would stand half empty.
        if last < high and ((beyond - high) * SLACK <= beyond - first or last == first):
            last = beyond
        if (last - first) // stride + 1 <= most:
            return ValueAxis(tuple(range(first, last + 1, stride)), max(last, high))
    raise AssertionError("there is always a larger stride")


def _strides() -> Iterator[int]:
    """1, 2, 5, 10, 20, …"""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def time_ticks(within: Period, zone: tzinfo, most: int) -> tuple[Tick, ...]:
    """Labels for an axis of time: hours of a single day, else days, of a long period months.

    Args:
        within: What the axis shows; empty: no labels.
        zone: In whose calendar.
        most: How many labels there is room for; at least 1.
    """
    if within.end_us <= within.start_us:
        return ()
    if is_by_hour(within, zone):
        return _hours(within, zone, most)
    if day_count(within, zone) <= MOST_DAYS:
        return _days(within, zone, most)
    return _months(within, zone, most)


def _hours(within: Period, zone: tzinfo, most: int) -> tuple[Tick, ...]:
    # Where a zone's hours begin; the first of a rolling period is cut and names no round hour.
    found = [(hour.start_us, _local(hour.start_us, zone)) for hour in hours_of(within, zone)]
    whole = [(at_us, local) for at_us, local in found if local.minute == 0 and local.second == 0]
    for step in HOUR_STEPS:
        chosen = [(at_us, local) for at_us, local in whole if local.hour % step == 0]
        if len(chosen) <= most:
            return tuple(Tick(at_us, Safe(f"{local:%H:%M}")) for at_us, local in chosen)
    return ()


def _days(within: Period, zone: tzinfo, most: int) -> tuple[Tick, ...]:
    days = days_of(within, zone)
    first = first_day(within, zone)
    for step in DAY_STEPS:
        if -(-len(days) // step) <= most:
            break
    return tuple(
        Tick((days[n].start_us + days[n].end_us) // 2, _day_label(first + timedelta(days=n)))
        for n in range(0, len(days), step)
    )[:most]


def _months(within: Period, zone: tzinfo, most: int) -> tuple[Tick, ...]:
    first, last = first_day(within, zone), last_day(within, zone)
    starts = [
        date(number // 12, number % 12 + 1, 1)
        for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]
    starts = [start for start in starts if start >= first]
    step = next((step for step in MONTH_STEPS if len(starts) <= step * most), len(starts) or 1)
    chosen = [start for start in starts if (start.month - 1) % step == 0] if step <= 12 else starts[:1]
    named_years: set[int] = {first.year} if first.year == last.year else set()
    ticks = []
    for start in chosen[:most]:
        label = MONTHS[start.month - 1] if start.year in named_years else f"{MONTHS[start.month - 1]} {start.year}"
        named_years.add(start.year)
        ticks.append(Tick(max(within.start_us, day_start_us(start, zone)), Safe(label)))
    return tuple(ticks)


def _day_label(day: date) -> Safe:
    return Safe(f"{day.day} {MONTHS[day.month - 1]}")


def _local(at_us: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
