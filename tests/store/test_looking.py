"""A search tells what it finds on the way, and ends with what a full scan finds."""

import random
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import MS, NOON_US, S, a_trace
from tests.store.plain import ALWAYS, HOSTED, Known, ask, in_order
from tests.store.stored import write
from tests.store.test_search import FAILED, random_traces, scanned
from tracetui.cancel import Cancel, Cancelled
from tracetui.domain.filters import Filter, matches
from tracetui.domain.periods import Period
from tracetui.domain.queries import (
    CountQuery,
    First,
    LookQuery,
    Order,
    PageQuery,
    PlaceQuery,
    Position,
    Scope,
    SummaryQuery,
)
from tracetui.domain.rows import Looked
from tracetui.domain.trace import Status, Trace
from tracetui.store.reader import SqliteReader
from tracetui.store.search import index
from tracetui.store.search.knowledge import Findings
from tracetui.store.searched import LOOKED_AT

TRACES = 3 * LOOKED_AT


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Trace]]:
    """Traces of one model, a third of them not indexed."""
    chance = random.Random(12)
    traces = random_traces(chance, TRACES)
    for trace in traces:
        trace.model, trace.model_type, trace.deployment = HOSTED.name, HOSTED.type, "chat"
        trace.executed_at_us += chance.randrange(50_000) * S
        trace.response_time_us = chance.choice((None, chance.randrange(5_000) * MS))
        trace.status = chance.choice((Status.SUCCESS, Status.SUCCESS, Status.FAILED))
    path = tmp_path_factory.mktemp("looked") / "traces.db"
    write(path, traces[: 2 * LOOKED_AT])
    index.build(path, Cancel())
    write(path, traces[2 * LOOKED_AT :])
    return path, traces


def looked(path: Path, query: LookQuery, findings: Findings | None = None) -> tuple[Looked, list[Looked]]:
    """What a search ends with, and what it told on the way."""
    told: list[Looked] = []
    with closing(SqliteReader(path, findings)) as reader:
        return reader.look(query, Cancel(), told.append), told


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("needle", ["refund", "退款", "?!", '100%_"x"', "e", "9c1b", "zzz", "k", "straße"])
@pytest.mark.parametrize("filter", [None, FAILED])
def test_it_ends_with_what_a_scan_finds(
    store: tuple[Path, list[Trace]], order: Order, needle: str, filter: Filter | None
) -> None:
    path, traces = store
    wanted = set(scanned([trace for trace in traces if filter is None or matches(filter, trace)], needle))
    in_model = [known.trace for known in in_order([Known(n, one) for n, one in enumerate(traces, 1)], order)]
    among = [trace for trace in in_model if trace.request_id in wanted]
    answer, _ = looked(path, LookQuery(Scope(HOSTED), ALWAYS, order, 150, needle, filter))
    with closing(SqliteReader(path)) as reader:
        summary = ask(reader, SummaryQuery(Scope(HOSTED), ALWAYS, filter, needle))
    assert [row.request_id for row in answer.rows] == [trace.request_id for trace in among[:150]]
    assert (answer.found, answer.share, answer.summary) == (len(among), 1.0, summary)


@pytest.mark.parametrize("order", Order)
def test_what_it_tells_on_the_way_is_the_beginning_of_what_it_ends_with(
    store: tuple[Path, list[Trace]], order: Order
) -> None:
    path, _ = store
    answer, told = looked(path, LookQuery(Scope(HOSTED), ALWAYS, order, TRACES, "%"))
    assert told
    for one in told:
        assert one.rows == answer.rows[: len(one.rows)]
        assert one.found == len(one.rows)
        assert one.share is not None
        assert 0 < one.share <= 1
        assert one.summary is None


def test_newest_first_it_tells_back_to_when_it_has_looked(store: tuple[Path, list[Trace]]) -> None:
    path, traces = store
    _, (first, *_) = looked(path, LookQuery(Scope(HOSTED), ALWAYS, Order.NEWEST, TRACES, "%"))
    assert first.reached_us is not None
    behind = [trace for trace in traces if trace.executed_at_us > first.reached_us]
    assert {row.request_id for row in first.rows} >= set(scanned(behind, "%"))


def test_a_filter_leaves_the_share_that_lies_behind(store: tuple[Path, list[Trace]]) -> None:
    path, _ = store
    query = LookQuery(Scope(HOSTED), ALWAYS, Order.OLDEST, TRACES, "%", FAILED)
    _, told = looked(path, query)
    assert all(one.share is not None and 0 <= one.share <= 1 for one in told)


