import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetui.domain import durations as d
from tracetui.errors import QueryError

US = st.integers(0, d.LONGEST_US - 1)


@pytest.mark.parametrize(
    ("typed", "us"),
    [
        ("1:2:345", 62_345_000),
        ("0:1:5", 1_005_000),
        ("0:0:0", 0),
        ("0:2:0", 2_000_000),
        ("90:0:0", 5_400_000_000),
        ("0:75:1500", 76_500_000),
        ("1500ms", 1_500_000),
        ("2s", 2_000_000),
        ("1.5m", 90_000_000),
        ("0.1s", 100_000),
        (" 2 S ", 2_000_000),
        ("1m 2.5s", 62_500_000),
        ("250us", 250),
        ("250µs", 250),
        ("250μs", 250),
        ("0.001ms", 1),
        ("1h", 3_600_000_000),
        ("2d", 172_800_000_000),
    ],
)
def test_durations_are_read_as_people_write_them(typed: str, us: int) -> None:
    assert d.parse_duration(typed) == us


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "2",
        "1:2",
        "1:2:3:4",
        "1:-2:3",
        "-2s",
        "2 parsecs",
        "1.5",
        "1.5:0:0",
        ".5s",
        "5.s",
        "s",
        "2s3",
        "٣s",
        "1:2:345ms",
    ],
)
def test_what_is_no_duration_is_refused_with_what_can_be_typed(typed: str) -> None:
    with pytest.raises(QueryError) as refused:
        d.parse_duration(typed)
    assert refused.value.hint == d.ACCEPTED


@pytest.mark.parametrize(
    "typed", ["9" * 18 + "d", "9" * 5_000 + "s", "0." + "3" * 5_000 + "s", "0.0001ms", "x" * 100_000]
)
def test_what_is_too_long_or_too_short_is_refused_in_a_short_sentence(typed: str) -> None:
    with pytest.raises(QueryError) as refused:
        d.parse_duration(typed)
    assert len(str(refused.value)) < 250


@given(US)
def test_what_is_written_in_units_reads_back_the_same(us: int) -> None:
    assert d.parse_duration(d.in_units(us)) == us


@given(US.filter(lambda us: us < d.LONGEST_US - 1_000))
def test_what_is_written_in_colons_reads_back_to_the_millisecond_shown(us: int) -> None:
    assert d.parse_duration(d.in_colons(us)) == d.to_ms(us) * 1_000


@given(st.integers(0, 10**9), st.integers(0, 999_999))
def test_fractions_are_exact(whole: int, millionths: int) -> None:
    assert d.parse_duration(f"{whole}.{millionths:06}s") == whole * 1_000_000 + millionths


@pytest.mark.parametrize(
    ("us", "text"), [(0, "0ms"), (1_500_000, "1500ms"), (2_000_000, "2s"), (5_400_000_000, "90m"), (7, "7us")]
)
def test_the_largest_unit_without_a_fraction_is_written(us: int, text: str) -> None:
    assert d.in_units(us) == text
