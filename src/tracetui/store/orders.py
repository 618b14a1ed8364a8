"""The four orders of the table, each with the same four moves: after, before, place of, position at.

`order_of` chooses how: by time through a timeline; by response time through the histogram, or, where a scope has
few rows in a large model, by reading and sorting those few.
"""

import sqlite3
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Protocol

from tracetui.domain.queries import Order, Position
from tracetui.store import spans, where
from tracetui.store.histograms import Histograms
from tracetui.store.ranking import Rank, Ranking, ranking_of
from tracetui.store.scopes import Scoped
from tracetui.store.timeline import Key, Timeline

FEW_ROWS = 4_000
"""No more rows than these are read and sorted at once: about 8 ms."""


class Ordered(Protocol):
    """Rows in one order."""

    @property
    def total(self) -> int | None:
        """How many there are; None where that is not known without looking at all."""
        ...

    def after(self, position: Position | None, count: int) -> list[Position]:
        """What comes right after a row, at most `count`; from the first on where it is None."""
        ...

    def before(self, position: Position | None, count: int) -> list[Position]:
        """What stands right before a row, at most `count`, in order; up to the last where it is None."""
        ...

    def place_of(self, position: Position) -> int | None:
        """How many rows stand before a row, whether or not it is still there; None as above."""
        ...

    def position_at(self, place: int) -> Position | None:
        """The row at a place from 0; None past the end."""
        ...


def order_of(db: sqlite3.Connection, scoped: Scoped, order: Order, histograms: Histograms) -> Ordered:
    """The rows of a scope in an order."""
    timeline = Timeline(db, scoped.walks, scoped.routes, scoped.within)
    sums = spans.sums(db, scoped.routes, scoped.within)
    if order.by_time:
        return ByTime(timeline, sums.requests, order is Order.NEWEST)
    is_slowest_first = order is Order.SLOWEST
    if _are_few(db, scoped, sums.requests):
        return _few_rows(timeline, order)
    routes = None if scoped.is_whole else scoped.routes
    untimed = Timeline(
        db, (where.in_bucket(scoped.model_id, None, routes),), scoped.routes, scoped.within, is_untimed=True
    )
    return ByResponseTime(ranking_of(db, scoped, histograms), untimed, sums.timed, sums.requests, is_slowest_first)


@dataclass(frozen=True, slots=True)
class ByTime:
    """Newest or oldest first."""

    timeline: Timeline
    total: int
    is_newest_first: bool

    def after(self, position: Position | None, count: int) -> list[Position]:
        keys = self.timeline.after(_key(position), count, is_newest_first=self.is_newest_first)
        return [_timed_at(key) for key in keys]

    def before(self, position: Position | None, count: int) -> list[Position]:
        keys = self.timeline.before(_key(position), count, is_newest_first=self.is_newest_first)
        return [_timed_at(key) for key in keys]

    def place_of(self, position: Position) -> int:
        key = Key(position.executed_at_us, position.id)
        return self.timeline.place_of(key, is_newest_first=self.is_newest_first)

    def position_at(self, place: int) -> Position | None:
        key = self.timeline.key_at(place, is_newest_first=self.is_newest_first)
        return None if key is None else _timed_at(key)


