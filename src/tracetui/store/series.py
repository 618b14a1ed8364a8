"""Sums for each of many buckets of time: what the charts by hours and days are made of.

Any moment lies near a UTC midnight. What lies between the two is read once for each edge of the buckets, and
a bucket is the whole UTC days between its midnights, more what its end reaches beyond its own, less what its
start does. A year of Berlin's days is thus 365 day sums and eight quarters of an hour for each edge instead of
35,000 quarters; half-hour zones, days of 23 and 25 hours and ragged ends need no case of their own, and whole
numbers make the differences exact.
"""

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from tracetui.domain.analytics import (
    Average,
    AveragesQuery,
    Counts,
    Requests,
    RequestsQuery,
    Tokens,
    TokensQuery,
    TokenUse,
    whole_of,
)
from tracetui.domain.periods import Period
from tracetui.store.credits import hosting_credits
from tracetui.store.scopes import Scoped, overlap, resolve
from tracetui.store.spans import DAY_US, QUARTER_US, Unit
from tracetui.store.where import among

OF_ROWS = {
    "requests": "count(*)",
    "failed": "sum(status)",
    "timed": "count(response_time_us)",
    "response_time_us": "sum(response_time_us)",
    "input_known": "count(input_tokens)",
    "input_tokens": "sum(input_tokens)",
    "output_known": "count(output_tokens)",
    "output_tokens": "sum(output_tokens)",
    "credits_known": "count(credits_micro)",
    "credits_micro": "sum(credits_micro)",
    "cost_known": "count(cost_nano_usd)",
    "cost_nano_usd": "sum(cost_nano_usd)",
}
"""The columns of the rollups, and how the rows say the same."""

_NEAR = """
WITH stretch AS MATERIALIZED (
    SELECT value ->> 0 AS place, value ->> 1 AS route, value ->> 2 AS first, value ->> 3 AS beyond
    FROM json_each(?)
)
SELECT place, {sums} FROM stretch CROSS JOIN {source}
WHERE route_id = route AND {time} >= first AND {time} < beyond GROUP BY place
"""

Sums = tuple[int, ...]
Stretch = tuple[int, int]
"""A first unit, and the first that no longer belongs to it."""


class Tables(NamedTuple):
    """Where sums are read."""

    day: str
    quarter: str
    rows: str
    """Where what is shorter than a quarter of an hour is read; '' where nothing is known of it."""


_KEPT = Tables("sums_by_day", "sums_by_quarter", "traces INDEXED BY traces_by_route")
_PRUNED = Tables("pruned_by_day", "pruned_by_quarter", "")


class _Edge(NamedTuple):
    """A moment where buckets end, and the stretches between it and the nearest UTC midnight."""

    day: int
    """The midnight, in days since the epoch."""
    quarters: Stretch
    """The whole quarters between them, from the first to the one beyond the last."""
    rows: Stretch
    """What is left: from the border of a quarter before the moment to the moment."""
    is_before: bool
    """Whether the moment lies before its midnight."""


def requests(db: sqlite3.Connection, query: RequestsQuery) -> Requests:
    """Answer a `RequestsQuery`.

    Raises:
        QueryError: There is no such model or deployment.
    """
    scoped = resolve(db, query.scope, whole_of(query.buckets))
    sums = _drawn(db, scoped, query.buckets, ("requests", "failed"))
    counts = tuple(Counts(all - failed, failed) for all, failed in sums)
    total = Counts(sum(one.success for one in counts), sum(one.failed for one in counts))
    return Requests(counts, total, hosting_credits(db, query.scope, scoped))


def averages(db: sqlite3.Connection, query: AveragesQuery) -> tuple[Average, ...]:
    """Answer an `AveragesQuery`.

    Raises:
        QueryError: There is no such model or deployment.
    """
    scoped = resolve(db, query.scope, whole_of(query.buckets))
    return tuple(Average(*sums) for sums in _drawn(db, scoped, query.buckets, ("timed", "response_time_us")))


def tokens(db: sqlite3.Connection, query: TokensQuery) -> TokenUse:
    """Answer a `TokensQuery`.

    Raises:
        QueryError: There is no such model or deployment.
    """
    scoped = resolve(db, query.scope, whole_of(query.buckets))
    sums = _drawn(db, scoped, query.buckets, Tokens._fields)
    return TokenUse(tuple(Tokens(*one) for one in sums), Tokens(*_total(sums, 4)))


def _drawn(
    db: sqlite3.Connection, scoped: Scoped, buckets: Sequence[Period], columns: Sequence[str]
) -> list[Sums]:
    """What the traces of each bucket add up to, those included that were pruned and whose figures were kept."""
    sums = bucket_sums(db, scoped, buckets, columns)
    if db.execute("SELECT 1 FROM pruned_by_day LIMIT 1").fetchone() is None:
        return sums
    pruned = bucket_sums(db, scoped, buckets, columns, _PRUNED)
    return [_plus(one, other) for one, other in zip(sums, pruned, strict=True)]