class _SetAtTheFirstReport(Cancel):
    """Is set by the first that is told."""

    def take(self, looked: Looked) -> None:
        self.told = looked
        self.set()


def test_it_stops_where_it_is_and_goes_on_from_there(store: tuple[Path, list[Trace]]) -> None:
    path, traces = store
    findings, cancel = Findings(), _SetAtTheFirstReport()
    query = LookQuery(Scope(HOSTED), ALWAYS, Order.NEWEST, TRACES, "%")
    with closing(SqliteReader(path, findings)) as reader, pytest.raises(Cancelled):
        reader.look(query, cancel, cancel.take)
    answer, _ = looked(path, query, findings)
    assert answer.found == len(scanned(traces, "%"))


def test_what_one_reader_found_out_another_need_not_read(store: tuple[Path, list[Trace]]) -> None:
    path, traces = store
    findings = Findings()
    query = LookQuery(Scope(HOSTED), ALWAYS, Order.NEWEST, 5, "%")
    looked(path, query, findings)
    with closing(SqliteReader(path, findings)) as other:
        assert ask(other, CountQuery(Scope(HOSTED), ALWAYS, search="%")) == len(scanned(traces, "%"))
        assert other._finder.seek("%").read == 0


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("filter", [None, FAILED])
def test_pages_after_a_search_are_those_of_a_reader_that_knows_nothing(
    store: tuple[Path, list[Trace]], order: Order, filter: Filter | None
) -> None:
    path, _ = store
    findings = Findings()
    whole = LookQuery(Scope(HOSTED), ALWAYS, Order.NEWEST, 5, "%", filter)
    looked(path, whole, findings)
    with closing(SqliteReader(path, findings)) as knowing, closing(SqliteReader(path)) as other:
        for within in (ALWAYS, Period(NOON_US + 20_000 * S, NOON_US + 30_000 * S)):
            page = PageQuery(Scope(HOSTED), within, order, First(), 40, filter, "%")
            assert ask(knowing, page).rows == ask(other, page).rows
            count = CountQuery(Scope(HOSTED), within, filter, "%")
            assert ask(knowing, count) == ask(other, count)


def test_a_longer_period_than_was_looked_at_is_looked_at_anew(store: tuple[Path, list[Trace]]) -> None:
    path, traces = store
    findings = Findings()
    part = Period(NOON_US + 20_000 * S, NOON_US + 30_000 * S)
    looked(path, LookQuery(Scope(HOSTED), part, Order.NEWEST, 5, "%"), findings)
    answer, _ = looked(path, LookQuery(Scope(HOSTED), ALWAYS, Order.NEWEST, 5, "%"), findings)
    assert answer.found == len(scanned(traces, "%"))


def test_what_comes_in_while_a_text_is_known_is_found_too(tmp_path: Path) -> None:
    path, findings = tmp_path / "traces.db", Findings()
    write(path, [_bare("one", input="%"), _bare("two"), _bare("three")])
    query = LookQuery(Scope(HOSTED), ALWAYS, Order.OLDEST, 9, "%")
    assert looked(path, query, findings)[0].found == 1
    write(path, [_bare("four", input="%"), _bare("three", output="%", raw=b"{1}")])
    assert {row.request_id for row in looked(path, query, findings)[0].rows} == {"one", "three", "four"}
    index.build(path, Cancel())
    assert looked(path, query, findings)[0].found == 3


def test_another_store_at_the_same_place_is_searched_anew(tmp_path: Path) -> None:
    path, findings = tmp_path / "traces.db", Findings()
    query = LookQuery(Scope(HOSTED), ALWAYS, Order.OLDEST, 9, "%")
    write(path, [_bare("one", input="%")])
    assert looked(path, query, findings)[0].found == 1
    path.rename(tmp_path / "old.db")
    write(path, [_bare("one")])
    assert looked(path, query, findings)[0].found == 0


@pytest.mark.parametrize("needle", ["%", "refund"])
def test_the_place_of_a_match_is_exact(store: tuple[Path, list[Trace]], needle: str) -> None:
    path, _ = store
    answer, _ = looked(path, LookQuery(Scope(HOSTED), ALWAYS, Order.NEWEST, 60, needle))
    row = answer.rows[41]
    at = Position(row.executed_at_us, row.id, row.response_time_us)
    with closing(SqliteReader(path)) as reader:
        assert ask(reader, PlaceQuery(Scope(HOSTED), ALWAYS, Order.NEWEST, at, search=needle)) == 41


def _bare(request_id: str, **fields: object) -> Trace:
    return a_trace(request_id, model=HOSTED.name, model_type=HOSTED.type, **fields)
