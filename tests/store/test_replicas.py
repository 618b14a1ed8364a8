from pathlib import Path
from random import Random

import pytest

from tests.fakes import NOON_US, a_trace
from tests.store import charts
from tests.store.charts import BERLIN, CHOICES, SCOPES
from tests.store.conftest import Demo
from tests.store.plain import EXTERNAL, HOSTED, a_reader, ask
from tracetui.domain.analytics import Replicas, ReplicasQuery, ReplicasUpQuery, Running
from tracetui.domain.catalogue import Deployment, ModelType, ReplicaChange
from tracetui.domain.periods import HOUR_US, Period, PeriodChoice, resolve
from tracetui.domain.ports import Record
from tracetui.domain.queries import DeploymentRef, Scope

OPEN = ModelType.OPEN_SOURCE
WHOLE = Scope(HOSTED)


def at(hour: float) -> int:
    return NOON_US + round(hour * HOUR_US)


DAY = Period(at(0), at(24))


def a_deployment(
    name: str,
    start: float,
    end: float | None,
    version: str | None = None,
    hardware: str | None = None,
    most: int = 8,
) -> Deployment:
    end_us = None if end is None else at(end)
    return Deployment("m-1", OPEN, name, version, at(start), end_us, hardware, most)


def a_change(
    name: str, hour: float, count: int, version: str | None = None, on: str | None = None
) -> ReplicaChange:
    return ReplicaChange("m-1", OPEN, name, version, at(hour), count, on)


def replicas(path: Path, *records: Record, scope: Scope = WHOLE) -> Replicas:
    return ask(a_reader(path / "s.db", *records), ReplicasQuery(scope, DAY))


def by_hour(answer: Replicas) -> list[tuple[float, int | None]]:
    return [((step.at_us - NOON_US) / HOUR_US, step.replicas) for step in answer.steps]


def running_at(demo: Demo, scope: Scope, moment: int) -> list[Running]:
    """What is up at a moment, by looking through all records."""
    found = []
    for one in charts.of_kind(demo.records, Deployment):
        is_meant = (one.model_type, one.model) == scope.model and scope.version in (None, one.version)
        if scope.deployment is not None:
            is_meant = is_meant and one.name == scope.deployment.name
        start_us = one.deployed_at_us or 0
        if not is_meant or not start_us <= moment < (one.undeployed_at_us or charts.NOW_US * 2):
            continue
        changes = [
            change
            for change in charts.of_kind(demo.records, ReplicaChange)
            if (change.model, change.deployment, change.version) == (one.model, one.name, one.version)
            and start_us <= change.at_us <= moment
        ]
        last = max(changes, key=lambda change: change.at_us, default=None)
        found.append(
            Running(
                one.name,
                one.version,
                last and last.replicas,
                (last and last.hardware) or one.hardware,
                one.max_replicas,
            )
        )
    return sorted(found, key=lambda one: (one.deployment, one.version or ""))


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_at_any_moment_the_steps_say_what_the_records_say(demo: Demo, choice: PeriodChoice) -> None:
    within = resolve(choice, charts.NOW_US, BERLIN)
    chance = Random(str(choice))
    for scope in SCOPES:
        steps = ask(demo.reader, ReplicasQuery(scope, within)).steps
        assert steps[0].at_us == within.start_us
        moments = [chance.randrange(*within) for _ in range(4)] + [chance.choice(steps).at_us, within.end_us - 1]
        for moment in moments:
            now = [step for step in steps if step.at_us <= moment][-1]
            assert list(now.running) == running_at(demo, scope, moment)


def test_each_change_is_a_step(tmp_path: Path) -> None:
    known = (a_deployment("a", 1, 9), a_change("a", 1, 2), a_change("a", 4, 3), a_change("a", 5, 1))
    assert by_hour(replicas(tmp_path, *known)) == [(0, None), (1, 2), (4, 3), (5, 1), (9, None)]


def test_what_changed_before_the_period_stands_at_its_start(tmp_path: Path) -> None:
    known = (a_deployment("a", -9, None), a_change("a", -8, 2), a_change("a", -7, 5), a_change("a", 24, 9))
    assert by_hour(replicas(tmp_path, *known)) == [(0, 5)]


def test_a_change_to_the_same_number_is_no_step(tmp_path: Path) -> None:
    known = (a_deployment("a", -9, None), a_change("a", -8, 2), a_change("a", 3, 2))
    assert by_hour(replicas(tmp_path, *known)) == [(0, 2)]


def test_deployments_add_up_and_so_do_their_maxima(tmp_path: Path) -> None:
    known = (a_deployment("a", 0, None, most=4), a_change("a", 0, 2), a_deployment("b", 3, 6, most=5))
    answer = replicas(tmp_path, *known, a_change("b", 3, 1))
    assert by_hour(answer) == [(0, 2), (3, 3), (6, 2)]
    assert [step.max_replicas for step in answer.steps] == [4, 9, 4]
    assert answer.max_replicas == 9


def test_narrowed_to_a_deployment_or_version_only_its_replicas_count(tmp_path: Path) -> None:
    known = (
        a_deployment("a", 0, None, "v1"),
        a_deployment("b", 0, None, "v2"),
        a_change("a", 0, 2, "v1"),
        a_change("b", 0, 5, "v2"),
    )
    assert by_hour(replicas(tmp_path, *known, scope=Scope(HOSTED, DeploymentRef("a")))) == [(0, 2)]
    assert by_hour(replicas(tmp_path, *known, scope=Scope(HOSTED, version="v2"))) == [(0, 5)]


