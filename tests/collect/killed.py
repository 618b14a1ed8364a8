"""A collector that is killed under load, and what its store then has. Used by a test and by `bench`."""

import http.client
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from tests.collect.bodies import a_call, traces_body
from tests.collect.collectors import PROTOBUF
from tests.collect.commands import RunningCommand, collect_command

SENDERS = 4
SIZES = (1, 40, 3, 200, 512, 17)
"""Spans of the bodies, one after the other."""


class Load:
    """Senders that never repeat a body, and what was acknowledged of it.

    Args:
        name: What the ids of its spans begin with.
        enough: How many bodies are to be acknowledged before `has_enough`.
    """

    def __init__(self, name: str, enough: int) -> None:
        self._name = name
        self._enough = enough
        self._lock = threading.Lock()
        self._numbers = count()
        self._acknowledged_bodies = 0
        self.has_enough = threading.Event()
        self.acknowledged: set[str] = set()
        """The ids of spans that were."""
        self.sent: list[tuple[str, ...]] = []
        """The ids of each body."""

    def send(self, running: RunningCommand) -> None:
        """Send until there is no answer any more, by several senders."""
        senders = [threading.Thread(target=self._send, args=(running.url,)) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        self.has_enough.wait(60)
        running.process.send_signal(signal.SIGKILL)
        for sender in senders:
            sender.join()
        running.process.wait()

    def _send(self, url: str) -> None:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
        for ids in self._bodies():
            try:
                connection.request("POST", "/v1/traces", body_of(ids), PROTOBUF)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                break
            if answer.status != 200:
                continue
            with self._lock:
                self.acknowledged.update(ids)
                self._acknowledged_bodies += 1
                if self._acknowledged_bodies >= self._enough:
                    self.has_enough.set()
        connection.close()
        # Where all senders failed nobody need wait for enough.
        self.has_enough.set()

    def _bodies(self) -> Iterator[tuple[str, ...]]:
        while True:
            with self._lock:
                number = next(self._numbers)
                ids = tuple(f"{self._name}-{number}-{n}" for n in range(SIZES[number % len(SIZES)]))
                self.sent.append(ids)
            yield ids


def body_of(ids: tuple[str, ...]) -> bytes:
    """The body that has these spans."""
    return traces_body(*(a_call(id, asked=f"question {id} " * 20, answered=f"answer {id} " * 20) for id in ids))


def kill_under_load(store: Path, name: str, enough: int) -> Load:
    """Collect, and kill the collector with SIGKILL once so many bodies are acknowledged."""
    load = Load(name, enough)
    with collect_command(store) as running:
        load.send(running)
    return load


def send_again(store: Path, load: Load) -> set[int]:
    """Send everything again to a new collector, as senders do that had no answer; the statuses."""
    with collect_command(store) as running:
        return {running.post(body_of(ids)) for ids in load.sent}


def stored_ids(store: Path) -> list[str]:
    """The ids of all spans in a store, as bodies name them."""
    with closing(sqlite3.connect(store)) as db:
        found = db.execute("SELECT request_id FROM traces ORDER BY id")
        return [str(id).removeprefix("chatcmpl-") for (id,) in found]


def is_sound(store: Path) -> bool:
    """Whether SQLite finds nothing wrong, and the sums are those of the traces."""
    with closing(sqlite3.connect(store)) as db:
        return (
            db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            and db.execute("SELECT total(requests) FROM sums_by_day").fetchone()
            == db.execute("SELECT count(*) FROM traces").fetchone()
        )
