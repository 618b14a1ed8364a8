"""Exact figures of selected traces: requests, failures, percentiles.

Of a whole scope they come from the rollups. Else all selected traces are looked at, and where those are many, only
how many fall in each bucket of response time is kept of them: for a percentile one bucket is then read again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tracetui.store import spans, where
from tracetui.store.filtered import LIMITS, Limits
from tracetui.store.histograms import Histograms
from tracetui.store.ranking import Ranking, ranking_of
from tracetui.store.searched import settle
from tracetui.store.selection import Selection
from tracetui.store.ways import Way, bucket_entries, possible_buckets, ways


class Figures(NamedTuple):
    """What the selected traces add up to."""

    requests: int
    failed: int
    timed: int
    percentiles_us: tuple[int | None, ...]
    """Nearest rank, over those whose response time is known; one for each that was asked for."""


class _InBucket(NamedTuple):
    requests: int
    failed: int


def figures(
    selection: Selection, histograms: Histograms, limits: Limits = LIMITS, percents: Sequence[int] = (90, 99)
) -> Figures:
    """The figures of the selected traces, with these percentiles of response time."""
    if selection.is_whole_scope:
        sums = spans.sums(selection.db, selection.scoped.routes, selection.within)
        return _of(sums.requests, sums.failed, ranking_of(selection.db, selection.scoped, histograms), percents)
    settle(selection, histograms)
    way = ways(selection, histograms)[0]
    entries = bucket_entries(selection, histograms)
    if way.cost <= limits.few or way.cost <= min(limits.most_sorted, entries // 4):
        return _by_sorting(selection, way, percents)
    if selection.conditions.reads_row:
        # Rows lie in the order in which they came, mostly that of time: bucket by bucket took six times as long.
        return _by_buckets(selection, _all_buckets(selection, way), percents)
    buckets = (None, *possible_buckets(selection, histograms))
    return _by_buckets(selection, {bucket: _bucket(selection, bucket) for bucket in buckets}, percents)


def rank(count: int, percent: int) -> int:
    """The place from 0 of the smallest of `count` sorted values that so many percent do not exceed."""
    # Whole numbers: 1.1 * 90 is 99.00000000000001, and its ceiling another request.
    return -(-percent * count // 100) - 1


def _of(requests: int, failed: int, ranking: Ranking, percents: Sequence[int]) -> Figures:
    """The figures of traces that stand in a ranking."""
    timed = ranking.timed
    found = (ranking.response_time_at(rank(timed, percent)) if timed else None for percent in percents)
    return Figures(requests, failed, timed, tuple(found))


def _by_sorting(selection: Selection, way: Way, percents: Sequence[int]) -> Figures:
    """The figures by reading all response times."""
    times: list[int] = []
    requests = failed = 0
    # An index of the failed alone does not hold their status.
    status_of = "status" if selection.status is None else str(int(selection.status))
    for walk in way.walks:
        for status, took_us in selection.db.execute(
            f"SELECT {status_of}, response_time_us FROM {walk.rows}"
            f" WHERE {walk.clause} AND executed_at >= ? AND executed_at < ?",
            (*walk.values, *selection.within),
        ):
            requests += 1
            failed += status
            if took_us is not None:
                times.append(took_us)
    times.sort()
    found = (times[rank(len(times), percent)] if times else None for percent in percents)
    return Figures(requests, failed, len(times), tuple(found))


def _by_buckets(selection: Selection, found: Mapping[int | None, _InBucket], percents: Sequence[int]) -> Figures:
    """The figures of traces that were counted by buckets; None is the bucket of unknown response times."""
    scoped = selection.scoped
    histogram = {
        bucket: of_bucket.requests
        for bucket, of_bucket in found.items()
        if bucket is not None and of_bucket.requests
    }
    routes = None if scoped.is_whole else scoped.routes
    ranking = Ranking(selection.db, scoped.model_id, routes, scoped.within, histogram, selection.conditions)
    requests = sum(of_bucket.requests for of_bucket in found.values())
    return _of(requests, sum(of_bucket.failed for of_bucket in found.values()), ranking, percents)


def _bucket(selection: Selection, bucket: int | None) -> _InBucket:
    """How many selected traces are in a bucket, from the index by response time."""
    scoped = selection.scoped
    walk = where.in_bucket(scoped.model_id, bucket, None if scoped.is_whole else scoped.routes)
    walk = walk.narrowed(selection.conditions)
    requests, failed = selection.db.execute(
        f"SELECT count(*), sum(status) FROM {walk.rows}"
        f" WHERE {walk.clause} AND executed_at >= ? AND executed_at < ?",
        (*walk.values, *scoped.within),
    ).fetchone()
    return _InBucket(requests, failed or 0)


def _all_buckets(selection: Selection, way: Way) -> dict[int | None, _InBucket]:
    """How many selected traces are in each bucket, by looking at their rows."""
    requests: Counter[int | None] = Counter()
    failed: Counter[int | None] = Counter()
    for walk in way.walks:
        for bucket, of_bucket, failed_of_bucket in selection.db.execute(
            f"SELECT response_bucket, count(*), sum(status) FROM {walk.rows}"
            f" WHERE {walk.clause} AND executed_at >= ? AND executed_at < ? GROUP BY 1",
            (*walk.values, *selection.within),
        ):
            requests[bucket] += of_bucket
            failed[bucket] += failed_of_bucket
    return {bucket: _InBucket(requests[bucket], failed[bucket]) for bucket in requests}
