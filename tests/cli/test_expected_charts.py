"""A file goes in through the command, and every chart of it equals a loop over its lines.

Its eleven days in October 2025 hold the night in which Berlin puts its clocks back.
"""

import json
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from tracetui.cancel import Cancel
from tracetui.domain.analytics import (
    Account,
    AccountQuery,
    Average,
    AveragesQuery,
    Counts,
    LatencyPointsQuery,
    RequestsQuery,
    Tokens,
    TokensQuery,
    UptimeQuery,
    whole_of,
)
from tracetui.domain.catalogue import ModelRef, ModelType
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
from tracetui.domain.queries import Scope
from tracetui.store.reader import SqliteReader

from .commands import SHARED, Command, needs_shared_data

pytestmark = needs_shared_data

FILE = SHARED / "joined" / "taubench_gpt4o_runs.jsonl"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOW_US = (datetime(2025, 10, 30, 20, 17, 5, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
CHOICES: tuple[PeriodChoice, ...] = (
    Preset.HOURS_24,
    Preset.TODAY,
    CustomDays(date(2025, 10, 26), date(2025, 10, 26)),
    CustomDays(date(2025, 10, 24), date(2025, 10, 27)),
    Preset.DAYS_7,
    Preset.DAYS_30,
    Preset.DAYS_90,
    Preset.THIS_MONTH,
    Preset.LAST_MONTH,
    Preset.THIS_YEAR,
)


@pytest.fixture
def reader(command: Command) -> Iterator[SqliteReader]:
    command.run("import", FILE)
    reader = SqliteReader(command.store)
    yield reader
    reader.close()


def known(values: list[Any]) -> tuple[int, int]:
    told = [value for value in values if value is not None]
    return len(told), sum(told)


class Line(NamedTuple):
    """What is counted of a line."""

    at_us: int
    took_us: int | None
    is_failed: bool
    input_tokens: int | None
    output_tokens: int | None
    connection: str


def lines() -> list[Line]:
    """All lines, in the order of time."""
    return sorted(
        (a_line(json.loads(line)) for line in FILE.read_text().splitlines()), key=lambda line: line.at_us
    )


def a_line(line: dict[str, Any]) -> Line:
    took_ms = line["response_time_ms"]
    return Line(
        (datetime.fromisoformat(line["executed_at"]) - EPOCH) // timedelta(microseconds=1),
        None if took_ms is None else round(took_ms * 1000),
        line["status"] != "success",
        line["input_tokens"],
        line["output_tokens"],
        line["connection"],
    )


def test_every_chart_of_the_joined_runs_equals_a_loop_over_the_lines(reader: SqliteReader) -> None:
    every = lines()
    for connection in (None, *sorted({line.connection for line in every})):
        scope = Scope(ModelRef(ModelType.EXTERNAL, "gpt-4o"), connection=connection)
        chosen = [line for line in every if connection in (None, line.connection)]
        times = [line.at_us for line in chosen]
        for zone in map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Asia/Kathmandu")):
            for choice in CHOICES:
                within = resolve(choice, NOW_US, zone)
                buckets = (hours_of if is_by_hour(within, zone) else days_of)(within, zone)
                plain = [chosen[bisect_left(times, first) : bisect_left(times, end)] for first, end in buckets]
                assert_series(reader, scope, buckets, plain)
                assert_points(reader, scope, buckets, [line for some in plain for line in some])


def assert_series(
    reader: SqliteReader, scope: Scope, buckets: tuple[Period, ...], plain: list[list[Line]]
) -> None:
    failed = [sum(line.is_failed for line in some) for some in plain]
    requests = reader.read(RequestsQuery(scope, buckets), Cancel())
    assert requests.counts == tuple(Counts(len(some) - bad, bad) for some, bad in zip(plain, failed, strict=True))
    assert requests.total == Counts(sum(map(len, plain)) - sum(failed), sum(failed))
    assert requests.credits_micro is None
    assert reader.read(AveragesQuery(scope, buckets), Cancel()) == tuple(
        Average(*known([line.took_us for line in some])) for some in plain
    )
    tokens = tuple(
        Tokens(*known([line.input_tokens for line in some]), *known([line.output_tokens for line in some]))
        for some in plain
    )
    assert reader.read(TokensQuery(scope, buckets), Cancel()).tokens == tokens


def assert_points(reader: SqliteReader, scope: Scope, buckets: tuple[Period, ...], plain: list[Line]) -> None:
    start, end = whole_of(buckets)
    columns: dict[int, list[int]] = {}
    for line in plain:
        if line.took_us is not None:
            columns.setdefault((line.at_us - start) * 80 // (end - start), []).append(line.took_us)
    answer = reader.read(LatencyPointsQuery(scope, buckets, 80), Cancel())
    assert [
        (one.column, one.timed, one.lowest.response_time_us, one.highest.response_time_us)
        for one in answer.columns
    ] == [(number, len(some), min(some), max(some)) for number, some in sorted(columns.items())]


def test_the_joined_runs_are_of_no_deployment_and_cost_no_credits(reader: SqliteReader) -> None:
    ever = Period(0, NOW_US)
    assert reader.read(AccountQuery(ever), Cancel()) == Account(None, None, 0, 0)
    model = Scope(ModelRef(ModelType.EXTERNAL, "gpt-4o"))
    assert reader.read(UptimeQuery(model, ever), Cancel()) == (Period(lines()[0].at_us, NOW_US),)
