"""The traces that scope, period, filter and search select together, and the cheapest way to come at them.

The rollups say beforehand how many entries of each index would have to be looked at, so the way is chosen by
counting, not by guessing. What an index holds by itself is about eight times as fast as what needs the row.
"""

import math
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from tracetui.domain.buckets import bucket_of
from tracetui.domain.fields import Operator
from tracetui.domain.filters import Condition, Filter, Joined, is_text_met
from tracetui.domain.periods import Period
from tracetui.domain.queries import CountQuery, PageQuery, PlaceQuery, Scope, SummaryQuery
from tracetui.domain.trace import Status
from tracetui.store import spans, where
from tracetui.store.histograms import Histograms
from tracetui.store.named import named, versions_of
from tracetui.store.scopes import Scoped, resolve
from tracetui.store.search.finder import Finder
from tracetui.store.spans import Sums
from tracetui.store.where import EVERY, Sql, Walk

OF_A_ROW = 8
"""What a row costs that must be fetched itself, in entries of an index: 1.2 us to 0.14 us at ten million."""
FEW_FOUND = 2_000
FOUND_OR_WALKED = 40
"""Traces in which a text may be are all looked up and sorted, where that is less work than to walk until a page is
full: so many cost 2.5 us each, and a walk 1 us for each of rows / candidates x 100."""

Asking = PageQuery | PlaceQuery | CountQuery | SummaryQuery


class Way(NamedTuple):
    """Stretches of index that together hold every selected trace; the condition is part of them."""

    walks: tuple[Walk, ...]
    cost: int
    """Entries that are looked at in all."""
    is_by_time: bool
    """Whether each walk has its rows in the order of time."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Traces of a scope and a period that meet a condition."""

    db: sqlite3.Connection
    scoped: Scoped
    condition: Sql = EVERY
    """What the filter asks of a row."""
    search: Sql = EVERY
    """What the search asks: last, for it reads texts."""
    status: Status | None = None
    """The status that all of them have, where the filter says so."""
    took_us: tuple[int, int | None] | None = None
    """The response times [first, end) that all of them have, where the filter says so."""
    ids: tuple[int, ...] | None = None
    """No others than these."""
    is_by_status_alone: bool = False
    """Whether nothing but `status` narrows the scope."""

    @property
    def is_whole_scope(self) -> bool:
        """Whether it is every trace of the scope, so that the rollups know all about it."""
        return self.conditions == EVERY and self.ids is None

    @property
    def conditions(self) -> Sql:
        """What filter and search ask of a row."""
        return where.all_of((self.condition, self.search))

    @property
    def within(self) -> Period:
        """The period."""
        return self.scoped.within

    @property
    def routes(self) -> Sql:
        """That a row is of the scope's routes; of any where these are all the model has."""
        return EVERY if self.scoped.is_whole else where.among("route_id", self.scoped.routes)

    def only(self, ids: Sequence[int]) -> "Selection":
        """Those of the traces that have one of these ids."""
        kept = tuple(ids) if self.ids is None else tuple(sorted(set(ids).intersection(self.ids)))
        return replace(self, ids=kept, is_by_status_alone=False)


def select(db: sqlite3.Connection, scope: Scope, within: Period, filter: Filter | None) -> Selection:
    """Resolve a scope, and compile a filter on it.

    Raises:
        QueryError: There is no such model or deployment.
    """
    scoped = resolve(db, scope, within)
    if not filter:
        return Selection(db, scoped)
    if len(filter.conditions) == 1 or filter.joined is Joined.ALL:
        return _all_of(db, scoped, filter.conditions)
    known = named(db, filter, scoped.routes)
    ids = None
    if all(_is_one_request(condition) for condition in filter.conditions):
        ids = tuple(sorted({id for found in known.request_ids.values() for id in found}))
    clause = where.condition(filter, known)
    return Selection(db, scoped, clause, ids=() if clause == where.NONE else ids)


def asked_about(db: sqlite3.Connection, query: Asking, finder: Finder) -> Selection:
    """The traces that a query is about.

    Raises:
        QueryError: There is no such model or deployment.
    """
    selection = select(db, query.scope, query.within, query.filter)
    if not query.search:
        return selection
    sought = finder.seek(query.search)
    selection = replace(selection, search=sought.condition, is_by_status_alone=False)
    requests = spans.sums(db, selection.scoped.routes, selection.within).requests
    ids = sought.candidates(at_most=max(FEW_FOUND, math.isqrt(FOUND_OR_WALKED * requests)))
    return selection if ids is None else selection.only(ids)


def ways(selection: Selection, histograms: Histograms) -> list[Way]:
    """Every way to the selected traces, the cheapest first."""
    if selection.ids is not None:
        return [_by_ids(selection, selection.ids)]
    found = [_by_time(selection), *_by_failed(selection), *_by_route(selection)]
    found += _by_response_time(selection, histograms)
    return sorted(found, key=lambda way: way.cost)


