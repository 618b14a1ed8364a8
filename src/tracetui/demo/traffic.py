"""All requests of the account in the order of time, made one after another: memory does not grow with them."""

import random
from collections.abc import Iterator
from itertools import groupby

from tracetui.demo.requests import Requests, Studio
from tracetui.demo.rhythm import SPIKE_FACTOR, Plan, is_hit, is_slowed
from tracetui.domain.trace import Trace

LATE_ONE_OF = 128
"""One of so many traces arrives late, by up to LATE_HOURS."""
LATE_HOURS = 6


def hours_of(plan: Plan, studio: Studio, chance: random.Random) -> Iterator[tuple[int, list[Trace]]]:
    """For each hour with traffic: its number, counted from the first, and its traces in order of time."""
    lanes = [_LaneTraffic(Requests(lane, place, studio), plan) for place, lane in enumerate(plan.lanes)]
    for hour, counts in groupby(plan.counts(), key=lambda count: count[0]):
        moments = []
        for _, place, count in counts:
            start, end = plan.span(hour, plan.lanes[place])
            # Whole milliseconds, so that a time is the same in any format.
            first, width = -(-start // 1000), (end - start) // 1000
            moments += [(first + int(chance.random() * width), place) for _ in range(count)]
        moments.sort()
        yield hour, [lanes[place].make(at_ms * 1000) for at_ms, place in moments]


class _LaneTraffic:
    """The requests of a lane under the conditions of their moment."""

    __slots__ = ("_burst", "_requests", "_spike")

    def __init__(self, requests: Requests, plan: Plan) -> None:
        never = (0, 0)
        self._requests = requests
        self._spike = plan.marked.spike if is_slowed(requests.lane) else never
        self._burst = plan.marked.burst if is_hit(requests.lane) else never

    def make(self, at_us: int) -> Trace:
        is_slow = self._spike[0] <= at_us < self._spike[1]
        in_burst = self._burst[0] <= at_us < self._burst[1]
        return self._requests.make(at_us, SPIKE_FACTOR if is_slow else 1.0, in_burst)


class LateArrivals:
    """Holds some traces back for a few hours, as a queue that was stuck does."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._held: list[tuple[int, Trace]] = []

    def pass_on(self, hour: int, traces: list[Trace]) -> list[Trace]:
        """What arrives in an hour: its own traces but the late ones, and those held back until now."""
        arrived = [trace for until, trace in self._held if until <= hour]
        self._held = [held for held in self._held if held[0] > hour]
        for trace in traces:
            if self._chance.getrandbits(7) == 0:
                self._held.append((hour + 1 + int(self._chance.random() * LATE_HOURS), trace))
            else:
                arrived.append(trace)
        return arrived

    def rest(self) -> list[Trace]:
        """Those that are still held."""
        held, self._held = self._held, []
        return [trace for _, trace in held]
