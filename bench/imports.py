"""Q10 and Q13: how fast files come in, and what a trace costs on disk, beside plain SQLite in the same run."""

import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.goals import Figure, at_least, at_most
from bench.stores import NOW_US
from tracetui.demo.job import order, records
from tracetui.domain.trace import Trace

RECORDS = 100_000
TEXT_BYTES = 1500
TRACETUI = str(Path(sys.executable).with_name("tracetui"))


def measure() -> Iterator[Figure]:
    """Import a made-up file both ways."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "calls.jsonl"
        with file.open("wb") as out:
            for record in records(order(NOW_US, RECORDS, text_bytes=TEXT_BYTES)):
                if isinstance(record, Trace):
                    out.write(record.raw + b"\n")
        plain_s = _plain(file, Path(folder) / "plain.db")
        store = Path(folder) / "store.db"
        start = perf_counter()
        subprocess.run([TRACETUI, "import", "--store", store, file], check=True, capture_output=True)
        spent_s = perf_counter() - start
        note = f" ({RECORDS / spent_s:,.0f}/s beside {RECORDS / plain_s:,.0f}/s plain)"
        yield at_least("Q10", "import, of plain SQLite's insert rate", plain_s / spent_s, 1 / 3, "", note)
        size = sum(part.stat().st_size for part in Path(folder).glob("store.db*"))
        yield at_most("Q13", "a trace of 1.5 kB text on disk", size / RECORDS / 1000, 2.0, "kB")


def _plain(file: Path, path: Path) -> float:
    """Insert the parsed rows into one table with five indexes; the seconds of inserting alone."""
    rows = []
    for line in file.open("rb"):
        record = json.loads(line)
        rows.append(
            (
                record["request_id"],
                record["model"],
                record["executed_at"],
                record["status"],
                record.get("response_time_ms"),
                record.get("source"),
                record.get("input"),
                record.get("output"),
            )
        )
    plain = sqlite3.connect(path)
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute("CREATE TABLE traces (id, model, executed_at, status, response_time, source, input, output)")
    for column in ("id", "model", "executed_at", "status", "response_time"):
        plain.execute(f"CREATE INDEX by_{column} ON traces ({column})")
    start = perf_counter()
    for first in range(0, len(rows), 5000):
        with plain:
            plain.executemany("INSERT INTO traces VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows[first : first + 5000])
    spent_s = perf_counter() - start
    plain.close()
    return spent_s
