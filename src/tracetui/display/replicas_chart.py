"""Model Scaling and Usage: replicas over time, and the hardware that they run on (A19 to A22)."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from tracetui.display.chart_frame import Frame
from tracetui.display.chart_spec import ChartSpec, Limit, Point, Series, Shape, Stop, Word
from tracetui.display.formatting import UNKNOWN, format_count
from tracetui.display.sanitise import Safe, safe_line
from tracetui.domain.analytics import Replicas, ReplicaStep, Running
from tracetui.domain.periods import Period

COLOUR = "series-1"


def replicas_chart(frame: Frame, answer: Replicas) -> ChartSpec:
    """A step graph, up to now; on a single day with the maximum as a red line."""
    end_us = max(frame.within.start_us, min(frame.within.end_us, frame.now_us))
    steps = [step for step in answer.steps if step.at_us < end_us]
    stops = _stops(frame, steps, end_us)
    most = answer.max_replicas if frame.is_by_hour else None
    return ChartSpec(
        frame.within,
        frame.zone,
        (Series(Safe("replicas"), COLOUR, _points(steps, end_us), Shape.STEPS, is_area=True),),
        stops=stops,
        idle=frame.idle,
        limit=Limit(most, Safe(f"max {format_count(most)}"), "error") if most is not None and stops else None,
        words=() if stops else frame.why_empty(),
    )


class OfAccount(NamedTuple):
    """Replicas over all deployments of the account."""

    up: int | None
    limit: int


def replicas_sums(answer: Replicas, of_account: OfAccount | None = None) -> tuple[Word, ...]:
    """The hardware, as the title names it; and how much of the account's limit is in use, where that is known."""
    return (*_hardware(answer), *(_of_account(of_account) if of_account is not None else ()))


def _of_account(found: OfAccount) -> tuple[Word, ...]:
    is_used_up = found.up is not None and found.up >= found.limit
    words = f"{format_count(found.up)} of {format_count(found.limit)}"
    return (
        Word(Safe("  account "), "dim"),
        Word(Safe(words), "error" if is_used_up else "foreground", is_strong=True),
    )


def _hardware(answer: Replicas) -> tuple[Word, ...]:
    unit = Word(Safe("replicas  "), "dim", weight=2)
    if len(answer.hardware) > 1:
        return (unit, Word(Safe("Multiple Hardware"), is_strong=True))
    return (unit, Word(safe_line(answer.hardware[0]))) if answer.hardware else (unit,)


def _points(steps: list[ReplicaStep], end_us: int) -> tuple[Point, ...]:
    points: list[Point] = []
    for step in steps:
        if step.replicas is None and points:
            # The line goes on to the moment at which the replicas went.
            points.append(Point(step.at_us, points[-1].value))
        points.append(Point(step.at_us, step.replicas))
    if points:
        points.append(Point(end_us, points[-1].value))
    return tuple(points)


def _stops(frame: Frame, steps: list[ReplicaStep], end_us: int) -> tuple[Stop, ...]:
    """One at each change and one at the begin of each hour or day, where anything is up."""
    changes = [step.at_us for step in steps]
    begins = [bucket.start_us for bucket in frame.buckets if bucket.start_us < end_us]
    moments = sorted({*changes, *begins, end_us})
    # The first is the state in which the period begins, no change.
    turns = set(changes[1:])
    stops = []
    for at_us, next_us in pairwise(moments):
        step = steps[max(0, bisect_right(changes, at_us) - 1)] if steps else None
        if step is not None and step.running:
            stops.append(_stop(frame, step, Period(at_us, next_us), is_change=at_us in turns))
    return tuple(stops)


def _stop(frame: Frame, step: ReplicaStep, within: Period, *, is_change: bool) -> Stop:
    words = [Word(frame.minute_of(within.start_us), "dim"), Word(Safe("  "))]
    replicas = format_count(step.replicas)
    words.append(Word(Safe(f"{replicas} {'replica' if step.replicas == 1 else 'replicas'}"), is_strong=True))
    words.append(Word(Safe(f"  {_by_version(step.running)}")))
    hardware = dict.fromkeys(safe_line(one.hardware) if one.hardware else UNKNOWN for one in step.running)
    words.append(Word(Safe(f"  {', '.join(hardware)}"), "dim"))
    values = () if step.replicas is None else (step.replicas,)
    return Stop(within.start_us, tuple(words), is_change, (frame.behind(within),), values)


def _by_version(running: Sequence[Running]) -> Safe:
    """`v3`; of several `v3 8 · v2 7`. A deployment without a version goes by its name."""
    found: dict[Safe, list[Running]] = {}
    for one in running:
        found.setdefault(safe_line(one.version or one.deployment), []).append(one)
    if len(found) == 1:
        return next(iter(found))
    parts = []
    for name, same in found.items():
        known = [one.replicas for one in same if one.replicas is not None]
        parts.append(f"{name} {format_count(sum(known) if known else None)}")
    return Safe(" · ".join(parts))
