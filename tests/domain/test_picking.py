"""What presses on days of a calendar make of a range."""

from datetime import date

import pytest

from tracetui.domain.periods import CustomDays
from tracetui.domain.picking import Picking

TODAY = date(2026, 11, 23)


def the(day: int) -> date:
    return date(2026, 11, day)


@pytest.mark.parametrize(
    ("pressed", "range_"),
    [
        ([3], (3, 23)),
        ([3, 5], (3, 5)),
        ([3, 3], (3, 3)),
        ([5, 3], (3, 23)),
        ([5, 3, 4], (3, 4)),
        ([3, 5, 9], (9, 23)),
        ([23, 23], (23, 23)),
    ],
)
def test_a_press_begins_a_range_and_a_second_one_ends_it(pressed: list[int], range_: tuple[int, int]) -> None:
    picking = Picking()
    for day in pressed:
        picking = picking.pick(the(day), TODAY)
    assert picking.days == CustomDays(the(range_[0]), the(range_[1]))
