"""What the charts of a dashboard show and read out."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tracetui.display import latency_chart as latency
from tracetui.display import requests_chart as requests
from tracetui.display.chart_frame import Frame, standing_out
from tracetui.display.chart_spec import ChartSpec, Stop, Word
from tracetui.display.replicas_chart import OfAccount, replicas_chart, replicas_sums
from tracetui.display.sanitise import Safe
from tracetui.display.sparkline import sparkline
from tracetui.display.tokens_chart import tokens_chart, tokens_sums
from tracetui.domain.analytics import (
    Average,
    Counts,
    LatencyColumn,
    LatencyPoints,
    Replicas,
    ReplicaStep,
    Requests,
    Running,
    TimedRequest,
    Tokens,
    TokenUse,
)
from tracetui.domain.periods import HOUR_US, CustomDays, Exact, Period, resolve
from tracetui.domain.trace import Status

BERLIN = ZoneInfo("Europe/Berlin")
MS = 1_000
DAY_US = 24 * HOUR_US


def a_frame(first: int = 17, last: int = 23, uptime: tuple[Period, ...] | None = None) -> Frame:
    """Days of November 2026."""
    within = resolve(CustomDays(date(2026, 11, first), date(2026, 11, last)), 0, BERLIN)
    up = (within,) if uptime is None else uptime
    return Frame(within, BERLIN, 2026, within.end_us, up, Safe("support-bot"), True, "in the last 7 days")


def text_of(words: tuple[Word, ...]) -> str:
    return "".join(word.text for word in words)


def readouts(spec: ChartSpec) -> list[str]:
    return [text_of(stop.words).strip() for stop in spec.stops]


def a_request(id: int, at_us: int, ms: int) -> TimedRequest:
    return TimedRequest(id, f"req-{id}", at_us, ms * MS)


def requests_line(*counts: tuple[int, int], credits_micro: int | None = None) -> requests.Line:
    of_days = tuple(Counts(*one) for one in counts)
    total = Counts(sum(one.success for one in of_days), sum(one.failed for one in of_days))
    return requests.Line(Safe(""), "success", "", Requests(of_days, total, credits_micro))


# Latency


def test_a_request_is_read_out_with_its_time_its_id_and_its_latency() -> None:
    frame = a_frame()
    only = a_request(1, frame.within.start_us + 14 * HOUR_US, 6_802)
    line = latency.Line(Safe(""), "c", "", LatencyPoints((LatencyColumn(2, 1, only, only),), ()))
    assert readouts(latency.latency_chart(frame, [line], 28)) == ["17 Nov 14:00:00  req-1  6,802 ms"]


def test_the_lowest_and_the_highest_of_a_column_are_stops_and_tell_for_how_many_they_stand() -> None:
    frame = a_frame()
    high = a_request(1, frame.within.start_us + HOUR_US, 900)
    low = a_request(2, frame.within.start_us + 2 * HOUR_US, 100)
    line = latency.Line(Safe(""), "c", "", LatencyPoints((LatencyColumn(0, 37, low, high),), ()))
    spec = latency.latency_chart(frame, [line], 28)
    assert [words.split("  ", 1)[1] for words in readouts(spec)] == [
        "req-1  900 ms  highest of 37",
        "req-2  100 ms  lowest of 37",
    ]


def test_behind_a_request_stand_the_requests_of_its_column_with_that_one_open() -> None:
    frame = a_frame()
    only = a_request(7, frame.within.start_us + 5 * HOUR_US, 10)
    line = latency.Line(Safe(""), "c", "", LatencyPoints((LatencyColumn(0, 1, only, only),), ()))
    (stop,) = latency.latency_chart(frame, [line], 28).stops
    (behind,) = stop.behind
    assert (behind.trace_id, behind.at_us) == (7, only.executed_at_us)
    column = Period(frame.within.start_us, frame.within.start_us + 6 * HOUR_US)
    assert behind.period == Exact(column, "17 Nov 00:00 – 06:00")


def test_the_line_breaks_where_a_whole_day_had_no_request() -> None:
    frame = a_frame()
    first = a_request(1, frame.within.start_us, 10)
    last = a_request(2, frame.within.end_us - 1, 10)
    columns = (LatencyColumn(0, 1, first, first), LatencyColumn(27, 1, last, last))
    line = latency.Line(Safe(""), "c", "", LatencyPoints(columns, frame.buckets[1:6]))
    (series,) = latency.latency_chart(frame, [line], 28).series
    assert [point.value for point in series.points] == [10 * MS, *[None] * 5, 10 * MS]


def test_an_average_is_read_out_with_its_day_and_days_without_requests_are_no_zero() -> None:
    frame = a_frame(1, 10)
    averages = (Average(3, 10_000), *[Average(0, 0)] * 8, Average(1, 2_000_000))
    spec = latency.latency_chart(frame, [latency.Line(Safe(""), "c", "●", averages)], 100)
    assert readouts(spec) == ["1 Nov  average 3 ms  of 3 requests", "10 Nov  average 2,000 ms  of 1 request"]
    assert [point.value for point in spec.series[0].points] == [3_333, *[None] * 8, 2_000_000]


def test_compared_versions_have_a_legend_and_lead_to_their_own_traces() -> None:
    frame = a_frame(1, 10)
    averages = (Average(1, 5), *[Average(0, 0)] * 9)
    lines = [latency.Line(Safe(name), name, mark, averages, name) for name, mark in (("v2", "●"), ("v1", "▲"))]
    spec = latency.latency_chart(frame, lines, 100)
    assert text_of(latency.latency_sums(frame, lines)) == "ms, daily average  ● v2  ▲ v1"
    assert [stop.behind[0].version for stop in spec.stops] == ["v2", "v1"]


# Requests


def test_both_counts_are_read_out_with_their_totals_of_the_period() -> None:
    spec = requests.requests_chart(a_frame(22, 23), [requests_line((253, 104), (1_873, 30))])
    assert readouts(spec) == ["22 Nov  ✓ 253 of 2,126  ✗ 104 of 134", "23 Nov  ✓ 1,873 of 2,126  ✗ 30 of 134"]


def test_a_day_without_requests_has_no_point_and_one_with_failures_only_has_two() -> None:
    spec = requests.requests_chart(a_frame(21, 23), [requests_line((0, 0), (0, 3), (5, 0))])
    assert [[point.value for point in series.points] for series in spec.series] == [[None, 0, 5], [None, 3, 0]]
    assert len(spec.stops) == 2


def test_totals_and_average_credits_stand_beside_the_requests() -> None:
    line = requests_line((100, 5), credits_micro=2_600_000)
    assert text_of(requests.requests_sums([line], is_hosted=True)) == "105  ✓ 100 ──  ✗ 5 ╌╌  0.026 credits each"


def test_without_a_response_the_average_is_unknown_and_external_models_have_none() -> None:
    line = requests_line((0, 5), credits_micro=2_600_000)
    assert text_of(requests.requests_sums([line], is_hosted=True)) == "5  ✓ 0 ──  ✗ 5 ╌╌  – credits each"
    assert text_of(requests.requests_sums([line], is_hosted=False)) == "5  ✓ 0 ──  ✗ 5 ╌╌"


def test_behind_a_day_stand_all_its_requests_the_successful_and_the_failed() -> None:
    (stop,) = requests.requests_chart(a_frame(23, 23), [requests_line((0, 0), (1, 1), *[(0, 0)] * 22)]).stops
    assert [behind.status for behind in stop.behind] == [None, Status.SUCCESS, Status.FAILED]
    assert stop.behind[0].period == Exact(
        Period(a_frame(23, 23).within.start_us + HOUR_US, a_frame(23, 23).within.start_us + 2 * HOUR_US),
        "23 Nov 01:00 – 02:00",
    )
    (whole, _) = requests.requests_chart(a_frame(22, 23), [requests_line((1, 0), (1, 0))]).stops
    assert whole.behind[0].period == CustomDays(date(2026, 11, 22), date(2026, 11, 22))


def test_a_day_on_which_much_failed_stands_out() -> None:
    spec = requests.requests_chart(a_frame(21, 23), [requests_line((100, 1), (100, 60), (100, 0))])
    assert [stop.is_notable for stop in spec.stops] == [False, True, False]


def test_of_equal_values_only_peaks_of_twice_the_median_stand_out() -> None:
    assert standing_out([5, 5, 5]) == [False] * 3
    assert standing_out([5, 10, 5, 4]) == [False, True, False, False]
    assert standing_out([]) == []


# Scaling


def running(version: str, replicas: int | None, hardware: str = "A100", most: int | None = 8) -> Running:
    return Running("prod-eu", version, replicas, hardware, most)


def test_the_steps_go_up_and_down_and_end_where_nothing_is_up() -> None:
    frame = a_frame(23, 23)
    start_us = frame.within.start_us
    steps = (
        ReplicaStep(start_us, (running("v1", 2),)),
        ReplicaStep(start_us + HOUR_US, (running("v1", 5),)),
        ReplicaStep(start_us + 2 * HOUR_US, ()),
    )
    (series,) = replicas_chart(frame, Replicas(steps, ("A100",))).series
    assert [point.value for point in series.points] == [2, 5, 5, None, None]


def test_replicas_are_read_out_with_time_version_and_all_hardware() -> None:
    frame = a_frame(23, 23)
    steps = (ReplicaStep(frame.within.start_us, (running("v1", 2), running("v2", 3, "H100"))),)
    spec = replicas_chart(frame, Replicas(steps, ("A100", "H100")))
    assert readouts(spec)[0] == "23 Nov 00:00  5 replicas  v1 2 · v2 3  A100, H100"


def test_the_title_names_the_hardware_or_that_there_is_more_than_one() -> None:
    assert text_of(replicas_sums(Replicas((), ("2 x A100",)))) == "replicas  2 x A100"
    assert text_of(replicas_sums(Replicas((), ("2 x A100", "H100")))) == "replicas  Multiple Hardware"


@pytest.mark.parametrize(
    ("up", "expected", "colour"),
    [(14, "14 of 20", "foreground"), (20, "20 of 20", "error"), (None, "– of 20", "foreground")],
)
def test_the_accounts_limit_stands_beside_the_replicas_of_all_deployments(
    up: int | None, expected: str, colour: str
) -> None:
    words = replicas_sums(Replicas((), ("H100",)), OfAccount(up, 20))
    assert text_of(words) == f"replicas  H100  account {expected}"
    assert words[-1].colour == colour


def test_a_single_day_has_the_maximum_as_a_line_and_longer_periods_have_not() -> None:
    for frame, limit in ((a_frame(23, 23), 8), (a_frame(), None)):
        steps = (ReplicaStep(frame.within.start_us, (running("v1", 2),)),)
        spec = replicas_chart(frame, Replicas(steps, ("A100",)))
        assert (spec.limit.value if spec.limit else None) == limit
        assert max(spec.values) == (limit or 2)


# Tokens


def test_tokens_are_stacked_and_summed_and_read_out_both() -> None:
    use = TokenUse((Tokens(2, 12_345, 2, 500), Tokens(0, 0, 0, 0)), Tokens(2, 12_345, 2, 500))
    spec = tokens_chart(a_frame(22, 23), use)
    assert readouts(spec) == ["22 Nov  in 12,345  out 500"]
    assert spec.values == [12_845, 0]
    assert text_of(tokens_sums(use)).split() == ["12,845", "█", "in", "12,345", "█", "out", "500"]


def test_tokens_that_nobody_counted_are_unknown_and_not_zero() -> None:
    use = TokenUse((Tokens(0, 0, 1, 9), Tokens(0, 0, 0, 0)), Tokens(0, 0, 1, 9))
    spec = tokens_chart(a_frame(22, 23), use)
    assert readouts(spec) == ["22 Nov  in –  out 9"]
    assert "in –" in text_of(tokens_sums(use))


# Time


def test_time_without_a_deployment_is_idle_and_the_future_is_not() -> None:
    frame = a_frame()
    up = Period(frame.within.start_us + 3 * DAY_US, frame.within.end_us)
    assert replace(frame, uptime=(up,)).idle == (Period(frame.within.start_us, up.start_us),)
    early = replace(frame, now_us=frame.within.start_us + 5 * DAY_US, uptime=(frame.within,))
    assert early.idle == ()


def test_empty_charts_tell_not_deployed_from_no_requests() -> None:
    none = requests_line(*[(0, 0)] * 7)
    assert requests.requests_chart(a_frame(), [none]).words[0] == "No requests to support-bot in the last 7 days."
    not_up = requests.requests_chart(a_frame(uptime=()), [none])
    assert not_up.words[0] == "support-bot was not deployed in the last 7 days."
    assert not_up.idle == (a_frame().within,)


def test_a_sparkline_has_the_largest_value_of_each_stretch_and_blanks_for_none() -> None:
    spec = requests.requests_chart(a_frame(), [requests_line((8, 0), (0, 0), (4, 0), (0, 1), *[(8, 0)] * 3)])
    assert sparkline(spec, 7) == "█ ▄▁███"
    assert sparkline(spec, 0) == ""
    assert sparkline(ChartSpec(), 7) == ""


def test_stops_stand_in_the_order_of_time() -> None:
    spec = requests.requests_chart(a_frame(), [requests_line(*[(1, 1)] * 7)] * 2)
    assert list(spec.stops) == sorted(spec.stops, key=_at)


def _at(stop: Stop) -> int:
    return stop.at_us
