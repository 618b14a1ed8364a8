"""How many requests come in which hour: growth, week, day and night, and the few remarkable hours.

`Plan.counts` gives each lane (one version or connection of a model) a whole number of requests for each
hour, in order, without drawing them one by one: the running sum of the weights is rounded, so that
they add up to exactly as many as were asked for.
"""

import math
import random
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tracetui.demo.account import DAY_US, Connected, DemoModel, Moments, Served

HOUR_US = 3_600_000_000
QUIET_HOURS = 5
"""The night without any traffic at all, for maintenance."""
SPIKE_FACTOR = 6.0
"""How much slower the slow afternoon was."""
BURST_FACTOR = 5.0
"""How many more requests than in the busiest hour came while they failed: clients tried again."""
BURST_US = 45 * 60_000_000
BURST_FAILURE_RATE = 0.7

BY_HOUR = {
    # Requests by hour of the local day, of the busiest hour; a zero is a night without traffic.
    "always": (40, 35, 32, 30, 32, 38, 50, 62, 78, 90, 96, 100, 92, 96, 100, 98, 92, 84, 76, 70, 64, 58, 52, 46),
    "web": (10, 6, 4, 3, 4, 8, 20, 40, 64, 84, 96, 100, 90, 88, 92, 94, 90, 86, 84, 88, 82, 62, 40, 20),
    "office": (0, 0, 0, 0, 0, 0, 2, 18, 64, 96, 100, 94, 52, 76, 98, 92, 72, 34, 8, 2, 0, 0, 0, 0),
    "batch": (70, 100, 100, 96, 80, 30, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 8, 20, 40),
}
WEEKEND = {"always": 0.75, "web": 0.55, "office": 0.0, "batch": 0.4}


class Lane(NamedTuple):
    """Traffic that shares model, deployment, version and connection."""

    model: DemoModel
    served: Served | None
    connected: Connected | None
    start_us: int
    end_us: int
    """When it can have traffic; the end does not belong to it."""
    share: float


class Marked(NamedTuple):
    """The hours that are remarkable, as [start, end) in UTC microseconds."""

    quiet: tuple[int, int]
    """No traffic at all."""
    spike: tuple[int, int]
    """An afternoon on which support-bot and qwen-2.5-72b were slow."""
    burst: tuple[int, int]
    """Three quarters of an hour in which most requests to support-bot and openai-us failed."""


