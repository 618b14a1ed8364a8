"""Traces in the order of time: stretches of index walked from both ends, and places counted through the rollups.

A place far away costs a few hundred rollup rows and a bounded offset inside one quarter of an hour, never an
OFFSET over all that stands before it. Rows with the same time stand by id.
"""

import heapq
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from tracetui.domain.periods import Period
from tracetui.store import spans
from tracetui.store.spans import QUARTER_US, Piece, Sums, Unit
from tracetui.store.where import Walk

FEW_WALKS = 20
"""More walks than these are not all looked into (20 us each): a model may have a version for every day."""


class Key(NamedTuple):
    """Where a trace stands in time."""

    executed_at_us: int
    id: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The traces of some walks inside a period.

    Args:
        db: The reader's connection.
        walks: Stretches of index that together are the traces: one of all, or one for each route in turn.
        routes: Their routes, for the rollups.
        within: The period.
        is_untimed: Whether only traces without a response time are meant (the walks must then say so too).
    """

    db: sqlite3.Connection
    walks: tuple[Walk, ...]
    routes: tuple[int, ...]
    within: Period
    is_untimed: bool = False

    def total(self) -> int:
        """How many traces there are."""
        return self._counted(spans.sums(self.db, self.routes, self.within))

    def after(self, key: Key | None, count: int, *, is_newest_first: bool) -> list[Key]:
        """The keys right after one, at most so many; from the first one on where it is None."""
        keys = [
            Key(*found)
            for walk in self._walks_within(self._enough(key, count, is_newest_first=is_newest_first))
            for found in self._walk(walk, key, count, is_newest_first=is_newest_first)
        ]
        return sorted(keys, reverse=is_newest_first)[:count]

    def before(self, key: Key | None, count: int, *, is_newest_first: bool) -> list[Key]:
        """The keys right before one, at most so many, in order; up to the last one where it is None."""
        return self.after(key, count, is_newest_first=not is_newest_first)[::-1]

    def place_of(self, key: Key, *, is_newest_first: bool) -> int:
        """How many traces stand before a key."""
        start, end = self.within
        earlier = Period(start, key.executed_at_us)
        later = Period(key.executed_at_us + 1, end)
        beyond = self._counted(spans.sums(self.db, self.routes, later if is_newest_first else earlier))
        moment = Period(key.executed_at_us, key.executed_at_us + 1)
        walks = self._walks_within(moment)
        return beyond + sum(self._ties(walk, key, is_newest_first=is_newest_first) for walk in walks)

    def key_at(self, place: int, *, is_newest_first: bool) -> Key | None:
        """The key at a place counted from 0; None past the end."""
        piece, rest = self._piece_at(self.within, place, spans.DAYS, is_newest_first=is_newest_first)
        if piece is not None and piece.end_us - piece.start_us > QUARTER_US:
            day = Period(piece.start_us, piece.end_us)
            piece, rest = self._piece_at(day, rest, spans.QUARTERS, is_newest_first=is_newest_first)
        if piece is None:
            return None
        return self._key_in(Period(piece.start_us, piece.end_us), rest, is_newest_first=is_newest_first)

    def _piece_at(
        self, within: Period, place: int, units: tuple[Unit, ...], *, is_newest_first: bool
    ) -> tuple[Piece | None, int]:
        """The piece of a period that holds a place, and the place inside it."""
        pieces = list(spans.pieces(self.db, self.routes, within, units))
        for piece in reversed(pieces) if is_newest_first else pieces:
            count = self._counted(piece)
            if place < count:
                return piece, place
            place -= count
        return None, 0

    def _key_in(self, within: Period, place: int, *, is_newest_first: bool) -> Key | None:
        """The key at a place inside a piece, which is short: the only offset there is."""
        way = "DESC" if is_newest_first else "ASC"
        walks = self._walks_within(within)
        skipped = place if len(walks) == 1 else 0
        streams = (
            self.db.execute(
                f"SELECT executed_at, id FROM traces INDEXED BY {walk.index_name}"
                f" WHERE {walk.clause} AND executed_at >= ? AND executed_at < ?"
                f" ORDER BY executed_at {way}, id {way} LIMIT -1 OFFSET ?",
                (*walk.values, *within, skipped),
            )
            for walk in walks
        )
        merged = heapq.merge(*streams, reverse=is_newest_first)
        found = next(islice(merged, place - skipped, None), None)
        return None if found is None else Key(*found)

    def _walks_within(self, within: Period) -> tuple[Walk, ...]:
        """The walks that can have traces in a period: of hundreds of routes mostly a few."""
        if len(self.walks) <= FEW_WALKS:
            return self.walks
        seen = spans.routes_seen(self.db, self.routes, within)
        return tuple(walk for walk, route in zip(self.walks, self.routes, strict=True) if route in seen)

    def _enough(self, key: Key | None, count: int, *, is_newest_first: bool) -> Period:
        """A stretch of time from a key on that surely holds so many traces beyond it, or all there are."""
        start, end = self.within
        if len(self.walks) <= FEW_WALKS:
            return self.within
        if key is not None and is_newest_first:
            end = min(end, key.executed_at_us + 1)
        elif key is not None:
            start = max(start, key.executed_at_us)
        pieces = list(spans.pieces(self.db, self.routes, Period(start, max(start, end))))
        # The piece with the key does not count: its traces may all stand before it.
        count += self._counted(pieces[-1 if is_newest_first else 0]) if pieces else 0
        for piece in reversed(pieces) if is_newest_first else pieces:
            count -= self._counted(piece)
            if count <= 0:
                return Period(piece.start_us, end) if is_newest_first else Period(start, piece.end_us)
        return Period(start, max(start, end))

    def _walk(
        self, walk: Walk, key: Key | None, count: int, *, is_newest_first: bool
    ) -> Iterator[tuple[int, int]]:
        """The next keys of one walk, in order."""
        way = "DESC" if is_newest_first else "ASC"
        start, end = self.within
        select = f"SELECT executed_at, id FROM traces INDEXED BY {walk.index_name} WHERE {walk.clause}"
        if key is not None and start <= key.executed_at_us < end:
            # Rows of the same time apart from the rest: SQLite does not seek to a row value that ends
            # in the rowid, and would step over all ties (a source with whole seconds has hundreds).
            beyond = "<" if is_newest_first else ">"
            yield from self.db.execute(
                f"{select} AND executed_at = ? AND id {beyond} ? ORDER BY id {way} LIMIT ?",
                (*walk.values, *key, count),
            )
        if key is not None and is_newest_first:
            end = min(end, key.executed_at_us)
        elif key is not None:
            start = max(start, key.executed_at_us + 1)
        yield from self.db.execute(
            f"{select} AND executed_at >= ? AND executed_at < ? ORDER BY executed_at {way}, id {way} LIMIT ?",
            (*walk.values, start, end, count),
        )

    def _ties(self, walk: Walk, key: Key, *, is_newest_first: bool) -> int:
        """How many rows of the same time stand before a key."""
        start, end = self.within
        if not start <= key.executed_at_us < end:
            return 0
        before = ">" if is_newest_first else "<"
        (count,) = self.db.execute(
            f"SELECT count(*) FROM traces INDEXED BY {walk.index_name}"
            f" WHERE {walk.clause} AND executed_at = ? AND id {before} ?",
            (*walk.values, *key),
        ).fetchone()
        return int(count)

    def _counted(self, of: Sums | Piece) -> int:
        return of.requests - of.timed if self.is_untimed else of.requests
