"""The figures of traces of all models together: sums add up, percentiles are ranked in what all have in common.

How many of each model fall in each bucket of response time says in which bucket a percentile is; of that bucket
alone the response times are read.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tracetui.domain.queries import Scope
from tracetui.domain.usage import AllUsageQuery, Usage, UsageQuery, together
from tracetui.store import catalogue, where
from tracetui.store.figures import rank
from tracetui.store.histograms import Histograms
from tracetui.store.search.finder import Finder
from tracetui.store.selection import Selection, asked_about
from tracetui.store.usage import PERCENTS, usage_of
from tracetui.store.ways import ways


class _Part(NamedTuple):
    """One model's share."""

    selection: Selection
    usage: Usage
    buckets: Counter[int]
    """How many of its traces are in each bucket."""


def all_usage(db: sqlite3.Connection, query: AllUsageQuery, histograms: Histograms, finder: Finder) -> Usage:
    """Answer an `AllUsageQuery`."""
    parts = []
    for model in catalogue.models(db):
        if query.filter and query.filter.for_type(model.ref.type) != query.filter:
            continue
        if query.type not in (None, model.ref.type):
            continue
        of_model = UsageQuery(Scope(model.ref), query.within, query.filter, query.search)
        selection = asked_about(db, of_model, finder)
        found = usage_of(of_model, selection, histograms)
        parts.append(_Part(selection, found, _buckets(selection, histograms) if found.timed else Counter()))
    buckets = sum((part.buckets for part in parts), Counter[int]())
    percentiles = [_percentile(parts, buckets, percent, histograms) for percent in PERCENTS]
    return together([part.usage for part in parts], *percentiles)


def _buckets(selection: Selection, histograms: Histograms) -> Counter[int]:
    """How many selected traces are in each bucket."""
    if selection.is_whole_scope:
        return Counter(histograms.of(selection.scoped.routes, selection.within))
    found: Counter[int] = Counter()
    for walk in ways(selection, histograms)[0].walks:
        rows = selection.db.execute(
            f"SELECT response_bucket, count(*) FROM {walk.rows} WHERE {walk.clause}"
            " AND executed_at >= ? AND executed_at < ? AND response_bucket IS NOT NULL GROUP BY 1",
            (*walk.values, *selection.within),
        )
        found.update(dict(rows.fetchall()))
    return found


def _percentile(parts: Sequence[_Part], buckets: Counter[int], percent: int, histograms: Histograms) -> int | None:
    """The smallest response time that so many percent of all do not exceed."""
    place = rank(buckets.total(), percent)
    for bucket in sorted(buckets):
        if place < buckets[bucket]:
            times: Counter[int] = Counter()
            for part in parts:
                if part.buckets[bucket]:
                    times += _times(part.selection, bucket, histograms)
            for time_us in sorted(times):
                if place < times[time_us]:
                    return time_us
                place -= times[time_us]
        place -= buckets[bucket]
    return None


def _times(selection: Selection, bucket: int, histograms: Histograms) -> Counter[int]:
    """The response times of the selected traces of a bucket."""
    if selection.ids is None:
        routes = None if selection.scoped.is_whole else selection.scoped.routes
        walk = where.in_bucket(selection.scoped.model_id, bucket, routes).narrowed(selection.conditions)
        walks = [walk]
    else:
        in_bucket = where.Sql("response_bucket = ?", (bucket,))
        walks = [walk.narrowed(in_bucket) for walk in ways(selection, histograms)[0].walks]
    found: Counter[int] = Counter()
    for walk in walks:
        # Counted, not grouped in SQL: see `ranking.py`.
        rows = selection.db.execute(
            f"SELECT response_time_us FROM {walk.rows} WHERE {walk.clause}"
            " AND executed_at >= ? AND executed_at < ?",
            (*walk.values, *selection.within),
        )
        found.update(time_us for (time_us,) in rows)
    return found
