"""Durations as people type them, to whole microseconds and back. Exact: no floating point."""

import re

from tracetui.errors import QueryError

US_OF_UNIT = {
    "us": 1,
    "µs": 1,
    "ms": 1_000,
    "s": 1_000_000,
    "m": 60_000_000,
    "min": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
}
"""The units that are read, in microseconds."""

LONGEST_US = 2**53
"""A duration is shorter than this (285 years): what every format that numbers travel in can hold."""

ACCEPTED = "Write minutes:seconds:milliseconds (0:1:5 is 1.005 s), or a number and a unit: 1500ms, 2s, 1.5m."
"""What can be typed, as a sentence for an error or beside a field."""

# Digits are bounded, or Python refuses to read them (4,300) with an error of its own.
_NUMBER = r"[0-9]{1,18}"
_COLONS = re.compile(f"({_NUMBER}):({_NUMBER}):({_NUMBER})")
_WITH_UNIT = re.compile(rf"({_NUMBER})(?:\.({_NUMBER}))?\s*([a-zµ]+)")
_PART = re.compile(rf"{_NUMBER}(?:\.{_NUMBER})?\s*[a-zµ]+\s*")


def parse_duration(text: str) -> int:
    """Read a duration.

    Args:
        text: `m:s:ms` as three whole numbers (`1:2:345` is 1 minute 2.345 s), or one or more numbers with a unit
            (`1500ms`, `2s`, `1.5m`, `1m 2.5s`); capital letters and blanks make no difference.

    Returns:
        Microseconds, 0 or more.

    Raises:
        QueryError: The text is no duration, is too long, or names less than a microsecond.
    """
    # The letter mu, which a keyboard may give instead of the micro sign.
    typed = text.strip().lower().replace("\u03bc", "µ")
    if colons := _COLONS.fullmatch(typed):
        minutes, seconds, ms = (int(part) for part in colons.groups())
        total_us = minutes * US_OF_UNIT["m"] + seconds * US_OF_UNIT["s"] + ms * US_OF_UNIT["ms"]
    else:
        parts = _PART.findall(typed)
        if not parts or "".join(parts) != typed:
            raise QueryError(f"{_quoted(text)} is no duration.", hint=ACCEPTED)
        total_us = sum(_part_us(part.strip(), text) for part in parts)
    if total_us >= LONGEST_US:
        raise QueryError(f"{_quoted(text)} is too long a duration.", hint="The longest is 285 years.")
    return total_us


def in_colons(duration_us: int) -> str:
    """A duration as the filter builder writes it: `1:2:345`. Rounded to the millisecond, as it is shown."""
    seconds, ms = divmod(to_ms(duration_us), 1_000)
    return f"{seconds // 60}:{seconds % 60}:{ms}"


def in_units(duration_us: int) -> str:
    """A duration exactly, in the largest unit that needs no fraction: `1500ms`, `2s`, `90m`."""
    for unit in ("h", "m", "s", "ms"):
        if duration_us and duration_us % US_OF_UNIT[unit] == 0:
            return f"{duration_us // US_OF_UNIT[unit]}{unit}"
    return f"{duration_us}us" if duration_us else "0ms"


def to_ms(duration_us: int) -> int:
    """The millisecond that a duration is shown as: the nearest one, halves up. Filters compare this."""
    return (duration_us + 500) // 1_000


def _part_us(part: str, text: str) -> int:
    """One number with its unit, in microseconds."""
    match = _WITH_UNIT.fullmatch(part)
    if not match or match[3] not in US_OF_UNIT:
        raise QueryError(f"{_quoted(text)} has a unit that is not known.", hint=ACCEPTED)
    fraction: str = match[2] or ""
    scaled, rest = divmod(int(match[1] + fraction) * US_OF_UNIT[match[3]], int("1" + "0" * len(fraction)))
    if rest:
        raise QueryError(f"{_quoted(text)} is not a whole number of microseconds.", hint=ACCEPTED)
    return scaled


def _quoted(text: str) -> str:
    """What was typed, short enough to stand in a sentence."""
    return f'"{text if len(text) <= 40 else text[:40] + "…"}"'
