"""What is in a store and what takes its space, and what its traces lack."""

import sqlite3
from collections import Counter

from tracetui.domain.catalogue import NO_MODEL
from tracetui.domain.upkeep import LACKS, Lack, LacksQuery, Named, StatsQuery, StoreStats
from tracetui.store import schema
from tracetui.store.connection import StoreConnection
from tracetui.store.payloads import Unpacker
from tracetui.store.search.index import backlog

QUICK_BYTES = 2_000_000_000
"""A file up to this size is looked at page by page without being asked: a second."""
RAW_BYTES = 65_536
"""Of a raw record of a sample: enough to tell its dialect."""

_KINDS = (
    ("trace_texts", "texts and raw records"),
    ("dictionaries", "texts and raw records"),
    ("search_", "search index"),
    ("traces", "traces"),
    ("trace_identity", "traces"),
    ("sums_", "figures"),
    ("latency_", "figures"),
    ("pruned_", "figures"),
    ("trace_parts", "messages and spans"),
    ("span", "messages and spans"),
    ("sqlite_autoindex_span", "messages and spans"),
)
"""How the names of tables and indexes begin, and what people call what is in them."""
_AT_ONCE = 100
_OTHER = "catalogue and the rest"

_WAITING = """
SELECT count(*) FROM trace_parts AS p WHERE NOT EXISTS (
    SELECT 1 FROM traces AS t INDEXED BY trace_identity
    WHERE coalesce(t.record_id, t.request_id) = p.record_id AND t.origin_id = p.origin_id
)
"""
_LACKS = """
SELECT o.name, m.name = ?, x.input_preview IS NULL, x.output_preview IS NULL AND t.status = 0,
    t.input_tokens IS NULL AND t.status = 0, t.output_tokens IS NULL AND t.status = 0, t.response_time_us IS NULL,
    t.user_id IS NULL, t.source_id IS NULL, x.payload
FROM traces AS t JOIN origins AS o ON o.id = t.origin_id JOIN models AS m ON m.id = t.model_id
JOIN trace_texts AS x ON x.id = t.id
WHERE o.name = ? ORDER BY t.id DESC LIMIT ?
"""


_COUNTED = ("models", "deployments", "spans", "trace_parts")
_CONNECTIONS = """
SELECT count(*) FROM (
    SELECT model_id, connection FROM routes WHERE connection != '' UNION SELECT model_id, name FROM connections
)
"""
_EXTENT = """
SELECT min(first), max(last) FROM (
    SELECT (SELECT min(executed_at) FROM traces INDEXED BY traces_by_time WHERE model_id = m.id) AS first,
           (SELECT max(executed_at) FROM traces INDEXED BY traces_by_time WHERE model_id = m.id) AS last
    FROM models AS m
)
"""


def stats(db: StoreConnection, query: StatsQuery) -> StoreStats:
    """Answer a `StatsQuery`."""
    (pages,), (free,) = (db.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count"))
    (page_bytes,) = db.execute("PRAGMA page_size").fetchone()
    log = db.path.with_name(db.path.name + "-wal")
    facts = dict(db.execute("SELECT key, value FROM store_facts"))
    count = {name: _one(db, f"SELECT count(*) FROM {name}") for name in _COUNTED}
    behind = backlog(db)
    is_looked_at = query.is_full or pages * page_bytes <= QUICK_BYTES
    first, last = db.execute(_EXTENT).fetchone()
    return StoreStats(
        file_bytes=pages * page_bytes,
        log_bytes=log.stat().st_size if log.exists() else 0,
        free_bytes=free * page_bytes,
        sizes=_sizes(db) if is_looked_at else None,
        version=schema.version_of(db),
        is_read_only=db.is_read_only,
        traces=_one(db, "SELECT coalesce(sum(requests), 0) FROM sums_by_day"),
        models=count["models"],
        deployments=count["deployments"],
        connections=_one(db, _CONNECTIONS),
        spans=count["spans"],
        origins=_origins(db),
        first_at_us=first,
        last_at_us=last,
        last_write_us=int(facts["last_write_us"]) if "last_write_us" in facts else None,
        unindexed=behind.traces + behind.filled,
        parts=count["trace_parts"],
        waiting=_one(db, _WAITING) if is_looked_at else None,
    )


def lacks(db: sqlite3.Connection, query: LacksQuery, unpacker: Unpacker) -> tuple[Lack, ...]:
    """Answer a `LacksQuery`. A failed request need not have an output or tokens."""
    found = []
    for origin, *missing, payload in db.execute(_LACKS, (NO_MODEL, query.origin, query.count)):
        names = tuple(name for name, is_missing in zip(LACKS, missing, strict=True) if is_missing)
        found.append(Lack(origin, unpacker.unpack(payload).raws[0][:RAW_BYTES], names))
    return tuple(found)


def _one(db: sqlite3.Connection, sql: str) -> int:
    (number,) = db.execute(sql).fetchone()
    return int(number)


def _origins(db: sqlite3.Connection) -> tuple[Named, ...]:
    """From the index of identities alone, in one walk through it however many origins there are."""
    names = db.execute("SELECT id, name FROM origins ORDER BY id").fetchall()
    if not names:
        return ()
    counts: Counter[int] = Counter()
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        columns = ", ".join(f"sum(origin_id = {id:d})" for id, _ in some)
        row = db.execute(f"SELECT {columns} FROM traces INDEXED BY trace_identity").fetchone()
        counts.update({id: number or 0 for (id, _), number in zip(some, row, strict=True)})
    found = [Named(name, counts[id]) for id, name in names]
    return tuple(sorted(found, key=lambda one: -one.number))


def _sizes(db: sqlite3.Connection) -> tuple[Named, ...] | None:
    try:
        rows = db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall()
    except sqlite3.OperationalError as error:
        if "dbstat" not in str(error):
            raise
        return None  # this SQLite was built without it
    sizes: Counter[str] = Counter()
    for name, size_bytes in rows:
        sizes[next((kind for begin, kind in _KINDS if name.startswith(begin)), _OTHER)] += size_bytes
    return tuple(Named(kind, size_bytes) for kind, size_bytes in sizes.most_common())
