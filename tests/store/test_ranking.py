from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.fakes import NOON_US, a_trace
from tests.store.plain import ALWAYS, EXTERNAL, a_reader, ask
from tracetui.domain.buckets import bucket_of, bucket_range
from tracetui.domain.queries import AtRow, Order, PageQuery, Scope, SummaryQuery

FIRST_US, BEYOND_US = bucket_range(bucket_of(1_000_000))
"""One bucket, 8,192 us wide, into which all traces of these tests fall."""

COUNT = 2_500
"""More than are looked at without a guess."""


def evenly(chance: Random) -> int:
    return chance.randrange(FIRST_US, BEYOND_US)


def at_the_low_end(chance: Random) -> int:
    return FIRST_US + min(chance.randrange(BEYOND_US - FIRST_US) for _ in range(8))


def in_whole_milliseconds(chance: Random) -> int:
    return -(-chance.randrange(FIRST_US, BEYOND_US - 1_000) // 1_000) * 1_000


def all_the_same(_: Random) -> int:
    return BEYOND_US - 1


@pytest.mark.parametrize("spread", [evenly, at_the_low_end, in_whole_milliseconds, all_the_same])
def test_a_crowded_bucket_is_ranked_exactly(tmp_path: Path, spread: Callable[[Random], int]) -> None:
    chance = Random(11)
    times = [spread(chance) for _ in range(COUNT)]
    traces = [
        a_trace(f"r{place}", model="x-1", response_time_us=time_us, executed_at_us=NOON_US + place % 7)
        for place, time_us in enumerate(times)
    ]
    reader = a_reader(tmp_path / "s.db", *traces)
    fastest = sorted(range(COUNT), key=lambda place: (times[place], NOON_US + place % 7, place))
    for at in (0, 1, COUNT // 10, COUNT // 2, COUNT - 2, COUNT - 1):
        page = ask(reader, PageQuery(Scope(EXTERNAL), ALWAYS, Order.FASTEST, AtRow(at), 1))
        assert page.rows[0].request_id == f"r{fastest[at]}"
        page = ask(reader, PageQuery(Scope(EXTERNAL), ALWAYS, Order.SLOWEST, AtRow(at), 1))
        assert page.rows[0].request_id == f"r{fastest[-1 - at]}"
    summary = ask(reader, SummaryQuery(Scope(EXTERNAL), ALWAYS))
    assert (summary.p90_us, summary.p99_us) == (sorted(times)[2_250 - 1], sorted(times)[2_475 - 1])


def test_figures_follow_what_is_written_between_two_questions(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    reader = a_reader(path, a_trace("r1", model="x-1", response_time_us=5))
    before = ask(reader, SummaryQuery(Scope(EXTERNAL), ALWAYS)).p90_us
    a_reader(path, a_trace("r2", model="x-1", response_time_us=9)).close()
    assert (before, ask(reader, SummaryQuery(Scope(EXTERNAL), ALWAYS)).p90_us) == (5, 9)
