"""Traces with a known response time, in its order: the histogram tells the bucket, the index the rank inside.

A bucket is about a hundredth of the traces. It alone is read from `traces_by_response_time`, and only inside the
period; what stands before it is a sum of rollups. Exact percentiles and the orders by response time rest on this.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from tracetui.domain.buckets import bucket_of, bucket_range
from tracetui.domain.periods import Period
from tracetui.store import where
from tracetui.store.histograms import Histograms
from tracetui.store.scopes import Scoped
from tracetui.store.where import EVERY, Sql

_RANK = "response_time_us, executed_at, id"

_MANY = 2_000


class Rank(NamedTuple):
    """Where a trace stands by response time, those with the same one by time and id."""

    response_time_us: int
    executed_at_us: int
    id: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The traces of a scope that have a response time.

    Args:
        db: The reader's connection.
        model_id: Whose traces.
        routes: Only these of its routes; None for all.
        within: The period.
        histogram: How many of them fall in each bucket.
        narrowed: Only those that meet a condition; the histogram must then be of those.
    """

    db: sqlite3.Connection
    model_id: int
    routes: tuple[int, ...] | None
    within: Period
    histogram: dict[int, int]
    narrowed: Sql = EVERY

    @property
    def timed(self) -> int:
        """How many traces there are."""
        return sum(self.histogram.values())

    def response_time_at(self, place: int) -> int | None:
        """The response time at a place counted from the fastest, from 0; None past the end. Microseconds."""
        bucket, rest = self._bucket_at(place, is_slowest_first=False)
        return None if bucket is None else self._inside(bucket, rest, is_slowest_first=False)[0]

    def rank_at(self, place: int, *, is_slowest_first: bool) -> Rank | None:
        """The rank at a place counted from 0; None past the end."""
        bucket, rest = self._bucket_at(place, is_slowest_first=is_slowest_first)
        if bucket is None:
            return None
        time_us, rest = self._inside(bucket, rest, is_slowest_first=is_slowest_first)
        way = "DESC" if is_slowest_first else "ASC"
        found = self._read(
            bucket,
            _RANK,
            f"AND response_time_us = ? ORDER BY executed_at {way}, id {way} LIMIT 1 OFFSET ?",
            (time_us, rest),
        ).fetchone()
        return None if found is None else Rank(*found)

    def after(self, rank: Rank | None, count: int, *, is_slowest_first: bool) -> list[Rank]:
        """The ranks right after one, at most so many; from the first one on where it is None."""
        return list(islice(self._from(rank, count, is_slowest_first=is_slowest_first), count))

    def before(self, rank: Rank | None, count: int, *, is_slowest_first: bool) -> list[Rank]:
        """The ranks right before one, at most so many, in order; up to the last one where it is None."""
        return self.after(rank, count, is_slowest_first=not is_slowest_first)[::-1]

    def place_of(self, rank: Rank, *, is_slowest_first: bool) -> int:
        """How many traces stand before a rank."""
        own, beyond = bucket_of(rank.response_time_us), ">" if is_slowest_first else "<"
        count = 0
        if own in self.histogram:
            clause = f"AND ({_RANK}) {beyond} (?, ?, ?)"
            (count,) = self._read(own, "count(*)", clause, rank).fetchone()
        return int(count) + sum(
            requests
            for bucket, requests in self.histogram.items()
            if (bucket > own if is_slowest_first else bucket < own)
        )

    def _from(self, rank: Rank | None, count: int, *, is_slowest_first: bool) -> Iterator[Rank]:
        """Ranks after one, bucket by bucket; at least `count` of them where there are so many."""
        way, beyond = ("DESC", "<") if is_slowest_first else ("ASC", ">")
        order = f"ORDER BY response_time_us {way}, executed_at {way}, id {way} LIMIT {count:d}"
        own = None if rank is None else bucket_of(rank.response_time_us)
        for bucket in sorted(self.histogram, reverse=is_slowest_first):
            if own is not None and (bucket > own if is_slowest_first else bucket < own):
                continue
            clause, values = order, tuple[int, ...]()
            if rank is not None and bucket == own:
                clause, values = f"AND ({_RANK}) {beyond} (?, ?, ?) {order}", rank
            for found in self._read(bucket, _RANK, clause, values):
                yield Rank(*found)

    def _bucket_at(self, place: int, *, is_slowest_first: bool) -> tuple[int | None, int]:
        """The bucket that holds a place, and the place inside it."""
        for bucket in sorted(self.histogram, reverse=is_slowest_first):
            if place < self.histogram[bucket]:
                return bucket, place
            place -= self.histogram[bucket]
        return None, 0

    def _inside(self, bucket: int, place: int, *, is_slowest_first: bool) -> tuple[int, int]:
        """The response time at a place inside a bucket, and the place among those that have the same."""
        first, beyond = bucket_range(bucket)
        count = self.histogram[bucket]
        if beyond - first == 1:
            return first, place
        if is_slowest_first:
            place = count - 1 - place
        found = None
        if count > _MANY:
            # Within so narrow a bucket response times lie evenly. A guess that holds, as it mostly does,
            # takes 3 ms of 25,000 rows instead of the 9 ms of looking at all of them.
            guess, reach = first + (beyond - first) * place // count, max(1, (beyond - first) // 32)
            found = self._among(bucket, guess - reach, guess + reach, place)
        found = found or self._among(bucket, first, beyond, place)
        assert found is not None, "the rollups count more traces in a bucket than there are"
        time_us, rest, ties = found
        return time_us, ties - 1 - rest if is_slowest_first else rest

    def _among(self, bucket: int, first: int, beyond: int, place: int) -> tuple[int, int, int] | None:
        """The response time at a place of a bucket, the place among those that have the same, and their number.

        None where it does not lie in [first, beyond).
        """
        (before,) = self._read(bucket, "count(*)", "AND response_time_us < ?", (first,)).fetchone()
        more = "AND response_time_us >= ? AND response_time_us < ?"
        # Counted, not sorted in SQL: an OFFSET over a sort keeps all rows before it in a temporary
        # B-tree, and response times in whole milliseconds are few different ones.
        counts = Counter(self._read(bucket, "response_time_us", more, (first, beyond)))
        place -= before
        for (time_us,), requests in sorted(counts.items()):
            if 0 <= place < requests:
                return time_us, place, requests
            place -= requests
        return None

    def _read(self, bucket: int, columns: str, more: str, values: tuple[int, ...]) -> sqlite3.Cursor:
        walk = where.in_bucket(self.model_id, bucket, self.routes).narrowed(self.narrowed)
        return self.db.execute(
            f"SELECT {columns} FROM traces INDEXED BY {walk.index_name}"
            f" WHERE {walk.clause} AND executed_at >= ? AND executed_at < ? {more}",
            (*walk.values, *self.within, *values),
        )


def ranking_of(db: sqlite3.Connection, scoped: Scoped, histograms: Histograms) -> Ranking:
    """The response times of a scope."""
    return Ranking(
        db,
        scoped.model_id,
        None if scoped.is_whole else scoped.routes,
        scoped.within,
        histograms.of(scoped.routes, scoped.within),
    )
