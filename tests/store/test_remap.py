"""Traces mapped again: everything follows, nothing is lost, and what was interrupted goes on."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import NOON_US, S, a_trace
from tests.store.stored import everything, latency, latency_by_scan, row, rows, sums, sums_by_scan, write
from tracetui.cancel import Cancel, Cancelled, Progress
from tracetui.domain.catalogue import Deployment, ModelRef, ModelType
from tracetui.domain.parts import Side, TracePart
from tracetui.domain.periods import Period
from tracetui.domain.queries import First, ModelsQuery, Order, PageQuery, Scope, ScopeQuery
from tracetui.domain.rereading import ReadAgain
from tracetui.domain.trace import Trace
from tracetui.errors import StoreError
from tracetui.store.reader import SqliteReader
from tracetui.store.remap import BATCH_TRACES, Remapped, remap
from tracetui.store.search import index

EVER = Period(0, 1 << 52)


class Mapped:
    """Reads raw records of the form `b"r-7"`: the trace of that request id, changed as a test wants it."""

    def __init__(self, traces: list[Trace], **changes: Any) -> None:
        self.traces = {trace.raw: trace for trace in traces}
        self.changes = changes
        self.read = 0

    def __call__(self, _origin: str, raw: bytes) -> ReadAgain | str:
        self.read += 1
        trace = self.traces.get(raw)
        if trace is None:
            return "is not known"
        changes = {name: of(trace) if callable(of) else of for name, of in self.changes.items()}
        return ReadAgain(replace(trace, **changes), has_id=True, has_zone=True)


def numbered(count: int, **fields: Any) -> list[Trace]:
    return [
        a_trace(
            f"r-{place}",
            raw=b"r-%d" % place,
            model=f"m-{place % 3}",
            executed_at_us=NOON_US + place * 1_000 * S,
            response_time_us=place * S,
            input_tokens=place,
            input=f"question {place}",
            **fields,
        )
        for place in range(count)
    ]


def again(path: Path, mapped: Callable[[str, bytes], ReadAgain | str], **flags: Any) -> Remapped:
    return remap(path, mapped, "mapping", Cancel(), **flags)


def test_the_same_mapping_changes_nothing(tmp_path: Path) -> None:
    store, traces = tmp_path / "t.db", numbered(20)
    write(store, traces)
    before = everything(store)
    result = again(store, Mapped(traces))
    assert (result.read, result.changed, result.by_field, result.unreadable) == (20, 0, {}, 0)
    assert everything(store) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "v2", "deployment": "d"},
        {"source": "checkout", "source_type": "Workflow"},
        {"model": "other"},
        {"model_type": ModelType.FINE_TUNED},
        {"response_time_us": lambda trace: trace.executed_at_us % 77},
        {"executed_at_us": lambda trace: trace.executed_at_us + 90 * 86_400 * S},
        {"input_tokens": None, "credits_micro": 7, "user_id": "u", "session": "s"},
        {"input": "other words", "output": "said", "request": b"{}", "is_reconstructed": True},
        {"input": "first\n\nsecond", "newest_turn_at": 7},
        {"error": "broke", "error_type": "E", "status_code": 500, "finish_reason": "stop", "is_streamed": True},
    ],
    ids=lambda changes: "+".join(changes),
)
def test_a_store_mapped_again_is_one_that_was_imported_so(tmp_path: Path, changes: dict[str, Any]) -> None:
    store, fresh, traces = tmp_path / "t.db", tmp_path / "fresh.db", numbered(30)
    write(store, traces)
    mapped = Mapped(traces, **changes)
    result = again(store, mapped)
    write(fresh, [told.trace for trace in traces if isinstance(told := mapped("test", trace.raw), ReadAgain)])
    assert result.changed == 30
    assert everything(store) == everything(fresh)
    for unit in ("quarter", "day"):
        assert sums(store, unit) == sums_by_scan(store, unit)
        assert latency(store, unit) == latency_by_scan(store, unit)
    names = "SELECT name, type, type_is_known FROM models ORDER BY 1"
    assert rows(store, names) == rows(fresh, names)
    assert row(store, "SELECT count(*) FROM routes") == row(fresh, "SELECT count(*) FROM routes")


def test_changes_are_counted_by_field(tmp_path: Path) -> None:
    store, traces = tmp_path / "t.db", numbered(10)
    write(store, traces)
    result = again(
        store, Mapped(traces, version="v2", source=lambda trace: "web" if trace.model == "m-1" else None)
    )
    assert result.changed == 10
    assert result.by_field == {"version": 10, "source": 3}


@pytest.mark.parametrize("is_indexed_again", [False, True])
def test_the_search_follows(tmp_path: Path, is_indexed_again: bool) -> None:
    store, traces = tmp_path / "t.db", numbered(6)
    write(store, traces)
    index.build(store, Cancel())
    result = again(store, Mapped(traces, input=lambda trace: f"answered {trace.input_tokens}"))
    assert result.has_emptied_index
    if is_indexed_again:
        index.build(store, Cancel())
    assert found(store, "answered 4") == ["r-4"]
    assert found(store, "question") == []


def test_an_index_only_learns_where_words_only_come(tmp_path: Path) -> None:
    store, traces = tmp_path / "t.db", numbered(6)
    write(store, traces)
    index.build(store, Cancel())
    assert not again(store, Mapped(traces, source="checkout")).has_emptied_index
    assert row(store, "SELECT indexed_to FROM search_progress") == (6,)
    assert len(found(store, "checkout")) == 6
    index.build(store, Cancel())
    assert len(found(store, "checkout")) == 6


def found(store: Path, text: str) -> list[str]:
    with closing(SqliteReader(store)) as reader:
        pages = [
            reader.read(PageQuery(Scope(model.ref), EVER, Order.OLDEST, First(), 50, search=text), Cancel())
            for model in reader.read(ModelsQuery(), Cancel())
        ]
    return [one.request_id for page in pages for one in page.rows]


def test_a_record_that_cannot_be_read_keeps_its_trace(tmp_path: Path) -> None:
    store, traces = tmp_path / "t.db", numbered(10)
    write(store, traces)
    result = again(store, Mapped(traces[:7], version="v2"))
    assert (result.read, result.changed, result.unreadable) == (10, 7, 3)
    assert result.reasons == [f"r-{place}: is not known" for place in (7, 8, 9)]
    assert row(store, "SELECT count(*) FROM traces JOIN routes r ON r.id = route_id WHERE version = ''") == (3,)


def test_a_trace_of_several_records_is_merged_again_in_their_order(tmp_path: Path) -> None:
    store = tmp_path / "t.db"
    first = a_trace(raw=b"1", input="asked")
    second = a_trace(raw=b"2", input="other", output="answered", user_id="u")
    write(store, [first], [replace(second, input=None)])
    before = everything(store)
    mapped = Mapped([first, second])
    assert again(store, mapped).changed == 0
    assert everything(store) == before
    mapped.changes = {"user_id": lambda trace: "v" if trace.raw == b"2" else None}
    assert again(store, mapped).by_field == {"user_id": 1}
    # One of two that cannot be read: what it said would be lost.
    del mapped.traces[b"2"]
    assert again(store, mapped).unreadable == 1
    assert row(store, "SELECT user_id FROM traces") == ("v",)


def test_what_a_record_does_not_decide_stays(tmp_path: Path) -> None:
    store = tmp_path / "t.db"
    told = a_trace("auto-1", raw=b"1", model="by a flag", executed_at_us=NOON_US + 5, base_model="base")
    write(store, [told])
    said = replace(
        told, model="(no model)", request_id="auto-9", record_id="auto-9", executed_at_us=7, base_model=None
    )
    result = again(store, lambda _origin, _raw: ReadAgain(said, has_id=False, has_zone=False))
    assert result.changed == 0
    assert row(store, "SELECT request_id, executed_at FROM traces") == ("auto-1", NOON_US + 5)


def test_messages_and_sources_that_came_apart_stay(tmp_path: Path) -> None:
    store = tmp_path / "t.db"
    trace = a_trace(raw=b"1")
    part = TracePart("test", "req-1", "p", 1, Side.REQUEST, (b'{"role":"user","content":"hello"}',), b"raw")
    write(store, [trace], [part])
    mapped = Mapped([trace])
    assert again(store, mapped).changed == 0
    mapped.changes = {"user_id": "u"}
    assert again(store, mapped).by_field == {"user_id": 1}
    assert row(store, "SELECT input_preview FROM trace_texts") == ("hello",)
    # A record that says it itself goes before its parts.
    mapped.changes = {"user_id": "u", "input": "said"}
    again(store, mapped)
    assert row(store, "SELECT input_preview FROM trace_texts") == ("said",)
    # And what it no longer says, they say again.
    mapped.changes = {"user_id": "u"}
    again(store, mapped)
    assert row(store, "SELECT input_preview FROM trace_texts") == ("hello",)


def test_what_was_declared_of_a_model_goes_with_its_traces(tmp_path: Path) -> None:
    store = tmp_path / "t.db"
    traces = [a_trace(raw=b"1", model="chat", model_type=ModelType.OPEN_SOURCE, deployment="d")]
    write(store, [*traces, Deployment("chat", ModelType.OPEN_SOURCE, "d", "v1", NOON_US)])
    again(store, Mapped(traces, model_type=ModelType.FINE_TUNED))
    with closing(SqliteReader(store)) as reader:
        (model,) = reader.read(ModelsQuery(), Cancel())
        assert model.ref == ModelRef(ModelType.FINE_TUNED, "chat")
        (deployment,) = reader.read(ScopeQuery(model.ref), Cancel()).deployments
        assert (deployment.name, deployment.requests, deployment.versions) == ("d", 1, ("v1",))


def test_a_trial_tells_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    store, traces = tmp_path / "t.db", numbered(BATCH_TRACES + 10)
    write(store, traces)
    before = store.read_bytes()
    mapped = Mapped(traces, model_type=ModelType.FINE_TUNED)
    tried = again(store, mapped, is_trial=True)
    assert store.read_bytes() == before
    assert tried.by_field == {"model_type": BATCH_TRACES + 10}
    assert again(store, mapped).by_field == tried.by_field


def stopping_after(batches: int) -> tuple[Cancel, Callable[[Progress], None]]:
    cancel, told = Cancel(), []

    def report(progress: Progress) -> None:
        told.append(progress)
        if len(told) == batches:
            cancel.set()

    return cancel, report


def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    store, traces = tmp_path / "t.db", numbered(3 * BATCH_TRACES)
    write(store, traces)
    mapped = Mapped(traces[:-5], version="v2")
    cancel, report = stopping_after(2)
    with pytest.raises(Cancelled):
        remap(store, mapped, "a", cancel, report)
    assert mapped.read == 2 * BATCH_TRACES
    # What came in meanwhile came in with the mapping of today.
    write(store, [a_trace("late", raw=b"late")])
    result = remap(store, mapped, "a", Cancel())
    assert mapped.read == 3 * BATCH_TRACES
    assert (result.read, result.changed, result.unreadable) == (3 * BATCH_TRACES, 3 * BATCH_TRACES - 5, 5)
    assert row(store, "SELECT count(*) FROM store_facts WHERE key = 'remap'") == (0,)


def test_another_mapping_begins_at_the_first_trace(tmp_path: Path) -> None:
    store, traces = tmp_path / "t.db", numbered(2 * BATCH_TRACES)
    write(store, traces)
    mapped = Mapped(traces, version="v2")
    cancel, report = stopping_after(1)
    with pytest.raises(Cancelled):
        remap(store, mapped, "a", cancel, report)
    mapped.changes = {"version": "v3"}
    result = remap(store, mapped, "b", Cancel())
    assert (result.read, result.changed) == (2 * BATCH_TRACES, 2 * BATCH_TRACES)


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.store.test_remap import Mapped, numbered, remap, BATCH_TRACES
from tracetui.cancel import Cancel
traces = numbered(3 * BATCH_TRACES)
mapped = Mapped(traces, version="v2")
def reread(origin, raw):
    if mapped.read == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return mapped(origin, raw)
remap(Path(sys.argv[1]), reread, "a", Cancel())
"""


