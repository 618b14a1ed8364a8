"""`tracetui index`, and the index that is kept while the app is open."""

import json
import subprocess
import sys
import threading
from pathlib import Path

from tests.fakes import a_trace
from tests.store.stored import write
from tracetui.cli import indexing
from tracetui.store.search.index import backlog_of

from .commands import Command


def test_all_texts_are_indexed(command: Command) -> None:
    write(command.store, [a_trace(f"req-{number}") for number in range(3)])
    outcome = command.run("index")
    assert (outcome.code, sum(backlog_of(command.store))) == (0, 0)
    assert "3 traces indexed" in outcome.out


def test_a_store_that_is_missing_is_not_made(command: Command) -> None:
    assert (command.run("index").code, command.store.exists()) == (2, False)


def test_in_the_background_nothing_is_said(tmp_path: Path) -> None:
    store = tmp_path / "traces.db"
    write(store, [a_trace()])
    command = [sys.executable, "-m", "tracetui", "--store", str(store), "index", "--background"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert (done.stdout, done.stderr, sum(backlog_of(store))) == (b"", b"", 0)


def test_much_that_is_new_is_indexed_while_the_app_is_open(tmp_path: Path) -> None:
    store = tmp_path / "traces.db"
    write(store, [a_trace(f"req-{number}") for number in range(indexing.WORTH_INDEXING)])
    done = threading.Event()
    with indexing.Indexing(store, first_look_s=0, indexed=done.set):
        assert done.wait(60)
    assert sum(backlog_of(store)) == 0


def test_little_that_is_new_is_left_to_be_read(tmp_path: Path) -> None:
    store = tmp_path / "traces.db"
    write(store, [a_trace()])
    assert indexing.Indexing(store)._missing() < indexing.WORTH_INDEXING


def test_it_tells_how_far_it_is_while_it_indexes(tmp_path: Path) -> None:
    store = tmp_path / "traces.db"
    write(store, [a_trace(f"req-{number}") for number in range(indexing.WORTH_INDEXING)])
    shares: list[float | None] = []
    done = threading.Event()

    def indexed() -> None:
        shares.append(running.share)
        done.set()

    running = indexing.Indexing(store, first_look_s=0, indexed=indexed)
    with running:
        while not done.wait(0.01):
            shares.append(running.share)
    told = [share for share in shares if share is not None]
    assert told
    assert all(0 <= share <= 1 for share in told)
    assert shares[-1] is None


def test_an_import_of_much_says_how_searches_become_fast(command: Command) -> None:
    lines = [
        json.dumps({"model": "m-1", "request_id": f"req-{number}", "executed_at": "2026-10-01T12:00:00Z"})
        for number in range(indexing.WORTH_INDEXING)
    ]
    many = command.store.with_name("many.jsonl")
    many.write_text("\n".join(lines))
    assert "tracetui index makes them fast" in command.run("import", str(many)).out
    few = command.store.with_name("few.jsonl")
    few.write_text(lines[0])
    command.run("index")
    assert "tracetui index" not in command.run("import", str(few)).out
