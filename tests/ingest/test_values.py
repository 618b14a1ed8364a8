"""What is read, what is read with a note, and what is refused."""

from datetime import UTC
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tracetui.domain.trace import Status
from tracetui.ingest import values
from tracetui.ingest.values import BadValue

from ..fakes import NOON_US, S

BERLIN = ZoneInfo("Europe/Berlin")


def quiet(text: str) -> None:
    raise AssertionError(f"noted: {text}")


def ignored(_: str) -> None:
    pass


@pytest.mark.parametrize(
    ("written", "us"),
    [
        ("2026-10-01T12:00:00Z", NOON_US),
        ("2026-10-01T14:00:00+02:00", NOON_US),
        ("2026-10-01 12:00:00.5Z", NOON_US + 500_000),
        ("2026-10-01T12:00:00.123456789Z", NOON_US + 123_456),
        ("2026-10-01 12:00:00 UTC", NOON_US),
        ("2026-10-25T02:30:00+01:00", 1_792_891_800 * S),
        (1_790_856_000, NOON_US),
        (1_790_856_000.25, NOON_US + 250_000),
        (1_790_856_000.123456, NOON_US + 123_456),
        ("1790856000.123456", NOON_US + 123_456),
        (0, 0),
    ],
)
def test_a_time_is_read_to_the_microsecond(written: Any, us: int) -> None:
    assert values.time_us(written, UTC, quiet) == us


@pytest.mark.parametrize(
    "written", [1_790_856_000_000, 1_790_856_000_000.0, "1790856000000", Decimal("1790856000000")]
)
def test_a_time_in_milliseconds_is_read_as_such_and_noted(written: Any) -> None:
    noted: list[str] = []
    assert values.time_us(written, UTC, noted.append) == NOON_US
    assert "milliseconds" in noted[0]


@pytest.mark.parametrize(
    ("written", "us"),
    [
        ("2026-10-01T12:00:00", NOON_US),
        ("2026-10-01", NOON_US - 12 * 3600 * S),
        ("20261001", NOON_US - 12 * 3600 * S),
        ("2026-09-30T24:00:00Z", NOON_US - 12 * 3600 * S),
    ],
)
def test_a_time_that_leaves_something_open_is_noted(written: str, us: int) -> None:
    noted: list[str] = []
    assert values.time_us(written, UTC, noted.append) == us
    assert len(noted) == 1


def test_a_time_without_a_zone_is_read_in_the_zone_assumed() -> None:
    assert values.time_us("2026-10-01T14:00:00", BERLIN, ignored) == NOON_US


def test_a_time_that_the_clocks_skip_is_noted() -> None:
    noted: list[str] = []
    values.time_us("2026-03-29T02:30:00", BERLIN, noted.append)
    assert any("skip" in note for note in noted)


@pytest.mark.parametrize(
    "written",
    [
        None, "", "soon", "1601-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T24:00:00",
        "10000-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00", 1_790_856_000_000_000, -1, float("nan"), 1e308,
        True, [1], "2100-01-01T00:00:00Z", 4_102_444_800, "1e9", "17908560001790856000",
    ],
)  # fmt: skip
def test_a_time_outside_1970_to_2100_or_none_at_all_is_refused(written: Any) -> None:
    with pytest.raises(BadValue):
        values.time_us(written, UTC, ignored)


@pytest.mark.parametrize(
    ("written", "number"), [(0, 0), (7, 7), ("7", 7), (None, None), ("", None), (10**13, 10**13)]
)
def test_a_count_is_a_whole_number(written: Any, number: int | None) -> None:
    assert values.whole(written, quiet) == number


def test_a_whole_number_with_a_fraction_of_zero_is_noted() -> None:
    noted: list[str] = []
    assert values.whole(10.0, noted.append) == 10
    assert noted


@pytest.mark.parametrize(
    "written", [-1, 1.5, True, "many", "nan", "inf", [], 10**13 + 1, 2**63 - 1, 1e300, "1e999999", float("inf")]
)
def test_what_is_no_count_is_refused(written: Any) -> None:
    with pytest.raises(BadValue):
        values.whole(written, ignored)


@pytest.mark.parametrize(
    ("written", "us"), [(1311.3, 1_311_300), (0, 0), ("12.5", 12_500), (0.0005, 0), (0.0015, 2), (None, None)]
)
def test_a_duration_is_whole_microseconds(written: Any, us: int | None) -> None:
    assert values.scaled(written, 1_000) == us


def test_a_cost_keeps_a_billionth_of_a_dollar() -> None:
    assert values.scaled(1e-9, 1_000_000_000) == 1


@pytest.mark.parametrize("written", [-0.1, True, 1e308, "Infinity", "1e400", {}, "12 ms"])
def test_what_is_no_duration_is_refused(written: Any) -> None:
    with pytest.raises(BadValue):
        values.scaled(written, 1_000)


@pytest.mark.parametrize(
    ("written", "code", "has_error", "status"),
    [
        ("success", None, False, Status.SUCCESS),
        ("failed", None, False, Status.FAILED),
        ("Success", None, False, Status.SUCCESS),
        ("failed", 200, False, Status.FAILED),
    ],
)
def test_a_status_is_taken_as_it_says(written: str, code: int | None, has_error: bool, status: Status) -> None:
    assert values.status(written, has_error, code, quiet) is status


@pytest.mark.parametrize(
    ("written", "code", "has_error", "status"),
    [
        (None, None, False, Status.SUCCESS),
        (None, 503, False, Status.FAILED),
        (None, 200, True, Status.FAILED),
        (200, None, False, Status.SUCCESS),
        (429, None, False, Status.FAILED),
        ("ok", None, False, Status.SUCCESS),
        ("ERROR", None, False, Status.FAILED),
        (False, None, False, Status.FAILED),
    ],
)
def test_other_ways_to_say_a_status_are_noted(
    written: Any, code: int | None, has_error: bool, status: Status
) -> None:
    noted: list[str] = []
    assert values.status(written, has_error, code, noted.append) is status
    assert len(noted) == 1


def test_a_word_that_is_no_status_is_refused() -> None:
    with pytest.raises(BadValue, match="neither success nor failed"):
        values.status("perhaps", False, None, ignored)


def test_a_number_for_a_name_is_kept_as_its_text_and_noted() -> None:
    noted: list[str] = []
    assert values.name(12345, noted.append) == "12345"
    assert noted


@pytest.mark.parametrize("written", [[], {}, True, "x" * 10_001])
def test_what_is_no_name_is_refused(written: Any) -> None:
    with pytest.raises(BadValue):
        values.name(written, ignored)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (
            [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}],
            "user: Hi\n\nassistant: Hello",
        ),
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, "a\nb"),
        (["a", "b"], "a\n\nb"),
        ({"city": "Köln"}, '{\n  "city": "Köln"\n}'),
        (42, "42"),
    ],
)
def test_structures_for_a_text_become_readable_text_and_are_noted(written: Any, text: str) -> None:
    noted: list[str] = []
    assert values.prose(written, noted.append) == text
    assert noted


def test_an_empty_text_is_known_and_a_missing_one_is_not() -> None:
    assert values.prose("", quiet) == ""
    assert values.prose(None, quiet) is None


def test_a_surrogate_without_its_half_is_replaced_and_noted() -> None:
    noted: list[str] = []
    assert (
        values.well_formed("a\ud83d b\udc00\ud800 \U0001f600", noted.append) == "a\ufffd b\ufffd\ufffd \U0001f600"
    )
    assert noted
