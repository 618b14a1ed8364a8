"""Which rows of `traces` a question is about: the only writer of WHERE for that table.

A `Walk` is a stretch of one index whose rows come in order without being sorted. A value always travels as a
bound parameter, and the index is named (INDEXED BY), so that a plan cannot change with the planner's guesses:
a wrong guess is 0.1 ms on a small store and seconds on a store of ten million.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Walk(NamedTuple):
    """Rows of one index that a clause selects; within it they stand in the order of time."""

    index_name: str
    clause: str
    values: tuple[int, ...]


def among(column: str, ids: Sequence[int]) -> str:
    """A condition that the column is one of so many ids, with one `?` for each."""
    if len(ids) == 1:
        return f"{column} = ?"
    return f"{column} IN ({','.join('?' * len(ids))})"


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
    values = (model_id,) if bucket is None else (model_id, bucket)
    if routes is None:
        return Walk("traces_by_response_time", clause, values)
    return Walk("traces_by_response_time", f"{clause} AND {among('route_id', routes)}", (*values, *routes))
