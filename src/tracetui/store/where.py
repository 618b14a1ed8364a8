"""Which rows of `traces` a question is about: the only writer of WHERE for that table.

A `Walk` is a stretch of one index whose rows come in order without being sorted. A value always travels as a
bound parameter, and the index is named (INDEXED BY), so that a plan cannot change with the planner's guesses:
a wrong guess is 0.1 ms on a small store and seconds on a store of ten million.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple


class Walk(NamedTuple):
    """Rows of one index that a clause selects; within it they stand in the order of time."""

    index_name: str
    clause: str
    values: tuple[int | str, ...]


_MANY_IDS = 500


class Sql(NamedTuple):
    """A condition with its `?` marks, and its parameters in the same order."""

    text: str
    values: tuple[int | str, ...]


def among(column: str, ids: Sequence[int]) -> Sql:
    """A condition that the column is one of some ids."""
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


def in_bucket(model_id: int, bucket: int | None, routes: Sequence[int] | None) -> Walk:
    """The traces of a model whose response time falls in a bucket; `None`: those without a response time.

    Args:
        model_id: Whose traces.
        bucket: See `domain/buckets.py`.
        routes: Only these routes of the model; None for all of them.
    """
    equals = "IS NULL" if bucket is None else "= ?"
    clause = f"model_id = ? AND response_bucket {equals}"
    values: tuple[int | str, ...] = (model_id,) if bucket is None else (model_id, bucket)
    if routes is None:
        return Walk("traces_by_response_time", clause, values)
    narrowed = among("route_id", routes)
    return Walk("traces_by_response_time", f"{clause} AND {narrowed.text}", (*values, *narrowed.values))
