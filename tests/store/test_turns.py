"""Writers take turns: one that waits is next, however soon the other begins again."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tracetui.store.turns import Turns

pytest.importorskip("fcntl")


class Watched(sqlite3.Connection):
    """A connection that tells when it tries to begin."""

    has_tried: threading.Event

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        try:
            return super().execute(sql, *parameters)
        finally:
            if sql == "BEGIN IMMEDIATE":
                self.has_tried.set()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "traces.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE t (n)")
    return path


def connected(store: Path) -> Watched:
    connection = sqlite3.connect(store, isolation_level=None, check_same_thread=False, factory=Watched)
    connection.has_tried = threading.Event()
    return connection


def test_one_that_waits_comes_before_one_that_begins_again(store: Path) -> None:
    order = []
    busy, waiting = connected(store), connected(store)
    busy_turns, waiting_turns = Turns(store, 20), Turns(store, 20)

    def wait() -> None:
        waiting_turns.begin(waiting)
        order.append("the one that waited")
        waiting.execute("COMMIT")

    with ThreadPoolExecutor(1) as threads, closing(busy), closing(waiting):
        busy_turns.begin(busy)
        waiter = threads.submit(wait)
        assert waiting.has_tried.wait(20)
        busy.execute("COMMIT")
        busy_turns.begin(busy)
        order.append("the one that began again")
        busy.execute("COMMIT")
        waiter.result()
    assert order == ["the one that waited", "the one that began again"]
    busy_turns.close()
    waiting_turns.close()


def test_a_store_that_others_hold_for_too_long_is_busy(store: Path) -> None:
    turns = Turns(store, 0.05)
    with closing(connected(store)) as other, closing(connected(store)) as connection:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            turns.begin(connection)
        other.execute("COMMIT")
        turns.begin(connection)
        assert connection.in_transaction
    turns.close()


def test_one_that_was_suspended_while_it_waited_keeps_nobody_out(store: Path) -> None:
    suspended, turns = Turns(store, 20), Turns(store, 20)
    with suspended._next(0), closing(connected(store)) as connection:
        turns.begin(connection)
        assert connection.in_transaction
    suspended.close()
    turns.close()


def test_nothing_is_left_behind(store: Path) -> None:
    turns = Turns(store, 1)
    with closing(connected(store)) as connection:
        turns.begin(connection)
        connection.execute("COMMIT")
    turns.close()
    assert [file.name for file in store.parent.iterdir()] == [store.name]
