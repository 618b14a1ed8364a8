"""Q12: a million rows as CSV beside `sqlite3 -csv` and Python's csv on a plain table of the same, in one run.

With the memory of all processes of the export together, and what keys cost in the app while one runs.
"""

import csv
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter

from bench.goals import Figure, at_least, at_most, nearest_rank
from bench.keys import TRACETUI, show_all_time, started
from bench.stores import ONE_MODEL, one_model

ROUNDS = 3
"""Each way is measured so often, in turns, and its best counts: others may use the machine."""
TRACES = 1_000_000
WALK = ("down", "down", "pagedown", "up", "pagedown", "down", "pageup", "end", "pageup", "home", "pagedown")
QUIET_S = 0.05
"""The line of jobs is painted twice a second: waiting longer for a key's last byte would take that for it."""
LOOKS_EVERY_S = 0.05

_BY_PYTHON = """
import csv, sqlite3, sys
with open(sys.argv[2], "w", newline="", encoding="utf-8") as file:
    csv.writer(file).writerows(sqlite3.connect(sys.argv[1]).execute("SELECT * FROM traces"))
"""


def measure(stores: Path) -> Iterator[Figure]:
    """Export a million traces of one model, and walk through them meanwhile.

    Args:
        stores: The folder of the stores.
    """
    store = one_model(TRACES, stores)
    with tempfile.TemporaryDirectory(dir=stores) as folder:
        yield from _beside_others(store, Path(folder))
    with tempfile.TemporaryDirectory(dir=stores) as folder:
        yield from _keys_meanwhile(store, Path(folder))


def _beside_others(store: Path, folder: Path) -> Iterator[Figure]:
    ours = [TRACETUI, "export", "--store", str(store), "--model", ONE_MODEL, "--folder", str(folder)]
    few_mb = _run([*ours, "--period", "2026-10"])[1]
    exported = folder / f"{ONE_MODEL}_traces_data.csv"
    exported.unlink()
    all_time = [*ours, "--period", "all time"]
    _run(all_time)
    traces = _plain(exported, folder / "plain.db")
    size_bytes = exported.stat().st_size
    exported.unlink()

    sqlite = shutil.which("sqlite3")
    plain, out = str(folder / "plain.db"), folder / "out.csv"
    ways: dict[str, Callable[[], tuple[float, float]]] = {
        "ours": lambda: _run(all_time),
        "python": lambda: _run([sys.executable, "-c", _BY_PYTHON, plain, str(out)]),
    }
    if sqlite:
        ways["sqlite3"] = lambda: _run([sqlite, "-csv", plain, "SELECT * FROM traces"], out)
    best_s: dict[str, float] = {}
    used_mb: dict[str, float] = {}
    for _ in range(ROUNDS):
        for way, work in ways.items():
            spent_s, mb = work()
            best_s[way] = min(best_s.get(way, spent_s), spent_s)
            used_mb[way] = max(used_mb.get(way, 0), mb)
            exported.unlink(missing_ok=True)
    rate = {way: traces / spent_s for way, spent_s in best_s.items()}
    note = f" ({rate['ours']:,.0f} rows/s of {size_bytes / traces:,.0f} B"
    if "sqlite3" in rate:
        beside = f"{note} beside {rate['sqlite3']:,.0f}/s)"
        yield at_least("Q12", "CSV export, of sqlite3 -csv", rate["ours"] / rate["sqlite3"], 0.4, "", beside)
    by_python = f"{rate['ours'] / rate['python']:,.2f}{'' if sqlite else note + ')'}"
    yield Figure("Q12", "the same, of Python's csv", by_python, f"({rate['python']:,.0f}/s)", None)
    more_mb = used_mb["ours"] - few_mb
    in_all = f" ({used_mb['ours']:,.0f} MB, all processes together)"
    yield at_most("Q12", f"memory of {traces:,} rows, beyond a month's", more_mb, 8, "MB", in_all)


def _keys_meanwhile(store: Path, folder: Path) -> Iterator[Figure]:
    """Walk through the table of the app for as long as its export runs."""
    # Where a store holds one model, it is chosen already.
    terminal = started(store, ONE_MODEL, str(folder), cwd=folder)
    show_all_time(terminal)
    for key in WALK:
        terminal.press(key)
    terminal.press("e")
    terminal.wait_for("counting")
    spent = []
    while not list(folder.glob("*.csv")):
        spent += [terminal.press(key, quiet_s=QUIET_S).last_byte_ms for key in WALK]
    terminal.close()
    what = f"{len(spent)} keys while {TRACES:,} rows are exported"
    yield at_most("Q12", f"Q1, median of {what}", statistics.median(spent), 20, "ms")
    yield at_most("Q12", f"Q1, 95th of {what}", nearest_rank(spent, 95), 50, "ms")


def _run(command: Sequence[str], out: Path | None = None) -> tuple[float, float]:
    """Run a command to its end: seconds, and megabytes that it and those it started had at their most."""
    start = perf_counter()
    most_mb = 0.0
    with Path(out or os.devnull).open("wb") as file, subprocess.Popen(command, stdout=file) as process:
        while process.poll() is None:
            most_mb = max(most_mb, _used_mb(process.pid))
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOKS_EVERY_S)
    spent_s = perf_counter() - start
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return spent_s, most_mb


def _used_mb(pid: int) -> float:
    """The memory of a process and those that it started; what they share counts once."""
    used_kb = 0
    with suppress(OSError):
        children = " ".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
        for one in (pid, *map(int, children.split())):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            used_kb += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return used_kb / 1024


def _plain(exported: Path, path: Path) -> int:
    """The rows of an export as a plain table."""
    with exported.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        db = sqlite3.connect(path)
        columns = ", ".join('"' + name + '"' for name in header)
        db.execute(f"CREATE TABLE traces ({columns})")
        with db:
            db.executemany(f"INSERT INTO traces VALUES ({', '.join('?' * len(header))})", rows)
        (traces,) = db.execute("SELECT count(*) FROM traces").fetchone()
        db.close()
    return int(traces)
