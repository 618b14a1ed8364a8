"""Q6: the first page of failed and slow traces, newest first, beside plain SQLite on the same rows."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bench.goals import Figure, at_most, milliseconds
from tracetui.cancel import Cancel
from tracetui.domain import fields
from tracetui.domain.fields import Operator
from tracetui.domain.filters import Condition, Filter, in_words
from tracetui.domain.periods import Period
from tracetui.domain.queries import CountQuery, First, ModelsQuery, Order, PageQuery, Scope, SummaryQuery
from tracetui.domain.rows import ModelEntry
from tracetui.domain.trace import Status
from tracetui.store.reader import SqliteReader

S = 1_000_000
MONTH_US = 30 * 86_400 * S
PAGE = 100
FAILED = Condition(fields.STATUS, Operator.EQUALS, Status.FAILED)


def measure(store: Path) -> Iterator[Figure]:
    """Every figure of Q6 on one store: common matches, rare ones, none; the whole life of a model and a month."""
    reader = SqliteReader(store)
    model = max(reader.read(ModelsQuery(), Cancel()), key=lambda entry: entry.requests)
    assert model.first_at_us is not None
    assert model.last_at_us is not None
    always = Period(model.first_at_us, model.last_at_us + 1)
    month = Period(model.last_at_us - MONTH_US, model.last_at_us + 1)
    for slow_us in (2 * S, _rare_us(reader, model, always), 3_600 * S):
        filter = Filter((FAILED, Condition(fields.RESPONSE_TIME, Operator.GREATER, slow_us)))
        for name, within in (("all time", always), ("a month", month)):
            yield from _filtered(reader, model, within, filter, f"{in_words(filter)}, {name}")
    yield _plain(store, model, always)
    reader.close()


def _filtered(
    reader: SqliteReader, model: ModelEntry, within: Period, filter: Filter, name: str
) -> Iterator[Figure]:
    scope = Scope(model.ref)
    matches = reader.read(CountQuery(scope, within, filter), Cancel())
    page = PageQuery(scope, within, Order.NEWEST, First(), PAGE, filter)
    median, late = milliseconds(lambda: reader.read(page, Cancel()))
    yield at_most("Q6", f"first page of {matches:,}: {name}", median, 50, "ms", f" (95th {late:.1f})")
    summary = SummaryQuery(scope, within, filter)
    median, late = milliseconds(lambda: reader.read(summary, Cancel()), runs=3)
    yield Figure("Q6", "the figures of these", f"{median:,.1f} ms", "", None)


def _rare_us(reader: SqliteReader, model: ModelEntry, within: Period) -> int:
    """A response time that only a few failed traces exceed."""
    limit_us = 2 * S
    while limit_us < 3_600 * S:
        filter = Filter((FAILED, Condition(fields.RESPONSE_TIME, Operator.GREATER, limit_us)))
        if reader.read(CountQuery(Scope(model.ref), within, filter), Cancel()) < PAGE // 2:
            break
        limit_us = limit_us * 21 // 20
    return limit_us // 1_000 * 1_000


def _plain(store: Path, model: ModelEntry, within: Period) -> Figure:
    """The rare case as SQLite takes it with an index on the model and the time."""
    plain = sqlite3.connect(f"file:{store}?mode=ro", uri=True)

    def page() -> list[tuple[int]]:
        return plain.execute(
            "SELECT traces.id FROM traces INDEXED BY traces_by_time"
            " WHERE model_id = (SELECT id FROM models WHERE name = ? AND type = ?) AND executed_at >= ?"
            # Of the user's id nothing is asked but that the row is read, as without our indexes it would be.
            " AND status = 1 AND response_time_us > ? AND user_id IS NOT 0 ORDER BY executed_at DESC LIMIT 100",
            (model.ref.name, model.ref.type, within.start_us, 3_600 * S),
        ).fetchall()

    median, _ = milliseconds(page, runs=3)
    plain.close()
    return Figure("Q6", "no match, all time, by plain SQLite", f"{median:,.1f} ms", "", None)
