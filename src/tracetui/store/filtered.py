"""Selected traces in one of the four orders, where no rollup counts them.

Few are read and sorted at once; then all is known of them. Of many, rows come from an index in their order until
the page is full, or out of a stretch of index that is far shorter, sorted. How many there are, and how many stand
before a row, is not known then: that is a question of its own (`counts.py`), which looks at all of them.
"""

import heapq
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from tracetui.domain.buckets import bucket_of
from tracetui.domain.periods import Period
from tracetui.domain.queries import Order, Position
from tracetui.domain.trace import Status
from tracetui.store import spans, where
from tracetui.store.histograms import Histograms
from tracetui.store.orders import FewRows, Ordered, order_of, sorting
from tracetui.store.search.finder import Sought
from tracetui.store.searched import FIRST_LOOKED_AT, LOOKED_AT, Row, Searched
from tracetui.store.selection import Selection
from tracetui.store.ways import Way, bucket_entries, likely_matches, possible_buckets, ways
from tracetui.store.where import EVERY, Sql, Walk


class Limits(NamedTuple):
    """When which way is taken. Tests set them so that small stores take every way."""

    few: int = 10_000
    """Entries of an index that are all looked at for a page: at most 10 ms, when every one of them is selected."""
    most_sorted: int = 300_000
    """Entries that are looked at and sorted for a page, where walking in order may take longer: 40 ms."""
    rows: int = 200
    """Rows that a page is thought to have, when it is guessed how far one must walk to fill it."""

    def is_sorting_better(self, cost: int, others: int, likely: float) -> bool:
        """Whether to look at all of so many entries, rather than to walk through others to the end of a page.

        Args:
            cost: Entries that would be looked at and sorted.
            others: Entries of the walk in order.
            likely: How many of those are thought to be selected.
        """
        return cost <= self.most_sorted and cost < others and cost * likely < self.rows * others


LIMITS = Limits()

_TIMED = Sql("response_time_us IS NOT NULL")
_UNTIMED = Sql("response_time_us IS NULL")
_NO_BUCKET = Sql("response_bucket IS NULL")


class Leg(NamedTuple):
    """A part of the rows in an order: the first leg's rows all stand before those of the second."""

    condition: Sql
    columns: tuple[str, ...]
    is_descending: bool


def ordered(selection: Selection, order: Order, histograms: Histograms, limits: Limits = LIMITS) -> Ordered:
    """The selected traces in an order, by whatever is fastest."""
    sought = selection.sought
    if sought is None:
        return unsearched(selection, order, histograms, limits)
    return among(selection, sought, order, histograms, limits).known(order)


def among(
    selection: Selection, sought: Sought, order: Order, histograms: Histograms, limits: Limits = LIMITS
) -> Searched:
    """The selected traces that contain a text, looked at one after the other."""
    others = selection.unsearched
    rows = spans.sums(selection.db, selection.scoped.routes, selection.within).requests

    def only(ids: Sequence[int]) -> Ordered:
        return unsearched(others.only(ids), order, histograms, limits)

    plain = unsearched(others, order, histograms, limits)
    walk = None if isinstance(plain, FewRows) or not order.by_time else _in_order(others, histograms)
    if walk is None:
        return Searched(plain, sought, rows, only)
    return Searched(plain, sought, rows, only, lambda: _streamed(others, walk, order))


def _in_order(selection: Selection, histograms: Histograms) -> Walk | None:
    """One walk that has all rows in the order of time, and their status; None where there is none."""
    by_time = (way.walks for way in ways(selection, histograms) if way.is_by_time and len(way.walks) == 1)
    walks = next(by_time, ())
    return next((walk for walk in walks if walk.index_name != "traces_failed"), None)


