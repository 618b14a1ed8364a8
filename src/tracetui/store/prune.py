"""Deleting old traces and giving their space back, while others read and write.

Everything goes in small transactions with pauses between them, so that a writer waits for less than 100 ms. Each
of them leaves a store in which rows, texts and sums agree: killed at any moment, the next run goes on from there.
What is deleted is every trace executed before a moment, with its texts, its entries in the search index, its parts
and spans; parts that wait for a trace are as old as they are, and spans go once the newest of their tree is old.

The figures of what is deleted can be kept: apart from the sums of the traces there are, so that rows, places and
percentiles stay exact. Which time was pruned is written down first, for figures over it to say so.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tracetui.cancel import Cancel, Progress
from tracetui.store.connection import BUSY_S, open_reader, open_writer
from tracetui.store.pace import PACE, Pace, Size, transaction
from tracetui.store.problems import explained
from tracetui.store.pruned import note_pruned
from tracetui.store.rollups import Counted, Rollups
from tracetui.store.search.removing import MOST_PARTS, IndexAnew, Remover
from tracetui.store.spans import DAY_US, Unit
from tracetui.store.turns import Turns

_TRACES = "FROM traces INDEXED BY traces_by_time WHERE model_id = ? AND executed_at < ?"
_DELETED = f"""
SELECT id, {", ".join(Counted._fields).replace("executed_at_us", "executed_at")} FROM traces
WHERE id IN (SELECT value FROM json_each(?))
"""
_PARTS_OF = """
DELETE FROM trace_parts WHERE (record_id, origin_id) IN (
    SELECT coalesce(t.record_id, t.request_id), t.origin_id FROM json_each(?) AS wanted
    CROSS JOIN traces AS t ON t.id = wanted.value
)
"""
_OF_IDS = "IN (SELECT value FROM json_each(?))"
_WAITING = """
SELECT p.record_id, p.origin_id, p.part_id, p.at_ns < ?4 AND NOT EXISTS (
    SELECT 1 FROM traces AS t
    WHERE coalesce(t.record_id, t.request_id) = p.record_id AND t.origin_id = p.origin_id
)
FROM trace_parts AS p WHERE (p.record_id, p.origin_id, p.part_id) > (?1, ?2, ?3)
ORDER BY p.record_id, p.origin_id, p.part_id LIMIT ?5
"""


class Plan(NamedTuple):
    """What pruning would do."""

    before_us: int
    """The moment, moved back to the midnight of a UTC day."""
    traces: int
    all_traces: int
    space_bytes: int
    """About what the traces take."""
    store_bytes: int


@dataclass(slots=True)
class Done:
    """What a prune did."""

    traces: int = 0
    waiting_parts: int = 0
    spans: int = 0
    given_back_bytes: int = 0
    """By how much the store became smaller."""
    free_bytes: int = 0
    """What lies free in it, to be used by what comes."""
    can_shrink: bool = True
    """Whether the file was made so that it can become smaller while others work."""


def plan(path: Path, before_us: int) -> Plan:
    """How many traces there are from before a moment, and about how much space they take.

    Raises:
        StoreError: There is no store, or it cannot be read.
    """
    before_us = before_us // DAY_US * DAY_US
    with closing(open_reader(path)) as db:
        try:
            db.execute("BEGIN")
            models = [id for (id,) in db.execute("SELECT id FROM models")]
            traces = sum(db.execute(f"SELECT count(*) {_TRACES}", (id, before_us)).fetchone()[0] for id in models)
            (all_traces,) = db.execute("SELECT coalesce(sum(requests), 0) FROM sums_by_day").fetchone()
            used, size = _space(db)
        except sqlite3.Error as error:
            raise explained(error, path) from error
    return Plan(before_us, traces, all_traces, used * traces // max(1, all_traces), size)


def prune(
    path: Path,
    before_us: int,
    *,
    keeps_figures: bool,
    cancel: Cancel,
    report: Callable[[Progress], None] | None = None,
    pace: Pace = PACE,
    busy_s: float = BUSY_S,
) -> Done:
    """Delete every trace executed before a moment.

    Args:
        path: The store.
        before_us: Moved back to the midnight of a UTC day: figures of whole days are then kept or not.
        keeps_figures: Whether requests, failures, tokens and averages of the time pruned stay known; else those
            that an earlier prune kept go too.
        cancel: Polled between transactions; what was deleted by then stays so.
        report: Told how far it is.
        pace: See `Pace`.
        busy_s: How long a transaction waits for other writers.

    Raises:
        Cancelled: `cancel` was set.
        StoreError: The store cannot be written.
    """
    total = plan(path, before_us).traces
    with closing(open_writer(path, busy_s=busy_s)) as connection, closing(Turns(path, busy_s)) as turns:
        try:
            pruning = _Pruning(connection, turns, before_us // DAY_US * DAY_US, keeps_figures, pace)
            for step in pruning.steps():
                if report is not None:
                    report(Progress(min(pruning.done.traces, total), total, step))
                cancel.raise_if_set()
        except sqlite3.Error as error:
            raise explained(error, path) from error
    return pruning.done


class _Pruning:
    def __init__(
        self, db: sqlite3.Connection, turns: Turns, before_us: int, keeps_figures: bool, pace: Pace
    ) -> None:
        self.done = Done()
        self._db = db
        self._turns = turns
        self._before_us = before_us
        self._keeps_figures = keeps_figures
        self._pace = pace
        self._remover = Remover(db)
        self._removed, self._merged = Size(pace.work_s, 100), Size(pace.work_s, 50)
        self._parts = 0

    def steps(self) -> Iterator[str]:
        """Do all of it; each transaction gives its kind in words."""
        with transaction(self._db, self._turns):
            note_pruned(self._db, self._before_us, keeps_figures=self._keeps_figures)
        _used, before_bytes = _space(self._db)
        for words, some in (
            ("traces pruned", self._prune_traces),
            ("traces pruned; parts that wait", self._prune_waiting),
            ("traces pruned; spans", self._prune_trees),
            ("traces pruned; their figures", self._prune_figures),
            ("traces pruned; the search index", self._merge_index),
            ("traces pruned; giving space back", self._give_back),
        ):
            for _ in some():
                yield words
                time.sleep(self._pace.pause_s)
        self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        used, after_bytes = _space(self._db)
        self.done.given_back_bytes = max(0, before_bytes - after_bytes)
        self.done.free_bytes = after_bytes - used

    def _prune_traces(self) -> Iterator[None]:
        size = Size(self._pace.work_s, 200)
        for (model_id,) in self._db.execute("SELECT id FROM models").fetchall():
            while True:
                chosen = f"SELECT id {_TRACES} ORDER BY executed_at LIMIT ?"
                found = self._db.execute(chosen, (model_id, self._before_us, size.now)).fetchall()
                if not found:
                    break
                # By rising id, as the search index wants it. What takes long is read before the write begins.
                ids = sorted(id for (id,) in found)
                documents = self._remover.documents(ids)
                with transaction(self._db, self._turns, size):
                    marked = self._delete(ids)
                yield
                yield from self._unindex([document for document in documents if document[0] not in marked])

    def _unindex(self, documents: Sequence[tuple[int, str]]) -> Iterator[None]:
        """Take traces out of the search index; apart, for it takes ten times as long as all else."""
        while documents:
            some, documents = documents[: self._removed.now], documents[self._removed.now :]
            with suppress(IndexAnew), transaction(self._db, self._turns, self._removed):
                self._remover.remove(some)
            yield
            self._parts += 1
            if self._parts >= MOST_PARTS:
                self._parts = 0
                yield from self._merge_index(whole=False)

    def _merge_index(self, *, whole: bool = True) -> Iterator[None]:
        """Merge the parts of the search index that removing has made; all of it frees the space."""
        is_more, is_first = True, whole
        while is_more and self._removed.has_begun:
            with transaction(self._db, self._turns, self._merged):
                is_more = self._remover.merge(self._merged.now, whole=is_first)
            is_first = False
            yield

    def _delete(self, ids: Sequence[int]) -> set[int]:
        """Delete traces and all that is theirs; those whose entry in the search index is not what they were."""
        wanted = (json.dumps(ids),)
        removed, pruned = Rollups(), Rollups()
        first: dict[int, int] = {}
        count = 0
        for _id, *values in self._db.execute(_DELETED, wanted):
            trace = Counted(*values)
            removed.take_away(trace)
            pruned.add(trace)
            first[trace.route_id] = min(trace.executed_at_us, first.get(trace.route_id, trace.executed_at_us))
            count += 1
        removed.flush(self._db)
        if self._keeps_figures:
            pruned.flush_as_pruned(self._db)
        sql = """INSERT INTO pruned_routes (route_id, first_at) VALUES (?, ?)
            ON CONFLICT DO UPDATE SET first_at = min(first_at, excluded.first_at)"""
        self._db.executemany(sql, list(first.items()))
        marked = self._remover.unmark(ids)
        self._db.execute(_PARTS_OF, wanted)
        self._db.execute(f"DELETE FROM trace_texts WHERE id {_OF_IDS}", wanted)
        self._db.execute(f"DELETE FROM traces WHERE id {_OF_IDS}", wanted)
        self.done.traces += count
        return marked

    def _prune_waiting(self) -> Iterator[None]:
        last: tuple[object, ...] = ("", 0, "")
        size = Size(self._pace.work_s, 500)
        while True:
            with transaction(self._db, self._turns, size):
                rows = self._db.execute(_WAITING, (*last, self._before_us * 1_000, size.now)).fetchall()
                old = [row[:3] for row in rows if row[3]]
                sql = "DELETE FROM trace_parts WHERE record_id = ? AND origin_id = ? AND part_id = ?"
                self._db.executemany(sql, old)
            if not rows:
                return
            last = rows[-1][:3]
            self.done.waiting_parts += len(old)
            yield

    def _prune_trees(self) -> Iterator[None]:
        last, size = 0, Size(self._pace.work_s, 500)
        while True:
            sql = "SELECT id FROM span_trees WHERE id > ? AND newest_at < ? ORDER BY id LIMIT ?"
            trees = [id for (id,) in self._db.execute(sql, (last, self._before_us, size.now))]
            if not trees:
                return
            with transaction(self._db, self._turns, size):
                last = self._delete_spans(trees, size.now)
            yield

    def _delete_spans(self, trees: Sequence[int], most: int) -> int:
        """Delete the spans of trees, up to so many; the last tree that is gone."""
        gone = trees[0] - 1
        for tree_id in trees:
            sql = """DELETE FROM spans WHERE tree_id = ?1 AND span_id IN (
                SELECT span_id FROM spans WHERE tree_id = ?1 LIMIT ?2)"""
            deleted = self._db.execute(sql, (tree_id, most)).rowcount
            self.done.spans += deleted
            most -= deleted
            if most <= 0:
                break
            # A span that began since may have come.
            self._db.execute("DELETE FROM span_trees WHERE id = ? AND newest_at < ?", (tree_id, self._before_us))
            gone = tree_id
        return gone

    def _prune_figures(self) -> Iterator[None]:
        if self._keeps_figures:
            return
        for unit in (Unit.QUARTER, Unit.DAY):
            name, before = unit.value, self._before_us // unit.size_us
            sql = f"""DELETE FROM pruned_by_{name} WHERE (route_id, {name}) IN (
                SELECT route_id, {name} FROM pruned_by_{name} WHERE {name} < ? LIMIT 1000)"""
            deleted = 1
            while deleted:
                with transaction(self._db, self._turns):
                    deleted = self._db.execute(sql, (before,)).rowcount
                yield

    def _give_back(self) -> Iterator[None]:
        """Move what stands at the end of the file into the free places before it, and cut it off."""
        self.done.can_shrink = self._db.execute("PRAGMA auto_vacuum").fetchone() != (0,)
        size = Size(self._pace.work_s, 200)
        while self.done.can_shrink and self._db.execute("PRAGMA freelist_count").fetchone()[0]:
            start = time.monotonic()
            # A transaction of its own. Not by `execute`: each step of the statement frees a page, and Python takes
            # only the first one of a statement without columns.
            with self._turns.before_others():
                self._db.execute(f"PRAGMA busy_timeout = {int(BUSY_S * 1000)}")
                self._db.executescript(f"PRAGMA incremental_vacuum({size.now})")
            size.took(time.monotonic() - start)
            yield


def _space(db: sqlite3.Connection) -> tuple[int, int]:
    """Bytes of a store that hold something, and all of it."""
    (page,), (pages,), (free,) = (
        db.execute(f"PRAGMA {name}").fetchone() for name in ("page_size", "page_count", "freelist_count")
    )
    return page * (pages - free), page * pages
