"""The figures that a store keeps, counted again from its traces: what `integrity.py` compares."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

from tracetui.store.rollups import COLUMNS, DAYS_A_FORTNIGHT, QUARTER_US, QUARTERS_A_DAY
from tracetui.store.series import OF_ROWS

_DAY_US = QUARTERS_A_DAY * QUARTER_US

Figures = dict[tuple[int, ...], tuple[int, ...]]
"""By unit of time (and bucket): what is summed."""


def days_of(db: sqlite3.Connection, route: int) -> tuple[int, int]:
    """The first and the last UTC day of a route's traces or of its figures; (0, -1) where it has neither."""
    moments = []
    for way in ("min", "max"):
        sql = f"SELECT {way}(executed_at) / {_DAY_US} FROM traces INDEXED BY traces_by_route WHERE route_id = ?"
        moments += [day for (day,) in db.execute(sql, (route,)) if day is not None]
        sql = f"SELECT {way}(day) FROM sums_by_day WHERE route_id = ?"
        moments += [day for (day,) in db.execute(sql, (route,)) if day is not None]
    return min(moments, default=0), max(moments, default=-1)


def compared(db: sqlite3.Connection, route: int, first: int, last: int) -> Iterator[str]:
    """The figures of a route's days [first, last) against its traces, and coarser ones against finer ones."""
    quarters = (first * QUARTERS_A_DAY, last * QUARTERS_A_DAY)
    within = "route_id = ? AND executed_at >= ? AND executed_at < ?"
    values = (route, first * _DAY_US, last * _DAY_US)
    columns = ", ".join(OF_ROWS[column] for column in COLUMNS)
    rows = f"FROM traces INDEXED BY traces_by_route WHERE {within}"
    sums: Figures = {
        (quarter,): tuple(value or 0 for value in of)
        for quarter, *of in db.execute(f"SELECT executed_at / {QUARTER_US}, {columns} {rows} GROUP BY 1", values)
    }
    latency: Figures = {
        (quarter, bucket): (requests,)
        for quarter, bucket, requests in db.execute(
            f"SELECT executed_at / {QUARTER_US}, response_bucket, count(*) {rows}"
            " AND response_bucket IS NOT NULL GROUP BY 1, 2",
            values,
        )
    }
    whose = f"route {route}"
    sums_kept, latency_kept = _kept(db, "quarter", route, *quarters)
    yield from _differing(sums, sums_kept, whose, "requests", QUARTER_US)
    yield from _differing(latency, latency_kept, whose, "response times", QUARTER_US)
    sums, latency = _coarser(sums, QUARTERS_A_DAY), _coarser(latency, QUARTERS_A_DAY)
    sums_kept, latency_kept = _kept(db, "day", route, first, last)
    yield from _differing(sums, sums_kept, whose, "requests by day", _DAY_US)
    yield from _differing(latency, latency_kept, whose, "response times by day", _DAY_US)
    if first % DAYS_A_FORTNIGHT == 0 and last - first == DAYS_A_FORTNIGHT:
        fortnight = first // DAYS_A_FORTNIGHT
        kept = _histogram(db, "fortnight", route, fortnight, fortnight + 1)
        latency = _coarser(latency, DAYS_A_FORTNIGHT)
        yield from _differing(latency, kept, whose, "response times by fortnight", _DAY_US * DAYS_A_FORTNIGHT)


def _kept(db: sqlite3.Connection, unit: str, route: int, first: int, last: int) -> tuple[Figures, Figures]:
    """The sums and the histogram that the store keeps of units [first, last)."""
    columns = ", ".join(COLUMNS)
    sql = f"SELECT {unit}, {columns} FROM sums_by_{unit} WHERE route_id = ? AND {unit} >= ? AND {unit} < ?"
    sums: Figures = {(number,): tuple(of) for number, *of in db.execute(sql, (route, first, last))}
    return sums, _histogram(db, unit, route, first, last)


def _histogram(db: sqlite3.Connection, unit: str, route: int, first: int, last: int) -> Figures:
    sql = (
        f"SELECT {unit}, bucket, requests FROM latency_by_{unit} WHERE route_id = ? AND {unit} >= ? AND {unit} < ?"
    )
    return {(number, bucket): (requests,) for number, bucket, requests in db.execute(sql, (route, first, last))}


def _coarser(figures: Figures, units: int) -> Figures:
    coarse: Figures = {}
    for (number, *bucket), of in figures.items():
        key = (number // units, *bucket)
        known = coarse.get(key)
        coarse[key] = of if known is None else tuple(a + b for a, b in zip(known, of, strict=True))
    return coarse


def _differing(counted: Figures, kept: Figures, whose: str, what: str, unit_us: int) -> Iterator[str]:
    """Units of time in which figures are not what the traces add up to."""
    for key in sorted(counted.keys() | kept.keys()):
        if counted.get(key) != kept.get(key):
            said, found = (figures.get(key, (0,))[0] for figures in (kept, counted))
            yield f"{what} of {whose} from {_moment(key[0] * unit_us)}: {said:,} kept, {found:,} traces"


def _moment(at_us: int) -> str:
    return f"{datetime.fromtimestamp(at_us / 1_000_000, UTC):%Y-%m-%d %H:%M} UTC"
