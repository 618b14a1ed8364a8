"""Making the demo: what is asked for, as records in order of time, and into a writer.

Decided here: what a demo of a given size is like when nothing else is said.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tracetui.cancel import Cancel, Progress
from tracetui.demo import account, hosting, rhythm, roster, specials, traffic
from tracetui.demo.requests import Requests, Studio
from tracetui.domain.ports import Record, Writer
from tracetui.domain.trace import Trace

VERSION = 1
"""Of what the demo makes: raised when the same order would give other records."""
TRACES = 20_000
DAYS = 120
YEAR_DAYS = 365
MANY = 100_000
"""From so many traces on a demo is for measuring: a year of traffic, and no very large payloads."""
FEWEST_DAYS = 30
MOST_DAYS = 3_650
BATCH = 2_000
BATCH_BYTES = 16_000_000
_FEW = 500
"""A demo of fewer traces has no very large payloads: they would be most of it."""


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """What is asked for. The same order gives the same records, byte for byte."""

    now_us: int
    """When the demo ends."""
    traces: int = TRACES
    """Exactly so many are made."""
    seed: int = 1
    days: int = DAYS
    """30 to 3,650."""
    text_bytes: int | None = None
    """Mean of input and output together; None: lifelike, from a word to some pages."""
    has_large: bool = True
    """Whether some payloads are of 1 and 10 MB."""


def order(
    now_us: int,
    traces: int = TRACES,
    seed: int = 1,
    days: int | None = None,
    text_bytes: int | None = None,
) -> DemoOrder:
    """An order, with what was not said filled in from its size."""
    is_many = traces >= MANY
    return DemoOrder(
        now_us,
        traces,
        seed,
        days if days is not None else YEAR_DAYS if is_many else DAYS,
        text_bytes,
        has_large=text_bytes is None and _FEW <= traces < MANY,
    )


def records(wanted: DemoOrder) -> Iterator[Record]:
    """Every record of a demo: what the account has, then what happened, in order of arrival.

    Memory does not grow with the number of traces.
    """
    at = account.Moments(wanted.now_us, wanted.days)
    models = roster.models_of(at)
    yield from hosting.declared(models, at)
    yield from hosting.fine_tuned(models, at)

    lanes = rhythm.lanes_of(models, at)
    studio = Studio(random.Random(f"{wanted.seed}/texts"), wanted.text_bytes)
    chance = random.Random(f"{wanted.seed}/traffic")
    made = _specials(wanted, at, lanes, studio)
    plan = rhythm.Plan(lanes, at, wanted.traces - sum(map(len, made.values())), chance)
    known = _by_hour(hosting.hosted(models, at, chance))
    late = traffic.LateArrivals(chance)
    happened = traffic.hours_of(plan, studio, chance)
    ahead = next(happened, None)
    for hour in range(plan.hours):
        yield from known.pop(plan.first_hour + hour, ())
        yield from made.pop(plan.first_hour + hour, ())
        traces: list[Trace] = []
        if ahead is not None and ahead[0] == hour:
            traces = ahead[1]
            ahead = next(happened, None)
        yield from late.pass_on(hour, traces)
    yield from late.rest()
    for rest in (known, made):
        for left in rest.values():
            yield from left


def _specials(
    wanted: DemoOrder, at: account.Moments, lanes: list[rhythm.Lane], studio: Studio
) -> dict[int, list[Record]]:
    """The special traces by their hour; fewer where the demo is smaller than they are many."""
    chance = random.Random(f"{wanted.seed}/specials")
    place = next(n for n, lane in enumerate(lanes) if lane.served and lane.served.version == "v3")
    bot = Requests(lanes[place], place, studio)
    made = specials.specials(bot, at, chance, with_large=wanted.has_large)
    return _by_hour((trace.executed_at_us, trace) for trace, _ in zip(made, range(wanted.traces), strict=False))


def _by_hour(timed: Iterator[tuple[int, Record]]) -> dict[int, list[Record]]:
    by_hour = defaultdict(list)
    for at_us, record in timed:
        by_hour[at_us // rhythm.HOUR_US].append(record)
    return dict(sorted(by_hour.items()))


def build(wanted: DemoOrder, writer: Writer, cancel: Cancel, report: Callable[[Progress], None]) -> None:
    """Write a demo, in batches; tells after each how many traces are in.

    Raises:
        Cancelled: `cancel` was set; part of the demo was written.
        StoreError: The store could not be written.
    """
    batch: list[Record] = []
    size_bytes = done = 0
    for record in records(wanted):
        batch.append(record)
        if isinstance(record, Trace):
            done += 1
            size_bytes += len(record.raw)
        if len(batch) >= BATCH or size_bytes >= BATCH_BYTES:
            cancel.raise_if_set()
            writer.write(batch)
            batch, size_bytes = [], 0
            if done < wanted.traces:
                report(Progress(done, wanted.traces, "traces"))
    cancel.raise_if_set()
    if batch:
        writer.write(batch)
    report(Progress(done, wanted.traces, "traces"))
