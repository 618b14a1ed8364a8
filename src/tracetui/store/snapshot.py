"""Every trace that a query selects, whole, as the store was at one moment: what exports read.

One read transaction of a connection of its own is the moment, for whatever else is added, filled in or deleted
meanwhile. A reader keeps the write-ahead log from being used again from its beginning, so a long transaction lets
it grow with all that is written. Hence a limit: once the log has grown by `LOG_GROWTH_BYTES`, the rest is read as
it lies, still packed, into an unnamed file beside the store (several times as fast as it is exported, and never
waiting for whoever takes the rows), the transaction ends, and the export goes on from there. The same where nobody
takes the rows, as a pager does that waits for a key. To end it and to go on in a new one would bound the log too,
but traces filled in or pruned meanwhile would be of another moment.
"""

import json
from array import array
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tracetui.cancel import Cancel
from tracetui.domain.ports import Made, Make
from tracetui.domain.queries import CountQuery, ExportQuery, First, PageQuery
from tracetui.domain.rows import WholeRow
from tracetui.processes import processors
from tracetui.store import connection, counts
from tracetui.store.filtered import ordered
from tracetui.store.histograms import Histograms
from tracetui.store.makers import Makers, Task
from tracetui.store.orders import Ordered
from tracetui.store.payloads import BulkUnpacker, Unpacked
from tracetui.store.search.finder import Finder
from tracetui.store.selection import asked_about
from tracetui.store.spool import Spool
from tracetui.store.whole_rows import Packed, frames_of, whole

BLOCK_TRACES = 200
"""Traces of a block: 1 MB with their raw records. More of them were no faster and took more memory."""
BLOCK_BYTES = 4_000_000
"""Plain bytes, raw records included, after which a block ends before it is full."""
KEYS = 20_000
"""Places in the order that are looked up at once."""
LOG_GROWTH_BYTES = 256_000_000

# json_each gives its values in order and the joins are loops within it: nothing is sorted.
_ROWS = """
SELECT t.status, t.request_id, t.response_time_us, nullif(r.version, ''), st.name, s.name, t.executed_at, x.payload
FROM json_each(?) AS wanted
CROSS JOIN traces AS t ON t.id = wanted.value
CROSS JOIN trace_texts AS x ON x.id = t.id
LEFT JOIN routes AS r ON r.id = t.route_id
LEFT JOIN source_types AS st ON st.id = t.source_type_id
LEFT JOIN sources AS s ON s.id = t.source_id
"""


class Guard(NamedTuple):
    """When a transaction has lasted too long. Tests set it so that a small store gets there."""

    log_growth_bytes: int = LOG_GROWTH_BYTES


GUARD = Guard()


class Spread(NamedTuple):
    """Over how many processes making text is spread. Tests set it so that a small store gets there."""

    processes: int
    from_traces: int = 10_000
    """Fewer are made as fast as a process starts: 0.1 s."""


def spread_of(processors: int) -> Spread:
    """As many processes as there is work for: reading takes half as long as making text of what was read."""
    return Spread(0 if processors == 1 else 2)


