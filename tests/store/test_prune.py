"""Old traces deleted while others work: what goes, what stays, and what is remembered."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import NOON_US, a_trace
from tests.store.apart import a_call, a_span, answered, asked
from tests.store.plain import ALWAYS, DAY_US, ask
from tests.store.stored import everything, latency, latency_by_scan, row, rows, sums, sums_by_scan, write
from tracetui.cancel import Cancel, Cancelled, Progress
from tracetui.domain.analytics import AveragesQuery, RequestsQuery, TokensQuery, UptimeQuery
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import HOUR_US, Period
from tracetui.domain.queries import CountQuery, ModelsQuery, PrunedQuery, Scope
from tracetui.domain.trace import Trace
from tracetui.store import prune, schema
from tracetui.store.connection import APPLICATION_ID, open_writer
from tracetui.store.reader import SqliteReader
from tracetui.store.search import index
from tracetui.store.search.emptying import empty
from tracetui.store.search.removing import IndexAnew, Remover

DAY = NOON_US // DAY_US * DAY_US
"""The midnight before noon."""
AT_ONCE = prune.Pace(pause_s=0)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "traces.db"


def pruned(store: Path, before_us: int = DAY, *, keeps_figures: bool = True) -> prune.Done:
    return prune.prune(store, before_us, keeps_figures=keeps_figures, cancel=Cancel(), pace=AT_ONCE)


def old(request_id: str = "old", days: int = 3, **fields: object) -> Trace:
    return a_trace(request_id, executed_at_us=NOON_US - days * DAY_US, **fields)


def test_traces_from_before_a_day_go_and_others_stay(store: Path) -> None:
    write(
        store,
        [old(), a_trace("new"), a_trace("first", executed_at_us=DAY), a_trace("last", executed_at_us=DAY - 1)],
    )
    assert pruned(store).traces == 2
    assert sorted(rows(store, "SELECT request_id FROM traces")) == [("first",), ("new",)]
    assert row(store, "SELECT count(*) FROM trace_texts") == (2,)
    assert sums(store, "day") == sums_by_scan(store, "day")


def test_the_moment_is_moved_back_to_the_midnight_of_utc(store: Path) -> None:
    write(store, [a_trace()])
    assert prune.plan(store, NOON_US + 1).before_us == DAY
    assert pruned(store, NOON_US + 1).traces == 0


def test_a_plan_tells_how_many_traces_and_about_how_much_space(store: Path) -> None:
    write(store, [old(f"old-{number}", input="x" * 5_000) for number in range(30)], [a_trace("new")])
    plan = prune.plan(store, DAY)
    assert (plan.traces, plan.all_traces) == (30, 31)
    assert plan.store_bytes > plan.space_bytes > plan.store_bytes // 2


def test_parts_and_waiting_parts_and_spans_go_with_their_traces(store: Path) -> None:
    ago_us = 3 * DAY_US
    trace, span = a_call(2, parent=1)
    trace.executed_at_us -= ago_us
    around = a_span(1)
    for one in (span, around):
        one.start_us -= ago_us
    of_trace = asked("Old", of=trace.record_id)
    waiting = asked("Waits", of="never", at=-ago_us * 1_000)
    write(store, [trace, span, around, of_trace, waiting])
    done = pruned(store)
    assert (done.traces, done.waiting_parts, done.spans) == (1, 1, 2)
    left = everything(store)
    assert [left[kind] for kind in ("traces", "parts", "trees", "spans")] == [[], [], [], []]


def test_what_is_not_old_stays_of_parts_and_spans(store: Path) -> None:
    write(
        store,
        [*a_call(2, parent=1), a_span(1, start_us=1), asked("Waits", of="later"), answered("x", of="old"), old()],
    )
    before = everything(store)
    assert pruned(store).traces == 1
    left = everything(store)
    assert (left["spans"], left["trees"]) == (before["spans"], before["trees"])
    assert [part[1] for part in left["parts"]] == ["later"]


def test_a_model_without_traces_keeps_its_catalogue(store: Path) -> None:
    write(store, [old(model="m-1", deployment="chat", version="v1")])
    pruned(store)
    reader = SqliteReader(store)
    (model,) = ask(reader, ModelsQuery())
    assert (model.ref, model.requests) == (ModelRef(ModelType.OPEN_SOURCE, "m-1"), 0)
    assert ask(reader, CountQuery(Scope(model.ref), ALWAYS)) == 0
    reader.close()


def test_what_was_pruned_is_told(store: Path) -> None:
    write(store, [old()])
    reader = SqliteReader(store)
    assert ask(reader, PrunedQuery()) is None
    pruned(store)
    assert ask(reader, PrunedQuery()) == (DAY, None)
    pruned(store, DAY - DAY_US, keeps_figures=False)
    assert ask(reader, PrunedQuery()) == (DAY, DAY - DAY_US)
    reader.close()


@pytest.mark.parametrize(("keeps_figures", "kept"), [(True, 2), (False, 0)])
def test_figures_stay_or_go_as_asked(store: Path, keeps_figures: bool, kept: int) -> None:
    write(store, [old("one", 3, input_tokens=5), old("two", 4)])
    pruned(store, keeps_figures=keeps_figures)
    assert row(store, "SELECT coalesce(sum(requests), 0) FROM pruned_by_day") == (kept,)
    assert row(store, "SELECT coalesce(sum(requests), 0) FROM pruned_by_quarter") == (kept,)


def test_figures_that_were_kept_go_when_they_are_asked_to(store: Path) -> None:
    write(store, [old("one", 3), old("two", 4)])
    pruned(store)
    pruned(store, DAY - 3 * DAY_US, keeps_figures=False)
    assert rows(store, "SELECT day FROM pruned_by_day") == [(DAY // DAY_US - 3,)]


def test_pruned_traces_are_taken_out_of_the_search_index(store: Path) -> None:
    write(store, [old(input="vanishing words"), a_trace("new", input="lasting words")])
    index.build(store, Cancel())
    assert rows(store, "SELECT rowid FROM search_tokens('vanishing')") == [(1,)]
    pruned(store)
    assert rows(store, "SELECT rowid FROM search_tokens('vanishing')") == []
    assert rows(store, "SELECT rowid FROM search_tokens('words')") == [(2,)]
    assert rows(store, "INSERT INTO search_tokens (search_tokens) VALUES ('integrity-check')") == []


def test_an_index_that_was_emptied_meanwhile_is_left_alone(store: Path) -> None:
    write(store, [old(input="vanishing words")])
    index.build(store, Cancel())
    with closing(open_writer(store)) as db:
        remover = Remover(db)
        documents = remover.documents([1])
        empty(db)
        with pytest.raises(IndexAnew):
            remover.remove(documents)


def test_a_trace_that_was_filled_in_since_it_was_indexed_leaves_no_mark(store: Path) -> None:
    write(store, [old(), a_trace("new")])
    index.build(store, Cancel())
    write(store, [old(input="many more words than before", raw=b"later")])
    pruned(store)
    assert rows(store, "SELECT trace_id FROM search_dirty") == []
    assert rows(store, "SELECT request_id FROM traces") == [("new",)]


def test_the_space_is_given_back(store: Path) -> None:
    chance = random.Random(1)
    write(store, [old(f"old-{n}", input=chance.randbytes(4_000).hex()) for n in range(400)], [a_trace("new")])
    before = store.stat().st_size
    steps: list[Progress] = []
    done = prune.prune(store, DAY, keeps_figures=True, cancel=Cancel(), report=steps.append, pace=AT_ONCE)
    assert len(steps) < 40  # many pages a step
    with closing(open_writer(store)) as db:
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert done.given_back_bytes > 1_500_000
    assert store.stat().st_size < max(before, 1_500_000) // 2


def test_pruning_that_is_stopped_goes_on_when_it_is_run_again(store: Path) -> None:
    write(store, [old(f"old-{n}", n % 7 + 1, response_time_us=n) for n in range(250)], [a_trace("new")])
    cancel = Cancel()
    with pytest.raises(Cancelled):
        prune.prune(store, DAY, keeps_figures=True, cancel=cancel, report=lambda _: cancel.set(), pace=AT_ONCE)
    (left,) = row(store, "SELECT count(*) FROM traces")
    assert 1 < left < 251
    assert sums(store, "day") == sums_by_scan(store, "day")
    assert pruned(store).traces == left - 1
    assert row(store, "SELECT sum(requests) FROM pruned_by_day") == (250,)


def test_a_pruned_trace_may_come_again(store: Path) -> None:
    write(store, [old()])
    pruned(store)
    (again,) = write(store, [old()])
    assert (again.added, row(store, "SELECT count(*) FROM traces")) == (1, (1,))


def _same_figures(path: Path) -> None:
    for unit in ("quarter", "day"):
        assert sums(path, unit) == sums_by_scan(path, unit)
    for unit in ("quarter", "day", "fortnight"):
        assert latency(path, unit) == latency_by_scan(path, unit)


_TRACE = st.builds(
    lambda number, days, known, status, model, raw: a_trace(
        f"r-{number}",
        executed_at_us=NOON_US - number % 3 * DAY_US - days * 900_000_000,
        status=status,
        model=model,
        raw=b"%d" % raw,
        **known,
    ),
    st.integers(0, 12),
    st.sampled_from([0, 0, 0, 30]),
    st.fixed_dictionaries(
        {},
        optional={
            "response_time_us": st.integers(0, 10_000_000),
            "input_tokens": st.integers(0, 100),
            "output_tokens": st.integers(0, 100),
            "deployment": st.sampled_from(["chat", "batch"]),
            "version": st.sampled_from(["v1", "v2"]),
            "credits_micro": st.integers(0, 1_000),
        },
    ),
    st.sampled_from([0, 1]),
    st.sampled_from(["m-1", "m-2", "(no model)"]),
    st.integers(0, 99),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.lists(_TRACE, min_size=1, max_size=12), st.integers(-1, 4)), min_size=1, max_size=8))
def test_sums_equal_a_scan_after_late_arrivals_fills_duplicates_and_deletions(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[list[Trace] | int]
) -> None:
    path = tmp_path_factory.mktemp("any") / "traces.db"
    write(path, [a_trace("there")])
    for deed in deeds:
        if isinstance(deed, int):
            pruned(path, DAY - (deed - 2) * DAY_US, keeps_figures=deed % 2 == 0)
        else:
            write(path, deed)
        _same_figures(path)


def test_charts_draw_the_figures_that_were_kept(store: Path) -> None:
    traces = [
        old(f"old-{number}", number % 4 + 1, model="x-1", connection="eu", response_time_us=number, input_tokens=3)
        for number in range(40)
    ]
    write(store, traces, [a_trace("new", model="x-1", connection="eu", response_time_us=9)])
    reader = SqliteReader(store)
    scope = Scope(ModelRef(ModelType.EXTERNAL, "x-1"), connection="eu")
    days = _buckets(DAY - 5 * DAY_US, DAY_US, 6)
    hours = _buckets(DAY - 2 * DAY_US, HOUR_US, 24)
    kinds = (RequestsQuery, AveragesQuery, TokensQuery)
    queries = [*(kind(scope, buckets) for kind in kinds for buckets in (days, hours))]
    queries.append(UptimeQuery(scope, Period(0, NOON_US)))
    before = [ask(reader, query) for query in queries]
    pruned(store)
    assert [ask(reader, query) for query in queries] == before
    pruned(store, keeps_figures=False)
    assert ask(reader, queries[0]).total.success == 1
    reader.close()


def _buckets(start_us: int, size_us: int, count: int) -> tuple[Period, ...]:
    return tuple(Period(start_us + at * size_us, start_us + (at + 1) * size_us) for at in range(count))


def test_a_store_that_cannot_shrink_says_so_and_uses_its_space_again(store: Path) -> None:
    with closing(sqlite3.connect(store)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        schema.migrate(db)
    write(store, [old(f"old-{number}", input="x" * 3_000 + str(number)) for number in range(50)])
    done = pruned(store)
    assert (done.traces, done.can_shrink, done.given_back_bytes) == (50, False, 0)
    assert done.free_bytes > 0
