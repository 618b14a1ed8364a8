"""Whole traces for exports: all that match, in order, of one moment, without holding the log for ever."""

import json
import random
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import NOON_US, a_trace
from tests.store.plain import ALWAYS, EXTERNAL, HOSTED, Known, chosen, deployments, fill, in_order, random_traces
from tests.store.stored import rows
from tracetui.cancel import Cancel, Cancelled
from tracetui.domain import filters
from tracetui.domain.fields import RESPONSE_TIME, STATUS, Operator
from tracetui.domain.filters import Condition, Filter
from tracetui.domain.periods import Period
from tracetui.domain.queries import DeploymentRef, ExportQuery, Order, Scope
from tracetui.domain.rows import WholeRow
from tracetui.domain.trace import Status, Trace
from tracetui.errors import QueryError, StoreMissing
from tracetui.store import snapshot
from tracetui.store.snapshot import Guard, SqliteSnapshot
from tracetui.store.writer import SqliteWriter

EVERY = ExportQuery(Scope(HOSTED), ALWAYS, Order.NEWEST)


def exported(path: Path, query: ExportQuery = EVERY, guard: Guard = snapshot.GUARD) -> list[WholeRow]:
    """All rows of a query; there are as many as it said."""
    with closing(SqliteSnapshot(path, query, Cancel(), guard)) as traces:
        found = [row for block in traces.blocks() for row in block]
        assert len(found) == traces.total
        return found


def ids(found: Sequence[WholeRow]) -> list[str]:
    return [row.request_id for row in found]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("snapshot") / "store.db"
    fill(path, *deployments(), *random_traces(11, 2_000))
    return path


@pytest.fixture(scope="module")
def known(store: Path) -> list[Known]:
    numbers = dict(rows(store, "SELECT request_id, id FROM traces"))
    return [Known(numbers[trace.request_id], trace) for trace in random_traces(11, 2_000)]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize(
    ("scope", "within"),
    [
        (Scope(HOSTED), ALWAYS),
        (Scope(EXTERNAL, connection="eu"), ALWAYS),
        (Scope(HOSTED, DeploymentRef("chat"), "v2"), Period(NOON_US, NOON_US + 9 * 86_400_000_000)),
        (Scope(HOSTED), Period(NOON_US, NOON_US)),
    ],
)
def test_every_trace_of_a_scope_and_period_comes_in_order(
    store: Path, known: list[Known], scope: Scope, within: Period, order: Order
) -> None:
    expected = in_order(chosen(known, scope, within), order)
    found = exported(store, ExportQuery(scope, within, order))
    assert ids(found) == [one.trace.request_id for one in expected]


@pytest.mark.parametrize("order", Order)
def test_a_filter_narrows_it(store: Path, known: list[Known], order: Order) -> None:
    slow_or_failed = Filter(
        (
            Condition(STATUS, Operator.EQUALS, Status.FAILED),
            Condition(RESPONSE_TIME, Operator.GREATER, 1_000_000),
        ),
        filters.Joined.ANY,
    )
    matching = [one for one in chosen(known, Scope(HOSTED), ALWAYS) if filters.matches(slow_or_failed, one.trace)]
    found = exported(store, ExportQuery(Scope(HOSTED), ALWAYS, order, slow_or_failed))
    assert ids(found) == [one.trace.request_id for one in in_order(matching, order)]


