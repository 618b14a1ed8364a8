"""Emptying the search index where texts have lost words: it only ever learns, and would go on finding them.

Searches stay complete: what is not indexed is read. Words stay in the list of all words, for an indexer that runs
meanwhile knows which of them it has told already; a word that no trace has costs nothing but its place.
"""

import sqlite3


def empty(db: sqlite3.Connection) -> None:
    """Empty the index, to be built anew. Call inside a write transaction."""
    db.execute("INSERT INTO search_tokens (search_tokens) VALUES ('delete-all')")
    db.execute("UPDATE search_progress SET indexed_to = 0")
