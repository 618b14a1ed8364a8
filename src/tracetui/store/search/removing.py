"""Taking traces out of the search index before they are deleted, so that their space can be given back.

The index keeps no texts: to take a trace out, it must be told the tokens again that it was given. Where they may
have changed since (a trace that was filled in and is not indexed again), the entry stays. That does no harm: an
answer is compared with the trace itself, and no id is used twice.
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
_REMOVE = "INSERT INTO search_tokens (search_tokens, rowid, tokens) VALUES ('delete', ?, ?)"


class Remover:
    """Takes traces out of the index, through one writing connection."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._unpacker = Unpacker(db)
        self._tokenizer = Tokenizer()

    def documents(self, ids: Sequence[int]) -> list[tuple[int, str]]:
        """The tokens of those of some traces that are indexed, in the order of the ids. What takes long."""
        rows = self._db.execute(_READ, (json.dumps(ids),))
        documents = []
        for id, *names, payload in rows:
            documents.append((id, self._tokenizer.document((*names, *self._unpacker.texts(payload)))))
        self._tokenizer.fresh.clear()
        return documents

    def remove(self, ids: Sequence[int], documents: Sequence[tuple[int, str]]) -> None:
        """Take them out, and the marks of those that were to be indexed again; inside a write transaction."""
        dirty = {id for (id,) in self._db.execute(_MARKS, (json.dumps(ids),))}
        # The index may have been emptied since, and knows nothing then of what it is built from.
        ((indexed_to,),) = self._db.execute(f"SELECT {_INDEXED_TO}")
        known = [document for document in documents if document[0] <= indexed_to and document[0] not in dirty]
        self._db.executemany(_REMOVE, known)
