"""Which traces contain a text: asked of the index first, and always compared literally in the end.

The index knows the traces up to some id. Those beyond it, and those filled in since, are candidates whatever they
hold, so that what was written a second ago is found, and a store without any index is searched as completely.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracetui.domain.folding import fold
from tracetui.store.payloads import Unpacker
from tracetui.store.where import NONE, Sql

if TYPE_CHECKING:
    from tracetui.store.search.words import Asked

STRETCH = 4_096
"""Ids asked of the index at once while rows are walked through."""

_TEXTS = """
SELECT x.payload, t.request_id, r.version, st.name, s.name
FROM traces AS t
JOIN routes AS r ON r.id = t.route_id
JOIN trace_texts AS x ON x.id = t.id
LEFT JOIN source_types AS st ON st.id = t.source_type_id
LEFT JOIN sources AS s ON s.id = t.source_id
WHERE t.id = ?
"""
_MATCHING = "SELECT rowid FROM search_tokens WHERE search_tokens MATCH ?"
_IN_STRETCH = f"{_MATCHING} AND rowid BETWEEN ? AND ?"
_POSSIBLE, _SURE = 1, 2
_ALL_POSSIBLE = bytes([_POSSIBLE]) * STRETCH


class Finder:
    """Searches through one connection, inside the transaction of the query that asks.

    Args:
        db: The reader's connection; it gets the SQL function `text_found`.
        unpacker: Of the same connection.
    """

    def __init__(self, db: sqlite3.Connection, unpacker: Unpacker) -> None:
        self._db = db
        self._unpacker = unpacker
        self._sought: Sought | None = None
        self._version: int | None = None
        # SQLite's own walks through indexes then stop at what is found, in any order and with any filter.
        db.create_function("text_found", 2, self._is_found)

    def seek(self, needle: str) -> "Sought":
        """Look up a text; what is found holds until the transaction ends.

        Args:
            needle: Not empty; compared without regard to case, and literally.
        """
        folded = fold(needle)
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        # Page after page asks for the same text: what the index said stays true until somebody writes.
        if self._sought is None or self._sought.folded != folded or self._version != version:
            self._sought, self._version = Sought(self._db, self._unpacker, folded), version
        return self._sought

    def candidates(self, needle: str, at_most: int) -> list[int] | None:
        """The ids of all traces that may contain a text anywhere; None where they are more than so many."""
        return Sought(self._db, self._unpacker, fold(needle)).candidates(at_most)

    def _is_found(self, id: int, folded: str) -> bool:
        assert self._sought is not None
        assert self._sought.folded == folded
        return self._sought.is_in(id)


@dataclass(slots=True)
class Sought:
    """A text that is looked for, and what the index says about it."""

    db: sqlite3.Connection
    unpacker: Unpacker
    folded: str
    indexed_to: int = 0
    asked: "Asked | None" = None
    """What the index is asked for; None: it cannot tell."""
    filled: frozenset[int] = frozenset()
    """Indexed traces of which the index does not know all."""
    _known: list[int] | None = None
    """All candidates of the index, rising, where they are few."""
    _stretches: dict[int, bytes | bytearray] = field(default_factory=dict)
    """By number: for each id whether the text may be there (1), is there (2), or is not (0)."""

    def __post_init__(self) -> None:
        # Here, because most readers never search: the patterns that cut words take 10 ms to compile.
        from tracetui.store.search.index import indexed_to
        from tracetui.store.search.words import Asked, asked_for

        if not _can_be_stored(self.folded):
            self.indexed_to, self.asked = (1 << 63) - 1, Asked("", "")
            return
        self.indexed_to = indexed_to(self.db)
        self.asked = asked_for(self.db, self.folded)
        filled = self.db.execute("SELECT trace_id FROM search_dirty WHERE trace_id <= ?", (self.indexed_to,))
        self.filled = frozenset(id for (id,) in filled)

    @property
    def condition(self) -> Sql:
        """That a row of `traces` contains the text."""
        return Sql("text_found(traces.id, ?)", (self.folded,)) if _can_be_stored(self.folded) else NONE

    def candidates(self, at_most: int) -> list[int] | None:
        """The ids of all traces that may contain the text; None where they are more than so many."""
        if self.asked is None:
            return None
        if self._known is None:
            asked = self.asked.candidates
            found = self.db.execute(f"{_MATCHING} LIMIT ?", (asked, at_most + 1)) if asked else ()
            known = sorted(id for (id,) in found)
            if len(known) > at_most:
                return None
            self._known = known
        newer = self.db.execute("SELECT id FROM traces WHERE id > ? LIMIT ?", (self.indexed_to, at_most + 1))
        ids = {*self._known, *self.filled, *(id for (id,) in newer)}
        return sorted(ids) if len(ids) <= at_most else None

    def is_in(self, id: int) -> bool:
        """Whether a trace contains the text."""
        # Called for every row that is walked over.
        stretch = self._stretches.get(id // STRETCH)
        if stretch is None:
            stretch = self._stretches[id // STRETCH] = self._stretch(id // STRETCH)
        known = stretch[id % STRETCH]
        return known == _SURE or (known == _POSSIBLE and self._is_read_in(id))

    def _stretch(self, number: int) -> bytes | bytearray:
        """What is known about a stretch of ids before any text is read."""
        first = number * STRETCH
        if self.asked is None or first > self.indexed_to:
            return _ALL_POSSIBLE
        stretch = bytearray(STRETCH)
        for id in self._matching(self.asked, first):
            stretch[id - first] = _SURE if self.asked.is_sure else _POSSIBLE
        if self._known is None and self.asked.sure and not self.asked.is_sure:
            for (id,) in self.db.execute(_IN_STRETCH, (self.asked.sure, first, first + STRETCH - 1)):
                stretch[id - first] = _SURE
        for id in self.filled:
            if id // STRETCH == number:
                stretch[id - first] = _POSSIBLE
        beyond = self.indexed_to + 1 - first
        if beyond < STRETCH:
            stretch[beyond:] = _ALL_POSSIBLE[beyond:]
        return stretch

    def _matching(self, asked: "Asked", first: int) -> Iterable[int]:
        """The candidates in the stretch of ids that begins with one."""
        if self._known is not None:
            return self._known[bisect_left(self._known, first) : bisect_left(self._known, first + STRETCH)]
        if not asked.candidates:
            return ()
        return (id for (id,) in self.db.execute(_IN_STRETCH, (asked.candidates, first, first + STRETCH - 1)))

    def _is_read_in(self, id: int) -> bool:
        row = self.db.execute(_TEXTS, (id,)).fetchone()
        if row is None:
            return False
        payload, *names = row
        return self._is_any(names) or self._is_any(self.unpacker.texts(payload))

    def _is_any(self, texts: Iterable[str | None]) -> bool:
        return any(text is not None and self.folded in fold(text) for text in texts)


def _can_be_stored(text: str) -> bool:
    """Whether a store could have it: no text of it holds half of a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
