"""Whether a store is sound: its pages, what refers to what, the figures against the traces, the search index.

Two ways: a sample, drawn anew each time, that takes seconds on a store of any size, and everything. Nothing is
written. Each look is a few short read transactions, so that writers can go on and the log does not grow.
"""

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from tracetui.cancel import Cancel, Progress
from tracetui.domain.buckets import bucket_of
from tracetui.domain.upkeep import Finding
from tracetui.errors import StoreError
from tracetui.store.connection import StoreConnection, cancellable, open_reader
from tracetui.store.payload_layout import Texts
from tracetui.store.payloads import Unpacker
from tracetui.store.recounting import compared, days_of
from tracetui.store.rollups import DAYS_A_FORTNIGHT
from tracetui.store.search.knowledge import indexed_to
from tracetui.store.search.tokens import Tokenizer

SAMPLED_TRACES = 500
SAMPLED_DAYS = 60
QUICK_BYTES = 2_000_000_000
"""A file up to this size is read whole for a sample too: some seconds."""
TOKENS_ASKED = 8
"""Of each sampled trace that the search index knows."""
SHOWN = 3
_PAGES = "pages of the file"
_CHUNK = 2_000

Report = Callable[[Progress], None]


def examine(
    path: Path, cancel: Cancel, report: Report = lambda _: None, *, is_full: bool = False
) -> list[Finding]:
    """Look at a store.

    Args:
        path: The store.
        cancel: Stops it.
        report: Told what is being looked at.
        is_full: Whether to look at everything.

    Returns:
        What was found, one entry for each kind of look.

    Raises:
        Cancelled: `cancel` was set.
        StoreError: There is no store, or it cannot be opened.
    """
    with closing(open_reader(path)) as db:
        look = _Look(db, cancel, report, is_full=is_full)
        return [*look.all()]