def _all_of(db: sqlite3.Connection, scoped: Scoped, conditions: Sequence[Condition]) -> Selection:
    """Conditions that all must be met: versions narrow the routes, the rest may name the way."""
    versions = [one for one in conditions if one.field.key == "version"]
    others = Filter(tuple(one for one in conditions if one.field.key != "version"))
    if versions:
        scoped = _of_versions(db, scoped, versions)
    known = named(db, others, scoped.routes)
    clause, ids = where.condition(others, known), None
    requests = [frozenset(known.request_ids[str(one.value)]) for one in others.conditions if _is_one_request(one)]
    if requests:
        ids = tuple(sorted(frozenset.intersection(*requests)))
    statuses = {status for one in others.conditions if (status := _status_of(one)) is not None}
    if clause == where.NONE or len(statuses) > 1:
        ids = ()
    return Selection(
        db,
        scoped,
        clause,
        status=statuses.pop() if len(statuses) == 1 else None,
        took_us=_took_us(others.conditions),
        ids=ids,
        is_by_status_alone=all(one.field.key == "status" for one in others.conditions),
    )


def _of_versions(db: sqlite3.Connection, scoped: Scoped, conditions: Sequence[Condition]) -> Scoped:
    """The scope with only those of its routes whose version meets all conditions."""
    versions = versions_of(db, scoped.routes)
    kept = tuple(route for route in scoped.routes if all(is_text_met(one, versions[route]) for one in conditions))
    return scoped._replace(routes=kept)


def _is_one_request(condition: Condition) -> bool:
    return condition.field.key == "request_id" and condition.operator is Operator.EQUALS


def _status_of(condition: Condition) -> Status | None:
    """The status that a condition leaves."""
    if not isinstance(condition.value, Status):
        return None
    is_it = condition.operator is Operator.EQUALS
    return condition.value if is_it else Status(1 - condition.value)


def _took_us(conditions: Sequence[Condition]) -> tuple[int, int | None] | None:
    """The response times [first, end) that are left by all comparisons of them; None where there is none."""
    ranges = [
        where.ms_range(one)
        for one in conditions
        if one.field.key == "response_time" and one.operator is not Operator.NOT_EQUALS
    ]
    if not ranges:
        return None
    ends = [end for _, end in ranges if end is not None]
    return max(first for first, _ in ranges), min(ends) if ends else None


def _by_ids(selection: Selection, ids: Sequence[int]) -> Way:
    walk = where.of_ids(selection.scoped.model_id, ids).narrowed(_condition(selection))
    return Way((walk,), OF_A_ROW * len(ids), is_by_time=False)


def _by_time(selection: Selection) -> Way:
    walk = where.of_model(selection.scoped.model_id).narrowed(_condition(selection))
    return Way((walk,), _of_model(selection).requests * _price(selection), is_by_time=True)


def _by_failed(selection: Selection) -> Iterator[Way]:
    if selection.status is Status.FAILED:
        walk = where.failed_of_model(selection.scoped.model_id).narrowed(_condition(selection))
        yield Way((walk,), _of_model(selection).failed * _price(selection), is_by_time=True)


def _by_route(selection: Selection) -> Iterator[Way]:
    if not selection.scoped.is_whole:
        walks = tuple(where.of_route(route).narrowed(selection.conditions) for route in selection.scoped.routes)
        requests = spans.sums(selection.db, selection.scoped.routes, selection.within).requests
        yield Way(walks, requests * OF_A_ROW, is_by_time=True)


def _by_response_time(selection: Selection, histograms: Histograms) -> Iterator[Way]:
    if selection.took_us is None:
        return
    first, end = selection.took_us
    last = bucket_of(end - 1) if end else None
    histogram = histograms.of(selection.scoped.routes, selection.within)
    buckets = [one for one in histogram if one >= bucket_of(first) and (last is None or one <= last)]
    # The index has the entries of all routes: the scope's are thought to be as slow as the others.
    own = sum(histogram.values())
    share = _of_model(selection).timed / own if own else 1
    cost = int(sum(histogram[bucket] for bucket in buckets) * share) + len(buckets)
    walk = where.in_buckets(selection.scoped.model_id, buckets).narrowed(_condition(selection))
    yield Way((walk,), cost * _price(selection), is_by_time=False)


def _condition(selection: Selection) -> Sql:
    """What a row of the model must meet."""
    return where.all_of((selection.routes, selection.conditions))


def _price(selection: Selection) -> int:
    """What an entry of a covering index costs."""
    return OF_A_ROW if selection.conditions.reads_row else 1


def _of_model(selection: Selection) -> Sums:
    """What all traces of the model add up to inside the period."""
    return spans.sums(selection.db, selection.scoped.model_routes, selection.within)
