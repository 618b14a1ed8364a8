from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import NOON_US, S, a_trace
from tests.store.conftest import FullStore
from tests.store.plain import ALWAYS, DAY_US, DEPLOYED_US, EXTERNAL, HOSTED, Known, a_reader, ask, chosen, in_order
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import HOUR_US, MINUTE_US, Period
from tracetui.domain.queries import (
    After,
    AtRow,
    AtTime,
    Before,
    DeploymentRef,
    First,
    Last,
    Order,
    PageQuery,
    Position,
    Scope,
)
from tracetui.errors import QueryError

SCOPES = {
    "model": Scope(HOSTED),
    "deployment": Scope(HOSTED, DeploymentRef("chat")),
    "first chat": Scope(HOSTED, DeploymentRef("chat", DEPLOYED_US[0])),
    "second chat": Scope(HOSTED, DeploymentRef("chat", DEPLOYED_US[1])),
    "last chat": Scope(HOSTED, DeploymentRef("chat", DEPLOYED_US[2]), version="v10"),
    "rare version": Scope(HOSTED, version="v0-rare"),
    "odd version": Scope(HOSTED, version="v0-odd"),
    "external": Scope(EXTERNAL),
    "connection": Scope(EXTERNAL, connection="eu"),
    "nothing": Scope(EXTERNAL, connection="mars"),
}
PERIODS = {
    "always": ALWAYS,
    "whole days": Period(NOON_US + 12 * HOUR_US, NOON_US + 12 * HOUR_US + 30 * DAY_US),
    "ragged": Period(NOON_US + 3 * DAY_US + 1, NOON_US + 17 * DAY_US + 11 * MINUTE_US + 123_457),
    "quarters": Period(NOON_US + 5 * DAY_US + 45 * MINUTE_US, NOON_US + 5 * DAY_US + 20 * HOUR_US),
    "inside a quarter": Period(NOON_US + 6 * DAY_US - 60 * S, NOON_US + 6 * DAY_US + 61 * S),
    "one moment": Period(NOON_US + 18 * HOUR_US, NOON_US + 18 * HOUR_US + 1),
    "before all": Period(0, NOON_US),
    "backwards": Period(NOON_US + 9 * DAY_US, NOON_US + 8 * DAY_US),
}

every_scope = pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
every_period = pytest.mark.parametrize("within", PERIODS.values(), ids=PERIODS)
every_order = pytest.mark.parametrize("order", list(Order))
by_time = pytest.mark.parametrize("order", [Order.NEWEST, Order.OLDEST])


