from datetime import tzinfo
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests.fakes import MS, NOON_US, a_trace
from tests.store import charts
from tests.store.charts import BERLIN, CHOICES, KATHMANDU, NEW_YORK, SCOPES
from tests.store.conftest import Demo, FullStore
from tests.store.plain import DAY_US, DEPLOYED_US, EXTERNAL, HOSTED, a_reader, ask, chosen, fill
from tracetui.domain.analytics import Average, AveragesQuery, Counts, RequestsQuery, Tokens, TokensQuery, whole_of
from tracetui.domain.catalogue import CreditEntry, CreditKind
from tracetui.domain.periods import HOUR_US, MINUTE_US, Period, PeriodChoice, Preset
from tracetui.domain.queries import DeploymentRef, Scope
from tracetui.domain.trace import Status, Trace
from tracetui.store.reader import SqliteReader

ZONES = (BERLIN, NEW_YORK, KATHMANDU)

every_zone = pytest.mark.parametrize("zone", ZONES, ids=str)
every_choice = pytest.mark.parametrize("choice", CHOICES, ids=str)


def known(values: list[int | None]) -> tuple[int, int]:
    told = [value for value in values if value is not None]
    return len(told), sum(told)


@every_zone
@every_choice
def test_requests_are_those_of_each_hour_or_day_on_the_wall(
    demo: Demo, choice: PeriodChoice, zone: tzinfo
) -> None:
    for scope in SCOPES:
        plain = charts.bucketed(charts.traces_of(demo.records, scope), choice, zone)
        failed = [charts.failed(traces) for traces in plain]
        answer = ask(demo.reader, RequestsQuery(scope, charts.buckets_of(choice, zone)))
        assert answer.counts == tuple(
            Counts(len(traces) - bad, bad) for traces, bad in zip(plain, failed, strict=True)
        )
        assert answer.total == Counts(sum(map(len, plain)) - sum(failed), sum(failed))


@every_zone
@every_choice
def test_averages_are_those_of_each_hour_or_day_on_the_wall(
    demo: Demo, choice: PeriodChoice, zone: tzinfo
) -> None:
    for scope in SCOPES:
        plain = charts.bucketed(charts.traces_of(demo.records, scope), choice, zone)
        wanted = tuple(Average(*known([trace.response_time_us for trace in traces])) for traces in plain)
        assert ask(demo.reader, AveragesQuery(scope, charts.buckets_of(choice, zone))) == wanted


@every_zone
@every_choice
def test_tokens_are_those_of_each_hour_or_day_on_the_wall(demo: Demo, choice: PeriodChoice, zone: tzinfo) -> None:
    for scope in SCOPES:
        plain = charts.bucketed(charts.traces_of(demo.records, scope), choice, zone)
        wanted = tuple(
            Tokens(*known([one.input_tokens for one in traces]), *known([one.output_tokens for one in traces]))
            for traces in plain
        )
        answer = ask(demo.reader, TokensQuery(scope, charts.buckets_of(choice, zone)))
        assert answer.tokens == wanted
        assert answer.total == Tokens(*map(sum, zip(*wanted, strict=True)))


@every_choice
def test_one_deployment_among_namesakes_has_what_came_while_it_was_up(demo: Demo, choice: PeriodChoice) -> None:
    deployed_at = {
        record.deployed_at_us
        for record in charts.of_kind(demo.records, charts.Deployment)
        if record.name == "support-bot-prod"
    }
    assert len(deployed_at) == 3
    for deployed_at_us in deployed_at:
        scope = Scope(SCOPES[0].model, DeploymentRef("support-bot-prod", deployed_at_us))
        plain = charts.bucketed(charts.traces_of(demo.records, scope), choice, BERLIN)
        answer = ask(demo.reader, RequestsQuery(scope, charts.buckets_of(choice, BERLIN)))
        assert [one.requests for one in answer.counts] == [len(traces) for traces in plain]


