"""What the account keeps besides traces: models, deployments, connections, replicas, credits, fine-tuning jobs."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from tracetui.demo.account import DAY_US, DemoModel, Moments, Served
from tracetui.demo.rhythm import BY_HOUR, HOUR_US, WEEKEND
from tracetui.domain.catalogue import (
    Connection,
    CreditEntry,
    CreditKind,
    Deployment,
    FineTuningJob,
    Model,
    ModelType,
    ReplicaChange,
)
from tracetui.domain.ports import Record

CREDITS_PER_HOUR_MICRO = {
    "1x L4 24GB": 900_000,
    "1x L40S 48GB": 1_900_000,
    "1x A100 80GB": 3_200_000,
    "1x H100 80GB": 5_600_000,
    "4x A100 40GB": 9_800_000,
    "2x H100 80GB": 11_000_000,
}
"""What one replica on some hardware costs the account for an hour."""

_SCALED_AT = (6, 9, 12, 15, 19, 23)
"""Hours (UTC) at which the number of replicas is looked at."""


def declared(models: Sequence[DemoModel], at: Moments) -> Iterator[Record]:
    """Models, and their deployments and connections."""
    for model in models:
        first = max([s.deployed_days for s in model.served] + [c.added_days or 0 for c in model.connected])
        yield Model(model.name, model.type, model.base_model, at.us(first) - HOUR_US)
        for served in model.served:
            yield Deployment(
                model.name,
                model.type,
                served.deployment,
                served.version,
                at.us(served.deployed_days),
                None if served.undeployed_days is None else at.us(served.undeployed_days),
                served.hardware,
                served.max_replicas,
            )
        for connected in model.connected:
            if connected.name is not None:
                added = None if connected.added_days is None else at.us(connected.added_days)
                yield Connection(model.name, connected.name, added, connected.is_default)


def fine_tuned(models: Sequence[DemoModel], at: Moments) -> Iterator[Record]:
    """A job for each version of each fine-tuned model, shortly before it was deployed, with its credits."""
    seen = set()
    for model in models:
        for served in model.served:
            key = (model.name, served.version)
            if model.type is not ModelType.FINE_TUNED or key in seen:
                continue
            seen.add(key)
            hours = 2 + len(seen) * 7 % 9
            done_us = at.us(served.first_days or served.deployed_days) - 5 * HOUR_US
            yield from _job(
                model, f"ft-{model.name}-{served.version or 'first'}", done_us - hours * HOUR_US, done_us
            )
    bot = models[0]
    failed_us = at.us(14)
    yield FineTuningJob("ft-support-bot-v3.2", bot.name, bot.base_model, failed_us, None, "failed")
    yield FineTuningJob("ft-support-bot-v4", bot.name, bot.base_model, at.us(0.1), None, "running")


def _job(model: DemoModel, job_id: str, start_us: int, done_us: int) -> Iterator[Record]:
    yield FineTuningJob(job_id, model.name, model.base_model, start_us, done_us, "completed")
    micro = (done_us - start_us) // HOUR_US * 4 * CREDITS_PER_HOUR_MICRO["1x H100 80GB"]
    yield CreditEntry(
        CreditKind.FINE_TUNING, start_us, done_us, micro, model.name, model.type, entry_id=f"credits-{job_id}"
    )


def hosted(models: Sequence[DemoModel], at: Moments, chance: random.Random) -> Iterator[tuple[int, Record]]:
    """Replica changes and the credits of each day, each with the moment at which it is known; not in order."""
    for model in models:
        for served in model.served:
            changes = list(_replicas(model, served, at, chance))
            for change in changes:
                yield change.at_us, change
            for entry in _credits(model, served, changes, at):
                yield entry.end_us, entry


def _replicas(model: DemoModel, served: Served, at: Moments, chance: random.Random) -> Iterator[ReplicaChange]:
    start_us = at.us(served.deployed_days)
    end_us = at.now_us if served.undeployed_days is None else at.us(served.undeployed_days)

    def change(at_us: int, replicas: int) -> ReplicaChange:
        return ReplicaChange(
            model.name, model.type, served.deployment, served.version, at_us, replicas, served.hardware
        )

    replicas = 1
    yield change(start_us, replicas)
    by_hour = BY_HOUR[model.profile.rhythm]
    for hour in range(start_us // HOUR_US + 1, end_us // HOUR_US):
        if hour % 24 not in _SCALED_AT:
            continue
        load = by_hour[(hour + 1) % 24] / 100 * (WEEKEND[model.profile.rhythm] if (hour // 24 + 3) % 7 >= 5 else 1)
        wanted = max(
            1, min(served.max_replicas, round(served.max_replicas * load * (0.6 + 0.5 * chance.random())))
        )
        if wanted != replicas:
            replicas = wanted
            yield change(hour * HOUR_US + int(chance.random() * 1200) * 1_000_000, replicas)
    if served.undeployed_days is not None:
        yield change(end_us, 0)


def _credits(
    model: DemoModel, served: Served, changes: Sequence[ReplicaChange], at: Moments
) -> Iterator[CreditEntry]:
    """One entry for each UTC day of a deployment: the replicas' time at the price of their hardware."""
    end_us = at.now_us if served.undeployed_days is None else changes[-1].at_us
    place = 0
    day_us = changes[0].at_us // DAY_US * DAY_US
    while day_us < end_us:
        first_us, last_us = max(day_us, changes[0].at_us), min(day_us + DAY_US, end_us)
        replica_us, since_us = 0, first_us
        while place + 1 < len(changes) and changes[place + 1].at_us < last_us:
            replica_us += (changes[place + 1].at_us - since_us) * changes[place].replicas
            place += 1
            since_us = changes[place].at_us
        replica_us += (last_us - since_us) * changes[place].replicas
        date = datetime.fromtimestamp(day_us // 1_000_000, UTC).date()
        yield CreditEntry(
            CreditKind.DEPLOYMENT,
            first_us,
            last_us,
            replica_us * CREDITS_PER_HOUR_MICRO[served.hardware] // HOUR_US,
            model.name,
            model.type,
            served.deployment,
            served.version,
            f"hosting-{model.name}-{served.deployment}-{served.version}-{served.deployed_days:.0f}-{date}",
        )
        day_us += DAY_US
