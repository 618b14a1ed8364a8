"""Spans of distributed traces in the store, and what calls have of their source from the spans around them.

A call's own record decides; then the nearest span above it that knows; then what the call's own span falls back
to. Which of them comes first makes no difference: every span that arrives looks at the calls below it again.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tracetui.domain.parts import Span, span_record_id
from tracetui.domain.ports import Difference
from tracetui.store.kept import NO_SOURCES, Key, Sources
from tracetui.store.names import Names
from tracetui.store.payloads import Packer

MOST_LEVELS = 500
"""Levels that are walked up or down from a span. Deeper ones are no real program's, and a circle has no end."""

_CHUNK = 500
_COLUMNS = (
    "parent_id", "record_id", "name", "start_at", "end_at", "source_type", "source", "user_id", "session", "raw",
)  # fmt: skip
_COMPARED = range(len(_COLUMNS) - 1)
"""All but the raw record, which is kept as it came first."""
_USUAL = ""
"""In the place of a record id: the usual one."""
_USUAL_ID = re.compile("([0-9a-f]{32}):([0-9a-f]{16})")
_INSERT = f"INSERT INTO spans (tree_id, span_id, {', '.join(_COLUMNS)}) VALUES (?, ?{', ?' * len(_COLUMNS)})"
_UPDATE = f"UPDATE spans SET {', '.join(f'{column} = ?' for column in _COLUMNS)} WHERE tree_id = ? AND span_id = ?"
_NODE = """
SELECT parent_id, record_id, source_type, source, user_id, session FROM spans WHERE tree_id = ? AND span_id = ?
"""
_BELOW = "SELECT span_id, record_id FROM spans WHERE tree_id = ? AND parent_id = ?"


class _Node(NamedTuple):
    parent_id: bytes | None
    record_id: str | None
    sources: Sources


_TreeName = tuple[str, bytes]
"""Origin and trace id."""
_Place = tuple[int, bytes]
"""Tree and span."""
_Row = list[Any]
"""The values of `_COLUMNS`."""


