"""Figures that are kept as traces are found are those of all of them."""

import random
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import a_trace
from tests.store.stored import write
from tracetui.domain.trace import Status, Trace
from tracetui.store.connection import open_reader
from tracetui.store.figures import Figures
from tracetui.store.tally import Tally


def tallied(path: Path, traces: Sequence[Trace], most: int = 1_000) -> Tally:
    write(path, traces)
    with closing(open_reader(path)) as db:
        tally = Tally(db, most)
        ids = [id for (id,) in db.execute("SELECT id FROM traces")]
        for first in range(0, len(ids), 70):
            tally.add(ids[first : first + 70])
        return tally


def test_percentiles_are_nearest_ranks_of_known_response_times(tmp_path: Path) -> None:
    chance = random.Random(3)
    times = [chance.choice((None, 0, 900, chance.randrange(90), chance.randrange(10**9))) for _ in range(300)]
    failed = [chance.random() < 0.2 for _ in times]
    traces = [
        a_trace(f"req-{n}", response_time_us=took_us, status=Status.FAILED if is_failed else Status.SUCCESS)
        for n, (took_us, is_failed) in enumerate(zip(times, failed, strict=True))
    ]
    known = sorted(took_us for took_us in times if took_us is not None)
    ranks = tuple(known[-(-percent * len(known) // 100) - 1] for percent in (1, 50, 90, 99, 100))
    assert tallied(tmp_path / "traces.db", traces).figures((1, 50, 90, 99, 100)) == Figures(
        300, sum(failed), len(known), ranks
    )


def test_of_nothing_there_is_no_percentile(tmp_path: Path) -> None:
    assert tallied(tmp_path / "traces.db", [a_trace()]).figures((90,)) == Figures(1, 0, 0, (None,))


@pytest.mark.parametrize(("most", "is_whole"), [(139, False), (140, True)])
def test_more_than_can_be_kept_is_said(tmp_path: Path, most: int, is_whole: bool) -> None:
    traces = [a_trace(f"req-{n}", response_time_us=n) for n in range(140)]
    assert tallied(tmp_path / "traces.db", traces, most).is_whole is is_whole
