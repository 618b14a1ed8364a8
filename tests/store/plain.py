"""The store's answers computed the slow way: lists, sorts and sums of plain traces, to compare with."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from tests.fakes import NOON_US, S, a_trace
from tracetui.cancel import Cancel
from tracetui.domain.catalogue import Deployment, ModelRef, ModelType
from tracetui.domain.periods import HOUR_US, MINUTE_US, Period
from tracetui.domain.ports import Record
from tracetui.domain.queries import Order, Position, Query, Scope
from tracetui.domain.trace import Status, Trace
from tracetui.store.reader import SqliteReader
from tracetui.store.writer import SqliteWriter

A = TypeVar("A")

DAY_US = 24 * HOUR_US
ALWAYS = Period(0, 1 << 52)
HOSTED = ModelRef(ModelType.OPEN_SOURCE, "m-1")
EXTERNAL = ModelRef(ModelType.EXTERNAL, "x-1")
DEPLOYED_US = tuple(NOON_US + days * DAY_US + 7 * MINUTE_US for days in (-1, 12, 25))
"""When `chat` was deployed for the first, the second and the third time."""


class Known(NamedTuple):
    """A trace and the id its row got."""

    id: int
    trace: Trace

    @property
    def position(self) -> Position:
        return Position(self.trace.executed_at_us, self.id, self.trace.response_time_us)


def fill(path: Path, *records: Record) -> None:
    """Write records into a store."""
    writer = SqliteWriter(path, now_us=lambda: NOON_US)
    writer.write(records)
    writer.close()


def a_reader(path: Path, *records: Record) -> SqliteReader:
    """A reader of a store of these records."""
    fill(path, *records)
    return SqliteReader(path)


def ask(reader: SqliteReader, query: Query[A]) -> A:
    """Read with nobody to cancel it."""
    return reader.read(query, Cancel())


def deployments() -> list[Deployment]:
    """`chat` three times, the first two of them down again; the second and third have a version."""
    ends = (*DEPLOYED_US[1:], None)
    versions = (None, "v2", "v10")
    return [
        Deployment("m-1", ModelType.OPEN_SOURCE, "chat", version, start, end)
        for version, start, end in zip(versions, DEPLOYED_US, ends, strict=True)
    ]


def random_traces(seed: int, count: int) -> list[Trace]:
    """Traces over 40 days in no order, with ties in time and in response time, and unknown ones.

    Version `v0-rare` is there only in the first three days, `v0-odd` now and then.
    """
    chance = random.Random(seed)
    return [_random_trace(chance, place, count) for place in range(count)]


def _random_trace(chance: random.Random, place: int, count: int) -> Trace:
    at_us = NOON_US + chance.randrange(40 * DAY_US)
    if chance.random() < 0.3:
        at_us = at_us // (6 * HOUR_US) * 6 * HOUR_US
    response_time_us = chance.choice(
        (None, 0, chance.randrange(3) * S, round(chance.lognormvariate(13, 1)), chance.randrange(5_000) * 1_000)
    )
    where: dict[str, str | None] = {"deployment": chance.choice(("chat", "chat", "batch"))}
    where["version"] = chance.choice(("v1", "v2", "v10", None)) if where["deployment"] == "chat" else None
    if chance.random() < 0.02:
        at_us, where["version"] = NOON_US + chance.randrange(3 * DAY_US), "v0-rare"
    elif chance.random() < 0.01:
        where["version"] = "v0-odd"
    if place % 10 == 0:
        where = {"model": "x-1", "connection": chance.choice(("eu", "us"))}
    return a_trace(
        f"req-{chance.randrange(count)}-{place}",
        executed_at_us=at_us,
        response_time_us=response_time_us,
        status=Status(chance.random() < 0.1),
        model_type=ModelType.EXTERNAL if place % 10 == 0 else ModelType.OPEN_SOURCE,
        **where,
    )


def chosen(known: Sequence[Known], scope: Scope, within: Period) -> list[Known]:
    """The traces of a scope and a period."""
    return [one for one in known if _is_of(one.trace, scope) and within[0] <= one.trace.executed_at_us < within[1]]


def _is_of(trace: Trace, scope: Scope) -> bool:
    if (trace.model_type, trace.model) != scope.model:
        return False
    if scope.version is not None and trace.version != scope.version:
        return False
    if scope.connection is not None and trace.connection != scope.connection:
        return False
    if scope.deployment is None:
        return True
    name, deployed_at_us = scope.deployment
    return trace.deployment == name and (deployed_at_us is None or _is_in_time_of(trace, deployed_at_us))


def _is_in_time_of(trace: Trace, deployed_at_us: int) -> bool:
    (deployment,) = (one for one in deployments() if one.deployed_at_us == deployed_at_us)
    end_us = deployment.undeployed_at_us or ALWAYS.end_us
    return deployed_at_us <= trace.executed_at_us < end_us and (
        deployment.version is None or trace.version in (deployment.version, None)
    )


def in_order(known: Sequence[Known], order: Order) -> list[Known]:
    """Sorted as the table shows them."""
    by_time = sorted(known, key=lambda one: (one.trace.executed_at_us, one.id), reverse=order is not Order.OLDEST)
    if order.by_time:
        return by_time
    timed = [one for one in known if one.trace.response_time_us is not None]
    untimed = [one for one in by_time if one.trace.response_time_us is None]
    timed.sort(
        key=lambda one: (one.trace.response_time_us, one.trace.executed_at_us, one.id),
        reverse=order is Order.SLOWEST,
    )
    return timed + untimed
