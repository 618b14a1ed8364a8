"""Applying a better mapping to what is stored: raw records read again, and the trace that comes out of them kept.

A batch is a transaction, which also keeps how far it got: stopped or killed anywhere, the next run goes on there.
What a record can no longer tell stays as it is, and so does whatever came from elsewhere: the id of a record that
has none, the zone of a time that names none, the model that an import was told, messages and sources that came
apart. Nothing here knows what a raw record looks like.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TypeVar

from tracetui.cancel import Cancel, Progress
from tracetui.domain.catalogue import NO_MODEL, ModelType
from tracetui.domain.rereading import ReadAgain, Rereading
from tracetui.domain.trace import Trace
from tracetui.errors import Unstorable
from tracetui.store import emptied
from tracetui.store.composing import NOTHING, compose
from tracetui.store.connection import BUSY_S, open_writer
from tracetui.store.kept import Kept, Key
from tracetui.store.merge import MAX_RAWS, merge
from tracetui.store.names import Names
from tracetui.store.payloads import Packer, Unpacker
from tracetui.store.problems import explained
from tracetui.store.rollups import Rollups
from tracetui.store.search.emptying import empty
from tracetui.store.search.knowledge import indexed_to
from tracetui.store.span_trees import SpanTrees
from tracetui.store.trace_parts import TraceParts
from tracetui.store.trace_rows import Stored, TraceRows, previews

T = TypeVar("T")

BATCH_TRACES = 500
BATCH_BYTES = 4_000_000
"""Packed; a batch ends with the trace that reaches it. Others wait about 0.2 s for one of ordinary traces."""
SHOWN = 5
"""Traces that could not be read again whose reasons are kept; all are counted."""

_KEY = "remap"
_APART = frozenset({"origin", "record_id", "raw", "newest_turn_at", "model_type"})
_COMPARED = tuple(one.name for one in fields(Trace) if one.name not in _APART)
_SEARCHED = ("request_id", "version", "source_type", "source", "input", "output", "error")
_STAYS = ("model_type", "base_model")
"""What a record need not repeat: another one, or the catalogue, may have told it."""
_NEXT = """
SELECT t.id, o.name, coalesce(t.record_id, t.request_id), length(x.payload)
FROM traces AS t JOIN origins AS o ON o.id = t.origin_id JOIN trace_texts AS x ON x.id = t.id
WHERE t.id > ? AND t.id <= ? ORDER BY t.id LIMIT ?
"""


@dataclass(slots=True)
class Remapped:
    """What became of the traces; what an interrupted run had done counts."""

    read: int = 0
    changed: int = 0
    unreadable: int = 0
    """Traces whose raw records cannot be read; they stay as they are."""
    by_field: dict[str, int] = field(default_factory=dict)
    """How many traces got another value, by field."""
    reasons: list[str] = field(default_factory=list)
    """Of the first of those that cannot be read: request id and why."""
    has_emptied_index: bool = False
    """Whether texts lost words, so that the search index is to be built anew."""
    moved: set[tuple[int, int]] = field(default_factory=set)
    """Models whose traces went to another one."""


def remap(
    path: Path,
    reread: Rereading,
    mapping: str,
    cancel: Cancel,
    report: Callable[[Progress], None] = lambda _: None,
    *,
    is_trial: bool = False,
    is_anew: bool = False,
    busy_s: float = BUSY_S,
) -> Remapped:
    """Read every raw record again, and keep what is different now.

    Args:
        path: The store.
        reread: What a raw record says today.
        mapping: What the mapping is known by: a run that was interrupted goes on where it has the same one.
        cancel: Polled between batches.
        report: Told after each batch.
        is_trial: Whether to tell what would change, and change nothing.
        is_anew: Whether to begin at the first trace, whatever was interrupted.
        busy_s: How long a batch waits for other writers.

    Returns:
        What became of all traces that were there when it began.

    Raises:
        Cancelled: `cancel` was set; what was done stays, and the next run goes on from there.
        StoreError: The store cannot be written.
    """
    with closing(open_writer(path, busy_s=busy_s)) as connection, ThreadPoolExecutor(1) as background:
        try:
            run = _Run(connection, reread, background, is_trial=is_trial)
            run.begin(mapping, is_anew=is_anew or is_trial)
            while run.step():
                report(Progress(run.result.read, run.total, "traces read again"))
                cancel.raise_if_set()
            run.end()
        except OverflowError as error:
            raise Unstorable(f"A sum of what the mapping gives is too large for {path}.", "Correct it.") from error
        except sqlite3.Error as error:
            raise explained(error, path) from error
    return run.result


class _Run:
    """One pass over the traces, a batch at a time."""

    def __init__(
        self, connection: sqlite3.Connection, reread: Rereading, background: ThreadPoolExecutor, *, is_trial: bool
    ) -> None:
        self.result = Remapped()
        self.total = 0
        self._db = connection
        self._reread = reread
        self._background = background
        self._is_trial = is_trial
        self._mapping = ""
        self._done_to = self._last_id = 0
        # By route, as it was: the first trace that declares a type changes it for all.
        self._types: dict[int, ModelType] = {}

    def begin(self, mapping: str, *, is_anew: bool) -> None:
        """Find out where to begin: at the first trace, or where a run with the same mapping was interrupted."""
        self._mapping = mapping
        row = self._db.execute("SELECT value FROM store_facts WHERE key = ?", (_KEY,)).fetchone()
        known = json.loads(row[0]) if row and not is_anew else {}
        if known.get("mapping") == mapping:
            self._done_to, self._last_id = known["done_to"], known["last_id"]
            result = known["result"]
            self.result = Remapped(**{**result, "moved": {(old, new) for old, new in result["moved"]}})
        else:
            (self._last_id,) = self._db.execute("SELECT coalesce(max(id), 0) FROM traces").fetchone()
        sql = "SELECT r.id, m.type FROM routes AS r JOIN models AS m ON m.id = r.model_id"
        self._types = {route: ModelType(type) for route, type in self._db.execute(sql)}
        sql = "SELECT count(*) FROM traces WHERE id > ? AND id <= ?"
        self.total = self.result.read + self._db.execute(sql, (self._done_to, self._last_id)).fetchone()[0]

    def step(self) -> bool:
        """Do the next batch; False where there is none."""
        rows = self._in_transaction(self._next)
        return bool(rows)

    def end(self) -> None:
        """Take away what no trace names any more, and forget how far the run got."""
        if not self._is_trial:
            self._in_transaction(self._clear)

    def _in_transaction(self, work: Callable[[], T]) -> T:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            done = work()
            self._db.execute("ROLLBACK" if self._is_trial else "COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        return done

    def _next(self) -> int:
        rows, size_bytes = [], 0
        for id, origin, record_id, packed_bytes in self._db.execute(
            _NEXT, (self._done_to, self._last_id, BATCH_TRACES)
        ):
            rows.append((origin, record_id))
            self._done_to = id
            size_bytes += packed_bytes
            if size_bytes >= BATCH_BYTES:
                break
        if rows:
            _BatchAgain(self._db, self._background, self._reread, self._types, self.result).do(rows)
            state = asdict(self.result) | {"moved": sorted(self.result.moved)}
            known = {"mapping": self._mapping, "done_to": self._done_to, "last_id": self._last_id, "result": state}
            sql = "INSERT OR REPLACE INTO store_facts (key, value) VALUES (?, ?)"
            self._db.execute(sql, (_KEY, json.dumps(known)))
        return len(rows)

    def _clear(self) -> None:
        emptied.clear(self._db, self.result.moved)
        self._db.execute("DELETE FROM store_facts WHERE key = ?", (_KEY,))


class _BatchAgain:
    """The traces of one batch, read again. Call only inside a write transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        background: Executor,
        reread: Rereading,
        types: Mapping[int, ModelType],
        result: Remapped,
    ) -> None:
        # Names are asked for anew in each batch: others write in between.
        self._names = Names(connection)
        unpacker = Unpacker(connection)
        self._db = connection
        self._rows = TraceRows(connection, self._names, background, unpacker)
        self._parts = TraceParts(connection, self._names, unpacker)
        self._trees = SpanTrees(connection, self._names)
        self._reread = reread
        self._types = types
        self._result = result

    def do(self, keys: Sequence[Key]) -> None:
        """Read them again, and write those that are different now."""
        found = self._rows.find(keys)
        self._result.read += len(found)
        again = {key: trace for key, stored in found.items() if (trace := self._again(stored)) is not None}
        messages = self._parts.of(again)
        changed: list[Stored] = []
        lost: list[int] = []
        for key, trace in again.items():
            stored = found[key]
            old, was, before = stored.kept.trace, stored.kept.composed, stored.kept.whole()
            composed = compose(trace, messages[key]) if key in messages else NOTHING
            names = self._differing(stored, trace)
            if composed._replace(newest_turn_at=None) != was._replace(newest_turn_at=None):
                names.append("messages")
            stored.kept.trace = trace
            stored.kept.composed = composed if composed != NOTHING else NOTHING
            if stored.kept.may_inherit:
                stored.kept.sources = self._trees.sources_of(key)
            if trace.newest_turn_at is not None or composed.newest_turn_at is not None:
                preview, _ = previews(stored.kept.whole())
                if preview != stored.input_preview:
                    names += [] if trace.input != old.input else ["preview"]
                    stored.input_preview = preview
            if names or self._declares_type(stored, trace):
                self._result.by_field.update(Counter(self._result.by_field) + Counter(names))
                self._result.changed += bool(names)
                changed.append(stored)
                if _has_lost_words(before, stored.kept.whole()):
                    lost.append(stored.id)
        self._write(changed)
        if lost and min(lost) <= indexed_to(self._db):
            empty(self._db)
            self._result.has_emptied_index = True

    def _write(self, changed: Sequence[Stored]) -> None:
        if not changed:
            return
        row = self._db.execute("SELECT content FROM dictionaries ORDER BY id DESC LIMIT 1").fetchone()
        before = {stored.id: self._model_of(stored.counted.route_id) for stored in changed}
        rollups = Rollups()
        self._rows.update(changed, Packer(row[0] if row else None), rollups)
        rollups.flush(self._db)
        for stored in changed:
            (model_id,) = self._db.execute("SELECT model_id FROM traces WHERE id = ?", (stored.id,)).fetchone()
            if model_id != before[stored.id]:
                self._result.moved.add((before[stored.id], model_id))

    def _model_of(self, route_id: int) -> int:
        (model_id,) = self._db.execute("SELECT model_id FROM routes WHERE id = ?", (route_id,)).fetchone()
        return int(model_id)

    def _again(self, stored: Stored) -> Trace | None:
        """The trace that its raw records make today; None where one of them cannot be read."""
        old, raws = stored.kept.trace, stored.kept.raws
        first: ReadAgain | None = None
        kept: Kept | None = None
        for raw in raws:
            read = self._reread(old.origin, raw)
            if isinstance(read, str):
                self._result.unreadable += 1
                if len(self._result.reasons) < SHOWN:
                    self._result.reasons.append(f"{old.request_id}: {read}")
                return None
            if first is None or kept is None:
                first, kept = read, Kept(read.trace, [raw])
            else:
                merge(kept, read.trace)
        assert first is not None, "a trace has at least one raw record"
        assert kept is not None
        return _with_what_stays(old, kept.trace, first, is_cut=len(raws) >= MAX_RAWS)

    def _differing(self, stored: Stored, new: Trace) -> list[str]:
        """The fields that have another value now."""
        old = stored.kept.trace
        names = [name for name in _COMPARED if getattr(old, name) != getattr(new, name)]
        was = self._types.get(stored.counted.route_id, new.model_type)
        if new.model_type is not None and new.model_type != was:
            names.append("model_type")
        return names

    def _declares_type(self, stored: Stored, new: Trace) -> bool:
        """Whether the type of its model is known from now on."""
        return new.model_type is not None and stored.kept.trace.model_type != new.model_type


def _has_lost_words(before: Trace, after: Trace) -> bool:
    """Whether a text that is searched is no longer what it was."""
    return any(getattr(before, name) not in (None, getattr(after, name)) for name in _SEARCHED)


def _with_what_stays(old: Trace, new: Trace, first: ReadAgain, *, is_cut: bool) -> Trace:
    """The trace of today, with what its records do not decide as it was."""
    new = replace(new, origin=old.origin, record_id=old.record_id, raw=old.raw)
    if not first.has_id:
        new.request_id = old.request_id
    if not first.has_zone:
        new.executed_at_us = old.executed_at_us
    if new.model == NO_MODEL:
        new.model = old.model
    # With as many raw records as are kept, some may be missing, and what they said with them.
    for name in _COMPARED if is_cut else _STAYS:
        if getattr(new, name) is None:
            setattr(new, name, getattr(old, name))
    return new
