from pathlib import Path

import pytest

from tests.fakes import NOON_US
from tests.store import charts
from tests.store.charts import CHOICES, NEW_YORK
from tests.store.conftest import Demo
from tests.store.plain import DAY_US, a_reader, ask
from tracetui.domain.analytics import AccountQuery
from tracetui.domain.catalogue import CreditKind, Deployment, FineTuningJob
from tracetui.domain.periods import Period, PeriodChoice, resolve

MONTH = Period(NOON_US, NOON_US + 30 * DAY_US)


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_the_cards_equal_a_loop_over_the_records(demo: Demo, choice: PeriodChoice) -> None:
    within = resolve(choice, charts.NOW_US, NEW_YORK)
    account = ask(demo.reader, AccountQuery(within))
    deployed = {
        (one.model_type, one.model)
        for one in charts.of_kind(demo.records, Deployment)
        if (one.deployed_at_us or 0) < within.end_us
        and (one.undeployed_at_us or charts.NOW_US * 2) > within.start_us
    }
    tuned = {
        one.model
        for one in charts.of_kind(demo.records, FineTuningJob)
        if one.status != "failed"
        and one.completed_at_us
        and within.start_us <= one.completed_at_us < within.end_us
    }
    assert account.deployed_models == len(deployed)
    assert account.fine_tuned_models == len(tuned)
    for kind, credits in (
        (CreditKind.DEPLOYMENT, account.deployment_credits_micro),
        (CreditKind.FINE_TUNING, account.fine_tuning_credits_micro),
    ):
        exact = charts.credits_of(demo.records, kind, within, lambda _: True)
        assert credits is not None
        # Each entry that reaches out of the period is rounded to a millionth of its own.
        assert abs(credits - exact) <= 2 * 30


def test_an_account_without_any_entry_spent_nobody_knows_what(tmp_path: Path) -> None:
    account = ask(a_reader(tmp_path / "s.db"), AccountQuery(MONTH))
    assert account == (None, None, 0, 0, None)


def test_a_model_tuned_twice_counts_once(tmp_path: Path) -> None:
    jobs = [FineTuningJob(f"job-{day}", "m-1", completed_at_us=NOON_US + day * DAY_US) for day in (1, 2)]
    assert ask(a_reader(tmp_path / "s.db", *jobs), AccountQuery(MONTH)).fine_tuned_models == 1


@pytest.mark.parametrize(
    ("completed_at_us", "status", "count"),
    [
        (NOON_US, "completed", 1),
        (NOON_US, None, 1),
        (MONTH.end_us, "completed", 0),
        (NOON_US - 1, "completed", 0),
        (None, "running", 0),
        (NOON_US, "Failed", 0),
        (NOON_US, "cancelled", 0),
    ],
)
def test_a_model_is_fine_tuned_where_its_job_was_completed_in_the_period(
    tmp_path: Path, completed_at_us: int | None, status: str | None, count: int
) -> None:
    job = FineTuningJob("job-1", "m-1", completed_at_us=completed_at_us, status=status)
    assert ask(a_reader(tmp_path / "s.db", job), AccountQuery(MONTH)).fine_tuned_models == count
