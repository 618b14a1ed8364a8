from pathlib import Path

import pytest

from tests.fakes import NOON_US, a_trace
from tests.store.plain import EXTERNAL, HOSTED, a_reader, ask
from tracetui.domain.analytics import AccountQuery, UptimeQuery
from tracetui.domain.catalogue import Connection, Deployment, Model, ModelType, ReplicaChange
from tracetui.domain.periods import HOUR_US, Period
from tracetui.domain.ports import Record
from tracetui.domain.queries import DeploymentRef, Scope
from tracetui.errors import QueryError


def at(hour: float) -> int:
    return NOON_US + round(hour * HOUR_US)


WHOLE = Scope(HOSTED)
DAY = Period(at(0), at(24))


def a_deployment(name: str, start: float | None, end: float | None, version: str | None = None) -> Deployment:
    times = (None if hour is None else at(hour) for hour in (start, end))
    return Deployment("m-1", ModelType.OPEN_SOURCE, name, version, *times)


def hours_up(path: Path, *records: Record, scope: Scope = WHOLE) -> list[tuple[float, float]]:
    """From which hour to which, of the 24 after noon."""
    found = ask(a_reader(path / "s.db", *records), UptimeQuery(scope, DAY))
    return [((start - NOON_US) / HOUR_US, (end - NOON_US) / HOUR_US) for start, end in found]


def test_a_deployment_is_up_from_its_start_to_its_end(tmp_path: Path) -> None:
    assert hours_up(tmp_path, a_deployment("chat", 2, 5)) == [(2, 5)]


def test_a_deployment_without_an_end_is_up_to_the_end_of_the_period(tmp_path: Path) -> None:
    assert hours_up(tmp_path, a_deployment("chat", 2, None)) == [(2, 24)]


def test_time_before_the_period_is_not_told(tmp_path: Path) -> None:
    assert hours_up(tmp_path, a_deployment("chat", -9, 5), a_deployment("chat", -20, -10)) == [(0, 5)]


def test_deployments_that_follow_or_overlap_are_one_time_and_gaps_stay(tmp_path: Path) -> None:
    known = (a_deployment("a", 1, 3), a_deployment("b", 2, 5), a_deployment("a", 5, 6), a_deployment("b", 8, 9))
    assert hours_up(tmp_path, *known) == [(1, 6), (8, 9)]


def test_narrowed_to_a_name_only_its_deployments_count(tmp_path: Path) -> None:
    known = (a_deployment("a", 1, 3), a_deployment("b", 2, 5), a_deployment("a", 7, 8))
    assert hours_up(tmp_path, *known, scope=Scope(HOSTED, DeploymentRef("a"))) == [(1, 3), (7, 8)]


def test_narrowed_to_one_of_a_name_only_that_one_counts(tmp_path: Path) -> None:
    known = (a_deployment("a", 1, 3), a_deployment("a", 7, 8))
    assert hours_up(tmp_path, *known, scope=Scope(HOSTED, DeploymentRef("a", at(7)))) == [(7, 8)]


def test_a_deployment_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="deployed-at"):
        hours_up(tmp_path, a_deployment("a", 1, 3), scope=Scope(HOSTED, DeploymentRef("a", at(2))))


def test_narrowed_to_a_version_only_its_deployments_count(tmp_path: Path) -> None:
    known = (a_deployment("a", 1, 3, "v1"), a_deployment("a", 7, 8, "v2"))
    assert hours_up(tmp_path, *known, scope=Scope(HOSTED, version="v2")) == [(7, 8)]


def test_a_deployment_of_open_version_is_up_for_the_versions_seen_of_it(tmp_path: Path) -> None:
    known = (a_deployment("a", 1, 3), a_trace(deployment="a", version="v2", executed_at_us=at(2)))
    assert hours_up(tmp_path, *known, scope=Scope(HOSTED, version="v2")) == [(1, 3)]
    assert hours_up(tmp_path, *known, scope=Scope(HOSTED, version="v3")) == []


def test_a_start_that_nobody_told_is_the_first_trace(tmp_path: Path) -> None:
    known = (a_deployment("a", None, 9), a_trace(deployment="a", executed_at_us=at(4)))
    assert hours_up(tmp_path, *known) == [(4, 9)]


