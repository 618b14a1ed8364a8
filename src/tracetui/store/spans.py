"""A period as fortnights, UTC days, quarters of an hour, and the ragged rows at its ends; and what they add up to.

Every figure over a period is the sum of a few rollup rows, plus at most two stretches shorter than a quarter of
an hour that are read from the traces themselves. All sums are of whole numbers, hence exact.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from tracetui.domain.periods import MINUTE_US, Period
from tracetui.store.where import Sql, among

QUARTER_US = 15 * MINUTE_US
DAY_US = 96 * QUARTER_US
FORTNIGHT_US = 14 * DAY_US


_SUMS = "sum(requests), sum(failed), sum(timed)"
_ROWS = "traces INDEXED BY traces_by_route"


class Unit(Enum):
    """From which table a span is answered."""

    FORTNIGHT = "fortnight"
    DAY = "day"
    QUARTER = "quarter"
    ROW = "row"

    @property
    def size_us(self) -> int:
        """How long one of them is."""
        return _SIZES_US[self]


_SIZES_US = {Unit.FORTNIGHT: FORTNIGHT_US, Unit.DAY: DAY_US, Unit.QUARTER: QUARTER_US, Unit.ROW: 1}

QUARTERS = (Unit.QUARTER,)
DAYS = (Unit.DAY, Unit.QUARTER)
FORTNIGHTS = (Unit.FORTNIGHT, Unit.DAY, Unit.QUARTER)
"""Only the histogram is kept by fourteen days: the other sums are one short row a day."""


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


def split(within: Period, units: Sequence[Unit] = DAYS) -> tuple[Span, ...]:
    """Cut a period into spans, in the order of time, none of them empty.

    Args:
        within: Half-open, UTC us.
        units: The rollups to use, the longest first; what none of them covers is rows.
    """
    return tuple(_cut(*within, units))


def _cut(start_us: int, end_us: int, units: Sequence[Unit]) -> Iterator[Span]:
    """The longest units in the middle, shorter ones before and after."""
    if start_us >= end_us:
        return
    if not units:
        yield Span(Unit.ROW, start_us, end_us)
        return
    unit, *shorter = units
    first = -(-start_us // unit.size_us) * unit.size_us
    last = end_us // unit.size_us * unit.size_us
    if first >= last:
        yield from _cut(start_us, end_us, shorter)
        return
    yield from _cut(start_us, first, shorter)
    yield Span(unit, first, last)
    yield from _cut(last, end_us, shorter)


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
    db: sqlite3.Connection, routes: Sequence[int], within: Period, units: Sequence[Unit] = DAYS
) -> Iterator[Piece]:
    """Every day, quarter and ragged end of a period that has traces, in the order of time."""
    if not routes:
        return
    for span in split(within, units):
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
    for span in split(within, FORTNIGHTS) if routes else ():
        clause, values = _inside(span, routes)
        if span.unit is Unit.ROW:
            chosen = f"response_bucket, count(*) FROM {_ROWS} WHERE response_bucket IS NOT NULL AND {clause}"
        else:
            chosen = f"bucket, sum(requests) FROM latency_by_{span.unit.value} WHERE {clause}"
        counts.update(dict(db.execute(f"SELECT {chosen} GROUP BY 1", values).fetchall()))
    return {bucket: counts[bucket] for bucket in sorted(counts) if counts[bucket]}


def routes_seen(db: sqlite3.Connection, routes: Sequence[int], within: Period) -> set[int]:
    """Those of some routes that have traces on the days that a period touches."""
    chosen = among("route_id", routes)
    first, last = within.start_us // DAY_US, -(-within.end_us // DAY_US)
    rows = db.execute(
        f"SELECT DISTINCT route_id FROM sums_by_day WHERE {chosen.text} AND day >= ? AND day < ?",
        (*chosen.values, first, last),
    )
    return {route for (route,) in rows}


def _inside(span: Span, routes: Sequence[int]) -> Sql:
    """The condition that a row or a rollup is of these routes and of this span."""
    column = "executed_at" if span.unit is Unit.ROW else span.unit.value
    chosen = among("route_id", routes)
    return Sql(f"{chosen.text} AND {column} >= ? AND {column} < ?", (*chosen.values, *span.numbers))
