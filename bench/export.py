"""Q12: CSV export beside `sqlite3 -csv` and Python's csv on a plain table of the same rows, in one run; memory."""

import csv
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

from bench.goals import Figure, at_least, at_most
from bench.queries import biggest_model

ROUNDS = 3
"""Each way is measured so often, in turns, and its best counts: others may use the machine."""
TRACETUI = str(Path(sys.executable).with_name("tracetui"))

_BY_PYTHON = """
import csv, sqlite3, sys
with open(sys.argv[2], "w", newline="", encoding="utf-8") as file:
    csv.writer(file).writerows(sqlite3.connect(sys.argv[1]).execute("SELECT * FROM traces"))
"""


def measure(store: Path) -> Iterator[Figure]:
    """Export the model with the most requests, three ways."""
    model = biggest_model(store)
    with tempfile.TemporaryDirectory(dir=store.parent) as name:
        folder = Path(name)
        ours = [TRACETUI, "export", "--store", str(store), "--model", model, "--folder", name]
        few_rss_mb = _run([*ours, "--period", "2026-10"])[1]
        exported = folder / f"{model}_traces_data.csv"
        exported.unlink()
        all_time = [*ours, "--period", "all time"]
        _run(all_time)
        traces = _plain(exported, folder / "plain.db")
        size_bytes = exported.stat().st_size
        exported.unlink()

        best_s: dict[str, float] = {}
        rss_mb = 0.0
        plain, out = str(folder / "plain.db"), folder / "out.csv"
        sqlite = shutil.which("sqlite3")
        ways: dict[str, Callable[[], tuple[float, float]]] = {
            "ours": lambda: _run(all_time),
            "python": lambda: _run([sys.executable, "-c", _BY_PYTHON, plain, str(out)]),
        }
        if sqlite:
            ways["sqlite3"] = lambda: _run([sqlite, "-csv", plain, "SELECT * FROM traces"], out)
        for _ in range(ROUNDS):
            for way, work in ways.items():
                spent_s, used_mb = work()
                best_s[way] = min(best_s.get(way, spent_s), spent_s)
                if way == "ours":
                    rss_mb = max(rss_mb, used_mb)
                    exported.unlink()
        rate = {way: traces / spent_s for way, spent_s in best_s.items()}
        note = f" ({rate['ours']:,.0f} rows/s of {size_bytes / traces:,.0f} B"
        if "sqlite3" in rate:
            note += f" beside {rate['sqlite3']:,.0f}/s)"
            yield at_least("Q12", "CSV export, of sqlite3 -csv", rate["ours"] / rate["sqlite3"], 0.4, "", note)
        by_python = f"{rate['ours'] / rate['python']:,.2f}{'' if 'sqlite3' in rate else note + ')'}"
        yield Figure("Q12", "the same, of Python's csv", by_python, f"({rate['python']:,.0f}/s)", None)
        yield at_most("Q12", f"memory of {traces:,} rows, beyond a month's", rss_mb - few_rss_mb, 8, "MB")


def _run(command: Sequence[str], out: Path | None = None) -> tuple[float, float]:
    """Run a command to its end: seconds, and megabytes of memory at its most."""
    start = perf_counter()
    with Path(out or os.devnull).open("wb") as file:
        process = subprocess.Popen(command, stdout=file)
        _, status, usage = os.wait4(process.pid, 0)
    spent_s = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return spent_s, usage.ru_maxrss / 1024


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
