"""Which rows of `traces` a question is about: the only writer of WHERE for that table.

A `Walk` is a stretch of one index whose rows come in order without being sorted; `condition` compiles a filter to
a condition on single rows. A value always travels as a bound parameter, a column's name is never text that a user
typed, and the index is named (INDEXED BY), so that a plan cannot change with the planner's guesses: a wrong guess
is 0.1 ms on a small store and seconds on a store of ten million.
"""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tracetui.domain.durations import to_ms
from tracetui.domain.fields import Operator
from tracetui.domain.filters import Condition, Filter, Joined, is_text_met
from tracetui.domain.folding import fold
from tracetui.errors import QueryError

Value = int | str

_MANY_IDS = 500


class Sql(NamedTuple):
    """A condition on a row of `traces`, and its values in the order of its `?`."""

    text: str
    values: tuple[Value, ...] = ()

    @property
    def reads_row(self) -> bool:
        """Whether it looks at a column that no index by time or response time holds."""
        return "request_id" in self.text or "text_found" in self.text


EVERY = Sql("1")
NONE = Sql("0")


class Walk(NamedTuple):
    """Rows of one index that a clause selects; within it they stand in the order of time, but for two below."""

    index_name: str
    """Empty: rows are found by their ids, in no order."""
    clause: str
    values: tuple[Value, ...]

    @property
    def rows(self) -> str:
        """What stands after FROM."""
        return f"traces INDEXED BY {self.index_name}" if self.index_name else "traces NOT INDEXED"

    def narrowed(self, by: Sql) -> "Walk":
        """Only those rows of it that meet a condition."""
        return (
            self
            if by == EVERY
            else self._replace(clause=f"{self.clause} AND {by.text}", values=(*self.values, *by.values))
        )


class Named(NamedTuple):
    """What the names in conditions stand for in a row: looked up before, so that compiling needs no database."""

    sources: Mapping[int, str] = {}
    """Every source, by its id."""
    source_types: Mapping[int, str] = {}
    versions: Mapping[int, str | None] = {}
    """The versions of the routes in question."""
    request_ids: Mapping[str, Sequence[int]] = {}
    """The traces that have the request ids which conditions ask to be equal or not equal."""


def among(column: str, ids: Sequence[int]) -> Sql:
    """A condition that the column is one of some ids."""
    if not ids:
        return NONE
    if len(ids) == 1:
        return Sql(f"{column} = ?", tuple(ids))
    if len(ids) <= _MANY_IDS:
        return Sql(f"{column} IN ({','.join('?' * len(ids))})", tuple(ids))
    # SQLite has 32,766 parameters; a model whose every trace names another version has more routes.
    return Sql(f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))


def of_model(model_id: int) -> Walk:
    """All traces of a model."""
    return Walk("traces_by_time", "model_id = ?", (model_id,))


def of_route(route_id: int) -> Walk:
    """All traces of a route."""
    return Walk("traces_by_route", "route_id = ?", (route_id,))


def of_source(source_id: int, model_id: int) -> Walk:
    """All traces of a model that a source sent."""
    return Walk("traces_by_source", "source_id = ? AND model_id = ?", (source_id, model_id))


def failed_of_model(model_id: int) -> Walk:
    """The failed traces of a model."""
    # The 1 is written out: SQLite takes a partial index only where it can see that its condition holds.
    return Walk("traces_failed", "model_id = ? AND status = 1", (model_id,))


def in_bucket(model_id: int, bucket: int | None, routes: Sequence[int] | None) -> Walk:
    """The traces of a model whose response time falls in a bucket; `None`: those without a response time.

    Args:
        model_id: Whose traces.
        bucket: See `domain/buckets.py`.
        routes: Only these routes of the model; None for all of them.
    """
    equals = "IS NULL" if bucket is None else "= ?"
    clause = f"model_id = ? AND response_bucket {equals}"
    values: tuple[Value, ...] = (model_id,) if bucket is None else (model_id, bucket)
    walk = Walk("traces_by_response_time", clause, values)
    return walk if routes is None else walk.narrowed(among("route_id", routes))


def in_buckets(model_id: int, buckets: Sequence[int]) -> Walk:
    """The traces of a model whose response time falls in one of some buckets. Not in the order of time."""
    walk = Walk("traces_by_response_time", "model_id = ?", (model_id,))
    return walk.narrowed(among("response_bucket", buckets))


def by_response_time(model_id: int) -> Walk:
    """All traces of a model, bucket by bucket. In the order of time only inside a bucket."""
    return Walk("traces_by_response_time", "model_id = ?", (model_id,))


def of_ids(model_id: int, ids: Sequence[int]) -> Walk:
    """Those of some traces that are a model's. Not in the order of time."""
    return Walk("", "model_id = ?", (model_id,)).narrowed(among("traces.id", ids))


