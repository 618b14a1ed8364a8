"""What a store remembers of being pruned: up to when, and whether the figures of that time were kept."""

import sqlite3

from tracetui.domain.rows import Pruned

_BEFORE = "pruned_before_us"
_FIGURES_BEFORE = "figures_pruned_before_us"
_NOTE = """
INSERT INTO store_facts (key, value) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)
"""


def note_pruned(db: sqlite3.Connection, before_us: int, *, keeps_figures: bool) -> None:
    """Remember that traces from before a moment are being deleted; inside a write transaction."""
    db.execute(_NOTE, (_BEFORE, before_us))
    if not keeps_figures:
        db.execute(_NOTE, (_FIGURES_BEFORE, before_us))


def pruned(db: sqlite3.Connection) -> Pruned | None:
    """Answer a `PrunedQuery`: None where no trace was ever deleted for its age."""
    facts = dict(db.execute("SELECT key, value FROM store_facts WHERE key IN (?, ?)", (_BEFORE, _FIGURES_BEFORE)))
    if _BEFORE not in facts:
        return None
    return Pruned(facts[_BEFORE], facts.get(_FIGURES_BEFORE))


def pruned_before_us(db: sqlite3.Connection) -> int | None:
    """Up to when traces were deleted for their age; None where none ever was."""
    found = pruned(db)
    return None if found is None else found.before_us
