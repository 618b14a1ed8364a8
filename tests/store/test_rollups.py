"""The sums that every write keeps up to date are those of a scan over all rows, whatever came in which way."""

import random
from pathlib import Path

import pytest

from tests.fakes import NOON_US, a_trace
from tests.store.stored import latency, latency_by_scan, row, sums, sums_by_scan, write
from tracetui.domain.trace import Status, Trace

HOUR_US = 3_600_000_000


def _random_trace(chance: random.Random) -> Trace:
    """A trace of few ids, so that most come again: knowing more, knowing less, or otherwise."""
    known = {
        "response_time_us": chance.choice((0, 1, 1_200, 3_400_000, 1 << 45)),
        "input_tokens": chance.randrange(100),
        "output_tokens": chance.randrange(100),
        "credits_micro": chance.randrange(1_000),
        "cost_nano_usd": chance.randrange(1_000),
        "deployment": chance.choice(("chat", "batch")),
        "version": chance.choice(("v1", "v2")),
        "connection": "eu",
        "input": chance.choice(("Hello", "Bye")),
    }
    fields = {name: value for name, value in known.items() if chance.random() < 0.4}
    number = chance.randrange(60)
    return a_trace(
        f"req-{number}",
        executed_at_us=NOON_US + number * HOUR_US // 3 + (chance.random() < 0.05) * HOUR_US,
        status=Status(chance.random() < 0.2),
        model=chance.choice(("m-1", "m-2", "(no model)")),
        raw=b"%d" % chance.randrange(1_000),
        **fields,
    )


def _batches(seed: int) -> list[list[Trace]]:
    chance = random.Random(seed)
    return [[_random_trace(chance) for _ in range(chance.randrange(1, 40))] for _ in range(12)]


@pytest.mark.parametrize("seed", range(8))
def test_sums_equal_a_scan_after_duplicates_late_fills_and_changes_of_route(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "traces.db"
    write(path, *_batches(seed))
    for unit in ("quarter", "day"):
        assert sums(path, unit) == sums_by_scan(path, unit)
    for unit in ("quarter", "day", "fortnight"):
        assert latency(path, unit) == latency_by_scan(path, unit)


@pytest.mark.parametrize("seed", range(3))
def test_all_of_it_again_changes_nothing(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "traces.db"
    write(path, *_batches(seed))
    before = (sums(path, "day"), row(path, "SELECT count(*), sum(length(payload)) FROM trace_texts"))
    again = write(path, *_batches(seed))
    assert (sums(path, "day"), row(path, "SELECT count(*), sum(length(payload)) FROM trace_texts")) == before
    assert {(report.added, report.filled) for report in again} == {(0, 0)}


@pytest.mark.parametrize("seed", range(3))
def test_the_size_of_batches_makes_no_difference(tmp_path: Path, seed: int) -> None:
    traces = [trace for batch in _batches(seed) for trace in batch]
    write(tmp_path / "one.db", traces)
    write(tmp_path / "many.db", *([trace] for trace in traces))
    one, many = (
        (sums(path, "quarter"), latency(path, "day")) for path in (tmp_path / "one.db", tmp_path / "many.db")
    )
    assert sorted(one[0].values()) == sorted(many[0].values())
    assert sorted(one[1].values()) == sorted(many[1].values())


def test_a_trace_on_the_border_belongs_to_the_quarter_that_begins(tmp_path: Path) -> None:
    write(tmp_path / "traces.db", [a_trace("a", executed_at_us=NOON_US - 1), a_trace("b", executed_at_us=NOON_US)])
    quarters = [quarter for _route, quarter in sums(tmp_path / "traces.db", "quarter")]
    assert quarters == [NOON_US // 900_000_000 - 1, NOON_US // 900_000_000]