@dataclass(frozen=True, slots=True)
class ByResponseTime:
    """Slowest or fastest first, then those without a response time, newest first."""

    ranking: Ranking
    untimed: Timeline
    timed: int
    total: int
    is_slowest_first: bool

    def after(self, position: Position | None, count: int) -> list[Position]:
        if position is not None and position.response_time_us is None:
            return self._untimed_after(_key(position), count)
        ranks = self.ranking.after(_rank(position), count, is_slowest_first=self.is_slowest_first)
        found = [_ranked_at(rank) for rank in ranks]
        return found + self._untimed_after(None, count - len(found)) if len(found) < count else found

    def before(self, position: Position | None, count: int) -> list[Position]:
        found: list[Position] = []
        if position is None or position.response_time_us is None:
            keys = self.untimed.before(_key(position), count, is_newest_first=True)
            found, position = [_timed_at(key) for key in keys], None
        if len(found) == count:
            return found
        ranks = self.ranking.before(_rank(position), count - len(found), is_slowest_first=self.is_slowest_first)
        return [_ranked_at(rank) for rank in ranks] + found

    def place_of(self, position: Position) -> int:
        rank = _rank(position)
        if rank is None:
            key = Key(position.executed_at_us, position.id)
            return self.timed + self.untimed.place_of(key, is_newest_first=True)
        return self.ranking.place_of(rank, is_slowest_first=self.is_slowest_first)

    def position_at(self, place: int) -> Position | None:
        if place < self.timed:
            rank = self.ranking.rank_at(place, is_slowest_first=self.is_slowest_first)
            return None if rank is None else _ranked_at(rank)
        key = self.untimed.key_at(place - self.timed, is_newest_first=True)
        return None if key is None else _timed_at(key)

    def _untimed_after(self, key: Key | None, count: int) -> list[Position]:
        return [_timed_at(key) for key in self.untimed.after(key, count, is_newest_first=True)]


@dataclass(frozen=True, slots=True)
class FewRows:
    """Any order, all rows read and sorted."""

    positions: list[Position]
    order: Order

    @property
    def total(self) -> int:
        return len(self.positions)

    def after(self, position: Position | None, count: int) -> list[Position]:
        start = 0 if position is None else bisect_right(self.positions, self._sorting(position), key=self._sorting)
        return self.positions[start : start + count]

    def before(self, position: Position | None, count: int) -> list[Position]:
        end = self.total if position is None else self.place_of(position)
        return self.positions[max(0, end - count) : end]

    def place_of(self, position: Position) -> int:
        return bisect_left(self.positions, self._sorting(position), key=self._sorting)

    def position_at(self, place: int) -> Position | None:
        return self.positions[place] if place < self.total else None

    def _sorting(self, position: Position) -> tuple[bool, int, int, int]:
        return sorting(position, self.order)


def sorting(position: Position, order: Order) -> tuple[bool, int, int, int]:
    """What rows are sorted by; by response time unknown ones come last, newest first among themselves."""
    executed_at_us, id, response_time_us = position
    if order.by_time:
        sign = -1 if order is Order.NEWEST else 1
        return (False, sign * executed_at_us, sign * id, 0)
    if response_time_us is None:
        return (True, 0, -executed_at_us, -id)
    sign = -1 if order is Order.SLOWEST else 1
    return (False, sign * response_time_us, sign * executed_at_us, sign * id)


def _are_few(db: sqlite3.Connection, scoped: Scoped, requests: int) -> bool:
    """Whether it is cheaper to read all rows of a scope than the buckets in which they lie among others.

    A row looked up costs 2 us, one stepped over in a bucket 0.1 us. A bucket has a hundredth of the model's rows,
    and the fewer of them are the scope's, the more buckets a page needs: about 10 us x model / scope rows in all.
    """
    if scoped.is_whole or requests > FEW_ROWS:
        return False
    in_all = spans.sums(db, scoped.model_routes, scoped.within).requests
    return requests * requests < 4 * in_all


def _few_rows(timeline: Timeline, order: Order) -> FewRows:
    positions = [
        Position(*found)
        for walk in timeline.walks
        for found in timeline.db.execute(
            f"SELECT executed_at, id, response_time_us FROM traces INDEXED BY {walk.index_name}"
            f" WHERE {walk.clause} AND executed_at >= ? AND executed_at < ?",
            (*walk.values, *timeline.within),
        )
    ]
    positions.sort(key=lambda position: sorting(position, order))
    return FewRows(positions, order)


def _key(position: Position | None) -> Key | None:
    return None if position is None else Key(position.executed_at_us, position.id)


def _rank(position: Position | None) -> Rank | None:
    if position is None or position.response_time_us is None:
        return None
    return Rank(position.response_time_us, position.executed_at_us, position.id)


def _timed_at(key: Key) -> Position:
    return Position(key.executed_at_us, key.id, None)


def _ranked_at(rank: Rank) -> Position:
    return Position(rank.executed_at_us, rank.id, rank.response_time_us)
