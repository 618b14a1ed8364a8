"""Periods of time: half-open, in UTC microseconds; presets and buckets by the calendar of a zone.

The one place, with `display/`, that knows time zones. Nothing here reads a clock: `now_us` is given.
"""

from typing import NamedTuple

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""The months as they are written everywhere."""


class Period(NamedTuple):
    """[start, end): the start belongs to it, the end does not."""

    start_us: int
    end_us: int
