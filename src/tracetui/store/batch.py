"""The traces of one batch, their parts and the spans around them: in which order they are written.

What a later record adds to a trace is decided in `merge.py`, what parts make of it in `composing.py`, and where it
is from in `span_trees.py`. Whatever comes first, the same store results.
"""

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from copy import copy

from tracetui.domain.parts import Span, TracePart
from tracetui.domain.ports import Difference, WriteReport
from tracetui.domain.trace import Trace
from tracetui.store.composing import NOTHING, compose
from tracetui.store.kept import Kept, Key
from tracetui.store.merge import merge
from tracetui.store.names import Names
from tracetui.store.payloads import Packer, Unpacker
from tracetui.store.rollups import Rollups
from tracetui.store.span_trees import SpanTrees
from tracetui.store.trace_parts import TraceParts
from tracetui.store.trace_rows import Stored, TraceRows


class Batch:
    """What belongs to traces in one batch, with places in it. Call only inside a write transaction.

    Args:
        connection: That of the writer.
        names: Likewise.
        background: A thread that packs.
        packer_for: Gives the packer, which the new traces may teach.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        names: Names,
        background: Executor,
        packer_for: Callable[[Sequence[Kept]], Packer],
    ) -> None:
        self.traces: list[tuple[int, Trace]] = []
        self.parts: list[tuple[int, TracePart]] = []
        self.spans: list[tuple[int, Span]] = []
        unpacker = Unpacker(connection)
        self._connection = connection
        self._rows = TraceRows(connection, names, background, unpacker)
        self._parts = TraceParts(connection, names, unpacker)
        self._trees = SpanTrees(connection, names)
        self._packer_for = packer_for
        self._known: dict[Key, Stored] = {}
        self._new: dict[Key, Kept] = {}
        self._changed: dict[Key, Stored] = {}
        self._filled = self._present = 0
        self._differences: list[Difference] = []

    def write(self) -> WriteReport:
        """Write all of it."""
        if not (self.traces or self.parts or self.spans):
            return WriteReport(0, 0, 0, ())
        keys = {(trace.origin, trace.record_id) for _, trace in self.traces}
        keys |= {(part.origin, part.record_id) for _, part in self.parts}
        self._known = self._rows.find(keys)
        for place, trace in self.traces:
            self._take(place, trace)
        packer = self._packer_for(list(self._new.values()))
        self._add_parts(self._parts.keep(self.parts, packer))
        self._trees.keep(self.spans, packer)
        for key, kept in (*self._new.items(), *((key, stored.kept) for key, stored in self._changed.items())):
            if kept.may_inherit:
                kept.sources = self._trees.sources_of(key)
        rollups = Rollups()
        self._rows.insert(list(self._new.values()), packer, rollups)
        self._rows.update(self._changed.values(), packer, rollups)
        rollups.flush(self._connection)
        of_others = [key for key in self._trees.touched() if key not in self._new]
        self._rows.inherit((key, self._trees.sources_of(key)) for key in of_others)
        return WriteReport(
            len(self._new) + self._parts.added + self._trees.added,
            self._present + self._parts.present + self._trees.present,
            self._filled + self._trees.filled,
            (*self._differences, *self._parts.differences, *self._trees.differences),
            self._parts.added,
            self._trees.added,
        )

    def _take(self, place: int, trace: Trace) -> None:
        """Take one record: a new trace, or what it adds to one that is known."""
        key = (trace.origin, trace.record_id)
        stored = self._known.get(key)
        kept = stored.kept if stored else self._new.get(key)
        if kept is None:
            self._new[key] = Kept(trace, [trace.raw])
            return
        if stored is None:
            kept.trace = copy(kept.trace)  # it is the caller's
        merged = merge(kept, trace)
        self._differences.extend(Difference(place, *contradiction) for contradiction in merged.contradictions)
        if merged.has_filled:
            self._filled += 1
            if stored:
                self._changed[key] = stored
        else:
            self._present += 1

    def _add_parts(self, touched: set[Key]) -> None:
        """Compose what has parts anew: new traces, those with new parts, and those whose own records say more."""
        for key in touched & self._known.keys():
            self._changed[key] = self._known[key]
        again = [
            key for key, stored in self._changed.items() if key in touched or stored.kept.composed is not NOTHING
        ]
        for key, messages in self._parts.of((*self._new, *again)).items():
            kept = self._new.get(key) or self._changed[key].kept
            composed = compose(kept.trace, messages)
            kept.composed = composed if composed != NOTHING else NOTHING
