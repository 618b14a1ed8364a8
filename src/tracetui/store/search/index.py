"""Building the search index behind the writer: a batch after the other, each in a transaction of its own.

The index is never needed for an answer to be complete, only for it to come soon. Hence it can be built at any
time, by anybody who may write, and stopped anywhere: what a batch did is whole or not there.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tracetui.cancel import Cancel, Progress
from tracetui.store.connection import BUSY_S, open_reader, open_writer
from tracetui.store.payloads import Unpacker
from tracetui.store.problems import explained
from tracetui.store.search.knowledge import indexed_to
from tracetui.store.search.tokens import Tokenizer

BATCH_TRACES = 4_000
"""Of 1.5 kB of text: 0.2 s, of which others wait for a third."""
BATCH_BYTES = 8_000_000
"""Packed; a batch ends with the trace that reaches it."""
_LIST_BYTES = 256_000
_WORTH_MERGING = 50_000
"""Traces indexed at one go, after which the parts of the index become one."""
_MERGED_PAGES = 500

_READ = """
SELECT t.id, t.request_id, r.version, st.name, s.name, x.payload
FROM traces AS t
JOIN routes AS r ON r.id = t.route_id
JOIN trace_texts AS x ON x.id = t.id
LEFT JOIN source_types AS st ON st.id = t.source_type_id
LEFT JOIN sources AS s ON s.id = t.source_id
"""


class Backlog(NamedTuple):
    """What the index has yet to learn."""

    traces: int
    """Ids beyond the last one indexed; the store may hold fewer traces."""
    filled: int
    """Traces filled in since they were indexed, counted as often as they were."""


class _Batch(NamedTuple):
    begins_after: int
    """The last id indexed before."""
    reaches_to: int
    """The last id indexed afterwards."""
    last_n: int
    """The last row of `search_dirty` that is dealt with; it was there when texts were read."""
    documents: list[tuple[int, str]]
    """Ids and tokens, by rising id."""


def build(
    path: Path,
    cancel: Cancel,
    report: Callable[[Progress], None] | None = None,
    *,
    busy_s: float = BUSY_S,
) -> None:
    """Index all that is not indexed yet.

    Args:
        path: The store.
        cancel: Polled between batches of `BATCH_TRACES`.
        report: Told after each batch how many traces were indexed, of how many.
        busy_s: How long a batch waits for other writers.

    Raises:
        Cancelled: `cancel` was set; what was indexed stays.
        StoreError: The store cannot be written.
    """
    with closing(open_writer(path, busy_s=busy_s)) as connection:
        try:
            indexer = Indexer(connection)
            total, done = sum(backlog(connection)), 0
            while some := indexer.step():
                done += some
                if report is not None:
                    report(Progress(min(done, total), total, "traces made searchable"))
                cancel.raise_if_set()
            if done >= _WORTH_MERGING:
                indexer.merge(cancel)
        except sqlite3.Error as error:
            raise explained(error, path) from error


def backlog(db: sqlite3.Connection) -> Backlog:
    """What the index has yet to learn; two look-ups."""
    (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM traces").fetchone()
    (filled,) = db.execute("SELECT count(*) FROM search_dirty").fetchone()
    return Backlog(max(0, newest - indexed_to(db)), filled)


def backlog_of(path: Path) -> Backlog:
    """What the index of a store has yet to learn; nothing where the store is read-only.

    Raises:
        StoreError: There is no store, or it cannot be read.
    """
    with closing(open_reader(path)) as connection:
        try:
            return Backlog(0, 0) if connection.is_read_only else backlog(connection)
        except sqlite3.Error as error:
            raise explained(error, path) from error


class Indexer:
    """Adds to the index through one writing connection, which it leaves outside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._unpacker = Unpacker(connection)
        self._tokenizer = Tokenizer()

    def step(self, traces: int = BATCH_TRACES) -> int:
        """Index the next traces.

        Returns:
            How many rows there were to index: 0 where the index knows all.

        Raises:
            sqlite3.Error: The store cannot be written; the index is as before.
        """
        # Texts are read and cut before the write begins: two thirds of the time, in which others can write.
        self._db.execute("BEGIN")
        try:
            batch = self._batch(traces)
        finally:
            self._db.rollback()
        if not batch.documents and not batch.last_n:
            return 0
        self._db.execute("BEGIN IMMEDIATE")
        try:
            if indexed_to(self._db) == batch.begins_after:
                self._keep(batch)
            self._db.execute("COMMIT")
        except BaseException:
            self._tokenizer = Tokenizer()
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        return max(1, len(batch.documents))

    def merge(self, cancel: Cancel) -> None:
        """Make one of the parts that FTS5 leaves: a piece that many tokens have is then found ten times as fast.

        Takes a thirtieth of the time of indexing, in many short transactions.

        Raises:
            Cancelled: `cancel` was set; the index is complete at any time.
        """
        # A negative number begins the merging of all parts, positive ones go on with it; at its end
        # nothing changes. Source: https://www.sqlite.org/fts5.html, section "The 'merge' Command".
        pages, changes = -_MERGED_PAGES, -2
        while self._db.total_changes - changes >= 2:
            cancel.raise_if_set()
            changes = self._db.total_changes
            self._db.execute("INSERT INTO search_tokens (search_tokens, rank) VALUES ('merge', ?)", (pages,))
            pages = _MERGED_PAGES

    def _batch(self, traces: int) -> _Batch:
        after = indexed_to(self._db)
        documents: list[tuple[int, str]] = []
        dirty = self._db.execute("SELECT n, trace_id FROM search_dirty ORDER BY n LIMIT ?", (traces,)).fetchall()
        if dirty:
            ids = json.dumps(sorted({id for _, id in dirty if id <= after}))
            read = f"{_READ} WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY t.id"
            documents.extend(self._document(row) for row in self._db.execute(read, (ids,)))
        reaches_to, read_bytes = after, 0
        for row in self._db.execute(f"{_READ} WHERE t.id > ? ORDER BY t.id LIMIT ?", (after, traces)):
            documents.append(self._document(row))
            reaches_to = row[0]
            read_bytes += len(row[-1])
            if read_bytes >= BATCH_BYTES:
                break
        return _Batch(after, reaches_to, dirty[-1][0] if dirty else 0, documents)

    def _document(self, row: tuple[int, str, str, str | None, str | None, bytes]) -> tuple[int, str]:
        id, *names, payload = row
        return id, self._tokenizer.document((*names, *self._unpacker.texts(payload)))

    def _keep(self, batch: _Batch) -> None:
        # By rising id: FTS5 writes out what it has gathered whenever an id is smaller than the one before.
        self._db.executemany("INSERT INTO search_tokens (rowid, tokens) VALUES (?, ?)", batch.documents)
        self._keep_words()
        self._db.execute("UPDATE search_progress SET indexed_to = ?", (batch.reaches_to,))
        self._db.execute("DELETE FROM search_dirty WHERE n <= ?", (batch.last_n,))

    def _keep_words(self) -> None:
        fresh = json.dumps(sorted(self._tokenizer.fresh), ensure_ascii=False)
        sql = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT word FROM search_words)"
        words = [word for (word,) in self._db.execute(sql, (fresh,))]
        self._tokenizer.fresh.clear()
        if not words:
            return
        self._db.executemany("INSERT INTO search_words (word) VALUES (?)", ((word,) for word in words))
        sql = "SELECT id, words FROM search_word_lists ORDER BY id DESC LIMIT 1"
        id, known = self._db.execute(sql).fetchone() or (1, b"\n")
        if len(known) > _LIST_BYTES:
            id, known = id + 1, b"\n"
        joined = known + "\n".join((*words, "")).encode()
        self._db.execute("INSERT OR REPLACE INTO search_word_lists (id, words) VALUES (?, ?)", (id, joined))