class _Look:
    def __init__(self, db: StoreConnection, cancel: Cancel, report: Report, *, is_full: bool) -> None:
        self._db = db
        self._cancel = cancel
        self._report = report
        self._is_full = is_full
        self._unpacker = Unpacker(db)
        self._chance = random.Random()
        self._skipped: set[str] = set()

    def all(self) -> Iterator[Finding]:
        """Each look in turn. One that damage makes impossible is a finding itself."""
        looks = (
            (_PAGES, self._pages),
            ("references between tables", self._references),
            ("texts of traces", self._texts),
            ("figures against traces", self._figures),
            ("search index against traces", self._index),
        )
        for name, look in looks:
            self._report(Progress(0, None, name))
            problems: list[str] = []
            count = 0
            try:
                for problem in look():
                    count += 1
                    if len(problems) < SHOWN:
                        problems.append(problem)
            except StoreError as error:
                # Damage on the way: what SQLite says of it is the finding.
                count += 1
                problems = [*problems[: SHOWN - 1], error.problem]
            yield Finding(name, count, tuple(problems), is_skipped=name in self._skipped)

    @contextmanager
    def _at_one_moment(self) -> Iterator[sqlite3.Connection]:
        with cancellable(self._db, self._cancel):
            self._db.execute("BEGIN")
            try:
                yield self._db
            finally:
                self._db.rollback()

    def _pages(self) -> Iterator[str]:
        """What SQLite itself says of the file; of a large one only where all is looked at."""
        with self._at_one_moment() as db:
            (pages,) = db.execute("PRAGMA page_count").fetchone()
            (page_bytes,) = db.execute("PRAGMA page_size").fetchone()
            if self._is_full:
                found = db.execute("PRAGMA integrity_check(100)").fetchall()
            elif pages * page_bytes <= QUICK_BYTES:
                found = db.execute("PRAGMA quick_check(100)").fetchall()
            else:
                found = []
                self._skipped.add(_PAGES)
        yield from (text for (text,) in found if text != "ok")

    def _references(self) -> Iterator[str]:
        if self._is_full:
            with self._at_one_moment() as db:
                broken = Counter((table, parent) for table, _, parent, _ in db.execute("PRAGMA foreign_key_check"))
            for (table, parent), rows in broken.items():
                yield f"{rows:,} rows of {table} refer to rows of {parent} that are not there"
        for ids in self._ids():
            with self._at_one_moment() as db:
                marks = ", ".join("?" * len(ids))
                yield from (f"trace {id} {why}" for id, why in db.execute(_BROKEN.format(marks=marks), ids))

    def _texts(self) -> Iterator[str]:
        """Whether what is packed can be unpacked, and previews and buckets are those of the trace."""
        for ids in self._ids():
            with self._at_one_moment() as db:
                marks = ", ".join("?" * len(ids))
                for id, took_us, bucket, frame in db.execute(_FRAMES.format(marks=marks), ids):
                    if (None if took_us is None else bucket_of(took_us)) != bucket:
                        yield f"trace {id} is filed under response times other than its own"
                    if self._texts_in(frame) is None:
                        yield f"the texts of trace {id} cannot be unpacked"

    def _texts_in(self, frame: bytes) -> Texts | None:
        """The texts of a frame; None where it is damaged."""
        try:
            self._unpacker.unpack(frame)
            return self._unpacker.texts(frame)
        except Exception:  # noqa: BLE001  what is damaged may raise anything
            return None

    def _figures(self) -> Iterator[str]:
        """Quarters against traces, days against quarters, fortnights against days."""
        with self._at_one_moment() as db:
            routes = [(route, *days_of(db, route)) for (route,) in db.execute("SELECT id FROM routes")]
        if self._is_full:
            windows = [
                (route, day, day + DAYS_A_FORTNIGHT)
                for route, first, last in routes
                for day in range(first // DAYS_A_FORTNIGHT * DAYS_A_FORTNIGHT, last + 1, DAYS_A_FORTNIGHT)
            ]
        else:
            with self._at_one_moment() as db:
                sql = "SELECT route_id, day, day + 1 FROM sums_by_day ORDER BY random() LIMIT ?"
                windows = db.execute(sql, (SAMPLED_DAYS,)).fetchall()
            days = [(route, self._chance.randint(first, last)) for route, first, last in routes if last >= first]
            some = self._chance.sample(days, min(len(days), SAMPLED_DAYS))
            windows += [(route, day, day + 1) for route, day in some]
        for done, (route, first, last) in enumerate(windows):
            self._report(Progress(done, len(windows), "figures against traces"))
            with self._at_one_moment() as db:
                yield from compared(db, route, first, last)

    def _index(self) -> Iterator[str]:
        """Whether traces are found by words that are in them."""
        tokenizer = Tokenizer()
        for ids in self._ids():
            with self._at_one_moment() as db:
                last = indexed_to(db)
                marks = ", ".join("?" * len(ids))
                for id, *names, frame in db.execute(_DOCUMENTS.format(marks=marks), (*ids, last)):
                    texts = self._texts_in(frame)
                    tokens = [] if texts is None else tokenizer.document((*names, *texts)).split()
                    for token in self._chance.sample(tokens, min(len(tokens), TOKENS_ASKED)):
                        found = db.execute(_MATCHES, (f'"{token}"', id)).fetchone()
                        if found is None:
                            yield f"trace {id} is not found by {token!r}, which is in it"

    def _ids(self) -> Iterator[Sequence[int]]:
        """Ids of traces, by the chunk: of all, or of some that are drawn."""
        with self._at_one_moment() as db:
            first, last = db.execute("SELECT min(id), max(id) FROM traces").fetchone()
            drawn = set[int]()
            if first is not None and not self._is_full:
                near = {self._chance.randint(first, last) for _ in range(SAMPLED_TRACES)} | {first, last}
                sql = "SELECT id FROM traces WHERE id >= ? ORDER BY id LIMIT 1"
                drawn = {db.execute(sql, (id,)).fetchone()[0] for id in near}
        if drawn:
            yield sorted(drawn)
        if first is None or not self._is_full:
            return
        after = first - 1
        while True:
            with self._at_one_moment() as db:
                sql = "SELECT id FROM traces WHERE id > ? ORDER BY id LIMIT ?"
                found = db.execute(sql, (after, _CHUNK)).fetchall()
            if not found:
                return
            ids = [id for (id,) in found]
            self._report(Progress(ids[-1] - first, last - first, "traces one by one"))
            yield ids
            after = ids[-1]


_BROKEN = """
SELECT t.id, CASE WHEN x.id IS NULL THEN 'has no texts'
    WHEN o.id IS NULL THEN 'has an origin that is not there'
    WHEN r.id IS NULL THEN 'has a route that is not there'
    ELSE 'is of another model than its route' END
FROM traces AS t LEFT JOIN trace_texts AS x ON x.id = t.id LEFT JOIN origins AS o ON o.id = t.origin_id
LEFT JOIN routes AS r ON r.id = t.route_id LEFT JOIN models AS m ON m.id = t.model_id
WHERE t.id IN ({marks})
    AND (x.id IS NULL OR o.id IS NULL OR r.id IS NULL OR m.id IS NULL OR r.model_id != t.model_id)
"""
_FRAMES = """
SELECT t.id, t.response_time_us, t.response_bucket, x.payload
FROM traces AS t JOIN trace_texts AS x ON x.id = t.id WHERE t.id IN ({marks})
"""
_DOCUMENTS = """
SELECT t.id, t.request_id, r.version, st.name, s.name, x.payload
FROM traces AS t JOIN routes AS r ON r.id = t.route_id JOIN trace_texts AS x ON x.id = t.id
LEFT JOIN source_types AS st ON st.id = t.source_type_id LEFT JOIN sources AS s ON s.id = t.source_id
WHERE t.id IN ({marks}) AND t.id <= ? AND t.id NOT IN (SELECT trace_id FROM search_dirty)
"""
_MATCHES = "SELECT 1 FROM search_tokens WHERE search_tokens MATCH ? AND rowid = ?"