class SqliteSnapshot:
    """What an `ExportQuery` selects, read by a connection of its own.

    Args:
        path: The store.
        query: Which traces, in which order.
        cancel: Stops it, also while it is opened.
        guard: When the log has grown too far.
        spread: How many processes make text; None: as this machine has processors for.

    Raises:
        Cancelled: `cancel` was set.
        QueryError: There is no such model or deployment.
        StoreError: There is no store, or it cannot be read.
    """

    def __init__(
        self, path: Path, query: ExportQuery, cancel: Cancel, guard: Guard = GUARD, spread: Spread | None = None
    ) -> None:
        self._db = connection.open_reader(path)
        self._cancel = cancel
        self._guard = guard
        self._spread = spread or spread_of(processors())
        self._log = path.with_name(path.name + "-wal")
        self._folder = path.parent
        self._ids: array[int] | None = None
        self._unread = self._read_blocks()
        self._spool: Spool | None = None
        try:
            self._begin(query)
        except BaseException:
            self._db.close()
            raise

    @property
    def total(self) -> int:
        """How many traces there are."""
        return self._total

    def made(self, make: Make) -> Generator[Made, None, None]:
        """What is made of the traces; see `ports.WholeTraces`."""
        makers = self._makers(make)
        if makers is None:
            for rows in self.blocks():
                yield Made(make(rows), len(rows))
            return

        def remake(block: list[Packed]) -> bytes:
            return make(whole(block, self._unpacker.unpack(frames_of(block))))

        with makers:
            yield from makers.made(self._packed_blocks(), remake, self._cancel)

    def _makers(self, make: Make) -> Makers | None:
        """The processes that make text; None where they would not pay, or cannot be."""
        if not self._spread.processes or self._total < self._spread.from_traces:
            return None
        try:
            return Makers(self._spread.processes, Task(self._unpacker, make))
        except OSError:
            return None

    def blocks(self) -> Iterator[Sequence[WholeRow]]:
        """The traces in their order, whole, made by this process alone."""
        # One block is unpacked while the one before it is used and the next one is read. The thread does nothing
        # but unpack, which lets go of Python's lock: two that both want it wait for one another at every row.
        with ThreadPoolExecutor(1, thread_name_prefix="unpack") as pool:
            pending: tuple[list[Packed], Future[Unpacked]] | None = None
            for packed in self._packed_blocks():
                self._cancel.raise_if_set()
                coming = pool.submit(self._unpacker.unpack, frames_of(packed))
                if pending is not None:
                    yield whole(pending[0], pending[1].result())
                pending = packed, coming
            if pending is not None:
                yield whole(pending[0], pending[1].result())

    def read_ahead(self) -> None:
        """Read what is left now, and end the transaction; see `ports.WholeTraces`."""
        if self._spool is not None:
            return
        # Nothing can be written where the store is, nor elsewhere: then it goes on as it began.
        with suppress(OSError):
            self._spool = Spool(self._folder)
            if self._spool.fill(self._unread):
                self._db.rollback()

    def close(self) -> None:
        """Stop reading and give the connection back."""
        if self._spool is not None:
            self._spool.close()
        self._db.close()

    def _begin(self, query: ExportQuery) -> None:
        """Choose the moment, and count what is selected."""
        finder, histograms = Finder(self._db), Histograms(self._db)
        finder.cancel = self._cancel
        scope, within, order, filter, search = (
            query.scope, query.within, query.order, query.filter, query.search,
        )  # fmt: skip
        page = PageQuery(scope, within, order, First(), KEYS, filter, search)
        with connection.cancellable(self._db, self._cancel):
            self._db.execute("BEGIN")
            # A transaction begins to read with its first question.
            self._unpacker = BulkUnpacker(self._db)
            self._log_bytes = self._log_size()
            self._ordered: Ordered = ordered(asked_about(self._db, page, finder), order, histograms)
            if search:
                # Counting would look into every text, and reading then once more: 8 bytes a trace spare that.
                self._ids = array("q", (id for ids in self._keys() for id in ids))
                self._total = len(self._ids)
            else:
                total = self._ordered.total
                if total is None:
                    total = counts.count(self._db, CountQuery(scope, within, filter), histograms, finder)
                self._total = total

    def _keys(self) -> Iterator[list[int]]:
        """The ids of the traces in their order."""
        last = None
        while True:
            positions = self._ordered.after(last, KEYS)
            if positions:
                yield [position.id for position in positions]
            if len(positions) < KEYS:
                return
            last = positions[-1]

    def _packed_blocks(self) -> Iterator[list[Packed]]:
        """The rows as they lie in the store, in blocks; past the guard, by way of a spool."""
        for block in self._unread:
            yield block
            if self._log_size() - self._log_bytes > self._guard.log_growth_bytes:
                self.read_ahead()
            if self._spool is not None:
                break
        if self._spool is not None:
            yield from self._spool.blocks()
            # Where the disk has no room for the spool, the transaction lasts as long as it must.
            yield from self._unread

    def _read_blocks(self) -> Iterator[list[Packed]]:
        """The rows as they lie in the store, in blocks that end where they would become too large."""
        block: list[Packed] = []
        size_bytes = 0
        for ids in self._id_blocks():
            with connection.cancellable(self._db, self._cancel):
                rows = self._db.execute(_ROWS, (json.dumps(ids),))
            while True:
                with connection.cancellable(self._db, self._cancel):
                    some: list[Packed] = rows.fetchmany(100)
                if not some:
                    break
                for row in some:
                    block.append(row)
                    size_bytes += self._unpacker.size_of(row[-1])
                    if size_bytes >= BLOCK_BYTES or len(block) >= BLOCK_TRACES:
                        yield block
                        block, size_bytes = [], 0
        if block:
            yield block

    def _id_blocks(self) -> Iterator[list[int]]:
        if self._ids is not None:
            for start in range(0, len(self._ids), BLOCK_TRACES):
                yield self._ids[start : start + BLOCK_TRACES].tolist()
            return
        keys = self._keys()
        while True:
            with connection.cancellable(self._db, self._cancel):
                ids = next(keys, None)
            if ids is None:
                return
            for start in range(0, len(ids), BLOCK_TRACES):
                yield ids[start : start + BLOCK_TRACES]

    def _log_size(self) -> int:
        try:
            return self._log.stat().st_size
        except FileNotFoundError:
            return 0
