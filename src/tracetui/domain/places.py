"""Where `g` goes: a row by its number, or a moment, as somebody typed it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from tracetui.domain.dates import LONGEST_TYPED, ClockSpan, quoted, read_clock, read_days
from tracetui.domain.durations import parse_duration
from tracetui.domain.periods import Period, day_of, day_start_us
from tracetui.domain.queries import AtRow, AtTime, Order
from tracetui.errors import QueryError

ACCEPTED = "Write a row (12,345), a time (14:02, 2026-11-03, 3 Nov 14:02, yesterday 14:00) or how long ago (-2h)."
"""What can be typed, as a sentence for an error or beside a field."""

_ROW = re.compile(r"#?([0-9]{1,3}(?:[,_' ][0-9]{3})+|[0-9]{1,15})")
_DAY_AND_CLOCK = re.compile(r"(?:(.+?)(?:\s*,\s*|\s+|(?<=[0-9])t))?([0-9]{1,2}:[0-9:.]+)")
_AGO = re.compile(r"-\s*(.+)|(.+?)\s+ago")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A row by its place."""

    index: int
    """Counted from 0, as queries do; people type it from 1."""


@dataclass(frozen=True, slots=True)
class TimePlace:
    """A moment, or the day, minute or second that was typed."""

    within: Period


def parse_place(text: str, now_us: int, zone: tzinfo) -> RowPlace | TimePlace:
    """Read where to go.

    Args:
        text: A row number; a day, a time of day or both; `now`; or how long ago (`-2h`, `90m ago`). A time of day
            by itself is the latest such time that has begun. ISO 8601 with an offset or `Z` is read as well.
        now_us: The moment.
        zone: In whose days and clocks.

    Raises:
        QueryError: The text is no place.
    """
    typed = text.strip().lower()
    if len(typed) > LONGEST_TYPED:
        raise QueryError(f"{quoted(text)} is neither a row nor a time.", hint=ACCEPTED)
    if row := _ROW.fullmatch(typed):
        number = int(re.sub("[^0-9]", "", row[1]))
        if not number:
            raise QueryError("Rows are counted from 1.", hint=ACCEPTED)
        return RowPlace(number - 1)
    if typed == "now":
        return TimePlace(Period(now_us, now_us + 1))
    if ago := _AGO.fullmatch(typed):
        try:
            at_us = max(0, now_us - parse_duration(ago[1] or ago[2]))
        except QueryError as error:
            # Of the ways to write a duration, m:s:ms is none that anybody looks for here.
            raise QueryError(error.problem, hint=ACCEPTED) from error
        return TimePlace(Period(at_us, at_us + 1))
    within = _day(typed, now_us, zone) or _day_and_clock(typed, now_us, zone) or _with_offset(text.strip())
    if within is None:
        raise QueryError(f"{quoted(text)} is neither a row nor a time.", hint=ACCEPTED)
    return TimePlace(within)


def anchor(place: RowPlace | TimePlace, order: Order) -> AtRow | AtTime:
    """The page that a place means in an order.

    A day, newest first, is gone to at its end, so that its last trace stands on top and not the day before.

    Raises:
        QueryError: The rows do not stand by time.
    """
    if isinstance(place, RowPlace):
        return AtRow(place.index)
    if not order.by_time:
        raise QueryError("The rows stand by response time, not by time.", hint="Sort by time first (s).")
    return AtTime(place.within.end_us - 1 if order is Order.NEWEST else place.within.start_us)


def _day(typed: str, now_us: int, zone: tzinfo) -> Period | None:
    """A day, month or year."""
    days = read_days(typed, day_of(now_us, zone))
    if not days:
        return None
    return Period(day_start_us(days[0], zone), day_start_us(days[1] + timedelta(days=1), zone))


def _day_and_clock(typed: str, now_us: int, zone: tzinfo) -> Period | None:
    """A time of day, of a day or of the latest one that has come to it."""
    match = _DAY_AND_CLOCK.fullmatch(typed)
    clock = match and read_clock(match[2])
    if not match or not clock:
        return None
    today = day_of(now_us, zone)
    if match[1]:
        days = read_days(match[1], today)
        return _at_clock(days[0], clock, zone) if days and days[0] == days[1] else None
    within = _at_clock(today, clock, zone)
    return within if within.start_us <= now_us else _at_clock(today - timedelta(days=1), clock, zone)


def _at_clock(day: date, clock: ClockSpan, zone: tzinfo) -> Period:
    """A time by the clock on the wall. One that comes twice is both, with what lies between."""
    local = datetime(day.year, day.month, day.day) + timedelta(microseconds=clock.start_us)  # noqa: DTZ001
    moments = [_us(local.replace(tzinfo=zone, fold=fold)) for fold in (0, 1)]
    if moments[1] < moments[0]:
        # The clocks were put forward past this time: it is what a clock that nobody put forward would show.
        moments = moments[:1]
    return Period(moments[0], moments[-1] + clock.length_us)


def _with_offset(text: str) -> Period | None:
    """ISO 8601 with an offset, as machines and our own details write it."""
    try:
        moment = datetime.fromisoformat(re.sub(r"\s+(?=[+-][0-9:]+$)", "", text))
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    at_us = _us(moment)
    precision_us = 1 if moment.microsecond % 1_000 else 1_000 if moment.microsecond else 1_000_000
    return Period(at_us, at_us + precision_us)


def _us(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