@pytest.mark.parametrize("after", [3, BATCH_TRACES, 2 * BATCH_TRACES + 100])
def test_a_run_that_was_killed_leaves_a_clean_store_and_goes_on(tmp_path: Path, after: int) -> None:
    store, undisturbed, traces = tmp_path / "t.db", tmp_path / "u.db", numbered(3 * BATCH_TRACES)
    for path in (store, undisturbed):
        write(path, traces)
    done = subprocess.run([sys.executable, "-c", KILLED, str(store), str(after)], check=False)
    assert done.returncode < 0
    assert row(store, "PRAGMA quick_check") == ("ok",)
    mapped = Mapped(traces, version="v2")
    for path in (store, undisturbed):
        assert remap(path, mapped, "a", Cancel()).changed == 3 * BATCH_TRACES
    assert mapped.read == 6 * BATCH_TRACES - after // BATCH_TRACES * BATCH_TRACES
    assert everything(store) == everything(undisturbed)
    assert sums(store, "day") == sums_by_scan(store, "day")


def test_a_sum_that_is_too_large_is_told_and_changes_nothing(tmp_path: Path) -> None:
    store, traces = tmp_path / "t.db", numbered(3)
    write(store, traces)
    before = everything(store)
    with pytest.raises(StoreError, match="too large"):
        again(store, Mapped(traces, credits_micro=1 << 63))
    assert everything(store) == before


def test_a_store_that_others_write_is_waited_for_and_then_told(tmp_path: Path) -> None:
    store, traces = tmp_path / "t.db", numbered(3)
    write(store, traces)
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            again(store, Mapped(traces), busy_s=0.1)
