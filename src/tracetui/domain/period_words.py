"""Periods in words, both ways: as buttons and sentences show them, and as people type them."""

import re
from datetime import date, tzinfo

from tracetui.domain.dates import LONGEST_TYPED, quoted, read_days
from tracetui.domain.periods import (
    MONTHS,
    CustomDays,
    Exact,
    LastDays,
    LastHours,
    Period,
    PeriodChoice,
    Preset,
    day_of,
    first_day,
    last_day,
)
from tracetui.errors import QueryError

ACCEPTED = "Write 7d, 24h, 2026-11, 2026-11-01, 2026-11-01..2026-11-05, yesterday, or a name such as last month."
"""What can be typed, as a sentence for an error or beside a field."""

_MOST_DAYS = 36_500
_ROLLING = re.compile(r"([0-9]{1,6})\s*(d|days?|h|hours?|w|weeks?)")
_SENTENCES = {
    Preset.ALL_TIME: "at any time",
    Preset.TODAY: "today",
    Preset.YESTERDAY: "yesterday",
    Preset.THIS_WEEK: "this week",
    Preset.THIS_MONTH: "this month",
    Preset.LAST_MONTH: "last month",
    Preset.LAST_30_DAYS: "in the last 30 days",
    Preset.LAST_90_DAYS: "in the last 90 days",
    Preset.THIS_YEAR: "this year",
    Preset.LAST_YEAR: "last year",
    Preset.HOURS_24: "in the last 24 hours",
    Preset.DAYS_7: "in the last 7 days",
    Preset.DAYS_30: "in the last 30 days",
    Preset.DAYS_90: "in the last 90 days",
}
# A number of days reads as the preset of the Traces screen, so that its button names it.
_PRESET_OF = {
    LastDays(1): Preset.TODAY,
    LastDays(7): Preset.DAYS_7,
    LastDays(30): Preset.LAST_30_DAYS,
    LastDays(90): Preset.LAST_90_DAYS,
    LastHours(24): Preset.HOURS_24,
}


def label(choice: PeriodChoice, this_year: int) -> str:
    """What stands on the button: `Last 30 Days`, `1 – 5 Nov`."""
    if isinstance(choice, Preset):
        return choice.value
    if isinstance(choice, CustomDays):
        return days_in_words(choice.first, choice.last, this_year)
    if isinstance(choice, Exact):
        return choice.name
    if isinstance(choice, LastDays):
        return _so_many(choice.days, "day")
    return _so_many(choice.hours, "hour")


def in_sentence(choice: PeriodChoice, this_year: int) -> str:
    """The end of a sentence: `in the last 30 days`, `on 3 Nov`, `from 25 Oct to 23 Nov`."""
    if isinstance(choice, Preset):
        return _SENTENCES[choice]
    if isinstance(choice, Exact):
        return f"within {choice.name}"
    if isinstance(choice, LastDays):
        return f"in the last {_so_many(choice.days, 'day').removeprefix('1 ')}"
    if isinstance(choice, LastHours):
        return f"in the last {_so_many(choice.hours, 'hour').removeprefix('1 ')}"
    if choice.first == choice.last:
        return f"on {day_in_words(choice.first, this_year)}"
    first, last = day_in_words(choice.first, this_year), day_in_words(choice.last, this_year)
    return f"from {first} to {last}"


def _so_many(number: int, unit: str) -> str:
    return f"1 {unit}" if number == 1 else f"{number} {unit}s"


def in_words(choice: PeriodChoice, period: Period, zone: tzinfo, this_year: int) -> str:
    """A choice with its exact days: `Last 30 Days, 25 Oct – 23 Nov`; of picked days, the days alone."""
    days = period_in_words(period, zone, this_year)
    if isinstance(choice, Exact):
        return choice.name
    return days if isinstance(choice, CustomDays) else f"{label(choice, this_year)}, {days}"


def period_in_words(period: Period, zone: tzinfo, this_year: int) -> str:
    """The first and the last day of a period: `25 Oct – 23 Nov`."""
    return days_in_words(first_day(period, zone), last_day(period, zone), this_year)


def days_in_words(first: date, last: date, this_year: int) -> str:
    """A range as short as it can be said: `23 Nov`, `17 – 23 Nov`, `25 Dec 2025 – 3 Jan 2026`."""
    if first == last:
        return day_in_words(first, this_year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {day_in_words(last, this_year)}"
    if first.year == last.year:
        return f"{first.day} {MONTHS[first.month - 1]} – {day_in_words(last, this_year)}"
    return f"{_with_year(first)} – {_with_year(last)}"


def day_in_words(day: date, this_year: int) -> str:
    """`23 Nov`, of another year `23 Nov 2025`."""
    return f"{day.day} {MONTHS[day.month - 1]}" if day.year == this_year else _with_year(day)


def parse_choice(text: str, now_us: int, zone: tzinfo) -> PeriodChoice:
    """Read a period that somebody typed.

    Args:
        text: The name of a preset, `7d`, `24h`, `2w`, a day, month or year as `dates.read_days` reads them, or two
            of these joined by `..` (an open end is today). Days to come are cut off.
        now_us: The moment.
        zone: In whose days.

    Raises:
        QueryError: The text is no period, is all in the future, or ends before it begins.
    """
    typed = " ".join(text.lower().split())
    if len(typed) > LONGEST_TYPED:
        raise QueryError(f"{quoted(text)} is no period.", hint=ACCEPTED)
    for preset in Preset:
        if typed == preset.value.lower():
            return preset
    if rolling := _ROLLING.fullmatch(typed):
        return _rolling(int(rolling[1]), rolling[2][0], text)
    today = day_of(now_us, zone)
    if typed in ("today", "yesterday"):
        return Preset.TODAY if typed == "today" else Preset.YESTERDAY
    begin, is_range, end = typed.partition("..")
    first, last = _read(begin, today, text)
    if is_range:
        last = _read(end, today, text)[1] if end.strip(" .") else today
    if last < first:
        raise QueryError(f"{quoted(text)} ends before it begins.", hint="Write the earlier day first.")
    if first > today:
        raise QueryError(f"{quoted(text)} is in the future.", hint=f"Today is {_with_year(today)}.")
    return CustomDays(first, min(last, today))


def _rolling(number: int, unit: str, text: str) -> PeriodChoice:
    days = number * 7 if unit == "w" else number
    if not 0 < days <= (_MOST_DAYS * 24 if unit == "h" else _MOST_DAYS):
        raise QueryError(f"{quoted(text)} is not between one hour and a hundred years.", hint=ACCEPTED)
    choice = LastHours(number) if unit == "h" else LastDays(days)
    return _PRESET_OF.get(choice, choice)


def _read(part: str, today: date, text: str) -> tuple[date, date]:
    days = read_days(part, today)
    if days is None:
        raise QueryError(f"{quoted(text)} is no period.", hint=ACCEPTED)
    return days


def _with_year(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
