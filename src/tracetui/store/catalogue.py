"""What there is to choose from: models; deployments, versions and connections of one; and the store's state."""

import os
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.queries import DeploymentRef, Scope
from tracetui.domain.rows import DeploymentEntry, ModelEntry, ScopeChoices, StoreState
from tracetui.store import spans
from tracetui.store.connection import StoreConnection
from tracetui.store.scopes import FOREVER, model_id_of, resolve

_TYPES = (ModelType.FINE_TUNED, ModelType.OPEN_SOURCE, ModelType.EXTERNAL)

_MODELS = """
SELECT m.type, m.name, m.base_model,
       (SELECT coalesce(sum(s.requests), 0) FROM routes AS r JOIN sums_by_day AS s ON s.route_id = r.id
        WHERE r.model_id = m.id),
       (SELECT min(executed_at) FROM traces INDEXED BY traces_by_time WHERE model_id = m.id),
       (SELECT max(executed_at) FROM traces INDEXED BY traces_by_time WHERE model_id = m.id)
FROM models AS m
"""

_DECLARED = """
SELECT name, deployed_at, max(coalesce(undeployed_at, :forever)), group_concat(DISTINCT nullif(hardware, ''))
FROM deployments WHERE model_id = :model GROUP BY name, deployed_at
"""


class _Route(NamedTuple):
    deployment: str
    version: str
    connection: str
    requests: int


def models(db: sqlite3.Connection) -> tuple[ModelEntry, ...]:
    """Every model: fine-tuned, open-source, external, by name within a type."""
    entries = [
        ModelEntry(ModelRef(ModelType(type), name), *others) for type, name, *others in db.execute(_MODELS)
    ]
    return tuple(sorted(entries, key=lambda entry: (_TYPES.index(entry.ref.type), natural(entry.ref.name))))


def scope_choices(db: sqlite3.Connection, model: ModelRef) -> ScopeChoices:
    """By what a model can be narrowed.

    Raises:
        QueryError: There is no such model.
    """
    model_id = model_id_of(db, model)
    routes = [
        _Route(*row)
        for row in db.execute(
            "SELECT deployment, version, connection,"
            " (SELECT coalesce(sum(requests), 0) FROM sums_by_day WHERE route_id = routes.id)"
            " FROM routes WHERE model_id = ?",
            (model_id,),
        )
    ]
    declared = db.execute("SELECT version FROM deployments WHERE model_id = ?", (model_id,))
    versions = {route.version for route in routes} | {version for (version,) in declared}
    return ScopeChoices(
        deployments=_deployments(db, model, model_id, routes) if model.type.is_hosted else (),
        versions=_newest_first(versions) if model.type.is_hosted else (),
        connections=_connections(db, model_id, routes),
    )


def store_state(db: StoreConnection) -> StoreState:
    """What the store is."""
    (traces,) = db.execute("SELECT coalesce(sum(requests), 0) FROM sums_by_day").fetchone()
    (models,) = db.execute("SELECT count(*) FROM models").fetchone()
    written = db.execute("SELECT value FROM store_facts WHERE key = 'last_write_us'").fetchone()
    return StoreState(
        traces=traces,
        models=models,
        is_read_only=db.is_read_only or not os.access(db.path, os.W_OK),
        last_write_us=None if written is None else int(written[0]),
    )


def natural(text: str) -> list[tuple[bool, int, str]]:
    """What names are sorted by: runs of digits as numbers, so that v10 comes after v9."""
    parts = re.split(r"([0-9]+)", text.casefold())
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts if part]


def _deployments(
    db: sqlite3.Connection, model: ModelRef, model_id: int, routes: list[_Route]
) -> tuple[DeploymentEntry, ...]:
    """The deployments that records declare and those that only traces name, newest first."""
    rows = db.execute(_DECLARED, {"model": model_id, "forever": FOREVER.end_us}).fetchall()
    declared = {name for name, *_ in rows}
    rows += [(name, None, FOREVER.end_us, None) for name in {route.deployment for route in routes} - declared]
    entries = [
        DeploymentEntry(
            name=name,
            deployed_at_us=deployed_at,
            undeployed_at_us=None if undeployed_at == FOREVER.end_us else undeployed_at,
            versions=_versions_of(db, model_id, name, deployed_at, routes),
            hardware=hardware,
            requests=_requests_of(db, model, name, deployed_at),
        )
        for name, deployed_at, undeployed_at, hardware in rows
        if name
    ]
    # Those whose time is not known stand last.
    return tuple(sorted(entries, key=lambda entry: (-(entry.deployed_at_us or -1), natural(entry.name))))


def _versions_of(
    db: sqlite3.Connection, model_id: int, name: str, deployed_at: int | None, routes: list[_Route]
) -> tuple[str, ...]:
    """The versions that a deployment's records name; where they name none, those that traces name."""
    declared = db.execute(
        "SELECT version FROM deployments WHERE model_id = ? AND name = ? AND deployed_at IS ? AND version != ''",
        (model_id, name, deployed_at),
    ).fetchall()
    if declared:
        return _newest_first(version for (version,) in declared)
    return _newest_first(route.version for route in routes if route.deployment == name)


def _requests_of(db: sqlite3.Connection, model: ModelRef, name: str, deployed_at: int | None) -> int:
    """The requests that narrowing to a deployment shows, over all time."""
    scoped = resolve(db, Scope(model, DeploymentRef(name, deployed_at)), FOREVER)
    return spans.sums(db, scoped.routes, scoped.within).requests


def _connections(db: sqlite3.Connection, model_id: int, routes: list[_Route]) -> tuple[str, ...]:
    """The default one first: the one marked so, else the one most used; then by use."""
    used: defaultdict[str, int] = defaultdict(int)
    marked: set[str] = set()
    for route in routes:
        used[route.connection] += route.requests
    for name, is_default in db.execute("SELECT name, is_default FROM connections WHERE model_id = ?", (model_id,)):
        used[name] += 0
        if is_default:
            marked.add(name)
    used.pop("", None)
    return tuple(sorted(used, key=lambda name: (name not in marked, -used[name], natural(name))))


def _newest_first(versions: Iterable[str]) -> tuple[str, ...]:
    """Versions without repeats, the highest number first; '' (unknown) is none."""
    return tuple(sorted({version for version in versions if version}, key=natural, reverse=True))