def _streamed(selection: Selection, walk: Walk, order: Order) -> Iterator[list[Row]]:
    """All rows of a walk by time."""
    by = "executed_at DESC, traces.id DESC" if order is Order.NEWEST else "executed_at, traces.id"
    rows = selection.db.execute(
        f"SELECT executed_at, traces.id, response_time_us, status FROM {walk.rows}"
        f" WHERE {walk.clause} AND executed_at >= ? AND executed_at < ? ORDER BY {by}",
        (*walk.values, *selection.within),
    )
    count = FIRST_LOOKED_AT
    while some := rows.fetchmany(count):
        yield some
        count = LOOKED_AT


def unsearched(selection: Selection, order: Order, histograms: Histograms, limits: Limits = LIMITS) -> Ordered:
    """The same of traces among which no text is searched for."""
    db, scoped = selection.db, selection.scoped
    if selection.is_whole_scope:
        return order_of(db, scoped, order, histograms)
    found = ways(selection, histograms)
    cheapest = found[0]
    # Those in which a text may be are few enough to be sorted; page by page they would be sorted again.
    if cheapest.cost <= limits.few or selection.ids is not None:
        return _few(selection, cheapest, order)
    total = known_total(selection)
    likely = likely_matches(selection, histograms)
    if order.by_time:
        in_order = next((way for way in found if way.is_by_time), cheapest)
        is_sorted = limits.is_sorting_better(cheapest.cost, in_order.cost, likely)
        return Filtered(db, (cheapest if is_sorted else in_order).walks, scoped.within, order, total)
    entries = bucket_entries(selection, histograms)
    if limits.is_sorting_better(cheapest.cost, entries, likely):
        return Filtered(db, cheapest.walks, scoped.within, order, total)
    walk = where.by_response_time(scoped.model_id).narrowed(where.all_of((selection.routes, selection.conditions)))
    buckets = possible_buckets(selection, histograms)
    return Filtered(db, (walk,), scoped.within, order, total, buckets)


