"""Exports that are killed, stopped, or cannot be written: no file is left, no process, and it is said why."""

import os
import pickle
import re
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import NOON_US, a_trace
from tests.processes import all_end, children, needs_proc
from tracetui.cli.export_process import ExportProcess
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period
from tracetui.domain.queries import ExportQuery, Order, Scope
from tracetui.export.as_csv import Style
from tracetui.processes import processors
from tracetui.store.writer import SqliteWriter

TRACES = 12_000
"""As many as several processes are started for. Their texts are long, so that there is time to do something."""
MODEL = "gpt"

# Root may write where nobody else may, but not everywhere.
UNWRITABLE = Path("/proc/self")

needs_processors = pytest.mark.skipif(processors() == 1, reason="there is one processor")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "traces.db"
    with closing(SqliteWriter(path, now_us=lambda: NOON_US)) as writer:
        for first in range(0, TRACES, 1_000):
            writer.write(
                [
                    a_trace(
                        f"r-{first + place}",
                        model=MODEL,
                        model_type=ModelType.EXTERNAL,
                        executed_at_us=NOON_US + first + place,
                        input="long " * 5_000,
                    )
                    for place in range(1_000)
                ]
            )
    return path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 20 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


class Begun:
    """An export by the command that has written some of its rows."""

    def __init__(self, store: Path, folder: Path, limit_bytes: int | None = None) -> None:
        def prepare() -> None:
            # A shell that runs the tests in the background has its children ignore ctrl+c.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            if limit_bytes is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tracetui", "--store", str(store), "export", "--model", MODEL),
                *("--period", "all time", "--folder", str(folder), "--progress", "line"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            preexec_fn=prepare,
        )
        assert self._process.stderr is not None
        self.told = b""
        while not re.search(rb"[1-9] %", self.told) and (more := self._process.stderr.read1(1_000)):
            self.told += more
        self.makers = children(self._process.pid) if self._process.poll() is None else []

    def kill(self, signal_number: int) -> None:
        """End it from outside."""
        self._process.send_signal(signal_number)

    def ended(self) -> int:
        """Its exit code; `told` is all that it said then."""
        assert self._process.stderr is not None
        with self._process:
            self.told += self._process.stderr.read()
        return self._process.returncode


@needs_proc
@needs_processors
def test_a_killed_export_leaves_no_file_and_no_process(store: Path, tmp_path: Path) -> None:
    export = Begun(store, tmp_path)
    assert len(export.makers) == 2
    export.kill(signal.SIGKILL)
    assert export.ended() == -signal.SIGKILL
    assert all_end(export.makers)
    assert list(tmp_path.glob("*.csv")) == []


@needs_proc
@needs_processors
def test_a_stopped_export_leaves_nothing_and_says_so(store: Path, tmp_path: Path) -> None:
    export = Begun(store, tmp_path)
    export.kill(signal.SIGINT)
    assert export.ended() == 130
    assert b"stopped. Nothing was left behind." in export.told
    assert b"Traceback" not in export.told
    assert all_end(export.makers)
    assert list(tmp_path.iterdir()) == []


@needs_proc
@needs_processors
def test_an_export_says_that_one_of_its_processes_was_killed(store: Path, tmp_path: Path) -> None:
    export = Begun(store, tmp_path)
    os.kill(export.makers[0], signal.SIGKILL)
    assert export.ended() == 2
    assert b"A process that makes the text was ended from outside (signal 9)." in export.told
    assert b"Traceback" not in export.told
    assert all_end(export.makers)
    assert list(tmp_path.iterdir()) == []


@needs_proc
def test_a_file_that_may_not_grow_any_more_is_told_of(store: Path, tmp_path: Path) -> None:
    export = Begun(store, tmp_path, limit_bytes=30_000_000)
    assert export.ended() == 2
    assert b"it would be larger than a file may be here. Nothing was left behind." in export.told
    assert all_end(export.makers)
    assert list(tmp_path.iterdir()) == []


@needs_proc
def test_a_disk_that_is_full_is_told_of(store: Path, small_disk: Path) -> None:
    export = Begun(store, small_disk)
    assert export.ended() == 2
    assert b"the disk is full. Nothing was left behind." in export.told
    assert all_end(export.makers)
    assert list(small_disk.iterdir()) == []


@needs_proc
def test_a_folder_where_nothing_can_be_written_is_told_of(store: Path) -> None:
    export = Begun(store, UNWRITABLE)
    assert export.ended() == 2
    assert b"Could not write gpt_traces_data.csv to /proc/self: " in export.told
    assert b"Traceback" not in export.told


APP = """
import pickle, sys
from tracetui.cancel import Cancel
from tracetui.cli.export_process import ExportProcess
export, query = pickle.load(sys.stdin.buffer)
export(query, Cancel(), lambda progress: print(progress.done, flush=True))
"""


@needs_proc
@needs_processors
def test_an_export_of_the_app_ends_with_the_app(store: Path, tmp_path: Path) -> None:
    query = ExportQuery(Scope(ModelRef(ModelType.EXTERNAL, MODEL)), Period(0, 1 << 52), Order.NEWEST)
    with subprocess.Popen([sys.executable, "-c", APP], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as app:
        assert app.stdin is not None
        assert app.stdout is not None
        pickle.dump((ExportProcess(store, tmp_path, Style()), query), app.stdin)
        app.stdin.flush()
        while app.stdout.readline() == b"0\n":
            pass
        (export,) = children(app.pid)
        pids = [export, *children(export)]
        app.kill()
    assert len(pids) == 3
    assert all_end(pids)
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_nobody_takes_does_not_keep_the_log_growing(store: Path) -> None:
    command = [sys.executable, "-m", "tracetui", "--store", str(store), "export", "--model", MODEL]
    with subprocess.Popen([*command, "--period", "all time", "--stdout"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        begun = process.stdout.read(10)
        with closing(SqliteWriter(store, now_us=lambda: NOON_US)) as writer:
            late = a_trace("late", model=MODEL, model_type=ModelType.EXTERNAL, executed_at_us=NOON_US)
            writer.write([late])
        with closing(sqlite3.connect(store, timeout=60)) as db:
            # Waits until no reader needs the log any more, for a minute at most.
            assert db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert begun == b"Status,Req"
    assert rest.count(b"\r\n") == TRACES + 1
    assert b'"late"' not in rest
