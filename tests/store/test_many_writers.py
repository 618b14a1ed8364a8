"""Several programs write one store, and any of them may be killed."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import NOON_US, a_trace
from tests.store.stored import row, rows, sums, sums_by_scan, write
from tracetui.domain.trace import Trace
from tracetui.store.connection import open_reader
from tracetui.store.writer import SqliteWriter

_WRITE_FOR_EVER = """
import sys
from pathlib import Path
from tests.fakes import a_trace
from tracetui.store.writer import SqliteWriter
writer = SqliteWriter(Path(sys.argv[1]), now_us=lambda: 1)
for batch in range(1_000_000):
    writer.write([a_trace(f"{batch}-{n}", raw=b"%d" % n, model=f"m-{batch % 7}") for n in range(50)])
    print(batch, flush=True)
"""


def _traces(writer: str, batch: int) -> list[Trace]:
    return [
        a_trace(f"{writer}-{batch}-{number}", model=f"m-{number}", source=f"s-{batch}", response_time_us=number)
        for number in range(10)
    ]


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    start = threading.Barrier(2)

    def run(name: str) -> None:
        start.wait()
        with closing(SqliteWriter(path, now_us=lambda: NOON_US)) as writer:
            for batch in range(30):
                writer.write(_traces(name, batch))
                writer.write(_traces("both", batch))

    threads = [threading.Thread(target=run, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert row(path, "SELECT count(*), count(DISTINCT route_id) FROM traces") == (900, 10)
    assert row(path, "SELECT count(*) FROM sources") == (30,)
    assert sums(path, "quarter") == sums_by_scan(path, "quarter")


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    write(path, [a_trace()])
    with closing(SqliteWriter(path, now_us=lambda: 1)) as writer:
        writer._connection.execute("BEGIN IMMEDIATE")
        writer._connection.execute("DELETE FROM traces")
        with closing(open_reader(path)) as reader:
            assert reader.execute("SELECT count(*) FROM traces").fetchone() == (1,)
        writer._connection.execute("ROLLBACK")


@pytest.mark.parametrize("batches", [1, 4, 9])
def test_a_killed_writer_leaves_a_store_that_opens_clean_with_all_it_reported(
    tmp_path: Path, batches: int
) -> None:
    path = tmp_path / "traces.db"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _WRITE_FOR_EVER, str(path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as writing:
        assert writing.stdout is not None
        for _ in range(batches):
            writing.stdout.readline()
        writing.send_signal(signal.SIGKILL)
    with closing(open_reader(path)) as reader:
        assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    (stored,) = row(path, "SELECT count(*) FROM traces")
    assert stored >= batches * 50
    assert stored % 50 == 0
    assert sums(path, "day") == sums_by_scan(path, "day")
    assert rows(path, "SELECT id FROM traces EXCEPT SELECT id FROM trace_texts") == []


def test_stores_made_by_many_at_the_same_moment_are_one(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    script = (
        "import sys; from pathlib import Path; from tests.fakes import a_trace;"
        "from tracetui.store.writer import SqliteWriter; w = SqliteWriter(Path(sys.argv[1]), now_us=lambda: 1);"
        "w.write([a_trace(sys.argv[2])])"
    )
    programs = [
        subprocess.Popen([sys.executable, "-c", script, str(path), str(number)], env=environment)
        for number in range(4)
    ]
    assert [program.wait() for program in programs] == [0, 0, 0, 0]
    assert row(path, "SELECT count(*) FROM traces") == (4,)
