"""Labels of an axis of values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracetui.display import axis_labels

M = 1_000_000


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ((0, 50, 100), ("0", "50", "100")),
        ((0, 50_000), ("0", "50,000")),
        ((0, 50_000, 100_000), ("0", "50K", "100K")),
        ((0, 500_000, M), ("0", "500K", "1,000K")),
        ((0, 10**9 // 2, 10**9), ("0", "500M", "1,000M")),
        ((0, 5 * M, 10 * M), ("0", "5M", "10M")),
        ((0, 50 * M, 100 * M), ("0", "50M", "100M")),
        ((0, 10**15), ("0", "1,000T")),
        ((0, 10**18), ("0", "1e+18")),
    ],
)
def test_counts_of_one_axis_stand_in_one_unit(values: tuple[int, ...], labels: tuple[str, ...]) -> None:
    assert axis_labels.counts(values) == labels


@pytest.mark.parametrize(
    ("values_us", "labels"),
    [
        ((0, 500_000, 1_000_000), ("0", "500", "1,000")),
        ((0, 250, 500), ("0", "0.25", "0.5")),
        ((0, 50_000_000, 100_000_000), ("0", "50K", "100K")),
        ((0, 10**9 * 500, 10**12), ("0", "500M", "1,000M")),
    ],
)
def test_microseconds_are_labelled_as_milliseconds(values_us: tuple[int, ...], labels: tuple[str, ...]) -> None:
    assert axis_labels.milliseconds(values_us) == labels


def test_tokens_are_labelled_in_thousands() -> None:
    assert axis_labels.thousands((0, 500, 1_000)) == ("0", "0.5K", "1K")
    assert axis_labels.thousands((0, 12_000, 1_200_000)) == ("0", "12K", "1,200K")


@given(st.lists(st.integers(0, 10**22), min_size=1, max_size=5))
def test_no_label_is_wider_than_the_axis(values: list[int]) -> None:
    for labels in (axis_labels.counts(values), axis_labels.milliseconds(values), axis_labels.thousands(values)):
        assert all(len(label) <= axis_labels.CELLS for label in labels)