def marked_hours(moments: Moments) -> Marked:
    """When the remarkable things happened, seen from now."""
    today_us = moments.now_us // DAY_US * DAY_US
    # 1970-01-01 was a Thursday; Monday is 0.
    weekday = (today_us // DAY_US + 3) % 7
    last_sunday_us = today_us - (weekday + 1) * DAY_US
    quiet_us = last_sunday_us + HOUR_US
    spike_day_us = today_us - 3 * DAY_US
    if (weekday - 3) % 7 >= 5:
        spike_day_us -= ((weekday - 3) % 7 - 4) * DAY_US
    spike_us = spike_day_us + 13 * HOUR_US
    burst_us = (moments.now_us - 20 * HOUR_US) // HOUR_US * HOUR_US
    return Marked(
        (quiet_us, quiet_us + QUIET_HOURS * HOUR_US),
        (spike_us, spike_us + 4 * HOUR_US),
        (burst_us, burst_us + BURST_US),
    )


def lanes_of(models: Sequence[DemoModel], moments: Moments) -> list[Lane]:
    """Every lane of every model."""
    lanes = []
    for model in models:
        for served in model.served:
            start = served.first_days if served.first_days is not None else served.deployed_days
            end = moments.now_us if served.undeployed_days is None else moments.us(served.undeployed_days)
            lanes.append(Lane(model, served, None, moments.us(start), end, served.share))
        for connected in model.connected:
            start = moments.days if connected.added_days is None else connected.added_days
            lanes.append(Lane(model, None, connected, moments.us(start), moments.now_us, connected.share))
    return lanes


class Plan:
    """Which lane gets how many requests in which hour."""

    def __init__(self, lanes: Sequence[Lane], moments: Moments, traces: int, chance: random.Random) -> None:
        self.lanes = lanes
        self.marked = marked_hours(moments)
        self.first_hour = moments.start_us // HOUR_US
        self.hours = (moments.now_us - 1) // HOUR_US - self.first_hour + 1
        self._moments = moments
        self._traces = traces
        self._weights = self._weigh(chance)

    def span(self, hour: int, lane: Lane) -> tuple[int, int]:
        """The part of an hour (counted from the first) in which a lane can have traffic, in UTC us."""
        start = (self.first_hour + hour) * HOUR_US
        return max(start, lane.start_us), min(start + HOUR_US, lane.end_us)

    def counts(self) -> Iterator[tuple[int, int, int]]:
        """(hour, place of the lane, number of requests) in order of time, without zeros."""
        total = math.fsum(self._weights) or 1.0
        per_weight = self._traces / total
        lanes = len(self.lanes)
        summed, given = 0.0, 0
        for place, weight in enumerate(self._weights):
            if weight:
                summed += weight
                upto = min(self._traces, int(summed * per_weight + 0.5))
                if upto > given:
                    yield place // lanes, place % lanes, upto - given
                    given = upto
        if given < self._traces and self._weights:
            yield self.hours - 1, self._last_lane(), self._traces - given

    def _last_lane(self) -> int:
        """A lane that has traffic in the last hour: what rounding left over goes there."""
        return max(range(len(self.lanes)), key=lambda lane: (self.lanes[lane].end_us, self.lanes[lane].share))

    def _weigh(self, chance: random.Random) -> "array[float]":
        weights = array("d")
        noise = [math.exp(chance.gauss(0, 0.25)) for _ in range(1024)]
        bits = chance.getrandbits
        for hour in range(self.hours):
            shape = _Hour((self.first_hour + hour) * HOUR_US, self._moments, self.marked)
            spans = [self.span(hour, lane) for lane in self.lanes]
            # Lanes of a model that are up at the same time divide its traffic.
            shares: dict[int, float] = defaultdict(float)
            for lane, (start, end) in zip(self.lanes, spans, strict=True):
                if end > start:
                    shares[id(lane.model)] += lane.share
            for lane, (start, end) in zip(self.lanes, spans, strict=True):
                if end > start:
                    part = lane.share / shares[id(lane.model)]
                    weights.append(shape.weight(lane) * part * (end - start) * noise[bits(10)])
                else:
                    weights.append(0.0)
        return weights


class _Hour:
    """How busy an hour is for anybody."""

    def __init__(self, start_us: int, moments: Moments, marked: Marked) -> None:
        # Most users live one hour east of UTC.
        local = start_us // HOUR_US + 1
        is_weekend = (local // 24 + 3) % 7 >= 5
        age = (moments.now_us - start_us) / DAY_US
        growth = math.exp(-1.2 * age / moments.days) / HOUR_US
        self._factors = {
            name: growth * by_hour[local % 24] * (WEEKEND[name] if is_weekend else 1.0)
            for name, by_hour in BY_HOUR.items()
        }
        self._burst = growth * 100 * BURST_FACTOR if overlaps(marked.burst, start_us) else 0.0
        self._is_quiet = overlaps(marked.quiet, start_us)

    def weight(self, lane: Lane) -> float:
        """Requests to the model of a lane, in proportion to all others."""
        if self._is_quiet:
            return 0.0
        factor = self._factors[lane.model.profile.rhythm]
        if self._burst and is_hit(lane):
            factor = self._burst
        return lane.model.weight * factor


def overlaps(span: tuple[int, int], hour_start_us: int) -> bool:
    """Whether any of an hour is within a span."""
    return hour_start_us < span[1] and hour_start_us + HOUR_US > span[0]


def is_hit(lane: Lane) -> bool:
    """Whether the burst of failures hit a lane."""
    if lane.connected:
        return lane.connected.name == "openai-us"
    return lane.served is not None and lane.served.deployment == "support-bot-prod"


def is_slowed(lane: Lane) -> bool:
    """Whether the slow afternoon slowed a lane."""
    return lane.model.name in ("support-bot", "qwen-2.5-72b")
