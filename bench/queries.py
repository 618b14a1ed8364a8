"""Q5 and Q7: pages anywhere in the store, and exact figures of one month, beside plain SQLite on the same rows."""

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.goals import Figure, at_most, milliseconds, nearest_rank
from tracetui.cancel import Cancel
from tracetui.domain.periods import Period
from tracetui.domain.queries import (
    Anchor,
    AtRow,
    AtTime,
    First,
    Last,
    ModelsQuery,
    Order,
    PageQuery,
    Scope,
    ScopeQuery,
    SummaryQuery,
)
from tracetui.domain.rows import ModelEntry
from tracetui.store.reader import SqliteReader

BERLIN = ZoneInfo("Europe/Berlin")


def measure(store: Path) -> Iterator[Figure]:
    """Every figure of Q5 and Q7 on one store."""
    reader = SqliteReader(store)
    models = reader.read(ModelsQuery(), Cancel())
    biggest = max(models, key=lambda entry: entry.requests)
    yield from _pages(reader, biggest)
    yield from _months(reader, store, biggest)
    reader.close()


def _everything(entry: ModelEntry) -> Period:
    assert entry.first_at_us is not None
    assert entry.last_at_us is not None
    return Period(entry.first_at_us, entry.last_at_us + 1)


def _pages(reader: SqliteReader, model: ModelEntry) -> Iterator[Figure]:
    chance = random.Random(5)
    within = _everything(model)
    scope = Scope(model.ref)

    def anywhere() -> Anchor:
        return AtTime(chance.randrange(within.start_us, within.end_us))

    def any_row() -> Anchor:
        return AtRow(chance.randrange(model.requests))

    for name, order, anchor in (
        ("first page", Order.NEWEST, lambda: First()),
        ("last page", Order.NEWEST, lambda: Last()),
        ("any time", Order.NEWEST, anywhere),
        ("any row", Order.NEWEST, any_row),
        ("slowest first, first page", Order.SLOWEST, lambda: First()),
        ("slowest first, last page", Order.SLOWEST, lambda: Last()),
        ("slowest first, any row", Order.SLOWEST, any_row),
    ):
        median, late = milliseconds(
            lambda order=order, anchor=anchor: reader.read(
                PageQuery(scope, within, order, anchor(), 100), Cancel()
            )
        )
        yield at_most("Q5", f"{name} of {model.requests:,}", median, 10, "ms", f" (95th {late:.1f})")
    rare = _rarest_version(reader, model)
    if rare:
        narrowed = Scope(model.ref, version=rare)
        median, late = milliseconds(
            lambda: reader.read(PageQuery(narrowed, within, Order.NEWEST, First(), 100), Cancel())
        )
        yield at_most("Q5", f"first page of version {rare}", median, 10, "ms", f" (95th {late:.1f})")


def _rarest_version(reader: SqliteReader, model: ModelEntry) -> str | None:
    versions = reader.read(ScopeQuery(model.ref), Cancel()).versions
    within = _everything(model)
    return min(
        versions,
        key=lambda version: (
            reader.read(SummaryQuery(Scope(model.ref, version=version), within), Cancel()).requests
        ),
        default=None,
    )


def _months(reader: SqliteReader, store: Path, model: ModelEntry) -> Iterator[Figure]:
    newest = datetime.fromtimestamp(_everything(model).end_us / 1e6, BERLIN)
    last = _month(newest.year, newest.month)
    old = _month(newest.year - (newest.month <= 8), (newest.month - 9) % 12 + 1)
    rare = _rarest_version(reader, model)
    cases = [("newest month", Scope(model.ref), last), ("old month", Scope(model.ref), old)]
    if rare:
        cases.append((f"old month, version {rare}", Scope(model.ref, version=rare), old))
    for name, scope, month in cases:
        answer = reader.read(SummaryQuery(scope, month), Cancel())
        median, late = milliseconds(
            lambda scope=scope, month=month: reader.read(SummaryQuery(scope, month), Cancel())
        )
        yield at_most("Q7", f"{name}, {answer.requests:,} requests", median, 20, "ms", f" (95th {late:.1f})")
    yield from _plain(reader, store, model, old)


def _plain(reader: SqliteReader, store: Path, model: ModelEntry, month: Period) -> Iterator[Figure]:
    """The same figures by reading the rows, for the ratio; and whether both agree."""
    plain = sqlite3.connect(f"file:{store}?mode=ro", uri=True)

    def scan() -> tuple[int, int, int, int]:
        rows = plain.execute(
            "SELECT status, response_time_us FROM traces JOIN models ON models.id = model_id"
            " WHERE models.name = ? AND models.type = ? AND executed_at >= ? AND executed_at < ?",
            (model.ref.name, model.ref.type, *month),
        ).fetchall()
        times = [time for _, time in rows if time is not None]
        failed = sum(status for status, _ in rows)
        return len(rows), failed, int(nearest_rank(times, 90)), int(nearest_rank(times, 99))

    median, _ = milliseconds(scan, runs=3)
    answer = reader.read(SummaryQuery(Scope(model.ref), month), Cancel())
    same = (answer.requests, answer.failed, answer.p90_us, answer.p99_us) == scan()
    yield Figure("Q7", "the same by plain SQLite and Python", f"{median:,.1f} ms", "equal figures", same)


def _month(year: int, month: int) -> Period:
    """A calendar month in Berlin."""
    start = datetime(year, month, 1, tzinfo=BERLIN)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=BERLIN)
    return Period(*(int(moment.astimezone(UTC).timestamp()) * 1_000_000 for moment in (start, end)))


def biggest_model(store: Path) -> str:
    """The name of the model with the most requests."""
    reader = SqliteReader(store)
    name = max(reader.read(ModelsQuery(), Cancel()), key=lambda entry: entry.requests).ref.name
    reader.close()
    return name
