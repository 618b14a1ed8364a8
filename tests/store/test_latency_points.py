from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.fakes import MS, NOON_US, S, a_trace
from tests.store import charts
from tests.store.charts import BERLIN, CHOICES, KATHMANDU, SCOPES
from tests.store.conftest import Demo, FullStore
from tests.store.plain import DAY_US, EXTERNAL, HOSTED, a_reader, ask, chosen, fill
from tracetui.domain.analytics import LatencyColumn, LatencyPoints, LatencyPointsQuery, TimedRequest, whole_of
from tracetui.domain.periods import HOUR_US, MINUTE_US, Period, PeriodChoice
from tracetui.domain.queries import DeploymentRef, Scope
from tracetui.domain.trace import Trace
from tracetui.errors import QueryError
from tracetui.store.connection import open_reader
from tracetui.store.latency_points import latency_points

HOURS = tuple(Period(NOON_US + place * HOUR_US, NOON_US + (place + 1) * HOUR_US) for place in range(24))
WEEK = tuple(Period(NOON_US + place * DAY_US, NOON_US + (place + 1) * DAY_US) for place in range(7))


def plain_columns(requests: list[TimedRequest], within: Period, columns: int) -> tuple[LatencyColumn, ...]:
    """Every request looked at, in its column by the share of the period before it."""
    found: dict[int, list[TimedRequest]] = {}
    for one in requests:
        share = (one.executed_at_us - within.start_us) * columns // (within.end_us - within.start_us)
        found.setdefault(share, []).append(one)
    by_response_time = {
        number: sorted(some, key=lambda one: (one.response_time_us, one.executed_at_us, one.id))
        for number, some in sorted(found.items())
    }
    return tuple(LatencyColumn(number, len(some), some[0], some[-1]) for number, some in by_response_time.items())


def without_ids(answer: LatencyPoints) -> list[tuple[int, int, list[tuple[str, int, int]]]]:
    return [
        (one.column, one.timed, [(end.request_id, *end[2:]) for end in (one.lowest, one.highest)])
        for one in answer.columns
    ]


def timed(traces: list[Trace]) -> list[TimedRequest]:
    """In an order of their own: ids are not known here, and only tell apart what is else the same."""
    return [
        TimedRequest(0, one.request_id, one.executed_at_us, one.response_time_us)
        for one in traces
        if one.response_time_us is not None
    ]


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_columns_hold_the_lowest_and_the_highest_request_of_their_time(demo: Demo, choice: PeriodChoice) -> None:
    for scope in SCOPES:
        for zone, columns in ((BERLIN, 110), (KATHMANDU, 37)):
            query = LatencyPointsQuery(scope, charts.buckets_of(choice, zone), columns)
            traces = charts.traces_of(demo.records, scope)
            inside = [one for one in traces if query.within.start_us <= one.executed_at_us < query.within.end_us]
            wanted = plain_columns(timed(inside), query.within, columns)
            assert without_ids(ask(demo.reader, query)) == without_ids(LatencyPoints(wanted, ()))


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_hours_and_days_without_a_request_break_the_line(demo: Demo, choice: PeriodChoice) -> None:
    for scope in SCOPES:
        buckets = charts.buckets_of(choice, BERLIN)
        by_bucket = charts.bucketed(charts.traces_of(demo.records, scope), choice, BERLIN)
        wanted = tuple(bucket for bucket, traces in zip(buckets, by_bucket, strict=True) if not traces)
        assert ask(demo.reader, LatencyPointsQuery(scope, buckets, 50)).breaks == wanted