@pytest.mark.parametrize("deployed_at_us", DEPLOYED_US)
def test_namesakes_of_no_version_are_told_apart_by_their_time_inside_a_bucket(
    full: FullStore, deployed_at_us: int
) -> None:
    scope = Scope(HOSTED, DeploymentRef("chat", deployed_at_us))
    buckets = tuple(Period(NOON_US + day * DAY_US, NOON_US + (day + 2) * DAY_US) for day in range(-2, 42, 2))
    answer = ask(full.reader, RequestsQuery(scope, buckets))
    assert [one.requests for one in answer.counts] == [len(chosen(full.known, scope, one)) for one in buckets]


@every_choice
def test_credits_are_the_parts_of_the_deployments_entries_inside_the_period(
    demo: Demo, choice: PeriodChoice
) -> None:
    for scope in SCOPES:
        buckets = charts.buckets_of(choice, BERLIN)

        def is_meant(entry: CreditEntry, scope: Scope = scope) -> bool:
            return (
                (entry.model_type, entry.model) == scope.model
                and (scope.deployment is None or entry.deployment == scope.deployment.name)
                and scope.version in (None, entry.version)
            )

        exact = charts.credits_of(demo.records, CreditKind.DEPLOYMENT, whole_of(buckets), is_meant)
        answer = ask(demo.reader, RequestsQuery(scope, buckets)).credits_micro
        # Each entry that reaches out of the period is rounded to a millionth of its own.
        reaching_out = 2 * 12
        assert (answer is None) == (not scope.model.type.is_hosted)
        assert abs((answer or 0) - exact) <= reaching_out


def test_credits_are_divided_by_the_successful_requests_alone(tmp_path: Path) -> None:
    traces = [a_trace(f"r{place}", deployment="chat", status=Status(place == 0)) for place in range(4)]
    entry = CreditEntry(CreditKind.DEPLOYMENT, NOON_US, NOON_US + HOUR_US, 1_000, "m-1", HOSTED.type, "chat")
    answer = ask(
        a_reader(tmp_path / "s.db", *traces, entry),
        RequestsQuery(Scope(HOSTED), (Period(NOON_US, NOON_US + HOUR_US),)),
    )
    assert (answer.credits_micro, answer.credits_each_micro) == (1_000, 333)


def test_without_a_successful_request_there_are_no_credits_for_each(tmp_path: Path) -> None:
    entry = CreditEntry(CreditKind.DEPLOYMENT, NOON_US, NOON_US + HOUR_US, 1_000, "m-1", HOSTED.type, "chat")
    reader = a_reader(tmp_path / "s.db", a_trace(deployment="chat", status=Status.FAILED), entry)
    answer = ask(reader, RequestsQuery(Scope(HOSTED), (Period(NOON_US, NOON_US + HOUR_US),)))
    assert (answer.credits_micro, answer.credits_each_micro) == (1_000, None)


def test_an_external_model_has_no_credits(tmp_path: Path) -> None:
    reader = a_reader(tmp_path / "s.db", a_trace(model="x-1"))
    assert ask(reader, RequestsQuery(Scope(EXTERNAL), (Period(0, NOON_US * 2),))).credits_each_micro is None


def test_an_hour_without_a_known_response_time_has_no_average(tmp_path: Path) -> None:
    reader = a_reader(tmp_path / "s.db", a_trace(model="x-1"))
    (average,) = ask(reader, AveragesQuery(Scope(EXTERNAL), (Period(NOON_US, NOON_US + HOUR_US),)))
    assert average.average_us is None


@pytest.mark.parametrize(("times", "average"), [((1, 2), 2), ((1, 1, 2), 1), ((0,), 0), ((1, 2, 2), 2)])
def test_an_average_is_the_nearest_microsecond(tmp_path: Path, times: tuple[int, ...], average: int) -> None:
    traces = [a_trace(f"r{place}", model="x-1", response_time_us=time) for place, time in enumerate(times)]
    reader = a_reader(tmp_path / "s.db", *traces)
    (answer,) = ask(reader, AveragesQuery(Scope(EXTERNAL), (Period(NOON_US, NOON_US + 1),)))
    assert answer.average_us == average


