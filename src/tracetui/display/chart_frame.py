"""What the charts of a dashboard share: their time, how its parts are called, when nothing was deployed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from statistics import median_low

from tracetui.display.chart_spec import Behind, Word
from tracetui.display.formatting import format_minute
from tracetui.display.sanitise import Safe
from tracetui.domain.period_words import day_in_words
from tracetui.domain.periods import (
    MINUTE_US,
    CustomDays,
    Exact,
    Period,
    day_of,
    days_of,
    hours_of,
    is_by_hour,
    resolve,
)
from tracetui.domain.trace import Status

STANDS_OUT = 2
"""A point stands out from this many times the median on."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Frame:
    """The time that a chart shows."""

    within: Period
    zone: tzinfo
    this_year: int
    """The year that goes without saying."""
    now_us: int
    uptime: tuple[Period, ...]
    """When the model was deployed, or its connection was there (A8)."""
    subject: Safe
    """What is charted, for a sentence: the model's name."""
    is_hosted: bool
    sentence: str
    """The period at the end of a sentence: `in the last 7 days`."""

    @cached_property
    def is_by_hour(self) -> bool:
        """Whether the buckets are hours; else days."""
        return is_by_hour(self.within, self.zone)

    @cached_property
    def buckets(self) -> tuple[Period, ...]:
        """Hours of a single day, else days."""
        return buckets_of(self.within, self.zone)

    @cached_property
    def idle(self) -> tuple[Period, ...]:
        """The time when nothing was deployed. What is still to come is not."""
        idle, at_us = [], self.within.start_us
        for up in self.uptime:
            if up.start_us > at_us:
                idle.append(Period(at_us, up.start_us))
            at_us = max(at_us, up.end_us)
        end_us = min(self.within.end_us, max(self.now_us, self.within.start_us))
        if at_us < end_us:
            idle.append(Period(at_us, self.within.end_us if not self.uptime else end_us))
        return tuple(idle)

    def why_empty(self) -> tuple[Safe, ...]:
        """Words for a chart without data (G7)."""
        if not self.uptime:
            what = "deployed" if self.is_hosted else "connected"
            return (
                Safe(f"{self.subject} was not {what} {self.sentence}."),
                Safe("Press t for another period, d for another deployment."),
            )
        return (
            Safe(f"No requests to {self.subject} {self.sentence}."),
            Safe("Press t for another period, m for another model."),
        )

    def legend(self) -> tuple[Word, ...]:
        """What the hatch means, where there is any."""
        what = "not deployed" if self.is_hosted else "not connected"
        return (Word(Safe(f"  ╱╱ {what}"), "dim", weight=4),) if self.idle else ()

    def name_of(self, bucket: Period) -> Safe:
        """A bucket in words: `21 Nov`, of hours `21 Nov 14:00`."""
        if self.is_by_hour:
            return self.minute_of(bucket.start_us)
        return Safe(day_in_words(day_of(bucket.start_us, self.zone), self.this_year))

    def minute_of(self, at_us: int) -> Safe:
        """A moment in words; where clocks go back and the same time comes twice, its offset tells which."""
        words = format_minute(at_us, self.zone, self.this_year)
        local = _local(at_us, self.zone)
        if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
            return words
        offset = f"{local:%z}"
        return Safe(f"{words} {offset[:3]}:{offset[3:5]}")

    def span_of(self, span: Period) -> Safe:
        """A stretch of time in words: `21 Nov 14:00 – 15:00`."""
        first, last = (self.minute_of(at_us) for at_us in span)
        same_day = day_of(span.start_us, self.zone) == day_of(span.end_us - 1, self.zone)
        end = _local(span.end_us, self.zone)
        # A span of less than a minute still ends after it begins.
        if same_day and span.end_us - span.start_us >= MINUTE_US:
            return Safe(f"{first} – {end:%H:%M}")
        return first if same_day else Safe(f"{first} – {last}")

    def behind(self, span: Period, status: Status | None = None, version: str | None = None) -> Behind:
        """The traces of a stretch of time; one that is a day is named so."""
        day = day_of(span.start_us, self.zone)
        whole = CustomDays(day, day)
        is_day = resolve(whole, self.now_us, self.zone) == span
        return Behind(whole if is_day else Exact(span, self.span_of(span)), status, version)


def buckets_of(within: Period, zone: tzinfo) -> tuple[Period, ...]:
    """The hours of a single day, else the days of a period (A7)."""
    return hours_of(within, zone) if is_by_hour(within, zone) else days_of(within, zone)


def _local(at_us: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)


def middle_of(bucket: Period) -> int:
    """Where the point of a bucket stands."""
    return (bucket.start_us + bucket.end_us) // 2


def standing_out(values: Sequence[int]) -> list[bool]:
    """Which values stand out: no lower than their neighbours, and twice the median at least."""
    if not values:
        return []
    floor = max(1, median_low(values) * STANDS_OUT)
    around = [0, *values, 0]
    return [value >= max(floor, around[n], around[n + 2]) for n, value in enumerate(values)]