@pytest.mark.parametrize("columns", [1, 2, 7, 95, 96, 97, 110, 671, 672, 673, 1_000])
@pytest.mark.parametrize("few", [0, 30_000], ids=["sought", "read"])
@pytest.mark.parametrize(
    "scope",
    [
        Scope(HOSTED),
        Scope(HOSTED, DeploymentRef("chat")),
        Scope(HOSTED, version="v0-rare"),
        Scope(HOSTED, DeploymentRef("chat", NOON_US - DAY_US + 7 * MINUTE_US), "v2"),
        Scope(EXTERNAL, connection="eu"),
    ],
    ids=str,
)
def test_what_is_sought_through_rollups_equals_what_is_read(
    full: FullStore, scope: Scope, few: int, columns: int
) -> None:
    start_us = NOON_US + 11 * MINUTE_US + 123_457
    buckets = tuple(Period(start_us + place * DAY_US, start_us + (place + 1) * DAY_US) for place in range(-1, 6))
    query = LatencyPointsQuery(scope, buckets, columns)
    requests = [
        TimedRequest(one.id, one.trace.request_id, one.trace.executed_at_us, one.trace.response_time_us)
        for one in chosen(full.known, scope, query.within)
        if one.trace.response_time_us is not None
    ]
    with closing(open_reader(full.path)) as db:
        assert latency_points(db, query, few=few).columns == plain_columns(requests, query.within, columns)


@pytest.mark.parametrize("seed", range(5))
def test_crowded_quarters_that_columns_share_give_each_its_own(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    path = tmp_path / "s.db"
    traces = [
        a_trace(
            f"r{place}",
            model="x-1",
            executed_at_us=NOON_US + chance.randrange(3 * HOUR_US),
            response_time_us=round(chance.lognormvariate(13, 1)),
        )
        for place in range(1_500)
    ]
    fill(path, *traces)
    query = LatencyPointsQuery(Scope(EXTERNAL), HOURS[:3], 11)
    wanted = without_ids(LatencyPoints(plain_columns(timed(traces), query.within, 11), ()))
    with closing(open_reader(path)) as db:
        assert without_ids(latency_points(db, query, few=0)) == wanted


def test_a_single_request_is_both_ends_of_its_column(tmp_path: Path) -> None:
    reader = a_reader(tmp_path / "s.db", a_trace("req-7", model="x-1", response_time_us=5 * MS))
    (column,) = ask(reader, LatencyPointsQuery(Scope(EXTERNAL), HOURS, 100)).columns
    assert column.requests == (TimedRequest(1, "req-7", NOON_US, 5 * MS),)


def test_the_two_requests_of_a_column_are_drawn_in_the_order_of_time(tmp_path: Path) -> None:
    slow = a_trace("slow", model="x-1", response_time_us=9 * S)
    fast = a_trace("fast", model="x-1", response_time_us=1 * S, executed_at_us=NOON_US + 1)
    reader = a_reader(tmp_path / "s.db", slow, fast)
    (column,) = ask(reader, LatencyPointsQuery(Scope(EXTERNAL), HOURS, 1)).columns
    assert [one.request_id for one in column.requests] == ["slow", "fast"]
    assert column.lowest.request_id == "fast"


def test_a_request_without_a_response_time_is_no_point_but_no_gap(tmp_path: Path) -> None:
    answer = ask(a_reader(tmp_path / "s.db", a_trace(model="x-1")), LatencyPointsQuery(Scope(EXTERNAL), HOURS, 9))
    assert (answer.columns, len(answer.breaks)) == ((), 23)


@pytest.mark.parametrize("columns", [0, 1_001])
def test_a_number_of_columns_that_no_chart_has_is_refused(tmp_path: Path, columns: int) -> None:
    reader = a_reader(tmp_path / "s.db", a_trace(model="x-1"))
    with pytest.raises(QueryError, match="columns"):
        ask(reader, LatencyPointsQuery(Scope(EXTERNAL), HOURS, columns))


def test_the_period_of_a_query_is_that_of_its_buckets() -> None:
    assert (
        LatencyPointsQuery(Scope(EXTERNAL), WEEK, 10).within
        == whole_of(WEEK)
        == Period(NOON_US, NOON_US + 7 * DAY_US)
    )
