"""Taking deleted traces out of the search index, so that its space can be given back.

The index keeps no texts: to take a trace out, it must be told the tokens again that it was given. Where they may
have changed since (a trace that was filled in and is not indexed again), the entry stays. That does no harm: an
answer is compared with the trace itself, and no id is used twice. Hence entries go after their traces: killed in
between, the index knows too much, never too little.
"""

import json
import sqlite3
from collections.abc import Sequence

from tracetui.store.payloads import Unpacker
from tracetui.store.search.tokens import Tokenizer

_INDEXED_TO = "(SELECT indexed_to FROM search_progress)"
_READ = f"""
SELECT t.id, t.request_id, r.version, st.name, s.name, x.payload
FROM json_each(?) AS wanted
CROSS JOIN traces AS t ON t.id = wanted.value
CROSS JOIN trace_texts AS x ON x.id = t.id
JOIN routes AS r ON r.id = t.route_id
LEFT JOIN source_types AS st ON st.id = t.source_type_id
LEFT JOIN sources AS s ON s.id = t.source_id
WHERE t.id <= {_INDEXED_TO}
"""
_MARKS = "DELETE FROM search_dirty WHERE trace_id IN (SELECT value FROM json_each(?)) RETURNING trace_id"
# FTS5 merges small parts of the index again and again as they come, in the transaction of whoever adds the last:
# nine tenths of the time, and now and then a second of it. Here they pile up, and are merged in small steps.
_PILE_UP = (("automerge", 0), ("crisismerge", 1_900))
_AS_EVER = (("automerge", 4), ("crisismerge", 16))
MOST_PARTS = 64
"""Parts that may pile up before they are merged: every search looks into each."""
_REMOVE = "INSERT INTO search_tokens (search_tokens, rowid, tokens) VALUES ('delete', ?, ?)"
_MERGE = "INSERT INTO search_tokens (search_tokens, rank) VALUES ('merge', ?)"


class IndexAnew(Exception):
    """The index is not the one that the traces were in."""


class Remover:
    """Takes traces out of the index, through one writing connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._unpacker = Unpacker(db)
        self._tokenizer = Tokenizer()

    def documents(self, ids: Sequence[int]) -> list[tuple[int, str]]:
        """The tokens of those of some traces that are indexed, by rising id; before they are deleted."""
        rows = self._db.execute(_READ, (json.dumps(ids),))
        documents = []
        for id, *names, payload in rows:
            documents.append((id, self._tokenizer.document((*names, *self._unpacker.texts(payload)))))
        self._tokenizer.fresh.clear()
        return documents

    def unmark(self, ids: Sequence[int]) -> set[int]:
        """Take away the marks of those of some traces that were to be indexed again, which are left as they are in
        the index; inside the write transaction that deletes them.
        """
        return {id for (id,) in self._db.execute(_MARKS, (json.dumps(ids),))}

    def remove(self, documents: Sequence[tuple[int, str]]) -> None:
        """Take traces out that are deleted; inside a write transaction of its own.

        Raises:
            IndexAnew: The index was emptied meanwhile and knows none of them.
        """
        try:
            self._configure(_PILE_UP)
            self._db.executemany(_REMOVE, documents)
            # FTS5 writes out what it was told at a savepoint, or else when the transaction ends.
            self._db.execute("SAVEPOINT written")
            self._db.execute("RELEASE written")
            self._configure(_AS_EVER)
        except sqlite3.DatabaseError as error:
            # What FTS5 says where it is to count fewer tokens than none.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            raise IndexAnew from error

    def merge(self, pages: int, *, whole: bool = False) -> bool:
        """Do a piece of the merging of the parts that piled up; inside a write transaction of its own.

        Args:
            pages: How much of it, in pages.
            whole: Whether to begin with all parts of the index, which frees the space of what was taken out.

        Returns:
            Whether there is more to do.
        """
        before = self._db.total_changes
        self._db.execute(_MERGE, (-pages if whole else pages,))
        # Where nothing was merged, the question itself counts as one change.
        return self._db.total_changes - before >= 2

    def _configure(self, options: Sequence[tuple[str, int]]) -> None:
        self._db.executemany("INSERT INTO search_tokens (search_tokens, rank) VALUES (?, ?)", options)
