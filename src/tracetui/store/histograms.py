"""Histograms of response time, remembered while nobody writes.

That of a model's whole life is fifty thousand rollup rows at ten million traces, 10 ms; walking through an order
by response time asks for the same one at every page.
"""

import sqlite3
from collections.abc import Sequence

from tracetui.domain.periods import Period
from tracetui.store import spans

_KEPT = 4
"""Histograms of some seven hundred buckets each: 100 kB."""


class Histograms:
    """The histograms asked for last, as long as the store has not changed.

    Args:
        db: The reader's connection, inside a read transaction whenever one is asked for.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._version: int | None = None
        self._known: dict[tuple[tuple[int, ...], Period], dict[int, int]] = {}

    def of(self, routes: Sequence[int], within: Period) -> dict[int, int]:
        """How many traces of some routes fall in each bucket inside a period, by bucket."""
        # SQLite tells a new number in every transaction that sees what another connection committed.
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._version = version
            self._known.clear()
        key = (tuple(routes), within)
        found = self._known.pop(key, None)
        if found is None:
            found = spans.histogram(self._db, routes, within)
            while len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
        self._known[key] = found
        return found