def test_a_change_of_replicas_before_the_first_trace_is_a_start_too(tmp_path: Path) -> None:
    change = ReplicaChange("m-1", ModelType.OPEN_SOURCE, "a", None, at(3), 1)
    assert hours_up(tmp_path, change, a_trace(deployment="a", executed_at_us=at(4))) == [(3, 24)]


def test_a_deployment_of_which_nothing_else_is_known_is_up_always(tmp_path: Path) -> None:
    assert hours_up(tmp_path, a_deployment("a", None, None)) == [(0, 24)]


def test_a_deployment_that_only_traces_name_is_up_since_its_first(tmp_path: Path) -> None:
    traces = [a_trace(f"r{hour}", deployment="a", version=f"v{hour}", executed_at_us=at(hour)) for hour in (6, 7)]
    assert hours_up(tmp_path, *traces) == [(6, 24)]


def test_traces_of_another_version_than_those_declared_are_of_another_deployment(tmp_path: Path) -> None:
    known = (a_deployment("a", 1, 3, "v1"), a_trace(deployment="a", version="v2", executed_at_us=at(5)))
    assert hours_up(tmp_path, *known) == [(1, 3), (5, 24)]


def test_traces_beyond_the_declared_time_do_not_stretch_it(tmp_path: Path) -> None:
    known = (a_deployment("a", 1, 3, "v1"), a_trace(deployment="a", version="v1", executed_at_us=at(5)))
    assert hours_up(tmp_path, *known) == [(1, 3)]


def test_a_hosted_model_whose_traces_name_no_deployment_is_up_since_the_first(tmp_path: Path) -> None:
    trace = a_trace(model_type=ModelType.OPEN_SOURCE, executed_at_us=at(5))
    assert hours_up(tmp_path, trace) == [(5, 24)]


def test_traces_that_name_no_deployment_make_none_beside_a_declared_one(tmp_path: Path) -> None:
    trace = a_trace(model_type=ModelType.OPEN_SOURCE, executed_at_us=at(5))
    assert hours_up(tmp_path, trace, a_deployment("a", 1, 3)) == [(1, 3)]


def test_a_model_never_deployed_is_never_up(tmp_path: Path) -> None:
    assert hours_up(tmp_path, Model("m-1", ModelType.OPEN_SOURCE)) == []


def test_an_external_model_is_there_since_its_first_connection_was_added(tmp_path: Path) -> None:
    known = (Connection("x-1", "eu", at(5)), Connection("x-1", "us", at(3)))
    assert hours_up(tmp_path, *known, scope=Scope(EXTERNAL)) == [(3, 24)]
    assert hours_up(tmp_path, *known, scope=Scope(EXTERNAL, connection="eu")) == [(5, 24)]


def test_a_connection_that_nobody_says_when_was_added_is_there_since_its_first_trace(tmp_path: Path) -> None:
    trace = a_trace(model="x-1", connection="eu", executed_at_us=at(7))
    scope = Scope(EXTERNAL, connection="eu")
    assert hours_up(tmp_path, Connection("x-1", "eu"), trace, scope=scope) == [(7, 24)]


def test_an_external_model_without_connections_is_there_since_its_first_trace(tmp_path: Path) -> None:
    assert hours_up(tmp_path, a_trace(model="x-1", executed_at_us=at(7)), scope=Scope(EXTERNAL)) == [(7, 24)]


@pytest.mark.parametrize(
    ("start", "end", "count"), [(0, 2, 0), (0, 2.1, 1), (4.9, 9, 1), (5, 9, 0), (3, 3, 0), (-5, 30, 1)]
)
def test_a_model_is_deployed_where_the_period_shares_a_moment(
    tmp_path: Path, start: float, end: float, count: int
) -> None:
    reader = a_reader(tmp_path / "s.db", a_deployment("a", 2, 5), a_deployment("b", 3, 4))
    assert ask(reader, AccountQuery(Period(at(start), at(end)))).deployed_models == count


def test_a_model_that_only_traces_know_to_be_deployed_counts_from_then_on(tmp_path: Path) -> None:
    reader = a_reader(tmp_path / "s.db", a_trace(deployment="a", executed_at_us=at(5)), a_trace("r2", model="x-1"))
    counts = [ask(reader, AccountQuery(Period(at(0), at(end)))).deployed_models for end in (5, 5.1)]
    assert counts == [0, 1]
