"""When deployments were up and connections there: what records say, and where they are silent what is seen.

The one place that decides it. A deployment is up from its deployed-at to its undeployed-at, a connection from when
it was added. A start that nobody told is the first that is seen of it: a trace, or a change of its replicas. What
only traces name is up from then on; no deployment is thought up beside those that records declare for the same
name and version.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tracetui.domain.catalogue import ModelType
from tracetui.domain.periods import Period
from tracetui.domain.queries import Scope
from tracetui.store.scopes import FOREVER, lifetime, model_id_of, overlap

# Of a route, those included that were pruned. Where it has neither, nothing.
_FIRST = """coalesce(
    min((SELECT min(executed_at) FROM traces INDEXED BY traces_by_route WHERE route_id = routes.id),
        (SELECT first_at FROM pruned_routes WHERE route_id = routes.id)),
    (SELECT min(executed_at) FROM traces INDEXED BY traces_by_route WHERE route_id = routes.id),
    (SELECT first_at FROM pruned_routes WHERE route_id = routes.id))
"""


class Life(NamedTuple):
    """One time that a deployment was up, or that a connection was there."""

    name: str
    version: str
    """'' where it is not known: then it is that of whichever version."""
    period: Period
    hardware: str | None
    max_replicas: int | None


def is_same_version(one: str, other: str) -> bool:
    """Whether two versions can be the same; an unknown one can be any."""
    return one == other or not one or not other


def lives(db: sqlite3.Connection, scope: Scope) -> list[Life]:
    """The deployments (hosted) or connections (external) of a scope.

    Raises:
        QueryError: There is no such model or deployment.
    """
    model_id = model_id_of(db, scope.model)
    if not scope.model.type.is_hosted:
        return _connections(db, model_id, scope)
    if scope.deployment is not None:
        lifetime(db, model_id, scope.deployment)
    return list(_deployments(db, model_id, scope))


def uptime(db: sqlite3.Connection, scope: Scope, within: Period) -> tuple[Period, ...]:
    """The time in a period during which anything of a scope was up, in order and with time between.

    Raises:
        QueryError: There is no such model or deployment.
    """
    return merged(overlap(life.period, within) for life in lives(db, scope))


def deployed_models(db: sqlite3.Connection, within: Period) -> int:
    """How many different hosted models have a deployment up at any time in a period."""
    start, end = within
    declared = db.execute(
        "SELECT DISTINCT model_id FROM deployments WHERE deployed_at < ? AND coalesce(undeployed_at, ?) > ?"
        " AND deployed_at < coalesce(undeployed_at, ?)",
        (end, FOREVER.end_us, start, FOREVER.end_us),
    )
    deployed = {model_id for (model_id,) in declared} if start < end else set[int]()
    hosted = db.execute("SELECT id FROM models WHERE type != ?", (ModelType.EXTERNAL.value,)).fetchall()
    return sum(
        model_id in deployed or any(_is_up(life, within) for life in _deployments(db, model_id, None))
        for (model_id,) in hosted
    )


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The time that any of some periods covers, in order; those that touch are one, empty ones none."""
    found: list[Period] = []
    for start, end in sorted(periods):
        if start >= end:
            continue
        if found and start <= found[-1].end_us:
            found[-1] = Period(found[-1].start_us, max(end, found[-1].end_us))
        else:
            found.append(Period(start, end))
    return tuple(found)


def _is_up(life: Life, within: Period) -> bool:
    shared = overlap(life.period, within)
    return shared.start_us < shared.end_us


def _deployments(db: sqlite3.Connection, model_id: int, scope: Scope | None) -> Iterator[Life]:
    """Those of a scope; all of the model where it is None."""
    chosen, version = (scope.deployment, scope.version) if scope else (None, None)
    deployed_at_us = chosen.deployed_at_us if chosen else None
    seen = _Seen(db, model_id)
    declared = db.execute(
        "SELECT name, version, deployed_at, undeployed_at, hardware, max_replicas FROM deployments"
        " WHERE model_id = ? ORDER BY id",
        (model_id,),
    ).fetchall()
    for name, own, deployed_at, undeployed_at, hardware, maximum in declared:
        if chosen is not None and (name != chosen.name or deployed_at_us not in (None, deployed_at)):
            continue
        if seen.has_version(name, own, version):
            start = seen.first_us(name, own) if deployed_at is None else deployed_at
            end = FOREVER.end_us if undeployed_at is None else undeployed_at
            yield Life(name, own, Period(min(start, end), end), hardware, maximum)
    if deployed_at_us is not None:
        return
    known = [(name, own) for name, own, *_ in declared]
    for name, own in seen.besides(known):
        if (chosen is None or name == chosen.name) and seen.has_version(name, own, version):
            yield Life(name, own, Period(seen.first_us(name, own), FOREVER.end_us), None, None)


class _Seen:
    """The deployments that traces and changes of replicas name."""

    def __init__(self, db: sqlite3.Connection, model_id: int) -> None:
        self._db = db
        self._model_id = model_id
        self.pairs: set[tuple[str, str]] = set(
            db.execute(
                "SELECT deployment, version FROM routes WHERE model_id = :model"
                " UNION SELECT deployment, version FROM replica_changes WHERE model_id = :model",
                {"model": model_id},
            )
        )
        """Name and version."""

    def besides(self, declared: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those that no declared one can be: deployments with whatever versions, and other versions of a declared.

        Of traces that name no deployment, only where none is named at all.
        """
        names = {name for name, _ in declared}
        is_any_named = any(name for name, _ in (*declared, *self.pairs))
        return sorted(
            {(name, "") for name, _ in self.pairs if name not in names and (name or not is_any_named)}
            | {
                (name, version)
                for name, version in self.pairs
                if name in names
                and not any(name == other and is_same_version(version, own) for other, own in declared)
            }
        )

    def has_version(self, name: str, own: str, wanted: str | None) -> bool:
        """Whether a deployment has a version: its own one, or where that is open any that is seen of it."""
        return wanted is None or own == wanted or (not own and (name, wanted) in self.pairs)

    def first_us(self, name: str, version: str) -> int:
        """When a deployment is first seen; 0 where it never is: then it is up as long as anybody can tell."""
        of_version = "" if not version else " AND version = :version"
        (first,) = self._db.execute(
            "SELECT min(at) FROM ("
            f"SELECT {_FIRST} AS at"
            f" FROM routes WHERE model_id = :model AND deployment = :name{of_version} UNION ALL"
            f" SELECT at FROM replica_changes WHERE model_id = :model AND deployment = :name{of_version})",
            {"model": self._model_id, "name": name, "version": version},
        ).fetchone()
        return first or 0


def _connections(db: sqlite3.Connection, model_id: int, scope: Scope) -> list[Life]:
    """The connections of a scope."""
    added: dict[str, int | None] = dict(
        db.execute("SELECT name, added_at FROM connections WHERE model_id = ?", (model_id,)).fetchall()
    )
    first: dict[str, int | None] = dict(
        db.execute(
            f"SELECT connection, min({_FIRST}) FROM routes WHERE model_id = ? GROUP BY connection",
            (model_id,),
        ).fetchall()
    )
    starts = {name: added.get(name) if added.get(name) is not None else first.get(name) for name in added | first}
    return [
        Life(name, "", Period(start, FOREVER.end_us), None, None)
        for name, start in sorted(starts.items())
        if start is not None and scope.connection in (None, name)
    ]
