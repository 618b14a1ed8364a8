"""How the values of an axis are written: all of them in one unit, and never wider than the axis is."""

from collections.abc import Sequence

from tracetui.display.formatting import format_count
from tracetui.display.sanitise import Safe

CELLS = 6
"""The width of a label at most: `50,000`."""
_UNITS = ((3, "K"), (6, "M"), (9, "B"), (12, "T"))


def counts(values: Sequence[int]) -> tuple[Safe, ...]:
    """Whole numbers: `0`, `25,000`, `50,000`; where one of them is too wide, all in the same thousands."""
    labels = tuple(format_count(value) for value in values)
    for power, letter in _UNITS:
        if _fit(labels):
            return labels
        labels = _in_unit(values, power, letter)
    return labels if _fit(labels) else tuple(Safe(f"{value:.0e}" if value else "0") for value in values)


def milliseconds(values_us: Sequence[int]) -> tuple[Safe, ...]:
    """Microseconds as milliseconds: `0`, `500`, `1,000`; below one `0.25`."""
    if any(value % 1_000 for value in values_us):
        labels = _in_unit(values_us, 3, "")
        if _fit(labels):
            return labels
    return counts([value // 1_000 for value in values_us])


def thousands(values: Sequence[int]) -> tuple[Safe, ...]:
    """Tokens in thousands, with decimals where small: `0`, `0.5K`, `12K`."""
    labels = _in_unit(values, 3, "K")
    return labels if _fit(labels) else counts(values)


def _in_unit(values: Sequence[int], power: int, letter: str) -> tuple[Safe, ...]:
    """Whole numbers in a power of ten, exact to three decimals: `0`, `0.5M`, `12M`."""
    written = (f"{value / 10**power:,.3f}".rstrip("0").rstrip(".") for value in values)
    return tuple(Safe(f"{words}{letter}" if words != "0" else "0") for words in written)


def _fit(labels: Sequence[Safe]) -> bool:
    return all(len(label) <= CELLS for label in labels)
