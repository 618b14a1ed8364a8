"""A scope and a period as the store knows them: a model, its routes, and the time that is left.

The one place that decides which traces belong to a deployment: those of its name (and of its version, where
the deployment's record has one and the trace does not leave it open) executed while it was up. Nothing here
reads a single trace but the first and the last of each route.
"""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period
from tracetui.domain.queries import DeploymentRef, Scope
from tracetui.errors import QueryError
from tracetui.store import where
from tracetui.store.spans import FORTNIGHT_US
from tracetui.store.where import Walk, among

FOREVER = Period(0, 1 << 53)
"""Longer than any time a store can hold."""


class Scoped(NamedTuple):
    """What a question is about, ready to be counted and walked."""

    model_id: int
    model_type: ModelType
    routes: tuple[int, ...]
    model_routes: tuple[int, ...]
    """All routes of the model."""
    asked: Period
    """The period asked for, cut down to the time the chosen deployment was up."""
    within: Period
    """The same traces as in `asked`, its ends moved to borders of fortnights where no trace stands between."""
    first_at_us: int | None
    """The first trace of these routes at any time (of a chosen deployment: while it was up)."""

    @property
    def is_whole(self) -> bool:
        """Whether all routes of the model are meant."""
        return len(self.routes) == len(self.model_routes)

    @property
    def walks(self) -> tuple[Walk, ...]:
        """The stretches of index that together are these traces, each in the order of time."""
        if self.is_whole:
            return (where.of_model(self.model_id),)
        return tuple(where.of_route(route) for route in self.routes)


class Lifetime(NamedTuple):
    """When a deployment was up, and the versions its records name."""

    period: Period
    versions: frozenset[str]


def model_id_of(db: sqlite3.Connection, model: ModelRef) -> int:
    """The id of a model.

    Raises:
        QueryError: There is no such model.
    """
    row = db.execute("SELECT id FROM models WHERE name = ? AND type = ?", (model.name, model.type)).fetchone()
    if row is None:
        raise QueryError(
            f"The store has no {model.type} model named {model.name!r}.", hint="Choose a model of the list."
        )
    return int(row[0])


def resolve(db: sqlite3.Connection, scope: Scope, within: Period) -> Scoped:
    """Find the routes of a scope, and the part of a period that can hold traces of it.

    Raises:
        QueryError: There is no such model, or no such deployment of it.
    """
    model_id = model_id_of(db, scope.model)
    life = Lifetime(FOREVER, frozenset())
    if scope.deployment is not None:
        life = lifetime(db, model_id, scope.deployment)
    chosen, all_routes = _routes(db, model_id, scope, life.versions)
    alive = overlap(FOREVER, life.period)
    asked = overlap(within, alive)
    first, last = extent(db, model_id, chosen if len(chosen) < len(all_routes) else None, alive)
    # Inside the chosen deployment's time: beyond it stand its namesakes' traces.
    within = overlap(_widened(asked, first, last), alive)
    return Scoped(model_id, scope.model.type, chosen, all_routes, asked, within, first)


def overlap(one: Period, other: Period) -> Period:
    """The time that two periods share; empty, with its end at its start, where they share none."""
    start = max(one.start_us, other.start_us)
    return Period(start, max(start, min(one.end_us, other.end_us)))


def lifetime(db: sqlite3.Connection, model_id: int, deployment: DeploymentRef) -> Lifetime:
    """When the chosen deployment was up: always, where all of its name are meant.

    Raises:
        QueryError: No deployment of that name was deployed at that time.
    """
    if deployment.deployed_at_us is None:
        return Lifetime(FOREVER, frozenset())
    rows = db.execute(
        "SELECT version, coalesce(undeployed_at, ?) FROM deployments"
        " WHERE model_id = ? AND name = ? AND deployed_at = ?",
        (FOREVER.end_us, model_id, deployment.name, deployment.deployed_at_us),
    ).fetchall()
    if not rows:
        raise QueryError(
            f"The model has no deployment {deployment.name!r} with that deployed-at time.",
            hint="Choose a deployment of the list.",
        )
    versions = frozenset(version for version, _ in rows)
    is_told = "" not in versions
    return Lifetime(
        Period(deployment.deployed_at_us, max(end for _, end in rows)), versions if is_told else frozenset()
    )


def _routes(
    db: sqlite3.Connection, model_id: int, scope: Scope, versions: frozenset[str]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The routes that a scope selects, and all that the model has."""
    rows = db.execute(
        "SELECT id, deployment, version, connection FROM routes WHERE model_id = ? ORDER BY id", (model_id,)
    ).fetchall()
    chosen = tuple(
        route
        for route, deployment, version, connection in rows
        if (scope.deployment is None or deployment == scope.deployment.name)
        and (scope.version is None or version == scope.version)
        and (scope.connection is None or connection == scope.connection)
        # A trace that does not say its version was answered by whatever was up under that name.
        and (not versions or version in versions or version == "")
    )
    return chosen, tuple(route for route, *_ in rows)


def extent(
    db: sqlite3.Connection, model_id: int, routes: Sequence[int] | None, within: Period
) -> tuple[int | None, int | None]:
    """When the first and the last trace of some routes, or (None) of the whole model, were executed."""
    table, column, index = ("models", "model_id", "traces_by_time")
    if routes is not None:
        table, column, index = ("routes", "route_id", "traces_by_route")
    owners = among("owner.id", [model_id] if routes is None else routes)
    rows = f"FROM traces INDEXED BY {index} WHERE {column} = owner.id AND executed_at >= ? AND executed_at < ?"
    # Two subqueries: min and max in one would read every entry between them.
    first, last = db.execute(
        f"SELECT min(first), max(last) FROM (SELECT (SELECT min(executed_at) {rows}) AS first,"
        f" (SELECT max(executed_at) {rows}) AS last FROM {table} AS owner WHERE {owners.text})",
        (*within, *within, *owners.values),
    ).fetchone()
    return first, last


def _widened(asked: Period, first: int | None, last: int | None) -> Period:
    """Move an end that lies beyond all traces to the border of a fortnight: the longest rollups then cover it."""
    if first is None or last is None or asked.end_us <= first or asked.start_us > last:
        return Period(asked.start_us, asked.start_us)
    start, end = asked
    if start <= first:
        start = first // FORTNIGHT_US * FORTNIGHT_US
    if end > last:
        end = (last // FORTNIGHT_US + 1) * FORTNIGHT_US
    return Period(start, end)
