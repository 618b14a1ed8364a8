"""Q11: acknowledged spans a second with the collector on one core, beside plain SQLite in the same run.

    python -m bench.collect [SPANS]

The collector has the first core, senders and plain SQLite the second; on a machine with one core all share it.
Bodies are made before, of 1.5 kB of text a span, 512 spans each as exporters send them, and small ones.
"""

import asyncio
import os
import queue
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

import aiohttp

from bench.goals import Figure, at_least, shown
from tests.collect.bodies import a_call, traces_body

SPANS = 30_000
GOAL_PER_S = 5_000
_TEXT = "the quick brown fox jumps over the lazy dog while the model answers at length about invoice number "


def measure(spans: int = SPANS) -> Iterator[Figure]:
    """Bodies of 512 spans from one and from four senders, bodies of 16 from four."""
    plain_per_s = _plain(spans)
    for senders, size in ((1, 512), (4, 512), (4, 16)):
        per_s, cpu_us = _collected(spans, senders, size)
        note = f" ({per_s / plain_per_s:.2f} of plain SQLite's {plain_per_s:,.0f}/s; {cpu_us:,.0f} us of CPU each)"
        what = f"spans/s acknowledged, {senders} sender{'s' * (senders > 1)}, {size} a body"
        yield at_least("Q11", what, per_s, GOAL_PER_S, "/s", note)


def bodies(spans: int, size: int) -> list[bytes]:
    """So many different spans of 1.5 kB text, so many in a body."""
    made = []
    for first in range(0, spans, size):
        some = []
        for number in range(first, min(first + size, spans)):
            asked = f"{_TEXT}{number} " * 7
            some.append(a_call(f"{number}", asked=asked, answered=f"{_TEXT}{number * 7919} " * 7))
        made.append(traces_body(*some))
    return made


def _collected(spans: int, senders: int, size: int) -> tuple[float, float]:
    """Spans a second, and microseconds of the collector's processor time for each."""
    made = bodies(spans, size)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tracetui", "--store", f"{folder}/t.db", "collect", "--port", "0"]
        with subprocess.Popen(_on_core(0, command), stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            url = process.stdout.readline().split()[2]
            began_cpu_s = _cpu_s(process.pid)
            spent_s = asyncio.run(_sent(url, made, senders))
            cpu_s = _cpu_s(process.pid) - began_cpu_s
            process.terminate()
        with sqlite3.connect(f"{folder}/t.db") as db:
            (stored,) = db.execute("SELECT count(*) FROM traces").fetchone()
        db.close()
    assert stored == spans, f"{stored} of {spans} spans are in the store"
    return spans / spent_s, cpu_s / spans * 1e6


async def _sent(url: str, made: Sequence[bytes], senders: int) -> float:
    """Post all bodies; the seconds until the last was acknowledged."""
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    for body in made:
        waiting.put(body)

    async def send() -> None:
        async with aiohttp.ClientSession(headers={"Content-Type": "application/x-protobuf"}) as session:
            while not waiting.empty():
                async with session.post(f"{url}/v1/traces", data=waiting.get()) as answer:
                    assert answer.status == 200, await answer.text()

    start = perf_counter()
    await asyncio.gather(*(send() for _ in range(senders)))
    return perf_counter() - start


def _plain(spans: int) -> float:
    """Rows of the same texts into one table with five indexes, a thousand a transaction; rows a second."""
    rows = [
        (f"{n:032x}", "gpt-4o", n, "success", n % 900, "api", f"{_TEXT}{n} " * 7, f"{_TEXT}{n * 7919} " * 7)
        for n in range(spans)
    ]
    with tempfile.TemporaryDirectory() as folder:
        plain = sqlite3.connect(f"{folder}/plain.db")
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("CREATE TABLE traces (id, model, executed_at, status, response_time, source, input, output)")
        for column in ("id", "model", "executed_at", "status", "response_time"):
            plain.execute(f"CREATE INDEX by_{column} ON traces ({column})")
        start = perf_counter()
        for first in range(0, spans, 1000):
            with plain:
                plain.executemany("INSERT INTO traces VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows[first : first + 1000])
        spent_s = perf_counter() - start
        plain.close()
    return spans / spent_s


def _on_core(core: int, command: list[str]) -> list[str]:
    if shutil.which("taskset") is None:
        return command
    os.sched_setaffinity(0, set(range(os.cpu_count() or 1)) - {core} or {core})
    return ["taskset", "-c", str(core), *command]


def _cpu_s(pid: int) -> float:
    """Processor time of a process so far. Source: proc(5), fields 14 and 15 of /proc/PID/stat."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    print(shown(list(measure(int(sys.argv[1]) if len(sys.argv) > 1 else SPANS))))
