"""Q9: pages of traces that contain a text, each beside a scan of every text, which must find the same."""

import sqlite3
import statistics
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from bench.goals import Figure, at_most
from tracetui.cancel import Cancel
from tracetui.domain.folding import fold
from tracetui.domain.periods import Period
from tracetui.domain.queries import CountQuery, First, LookQuery, ModelsQuery, Order, PageQuery, Scope
from tracetui.domain.rows import ModelEntry
from tracetui.store.payloads import Unpacker
from tracetui.store.reader import SqliteReader
from tracetui.store.search import index

_TEXTS = """
SELECT x.payload, t.request_id, r.version, st.name, s.name
FROM traces AS t JOIN models AS m ON m.id = t.model_id JOIN routes AS r ON r.id = t.route_id
JOIN trace_texts AS x ON x.id = t.id
LEFT JOIN source_types AS st ON st.id = t.source_type_id LEFT JOIN sources AS s ON s.id = t.source_id
WHERE m.name = ? AND m.type = ?
"""


def measure(store: Path) -> Iterator[Figure]:
    """Build the index where it is missing, search for texts of every kind, and compare with one scan."""
    yield from _build(store)
    reader = SqliteReader(store)
    model = max(reader.read(ModelsQuery(), Cancel()), key=lambda entry: entry.requests)
    needles = _needles(store, model)
    start = perf_counter()
    scanned = _scan(store, model, list(needles.values()))
    spent_s = perf_counter() - start
    for name, needle in needles.items():
        yield from _search(store, reader, model, name, needle, scanned[needle])
    note = f"{len(needles)} texts at once"
    yield Figure("Q9", f"the same by a scan, {note}", f"{spent_s * 1000:,.0f} ms", "equal counts", None)
    reader.close()


def _build(store: Path) -> Iterator[Figure]:
    with closing(sqlite3.connect(store)) as db:
        (traces,) = db.execute("SELECT count(*) FROM traces").fetchone()
    with closing(SqliteReader(store)):  # brings an older store up to date
        pass
    with closing(sqlite3.connect(store)) as db:
        missing = index.backlog(db).traces
    start = perf_counter()
    index.build(store, Cancel())
    if missing:
        rate = missing / (perf_counter() - start)
        yield Figure("Q9", "traces indexed in a second", f"{rate:,.0f}", "", None)
    with closing(sqlite3.connect(store)) as db:
        (size,) = db.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'").fetchone()
    yield Figure("Q9", "search index on disk, a trace", f"{size / traces:,.0f} B", "", None)


def _needles(store: Path, model: ModelEntry) -> dict[str, str]:
    with closing(sqlite3.connect(store)) as db:
        (request_id,) = db.execute(
            "SELECT request_id FROM traces WHERE model_id = (SELECT id FROM models WHERE name = ? AND type = ?)"
            " ORDER BY executed_at LIMIT 1 OFFSET 1234",
            (model.ref.name, model.ref.type),
        ).fetchone()
    return {
        "a request id": request_id,
        "the beginning of one": request_id[:15],
        "a common word": "order",
        "a rare word": "glycell",
        "a piece inside a word": "efun",
        "an absent text": "quokka ztx",
        "an absent word of common pieces": "carpentero",
        "four of a hash": "9c1b",
        "two letters": "qz",
        "Chinese": "退款",
        "one Chinese character": "款",
        "Arabic": "الطلب",
        "an emoji": "🎉",
        "an absent UUID": "550e8400-e29b-41d4-a716-446655440000",
        'punctuation and 100%_"x"': '100%_"x"',
        "two words": "refund the",
        "two common words": "the order",
        "an absent text of punctuation": "?!%%?!",
    }


def _search(
    store: Path, reader: SqliteReader, model: ModelEntry, name: str, needle: str, wanted: int
) -> Iterator[Figure]:
    assert model.first_at_us is not None
    assert model.last_at_us is not None
    within = Period(model.first_at_us, model.last_at_us + 1)
    scope = Scope(model.ref)
    query = PageQuery(scope, within, Order.NEWEST, First(), 100, search=needle)
    median = statistics.median(_cold_ms(store, query) for _ in range(5))
    found, first_ms, all_ms = _looked(store, LookQuery(scope, within, Order.NEWEST, 100, needle))
    note = f" (told first after {first_ms:,.0f}, all {found:,} with their figures after {all_ms:,.0f})"
    yield at_most("Q9", f"{name}: {needle}", median, 20, "ms", note)
    count = reader.read(CountQuery(scope, within, search=needle), Cancel())
    if (found, count) != (wanted, wanted):
        yield Figure("Q9", f"{name}: a scan finds {wanted:,}", f"{found:,}, {count:,}", f"{wanted:,}", False)


def _looked(store: Path, query: LookQuery) -> tuple[int, float, float]:
    """How many traces a search finds, and after how many ms it tells of the first ones and of all."""
    told_s: list[float] = []
    with closing(SqliteReader(store)) as reader:
        start = perf_counter()
        found = reader.look(query, Cancel(), lambda _: told_s.append(perf_counter())).found
        end = perf_counter()
    return found, (min(told_s, default=end) - start) * 1000, (end - start) * 1000


def _cold_ms(store: Path, query: PageQuery) -> float:
    """How long a page takes a reader that has not been asked for its text before."""
    reader = SqliteReader(store)
    reader.read(replace(query, search=None), Cancel())
    start = perf_counter()
    reader.read(query, Cancel())
    spent_ms = (perf_counter() - start) * 1000
    reader.close()
    return spent_ms


def _scan(store: Path, model: ModelEntry, needles: list[str]) -> dict[str, int]:
    """How many traces contain each text, by reading all."""
    found = dict.fromkeys(needles, 0)
    folded = {needle: fold(needle) for needle in needles}
    with closing(sqlite3.connect(store)) as db:
        unpacker = Unpacker(db)
        for payload, *names in db.execute(_TEXTS, (model.ref.name, model.ref.type)):
            texts = "\n".join(fold(text) for text in (*names, *unpacker.texts(payload)) if text)
            for needle, sought in folded.items():
                found[needle] += sought in texts
    return found
