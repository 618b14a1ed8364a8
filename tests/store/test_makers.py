"""Text made by other processes: the same, in the same order, and none of them is left."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import NOON_US, a_trace
from tests.processes import all_end, children, needs_proc
from tests.store.plain import ALWAYS, HOSTED, fill
from tracetui.cancel import Cancel, Cancelled
from tracetui.domain.catalogue import ModelType
from tracetui.domain.ports import Make
from tracetui.domain.queries import ExportQuery, Order, Scope
from tracetui.errors import TraceTuiError
from tracetui.export.as_csv import AsCsv, Style
from tracetui.processes import processors
from tracetui.store.snapshot import GUARD, Guard, Spread, SqliteSnapshot, spread_of

EVERY = ExportQuery(Scope(HOSTED), ALWAYS, Order.NEWEST)
CSV = AsCsv(ModelType.OPEN_SOURCE, Style())
ALONE = Spread(0)
TRACES = 3_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of many traces, of which some texts are nasty, or too large for a pipe."""
    path = tmp_path_factory.mktemp("makers") / "store.db"
    texts = ['a "quote"\n\\', "=1+1", "", "\N{PILE OF POO} \x00", "x" * 40_000, None]
    fill(
        path,
        *(
            a_trace(
                f"r-{place}", deployment="prod", executed_at_us=NOON_US + place, input=texts[place % len(texts)]
            )
            for place in range(TRACES)
        ),
    )
    return path


def text_of(path: Path, spread: Spread, *, make: Make = CSV.lines, guard: Guard = GUARD) -> bytes:
    """The whole text; there are as many traces in it as the store said."""
    with (
        closing(SqliteSnapshot(path, EVERY, Cancel(), guard, spread)) as traces,
        closing(traces.made(make)) as made,
    ):
        parts = list(made)
        assert sum(count for _, count in parts) == traces.total
    return b"".join(text for text, _ in parts)


@pytest.mark.parametrize("processes", [1, 2, 5])
def test_several_processes_make_the_same_text_as_one(store: Path, processes: int) -> None:
    alone = text_of(store, ALONE)
    assert alone.count(b"success") == TRACES
    assert text_of(store, Spread(processes, 0)) == alone


def test_they_make_the_same_of_what_was_read_ahead(store: Path) -> None:
    assert text_of(store, Spread(2, 0), guard=Guard(-1)) == text_of(store, ALONE)


def test_no_traces_are_no_text(tmp_path: Path) -> None:
    fill(tmp_path / "s.db", a_trace("r", deployment="prod"))
    nothing = ExportQuery(Scope(HOSTED), ALWAYS._replace(end_us=ALWAYS.start_us + 1), Order.NEWEST)
    with closing(SqliteSnapshot(tmp_path / "s.db", nothing, Cancel(), GUARD, Spread(2, 0))) as traces:
        assert list(traces.made(CSV.lines)) == []


def half_made(store: Path, cancel: Cancel, meanwhile: Callable[[], object], spread: Spread) -> None:
    """Make the first block, do something, and go on."""
    with (
        closing(SqliteSnapshot(store, EVERY, cancel, GUARD, spread)) as traces,
        closing(traces.made(CSV.lines)) as made,
    ):
        next(made)
        meanwhile()
        for _ in made:
            pass


def test_what_cannot_be_made_raises_what_it_would_here(store: Path) -> None:
    # Rows are not bytes, here or there.
    with pytest.raises(TypeError, match="expected a bytes-like object"):
        text_of(store, Spread(2, 0), make=b"".join)  # type: ignore[arg-type]


@needs_proc
def test_a_process_that_is_killed_is_told_of_in_a_sentence(store: Path) -> None:
    def kill_one() -> None:
        os.kill(children()[-1], signal.SIGKILL)

    with pytest.raises(
        TraceTuiError, match=r"A process that makes the text was ended from outside \(signal 9\)\."
    ):
        half_made(store, Cancel(), kill_one, Spread(2, 0))
    assert children() == []


@needs_proc
def test_none_is_left_of_what_is_cancelled(store: Path) -> None:
    cancel, seen = Cancel(), list[int]()

    def stop() -> None:
        seen.extend(children())
        cancel.set()

    with pytest.raises(Cancelled):
        half_made(store, cancel, stop, Spread(2, 0))
    assert len(seen) == 2
    assert children() == []


@needs_proc
def test_one_that_hangs_does_not_keep_a_cancel_waiting(store: Path) -> None:
    cancel = Cancel()

    def hang_and_stop() -> None:
        for pid in children():
            os.kill(pid, signal.SIGSTOP)
        cancel.set()

    with pytest.raises(Cancelled):
        half_made(store, cancel, hang_and_stop, Spread(2, 0))
    assert children() == []


KILLED = """
import os, pickle, signal, sys
from tracetui.cancel import Cancel
from tracetui.store.snapshot import GUARD, Spread, SqliteSnapshot
path, query, make = pickle.load(sys.stdin.buffer)
for _ in SqliteSnapshot(path, query, Cancel(), GUARD, Spread(2, 0)).made(make):
    print(open(f"/proc/self/task/{os.getpid()}/children").read(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@needs_proc
def test_they_end_when_the_one_that_started_them_is_killed(store: Path) -> None:
    task = pickle.dumps((store, EVERY, CSV.lines))
    done = subprocess.run([sys.executable, "-c", KILLED], input=task, capture_output=True, check=False)
    pids = [int(pid) for pid in done.stdout.split()]
    assert done.returncode == -signal.SIGKILL
    assert len(pids) == 2
    assert all_end(pids)


@needs_proc
def test_few_traces_start_no_process(store: Path) -> None:
    half_made(store, Cancel(), lambda: pytest.fail("one was started") if children() else None, Spread(2))


def test_one_processor_makes_all_of_it_in_one_process() -> None:
    assert spread_of(1).processes == 0
    assert spread_of(2).processes == 2
    assert processors() >= 1
