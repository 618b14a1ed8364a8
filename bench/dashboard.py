"""Q8: everything on the Analytics screen, of every period it offers; and a week with a million requests."""

import math
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.goals import Figure, at_most, milliseconds
from tests.fakes import a_trace
from tracetui.cancel import Cancel
from tracetui.domain.analytics import (
    AccountQuery,
    AveragesQuery,
    LatencyPointsQuery,
    ReplicasQuery,
    RequestsQuery,
    TokensQuery,
    UptimeQuery,
    whole_of,
)
from tracetui.domain.catalogue import ModelType
from tracetui.domain.periods import (
    ANALYTICS_PRESETS,
    LastDays,
    Period,
    PeriodChoice,
    Preset,
    day_count,
    days_of,
    hours_of,
    is_by_hour,
    resolve,
)
from tracetui.domain.queries import ModelsQuery, Query, Scope
from tracetui.store.reader import SqliteReader
from tracetui.store.writer import SqliteWriter

NEW_YORK = ZoneInfo("America/New_York")
"""Its days begin four or five hours off UTC's, which costs more than Berlin's one or two."""

COLUMNS = 120
CROWD = 1_000_000
_BATCH = 20_000


def measure(store: Path) -> Iterator[Figure]:
    """What each period costs in all, of the models with the most requests: one hosted, one external."""
    reader = SqliteReader(store)
    models = sorted(reader.read(ModelsQuery(), Cancel()), key=lambda entry: -entry.requests)
    now_us = max(entry.last_at_us or 0 for entry in models)
    for is_hosted in (True, False):
        biggest = next(entry for entry in models if entry.ref.type.is_hosted is is_hosted)
        for choice in (*ANALYTICS_PRESETS, LastDays(365)):
            queries = dashboard(Scope(biggest.ref), choice, now_us)
            yield _timed(reader, queries, f"{_name(choice)} of {biggest.ref.name}")
    reader.close()


def crowd(folder: Path) -> Iterator[Figure]:
    """A week in which one model had a million requests."""
    path = crowded(folder)
    reader = SqliteReader(path)
    (model,) = reader.read(ModelsQuery(), Cancel())
    queries = dashboard(Scope(model.ref), Preset.DAYS_7, model.last_at_us or 0)
    yield _timed(reader, queries, f"a week of {model.requests:,} requests")
    (latency,) = (query for query in queries if isinstance(query, LatencyPointsQuery))
    yield _timed(reader, [latency], f"its latency in {COLUMNS} columns alone")
    reader.close()


def dashboard(scope: Scope, choice: PeriodChoice, now_us: int) -> list[Query[Any]]:
    """All that the screen asks for one model and one period."""
    within = resolve(choice, now_us, NEW_YORK)
    buckets = (hours_of if is_by_hour(within, NEW_YORK) else days_of)(within, NEW_YORK)
    assert whole_of(buckets) == within
    is_short = day_count(within, NEW_YORK) <= 8
    return [
        AccountQuery(within),
        LatencyPointsQuery(scope, buckets, COLUMNS) if is_short else AveragesQuery(scope, buckets),
        RequestsQuery(scope, buckets),
        ReplicasQuery(scope, within) if scope.model.type.is_hosted else TokensQuery(scope, buckets),
        UptimeQuery(scope, within),
    ]


def crowded(folder: Path) -> Path:
    """A store of a million narrow traces of one model in a week; made if it is not there yet."""
    path = folder / "bench-crowd.db"
    if not path.exists():
        chance = random.Random(4)
        with tempfile.TemporaryDirectory(dir=folder) as half:
            writer = SqliteWriter(Path(half) / "s.db", now_us=lambda: 0)
            week = Period(1_794_614_400_000_000, 1_794_614_400_000_000 + 7 * 86_400_000_000)
            for first in range(0, CROWD, _BATCH):
                writer.write([_request(chance, week, place) for place in range(first, first + _BATCH)])
            writer.close()
            (Path(half) / "s.db").rename(path)
    return path


def _request(chance: random.Random, week: Period, place: int) -> Any:
    return a_trace(
        f"req-{place}",
        model="m-1",
        model_type=ModelType.OPEN_SOURCE,
        deployment="chat",
        version=f"v{place % 3}",
        executed_at_us=week.start_us + (week.end_us - week.start_us) * place // CROWD,
        response_time_us=round(math.exp(chance.gauss(13.9, 0.8))),
        input_tokens=300,
        output_tokens=200,
    )


def _timed(reader: SqliteReader, queries: list[Query[Any]], what: str) -> Figure:
    """All of them one after another: what the screen waits for at most, with one thread."""

    def ask() -> None:
        for query in queries:
            reader.read(query, Cancel())

    median, late = milliseconds(ask, runs=7)
    return at_most("Q8", what, median, 100, "ms", f" (95th {late:.1f})")


def _name(choice: PeriodChoice) -> str:
    return choice.value if isinstance(choice, Preset) else "365 days"
