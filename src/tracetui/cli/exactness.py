"""What a verb says where its figures reach into time whose traces were pruned."""

from datetime import tzinfo

from tracetui.cancel import Cancel
from tracetui.display.formatting import format_full_time
from tracetui.domain.periods import Period, PeriodChoice, Preset
from tracetui.domain.ports import Reader
from tracetui.domain.queries import PrunedQuery


def pruned_before_us(reader: Reader, within: Period, choice: PeriodChoice) -> int | None:
    """Up to when traces of a period were pruned; None where none were, and the figures are exact.

    Args:
        reader: Asked.
        within: The period.
        choice: How it was chosen: all time begins with the first trace there is, and means those before it too.
    """
    found = reader.read(PrunedQuery(), Cancel())
    start_us = 0 if choice is Preset.ALL_TIME else within.start_us
    return found.before_us if found is not None and start_us < found.before_us else None


def not_exact(before_us: int, zone: tzinfo) -> str:
    """It in words."""
    return f"Not exact: traces from before {format_full_time(before_us, zone)[:16]} were pruned."
