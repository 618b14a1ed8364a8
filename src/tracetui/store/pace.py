"""Long work on a store in short transactions: how much of it in each, so that others wait for less than 100 ms."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tracetui.store.turns import Turns

_LEAST, _MOST = 10, 5_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How long others wait at worst, and how much of the time is theirs."""

    work_s: float = 0.04
    """A transaction lasts about so long."""
    pause_s: float = 0.03
    """SQLite looks again after 25 ms at most until it has waited for 0.1 s: so long a pause is never missed."""


PACE = Pace()


class Size:
    """How much is done in one transaction: as much as the last ones tell that there is time for."""

    def __init__(self, wanted_s: float, first: int) -> None:
        self._wanted_s = wanted_s
        self.has_begun = False
        self.now = first

    def took(self, spent_s: float) -> None:
        """Learn from a transaction of the present size."""
        self.has_begun = True
        change = min(1.5, max(0.3, self._wanted_s / max(spent_s, 1e-6)))
        self.now = min(_MOST, max(_LEAST, int(self.now * change)))


@contextmanager
def transaction(db: sqlite3.Connection, turns: Turns, size: Size | None = None) -> Iterator[None]:
    """A write; what is done in it is to be of a size that takes as long as a transaction may."""
    turns.begin(db)
    start = time.monotonic()
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    if size is not None:
        size.took(time.monotonic() - start)
