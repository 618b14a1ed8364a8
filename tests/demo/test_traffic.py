"""When requests come, how long they take and how many fail: the rhythm, the spike, the burst, the story."""

from collections import Counter, defaultdict

import pytest

from tests.demo import made
from tests.demo.made import HOUR_US, failed_share, of_model, traces
from tests.fakes import NOON_US, S
from tracetui.demo import job, specials
from tracetui.demo.account import DAY_US
from tracetui.domain.trace import Status, Trace


def test_office_models_rest_at_night_and_on_weekends() -> None:
    hours = Counter(trace.executed_at_us // HOUR_US % 24 for trace in of_model("invoice-extractor"))
    weekdays = {(trace.executed_at_us // DAY_US + 3) % 7 for trace in of_model("invoice-extractor")}

    assert hours[1] == hours[2] == hours[3] == 0
    assert weekdays == {0, 1, 2, 3, 4}


def test_a_night_of_last_week_has_no_traffic_at_all() -> None:
    start_us = made.MONDAY_US - DAY_US + HOUR_US

    assert not [trace for trace in traces() if start_us <= trace.executed_at_us < start_us + 5 * HOUR_US]


def test_days_are_busier_than_nights_and_weekdays_than_weekends() -> None:
    hours = Counter(trace.executed_at_us // HOUR_US % 24 for trace in traces())
    weekdays = Counter((trace.executed_at_us // DAY_US + 3) % 7 for trace in traces())

    assert hours[10] > 3 * hours[2]
    assert weekdays[1] > 1.3 * weekdays[6]


def test_one_afternoon_was_slow() -> None:
    monday_afternoon_us = made.MONDAY_US + 13 * HOUR_US
    times = {True: [], False: []}
    for trace in of_model("support-bot"):
        is_spike = 0 <= trace.executed_at_us - monday_afternoon_us < 4 * HOUR_US
        if trace.status is Status.SUCCESS and trace.response_time_us and len(trace.output or "") < 2_000:
            times[is_spike].append(trace.response_time_us)
    middle = {is_spike: sorted(some)[len(some) // 2] for is_spike, some in times.items()}

    assert len(times[True]) >= 20
    assert middle[True] > 4 * middle[False]


@pytest.mark.parametrize("day", range(7))
def test_a_burst_of_failures_is_less_than_a_day_old_on_any_day_of_the_week(day: int) -> None:
    now_us = NOON_US + day * DAY_US + 3 * HOUR_US
    recent = [
        trace
        for trace in job.records(job.order(now_us, traces=15_000, text_bytes=60))
        if isinstance(trace, Trace) and trace.model == "support-bot" and 0 < now_us - trace.executed_at_us < DAY_US
    ]
    by_hour = defaultdict(list)
    for trace in recent:
        by_hour[trace.executed_at_us // HOUR_US].append(trace)
    burst = max(by_hour.values(), key=lambda some: sum(trace.status for trace in some))

    assert sum(trace.status for trace in burst) >= 10
    assert failed_share(burst) > 0.4
    assert {trace.status_code for trace in burst if trace.error} >= {503, 429, None}


def test_outside_the_burst_few_requests_fail() -> None:
    assert 0.005 < failed_share([trace for trace in traces() if trace.executed_at_us < NOON_US - DAY_US]) < 0.03


@pytest.mark.parametrize("day", range(7))
def test_the_story_of_last_tuesday_is_there_on_any_day_of_the_week(day: int) -> None:
    """Failed requests of the checkout workflow, longer than 2 s, last Tuesday, that mention a refund."""
    now_us = NOON_US + day * DAY_US
    tuesday_us = made.MONDAY_US - 6 * DAY_US + (7 * DAY_US if day >= 4 else 0)
    found = [
        trace
        for trace in job.records(job.order(now_us, traces=200, text_bytes=60))
        if isinstance(trace, Trace)
        and trace.status is Status.FAILED
        and (trace.source_type, trace.source) == ("Workflow", "checkout")
        and tuesday_us <= trace.executed_at_us < tuesday_us + DAY_US
        and (trace.response_time_us or 0) > 2 * S
        and "refund" in (trace.input or "").lower()
    ]

    assert len(found) >= len(specials.STORY)
    assert {trace.model for trace in found if trace.request_id.count("-") == 4} == {"support-bot"}
