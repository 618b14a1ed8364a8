from fractions import Fraction
from itertools import pairwise
from math import ceil
from pathlib import Path
from random import Random

import pytest

from tests.fakes import MS, NOON_US, S, a_trace
from tests.store.conftest import FullStore
from tests.store.plain import ALWAYS, DAY_US, EXTERNAL, HOSTED, a_reader, ask, chosen
from tests.store.test_pages import every_period, every_scope
from tracetui.domain.catalogue import CreditEntry, CreditKind, Deployment, Model, ModelType
from tracetui.domain.periods import HOUR_US, Period
from tracetui.domain.queries import DeploymentRef, Scope, SummaryQuery
from tracetui.domain.trace import Status
from tracetui.store.credits import credits_between

WHOLE = Scope(HOSTED)
MODEL = Model("m-1", ModelType.OPEN_SOURCE)


def entry(start_us: int, end_us: int, credits_micro: int, **fields: str) -> CreditEntry:
    known = {"model": "m-1", "model_type": ModelType.OPEN_SOURCE, "deployment": "chat"} | fields
    return CreditEntry(CreditKind.DEPLOYMENT, start_us, end_us, credits_micro, **known)  # type: ignore[arg-type]


def credits(path: Path, within: Period, *entries: CreditEntry, scope: Scope = WHOLE) -> int | None:
    reader = a_reader(path / "s.db", MODEL, *entries)
    return ask(reader, SummaryQuery(scope, within)).hosting_credits_micro


@every_period
@every_scope
def test_the_figures_equal_those_of_a_plain_list(full: FullStore, scope: Scope, within: Period) -> None:
    traces = [one.trace for one in chosen(full.known, scope, within)]
    times = sorted(trace.response_time_us for trace in traces if trace.response_time_us is not None)
    ever = [one.trace.executed_at_us for one in chosen(full.known, scope, ALWAYS)]
    summary = ask(full.reader, SummaryQuery(scope, within))
    assert summary.requests == len(traces)
    assert summary.failed == sum(trace.status is Status.FAILED for trace in traces)
    assert summary.timed == len(times)
    assert summary.p90_us == (times[ceil(Fraction(90, 100) * len(times)) - 1] if times else None)
    assert summary.p99_us == (times[ceil(Fraction(99, 100) * len(times)) - 1] if times else None)
    assert (summary.requests_ever, summary.first_at_us) == (len(ever), min(ever, default=None))


@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 99, 100, 101])
def test_a_percentile_is_the_nearest_rank_at_every_count(tmp_path: Path, count: int) -> None:
    traces = [a_trace(f"r{place}", model="x-1", response_time_us=place * MS) for place in range(count)]
    summary = ask(a_reader(tmp_path / "s.db", *traces), SummaryQuery(Scope(EXTERNAL), ALWAYS))
    assert summary.p90_us == (ceil(Fraction(90 * count, 100)) - 1) * MS
    assert summary.p99_us == (ceil(Fraction(99 * count, 100)) - 1) * MS


def test_failed_requests_count_for_the_percentiles(tmp_path: Path) -> None:
    reader = a_reader(tmp_path / "s.db", a_trace(model="x-1", status=Status.FAILED, response_time_us=7 * S))
    assert ask(reader, SummaryQuery(Scope(EXTERNAL), ALWAYS)).p90_us == 7 * S


def test_without_any_response_time_there_is_no_percentile(tmp_path: Path) -> None:
    summary = ask(a_reader(tmp_path / "s.db", a_trace(model="x-1")), SummaryQuery(Scope(EXTERNAL), ALWAYS))
    assert (summary.requests, summary.timed, summary.p90_us, summary.p99_us) == (1, 0, None, None)


@pytest.mark.parametrize("seed", range(50))
def test_the_credits_of_adjoining_periods_add_up_to_the_whole(seed: int) -> None:
    chance = Random(seed)
    span = Period(NOON_US, NOON_US + chance.randrange(1, 10**9))
    cuts = sorted(chance.randrange(span.start_us - 100, span.end_us + 100) for _ in range(5))
    edges = [0, *cuts, ALWAYS.end_us]
    amount = chance.randrange(1 << 53)
    parts = [credits_between(amount, span, Period(*edge)) for edge in pairwise(edges)]
    assert sum(parts) == amount
    assert min(parts) >= 0


@pytest.mark.parametrize(
    ("within", "share"),
    [
        (Period(NOON_US, NOON_US + HOUR_US), 250),
        (Period(NOON_US - DAY_US, NOON_US + 2 * HOUR_US), 500),
        (Period(NOON_US + 3 * HOUR_US, NOON_US + DAY_US), 250),
        (ALWAYS, 1_000),
        (Period(NOON_US + 4 * HOUR_US, ALWAYS.end_us), 0),
        (Period(0, NOON_US), 0),
    ],
)
def test_the_part_of_an_entry_inside_the_period_counts(tmp_path: Path, within: Period, share: int) -> None:
    assert credits(tmp_path, within, entry(NOON_US, NOON_US + 4 * HOUR_US, 1_000)) == share


@pytest.mark.parametrize(("end_us", "counted"), [(NOON_US, 0), (NOON_US + 1, 1_000)])
def test_an_entry_of_a_moment_counts_where_the_moment_lies(tmp_path: Path, end_us: int, counted: int) -> None:
    assert credits(tmp_path, Period(0, end_us), entry(NOON_US, NOON_US, 1_000)) == counted


def test_without_any_entry_the_credits_are_unknown(tmp_path: Path) -> None:
    assert credits(tmp_path, ALWAYS) is None


def test_fine_tuning_is_not_hosting(tmp_path: Path) -> None:
    tuning = CreditEntry(CreditKind.FINE_TUNING, NOON_US, NOON_US + 1, 5, "m-1", ModelType.OPEN_SOURCE)
    assert credits(tmp_path, ALWAYS, tuning) is None


def test_narrowed_to_a_deployment_only_its_entries_count(tmp_path: Path) -> None:
    entries = entry(NOON_US, NOON_US + 1, 5), entry(NOON_US, NOON_US + 1, 70, deployment="batch")
    assert credits(tmp_path, ALWAYS, *entries, scope=Scope(HOSTED, DeploymentRef("batch"))) == 70


def test_narrowed_to_a_version_only_its_entries_count(tmp_path: Path) -> None:
    entries = entry(NOON_US, NOON_US + 1, 5, version="v1"), entry(NOON_US, NOON_US + 1, 70, version="v2")
    assert credits(tmp_path, ALWAYS, *entries, scope=Scope(HOSTED, version="v1")) == 5


def test_of_one_deployment_among_namesakes_the_credits_of_its_time_count(tmp_path: Path) -> None:
    first = Deployment("m-1", ModelType.OPEN_SOURCE, "chat", None, NOON_US, NOON_US + HOUR_US)
    again = Deployment("m-1", ModelType.OPEN_SOURCE, "chat", None, NOON_US + HOUR_US, None)
    reader = a_reader(tmp_path / "s.db", MODEL, first, again, entry(NOON_US, NOON_US + 4 * HOUR_US, 1_000))
    scope = Scope(HOSTED, DeploymentRef("chat", NOON_US))
    assert ask(reader, SummaryQuery(scope, ALWAYS)).hosting_credits_micro == 250


def test_an_external_model_has_no_hosting_credits(full: FullStore) -> None:
    assert ask(full.reader, SummaryQuery(Scope(EXTERNAL), ALWAYS)).hosting_credits_micro is None
