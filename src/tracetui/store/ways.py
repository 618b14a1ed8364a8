"""The ways to selected traces: which index to look at, and what that costs.

The rollups say beforehand how many entries of each index would have to be looked at, so the way is chosen by
counting and not by guessing. What an index holds by itself is about eight times as fast as what needs the row.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tracetui.domain.buckets import bucket_of
from tracetui.domain.trace import Status
from tracetui.store import spans, where
from tracetui.store.histograms import Histograms
from tracetui.store.selection import Selection
from tracetui.store.spans import Sums
from tracetui.store.where import Sql, Walk

OF_A_ROW = 8
"""What a row costs that must be fetched itself, in entries of an index: 1.2 us to 0.14 us at ten million."""
MOST_SOURCES = 50
MOST_OF_SOURCES = 20_000
"""Traces of some sources, counted in 1 ms; where they are more, a page of them is soon full by any way."""
SHARE_OF_A_NAME = 0.02
"""The part of the traces that one source, or one text, is thought to have."""


class Way(NamedTuple):
    """Stretches of index that together hold every selected trace; the condition is part of them."""

    walks: tuple[Walk, ...]
    cost: int
    """Entries that are looked at in all."""
    is_by_time: bool
    """Whether each walk has its rows in the order of time."""


def ways(selection: Selection, histograms: Histograms) -> list[Way]:
    """Every way to the selected traces, the cheapest first."""
    if selection.ids is not None:
        return [_by_ids(selection, selection.ids)]
    if not selection.scoped.routes:
        # SQLite has no plan for a partial index and a condition that never holds.
        return [_by_ids(selection, ())]
    found = [_by_time(selection), *_by_failed(selection), *_by_route(selection)]
    found += _by_response_time(selection, histograms)
    found += _by_source(selection)
    return sorted(found, key=lambda way: way.cost)


def likely_matches(selection: Selection, histograms: Histograms) -> float:
    """How many traces are thought to be selected, as if each condition held by itself; more than 0."""
    sums = spans.sums(selection.db, selection.scoped.routes, selection.within)
    found = sums.requests * SHARE_OF_A_NAME**selection.names
    if selection.status is not None and sums.requests:
        of_status = sums.failed if selection.status is Status.FAILED else sums.requests - sums.failed
        found *= of_status / sums.requests
    if selection.took_us is not None and sums.requests:
        histogram = histograms.of(selection.scoped.routes, selection.within)
        found *= sum(histogram[bucket] for bucket in possible_buckets(selection, histograms)) / sums.requests
    return max(found, 1)


def possible_buckets(selection: Selection, histograms: Histograms) -> tuple[int, ...]:
    """The buckets of response time in which selected traces can be."""
    found = tuple(histograms.of(selection.scoped.routes, selection.within))
    if selection.took_us is None:
        return found
    first, end = selection.took_us
    last = bucket_of(end - 1) if end else found[-1] if found else 0
    return tuple(bucket for bucket in found if bucket_of(first) <= bucket <= last)


def bucket_entries(selection: Selection, histograms: Histograms) -> int:
    """How many entries the model's index by response time has in those buckets, as far as can be told."""
    histogram = histograms.of(selection.scoped.routes, selection.within)
    buckets = possible_buckets(selection, histograms)
    # The index has the entries of all routes: the scope's are thought to be as slow as the others.
    own = sum(histogram.values())
    share = _of_model(selection).timed / own if own else 1
    return int(sum(histogram[bucket] for bucket in buckets) * share) + len(buckets)


def _by_ids(selection: Selection, ids: Sequence[int]) -> Way:
    walk = where.of_ids(selection.scoped.model_id, ids).narrowed(_condition(selection))
    return Way((walk,), OF_A_ROW * len(ids), is_by_time=False)


def _by_time(selection: Selection) -> Way:
    walk = where.of_model(selection.scoped.model_id).narrowed(_condition(selection))
    return Way((walk,), _of_model(selection).requests * _price(selection), is_by_time=True)


def _by_failed(selection: Selection) -> Iterator[Way]:
    if selection.status is Status.FAILED:
        # Not asked for the status again, which this index does not hold.
        condition = where.all_of((selection.routes, selection.beside_status, selection.search))
        walk = where.failed_of_model(selection.scoped.model_id).narrowed(condition)
        yield Way((walk,), _of_model(selection).failed * _price(selection), is_by_time=True)


def _by_route(selection: Selection) -> Iterator[Way]:
    if not selection.scoped.is_whole:
        walks = tuple(where.of_route(route).narrowed(selection.conditions) for route in selection.scoped.routes)
        requests = spans.sums(selection.db, selection.scoped.routes, selection.within).requests
        yield Way(walks, requests * OF_A_ROW, is_by_time=True)


def _by_response_time(selection: Selection, histograms: Histograms) -> Iterator[Way]:
    if selection.took_us is not None:
        walk = where.in_buckets(selection.scoped.model_id, possible_buckets(selection, histograms))
        cost = bucket_entries(selection, histograms) * _price(selection)
        yield Way((walk.narrowed(_condition(selection)),), cost, is_by_time=False)


def _by_source(selection: Selection) -> Iterator[Way]:
    """The way to traces of rare sources. No sum tells how rare one is: its entries are counted, up to a limit."""
    sources = selection.sources
    if sources is None or len(sources) > MOST_SOURCES:
        return
    model_id = selection.scoped.model_id
    walks = tuple(where.of_source(source, model_id).narrowed(_condition(selection)) for source in sources)
    entries = 0
    for source in sources:
        walk = where.of_source(source, model_id)
        (found,) = selection.db.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM {walk.rows}"
            f" WHERE {walk.clause} AND executed_at >= ? AND executed_at < ? LIMIT ?)",
            (*walk.values, *selection.within, MOST_OF_SOURCES - entries),
        ).fetchone()
        entries += found
        if entries >= MOST_OF_SOURCES:
            return
    yield Way(walks, entries * OF_A_ROW, is_by_time=True)


def _condition(selection: Selection) -> Sql:
    """What a row of the model must meet."""
    return where.all_of((selection.routes, selection.conditions))


def _price(selection: Selection) -> int:
    """What an entry of a covering index costs."""
    return OF_A_ROW if selection.conditions.reads_row else 1


def _of_model(selection: Selection) -> Sums:
    """What all traces of the model add up to inside the period."""
    return spans.sums(selection.db, selection.scoped.model_routes, selection.within)
