"""SQL held to `matches` on hostile traces, in every order and by every way to the rows."""

import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes import NOON_US
from tests.store.hostile import NAMES, TRACES, Hostile, filters
from tests.store.plain import ALWAYS, DAY_US, HOSTED, Known, ask, chosen, in_order
from tracetui.domain import fields as f
from tracetui.domain.fields import Operator
from tracetui.domain.filters import Condition, Filter
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
from tracetui.store.counts import place
from tracetui.store.figures import figures
from tracetui.store.filtered import Limits, ordered
from tracetui.store.histograms import Histograms
from tracetui.store.orders import Ordered
from tracetui.store.search.finder import Finder
from tracetui.store.selection import Selection, select
from tracetui.store.ways import ways

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


def rows(order: Ordered, known: list[Known]) -> None:
    """Check every move of an order against the sorted list."""
    count = len(known)
    ids = [one.id for one in known]
    assert [at.id for at in order.after(None, count + 1)] == ids
    assert [at.id for at in order.before(None, count + 1)] == ids
    assert order.position_at(count) is None
    for index in {0, count // 3, count // 2, count - 1} if count else set():
        found = order.position_at(index)
        assert found is not None
        assert found.id == ids[index]
        position = known[index].position
        assert [at.id for at in order.after(position, 7)] == ids[index + 1 : index + 8]
        assert [at.id for at in order.before(position, 7)] == ids[max(0, index - 7) : index]
        assert order.place_of(position) in (index, None)
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
    for percent, percentile_us in zip((90, 99), found.percentiles_us, strict=True):
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
        for at in {len(known) // 2, len(known) - 1} if known else set():
            position = known[at].position
            assert ask(hostile.reader, PlaceQuery(scope, within, order, position, filter)) == at


@every_order
@every_way
@some
@given(filter=filters(TRACES), scope=st.sampled_from(SCOPES), share=st.floats(0, 1))
def test_a_row_stands_behind_all_matches_that_come_before_it(
    hostile: Hostile, order: Order, limits: Limits, filter: Filter, scope: Scope, share: float
) -> None:
    rows = in_order(chosen(hostile.known, scope, ALWAYS), order)
    row = rows[int(share * (len(rows) - 1))].position
    expected = hostile.expected(scope, ALWAYS, filter, order)
    before = in_order([*expected, Known(row.id, hostile.trace(row.id))], order)
    query = PlaceQuery(scope, ALWAYS, order, row, filter)
    finder = Finder(hostile.db)
    found = place(hostile.db, query, Histograms(hostile.db), finder, limits)
    assert found == [one.id for one in before].index(row.id)


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


def test_a_filter_on_the_version_alone_is_known_to_the_rollups(hostile: Hostile) -> None:
    of_version = Filter((Condition(f.VERSION, Operator.CONTAINS, "V1"),))
    page = ask(hostile.reader, PageQuery(WHOLE, ALWAYS, Order.NEWEST, First(), 1, of_version))
    assert page.total == len(hostile.expected(WHOLE, ALWAYS, of_version))
    assert select(hostile.db, WHOLE, ALWAYS, of_version).is_whole_scope


def test_a_filter_that_came_from_another_process_finds_the_same_request(hostile: Hostile) -> None:
    """There its fields are equal to ours, and not the same objects."""
    here = Filter((Condition(f.REQUEST_ID, Operator.EQUALS, TRACES[0].request_id),))
    there: Filter = pickle.loads(pickle.dumps(here))
    assert ask(hostile.reader, CountQuery(WHOLE, ALWAYS, there)) == len(hostile.expected(WHOLE, ALWAYS, here))


def test_hosting_credits_have_no_share_for_matching_traces(hostile: Hostile) -> None:
    failed = Filter((Condition(f.STATUS, Operator.EQUALS, Status.FAILED),))
    assert ask(hostile.reader, SummaryQuery(WHOLE, ALWAYS, failed)).hosting_credits_micro is None


def test_failed_traces_of_no_version_at_all_are_none(hostile: Hostile) -> None:
    failed = Condition(f.STATUS, Operator.EQUALS, Status.FAILED)
    nothing = Condition(f.VERSION, Operator.EQUALS, "there is no such version")
    page = ask(hostile.reader, PageQuery(WHOLE, ALWAYS, Order.NEWEST, First(), 9, Filter((failed, nothing))))
    assert page.rows == ()


def test_a_rare_source_is_found_through_an_index_of_its_own(hostile: Hostile) -> None:
    (name, *_) = NAMES
    rare = Filter((Condition(f.SOURCE, Operator.EQUALS, name), Condition(f.SOURCE, Operator.CONTAINS, name)))
    cheapest = ways(select(hostile.db, WHOLE, ALWAYS, rare), Histograms(hostile.db))[0]
    assert {walk.index_name for walk in cheapest.walks} == {"traces_by_source"}