def test_more_traces_than_are_looked_up_at_once_all_come(
    store: Path, known: list[Known], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A constant, not code: 20,000 traces would take seconds to write.
    monkeypatch.setattr(snapshot, "KEYS", 100)
    expected = in_order(chosen(known, Scope(HOSTED), ALWAYS), Order.SLOWEST)
    found = exported(store, ExportQuery(Scope(HOSTED), ALWAYS, Order.SLOWEST))
    assert ids(found) == [one.trace.request_id for one in expected]


def test_a_search_narrows_it(tmp_path: Path) -> None:
    texts = ("Refund me", "thanks", "no REFUND")
    traces = [
        a_trace(f"r-{place}", input=text, executed_at_us=NOON_US + place) for place, text in enumerate(texts)
    ]
    fill(tmp_path / "s.db", *traces)
    query = ExportQuery(Scope(EXTERNAL._replace(name="m-1")), ALWAYS, Order.OLDEST, search="refund")
    assert ids(exported(tmp_path / "s.db", query)) == ["r-0", "r-2"]


HOSTILE = ['"quoted"', "a\nb\r\nc", "back\\slash\\n", "tab\tnul\0", "語 é \U0001f600", "", "=1+1", "\\u0041 \\\\"]


@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_texts_come_whole_however_they_lie_in_the_store(tmp_path: Path, ensure_ascii: bool) -> None:
    traces = [
        a_trace(
            f"r-{place}",
            input=text,
            output=None if place == 2 else text * 300,
            executed_at_us=NOON_US + place,
            raw=json.dumps({"in": text, "out": text * 300}, ensure_ascii=ensure_ascii).encode(),
        )
        for place, text in enumerate(HOSTILE)
    ]
    fill(tmp_path / "s.db", *traces)
    query = ExportQuery(Scope(EXTERNAL._replace(name="m-1")), ALWAYS, Order.OLDEST)
    found = exported(tmp_path / "s.db", query)
    assert [row.input for row in found] == [text.encode() for text in HOSTILE]
    assert [row.output for row in found] == [
        None if place == 2 else (text * 300).encode() for place, text in enumerate(HOSTILE)
    ]


def test_every_column_comes_with_its_value(tmp_path: Path) -> None:
    fill(
        tmp_path / "s.db",
        a_trace(
            deployment="prod",
            version="v2",
            source="checkout",
            source_type="Workflow",
            response_time_us=1_204_118,
            status=Status.FAILED,
            input="in",
        ),
    )
    assert exported(tmp_path / "s.db") == [
        WholeRow(Status.FAILED, "req-1", 1_204_118, "v2", "Workflow", "checkout", NOON_US, b"in", None)
    ]


def many(count: int, *, size_bytes: int = 0) -> list[Trace]:
    chance = random.Random(3)
    return [
        a_trace(
            f"r-{place}",
            deployment="prod",
            executed_at_us=NOON_US + place,
            input=chance.randbytes(size_bytes // 2).hex(),
        )
        for place in range(count)
    ]


def half_taken(path: Path, guard: Guard, meanwhile: Callable[[], object]) -> list[WholeRow]:
    """All rows of a store of which others do something after the first block was taken."""
    with closing(SqliteSnapshot(path, EVERY, Cancel(), guard)) as traces:
        blocks = traces.blocks()
        found = list(next(blocks))
        meanwhile()
        for block in blocks:
            found += block
        return found


@pytest.mark.parametrize("guard", [snapshot.GUARD, Guard(-1), Guard(1)], ids=["never", "at once", "after a write"])
def test_what_is_added_or_filled_in_meanwhile_is_of_another_moment(tmp_path: Path, guard: Guard) -> None:
    path = tmp_path / "s.db"
    fill(path, *many(3_000))
    before = exported(path)

    def write() -> None:
        fill(path, *(a_trace(f"new-{place}", deployment="prod", executed_at_us=NOON_US) for place in range(100)))
        fill(path, *(a_trace(f"r-{place}", deployment="prod", executed_at_us=NOON_US + place, output="filled")
                     for place in range(3_000)))  # fmt: skip

    assert half_taken(path, guard, write) == before
    after = exported(path)
    assert len(after) == 3_100
    assert sum(row.output == b"filled" for row in after) == 3_000


def test_the_log_can_be_used_again_once_it_has_grown_too_far(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    fill(path, *many(3_000, size_bytes=2_000))
    log = path.with_name("s.db-wal")
    sizes: list[int] = []

    with closing(SqliteWriter(path, now_us=lambda: NOON_US)) as writer:

        def grow() -> None:
            for batch in range(8):
                text = "x" * 1_000 + str(batch)
                writer.write([a_trace(f"new-{batch}-{place}", input=text) for place in range(100)])

        with closing(SqliteSnapshot(path, EVERY, Cancel(), Guard(100_000))) as traces:
            blocks = traces.blocks()
            next(blocks)
            grow()
            # The block that was read before the writing, and the one at which the growth is seen.
            found = len(next(blocks)) + len(next(blocks))
            assert rows(path, "PRAGMA wal_checkpoint(TRUNCATE)")[0][0] == 0
            sizes.append(log.stat().st_size)
            assert found + sum(map(len, blocks)) > 1_000
    assert sizes == [0]


def test_large_texts_come_in_small_blocks(tmp_path: Path) -> None:
    fill(tmp_path / "s.db", *many(12, size_bytes=1_500_000))
    with closing(SqliteSnapshot(tmp_path / "s.db", EVERY, Cancel())) as traces:
        sizes = [len(block) for block in traces.blocks()]
    assert sum(sizes) == 12
    assert max(sizes) <= 3


def test_it_stops_when_it_is_cancelled(tmp_path: Path) -> None:
    fill(tmp_path / "s.db", *many(3_000))
    cancel = Cancel()
    with closing(SqliteSnapshot(tmp_path / "s.db", EVERY, cancel)) as traces:
        blocks = traces.blocks()
        next(blocks)
        cancel.set()
        with pytest.raises(Cancelled):
            next(blocks)


def test_a_model_that_is_not_there_is_told(store: Path) -> None:
    with pytest.raises(QueryError, match="no open-source model named 'nobody'"):
        exported(store, ExportQuery(Scope(HOSTED._replace(name="nobody")), ALWAYS, Order.NEWEST))


def test_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        exported(tmp_path / "none.db")
