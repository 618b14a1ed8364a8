from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tracetui.display import formatting as f

S = 1_000_000
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> int:
    """Microseconds of an ISO time; UTC where it does not say."""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(moment.timestamp()) * S + moment.microsecond


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0"), (48_120, "48,120"), (10_000_000, "10,000,000"), (None, "–")]
)
def test_counts_show_all_their_digits(number: int | None, shown: str) -> None:
    assert f.format_count(number) == shown


@pytest.mark.parametrize(
    ("us", "shown"),
    [
        (0, "0.000 s"),
        (932_000, "0.932 s"),
        (30_001_000, "30.001 s"),
        (1_204_499, "1.204 s"),
        (1_204_500, "1.205 s"),
        (3_600 * S, "3,600.000 s"),
        (None, "–"),
    ],
)
def test_response_times_of_a_column_are_seconds_to_the_millisecond(us: int | None, shown: str) -> None:
    assert f.format_response_time(us) == shown


@pytest.mark.parametrize(
    ("us", "shown"),
    [
        (0, "0 ms"),
        (1, "0.001 ms"),
        (999, "0.999 ms"),
        (1_500, "1.50 ms"),
        (12_340, "12.3 ms"),
        (932_000, "932 ms"),
        (999_499, "999 ms"),
        (999_500, "1.00 s"),
        (2_310_000, "2.31 s"),
        (9_995_000, "10.0 s"),
        (125 * S, "125 s"),
        (1_000 * S, "16.7 min"),
        (7_200 * S, "2.00 h"),
        (None, "–"),
    ],
)
def test_durations_of_a_tile_have_three_digits_in_the_unit_people_say(us: int | None, shown: str) -> None:
    assert f.format_duration(us) == shown


def test_chart_latencies_are_whole_milliseconds() -> None:
    assert f.format_milliseconds(6_801_500) == "6,802 ms"
    assert f.format_milliseconds(None) == "–"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (5, 100, "5 %"),
        (31, 1_000, "3.1 %"),
        (0, 7, "0 %"),
        (7, 7, "100 %"),
        (1, 10_000_000, "<0.1 %"),
        (9_999_999, 10_000_000, ">99.9 %"),
        (1, 2_000, "0.1 %"),
        (1, 8, "12.5 %"),
        (0, 0, "–"),
    ],
)
def test_percentages_never_hide_that_there_are_some(part: int, whole: int, shown: str) -> None:
    assert f.format_percent(part, whole) == shown


@pytest.mark.parametrize(
    ("micro", "shown"),
    [
        (0, "0"),
        (1, "0.000001"),
        (26_000, "0.026"),
        (123_456, "0.123"),
        (999_999, "1"),
        (8_100_000, "8.1"),
        (310_000_000, "310"),
        (1_204_500_000, "1,204.5"),
        (12_480_460_000, "12,480.5"),
        (-2_500_000, "-2.5"),
        (None, "–"),
    ],
)
def test_credits_are_shown_with_the_digits_that_count(micro: int | None, shown: str) -> None:
    assert f.format_credits(micro) == shown


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (812, "812 B"),
        (999, "999 B"),
        (2_100, "2.1 kB"),
        (999_960, "1 MB"),
        (10_000_000, "10 MB"),
        (None, "–"),
    ],
)
def test_sizes_are_in_the_unit_people_say(size: int | None, shown: str) -> None:
    assert f.format_size(size) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0"), (812, "812"), (1_234, "1.2K"), (48_120, "48.1K"), (999_950, "1M"), (None, "–")]
)
def test_axis_labels_are_short(number: int | None, shown: str) -> None:
    assert f.format_short_count(number) == shown


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-11-23T13:02:59", "23 Nov 14:02:59"),
        ("2026-07-03T22:30:00", " 4 Jul 00:30:00"),
        ("2025-11-23T13:02:59", "23 Nov 2025 14:02"),
        ("2025-12-31T23:00:00", " 1 Jan 00:00:00"),
        ("2026-03-29T00:59:59", "29 Mar 01:59:59"),
        ("2026-03-29T01:00:00", "29 Mar 03:00:00"),
        ("1969-12-31T22:59:59", "31 Dec 1969 23:59"),
    ],
)
def test_times_are_those_of_the_zone_and_name_another_year(moment: str, shown: str) -> None:
    assert f.format_time(at(moment), BERLIN, 2026) == shown
    assert len(shown) <= f.TIME_CELLS


def test_an_unknown_time_is_a_dash_everywhere() -> None:
    assert f.format_time(None, BERLIN, 2026) == "–"
    assert f.format_minute(None, BERLIN, 2026) == "–"
    assert f.format_full_time(None, BERLIN) == "–"


@pytest.mark.parametrize(
    "zone", ["Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Africa/Monrovia", "UTC"]
)
def test_every_quarter_of_an_hour_of_years_is_shown_as_the_zone_has_it(zone: str) -> None:
    where = ZoneInfo(zone)
    first, last = at("1972-01-01T00:07:00") // S, at("1973-01-01T00:00:00") // S
    for second in [*range(first, last, 4_500), *range(at("2026-01-01") // S, at("2027-01-01") // S, 4_500)]:
        local = datetime.fromtimestamp(second, where)
        assert f.format_time(second * S, where, local.year) == f"{local.day:2} {local:%b %H:%M:%S}"


def test_details_show_the_millisecond_that_has_begun() -> None:
    assert f.format_full_time(at("2026-11-23T13:02:40.118999"), BERLIN) == "2026-11-23 14:02:40.118"


def test_a_local_time_that_comes_twice_shows_its_offset() -> None:
    assert f.format_full_time(at("2026-10-25T00:30:00"), BERLIN) == "2026-10-25 02:30:00.000 +02:00"
    assert f.format_full_time(at("2026-10-25T01:30:00"), BERLIN) == "2026-10-25 02:30:00.000 +01:00"
    assert f.format_full_time(at("2026-10-25T02:30:00"), BERLIN) == "2026-10-25 03:30:00.000"


def test_minutes_and_clocks_are_those_of_the_zone() -> None:
    assert f.format_minute(at("2026-11-02T08:10:59"), BERLIN, 2026) == "2 Nov 09:10"
    assert f.format_minute(at("2025-11-02T08:10:59"), BERLIN, 2026) == "2 Nov 2025 09:10"
    assert f.format_clock(at("2026-11-23T13:03:12"), BERLIN) == "14:03:12"
    assert f.year_of(at("2025-12-31T23:30:00"), BERLIN) == 2026
    assert f.zone_name(BERLIN) == "Europe/Berlin"
    assert f.zone_name(UTC) == "UTC"
