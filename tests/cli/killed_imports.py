"""An import that is killed and run again, compared with one that was left alone. Used by a test and by `bench`."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NOT_COMPARED = {("store_facts", "value")}
"""What differs between any two imports: by when it was written."""


def made_up_lines(count: int) -> Iterator[str]:
    """Lines with texts, failures, unknown values, repeated ids, missing ids and some that are rejected."""
    for number in range(count):
        fields: dict[str, object] = {
            "request_id": None
            if number % 97 == 0
            else f"r-{number - number % 89 if number % 89 == 1 else number}",
            "model": f"m-{number % 5}",
            "executed_at": None if number % 101 == 0 else 1_790_856_000 + number * 37 % 2_000_000,
            "status": "failed" if number % 13 == 0 else "success",
            "response_time_ms": None if number % 7 == 0 else number * 7919 % 9000 / 10,
            "input_tokens": None if number % 11 == 0 else number % 1000,
            "output_tokens": number % 300,
            "connection": f"c-{number % 3}",
            "input": f"question {number} " + "lorem ipsum " * (number % 40),
            "output": None if number % 13 == 0 else f"answer {number * 7919}",
            "request": {"messages": [{"role": "user", "content": f"question {number}"}]},
        }
        yield json.dumps(fields) + "\n"


def importer(store: Path, *flags: str) -> list[str]:
    """The command that imports `calls.jsonl` of the current folder."""
    return [sys.executable, "-m", "tracetui", "--store", str(store), "import", *flags, "calls.jsonl"]


def import_undisturbed(folder: Path, store: Path) -> None:
    """Import to the end."""
    done = subprocess.run(importer(store), cwd=folder, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode())


def import_and_kill(folder: Path, store: Path, after_batches: int, after_bytes: int) -> bool:
    """Kill an import with SIGKILL once it has told of so many batches and the store's log has so many bytes.

    Returns:
        Whether it was killed; False where it came to its end before.
    """
    log = store.with_name(store.name + "-wal")
    with subprocess.Popen(
        importer(store, "--progress", "lines"),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        for _ in range(after_batches):
            if not process.stderr.readline():
                return False
        while process.poll() is None and _size(log) < after_bytes:
            os.sched_yield()
        process.send_signal(signal.SIGKILL)
        process.wait()
        return process.returncode == -signal.SIGKILL


def contents(store: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for what tells the time of writing."""
    connection = sqlite3.connect(store)
    try:
        # Virtual tables cannot all be scanned, and their shadow tables tell in which order they were filled.
        listed = connection.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
        names = [name for (name,) in listed if not name.endswith("_schema")]
        return {name: _rows(connection, name) for name in sorted(names)}
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
    compared = ", ".join(name for name in columns if (table, name) not in NOT_COMPARED)
    return sorted(connection.execute(f"SELECT {compared} FROM {table}"), key=repr)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
