import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes import NOON_US, a_trace
from tests.store.conftest import FullStore
from tests.store.plain import ALWAYS, EXTERNAL, HOSTED, a_reader, ask, fill
from tracetui.cancel import Cancel, Cancelled
from tracetui.domain.queries import First, Order, PageQuery, Query, Scope, StoreQuery, SummaryQuery, TraceQuery
from tracetui.domain.trace import Status
from tracetui.errors import StoreError, StoreMissing
from tracetui.store import pages
from tracetui.store.connection import cancellable, open_reader
from tracetui.store.histograms import Histograms
from tracetui.store.reader import SqliteReader
from tracetui.store.search.finder import Finder

SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_a_trace_comes_back_whole(tmp_path: Path) -> None:
    trace = a_trace(
        "req-9",
        status=Status.FAILED,
        model="m-1",
        base_model="llama",
        deployment="chat",
        version="v2",
        source_type="Workflow",
        source="nightly",
        user_id="u-1",
        session="s-1",
        response_time_us=1,
        ttft_us=2,
        input_tokens=3,
        output_tokens=4,
        cached_input_tokens=5,
        reasoning_tokens=6,
        credits_micro=7,
        cost_nano_usd=8,
        status_code=503,
        error_type="Overloaded",
        error="Try later.\n再试一次",
        finish_reason="error",
        is_streamed=True,
        input="Grüße",
        output="",
        request=b'{"q": 1}',
        response=b'{"a": 2}',
        is_reconstructed=True,
        raw=b'{"raw": true}',
    )
    detail = ask(a_reader(tmp_path / "s.db", trace), TraceQuery(1))
    assert detail is not None
    kept = {name: getattr(trace, name) for name in trace.__slots__}
    del kept["record_id"], kept["model_type"], kept["newest_turn_at"]
    assert detail._asdict() == kept | {"id": 1, "model": HOSTED, "raw": (b'{"raw": true}',)}


def test_what_a_trace_does_not_know_comes_back_as_none(tmp_path: Path) -> None:
    detail = ask(a_reader(tmp_path / "s.db", a_trace("req-9", model="x-1")), TraceQuery(1))
    assert detail is not None
    assert {name for name, value in detail._asdict().items() if value is not None} == {
        *("id", "request_id", "origin", "model", "status", "executed_at_us", "is_reconstructed", "raw")
    }


def test_the_base_model_of_a_trace_is_its_models_unless_it_names_one(tmp_path: Path) -> None:
    traces = a_trace("r1", model="x-1", base_model="llama"), a_trace("r2", model="x-1", base_model="qwen")
    reader = a_reader(tmp_path / "s.db", *traces, a_trace("r3", model="x-1"))
    details = [ask(reader, TraceQuery(id)) for id in (1, 2, 3)]
    assert [detail and detail.base_model for detail in details] == ["llama", "qwen", "llama"]


def test_a_trace_that_is_gone_is_none(full: FullStore) -> None:
    assert ask(full.reader, TraceQuery(10**9)) is None


def test_an_empty_store_answers_too(tmp_path: Path) -> None:
    assert ask(a_reader(tmp_path / "s.db"), StoreQuery()).traces == 0


def test_a_store_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        SqliteReader(tmp_path / "s.db")


def test_a_reader_sees_what_was_written_since_its_last_answer(tmp_path: Path) -> None:
    reader = a_reader(tmp_path / "s.db", a_trace("r1"))
    before = ask(reader, StoreQuery()).traces
    fill(tmp_path / "s.db", a_trace("r2"))
    assert (before, ask(reader, StoreQuery()).traces) == (1, 2)


def test_a_page_its_place_and_its_total_are_of_one_moment(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    reader = a_reader(path, *(a_trace(f"r{place}", model="x-1") for place in range(3)))
    written = threading.Event()

    def write_after_the_count(statement: str) -> None:
        if "sums_by_day" in statement and not written.is_set():
            written.set()
            fill(path, a_trace("late", model="x-1", executed_at_us=NOON_US + 1))

    reader._db.set_trace_callback(write_after_the_count)
    page = ask(reader, PageQuery(Scope(EXTERNAL), ALWAYS, Order.NEWEST, First(), 10))
    assert written.is_set()
    assert (len(page.rows), page.total) == (3, 3)


@pytest.mark.parametrize(
    "query",
    [
        PageQuery(Scope(EXTERNAL), ALWAYS, Order.SLOWEST, First(), 10),
        SummaryQuery(Scope(EXTERNAL), ALWAYS),
        StoreQuery(),
    ],
)
def test_a_question_that_was_cancelled_before_is_not_answered(full: FullStore, query: Query[object]) -> None:
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        full.reader.read(query, cancel)


def test_a_long_read_stops_when_it_is_cancelled(tmp_path: Path) -> None:
    fill(tmp_path / "s.db", a_trace())
    db = open_reader(tmp_path / "s.db")
    cancel = Cancel()
    threading.Timer(0.05, cancel.set).start()
    with pytest.raises(Cancelled), cancellable(db, cancel):
        db.execute(SLOW).fetchone()


def test_a_reader_answers_again_after_a_cancel(full: FullStore) -> None:
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        full.reader.read(StoreQuery(), cancel)
    assert ask(full.reader, StoreQuery()).traces == 6_000


def test_a_damaged_store_is_explained_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    fill(path, *(a_trace(f"r{place}", model="x-1") for place in range(300)))
    with sqlite3.connect(path) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'traces_by_time'").fetchone()
    db.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        ask(SqliteReader(path), PageQuery(Scope(EXTERNAL), ALWAYS, Order.NEWEST, First(), 10))


def plan(db: sqlite3.Connection, run: Callable[[], object]) -> list[str]:
    """The plans of all statements that a piece of work runs."""
    statements: list[str] = []
    db.set_trace_callback(statements.append)
    run()
    db.set_trace_callback(None)
    selects = [statement for statement in statements if statement.lstrip().startswith("SELECT")]
    return [detail for sql in selects for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {sql}")]


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("scope", [Scope(HOSTED), Scope(HOSTED, version="v2")])
def test_no_statement_of_a_page_scans_traces(tmp_path: Path, order: Order, scope: Scope) -> None:
    fill(tmp_path / "s.db", *(a_trace(f"r{place}", deployment="d", version=f"v{place}") for place in range(5)))
    db = open_reader(tmp_path / "s.db")
    plans = plan(
        db,
        lambda: pages.page(db, PageQuery(scope, ALWAYS, order, First(), 10), Histograms(db), Finder(db)),
    )
    assert plans
    assert not [detail for detail in plans if detail.startswith("SCAN") and "traces" in detail]


def test_a_store_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    path, other = tmp_path / "traces.db", tmp_path / "other.db"
    reader = a_reader(path, a_trace("a"))
    a_reader(other, a_trace("b"), a_trace("c")).close()
    other.replace(path)
    assert ask(reader, StoreQuery()).traces == 2


def test_a_store_that_was_removed_is_missing_until_it_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    reader = a_reader(path, a_trace("a"))
    path.rename(tmp_path / "away.db")
    for _ in range(2):
        with pytest.raises(StoreMissing, match="no store at"):
            ask(reader, StoreQuery())
    (tmp_path / "away.db").rename(path)
    assert ask(reader, StoreQuery()).traces == 1