def places(count: int) -> list[int]:
    """Some places among so many: both ends, and a spread between."""
    some = {0, count // 3, count - 2, count - 1}
    return sorted(place for place in some if 0 <= place < count)


@every_order
@every_period
@every_scope
def test_a_page_anywhere_equals_a_slice_of_the_sorted_list(
    full: FullStore, scope: Scope, within: Period, order: Order
) -> None:
    rows = in_order(chosen(full.known, scope, within), order)
    for anchor, start, end in [
        (First(), 0, 9),
        (Last(), max(0, len(rows) - 9), len(rows)),
        *((AtRow(place), place, place + 9) for place in places(len(rows))),
        *((After(rows[place].position), place + 1, place + 10) for place in places(len(rows))),
        *((Before(rows[place].position), max(0, place - 9), place) for place in places(len(rows))),
    ]:
        page = ask(full.reader, PageQuery(scope, within, order, anchor, 9))
        assert [row.id for row in page.rows] == [one.id for one in rows[start:end]], anchor
        assert page.first == (start if page.rows else 0), anchor
        assert page.total == len(rows), anchor


@every_order
@pytest.mark.parametrize("scope", [Scope(HOSTED), Scope(HOSTED, version="v2"), Scope(EXTERNAL)])
def test_walking_on_from_the_first_page_gives_every_row_once(full: FullStore, scope: Scope, order: Order) -> None:
    walked: list[int] = []
    page = ask(full.reader, PageQuery(scope, ALWAYS, order, First(), 311))
    while page.rows:
        assert page.first == len(walked)
        walked += [row.id for row in page.rows]
        last = page.rows[-1]
        anchor = After(Position(last.executed_at_us, last.id, last.response_time_us))
        page = ask(full.reader, PageQuery(scope, ALWAYS, order, anchor, 311))
    assert walked == [one.id for one in in_order(chosen(full.known, scope, ALWAYS), order)]


@every_order
@pytest.mark.parametrize("scope", [Scope(HOSTED), Scope(HOSTED, version="v2"), Scope(EXTERNAL)])
def test_walking_back_from_the_last_page_gives_every_row_once(full: FullStore, scope: Scope, order: Order) -> None:
    walked: list[int] = []
    page = ask(full.reader, PageQuery(scope, ALWAYS, order, Last(), 311))
    while page.rows:
        walked = [row.id for row in page.rows] + walked
        first = page.rows[0]
        anchor = Before(Position(first.executed_at_us, first.id, first.response_time_us))
        page = ask(full.reader, PageQuery(scope, ALWAYS, order, anchor, 311))
    assert walked == [one.id for one in in_order(chosen(full.known, scope, ALWAYS), order)]


@pytest.mark.parametrize("days", [0, 0.25, 3, 17.1, 39.99])
@every_scope
def test_going_to_a_time_newest_first_finds_the_first_row_not_later(
    full: FullStore, scope: Scope, days: float
) -> None:
    at_us = NOON_US + int(days * DAY_US)
    rows = in_order(chosen(full.known, scope, ALWAYS), Order.NEWEST)
    expected = [one.id for one in rows if one.trace.executed_at_us <= at_us][:5] or [one.id for one in rows[-5:]]
    page = ask(full.reader, PageQuery(scope, ALWAYS, Order.NEWEST, AtTime(at_us), 5))
    assert [row.id for row in page.rows] == expected


@pytest.mark.parametrize("days", [-1, 0.25, 3, 17.1, 39.99])
@every_scope
def test_going_to_a_time_oldest_first_finds_the_first_row_not_earlier(
    full: FullStore, scope: Scope, days: float
) -> None:
    at_us = NOON_US + int(days * DAY_US)
    rows = in_order(chosen(full.known, scope, ALWAYS), Order.OLDEST)
    expected = [one.id for one in rows if one.trace.executed_at_us >= at_us][:5] or [one.id for one in rows[-5:]]
    page = ask(full.reader, PageQuery(scope, ALWAYS, Order.OLDEST, AtTime(at_us), 5))
    assert [row.id for row in page.rows] == expected


@by_time
def test_going_to_a_time_tells_the_place_of_the_row_found(full: FullStore, order: Order) -> None:
    rows = in_order(chosen(full.known, Scope(HOSTED), ALWAYS), order)
    page = ask(full.reader, PageQuery(Scope(HOSTED), ALWAYS, order, AtTime(NOON_US + 20 * DAY_US), 1))
    assert page.first is not None
    assert page.rows[0].id == rows[page.first].id


@by_time
def test_a_time_beyond_all_rows_shows_the_last_page(full: FullStore, order: Order) -> None:
    at_us = 0 if order is Order.NEWEST else ALWAYS.end_us
    page = ask(full.reader, PageQuery(Scope(EXTERNAL), ALWAYS, order, AtTime(at_us), 5))
    assert page == ask(full.reader, PageQuery(Scope(EXTERNAL), ALWAYS, order, Last(), 5))


@every_order
def test_a_row_number_past_the_end_shows_the_last_page(full: FullStore, order: Order) -> None:
    page = ask(full.reader, PageQuery(Scope(HOSTED), ALWAYS, order, AtRow(1_000_000), 5))
    assert page == ask(full.reader, PageQuery(Scope(HOSTED), ALWAYS, order, Last(), 5))


def test_a_time_cannot_be_gone_to_where_rows_stand_by_response_time(full: FullStore) -> None:
    with pytest.raises(QueryError, match="Sort by Executed on"):
        ask(full.reader, PageQuery(Scope(HOSTED), ALWAYS, Order.SLOWEST, AtTime(NOON_US), 5))


def test_a_model_that_is_not_there_is_named(full: FullStore) -> None:
    scope = Scope(ModelRef(ModelType.FINE_TUNED, "ghost"))
    with pytest.raises(QueryError, match="no fine-tuned model named 'ghost'"):
        ask(full.reader, PageQuery(scope, ALWAYS, Order.NEWEST, First(), 5))


def test_a_deployment_that_was_never_deployed_then_is_named(full: FullStore) -> None:
    scope = Scope(HOSTED, DeploymentRef("chat", 12))
    with pytest.raises(QueryError, match="no deployment 'chat'"):
        ask(full.reader, PageQuery(scope, ALWAYS, Order.NEWEST, First(), 5))


def test_a_position_outside_the_period_is_stepped_over(full: FullStore) -> None:
    within = PERIODS["ragged"]
    after = After(Position(within.end_us + DAY_US, 1, None))
    page = ask(full.reader, PageQuery(Scope(HOSTED), within, Order.NEWEST, after, 5))
    assert page == ask(full.reader, PageQuery(Scope(HOSTED), within, Order.NEWEST, First(), 5))


@every_order
def test_a_store_of_one_row_has_that_row_at_both_ends(tmp_path: Path, order: Order) -> None:
    reader = a_reader(tmp_path / "s.db", a_trace(model="x-1", response_time_us=5))
    first = ask(reader, PageQuery(Scope(EXTERNAL), ALWAYS, order, First(), 5))
    assert (len(first.rows), first.first, first.total) == (1, 0, 1)
    assert first == ask(reader, PageQuery(Scope(EXTERNAL), ALWAYS, order, Last(), 5))


@every_order
@pytest.mark.parametrize("place", [0, -1], ids=["begins after the first", "ends before the last"])
def test_a_period_one_moment_short_of_all_leaves_those_out(full: FullStore, order: Order, place: int) -> None:
    rows = in_order(chosen(full.known, Scope(HOSTED), ALWAYS), Order.OLDEST)
    at_us = rows[place].trace.executed_at_us
    within = Period(at_us + 1, ALWAYS.end_us) if place == 0 else Period(0, at_us)
    left = chosen(full.known, Scope(HOSTED), within)
    page = ask(full.reader, PageQuery(Scope(HOSTED), within, order, First(), 10_000))
    assert (page.total, len(page.rows)) == (len(left), len(left))


@every_order
def test_the_neighbours_of_a_row_that_was_deleted_are_found(full: FullStore, order: Order) -> None:
    rows = in_order(chosen(full.known, Scope(HOSTED), ALWAYS), order)
    gone = rows[1000].position._replace(id=10**9)
    after = ask(full.reader, PageQuery(Scope(HOSTED), ALWAYS, order, After(gone), 3))
    before = ask(full.reader, PageQuery(Scope(HOSTED), ALWAYS, order, Before(gone), 3))
    assert after.first == (before.first or 0) + 3


def test_a_row_shows_what_the_table_needs(tmp_path: Path) -> None:
    trace = a_trace(
        "req-9",
        model="x-1",
        version="v3",
        source_type="API Key",
        source="checkout",
        input="Who?",
        output="Me.",
        response_time_us=1_500_000,
    )
    reader = a_reader(tmp_path / "s.db", trace)
    (row,) = ask(reader, PageQuery(Scope(EXTERNAL), ALWAYS, Order.NEWEST, First(), 5)).rows
    assert row[1:] == (NOON_US, 0, "req-9", 1_500_000, "v3", "API Key", "checkout", "Who?", "Me.")


def test_what_a_row_does_not_know_is_none(tmp_path: Path) -> None:
    reader = a_reader(tmp_path / "s.db", a_trace("req-9", model="x-1"))
    (row,) = ask(reader, PageQuery(Scope(EXTERNAL), ALWAYS, Order.NEWEST, First(), 5)).rows
    assert row[4:] == (None, None, None, None, None, None)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> FullStore:
    """A deployment that gets a new version every hour: 600 routes, beside another one."""
    traces = [
        a_trace(
            f"r{place}",
            deployment="batch" if place % 7 == 0 else "chat",
            version=f"v{place // 2}",
            executed_at_us=NOON_US + place // 3 * HOUR_US,
            response_time_us=place % 50 * 1_000,
        )
        for place in range(1_200)
    ]
    path = tmp_path_factory.mktemp("many") / "s.db"
    reader = a_reader(path, *traces)
    # Written in order to an empty store, ids count from 1.
    typed = (replace(trace, model_type=HOSTED.type) for trace in traces)
    return FullStore(reader, [Known(id, trace) for id, trace in enumerate(typed, start=1)], path)


@every_order
def test_hundreds_of_versions_are_paged_like_one(many: FullStore, order: Order) -> None:
    scope = Scope(HOSTED, DeploymentRef("chat"))
    rows = in_order(chosen(many.known, scope, ALWAYS), order)
    for place in places(len(rows)):
        for anchor, start, end in [
            (AtRow(place), place, place + 9),
            (After(rows[place].position), place + 1, place + 10),
            (Before(rows[place].position), max(0, place - 9), place),
        ]:
            page = ask(many.reader, PageQuery(scope, ALWAYS, order, anchor, 9))
            assert [row.id for row in page.rows] == [one.id for one in rows[start:end]]
            assert (page.first, page.total) == (start if page.rows else 0, len(rows))
