"""A prune that is killed at any moment and run again leaves what an undisturbed one leaves."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import a_trace
from tests.store.apart import asked
from tests.store.plain import DAY_US, fill
from tests.store.stored import everything, latency, latency_by_scan, rows, sums, sums_by_scan
from tracetui.cancel import Cancel
from tracetui.store.search import index

TRACES = 3_000
FIRST_US = 1_790_000_000_000_000


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of old traces with parts, all of them indexed, and of one that is never old."""
    path = tmp_path_factory.mktemp("full") / "traces.db"
    traces = [
        a_trace(f"r-{number}", executed_at_us=FIRST_US + number * DAY_US // 300, output=f"answer {number} " * 20)
        for number in range(TRACES)
    ]
    parts = [asked(f"question {number}", of=f"r-{number}") for number in range(0, TRACES, 3)]
    fill(path, *traces, *parts, a_trace("never old", executed_at_us=1 << 51))
    index.build(path, Cancel())
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _command(store: Path) -> list[str]:
    return [sys.executable, "-m", "tracetui", "--store", str(store), "prune", "--older-than", "1d", "--yes"]


def _kill_at(store: Path, traces_left: int) -> bool:
    """Kill a prune as soon as so few traces are left; False where it came to its end before."""
    quiet = subprocess.DEVNULL
    with (
        subprocess.Popen(_command(store), stdout=quiet, stderr=quiet) as process,
        closing(sqlite3.connect(store)) as db,
    ):
        while process.poll() is None:
            if db.execute("SELECT count(*) FROM traces").fetchone()[0] <= traces_left:
                break
            os.sched_yield()
        process.send_signal(signal.SIGKILL)
        process.wait()
        return process.returncode == -signal.SIGKILL


def test_a_killed_prune_run_again_leaves_what_an_undisturbed_one_leaves(full: Path, tmp_path: Path) -> None:
    undisturbed, killed = tmp_path / "undisturbed.db", tmp_path / "killed.db"
    for store in (undisturbed, killed):
        shutil.copy(full, store)
    subprocess.run(_command(undisturbed), capture_output=True, check=True)
    kills = sum(_kill_at(killed, left) for left in (TRACES, TRACES * 2 // 3, TRACES // 3, 1))
    assert kills >= 2
    assert rows(killed, "PRAGMA integrity_check") == [("ok",)]
    for unit in ("quarter", "day"):
        assert sums(killed, unit) == sums_by_scan(killed, unit)
    assert latency(killed, "fortnight") == latency_by_scan(killed, "fortnight")
    subprocess.run(_command(killed), capture_output=True, check=True)
    assert everything(killed) == everything(undisturbed)
    for table in ("pruned_by_quarter", "pruned_by_day", "pruned_routes", "sums_by_day"):
        sql = f"SELECT * FROM {table} ORDER BY 1, 2"
        assert rows(killed, sql) == rows(undisturbed, sql)
