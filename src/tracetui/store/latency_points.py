"""Latency by columns: how many requests, the lowest and the highest of each, exactly, without reading them all.

Where columns are at least a quarter of an hour long, the rollups say how many requests the quarters have and
between which buckets of response time they lie: for each end of a column one bucket is then looked into. Only
how a quarter is shared by two columns is counted from rows. Shorter columns, and few requests, are simply read.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tracetui.domain.analytics import (
    MOST_COLUMNS,
    LatencyColumn,
    LatencyPoints,
    LatencyPointsQuery,
    TimedRequest,
    slice_of,
)
from tracetui.domain.buckets import bucket_of
from tracetui.domain.periods import Period
from tracetui.errors import QueryError
from tracetui.store import spans, where
from tracetui.store.ranking import Rank
from tracetui.store.scopes import Scoped, overlap, resolve
from tracetui.store.series import bucket_sums
from tracetui.store.spans import QUARTER_US
from tracetui.store.where import Walk, among

FEW = 30_000
"""Requests that are read rather than looked for: 6 ms."""

_BEYOND = 1 << 16
"""More than any bucket."""

_MUCH_LESS = 8
"""A scope with so many times fewer requests than its model is read by its routes, though their index has no
response times and every row is looked up."""

_QUARTERS = """
SELECT quarter, sum(timed), min(low), max(high) FROM (
    SELECT quarter, timed,
        (SELECT min(bucket) FROM latency_by_quarter AS l WHERE l.route_id = s.route_id AND l.quarter = s.quarter)
            AS low,
        (SELECT max(bucket) FROM latency_by_quarter AS l WHERE l.route_id = s.route_id AND l.quarter = s.quarter)
            AS high
    FROM sums_by_quarter AS s WHERE {chosen} AND quarter >= ? AND quarter < ?
) GROUP BY quarter HAVING sum(timed) > 0
"""


class _Quarter(NamedTuple):
    """The timed requests of a quarter of an hour, and the buckets between which they lie."""

    timed: int
    low: int
    high: int


class _Column(NamedTuple):
    """A column that has timed requests, and in which buckets its ends may lie, the outermost first."""

    number: int
    within: Period
    timed: int
    lows: Iterable[int]
    highs: Iterable[int]


def latency_points(db: sqlite3.Connection, query: LatencyPointsQuery, *, few: int = FEW) -> LatencyPoints:
    """Answer a `LatencyPointsQuery`.

    Args:
        db: The reader's connection, inside a read transaction.
        query: What is asked.
        few: Up to so many requests all are read.

    Raises:
        QueryError: There is no such model or deployment, or no chart has so many columns.
    """
    if not 1 <= query.columns <= MOST_COLUMNS:
        raise QueryError(f"A latency chart has 1 to {MOST_COLUMNS:,} columns, not {query.columns:,}.")
    scoped = resolve(db, query.scope, query.within)
    sums = bucket_sums(db, scoped, query.buckets, ("requests", "timed"))
    breaks = tuple(bucket for bucket, (requests, _) in zip(query.buckets, sums, strict=True) if not requests)
    timed = sum(timed for _, timed in sums)
    if not timed:
        return LatencyPoints((), breaks)
    is_finer = query.within.end_us - query.within.start_us < query.columns * QUARTER_US
    found = (_read if is_finer or timed <= few else _counted)(db, scoped, query)
    ends = [
        (
            column,
            _first_found(db, scoped, column, is_highest=False),
            _first_found(db, scoped, column, is_highest=True),
        )
        for column in found
    ]
    names = _request_ids(db, {rank.id for _, *ranks in ends for rank in ranks})
    return LatencyPoints(
        tuple(
            LatencyColumn(column.number, column.timed, _request(low, names), _request(high, names))
            for column, low, high in ends
        ),
        breaks,
    )


def _read(db: sqlite3.Connection, scoped: Scoped, query: LatencyPointsQuery) -> Iterator[_Column]:
    """The columns, by reading every request of the period."""
    start, end = query.within
    walk = _rows(db, scoped)
    for number, timed, lowest, highest in db.execute(
        "SELECT (executed_at - ?) * ? / ?, count(*), min(response_time_us), max(response_time_us)"
        f" FROM {walk.rows} WHERE {walk.clause} AND executed_at >= ? AND executed_at < ?"
        " AND response_time_us IS NOT NULL GROUP BY 1 ORDER BY 1",
        (start, query.columns, end - start, *walk.values, *scoped.asked),
    ).fetchall():
        within = overlap(slice_of(number, query.within, query.columns), scoped.asked)
        yield _Column(number, within, timed, (bucket_of(lowest),), (bucket_of(highest),))


def _rows(db: sqlite3.Connection, scoped: Scoped) -> Walk:
    """The rows of a scope, by the index that has the least to read."""
    model = where.of_model(scoped.model_id)
    if scoped.is_whole:
        return model
    own = spans.sums(db, scoped.routes, scoped.within).requests
    if spans.sums(db, scoped.model_routes, scoped.within).requests > _MUCH_LESS * own:
        by_route = among("route_id", scoped.routes)
        return Walk("traces_by_route", *by_route)
    return model.narrowed(among("route_id", scoped.routes))


def _counted(db: sqlite3.Connection, scoped: Scoped, query: LatencyPointsQuery) -> Iterator[_Column]:
    """The columns, from the rollups; none is shorter than a quarter."""
    slices = [
        overlap(slice_of(number, query.within, query.columns), scoped.asked) for number in range(query.columns)
    ]
    quarters = _quarters(db, scoped.routes, scoped.asked)
    before = _timed_before(db, scoped, sorted({moment for period in slices for moment in period}))
    for number, within in enumerate(slices):
        start, end = within
        first, last = start // QUARTER_US, end // QUARTER_US
        touched = [quarters[one] for one in range(first, last) if one in quarters]
        timed = sum(quarter.timed for quarter in touched) + before.get(end, 0) - before.get(start, 0)
        if timed:
            yield _Column(
                number,
                within,
                timed,
                _candidates(db, scoped, quarters, within, is_highest=False),
                _candidates(db, scoped, quarters, within, is_highest=True),
            )


def _quarters(db: sqlite3.Connection, routes: Sequence[int], within: Period) -> dict[int, _Quarter]:
    """The quarters that a period touches, by number; only those that have timed requests."""
    chosen = among("route_id", routes)
    numbers = within.start_us // QUARTER_US, -(-within.end_us // QUARTER_US)
    rows = db.execute(_QUARTERS.format(chosen=chosen.text), (*chosen.values, *numbers))
    return {number: _Quarter(*found) for number, *found in rows}


def _timed_before(db: sqlite3.Connection, scoped: Scoped, moments: Sequence[int]) -> dict[int, int]:
    """How many timed requests the quarter of each moment has before it."""
    walk = where.of_model(scoped.model_id)
    if not scoped.is_whole:
        walk = walk.narrowed(among("route_id", scoped.routes))
    stretches = [(moment // QUARTER_US * QUARTER_US, moment) for moment in moments if moment % QUARTER_US]
    rows = db.execute(
        "WITH stretch AS MATERIALIZED (SELECT value ->> 0 AS first, value ->> 1 AS beyond FROM json_each(?))"
        f" SELECT beyond, count(response_time_us) FROM stretch CROSS JOIN {walk.rows}"
        f" WHERE {walk.clause} AND executed_at >= first AND executed_at < beyond GROUP BY beyond",
        (json.dumps(stretches), *walk.values),
    )
    return dict(rows.fetchall())


def _candidates(
    db: sqlite3.Connection, scoped: Scoped, quarters: dict[int, _Quarter], within: Period, *, is_highest: bool
) -> Iterator[int]:
    """In which buckets the highest (lowest) request of a column can lie, the highest (lowest) bucket first.

    The quarters that lie in the column whole end the search: one of theirs is there for certain. In one that
    reaches out of it the requests of a bucket may all lie beyond the border.
    """
    outermost = max if is_highest else min

    def end_of(numbers: Iterable[int]) -> int | None:
        found = [quarters[number] for number in numbers if number in quarters]
        return outermost((one.high if is_highest else one.low for one in found), default=None)

    first, last = -(-within.start_us // QUARTER_US), within.end_us // QUARTER_US
    certain = end_of(range(first, last))
    shared = {within.start_us // QUARTER_US, (within.end_us - 1) // QUARTER_US} - set(range(first, last))
    promised = end_of(shared)
    if promised is not None and (certain is None or outermost(promised, certain) != certain):
        yield promised
        innermost = certain if certain is not None else -1 if is_highest else _BEYOND
        between = (innermost + 1, promised) if is_highest else (promised + 1, innermost)
        buckets = _buckets(db, scoped.routes, sorted(shared & quarters.keys()), between)
        yield from reversed(buckets) if is_highest else buckets
    if certain is not None:
        yield certain


def _buckets(
    db: sqlite3.Connection, routes: Sequence[int], quarters: Sequence[int], between: Sequence[int]
) -> list[int]:
    """The buckets that some quarters have requests in, of those from a first to the one beyond the last."""
    chosen, wanted = among("route_id", routes), among("quarter", quarters)
    rows = db.execute(
        f"SELECT DISTINCT bucket FROM latency_by_quarter WHERE {chosen.text} AND {wanted.text}"
        " AND bucket >= ? AND bucket < ? ORDER BY bucket",
        (*chosen.values, *wanted.values, *between),
    )
    return [bucket for (bucket,) in rows]


def _first_found(db: sqlite3.Connection, scoped: Scoped, column: _Column, *, is_highest: bool) -> Rank:
    """The highest (lowest) request of a column: that of the first bucket that has any there."""
    way = "DESC" if is_highest else "ASC"
    routes = None if scoped.is_whole else scoped.routes
    for bucket in column.highs if is_highest else column.lows:
        walk = where.in_bucket(scoped.model_id, bucket, routes)
        row = db.execute(
            f"SELECT response_time_us, executed_at, id FROM {walk.rows}"
            f" WHERE {walk.clause} AND executed_at >= ? AND executed_at < ?"
            f" ORDER BY response_time_us {way}, executed_at {way}, id {way} LIMIT 1",
            (*walk.values, *column.within),
        ).fetchone()
        if row is not None:
            return Rank(*row)
    raise AssertionError("the rollups count requests in a column where there are none")


def _request_ids(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, str]:
    chosen = among("id", sorted(ids))
    return dict(db.execute(f"SELECT id, request_id FROM traces WHERE {chosen.text}", chosen.values).fetchall())


def _request(rank: Rank, names: dict[int, str]) -> TimedRequest:
    return TimedRequest(rank.id, names[rank.id], rank.executed_at_us, rank.response_time_us)
