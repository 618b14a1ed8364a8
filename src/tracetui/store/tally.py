"""Figures of traces that are found one after another: kept as they come, exact at the end."""

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Sequence

from tracetui.domain.buckets import bucket_of, bucket_range
from tracetui.store.figures import Figures, rank

_READ = """
SELECT t.status, t.response_time_us FROM json_each(?) AS wanted CROSS JOIN traces AS t ON t.id = wanted.value
"""
MOST = 3_000_000
"""Response times that are kept, 8 bytes each."""


class Tally:
    """Requests, failures and response times.

    Args:
        db: The reader's connection.
        most: How many response times are kept at most.
    """

    def __init__(self, db: sqlite3.Connection, most: int = MOST) -> None:
        self._db = db
        self._most = most
        self._requests = self._failed = 0
        self._times = array("q")

    @property
    def is_whole(self) -> bool:
        """Whether all that was added is kept."""
        return self._requests <= self._most

    def add(self, ids: Sequence[int]) -> None:
        """Add traces, each of them once."""
        self._requests += len(ids)
        if not ids or not self.is_whole:
            return
        for status, took_us in self._db.execute(_READ, (json.dumps(ids),)):
            self._failed += status
            if took_us is not None:
                self._times.append(took_us)

    def add_measured(self, measured: Sequence[tuple[int, int | None]]) -> None:
        """Add traces whose status and response time is known."""
        self._requests += len(measured)
        if self.is_whole:
            self._failed += sum(status for status, _ in measured)
            self._times.extend(took_us for _, took_us in measured if took_us is not None)

    def figures(self, percents: Sequence[int]) -> Figures:
        """What they add up to; only where it `is_whole`."""
        timed = len(self._times)
        histogram = Counter(map(bucket_of, self._times))
        found = (self._at(rank(timed, percent), histogram) if timed else None for percent in percents)
        return Figures(self._requests, self._failed, timed, tuple(found))

    def _at(self, place: int, histogram: Counter[int]) -> int:
        """The response time at a place from 0, by rising ones."""
        # One bucket is sorted instead of all: as Python's numbers a million take 40 MB.
        for bucket in sorted(histogram):
            if place < histogram[bucket]:
                first, end = bucket_range(bucket)
                return sorted(took_us for took_us in self._times if first <= took_us < end)[place]
            place -= histogram[bucket]
        raise AssertionError("a rank beyond the last response time")
