"""Replicas over time: which deployments are up at each moment, on what, and with how many replicas.

A change of replicas belongs to the deployment that was up at its moment (of several the one of its version, then
the youngest), or where none was, to the next of that name: replicas start before a deployment is said to be up.
What a deployment had in an earlier life says nothing of a later one.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tracetui.domain.analytics import Replicas, ReplicasQuery, ReplicaStep, Running
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period
from tracetui.domain.queries import Scope
from tracetui.store.lives import Life, is_same_version, lives
from tracetui.store.scopes import model_id_of

_CHANGES = """
WITH before AS (
    SELECT deployment, version, max(CASE WHEN at <= :start THEN at END) AS at
    FROM replica_changes WHERE model_id = :model GROUP BY deployment, version
)
SELECT c.at, c.deployment, c.version, c.replicas, c.hardware
FROM before AS b JOIN replica_changes AS c
    ON c.model_id = :model AND c.deployment = b.deployment AND c.version = b.version
WHERE c.at >= coalesce(b.at, 0) AND c.at < :end
ORDER BY c.at, c.deployment, c.version
"""


class _Change(NamedTuple):
    """From this moment, so many replicas of a deployment's version."""

    at_us: int
    name: str
    version: str
    replicas: int
    hardware: str | None


class _Event(NamedTuple):
    """From this moment a deployment is seen so; None: it is down."""

    at_us: int
    place: int
    """Which of the deployments."""
    running: Running | None


def replicas(db: sqlite3.Connection, query: ReplicasQuery) -> Replicas:
    """Answer a `ReplicasQuery`.

    Raises:
        QueryError: There is no such model or deployment.
    """
    scope, within = query.scope, query.within
    model_id = model_id_of(db, scope.model)
    wanted = frozenset(lives(db, scope))
    if within.start_us >= within.end_us:
        return Replicas((), ())
    if not scope.model.type.is_hosted:
        return Replicas((ReplicaStep(within.start_us, ()),), ())
    # Of the whole model: a change that leaves the version open may be that of a deployment not asked for.
    every = sorted(lives(db, Scope(scope.model)), key=lambda life: (life.name, life.version, life.period))
    changes: dict[int, list[_Change]] = {}
    for found in db.execute(_CHANGES, {"model": model_id, "start": within.start_us, "end": within.end_us}):
        change = _Change(*found)
        if (place := _owner(change, every)) is not None and change.version in (
            "",
            scope.version or change.version,
        ):
            changes.setdefault(place, []).append(change)
    events = [
        event
        for place, life in enumerate(every)
        if life in wanted and life.period.start_us < within.end_us and life.period.end_us > within.start_us
        for event in _events(place, life, changes.get(place, ()))
    ]
    steps = tuple(_steps(sorted(events, key=lambda event: event.at_us), within))
    hardware = dict.fromkeys(one.hardware for step in steps for one in step.running if one.hardware)
    return Replicas(steps, tuple(hardware))


def replicas_up(db: sqlite3.Connection, at_us: int) -> int | None:
    """Answer a `ReplicasUpQuery`."""
    known: list[int] = []
    hosted = db.execute("SELECT name, type FROM models WHERE type != ?", (ModelType.EXTERNAL,)).fetchall()
    for name, type_ in hosted:
        scope = Scope(ModelRef(ModelType(type_), name))
        steps = replicas(db, ReplicasQuery(scope, Period(at_us, at_us + 1))).steps
        known.extend(step.replicas for step in steps if step.replicas is not None)
    return sum(known) if known else None


def _owner(change: _Change, every: Sequence[Life]) -> int | None:
    """The place of the deployment that a change belongs to."""
    places = [
        place
        for place, life in enumerate(every)
        if life.name == change.name
        and is_same_version(life.version, change.version)
        and life.period.start_us < life.period.end_us
        and change.at_us < life.period.end_us
    ]
    up = [place for place in places if every[place].period.start_us <= change.at_us]
    if up:
        return max(up, key=lambda place: (every[place].version == change.version, every[place].period.start_us))
    return min(places, key=lambda place: every[place].period.start_us, default=None)


def _events(place: int, life: Life, changes: Sequence[_Change]) -> Iterator[_Event]:
    """What becomes of a deployment, from its start to its end; its changes are in the order of time."""
    start, end = life.period
    # A deployment whose own version is open may have several at once, each with replicas of its own.
    current: dict[str, int] = {}
    hardware = life.hardware

    def running() -> Running:
        versions = sorted(version for version, count in current.items() if count) or sorted(current)
        version = life.version or ", ".join(filter(None, versions))
        return Running(
            life.name, version or None, sum(current.values()) if current else None, hardware, life.max_replicas
        )

    yield _Event(start, place, running())
    for change in changes:
        current[life.version or change.version] = change.replicas
        hardware = change.hardware or hardware
        yield _Event(max(start, change.at_us), place, running())
    yield _Event(end, place, None)


def _steps(events: Sequence[_Event], within: Period) -> Iterator[ReplicaStep]:
    """What is up from each moment on at which that changes, beginning with the start of the period."""
    up: dict[int, Running] = {}
    at_us = within.start_us
    last: tuple[Running, ...] | None = None
    for event in events:
        moment = max(within.start_us, event.at_us)
        if moment >= within.end_us:
            break
        if moment > at_us:
            now = _in_order(up)
            if now != last:
                yield ReplicaStep(at_us, now)
            at_us, last = moment, now
        if event.running is None:
            up.pop(event.place, None)
        else:
            up[event.place] = event.running
    now = _in_order(up)
    if now != last:
        yield ReplicaStep(at_us, now)


def _in_order(up: dict[int, Running]) -> tuple[Running, ...]:
    return tuple(up[place] for place in sorted(up))
