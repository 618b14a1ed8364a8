from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tracetui.domain import period_words as w
from tracetui.domain.periods import CustomDays, Exact, LastDays, LastHours, Period, PeriodChoice, Preset, resolve
from tracetui.errors import QueryError

BERLIN = ZoneInfo("Europe/Berlin")
NOW = int(datetime(2026, 11, 25, 0, 30, tzinfo=BERLIN).timestamp()) * 1_000_000
"""Still the 24th in UTC."""


def days(first: str, last: str) -> CustomDays:
    return CustomDays(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("7d", Preset.DAYS_7),
        ("30 days", Preset.DAYS_30),
        ("30d", Preset.LAST_30_DAYS),
        ("24h", Preset.HOURS_24),
        ("1d", Preset.TODAY),
        ("14d", LastDays(14)),
        ("2w", LastDays(14)),
        ("36h", LastHours(36)),
        ("Last  Month", Preset.LAST_MONTH),
        ("all time", Preset.ALL_TIME),
        ("yesterday", Preset.YESTERDAY),
        ("2026-10", days("2026-10-01", "2026-10-31")),
        ("2026-11", days("2026-11-01", "2026-11-25")),
        ("2025", days("2025-01-01", "2025-12-31")),
        ("2026-11-01", days("2026-11-01", "2026-11-01")),
        ("2026-11-01..2026-11-05", days("2026-11-01", "2026-11-05")),
        (" 2026-11-01 .. 2026-11-05 ", days("2026-11-01", "2026-11-05")),
        ("2026-11-01..", days("2026-11-01", "2026-11-25")),
        ("2026-09..2026-10", days("2026-09-01", "2026-10-31")),
        ("3 nov", days("2026-11-03", "2026-11-03")),
        ("3 Nov .. yesterday", days("2026-11-03", "2026-11-24")),
        ("Dec 24", days("2025-12-24", "2025-12-24")),
        ("december", days("2025-12-01", "2025-12-31")),
        ("29 Feb 2024", days("2024-02-29", "2024-02-29")),
    ],
)
def test_a_period_is_read_as_people_type_it(typed: str, choice: PeriodChoice) -> None:
    assert w.parse_choice(typed, NOW, BERLIN) == choice


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "is no period"),
        ("soon", "is no period"),
        ("7 parsecs", "is no period"),
        ("..", "is no period"),
        ("2026-11-05..2026-11-01", "ends before it begins"),
        ("2026-11-26", "is in the future"),
        ("2026-02-30", "is no day of the calendar"),
        ("2026-13", "is no day of the calendar"),
        ("1850", "is not between 1970 and 2100"),
        ("0d", "is not between one hour and a hundred years"),
        ("999999d", "is not between one hour and a hundred years"),
        ("x" * 1_000_000, "is no period"),
    ],
)
def test_what_is_no_period_is_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(QueryError, match=why) as refused:
        w.parse_choice(typed, NOW, BERLIN)
    assert len(refused.value.problem) < 120


def test_every_name_that_is_shown_can_be_typed() -> None:
    assert [w.parse_choice(preset.value, NOW, BERLIN) for preset in Preset] == list(Preset)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-11-23", "2026-11-23", "23 Nov"),
        ("2026-11-17", "2026-11-23", "17 – 23 Nov"),
        ("2026-10-25", "2026-11-23", "25 Oct – 23 Nov"),
        ("2025-10-25", "2025-11-23", "25 Oct – 23 Nov 2025"),
        ("2025-11-01", "2025-11-30", "1 – 30 Nov 2025"),
        ("2025-12-25", "2026-01-03", "25 Dec 2025 – 3 Jan 2026"),
    ],
)
def test_a_range_is_as_short_as_it_can_be_said(first: str, last: str, words: str) -> None:
    assert w.days_in_words(date.fromisoformat(first), date.fromisoformat(last), 2026) == words


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Preset.LAST_30_DAYS, "Last 30 Days, 27 Oct – 25 Nov"),
        (Preset.TODAY, "Today, 25 Nov"),
        (LastDays(14), "14 days, 12 – 25 Nov"),
        (LastHours(36), "36 hours, 23 – 25 Nov"),
        (days("2026-11-01", "2026-11-05"), "1 – 5 Nov"),
    ],
)
def test_a_choice_is_said_with_its_exact_days(choice: PeriodChoice, words: str) -> None:
    assert w.in_words(choice, resolve(choice, NOW, BERLIN), BERLIN, 2026) == words


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Preset.LAST_30_DAYS, "in the last 30 days"),
        (Preset.ALL_TIME, "at any time"),
        (LastDays(14), "in the last 14 days"),
        (LastHours(36), "in the last 36 hours"),
        (LastHours(1), "in the last hour"),
        (LastDays(1), "in the last day"),
        (days("2026-11-03", "2026-11-03"), "on 3 Nov"),
        (days("2026-10-25", "2026-11-23"), "from 25 Oct to 23 Nov"),
    ],
)
def test_a_choice_ends_a_sentence(choice: PeriodChoice, words: str) -> None:
    assert w.in_sentence(choice, 2026) == words


def test_every_preset_ends_a_sentence() -> None:
    assert all(w.in_sentence(preset, 2026) for preset in Preset)


def test_exact_moments_go_by_the_name_that_they_were_given() -> None:
    hour = Exact(Period(NOW, NOW + 3_600_000_000), "25 Nov 00:30 – 01:30")
    assert w.label(hour, 2026) == w.in_words(hour, hour.within, BERLIN, 2026) == "25 Nov 00:30 – 01:30"
    assert w.in_sentence(hour, 2026) == "within 25 Nov 00:30 – 01:30"
    assert resolve(hour, NOW, BERLIN) == hour.within