@dataclass(frozen=True, slots=True)
class Filtered:
    """Rows of some walks in an order, read from any place on until there are enough.

    Args:
        db: The reader's connection.
        walks: Stretches of index that together are the rows.
        within: The period.
        order: In which they come.
        total: How many there are, where that is known without looking.
        buckets: Where the walks go by response time, the buckets that can hold rows: they are taken one by one.
            None: rows come by time, or are sorted.
    """

    db: sqlite3.Connection
    walks: tuple[Walk, ...]
    within: Period
    order: Order
    total: int | None
    buckets: tuple[int, ...] | None = None

    def after(self, position: Position | None, count: int) -> list[Position]:
        """What comes right after a row, at most `count`; from the first on where it is None."""
        return list(islice(self._rows(self._legs(position, is_forward=True), count), count))

    def before(self, position: Position | None, count: int) -> list[Position]:
        """What stands right before a row, at most `count`, in order; up to the last where it is None."""
        return list(islice(self._rows(self._legs(position, is_forward=False), count), count))[::-1]

    def place_of(self, position: Position) -> int | None:
        """Not known without looking at all that stands before."""
        del position
        return None

    def position_at(self, place: int) -> Position | None:
        """The row at a place from 0; None past the end. Steps over all rows before it."""
        legs = self._legs(None, is_forward=True)
        if self.order.by_time and len(self.walks) == 1:
            return next(self._rows(legs, 1, skipped=place), None)
        return next(islice(self._rows(legs, -1), place, None), None)

    def _rows(self, legs: Iterator[Leg], count: int, skipped: int = 0) -> Iterator[Position]:
        for leg in legs:
            if len(self.walks) == 1:
                yield from self._of_leg(self.walks[0], leg, count, skipped)
            else:
                streams = (self._of_leg(walk, leg, count, skipped) for walk in self.walks)
                key = _time_of if len(leg.columns) == 2 else _rank_of
                yield from heapq.merge(*streams, key=key, reverse=leg.is_descending)

    def _of_leg(self, walk: Walk, leg: Leg, count: int, skipped: int) -> Iterator[Position]:
        walk = walk.narrowed(leg.condition)
        way = "DESC" if leg.is_descending else "ASC"
        by = ", ".join(f"{column} {way}" for column in leg.columns)
        return map(
            Position._make,
            self.db.execute(
                f"SELECT executed_at, traces.id, response_time_us FROM {walk.rows}"
                f" WHERE {walk.clause} AND executed_at >= ? AND executed_at < ? ORDER BY {by} LIMIT ? OFFSET ?",
                (*walk.values, *self.within, count, skipped),
            ),
        )

    def _legs(self, position: Position | None, *, is_forward: bool) -> Iterator[Leg]:
        """The parts of what comes after a row, or before it with the nearest first."""
        if self.order.by_time:
            yield from _by_time(position, EVERY, is_descending=(self.order is Order.NEWEST) is is_forward)
            return
        is_timed = position is not None and position.response_time_us is not None
        of_timed, of_untimed = (position, None) if is_timed else (None, position)
        timed = self._timed(of_timed, is_descending=(self.order is Order.SLOWEST) is is_forward)
        condition = _UNTIMED if self.buckets is None else _NO_BUCKET
        untimed = _by_time(of_untimed, condition, is_descending=is_forward)
        if is_forward:
            yield from () if of_untimed else timed
            yield from untimed
        else:
            yield from () if of_timed else untimed
            yield from timed

    def _timed(self, position: Position | None, *, is_descending: bool) -> Iterator[Leg]:
        """Rows whose response time is known, those after a row; bucket by bucket where the walks go so."""
        columns = ("response_time_us", "executed_at", "traces.id")
        beyond, own = _TIMED, None
        if position is not None and position.response_time_us is not None:
            sign, own = "<" if is_descending else ">", bucket_of(position.response_time_us)
            values = (position.response_time_us, position.executed_at_us, position.id)
            beyond = Sql(f"({', '.join(columns)}) {sign} (?, ?, ?)", values)
        if self.buckets is None:
            yield Leg(beyond, columns, is_descending)
            return
        for bucket in sorted(self.buckets, reverse=is_descending):
            if own is None or (bucket < own if is_descending else bucket > own):
                yield Leg(Sql("response_bucket = ?", (bucket,)), columns, is_descending)
            elif bucket == own:
                yield Leg(where.all_of((Sql("response_bucket = ?", (bucket,)), beyond)), columns, is_descending)


def _by_time(position: Position | None, condition: Sql, *, is_descending: bool) -> Iterator[Leg]:
    """Rows by time, those after a row: first those of the same time, to which an index can go directly."""
    columns, sign = ("executed_at", "traces.id"), "<" if is_descending else ">"
    if position is None:
        yield Leg(condition, columns, is_descending)
        return
    at_us, id, _ = position
    for beyond in (
        Sql(f"(executed_at = ? AND traces.id {sign} ?)", (at_us, id)),
        Sql(f"executed_at {sign} ?", (at_us,)),
    ):
        yield Leg(where.all_of((condition, beyond)), columns, is_descending)


def _time_of(position: Position) -> tuple[int, int]:
    return position.executed_at_us, position.id


def _rank_of(position: Position) -> tuple[int, int, int]:
    return position.response_time_us or 0, position.executed_at_us, position.id


def _few(selection: Selection, way: Way, order: Order) -> FewRows:
    """All selected traces, sorted."""
    found = [
        Position(*found)
        for walk in way.walks
        for found in selection.db.execute(
            f"SELECT executed_at, traces.id, response_time_us FROM {walk.rows}"
            f" WHERE {walk.clause} AND executed_at >= ? AND executed_at < ?",
            (*walk.values, *selection.within),
        )
    ]
    return FewRows(sorted(found, key=lambda position: sorting(position, order)), order)


def known_total(selection: Selection) -> int | None:
    """How many there are, where the rollups know."""
    if not selection.is_by_status_alone or selection.status is None:
        return None
    sums = spans.sums(selection.db, selection.scoped.routes, selection.within)
    return sums.failed if selection.status is Status.FAILED else sums.requests - sums.failed
