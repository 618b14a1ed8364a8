"""A period as whole UTC days, whole quarters of an hour, and the ragged rows at its ends; and what they add up to.

Every figure over a period is the sum of a few rollup rows, plus at most two stretches shorter than a quarter of
an hour that are read from the traces themselves. All sums are of whole numbers, hence exact.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from tracetui.domain.periods import MINUTE_US, Period
from tracetui.store.where import among

QUARTER_US = 15 * MINUTE_US
DAY_US = 96 * QUARTER_US


_SUMS = "sum(requests), sum(failed), sum(timed)"
_ROWS = "traces INDEXED BY traces_by_route"


class Unit(Enum):
    """From which table a span is answered."""

    DAY = "day"
    QUARTER = "quarter"
    ROW = "row"

    @property
    def size_us(self) -> int:
        """How long one of them is."""
        return {Unit.DAY: DAY_US, Unit.QUARTER: QUARTER_US, Unit.ROW: 1}[self]


class Span(NamedTuple):
    """A stretch of time that one table answers."""

    unit: Unit
    start_us: int
    end_us: int

    @property
    def numbers(self) -> tuple[int, int]:
        """Its first unit, and the first that no longer belongs to it, counted from the epoch."""
        return self.start_us // self.unit.size_us, self.end_us // self.unit.size_us


class Sums(NamedTuple):
    """Requests in all, those that failed, and those whose response time is known."""

    requests: int
    failed: int
    timed: int


class Piece(NamedTuple):
    """A day, a quarter or a ragged end, and how many traces it holds."""

    start_us: int
    end_us: int
    requests: int
    timed: int


def split(within: Period, *, has_days: bool = True) -> tuple[Span, ...]:
    """Cut a period into spans, in the order of time, none of them empty.

    Args:
        within: Half-open, UTC us.
        has_days: Whether whole days are spans of their own, or quarters like the rest.
    """
    start, end = within
    first_quarter, last_quarter = -(-start // QUARTER_US) * QUARTER_US, end // QUARTER_US * QUARTER_US
    if first_quarter > last_quarter:
        return (Span(Unit.ROW, start, end),) if start < end else ()
    first_day, last_day = -(-first_quarter // DAY_US) * DAY_US, last_quarter // DAY_US * DAY_US
    spans = [Span(Unit.ROW, start, first_quarter)]
    if first_day > last_day or not has_days:
        spans.append(Span(Unit.QUARTER, first_quarter, last_quarter))
    else:
        spans.append(Span(Unit.QUARTER, first_quarter, first_day))
        spans.append(Span(Unit.DAY, first_day, last_day))
        spans.append(Span(Unit.QUARTER, last_day, last_quarter))
    spans.append(Span(Unit.ROW, last_quarter, end))
    return tuple(span for span in spans if span.start_us < span.end_us)


def sums(db: sqlite3.Connection, routes: Sequence[int], within: Period) -> Sums:
    """What the traces of some routes add up to inside a period."""
    total = Sums(0, 0, 0)
    if not routes:
        return total
    for span in split(within):
        is_rows = span.unit is Unit.ROW
        columns = "count(*), sum(status = 1), count(response_time_us)" if is_rows else _SUMS
        source = _ROWS if is_rows else f"sums_by_{span.unit.value}"
        clause, values = _inside(span, routes)
        row = db.execute(f"SELECT {columns} FROM {source} WHERE {clause}", values).fetchone()
        total = Sums(*(known + (more or 0) for known, more in zip(total, row, strict=True)))
    return total


def pieces(
    db: sqlite3.Connection, routes: Sequence[int], within: Period, *, has_days: bool = True
) -> Iterator[Piece]:
    """Every day, quarter and ragged end of a period that has traces, in the order of time."""
    if not routes:
        return
    for span in split(within, has_days=has_days):
        if span.unit is Unit.ROW:
            requests, _, timed = sums(db, routes, Period(span.start_us, span.end_us))
            yield Piece(span.start_us, span.end_us, requests, timed)
            continue
        size, unit = span.unit.size_us, span.unit.value
        clause, values = _inside(span, routes)
        for number, requests, timed in db.execute(
            f"SELECT {unit}, sum(requests), sum(timed) FROM sums_by_{unit} WHERE {clause}"
            f" GROUP BY {unit} ORDER BY {unit}",
            values,
        ):
            yield Piece(number * size, (number + 1) * size, requests, timed)


def histogram(db: sqlite3.Connection, routes: Sequence[int], within: Period) -> dict[int, int]:
    """How many traces fall in each bucket of response time, by bucket; those without one are left out."""
    counts: Counter[int] = Counter()
    for span in split(within) if routes else ():
        clause, values = _inside(span, routes)
        if span.unit is Unit.ROW:
            chosen = f"response_bucket, count(*) FROM {_ROWS} WHERE response_bucket IS NOT NULL AND {clause}"
        else:
            chosen = f"bucket, sum(requests) FROM latency_by_{span.unit.value} WHERE {clause}"
        counts.update(dict(db.execute(f"SELECT {chosen} GROUP BY 1", values).fetchall()))
    return {bucket: counts[bucket] for bucket in sorted(counts) if counts[bucket]}


def _inside(span: Span, routes: Sequence[int]) -> tuple[str, tuple[int, ...]]:
    """The condition that a row or a rollup is of these routes and of this span."""
    column = "executed_at" if span.unit is Unit.ROW else span.unit.value
    return f"{among('route_id', routes)} AND {column} >= ? AND {column} < ?", (*routes, *span.numbers)
