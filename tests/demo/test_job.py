"""An order gives the same records each time, as many as asked for, in order of time, in flat batches."""

from itertools import islice

import pytest

from tests.demo import made
from tests.fakes import NOON_US, ListWriter
from tracetui.cancel import Cancel, Cancelled, Progress
from tracetui.demo import job
from tracetui.demo.account import DAY_US
from tracetui.domain.trace import Trace


def _small(**other: int) -> job.DemoOrder:
    return job.order(**({"now_us": NOON_US, "traces": 400, "days": 40} | other))


def _ignore(_: Progress) -> None:
    pass


def test_the_same_order_gives_the_same_records() -> None:
    assert list(job.records(_small())) == list(job.records(_small()))


def test_another_seed_gives_other_traces_on_the_same_account() -> None:
    one, other = list(job.records(_small())), list(job.records(_small(seed=2)))

    assert one[:40] == other[:40]
    assert {record.raw for record in one if isinstance(record, Trace)}.isdisjoint(
        record.raw for record in other if isinstance(record, Trace)
    )


@pytest.mark.parametrize("traces", [0, 1, 3, 14, 499, 500, 5_000])
def test_exactly_as_many_traces_are_made_as_asked_for(traces: int) -> None:
    found = [record for record in job.records(_small(traces=traces)) if isinstance(record, Trace)]

    assert len(found) == traces
    assert len({trace.record_id for trace in found}) == traces


@pytest.mark.parametrize("now_us", [NOON_US + day * DAY_US + 43_197_123_456 for day in range(7)])
def test_nothing_is_from_after_now_or_from_before_the_first_day(now_us: int) -> None:
    found = [record for record in job.records(_small(now_us=now_us)) if isinstance(record, Trace)]

    assert max(trace.executed_at_us for trace in found) < now_us
    assert min(trace.executed_at_us for trace in found) >= now_us - 40 * DAY_US - 1_000_000


def test_traces_come_in_order_of_time_but_for_a_few_late_ones() -> None:
    times = [trace.executed_at_us for trace in made.traces()]
    latest, late = 0, []
    for at_us in times:
        late += [latest - at_us] * (at_us < latest)
        latest = max(latest, at_us)

    assert 0.002 < sum(by_us > made.HOUR_US for by_us in late) / len(times) < 0.02
    assert max(late) < 8 * made.HOUR_US


def test_an_account_of_many_traces_covers_a_year_without_huge_payloads() -> None:
    wanted = job.order(NOON_US, traces=10_000_000, text_bytes=200)

    assert wanted.days == 365
    assert not wanted.has_large


def test_records_are_made_as_they_are_taken() -> None:
    """Ten million are asked for: only what is looked at may be made."""
    some = list(islice(job.records(job.order(NOON_US, traces=10_000_000, days=30)), 5_000))

    assert sum(isinstance(record, Trace) for record in some) > 3_000


@pytest.mark.parametrize(("text_bytes", "least", "most"), [(200, 160, 280), (1_500, 1_300, 1_700)])
def test_texts_are_as_long_on_average_as_asked_for(text_bytes: int, least: int, most: int) -> None:
    found = [
        trace
        for trace in job.records(_small(traces=2_000, text_bytes=text_bytes))
        if isinstance(trace, Trace) and trace.output is not None
    ]
    sizes = [len((trace.input or "").encode()) + len((trace.output or "").encode()) for trace in found]

    assert least < sum(sizes) / len(sizes) < most


def test_batches_are_bounded_in_records_and_bytes() -> None:
    writer = ListWriter()

    job.build(job.order(NOON_US, traces=3_000), writer, Cancel(), _ignore)

    for batch in writer.batches:
        assert 0 < len(batch) <= job.BATCH
        sizes = [len(record.raw) for record in batch if isinstance(record, Trace)]
        assert sum(sizes) - max(sizes, default=0) < job.BATCH_BYTES


def test_what_is_built_is_what_was_ordered_and_the_end_is_told() -> None:
    writer, told = ListWriter(), []

    job.build(_small(), writer, Cancel(), told.append)

    assert writer.records == list(job.records(_small()))
    assert told[-1] == Progress(400, 400, "traces")
    assert [progress.done for progress in told].count(400) == 1


def test_a_cancelled_build_stops_before_it_writes() -> None:
    writer, cancel = ListWriter(), Cancel()
    cancel.set()

    with pytest.raises(Cancelled):
        job.build(_small(), writer, cancel, _ignore)

    assert writer.batches == []