def test_no_buckets_have_no_sums(tmp_path: Path) -> None:
    answer = ask(a_reader(tmp_path / "s.db", a_trace(model="x-1")), TokensQuery(Scope(EXTERNAL), ()))
    assert (answer.tokens, answer.total) == ((), Tokens(0, 0, 0, 0))


@pytest.mark.parametrize("seed", range(8))
def test_ragged_buckets_with_gaps_equal_a_plain_sum(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    traces = [
        a_trace(f"r{place}", model="x-1", executed_at_us=NOON_US + chance.randrange(3 * DAY_US))
        for place in range(300)
    ]
    cuts = sorted({NOON_US + chance.randrange(-DAY_US, 4 * DAY_US) for _ in range(60)})
    buckets = [Period(*pair) for pair in pairwise(cuts) if chance.random() < 0.8]
    answer = ask(a_reader(tmp_path / "s.db", *traces), RequestsQuery(Scope(EXTERNAL), tuple(buckets)))
    assert [one.requests for one in answer.counts] == [
        sum(start <= trace.executed_at_us < end for trace in traces) for start, end in buckets
    ]


@pytest.mark.parametrize("seed", range(6))
def test_what_comes_late_twice_or_in_parts_is_counted_once_and_whole(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    path = tmp_path / "s.db"
    whole = [_complete(chance, place) for place in range(120)]
    batches: list[list[Trace]] = [[] for _ in range(6)]
    for trace in whole:
        for _ in range(chance.choice((1, 1, 2, 3))):
            batches[chance.randrange(5)].append(_partly(chance, trace))
        batches[5].append(trace)
    for batch in batches:
        chance.shuffle(batch)
        fill(path, *batch)
    start_us = charts.buckets_of(Preset.DAYS_7, KATHMANDU)[0].start_us - whole[0].executed_at_us % DAY_US
    buckets = tuple(
        Period(start_us + place * HOUR_US * 7, start_us + (place + 1) * HOUR_US * 7) for place in range(20)
    )
    reader = SqliteReader(path)
    for version in (None, "v1", "v2"):
        scope = Scope(HOSTED, DeploymentRef("chat"), version)
        traces = [trace for trace in whole if version in (None, trace.version)]
        plain = [[one for one in traces if start <= one.executed_at_us < end] for start, end in buckets]
        assert [tuple(one) for one in ask(reader, AveragesQuery(scope, buckets))] == [
            known([trace.response_time_us for trace in one]) for one in plain
        ]
        assert [one[:2] for one in ask(reader, TokensQuery(scope, buckets)).tokens] == [
            known([trace.input_tokens for trace in one]) for one in plain
        ]
        assert [one.requests for one in ask(reader, RequestsQuery(scope, buckets)).counts] == [
            len(one) for one in plain
        ]


def _complete(chance: Random, place: int) -> Trace:
    start_us = charts.buckets_of(Preset.DAYS_7, KATHMANDU)[0].start_us
    return a_trace(
        f"r{place}",
        executed_at_us=start_us + chance.randrange(5 * DAY_US) // MINUTE_US * MINUTE_US,
        deployment="chat",
        version=chance.choice(("v1", "v2")),
        response_time_us=chance.choice((None, chance.randrange(9_000) * MS)),
        input_tokens=chance.choice((None, 0, chance.randrange(2_000))),
    )


def _partly(chance: Random, trace: Trace) -> Trace:
    """The same trace as a sender tells it that knows less of it."""
    parts = {
        name: getattr(trace, name) if chance.random() < 0.5 else None
        for name in ("deployment", "version", "response_time_us", "input_tokens")
    }
    return a_trace(
        trace.record_id,
        executed_at_us=trace.executed_at_us,
        model_type=HOSTED.type,
        raw=repr(sorted(parts.items())).encode(),
        **parts,
    )