def bucket_sums(
    db: sqlite3.Connection,
    scoped: Scoped,
    buckets: Sequence[Period],
    columns: Sequence[str],
    tables: Tables = _KEPT,
) -> list[Sums]:
    """What the traces of a scope add up to in each bucket.

    Args:
        db: The reader's connection, inside a read transaction.
        scoped: Whose traces; what lies outside `asked` is in no sum.
        buckets: In the order of time, no two overlapping.
        columns: Those of the rollups that are wanted.
        tables: Where they are read.

    Returns:
        The sums in the order of the columns, for each bucket.
    """
    nothing = (0,) * len(columns)
    cut = [overlap(bucket, scoped.asked) for bucket in buckets]
    alive = [period for period in cut if period.start_us < period.end_us]
    moments = sorted({moment for period in alive for moment in period})
    until = dict(zip(moments, _until(db, scoped.routes, moments, columns, tables), strict=True))
    return [
        tuple(last - first for first, last in zip(until[start], until[end], strict=True))
        if start < end
        else nothing
        for start, end in cut
    ]


def _until(
    db: sqlite3.Connection,
    routes: Sequence[int],
    moments: Sequence[int],
    columns: Sequence[str],
    tables: Tables,
) -> list[Sums]:
    """What the traces before each moment add up to, counted from the midnight of the first."""
    if not moments:
        return []
    edges = [_edge(moment) for moment in moments]
    # A day more at both ends: the stretches before the first midnight and after the last lie there.
    active, sums_of = _days(db, routes, (edges[0].day - 1, edges[-1].day + 1), columns, tables)
    days = [day for day in sums_of if day >= edges[0].day]
    before = list(accumulate((sums_of[day] for day in days), _plus, initial=(0,) * len(columns)))
    quarters = _near(db, active, Unit.QUARTER, [edge.quarters for edge in edges], columns, tables)
    rows = _near(db, active, Unit.ROW, [edge.rows for edge in edges], columns, tables) if tables.rows else {}
    found = []
    for place, edge in enumerate(edges):
        sums = before[bisect_left(days, edge.day)]
        if place in quarters:
            sums = (_minus if edge.is_before else _plus)(sums, quarters[place])
        if place in rows:
            sums = _plus(sums, rows[place])
        found.append(sums)
    return found


def _edge(moment: int) -> _Edge:
    day = (moment + DAY_US // 2) // DAY_US
    midnight, quarter = day * DAY_US // QUARTER_US, moment // QUARTER_US
    rows = (quarter * QUARTER_US, moment)
    return _Edge(day, (min(midnight, quarter), max(midnight, quarter)), rows, quarter < midnight)


def _days(
    db: sqlite3.Connection, routes: Sequence[int], between: Stretch, columns: Sequence[str], tables: Tables
) -> tuple[dict[int, list[int]], dict[int, Sums]]:
    """For each UTC day that has traces, in the order of time: the routes that have them, and the sums."""
    chosen = among("route_id", routes)
    rows = db.execute(
        f"SELECT day, route_id, {', '.join(columns)} FROM {tables.day}"
        f" WHERE {chosen.text} AND day >= ? AND day <= ? ORDER BY day",
        (*chosen.values, *between),
    )
    active: dict[int, list[int]] = {}
    sums: dict[int, Sums] = {}
    for day, route, *values in rows:
        active.setdefault(day, []).append(route)
        sums[day] = _plus(sums[day], values) if day in sums else tuple(values)
    return active, sums


def _near(
    db: sqlite3.Connection,
    active: Mapping[int, Sequence[int]],
    unit: Unit,
    stretches: Sequence[Stretch],
    columns: Sequence[str],
    tables: Tables,
) -> dict[int, Sums]:
    """The sums of each stretch of time that has traces, by its place; none reaches beyond a UTC day."""
    a_day = DAY_US // unit.size_us
    wanted = [
        (place, route, first, beyond)
        for place, (first, beyond) in enumerate(stretches)
        if first < beyond
        # Only routes in use on that day: a model has many that were up once.
        for route in active.get(first // a_day, ())
    ]
    if not wanted:
        return {}
    is_rows = unit is Unit.ROW
    sql = _NEAR.format(
        sums=", ".join(OF_ROWS[column] if is_rows else f"sum({column})" for column in columns),
        source=tables.rows if is_rows else tables.quarter,
        time="executed_at" if is_rows else unit.value,
    )
    return {
        place: tuple(value or 0 for value in values) for place, *values in db.execute(sql, (json.dumps(wanted),))
    }


def _plus(one: Sequence[int], other: Sequence[int]) -> Sums:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _minus(one: Sums, other: Sums) -> Sums:
    return tuple(a - b for a, b in zip(one, other, strict=True))


def _total(sums: Iterable[Sums], width: int) -> Sums:
    return tuple(map(sum, zip(*sums, strict=True))) or (0,) * width
