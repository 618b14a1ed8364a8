"""Days and times of day as people type them, read by the calendar alone: what a zone makes of them comes later."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from tracetui.domain.periods import MONTHS, SECOND_US
from tracetui.errors import QueryError

FIRST_YEAR, LAST_YEAR = 1970, 2100
"""The years that a store holds."""

LONGEST_TYPED = 100
"""Characters of a day, time or period at most. A megabyte pasted into the field must not keep a pattern busy."""

_MONTH_NAMES = "|".join(month.lower() for month in MONTHS)
_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?")
_DAY_FIRST = re.compile(rf"(?:([0-9]{{1,2}})\.?\s*)?({_MONTH_NAMES})[a-z]*\.?(?:,?\s*([0-9]{{4}}))?")
_MONTH_FIRST = re.compile(rf"({_MONTH_NAMES})[a-z]*\.?\s*([0-9]{{1,2}})(?:,?\s+([0-9]{{4}}))?")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?")


class ClockSpan(NamedTuple):
    """The times of day that a typed one stands for: `14:02` is the whole minute."""

    start_us: int
    """Microseconds since midnight by the clock on the wall."""
    length_us: int


def read_days(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that a text names.

    Args:
        text: `today`, `yesterday`, `2026-11-03`, `2026-11`, `2026`, `3 Nov`, `Nov 3 2025`, `Nov`, `Nov 2025`.
        today: Where no year is typed, the latest such day or month that has begun by then.

    Returns:
        None where the text is nothing of that.

    Raises:
        QueryError: It is one, but no calendar has such a day, or no store such a year.
    """
    typed = text.strip().lower()
    if typed in ("today", "yesterday"):
        day = today if typed == "today" else today - timedelta(days=1)
        return day, day
    if iso := _ISO.fullmatch(typed):
        year, month, day_of_month = iso.groups()
        return _span(text, int(year), month and int(month), day_of_month and int(day_of_month))
    if named := _MONTH_FIRST.fullmatch(typed):
        name, day_of_month, year = named.groups()
    elif named := _DAY_FIRST.fullmatch(typed):
        day_of_month, name, year = named.groups()
    else:
        return None
    number = [month.lower() for month in MONTHS].index(name) + 1
    in_month = day_of_month and int(day_of_month)
    if year:
        return _span(text, int(year), number, in_month)
    has_begun = (number, in_month or 1) <= (today.month, today.day)
    return _span(text, today.year if has_begun else today.year - 1, number, in_month)


def read_clock(text: str) -> ClockSpan | None:
    """The time of day that a text names: `14:02`, `14:02:10`, `14:02:10.118`; None where it names none."""
    match = _CLOCK.fullmatch(text.strip())
    if not match:
        return None
    hour, minute = int(match[1]), int(match[2])
    second, fraction = int(match[3] or 0), match[4] or ""
    if hour > 23 or minute > 59 or second > 59:
        return None
    start_us = (hour * 3_600 + minute * 60 + second) * SECOND_US
    if match[3] is None:
        return ClockSpan(start_us, 60 * SECOND_US)
    length_us = SECOND_US // int("1" + "0" * len(fraction))
    return ClockSpan(start_us + int(fraction or 0) * length_us, length_us)


def _span(text: str, year: int, month: int | str | None, day: int | str | None) -> tuple[date, date]:
    """The days of a year, of a month or the one day, whichever is the narrowest that was named."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise QueryError(f"{quoted(text)} is not between {FIRST_YEAR} and {LAST_YEAR}.")
    try:
        if not month:
            return date(year, 1, 1), date(year, 12, 31)
        first = date(year, int(month), int(day or 1))
    except ValueError as error:
        raise QueryError(f"{quoted(text)} is no day of the calendar.") from error
    if day:
        return first, first
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def quoted(text: str) -> str:
    """What was typed, short enough to stand in a sentence."""
    return f'"{text if len(text) <= 40 else text[:40] + "…"}"'
