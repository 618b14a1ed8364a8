"""What is said beside figures of pruned time."""

import pytest

from tests.fakes import NOON_US
from tracetui.display.exactness import pruned_note
from tracetui.domain.periods import HOUR_US, Period, Preset

DAY_US = 24 * HOUR_US

MIDNIGHT = NOON_US - DAY_US // 2


@pytest.mark.parametrize(
    ("start_us", "choice", "shown"),
    [
        (MIDNIGHT - 1, Preset.DAYS_7, "≈ pruned before 1 Oct"),
        (MIDNIGHT, Preset.DAYS_7, ""),
        (MIDNIGHT + DAY_US, Preset.ALL_TIME, "≈ pruned before 1 Oct"),
    ],
    ids=["reaches into it", "begins with what is left", "all time"],
)
def test_a_period_that_reaches_into_pruned_time_says_so(start_us: int, choice: Preset, shown: str) -> None:
    within = Period(start_us, start_us + DAY_US)
    assert pruned_note(MIDNIGHT, choice, within, 2026) == shown


def test_a_store_that_was_never_pruned_says_nothing() -> None:
    assert pruned_note(None, Preset.ALL_TIME, Period(0, 1), 2026) == ""
