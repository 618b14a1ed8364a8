"""What is known about a text that is searched for: asked of the index, read in traces, shared by all readers.

Page after page, the figures and the place of a row ask for the same text, each through a reader of its own. What
one of them read, no other reads again, and a search that was stopped goes on where it was.
"""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tracetui.domain.periods import Period

if TYPE_CHECKING:
    from tracetui.store.search.words import Asked

STRETCH = 4_096
"""Ids asked of the index at once while rows are walked through."""
ABSENT, POSSIBLE, PRESENT = 0, 1, 2
"""Of a trace: the text is not there, may be there, is there."""
ALL_POSSIBLE = bytes([POSSIBLE]) * STRETCH
NONE_POSSIBLE = bytes(STRETCH)

_TEXTS_KEPT = 3
"""The one that is searched for, and those before it, while one types and takes back. 1 byte for each trace."""


class Found(NamedTuple):
    """All traces of some that contain the text."""

    among: Hashable
    """Which traces were looked at: routes and filter."""
    within: Period
    last_id: int
    """No trace with a greater id was there."""
    ids: Sequence[int]


@dataclass(slots=True)
class Knowledge:
    """Of one text, in one store."""

    dirty_n: int
    """Up to which trace that was filled in it holds: texts are never changed otherwise, and ids not used twice."""
    indexed_to: int
    """The last trace about which the index was asked; all beyond may contain the text."""
    asked: "Asked | None"
    """What the index is asked for; None: it cannot tell."""
    filled: frozenset[int]
    """Indexed traces of which the index does not know all."""
    known: Sequence[int] | None = None
    """All candidates of the index, rising, where they are few."""
    sure: frozenset[int] = frozenset()
    """Those of them that need not be read."""
    stretches: dict[int, bytes | bytearray] = field(default_factory=dict)
    """By number: what is known of each id."""
    found: Found | None = None
    """What a search ended with that looked at all."""
    before: dict[int, bytes | bytearray] = field(default_factory=dict)
    """The same from when the index knew less: that a text is there, or not, holds still."""

    def is_of(self, db: sqlite3.Connection) -> bool:
        """Whether it is what the index would say now."""
        return (self.dirty_n, self.indexed_to) == (dirty_n(db), indexed_to(db))

    def carry_on(self, older: "Knowledge") -> None:
        """Take over what was found out before the index learnt more."""
        if older.dirty_n == self.dirty_n:
            self.before = older.before | older.stretches
            self.found = older.found

    def with_before(self, number: int, stretch: bytes | bytearray) -> bytes | bytearray:
        """A stretch, completed by what was known of it before."""
        before = self.before.get(number)
        if before is None or POSSIBLE not in stretch:
            return stretch
        return bytearray(now if then == POSSIBLE else then for then, now in zip(before, stretch, strict=True))

    def mark(self, id: int, value: int) -> None:
        """Take down what was read."""
        stretch = self.stretches.get(id // STRETCH, ALL_POSSIBLE)
        if isinstance(stretch, bytes):
            stretch = self.stretches[id // STRETCH] = bytearray(stretch)
        stretch[id % STRETCH] = value


class Findings:
    """What is known about the texts searched for last. Shared between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Knowledge] = OrderedDict()

    def of(self, key: Hashable) -> Knowledge | None:
        """What is kept under a key: which store, which text."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Hashable, knowledge: Knowledge) -> None:
        """Keep it in the place of what is there, and let go of the oldest."""
        with self._lock:
            self._kept[key] = knowledge
            self._kept.move_to_end(key)
            while len(self._kept) > _TEXTS_KEPT:
                self._kept.popitem(last=False)


def indexed_to(db: sqlite3.Connection) -> int:
    """The last id that is indexed: every trace up to it is, every one beyond it is not."""
    (last_id,) = db.execute("SELECT indexed_to FROM search_progress").fetchone()
    return int(last_id)


def dirty_n(db: sqlite3.Connection) -> int:
    """The number of the last trace that was filled in, of all there ever were."""
    found = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'search_dirty'").fetchone()
    return int(found[0]) if found else 0
