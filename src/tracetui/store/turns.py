"""Writers take turns: whoever waits is next when the one that writes is done.

SQLite lets a waiting writer look again every 100 ms at last, and an import begins its next transaction a moment
after the one before: with SQLite alone, a collector beside an import of 120,000 records waited up to four seconds,
and more than once in vain (two cores, ten other programs). Here the one that waits holds a lock of its own, which
the import, too, has to take before it begins again: 1.5 s at most, the length of a transaction there.

The lock is on the store's folder: it leaves no file behind, and closing it cannot undo SQLite's own locks, as it
would on the store. Stores in one folder share it, and wait a little for one another.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: SQLite's own way of waiting has to do.
    fcntl = None  # type: ignore[assignment]

_FIRST_PAUSE_S = 0.001
_LONGEST_PAUSE_S = 0.01
_LONGEST_WAIT_FOR_TURN_S = 1.0
"""Longer than a transaction takes. One that was suspended while it waits must not keep all others out."""


class Turns:
    """Begins transactions of one connection in its turn.

    Args:
        path: The store.
        busy_s: How long to wait for others.
    """

    def __init__(self, path: Path, busy_s: float) -> None:
        self._busy_s = busy_s
        self._folder: int | None = None
        if fcntl is not None:
            # Without it writers wait as SQLite lets them.
            with contextlib.suppress(OSError):
                self._folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)

    def begin(self, connection: sqlite3.Connection) -> None:
        """BEGIN IMMEDIATE, once it is this writer's turn.

        Raises:
            sqlite3.OperationalError: Others write for too long.
        """
        if self._folder is None:
            connection.execute("BEGIN IMMEDIATE")
            return
        until_s = time.monotonic() + self._busy_s
        with self._next(min(until_s, time.monotonic() + _LONGEST_WAIT_FOR_TURN_S)):
            connection.execute("PRAGMA busy_timeout = 0")
            for pause_s in _pauses():
                try:
                    connection.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until_s:
                        raise
                    time.sleep(pause_s)
                else:
                    break

    @contextmanager
    def before_others(self) -> Iterator[None]:
        """Be next, for a statement that is a transaction of its own and waits as SQLite lets it."""
        if self._folder is None:
            yield
            return
        with self._next(time.monotonic() + min(self._busy_s, _LONGEST_WAIT_FOR_TURN_S)):
            yield

    def close(self) -> None:
        """Give the lock back."""
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None

    @contextmanager
    def _next(self, until_s: float) -> Iterator[None]:
        """Be the one that comes next; where that takes too long, one of several."""
        assert self._folder is not None
        has_lock = False
        for pause_s in _pauses():
            try:
                fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until_s:
                    break
                time.sleep(pause_s)
            except OSError:
                # A file system without such locks.
                break
            else:
                has_lock = True
                break
        try:
            yield
        finally:
            if has_lock:
                fcntl.flock(self._folder, fcntl.LOCK_UN)


def _pauses() -> Iterator[float]:
    """How long to wait before each further look: soon at first."""
    pause_s = _FIRST_PAUSE_S
    while True:
        yield pause_s
        pause_s = min(pause_s * 1.2, _LONGEST_PAUSE_S)
