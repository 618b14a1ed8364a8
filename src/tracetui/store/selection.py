"""The traces that scope, period, filter and search select together.

A filter is taken apart here: versions become routes, request ids become ids of rows, and what is known of status
and response time of every match is kept apart, for a way to be chosen by it (`ways.py`).
"""

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from tracetui.domain.fields import Operator
from tracetui.domain.filters import Condition, Filter, Joined, is_text_met
from tracetui.domain.periods import Period
from tracetui.domain.queries import CountQuery, LookQuery, PageQuery, PlaceQuery, Scope, SummaryQuery
from tracetui.domain.trace import Status
from tracetui.store import spans, where
from tracetui.store.named import named, versions_of
from tracetui.store.scopes import Scoped, resolve
from tracetui.store.search.finder import Finder, Sought
from tracetui.store.where import EVERY, Named, Sql

if TYPE_CHECKING:
    # Imports the arithmetic of the dashboard, which the first frame does without.
    from tracetui.domain.usage import UsageQuery

FEW_FOUND = 2_000
FOUND_OR_WALKED = 40
"""Traces in which a text may be are all looked up and sorted, where that is less work than to walk until a page is
full: so many cost 2.5 us each, and a walk 1 us for each of rows / candidates x 100."""

MOST_FOUND = 20_000
"""Traces that are kept of those found; more are so dense that a page is filled by walking."""

_NAMES = frozenset({"request_id", "source_type", "source"})

Asking: TypeAlias = "PageQuery | LookQuery | PlaceQuery | CountQuery | SummaryQuery | UsageQuery"


@dataclass(frozen=True, slots=True)
class Selection:
    """Traces of a scope and a period that meet a condition."""

    db: sqlite3.Connection
    scoped: Scoped
    condition: Sql = EVERY
    """What the filter asks of a row."""
    search: Sql = EVERY
    """What the search asks: last, for it reads texts."""
    sought: Sought | None = None
    """The text that is searched for, to be asked about many traces at once."""
    status: Status | None = None
    """The status that all of them have, where the filter says so."""
    took_us: tuple[int, int | None] | None = None
    """The response times [first, end) that all of them have, where the filter says so."""
    ids: tuple[int, ...] | None = None
    """No others than these."""
    sources: tuple[int, ...] | None = None
    """The sources that all of them have, where the filter says so."""
    beside_status: Sql = EVERY
    """What the filter asks of a row that is known to have `status`."""
    names: int = 0
    """How many names (sources, request ids) and texts must be found: their share of the traces is not known."""
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

    @property
    def unsearched(self) -> "Selection":
        """The traces among which those are that contain the text."""
        return replace(self, search=EVERY, sought=None)

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
    ids = () if clause == where.NONE else ids
    return Selection(db, scoped, clause, ids=ids, beside_status=clause, names=1)


def asked_about(db: sqlite3.Connection, query: Asking, finder: Finder) -> Selection:
    """The traces that a query is about.

    Raises:
        QueryError: There is no such model or deployment.
    """
    selection = select(db, query.scope, query.within, query.filter)
    pieces = _request_id_pieces(query.filter) if selection.ids is None else []
    if not pieces and not query.search:
        return selection
    requests = spans.sums(db, selection.scoped.routes, selection.within).requests
    at_most = max(FEW_FOUND, math.isqrt(FOUND_OR_WALKED * requests))
    for piece in pieces:
        # The index of texts knows request ids too: a rare piece of one is found without reading every row.
        ids = finder.candidates(piece, at_most)
        if ids is not None:
            selection = selection.only(ids)
    if not query.search:
        return selection
    sought = finder.seek(query.search)
    names = selection.names + 1
    selection = replace(selection, search=sought.condition, sought=sought, names=names, is_by_status_alone=False)
    ids = sought.found_before((selection.scoped.routes, query.filter), selection.within, at_most)
    if ids is None:
        ids = sought.candidates(at_most)
    return selection if ids is None else selection.only(ids)


def _request_id_pieces(filter: Filter | None) -> list[str]:
    """What the request id of every match contains."""
    if not filter or (filter.joined is Joined.ANY and len(filter.conditions) > 1):
        return []
    return [
        str(one.value)
        for one in filter.conditions
        if one.field.key == "request_id" and one.operator is Operator.CONTAINS
    ]


def _all_of(db: sqlite3.Connection, scoped: Scoped, conditions: Sequence[Condition]) -> Selection:
    """Conditions that all must be met: versions narrow the routes, the rest may name the way."""
    versions = [one for one in conditions if one.field.key == "version"]
    others = _without(Filter(tuple(conditions)), "version")
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
        sources=_sources(others.conditions, known),
        beside_status=where.condition(_without(others, "status"), known),
        names=sum(one.field.key in _NAMES and one.operator is not Operator.NOT_EQUALS for one in conditions),
        is_by_status_alone=all(one.field.key == "status" for one in others.conditions),
    )


def _of_versions(db: sqlite3.Connection, scoped: Scoped, conditions: Sequence[Condition]) -> Scoped:
    """The scope with only those of its routes whose version meets all conditions."""
    versions = versions_of(db, scoped.routes)
    kept = tuple(route for route in scoped.routes if all(is_text_met(one, versions[route]) for one in conditions))
    return scoped._replace(routes=kept)


def _without(filter: Filter, field: str) -> Filter:
    return replace(filter, conditions=tuple(one for one in filter.conditions if one.field.key != field))


def _is_one_request(condition: Condition) -> bool:
    return condition.field.key == "request_id" and condition.operator is Operator.EQUALS


def _status_of(condition: Condition) -> Status | None:
    """The status that a condition leaves."""
    if not isinstance(condition.value, Status):
        return None
    is_it = condition.operator is Operator.EQUALS
    return condition.value if is_it else Status(1 - condition.value)


def _sources(conditions: Sequence[Condition], known: Named) -> tuple[int, ...] | None:
    """The sources that are left by all conditions that name them; None where there is none."""
    met = [
        frozenset(where.sources_met(one, known))
        for one in conditions
        if one.field.key == "source" and one.operator is not Operator.NOT_EQUALS
    ]
    return tuple(sorted(frozenset.intersection(*met))) if met else None


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
