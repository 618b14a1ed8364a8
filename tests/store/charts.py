"""Every number of a chart computed the slow way: loops over the records as they came in, to compare with."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from typing import TypeVar
from zoneinfo import ZoneInfo

from tracetui.demo import job
from tracetui.domain.catalogue import CreditEntry, CreditKind, Deployment, ModelRef, ModelType
from tracetui.domain.periods import (
    CustomDays,
    Period,
    PeriodChoice,
    Preset,
    days_of,
    hours_of,
    is_by_hour,
    resolve,
)
from tracetui.domain.ports import Record
from tracetui.domain.queries import DeploymentRef, Scope
from tracetui.domain.trace import Status, Trace

NOW_US = 1_795_183_423_456_789
"""2026-11-20 14:03:43 UTC: the clock changes of spring and autumn lie in the year before it."""

BERLIN, NEW_YORK, KATHMANDU = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kathmandu"))

R = TypeVar("R")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def days(*, first: str, last: str) -> CustomDays:
    """A custom range, by its first and last day as 2026-11-03."""
    return CustomDays(datetime.fromisoformat(first).date(), datetime.fromisoformat(last).date())


CHOICES: tuple[PeriodChoice, ...] = (
    Preset.HOURS_24,
    Preset.TODAY,
    days(first="2026-11-12", last="2026-11-12"),
    Preset.DAYS_7,
    Preset.DAYS_30,
    Preset.DAYS_90,
    Preset.THIS_MONTH,
    Preset.LAST_MONTH,
    Preset.THIS_YEAR,
    Preset.LAST_YEAR,
    days(first="2026-05-03", last="2026-05-19"),
    # Clocks are put forward and back: in Berlin, then in New York; as one day by hours, and inside a week.
    days(first="2026-03-29", last="2026-03-29"),
    days(first="2026-10-25", last="2026-10-25"),
    days(first="2026-03-08", last="2026-03-08"),
    days(first="2026-11-01", last="2026-11-01"),
    days(first="2026-03-26", last="2026-04-01"),
    days(first="2026-10-22", last="2026-10-28"),
)

_BOT = ModelRef(ModelType.FINE_TUNED, "support-bot")
_QWEN = ModelRef(ModelType.OPEN_SOURCE, "qwen-2.5-72b")
_GPT = ModelRef(ModelType.EXTERNAL, "gpt-4o")

SCOPES = (
    Scope(_BOT),
    Scope(_BOT, DeploymentRef("support-bot-prod")),
    Scope(_BOT, DeploymentRef("support-bot-prod"), "v2"),
    Scope(_BOT, None, "v3.1"),
    Scope(_QWEN),
    Scope(_QWEN, DeploymentRef("qwen-72b-shared"), "2025-01"),
    Scope(ModelRef(ModelType.FINE_TUNED, "intent-classifier"), DeploymentRef("intent-us")),
    Scope(_GPT),
    Scope(_GPT, connection="openai-eu"),
    Scope(ModelRef(ModelType.EXTERNAL, "gpt-4o-mini")),
)


def demo_records() -> list[Record]:
    """400 days of all three model types: names deployed again, versions, gaps, connections."""
    return list(job.records(job.DemoOrder(NOW_US, traces=4_000, seed=2, days=400, text_bytes=60, has_large=False)))


def buckets_of(choice: PeriodChoice, zone: tzinfo, now_us: int = NOW_US) -> tuple[Period, ...]:
    """The hours or days that the screen asks for."""
    within = resolve(choice, now_us, zone)
    return hours_of(within, zone) if is_by_hour(within, zone) else days_of(within, zone)


def bucketed(
    traces: Sequence[Trace], choice: PeriodChoice, zone: tzinfo, now_us: int = NOW_US
) -> list[list[Trace]]:
    """The traces of each bucket, told by the clock on the wall and not by the bucket's borders."""
    within = resolve(choice, now_us, zone)
    by_hour = is_by_hour(within, zone)
    found: dict[object, list[Trace]] = {
        _on_the_wall(bucket.start_us, zone, by_hour=by_hour): [] for bucket in buckets_of(choice, zone, now_us)
    }
    for trace in traces:
        if within.start_us <= trace.executed_at_us < within.end_us:
            found[_on_the_wall(trace.executed_at_us, zone, by_hour=by_hour)].append(trace)
    return list(found.values())


def _on_the_wall(at_us: int, zone: tzinfo, *, by_hour: bool) -> object:
    """The day, or the day, hour and offset: an hour that comes twice is two."""
    local = (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
    return (local.date(), local.hour, local.utcoffset()) if by_hour else local.date()


def traces_of(records: Sequence[Record], scope: Scope) -> list[Trace]:
    """The traces of a scope at any time; of a chosen deployment, while it was up."""
    found = [record for record in records if isinstance(record, Trace)]
    found = [trace for trace in found if (trace.model_type, trace.model) == scope.model]
    if scope.version is not None:
        found = [trace for trace in found if trace.version == scope.version]
    if scope.connection is not None:
        found = [trace for trace in found if trace.connection == scope.connection]
    if scope.deployment is None:
        return found
    name, deployed_at_us = scope.deployment
    found = [trace for trace in found if trace.deployment == name]
    if deployed_at_us is None:
        return found
    chosen = [
        one for one in of_kind(records, Deployment) if (one.name, one.deployed_at_us) == (name, deployed_at_us)
    ]
    return [trace for trace in found if any(_is_of(trace, deployment) for deployment in chosen)]


def _is_of(trace: Trace, deployment: Deployment) -> bool:
    end_us = deployment.undeployed_at_us or NOW_US * 2
    return (deployment.deployed_at_us or 0) <= trace.executed_at_us < end_us and (
        deployment.version is None or trace.version in (None, deployment.version)
    )


def of_kind(records: Sequence[Record], kind: type[R]) -> list[R]:
    """The records of a kind."""
    return [record for record in records if isinstance(record, kind)]


def credits_of(
    records: Sequence[Record], kind: CreditKind, within: Period, is_meant: Callable[[CreditEntry], bool]
) -> Fraction:
    """The exact share of some entries' credits that falls into a period."""
    total = Fraction(0)
    for entry in of_kind(records, CreditEntry):
        if entry.kind is kind and is_meant(entry):
            shared = min(entry.end_us, within.end_us) - max(entry.start_us, within.start_us)
            total += Fraction(entry.credits_micro * max(0, shared), entry.end_us - entry.start_us)
    return total


def failed(traces: Sequence[Trace]) -> int:
    """How many failed."""
    return sum(trace.status is Status.FAILED for trace in traces)
