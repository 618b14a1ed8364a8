from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tracetui.domain.periods import Period
from tracetui.domain.places import ACCEPTED, RowPlace, TimePlace, anchor, parse_place
from tracetui.domain.queries import AtRow, AtTime, Order
from tracetui.errors import QueryError

S = 1_000_000
DAY = 86_400 * S
BERLIN = ZoneInfo("Europe/Berlin")


def berlin(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=BERLIN).timestamp()) * S  # type: ignore[misc,arg-type]


NOW = berlin(2026, 11, 25, 14, 2, 10)


@pytest.mark.parametrize(
    ("typed", "index"),
    [("1", 0), ("12345", 12_344), ("12,345", 12_344), ("#7", 6), ("1 000 000", 999_999), (" 2026 ", 2025)],
)
def test_a_number_is_a_row_counted_from_one(typed: str, index: int) -> None:
    assert parse_place(typed, NOW, BERLIN) == RowPlace(index)


@pytest.mark.parametrize(
    ("typed", "start_us", "length_us"),
    [
        ("14:02", berlin(2026, 11, 25, 14, 2), 60 * S),
        ("14:02:10", NOW, S),
        ("14:03", berlin(2026, 11, 24, 14, 3), 60 * S),
        ("9:05", berlin(2026, 11, 25, 9, 5), 60 * S),
        ("2026-11-03", berlin(2026, 11, 3), DAY),
        ("2026-10-25", berlin(2026, 10, 25), 25 * 3_600 * S),
        ("2026-11", berlin(2026, 11, 1), 30 * DAY),
        ("3 Nov", berlin(2026, 11, 3), DAY),
        ("Nov 3 2025", berlin(2025, 11, 3), DAY),
        ("today", berlin(2026, 11, 25), DAY),
        ("2026-11-03 14:02:10", berlin(2026, 11, 3, 14, 2, 10), S),
        ("2026-11-03T14:02", berlin(2026, 11, 3, 14, 2), 60 * S),
        ("3 oct 14:02", berlin(2026, 10, 3, 14, 2), 60 * S),
        ("3 Oct, 14:02:59", berlin(2026, 10, 3, 14, 2, 59), S),
        ("yesterday 14:00", berlin(2026, 11, 24, 14), 60 * S),
        ("-2h", NOW - 7_200 * S, 1),
        ("90m ago", NOW - 5_400 * S, 1),
        ("now", NOW, 1),
        ("2026-11-23 14:02:40.118", berlin(2026, 11, 23, 14, 2, 40) + 118_000, 1_000),
        ("2026-10-25 02:30:00.000 +02:00", berlin(2026, 10, 25, 2, 30), S),
        ("2026-11-23T13:02:40Z", berlin(2026, 11, 23, 14, 2, 40), S),
        ("2026-10-25 02:30", berlin(2026, 10, 25, 2, 30), 3_660 * S),
        ("2026-03-29 02:30", berlin(2026, 3, 29, 3, 30), 60 * S),
    ],
)
def test_a_time_is_the_span_that_it_names(typed: str, start_us: int, length_us: int) -> None:
    assert parse_place(typed, NOW, BERLIN) == TimePlace(Period(start_us, start_us + length_us))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "0",
        "1,2",
        "25:00",
        "14:60",
        "14:02:61",
        "2026-02-30",
        "3 Nov 25:00",
        "-x",
        "nov 14:02",
        "x" * 10**6,
        "1" * 50,
    ],
)
def test_what_is_no_place_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_place(typed, NOW, BERLIN)
    assert refused.value.problem.endswith(".")
    assert len(refused.value.problem) < 120


def test_the_hint_names_what_is_accepted() -> None:
    with pytest.raises(QueryError) as refused:
        parse_place("soon", NOW, BERLIN)
    assert refused.value.hint == ACCEPTED


def test_a_row_is_gone_to_in_any_order() -> None:
    assert {anchor(RowPlace(6), order) for order in Order} == {AtRow(6)}


def test_a_day_is_gone_to_at_the_end_that_comes_first_in_the_order() -> None:
    day = parse_place("3 Nov", NOW, BERLIN)
    assert anchor(day, Order.NEWEST) == AtTime(berlin(2026, 11, 4) - 1)
    assert anchor(day, Order.OLDEST) == AtTime(berlin(2026, 11, 3))


def test_a_time_has_no_place_among_rows_by_response_time() -> None:
    with pytest.raises(QueryError, match="response time"):
        anchor(parse_place("3 Nov", NOW, BERLIN), Order.SLOWEST)


def test_going_back_further_than_the_first_year_is_its_beginning() -> None:
    assert parse_place("-90000d", NOW, UTC) == TimePlace(Period(0, 1))


def test_how_long_ago_without_a_unit_is_told_what_can_be_gone_to() -> None:
    with pytest.raises(QueryError) as caught:
        parse_place("-3", NOW, UTC)
    assert caught.value.hint == ACCEPTED
