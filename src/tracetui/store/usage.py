"""All figures of selected traces: those of `figures.py`, the median, and sums of tokens, credits and cost."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from tracetui.domain.queries import Scope
from tracetui.domain.usage import ModelsUsageQuery, ModelUsage, Usage, UsageQuery
from tracetui.store import catalogue
from tracetui.store.credits import hosting_credits
from tracetui.store.figures import figures
from tracetui.store.histograms import Histograms
from tracetui.store.scopes import extent
from tracetui.store.search.finder import Finder
from tracetui.store.selection import Selection, asked_about
from tracetui.store.series import OF_ROWS, bucket_sums
from tracetui.store.ways import ways

PERCENTS = (50, 90, 99)
_SUMMED = (
    "response_time_us", "input_known", "input_tokens", "output_known", "output_tokens",
    "credits_known", "credits_micro", "cost_known", "cost_nano_usd",
)  # fmt: skip


class _Sums(NamedTuple):
    """What the rows or the rollups add up to."""

    values: Sequence[int]
    """In the order of `_SUMMED`."""
    first_at_us: int | None
    last_at_us: int | None


def usage(db: sqlite3.Connection, query: UsageQuery, histograms: Histograms, finder: Finder) -> Usage:
    """Answer a `UsageQuery`.

    Raises:
        QueryError: There is no such model or deployment.
    """
    return usage_of(query, asked_about(db, query, finder), histograms)


def usage_of(query: UsageQuery, selection: Selection, histograms: Histograms) -> Usage:
    """The figures of the traces that a query selects."""
    found = figures(selection, histograms, percents=PERCENTS)
    sums = _of_scope(selection) if selection.is_whole_scope else _of_rows(selection, histograms)
    is_narrowed = bool(query.filter or query.search)
    hosting = None if is_narrowed else hosting_credits(selection.db, query.scope, selection.scoped)
    p50_us, p90_us, p99_us = found.percentiles_us
    return Usage(
        requests=found.requests,
        failed=found.failed,
        timed=found.timed,
        p50_us=p50_us,
        p90_us=p90_us,
        p99_us=p99_us,
        hosting_credits_micro=hosting,
        first_at_us=sums.first_at_us,
        last_at_us=sums.last_at_us,
        **dict(zip(_SUMMED, sums.values, strict=True)),
    )


def models_usage(
    db: sqlite3.Connection, query: ModelsUsageQuery, histograms: Histograms, finder: Finder
) -> tuple[ModelUsage, ...]:
    """Answer a `ModelsUsageQuery`."""
    found = []
    for model in catalogue.models(db):
        if query.filter and query.filter.for_type(model.ref.type) != query.filter:
            continue
        of_model = UsageQuery(Scope(model.ref), query.within, query.filter, query.search)
        found.append(ModelUsage(model.ref, model.base_model, usage(db, of_model, histograms, finder)))
    return tuple(found)


def _of_scope(selection: Selection) -> _Sums:
    """The sums of whole routes, from the rollups."""
    scoped = selection.scoped
    (values,) = bucket_sums(selection.db, scoped, [scoped.asked], _SUMMED)
    routes = None if scoped.is_whole else scoped.routes
    return _Sums(values, *extent(selection.db, scoped.model_id, routes, scoped.asked))


def _of_rows(selection: Selection, histograms: Histograms) -> _Sums:
    """The sums of traces that are looked at one by one."""
    values = [0] * len(_SUMMED)
    firsts, lasts = [], []
    columns = ", ".join(OF_ROWS[column] for column in _SUMMED)
    for walk in ways(selection, histograms)[0].walks:
        *sums, first, last = selection.db.execute(
            f"SELECT {columns}, min(executed_at), max(executed_at) FROM {walk.rows}"
            f" WHERE {walk.clause} AND executed_at >= ? AND executed_at < ?",
            (*walk.values, *selection.within),
        ).fetchone()
        values = [known + (more or 0) for known, more in zip(values, sums, strict=True)]
        if first is not None:
            firsts.append(first)
            lasts.append(last)
    return _Sums(values, min(firsts, default=None), max(lasts, default=None))
