"""What is said beside figures that reach into time whose traces were pruned."""

from datetime import UTC

from tracetui.display.formatting import format_minute
from tracetui.display.layout import NOTHING
from tracetui.display.sanitise import Safe
from tracetui.domain.periods import Period, PeriodChoice, Preset

NOT_EXACT = Safe("≈")
"""In the place of the note where there is no room for it."""


def pruned_note(before_us: int | None, choice: PeriodChoice, within: Period, this_year: int) -> Safe:
    """`≈ pruned before 25 Aug`; nothing where the figures are exact. Days are pruned as they are in UTC.

    Args:
        before_us: Up to when traces were deleted; None: none ever was.
        choice: The period; all time begins with the first trace there is, and means those before it too.
        within: What it is now.
        this_year: The year that goes without saying.
    """
    start_us = 0 if choice is Preset.ALL_TIME else within.start_us
    if before_us is None or start_us >= before_us:
        return NOTHING
    day = format_minute(before_us, UTC, this_year).removesuffix(" 00:00")
    return Safe(f"≈ pruned before {day}")