def test_one_deployment_among_namesakes_has_the_changes_of_its_time(tmp_path: Path) -> None:
    known = (a_deployment("a", 0, 5), a_deployment("a", 8, None), a_change("a", 1, 2), a_change("a", 9, 3))
    scope = Scope(HOSTED, DeploymentRef("a", at(8)))
    assert by_hour(replicas(tmp_path, *known, scope=scope)) == [(0, None), (8, None), (9, 3)]


def test_what_one_had_in_an_earlier_life_says_nothing_of_the_next(tmp_path: Path) -> None:
    known = (a_deployment("a", 0, 5), a_deployment("a", 8, None), a_change("a", 0, 2))
    answer = replicas(tmp_path, *known)
    assert by_hour(answer) == [(0, 2), (5, None), (8, None)]
    assert [len(step.running) for step in answer.steps] == [1, 0, 1]


def test_replicas_that_start_before_the_deployment_is_said_to_be_up_are_its_own(tmp_path: Path) -> None:
    known = (a_deployment("a", 2, None), a_change("a", 1, 3))
    assert by_hour(replicas(tmp_path, *known)) == [(0, None), (2, 3)]


def test_a_change_that_leaves_the_version_open_is_the_one_deployments_that_was_up_last(tmp_path: Path) -> None:
    known = (a_deployment("a", 0, None, "v1"), a_deployment("a", 3, None, "v2"), a_change("a", 4, 6))
    assert by_hour(replicas(tmp_path, *known, scope=Scope(HOSTED, version="v1"))) == [(0, None)]
    assert by_hour(replicas(tmp_path, *known, scope=Scope(HOSTED, version="v2"))) == [(0, None), (3, None), (4, 6)]


def test_a_change_is_its_versions_even_where_a_younger_one_of_open_version_is_up(tmp_path: Path) -> None:
    known = (a_deployment("a", 0, None, "v1"), a_deployment("a", 3, None), a_change("a", 4, 6, "v1"))
    scope = Scope(HOSTED, DeploymentRef("a", at(0)))
    assert by_hour(replicas(tmp_path, *known, scope=scope)) == [(0, None), (4, 6)]


def test_versions_of_a_deployment_of_open_version_add_up(tmp_path: Path) -> None:
    known = (
        a_deployment("a", 0, None),
        a_change("a", 0, 2, "v1"),
        a_change("a", 3, 1, "v2"),
        a_change("a", 4, 0, "v1"),
    )
    answer = replicas(tmp_path, *known)
    assert by_hour(answer) == [(0, 2), (3, 3), (4, 1)]
    assert [step.running[0].version for step in answer.steps] == ["v1", "v1, v2", "v2"]
    assert answer.max_replicas == 8


def test_without_any_change_the_number_is_unknown_and_not_zero(tmp_path: Path) -> None:
    assert by_hour(replicas(tmp_path, a_deployment("a", 3, None))) == [(0, None), (3, None)]


def test_a_maximum_that_nobody_told_makes_the_sum_unknown(tmp_path: Path) -> None:
    unknown = Deployment("m-1", OPEN, "b", None, at(0))
    assert replicas(tmp_path, a_deployment("a", 0, None), unknown).max_replicas is None


def test_all_hardware_of_the_period_is_named_in_the_order_it_came(tmp_path: Path) -> None:
    known = (
        a_deployment("z", 0, None, hardware="H100"),
        a_deployment("a", 3, None, hardware="A100"),
        ReplicaChange("m-1", OPEN, "a", None, at(5), 1, "L4"),
        a_deployment("old", -9, -5, hardware="T4"),
    )
    assert replicas(tmp_path, *known).hardware == ("H100", "A100", "L4")


def test_a_deployment_that_only_traces_name_is_running_on_nobody_knows_what(tmp_path: Path) -> None:
    answer = replicas(tmp_path, a_trace(deployment="a", executed_at_us=at(3)))
    assert [step.running for step in answer.steps] == [(), (Running("a", None, None, None, None),)]


def test_an_external_model_has_nothing_running(tmp_path: Path) -> None:
    reader = a_reader(tmp_path / "s.db", a_trace(model="x-1", connection="eu"))
    answer = ask(reader, ReplicasQuery(Scope(EXTERNAL), DAY))
    assert [(step.at_us, step.running) for step in answer.steps] == [(at(0), ())]


def test_an_empty_period_has_no_steps(tmp_path: Path) -> None:
    reader = a_reader(tmp_path / "s.db", a_deployment("a", 0, None))
    assert ask(reader, ReplicasQuery(WHOLE, Period(at(1), at(1)))) == Replicas((), ())


def test_replicas_are_summed_over_all_deployments_of_all_hosted_models(tmp_path: Path) -> None:
    known = (
        a_deployment("a", 0, None),
        a_change("a", 1, 3),
        a_change("a", 5, 4),
        a_deployment("gone", 0, 4),
        a_change("gone", 0, 9),
        Deployment("tuned", ModelType.FINE_TUNED, "b", None, at(2)),
        ReplicaChange("tuned", ModelType.FINE_TUNED, "b", None, at(2), 2),
        a_trace(model="x-1", connection="eu", executed_at_us=at(1)),
    )
    reader = a_reader(tmp_path / "s.db", *known)
    assert [ask(reader, ReplicasUpQuery(at(hour))) for hour in (-1, 1, 3, 4, 6)] == [None, 12, 14, 5, 6]
