"""Checks: what they mean, and where a wrong one is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetui.domain.check_text import CheckError, read_check
from tracetui.domain.checks import METRICS, comparisons
from tracetui.domain.usage import Usage

MS, S = 1_000, 1_000_000


def figures(**known: int | None) -> Usage:
    """Two hundred requests; name the figures that the test is about."""
    values = dict.fromkeys(Usage._fields, 0) | {"requests": 200, "hosting_credits_micro": None} | known
    return Usage(**values)  # type: ignore[arg-type]


NOTHING = figures(requests=0, p50_us=None, p90_us=None, p99_us=None)


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("p99 < 2s", True),
        ("p99 < 1_999ms", False),
        ("p99<=1999.5ms", True),
        ("p99 < 0.0333334 m", True),
        ("2 s > p99", True),
        ("p99 = 1999.5ms", True),
        ("p99 == 1999.5ms", True),
        ("p99 != 1999.5ms", False),
        ("failure_rate = 1.5%", True),
        ("failure_rate < 1.5%", False),
        ("failed = 3 and requests >= 0.2k", True),
        ("succeeded = 197", True),
        ("requests < 1,000", True),
        ("p50 < p99", True),
        ("mean = 100ms", True),
        ("input_tokens > 1.5M", True),
        ("tokens = 2000600", True),
        ("credits < 12.5", True),
        ("cost < $0.26", True),
        ("cost < 0.26", True),
        ("cost < 0.25", False),
        ("not p99 < 1s", True),
        ("NOT (p99 < 1s) AND failed > 2", True),
        ("p99 < 1s or failed > 2", True),
        ("p99 < 1s or failed > 2 and requests = 1", False),
        ("(p99 < 1s or failed > 2) and requests = 200", True),
        ("not not failed > 2", True),
        ("p99 > 0 and failure_rate > 0", True),
    ],
)
def test_a_check_compares_exactly(check: str, expected: bool) -> None:
    usage = figures(
        failed=3,
        timed=10,
        response_time_us=1_000 * MS,
        p50_us=90 * MS,
        p99_us=1_999_500,
        input_known=5,
        input_tokens=2_000_000,
        output_known=1,
        output_tokens=600,
        credits_known=1,
        credits_micro=12_499_999,
        cost_known=1,
        cost_nano_usd=250_000_000,
    )
    assert read_check(check).holds(usage) is expected


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("p99 < 2s", None),
        ("not p99 < 2s", None),
        ("failure_rate < 1%", None),
        ("input_tokens < 5", None),
        ("tokens < 5", None),
        ("credits < 5", None),
        ("cost < 5", None),
        ("requests = 0", True),
        ("p99 < 2s and requests > 0", False),
        ("p99 < 2s and requests = 0", None),
        ("p99 < 2s or requests = 0", True),
        ("p99 < 2s or requests > 0", None),
    ],
)
def test_what_nothing_is_known_of_is_neither_a_pass_nor_a_failure(check: str, expected: bool | None) -> None:
    assert read_check(check).holds(NOTHING) is expected


@pytest.mark.parametrize(
    ("check", "marked", "said"),
    [
        ("p98 < 2s", "p98", "no figure"),
        ("p99 < 2", "2", "has no unit"),
        ("failure_rate < 0.01", "0.01", "percentage"),
        ("p99 < 5%", "5%", "not a time"),
        ("failure_rate < 5s", "5s", "not a percentage"),
        ("requests < 5s", "5s", "not a count"),
        ("requests < 5x", "5x", "not a count"),
        ("requests < $5", "$5", "not a count"),
        ("p99 < $5", "$5", "not a time"),
        ("p99 < failure_rate", "failure_rate", "a rate, compared with a time"),
        ("1 < 2", "<", "compares two numbers"),
        ("requests", "requests", "compared with nothing"),
        ("requests >", "", "ends where a figure should"),
        ("and requests > 1", "and", "where a figure should"),
        ("requests > 1 requests < 5", "requests", "where and, or, or the end should"),
        ("p50 < p90 < p99", "<", "three things"),
        ("(p99 < 2s", "(", "not closed"),
        ("(p99 < 2s or (failed > 1)", "(", "not closed"),
        ("p99 < 2s)", ")", "where and, or, or the end"),
        ("p99 & 2s", "&", "compared with nothing"),
        ("", "", "ends where a figure should"),
        ("()", ")", "where a figure should"),
        ("requests > 1__0 0", "0", "where and, or, or the end"),
        ("requests > 5 mmm", "mmm", "where and, or, or the end"),
    ],
)
def test_a_wrong_check_is_told_with_its_place(check: str, marked: str, said: str) -> None:
    with pytest.raises(CheckError) as caught:
        read_check(check)
    place, length = caught.value.place, caught.value.length
    assert said in caught.value.problem
    assert caught.value.hint
    assert check[place : place + length] == marked or said == "compared with nothing"


@pytest.mark.parametrize("check", ["(" * 500 + "p99 < 2s" + ")" * 500, "not " * 400 + "p99 < 2s"])
def test_deep_nesting_is_refused(check: str) -> None:
    with pytest.raises(CheckError, match="nested"):
        read_check(check)


def test_a_check_that_is_too_long_is_refused() -> None:
    with pytest.raises(CheckError, match="longer"):
        read_check("p99 < 2s and " * 200 + "p99 < 2s")


PIECES = ["p99", "<", "2s", "(", ")", "and", "not", "or", "1%", " "]


@given(st.text(max_size=40) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_text_is_a_check_or_says_where_it_is_none(text: str) -> None:
    is_fine = True
    try:
        check = read_check(text)
        is_fine = check.holds(NOTHING) in (True, False, None) and all(one.metrics for one in comparisons(check))
    except CheckError as error:
        is_fine = 0 <= error.place <= len(text) and error.length >= 1
    assert is_fine


@pytest.mark.parametrize("name", list(METRICS))
def test_every_figure_can_be_compared_with_itself(name: str) -> None:
    check = read_check(f"{name} = {name}")
    assert check.holds(NOTHING) in (None, True)
