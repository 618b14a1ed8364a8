"""One demo, made once for all tests of a process: the default one, seen on a Thursday noon."""

from functools import cache

from tests.fakes import NOON_US
from tracetui.demo import job
from tracetui.demo.account import DAY_US
from tracetui.domain.ports import Record
from tracetui.domain.trace import Status, Trace

HOUR_US = DAY_US // 24
MONDAY_US = NOON_US - NOON_US % DAY_US - 3 * DAY_US
"""Midnight of the Monday of the week of NOON_US, which is a Thursday."""


@cache
def records() -> list[Record]:
    """Every record of the demo."""
    return list(job.records(job.order(NOON_US)))


@cache
def traces() -> list[Trace]:
    """Its traces."""
    return [record for record in records() if isinstance(record, Trace)]


def of_model(name: str) -> list[Trace]:
    """Its traces of one model."""
    return [trace for trace in traces() if trace.model == name]


def of_kind(kind: type) -> list[Record]:
    """Its records of one kind."""
    return [record for record in records() if isinstance(record, kind)]


def failed_share(some: list[Trace]) -> float:
    """How many of some traces failed, 0 to 1."""
    return sum(trace.status is Status.FAILED for trace in some) / len(some)