class SpanTrees:
    """The spans of one batch among those in the store. Call only inside a write transaction."""

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names
        self._trees: dict[_TreeName, int | None] = {}
        self._names_of: dict[int, _TreeName] = {}
        self._new_trees: set[int] = set()
        self._nodes: dict[_Place, _Node | None] = {}
        self._fresh: dict[_Place, None] = {}
        self._of_call: dict[Key, _Place] = {}
        self._has_unusual: bool | None = None
        self.added = 0
        """Spans around calls that are new; the call's own spans are counted as their traces."""
        self.present = 0
        self.filled = 0
        self.differences: list[Difference] = []

    def keep(self, spans: Iterable[tuple[int, Span]], packer: Packer) -> None:
        """Keep the spans of a batch, each with its place in it."""
        spans = list(spans)
        newest: dict[_TreeName, int] = {}
        for _, span in spans:
            name = (span.origin, span.trace_id)
            newest[name] = max(span.start_us, newest.get(name, 0))
        self._trees_of(newest)
        placed = [(place, span, self._place_of(span)) for place, span in spans]
        rows = self._known_rows(at for _, _, at in placed)
        new: dict[_Place, _Row] = {}
        changed: dict[_Place, _Row] = {}
        for place, span, at in placed:
            row = rows.get(at)
            is_around = span.record_id is None
            if row is None:
                rows[at] = new[at] = _row(span, packer)
                self.added += is_around
            elif self._fill(place, row, _row(span, packer)):
                self.filled += is_around
                if at not in new:
                    changed[at] = row
            else:
                self.present += is_around
        self._connection.executemany(_INSERT, [(*at, *row) for at, row in new.items()])
        self._connection.executemany(_UPDATE, [(*row, *at) for at, row in changed.items()])
        for _, span, at in placed:
            if at in new or at in changed:
                parent_id, record_id, _, _, _, *sources, _ = rows[at]
                self._nodes[at] = _Node(parent_id, record_id, Sources(*sources))
                self._fresh[at] = None
                if span.record_id is not None:
                    self._of_call[span.origin, span.record_id] = at

    def sources_of(self, key: Key) -> Sources:
        """What spans say of where a trace is from; nothing where it is not the trace of any span."""
        at = self._of_call.get(key) or self._span_of(key)
        node = self._node(at) if at is not None else None
        if at is None or node is None or node.record_id is None:
            return NO_SOURCES
        above = self._above(at[0], node)
        return _first_known(above, node.sources)

    def touched(self) -> Iterator[Key]:
        """The traces for which the batch's spans may say something new: their own spans, or below one of them."""
        seen: set[_Place] = set()
        for at in self._fresh:
            node = self._nodes[at]
            assert node is not None
            if node.record_id is not None:
                yield self._key(at, node.record_id)
            if at[0] not in self._new_trees and self._says_anything(at[0], node):
                yield from self._below(at, seen)

    def _trees_of(self, newest_us: dict[_TreeName, int]) -> None:
        """Find the trees of distributed traces, and make those that are missing."""
        by_origin: dict[str, list[bytes]] = {}
        for origin, trace_id in newest_us:
            by_origin.setdefault(origin, []).append(trace_id)
        for origin, trace_ids in by_origin.items():
            for start in range(0, len(trace_ids), _CHUNK):
                some = trace_ids[start : start + _CHUNK]
                sql = f"SELECT trace_id, id FROM span_trees WHERE trace_id IN ({', '.join('?' * len(some))})"
                origin_id = self._names.id_of("origins", origin)
                for trace_id, tree_id in self._connection.execute(f"{sql} AND origin_id = ?", (*some, origin_id)):
                    self._remember((origin, trace_id), tree_id)
        known = [(at_us, self._trees[name]) for name, at_us in newest_us.items() if name in self._trees]
        sql = "UPDATE span_trees SET newest_at = ?1 WHERE id = ?2 AND newest_at < ?1"
        self._connection.executemany(sql, known)
        (last_id,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM span_trees").fetchone()
        rows = []
        for tree_id, name in enumerate((name for name in newest_us if name not in self._trees), last_id + 1):
            rows.append((tree_id, name[1], self._names.id_of("origins", name[0]), newest_us[name]))
            self._names_of[tree_id] = name
            self._new_trees.add(tree_id)
        self._trees |= {self._names_of[row[0]]: row[0] for row in rows}
        sql = "INSERT INTO span_trees (id, trace_id, origin_id, newest_at) VALUES (?, ?, ?, ?)"
        self._connection.executemany(sql, rows)

    def _place_of(self, span: Span) -> _Place:
        tree_id = self._trees[span.origin, span.trace_id]
        assert tree_id is not None
        return tree_id, span.span_id

    def _find_tree(self, name: _TreeName) -> int | None:
        if name not in self._trees:
            sql = "SELECT id FROM span_trees WHERE trace_id = ? AND origin_id = ?"
            row = self._connection.execute(sql, (name[1], self._names.id_of("origins", name[0]))).fetchone()
            self._remember(name, row[0] if row else None)
        return self._trees[name]

    def _remember(self, name: _TreeName, tree_id: int | None) -> None:
        self._trees[name] = tree_id
        if tree_id is not None:
            self._names_of[tree_id] = name

    def _known_rows(self, places: Iterable[_Place]) -> dict[_Place, _Row]:
        """The rows of those spans that are in the store already."""
        by_tree: dict[int, list[bytes]] = {}
        for tree_id, span_id in places:
            if tree_id not in self._new_trees:
                by_tree.setdefault(tree_id, []).append(span_id)
        rows: dict[_Place, _Row] = {}
        for tree_id, span_ids in by_tree.items():
            for start in range(0, len(span_ids), _CHUNK):
                some = span_ids[start : start + _CHUNK]
                sql = f"SELECT span_id, {', '.join(_COLUMNS)} FROM spans WHERE tree_id = ? AND span_id IN"
                found = self._connection.execute(f"{sql} ({', '.join('?' * len(some))})", (tree_id, *some))
                rows |= {(tree_id, span_id): row for span_id, *row in found}
        return rows

    def _fill(self, place: int, known: _Row, offered: _Row) -> bool:
        """Fill in what a span lacks; whether there was anything."""
        filled = False
        for at in _COMPARED:
            if offered[at] is None or offered[at] == known[at]:
                continue
            if known[at] is None:
                known[at] = offered[at]
                filled = True
            else:
                kept, other = str(known[at])[:80], str(offered[at])[:80]
                self.differences.append(Difference(place, _COLUMNS[at], kept, other))
        return filled

    def _span_of(self, key: Key) -> _Place | None:
        """The span in the store that a trace is of."""
        origin, record_id = key
        ids = _USUAL_ID.fullmatch(record_id)
        if ids is not None:
            trace_id, span_id = map(bytes.fromhex, ids.groups())
            tree_id = self._find_tree((origin, trace_id))
            node = self._node((tree_id, span_id)) if tree_id is not None else None
            if tree_id is not None and node is not None and node.record_id == _USUAL:
                return tree_id, span_id
        if self._has_unusual is None:
            sql = "SELECT EXISTS (SELECT 1 FROM spans WHERE record_id != '')"
            (self._has_unusual,) = self._connection.execute(sql).fetchone()
        if not self._has_unusual:
            return None
        sql = """SELECT tree_id, span_id FROM spans JOIN span_trees ON span_trees.id = tree_id
        WHERE record_id = ? AND record_id != '' AND origin_id = ? ORDER BY trace_id, span_id LIMIT 1"""
        row = self._connection.execute(sql, (record_id, self._names.id_of("origins", origin))).fetchone()
        return tuple(row) if row else None

    def _node(self, at: _Place) -> _Node | None:
        if at not in self._nodes:
            row = self._connection.execute(_NODE, at).fetchone()
            self._nodes[at] = _Node(row[0], row[1], Sources(*row[2:])) if row else None
        return self._nodes[at]

    def _above(self, tree_id: int, node: _Node) -> Sources:
        """What the spans above one say, the nearest first. Those of calls surround nothing."""
        known = NO_SOURCES
        parent_id = node.parent_id
        for _ in range(MOST_LEVELS):
            above = self._node((tree_id, parent_id)) if parent_id is not None else None
            if above is None or None not in known:
                break
            if above.record_id is None and above.sources != NO_SOURCES:
                known = _first_known(known, above.sources)
            parent_id = above.parent_id
        return known

    def _says_anything(self, tree_id: int, node: _Node) -> bool:
        is_around = node.record_id is None and any(node.sources)
        return is_around or any(self._above(tree_id, node))

    def _below(self, at: _Place, seen: set[_Place]) -> Iterator[Key]:
        """The traces of the calls below a span."""
        tree_id = at[0]
        level = [at]
        for _ in range(MOST_LEVELS):
            below = []
            for place in level:
                for span_id, record_id in self._connection.execute(_BELOW, place).fetchall():
                    child = (tree_id, span_id)
                    if child in seen:
                        continue
                    seen.add(child)
                    below.append(child)
                    if record_id is not None:
                        yield self._key(child, record_id)
            if not below:
                return
            level = below

    def _key(self, at: _Place, record_id: str) -> Key:
        origin, trace_id = self._names_of[at[0]]
        return origin, record_id or span_record_id(trace_id, at[1])


def _first_known(first: Sources, then: Sources) -> Sources:
    return Sources(*(mine or theirs for mine, theirs in zip(first, then, strict=True)))


def _row(span: Span, packer: Packer) -> _Row:
    record_id = span.record_id
    # Of whole ids only: `_span_of` finds no others by them.
    if record_id == span_record_id(span.trace_id, span.span_id) and _USUAL_ID.fullmatch(record_id):
        record_id = _USUAL
    raw = packer.compress(span.raw) if span.raw else None
    return [
        span.parent_span_id, record_id, span.name, span.start_us, span.end_us,
        span.source_type, span.source, span.user_id, span.session, raw,
    ]  # fmt: skip
