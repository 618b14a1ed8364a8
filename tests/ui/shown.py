"""What the dashboard has to say, put together the slow way: loops over the records, and words of its own."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from typing import NamedTuple

from tests.store import charts
from tracetui.domain.catalogue import Connection, CreditEntry, CreditKind, Deployment, FineTuningJob, ReplicaChange
from tracetui.domain.periods import Period
from tracetui.domain.ports import Record
from tracetui.domain.queries import Scope
from tracetui.domain.trace import Status, Trace

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FOREVER_US = 1 << 60
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Shown(NamedTuple):
    """A chart in words."""

    sums: str
    readouts: list[str]
    """At each place of the cursor, in the order of time."""
    limit: str = ""


class Slice(NamedTuple):
    """An hour or a day, and the requests in it."""

    start_us: int
    end_us: int
    traces: list[Trace]


class Clock(NamedTuple):
    """How moments are written."""

    zone: tzinfo
    by_hour: bool
    now_us: int

    def local(self, at_us: int) -> datetime:
        return (EPOCH + timedelta(microseconds=at_us)).astimezone(self.zone)

    def day(self, at_us: int) -> str:
        local = self.local(at_us)
        year = "" if local.year == self.local(self.now_us).year else f" {local.year}"
        return f"{local.day} {MONTHS[local.month - 1]}{year}"

    def minute(self, at_us: int) -> str:
        local = self.local(at_us)
        twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        offset = f"{local:%z}"
        return f"{self.day(at_us)} {local:%H:%M}" + (f" {offset[:3]}:{offset[3:5]}" if twice else "")

    def second(self, at_us: int) -> str:
        local = self.local(at_us)
        same_year = local.year == self.local(self.now_us).year
        return f"{self.day(at_us)} {local:%H:%M:%S}" if same_year else f"{self.day(at_us)} {local:%H:%M}"

    def name(self, at_us: int) -> str:
        return self.minute(at_us) if self.by_hour else self.day(at_us)


def ms(time_us: int | Fraction) -> str:
    """The nearest millisecond, halves up."""
    return f"{(2 * time_us + 1_000) // 2_000:,} ms"


def requests_of(number: int) -> str:
    return f"{number:,} request" if number == 1 else f"{number:,} requests"


def latency_by_request(clock: Clock, slices: Sequence[Slice], columns: int) -> list[str]:
    """The lowest and the highest request of each column."""
    start_us, end_us = slices[0].start_us, slices[-1].end_us
    found: dict[int, list[Trace]] = {}
    for trace in (trace for one in slices for trace in one.traces if trace.response_time_us is not None):
        found.setdefault((trace.executed_at_us - start_us) * columns // (end_us - start_us), []).append(trace)
    told = []
    for some in found.values():
        by_time = sorted(some, key=lambda one: (one.response_time_us, one.executed_at_us))
        ends = {"lowest": by_time[0], "highest": by_time[-1]}
        if len(some) == 1:
            ends = {"": by_time[0]}
        for which, one in ends.items():
            short = one.request_id if len(one.request_id) <= 24 else one.request_id[:23] + "…"
            of = f"  {which} of {len(some):,}" if which else ""
            words = f"{clock.second(one.executed_at_us)}  {short}  {ms(one.response_time_us or 0)}{of}"
            told.append((one.executed_at_us, words))
    return [words for _, words in sorted(told)]


def latency_by_day(clock: Clock, slices: Sequence[Slice]) -> list[str]:
    """The average of each day that has requests with a known response time."""
    told = []
    for one in slices:
        times = [trace.response_time_us for trace in one.traces if trace.response_time_us is not None]
        if times:
            average = ms(Fraction(sum(times), len(times)))
            told.append(f"{clock.name(one.start_us)}  average {average}  of {requests_of(len(times))}")
    return told


def requests(clock: Clock, slices: Sequence[Slice]) -> Shown:
    """Both counts of each hour or day that has any; the sums without credits."""
    counts = [(one.start_us, len(one.traces), failed(one.traces)) for one in slices]
    every, bad = sum(all for _, all, _ in counts), sum(failed for _, _, failed in counts)
    return Shown(
        f"{every:,}  ✓ {every - bad:,} ──  ✗ {bad:,} ╌╌",
        [
            f"{clock.name(at_us)}  ✓ {all - bad_here:,} of {every - bad:,}  ✗ {bad_here:,} of {bad:,}"
            for at_us, all, bad_here in counts
            if all
        ],
    )


def failed(traces: Iterable[Trace]) -> int:
    return sum(trace.status is Status.FAILED for trace in traces)


def tokens(clock: Clock, slices: Sequence[Slice]) -> Shown:
    """Input and output of each hour or day in which any are known."""
    sums = [
        (one.start_us, known(one.traces, "input_tokens"), known(one.traces, "output_tokens")) for one in slices
    ]
    every = [trace for one in slices for trace in one.traces]
    given, made = known(every, "input_tokens"), known(every, "output_tokens")
    both = None if given is None and made is None else (given or 0) + (made or 0)
    return Shown(
        f"{count(both)}  █ in {count(given)}  █ out {count(made)}",
        [
            f"{clock.name(at_us)}  in {count(given)}  out {count(made)}"
            for at_us, given, made in sums
            if given is not None or made is not None
        ],
    )


def known(traces: Iterable[Trace], field: str) -> int | None:
    told = [value for value in (getattr(trace, field) for trace in traces) if value is not None]
    return sum(told) if told else None


def count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


class Up(NamedTuple):
    """A deployment at a moment."""

    name: str
    version: str | None
    replicas: int | None
    hardware: str | None
    most: int | None


class Hosting:
    """The deployments of a scope, and what their replicas were."""

    def __init__(self, records: Sequence[Record], scope: Scope) -> None:
        self.deployments = sorted(
            (one for one in charts.of_kind(records, Deployment) if _is_of(one, scope)),
            key=lambda one: (one.name, one.version or "", one.deployed_at_us or 0),
        )
        self.changes: dict[tuple[str, str | None], list[ReplicaChange]] = {}
        for change in sorted(charts.of_kind(records, ReplicaChange), key=lambda one: one.at_us):
            if (change.model_type, change.model) == scope.model:
                self.changes.setdefault((change.deployment, change.version), []).append(change)

    def up_at(self, at_us: int) -> list[Up]:
        found = []
        for one in self.deployments:
            if (one.deployed_at_us or 0) <= at_us < (one.undeployed_at_us or FOREVER_US):
                changes = self.changes.get((one.name, one.version), [])
                place = bisect_right(changes, at_us, key=lambda change: change.at_us)
                last = changes[place - 1] if place else None
                if last is not None and last.at_us < (one.deployed_at_us or 0):
                    last = None
                hardware = (last.hardware if last else None) or one.hardware
                found.append(
                    Up(one.name, one.version, last.replicas if last else None, hardware, one.max_replicas)
                )
        return found

    def moments(self) -> set[int]:
        """When anything may have changed."""
        ends = {end for one in self.deployments for end in (one.deployed_at_us, one.undeployed_at_us) if end}
        return ends | {change.at_us for some in self.changes.values() for change in some}


def _is_of(one: Deployment, scope: Scope) -> bool:
    chosen = scope.deployment
    return (
        (one.model_type, one.model) == scope.model
        and scope.version in (None, one.version)
        and (chosen is None or (chosen.name == one.name and chosen.deployed_at_us in (None, one.deployed_at_us)))
    )


def scaling(clock: Clock, slices: Sequence[Slice], hosting: Hosting) -> Shown:
    """Replicas at each change and at the begin of each hour or day."""
    start_us, end_us = slices[0].start_us, min(slices[-1].end_us, clock.now_us)
    moments = {start_us, *(one.start_us for one in slices), *hosting.moments()}
    told, kinds, most = [], dict[str, None](), list[int]()
    before: list[Up] | None = None
    begins = {one.start_us for one in slices}
    for at_us in sorted(moment for moment in moments if start_us <= moment < end_us):
        up = hosting.up_at(at_us)
        if up != before or at_us in begins:
            kinds |= dict.fromkeys(one.hardware for one in up if one.hardware)
            if up and all(one.most is not None for one in up):
                most.append(sum(one.most or 0 for one in up))
            if up:
                told.append(f"{clock.minute(at_us)}  {replicas(up)}")
        before = up
    words = "Multiple Hardware" if len(kinds) > 1 else "".join(kinds)
    limit = f"max {max(most):,}" if clock.by_hour and most else ""
    return Shown(f"replicas  {words}".strip(), told, limit)


def replicas(up: Sequence[Up]) -> str:
    """`12 replicas  v3 6 · v3.1 6  A100, H100`"""
    told = [one.replicas for one in up if one.replicas is not None]
    number = sum(told) if told else None
    by_version: dict[str, list[int]] = {}
    for one in up:
        some = by_version.setdefault(one.version or one.name, [])
        some += [] if one.replicas is None else [one.replicas]
    versions = [f"{name} {count(sum(some) if some else None)}" for name, some in by_version.items()]
    hardware = ", ".join(dict.fromkeys(one.hardware or "–" for one in up))
    named = " · ".join(versions) if len(by_version) > 1 else next(iter(by_version))
    return f"{count(number)} {'replica' if number == 1 else 'replicas'}  {named}  {hardware}"


def spans_up(records: Sequence[Record], scope: Scope, hosting: Hosting) -> list[tuple[int, int]]:
    """When each deployment of a scope was up, or each connection there."""
    if not scope.model.type.is_hosted:
        return [(start_us, FOREVER_US) for start_us in connected(records, scope)]
    return [(one.deployed_at_us or 0, one.undeployed_at_us or FOREVER_US) for one in hosting.deployments]


def is_idle(spans: Sequence[tuple[int, int]], within: Period, now_us: int) -> bool:
    """Whether at any moment up to now nothing was up."""
    at_us, end_us = within.start_us, min(within.end_us, now_us)
    if not any(start < within.end_us and end > within.start_us for start, end in spans):
        return True
    for start, end in sorted(spans):
        if start > at_us:
            break
        at_us = max(at_us, end)
    return at_us < end_us


def connected(records: Sequence[Record], scope: Scope) -> list[int]:
    """When each connection of a scope was added; else its first trace."""
    added = {
        one.name: one.added_at_us
        for one in charts.of_kind(records, Connection)
        if one.model == scope.model.name and one.added_at_us is not None
    }
    for trace in charts.traces_of(records, Scope(scope.model)):
        if trace.connection not in added or trace.connection is None:
            name = trace.connection or ""
            added[name] = min(added.get(name, FOREVER_US), trace.executed_at_us)
    return [at_us for name, at_us in added.items() if scope.connection in (None, name)]


def credits_each(
    entries: Sequence[CreditEntry], scope: Scope, hosting: Hosting, within: Period, answered: int
) -> Fraction | None:
    """What each successful request cost; None where there is none."""
    life = Period(0, FOREVER_US)
    if scope.deployment is not None and scope.deployment.deployed_at_us is not None:
        ends = [one.undeployed_at_us or FOREVER_US for one in hosting.deployments]
        life = Period(scope.deployment.deployed_at_us, max(ends))
    inside = Period(max(within.start_us, life.start_us), min(within.end_us, life.end_us))

    def is_meant(entry: CreditEntry) -> bool:
        return (
            (entry.model_type, entry.model) == scope.model
            and (scope.deployment is None or entry.deployment == scope.deployment.name)
            and scope.version in (None, entry.version)
        )

    if not answered:
        return None
    return charts.credits_of(entries, CreditKind.DEPLOYMENT, inside, is_meant) / answered / 1_000_000


def cards(records: Sequence[Record], within: Period) -> tuple[Fraction, Fraction, str, str]:
    """The two sums of credits, in units, and the two counts."""
    every: Callable[[CreditEntry], bool] = lambda _: True  # noqa: E731
    deployed = {
        (one.model_type, one.model)
        for one in charts.of_kind(records, Deployment)
        if (one.deployed_at_us or 0) < within.end_us and (one.undeployed_at_us or FOREVER_US) > within.start_us
    }
    tuned = {
        one.model
        for one in charts.of_kind(records, FineTuningJob)
        if one.status != "failed"
        and one.completed_at_us is not None
        and within.start_us <= one.completed_at_us < within.end_us
    }
    spent, tuning = (
        charts.credits_of(records, kind, within, every) / 1_000_000
        for kind in (CreditKind.DEPLOYMENT, CreditKind.FINE_TUNING)
    )
    return spent, tuning, f"{len(deployed):,}", f"{len(tuned):,}"


def is_rounded(shown: str, exact: Fraction, slack: Fraction) -> bool:
    """Whether a number as it is shown is the exact one, rounded to the decimals that are shown.

    Args:
        shown: `12,480.5`; zeros at its end may have been left out, but no digit that counts.
        exact: What it has to be.
        slack: What the store rounds by itself: each entry that reaches out of a period to a millionth.
    """
    decimals = (
        1 if exact >= 10 else 2 if exact >= 1 else next((n + 2 for n in range(6) if exact * 10 ** (n + 1) >= 1), 6)
    )
    step = Fraction(1, 10 ** min(6, decimals))
    return abs(Fraction(shown.replace(",", "")) - exact) <= step / 2 + slack
