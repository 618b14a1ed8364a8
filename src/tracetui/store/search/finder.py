"""Which traces contain a text: asked of the index first, and always compared literally in the end.

The index knows the traces up to some id. Those beyond it, and those filled in since, are candidates whatever they
hold, so that what was written a second ago is found, and a store without any index is searched as completely.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from tracetui.cancel import Cancel
from tracetui.domain.folding import fold
from tracetui.domain.periods import Period
from tracetui.store.search.knowledge import (
    ALL_POSSIBLE,
    NONE_POSSIBLE,
    POSSIBLE,
    PRESENT,
    STRETCH,
    Findings,
    Found,
    Knowledge,
    dirty_n,
    indexed_to,
)
from tracetui.store.where import NONE, Sql

if TYPE_CHECKING:
    from tracetui.store.search.literal import Literal
    from tracetui.store.search.words import Asked

_ASKED_APART = 8
"""Stretches that are asked for one by one: a page of a common word needs no more of them."""
_MATCHING = "SELECT rowid FROM search_tokens WHERE search_tokens MATCH ?"
_IN_STRETCH = f"{_MATCHING} AND rowid BETWEEN ? AND ?"


class Finder:
    """Searches through one connection, inside the transaction of the query that asks.

    Args:
        db: The reader's connection; it gets the SQL function `text_found`.
        findings: What other readers of the store found out.
        store: Which store it is, among those that the findings are of.
    """

    def __init__(self, db: sqlite3.Connection, findings: Findings | None = None, store: Hashable = None) -> None:
        self._db = db
        self._findings = findings or Findings()
        self._store = store
        self._sought: Sought | None = None
        self.cancel = Cancel()
        """Stops what is read for the query that asks."""
        # SQLite's own walks through indexes then stop at what is found, in any order and with any filter.
        db.create_function("text_found", 2, self._is_found)

    def seek(self, needle: str) -> "Sought":
        """Look up a text; what is found holds until the transaction ends.

        Args:
            needle: Not empty; compared without regard to case, and literally.
        """
        folded = fold(needle)
        key = (self._store, folded)
        known = self._findings.of(key)
        if known is None or not known.is_of(self._db):
            older, known = known, asked_about(self._db, folded)
            if older is not None:
                known.carry_on(older)
            self._findings.keep(key, known)
        if self._sought is None or self._sought.knowledge is not known:
            self._sought = Sought(self._db, folded, known)
        self._sought.cancel = self.cancel
        return self._sought

    def candidates(self, needle: str, at_most: int) -> list[int] | None:
        """The ids of all traces that may contain a text anywhere; None where they are more than so many."""
        folded = fold(needle)
        return Sought(self._db, folded, asked_about(self._db, folded)).candidates(at_most)

    def _is_found(self, id: int, folded: str) -> bool:
        assert self._sought is not None
        assert self._sought.folded == folded
        return self._sought.is_in(id)


class Sought:
    """A text that is looked for, through one connection.

    Args:
        db: The connection.
        folded: The text.
        knowledge: What is known about it; more is added.
    """

    def __init__(self, db: sqlite3.Connection, folded: str, knowledge: Knowledge) -> None:
        self._db = db
        self.folded = folded
        self.knowledge = knowledge
        self.cancel = Cancel()
        self.read = 0
        """Traces whose texts were read."""
        self._literal: Literal | None = None
        self._asked = 0
        self._marks: bytearray | None = None
        """What the index says about all traces that it knows, once so much was asked."""

    @property
    def condition(self) -> Sql:
        """That a row of `traces` contains the text."""
        return Sql("text_found(traces.id, ?)", (self.folded,)) if _can_be_stored(self.folded) else NONE

    @property
    def is_told(self) -> bool:
        """Whether the index tells of each trace, so that none needs to be read."""
        known = self.knowledge
        is_sure = known.asked is not None and known.asked.is_sure
        return is_sure and not known.filled and self._newest_id <= known.indexed_to

    @property
    def _newest_id(self) -> int:
        (newest,) = self._db.execute("SELECT coalesce(max(id), 0) FROM traces").fetchone()
        return int(newest)

    def candidates(self, at_most: int) -> list[int] | None:
        """The ids of all traces that may contain the text; None where they are more than so many."""
        known = self.knowledge
        if known.asked is None:
            return None
        if known.known is None:
            asked = known.asked.candidates
            found = self._db.execute(f"{_MATCHING} LIMIT ?", (asked, at_most + 1)) if asked else ()
            ids = sorted(id for (id,) in found if id <= known.indexed_to)
            if len(ids) > at_most:
                return None
            if known.asked.sure:
                known.sure = frozenset(id for (id,) in self._db.execute(_MATCHING, (known.asked.sure,)))
            known.known = ids
        newer = self._db.execute("SELECT id FROM traces WHERE id > ? LIMIT ?", (known.indexed_to, at_most + 1))
        all_ids = {*known.known, *known.filled, *(id for (id,) in newer)}
        return sorted(all_ids) if len(all_ids) <= at_most else None

    def is_in(self, id: int) -> bool:
        """Whether a trace contains the text."""
        # Called for every row that SQLite walks over.
        known = self._stretch(id // STRETCH)[id % STRETCH]
        return self.are_in((id,))[0] if known == POSSIBLE else known == PRESENT

    def remember(self, among: Hashable, within: Period, ids: Sequence[int]) -> None:
        """Keep what a search ended with: all traces that contain the text, of some routes, filter and period."""
        self.knowledge.found = Found(among, within, self._newest_id, ids)

    def found_before(self, among: Hashable, within: Period, at_most: int) -> list[int] | None:
        """The ids of all traces that may contain it among some, where a search has looked at these before.

        Args:
            among: Routes and filter, as they were remembered.
            within: A part of the period that was looked at, or all of it.
            at_most: None where they are more than so many, with those that came since.
        """
        found = self.knowledge.found
        if found is None or found.among != among:
            return None
        if within.start_us < found.within.start_us or within.end_us > found.within.end_us:
            return None
        newer = self._db.execute("SELECT id FROM traces WHERE id > ? LIMIT ?", (found.last_id, at_most + 1))
        ids = [*found.ids, *(id for (id,) in newer)]
        return ids if len(ids) <= at_most else None

    def are_in(self, ids: Sequence[int]) -> list[bool]:
        """Whether each of some traces contains the text.

        Raises:
            Cancelled: The finder's `cancel` was set.
        """
        stretches = self.knowledge.stretches
        found = [(stretches.get(id // STRETCH) or self._stretch(id // STRETCH))[id % STRETCH] for id in ids]
        if POSSIBLE not in found:
            return [known == PRESENT for known in found]
        return self._read([id for id, known in zip(ids, found, strict=True) if known == POSSIBLE], ids, found)

    def _read(self, unread: Sequence[int], ids: Sequence[int], found: Sequence[int]) -> list[bool]:
        from tracetui.store.search.literal import AT_ONCE, Literal

        if self._literal is None:
            self._literal = Literal(self._db, self.folded)
        present: set[int] = set()
        for start in range(0, len(unread), AT_ONCE):
            self.cancel.raise_if_set()
            some = unread[start : start + AT_ONCE]
            present.update(self._literal.those_with(some))
            self.read += len(some)
            for id in some:
                self.knowledge.mark(id, PRESENT if id in present else 0)
        return [known == PRESENT or id in present for id, known in zip(ids, found, strict=True)]

    def _stretch(self, number: int) -> bytes | bytearray:
        """What is known about a stretch of ids."""
        stretch = self.knowledge.stretches.get(number)
        if stretch is None:
            stretch = self.knowledge.with_before(number, self._asked_about(number))
            self.knowledge.stretches[number] = stretch
        return stretch

    def _asked_about(self, number: int) -> bytes | bytearray:
        """What is known about a stretch of ids before any text is read."""
        known, asked = self.knowledge, self.knowledge.asked
        first = number * STRETCH
        if asked is None or first > known.indexed_to:
            return ALL_POSSIBLE
        stretch = self._indexed(asked, number)
        for id in known.filled:
            if id // STRETCH == number:
                stretch[id - first] = POSSIBLE
        beyond = known.indexed_to + 1 - first
        if beyond < STRETCH:
            stretch[beyond:] = ALL_POSSIBLE[beyond:]
        return stretch if any(stretch) else NONE_POSSIBLE

    def _indexed(self, asked: "Asked", number: int) -> bytearray:
        """What the index says about a stretch of ids."""
        few, first = self.knowledge.known, number * STRETCH
        stretch = bytearray(STRETCH)
        if few is not None:
            for id in few[bisect_left(few, first) : bisect_left(few, first + STRETCH)]:
                stretch[id - first] = PRESENT if id in self.knowledge.sure else POSSIBLE
            return stretch
        if not asked.candidates:
            return stretch
        if self._marks is None:
            self._asked += 1
            if self._asked < _ASKED_APART:
                self._mark(asked, stretch, first)
                return stretch
            # One question for all is soon less work than one for each stretch.
            self._marks = bytearray(self.knowledge.indexed_to + STRETCH)
            self._mark(asked, self._marks, 0)
        marks = self._marks[first : first + STRETCH]
        return marks + stretch[len(marks) :]

    def _mark(self, asked: "Asked", marks: bytearray, first: int) -> None:
        """Take down what the index says about the ids from one on, as many as there are marks."""
        last = min(first + len(marks) - 1, self.knowledge.indexed_to)
        for words, value in ((asked.candidates, POSSIBLE), (asked.sure, PRESENT)):
            if words and (value == PRESENT or not asked.is_sure):
                for (id,) in self._db.execute(_IN_STRETCH, (words, first, last)):
                    marks[id - first] = value


def asked_about(db: sqlite3.Connection, folded: str) -> Knowledge:
    """What the index says about a text."""
    # Here, because most readers never search: the patterns that cut words take 10 ms to compile.
    from tracetui.store.search.words import Asked, asked_for

    if not _can_be_stored(folded):
        return Knowledge(dirty_n(db), (1 << 63) - 1, Asked("", ""), frozenset())
    last_id = indexed_to(db)
    filled = db.execute("SELECT trace_id FROM search_dirty WHERE trace_id <= ?", (last_id,))
    return Knowledge(dirty_n(db), last_id, asked_for(db, folded), frozenset(id for (id,) in filled))


def _can_be_stored(text: str) -> bool:
    """Whether a store could have it: no text of it holds half of a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
