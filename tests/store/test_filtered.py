"""SQL held to `matches` on hostile traces, in every order and by every way to the rows."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes import NOON_US, S
from tests.store.hostile import NAMES, filters, hostile_traces
from tests.store.plain import ALWAYS, DAY_US, HOSTED, Known, ask, chosen, fill, in_order
from tracetui.cancel import Cancel
from tracetui.domain import fields as f
from tracetui.domain.fields import Field, Operator
from tracetui.domain.filters import Condition, Filter, Joined, matches
from tracetui.domain.periods import Period
from tracetui.domain.queries import (
    After,
    AtRow,
    AtTime,
    Before,
    CountQuery,
    DeploymentRef,
    First,
    Last,
    Order,
    PageQuery,
    PlaceQuery,
    Scope,
    SummaryQuery,
)
from tracetui.domain.trace import Status
from tracetui.store.connection import StoreConnection, open_reader
from tracetui.store.figures import figures
from tracetui.store.filtered import Limits, ordered
from tracetui.store.histograms import Histograms
from tracetui.store.orders import Ordered
from tracetui.store.payloads import Unpacker
from tracetui.store.reader import SqliteReader
from tracetui.store.search.finder import Finder
from tracetui.store.search.index import build
from tracetui.store.selection import Selection, asked_about, select
from tracetui.store.ways import ways

TRACES = hostile_traces(seed=11, count=1_200)
WHOLE = Scope(HOSTED)
SCOPES = (WHOLE, Scope(HOSTED, DeploymentRef("chat")), Scope(HOSTED, version="v1"))
PERIODS = (ALWAYS, Period(NOON_US + DAY_US + 1, NOON_US + 8 * DAY_US + 123_457))
WAYS = {
    "read and sorted at once": Limits(),
    "walked in order": Limits(few=-1, most_sorted=-1),
    "sorted by the database": Limits(few=-1, rows=1 << 40),
}

every_order = pytest.mark.parametrize("order", list(Order))
every_way = pytest.mark.parametrize("limits", WAYS.values(), ids=WAYS)
some = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Hostile(NamedTuple):
    """A store of hostile traces, and what is in it."""

    reader: SqliteReader
    db: StoreConnection
    known: list[Known]

    def __repr__(self) -> str:
        return "hostile"

    def expected(self, scope: Scope, within: Period, filter: Filter, order: Order = Order.NEWEST) -> list[Known]:
        """What a filter must give, in plain Python."""
        found = [one for one in chosen(self.known, scope, within) if matches(filter, one.trace)]
        return in_order(found, order)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    path = tmp_path_factory.mktemp("hostile") / "traces.db"
    fill(path, *TRACES)
    db = open_reader(path)
    ids = dict(db.execute("SELECT coalesce(record_id, request_id), id FROM traces"))
    reader = SqliteReader(path)
    yield Hostile(reader, db, [Known(ids[trace.record_id], trace) for trace in TRACES])
    reader.close()
    db.close()


def rows(order: Ordered, known: list[Known]) -> None:
    """Check every move of an order against the sorted list."""
    count = len(known)
    ids = [one.id for one in known]
    assert [at.id for at in order.after(None, count + 1)] == ids
    assert [at.id for at in order.before(None, count + 1)] == ids
    assert order.position_at(count) is None
    for place in {0, count // 3, count // 2, count - 1} if count else set():
        found = order.position_at(place)
        assert found is not None
        assert found.id == ids[place]
        position = known[place].position
        assert [at.id for at in order.after(position, 7)] == ids[place + 1 : place + 8]
        assert [at.id for at in order.before(position, 7)] == ids[max(0, place - 7) : place]
        assert order.place_of(position) in (place, None)
    assert order.total in (count, None)


@every_order
@every_way
@some
@given(filter=filters(TRACES), scope=st.sampled_from(SCOPES), within=st.sampled_from(PERIODS))
def test_sql_selects_what_plain_python_does_in_order(
    hostile: Hostile, order: Order, limits: Limits, filter: Filter, scope: Scope, within: Period
) -> None:
    selection = select(hostile.db, scope, within, filter)
    found = ordered(selection, order, Histograms(hostile.db), limits)
    rows(found, hostile.expected(scope, within, filter, order))


@some
@given(filter=filters(TRACES), scope=st.sampled_from(SCOPES), within=st.sampled_from(PERIODS))
def test_each_way_to_the_rows_finds_the_same_ones(
    hostile: Hostile, filter: Filter, scope: Scope, within: Period
) -> None:
    selection = select(hostile.db, scope, within, filter)
    expected = {one.id for one in hostile.expected(scope, within, filter)}
    for way in ways(selection, Histograms(hostile.db)):
        assert ids_by(selection, way.walks) == expected, way


def ids_by(selection: Selection, walks: tuple[object, ...]) -> set[int]:
    found = [
        id
        for walk in walks
        for (id,) in selection.db.execute(
            f"SELECT traces.id FROM {walk.rows} WHERE {walk.clause} AND executed_at >= ? AND executed_at < ?",
            (*walk.values, *selection.within),
        )
    ]
    assert len(found) == len(set(found))
    return set(found)


@some
@given(filter=filters(TRACES), scope=st.sampled_from(SCOPES), within=st.sampled_from(PERIODS))
@pytest.mark.parametrize("limits", [Limits(), Limits(few=-1, most_sorted=-1)], ids=["by sorting", "by buckets"])
def test_the_figures_are_those_of_the_matching_traces(
    hostile: Hostile, limits: Limits, filter: Filter, scope: Scope, within: Period
) -> None:
    traces = [one.trace for one in hostile.expected(scope, within, filter)]
    times = sorted(trace.response_time_us for trace in traces if trace.response_time_us is not None)
    found = figures(select(hostile.db, scope, within, filter), Histograms(hostile.db), limits)
    assert (found.requests, found.failed, found.timed) == (
        len(traces),
        sum(trace.status is Status.FAILED for trace in traces),
        len(times),
    )
    for percent, percentile_us in ((90, found.p90_us), (99, found.p99_us)):
        not_above = [sum(other <= time for other in times) * 100 >= percent * len(times) for time in times]
        assert percentile_us == next((time for time, is_it in zip(times, not_above, strict=True) if is_it), None)


@some
@given(filter=filters(TRACES), scope=st.sampled_from(SCOPES), within=st.sampled_from(PERIODS))
def test_the_reader_counts_and_places_matching_traces(
    hostile: Hostile, filter: Filter, scope: Scope, within: Period
) -> None:
    expected = hostile.expected(scope, within, filter)
    assert ask(hostile.reader, CountQuery(scope, within, filter)) == len(expected)
    assert ask(hostile.reader, SummaryQuery(scope, within, filter)).requests == len(expected)
    for order in Order:
        known = hostile.expected(scope, within, filter, order)
        for place in {len(known) // 2, len(known) - 1} if known else set():
            position = known[place].position
            assert ask(hostile.reader, PlaceQuery(scope, within, order, position, filter)) == place


@every_order
@some
@given(filter=filters(TRACES), size=st.sampled_from([7, 100]))
def test_a_filtered_walk_gives_every_match_once(hostile: Hostile, order: Order, filter: Filter, size: int) -> None:
    known = hostile.expected(WHOLE, ALWAYS, filter, order)[: size * 9]
    page = ask(hostile.reader, PageQuery(WHOLE, ALWAYS, order, First(), size, filter))
    walked = list(page.rows)
    while page.rows and len(walked) < len(known):
        position = next(one.position for one in known if one.id == walked[-1].id)
        page = ask(hostile.reader, PageQuery(WHOLE, ALWAYS, order, After(position), size, filter))
        walked += page.rows
    assert [row.id for row in walked[: len(known)]] == [one.id for one in known]


def test_a_page_that_has_all_matches_knows_how_many_there_are(hostile: Hostile) -> None:
    unlikely = Filter((Condition(f.SOURCE, Operator.EQUALS, "中文"),))
    known = hostile.expected(WHOLE, ALWAYS, unlikely)
    for anchor in (First(), Last(), AtRow(0)):
        page = ask(hostile.reader, PageQuery(WHOLE, ALWAYS, Order.NEWEST, anchor, 1_000, unlikely))
        assert ([row.id for row in page.rows], page.first, page.total) == (
            [one.id for one in known],
            0,
            len(known),
        )


@pytest.mark.parametrize("order", [Order.NEWEST, Order.OLDEST])
def test_going_to_a_time_finds_the_nearest_match_beyond_it(hostile: Hostile, order: Order) -> None:
    failed = Filter((Condition(f.STATUS, Operator.EQUALS, Status.FAILED),))
    known = hostile.expected(WHOLE, ALWAYS, failed, order)
    at_us = NOON_US + 4 * DAY_US + 7
    is_beyond = [(one.trace.executed_at_us <= at_us) is (order is Order.NEWEST) for one in known]
    start = is_beyond.index(True)
    page = ask(hostile.reader, PageQuery(WHOLE, ALWAYS, order, AtTime(at_us), 5, failed))
    assert [row.id for row in page.rows] == [one.id for one in known[start : start + 5]]


def test_before_the_first_match_there_is_nothing(hostile: Hostile) -> None:
    failed = Filter((Condition(f.STATUS, Operator.EQUALS, Status.FAILED),))
    known = hostile.expected(WHOLE, ALWAYS, failed)
    page = ask(hostile.reader, PageQuery(WHOLE, ALWAYS, Order.NEWEST, Before(known[0].position), 5, failed))
    assert (page.rows, page.first, page.total) == ((), 0, len(known))


VALUES = {
    f.STATUS: [Status.SUCCESS, Status.FAILED],
    f.RESPONSE_TIME: [0, 2 * S, 1_000],
    f.REQUEST_ID: [TRACES[5].request_id, "shared", "hare", *NAMES],
    f.VERSION: ["v1", "1", "größe", "%"],
    f.SOURCE_TYPE: ["Workflow", "Prompts", "API Key", "api key", "key", "nothing"],
    f.SOURCE: list(NAMES),
}
T12 = [(field, operator) for field in VALUES for operator in field.operators]


@pytest.mark.parametrize(("field", "operator"), T12, ids=[f"{field.key} {one.value}" for field, one in T12])
@pytest.mark.parametrize("joined", [None, *Joined], ids=["alone", "and", "or"])
def test_every_operator_of_every_column_finds_what_plain_python_does(
    hostile: Hostile, field: Field, operator: Operator, joined: Joined | None
) -> None:
    others = () if joined is None else (Condition(f.STATUS, Operator.EQUALS, Status.FAILED),)
    for value in VALUES[field]:
        filter = Filter((Condition(field, operator, value), *others), joined or Joined.ALL)
        expected = [one.id for one in hostile.expected(WHOLE, ALWAYS, filter)]
        page = ask(hostile.reader, PageQuery(WHOLE, ALWAYS, Order.NEWEST, First(), 2_000, filter))
        assert [row.id for row in page.rows] == expected, filter


def test_every_condition_on_a_column_finds_something_and_leaves_something(hostile: Hostile) -> None:
    for field, operator in T12:
        found = [
            len(hostile.expected(WHOLE, ALWAYS, Filter((Condition(field, operator, value),))))
            for value in VALUES[field]
        ]
        assert any(0 < count < 1_100 for count in found), (field.key, operator)


def test_a_filter_on_the_version_alone_is_known_to_the_rollups(hostile: Hostile) -> None:
    of_version = Filter((Condition(f.VERSION, Operator.CONTAINS, "V1"),))
    page = ask(hostile.reader, PageQuery(WHOLE, ALWAYS, Order.NEWEST, First(), 1, of_version))
    assert page.total == len(hostile.expected(WHOLE, ALWAYS, of_version))
    assert select(hostile.db, WHOLE, ALWAYS, of_version).is_whole_scope


def test_hosting_credits_have_no_share_for_matching_traces(hostile: Hostile) -> None:
    failed = Filter((Condition(f.STATUS, Operator.EQUALS, Status.FAILED),))
    assert ask(hostile.reader, SummaryQuery(WHOLE, ALWAYS, failed)).hosting_credits_micro is None


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """The same store with an index of its texts, but for the last traces."""
    path = tmp_path_factory.mktemp("indexed") / "traces.db"
    fill(path, *TRACES[:1_100])
    build(path, Cancel())
    fill(path, *TRACES[1_100:])
    db = open_reader(path)
    ids = dict(db.execute("SELECT coalesce(record_id, request_id), id FROM traces"))
    reader = SqliteReader(path)
    yield Hostile(reader, db, [Known(ids[trace.record_id], trace) for trace in TRACES])
    reader.close()
    db.close()


@some
@given(
    filter=filters(TRACES), piece=st.sampled_from(["-7", "shared", "\u212a", "K-1", "ÖSSE", "99", "nowhere", "-"])
)
def test_a_piece_of_a_request_id_is_found_through_the_index_of_texts(
    indexed: Hostile, filter: Filter, piece: str
) -> None:
    contains = Condition(f.REQUEST_ID, Operator.CONTAINS, piece)
    both = Filter((contains, *filter.conditions), filter.joined)
    expected = [one.id for one in indexed.expected(WHOLE, ALWAYS, both)]
    page = ask(indexed.reader, PageQuery(WHOLE, ALWAYS, Order.NEWEST, First(), 2_000, both))
    assert [row.id for row in page.rows] == expected


def test_a_rare_piece_of_a_request_id_reads_only_candidates(indexed: Hostile) -> None:
    piece = Filter((Condition(f.REQUEST_ID, Operator.CONTAINS, "-1057"),))
    query = CountQuery(WHOLE, ALWAYS, piece)
    selection = asked_about(indexed.db, query, Finder(indexed.db, Unpacker(indexed.db)))
    assert selection.ids is not None
    assert len(selection.ids) < 200