def condition(filter: Filter, named: Named) -> Sql:
    """Compile a filter into a condition on a row, exactly as `filters.matches` decides.

    Args:
        filter: Conditions joined by all or any.
        named: What the names in them stand for.

    Returns:
        `EVERY` and `NONE` where no row needs to be looked at. Never NULL where it stands alone or in AND and OR.
    """
    parts = [_compiled(one, named) for one in filter.conditions]
    return any_of(parts) if filter.joined is Joined.ANY and parts else all_of(parts)


def all_of(parts: Sequence[Sql]) -> Sql:
    """Conditions joined by AND."""
    return _joined(parts, " AND ", neutral=EVERY, decisive=NONE)


def any_of(parts: Sequence[Sql]) -> Sql:
    """Conditions joined by OR."""
    return _joined(parts, " OR ", neutral=NONE, decisive=EVERY)


def _joined(parts: Sequence[Sql], word: str, *, neutral: Sql, decisive: Sql) -> Sql:
    if decisive in parts:
        return decisive
    kept = [part for part in parts if part != neutral]
    if len(kept) < 2:
        return kept[0] if kept else neutral
    return Sql(
        f"({word.join(part.text for part in kept)})", tuple(value for part in kept for value in part.values)
    )


def _compiled(one: Condition, named: Named) -> Sql:
    match one.field.key:
        case "status":
            return Sql("status = ?" if one.operator is Operator.EQUALS else "status != ?", (int(one.value),))
        case "response_time":
            return _response_time(one)
        case "request_id":
            return _request_id(one, named.request_ids)
        case "version":
            return _version(one, named.versions)
        case "source_type":
            return _named_by_id("source_type_id", one, named.source_types)
        case "source":
            return _named_by_id("source_id", one, named.sources)
    raise QueryError(f"{one.field.label} cannot be filtered.")


def ms_range(one: Condition) -> tuple[int, int | None]:
    """The response times, as [first, end) in microseconds, that meet a comparison; no end: None.

    Not of `not equals`, whose answer is all but the range of `equals`. A millisecond begins half of one before it.
    """
    ms = to_ms(int(one.value))
    first, end = max(0, ms * 1_000 - 500), ms * 1_000 + 500
    match one.operator:
        case Operator.GREATER:
            return end, None
        case Operator.GREATER_OR_EQUAL:
            return first, None
        case Operator.LESS:
            return 0, first
        case Operator.LESS_OR_EQUAL:
            return 0, end
    return first, end


def _response_time(one: Condition) -> Sql:
    first, end = ms_range(one)
    if one.operator is Operator.NOT_EQUALS:
        assert end is not None
        return Sql("(response_time_us IS NULL OR response_time_us < ? OR response_time_us >= ?)", (first, end))
    if end is None:
        return Sql("response_time_us >= ?", (first,))
    if first == 0:
        return Sql("response_time_us < ?", (end,))
    return Sql("(response_time_us >= ? AND response_time_us < ?)", (first, end))


def _request_id(one: Condition, known: Mapping[str, Sequence[int]]) -> Sql:
    wanted = str(one.value)
    if one.operator is Operator.CONTAINS:
        return _contains("request_id", wanted)
    ids = known.get(wanted, ())
    if one.operator is Operator.EQUALS:
        return among("traces.id", ids)
    return Sql(f"NOT {among('traces.id', ids).text}", among("traces.id", ids).values) if ids else EVERY


def _contains(column: str, wanted: str) -> Sql:
    """That a column contains a text, whatever its case in any script.

    SQLite folds ASCII alone. That is enough for an ASCII text: the only other characters that fold to an ASCII
    one are the Kelvin sign (k) and the long s. Anything else is left to `folded_contains`, a function of ours.
    """
    folded = fold(wanted)
    if not folded.isascii():
        return Sql(f"folded_contains({column}, ?)", (folded,))
    if "k" in folded:
        column = f"replace({column}, char(8490), 'k')"
    if "s" in folded:
        column = f"replace({column}, char(383), 's')"
    return Sql(f"instr(lower({column}), ?) > 0", (folded,))


def sources_met(one: Condition, named: Named) -> list[int]:
    """The sources that meet a condition on the source."""
    return [id for id, name in named.sources.items() if is_text_met(one, name)]


def _version(one: Condition, versions: Mapping[int, str | None]) -> Sql:
    routes = [route for route, version in versions.items() if is_text_met(one, version)]
    return EVERY if len(routes) == len(versions) else among("route_id", routes)


def _named_by_id(column: str, one: Condition, names: Mapping[int, str]) -> Sql:
    if one.operator is Operator.NOT_EQUALS:
        ids = [id for id, name in names.items() if name == one.value]
        return Sql(f"{column} IS NOT ?", (ids[0],)) if ids else EVERY
    return among(column, [id for id, name in names.items() if is_text_met(one, name)])
