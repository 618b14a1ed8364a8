"""Records into the store: one transaction a batch, the same record again changes nothing.

Here stands the order of a write; what a name means is decided in `names.py`, what a later record adds in
`merge.py`, what is summed in `rollups.py`, and how texts are kept in `payloads.py`.
"""

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path

from tracetui.domain.ports import Difference, Record, WriteReport
from tracetui.domain.trace import Trace
from tracetui.errors import Unstorable
from tracetui.store import payloads
from tracetui.store.connection import BUSY_S, open_writer
from tracetui.store.declarations import Declarations
from tracetui.store.merge import Kept, merge
from tracetui.store.names import Names
from tracetui.store.problems import explained
from tracetui.store.rollups import Rollups
from tracetui.store.trace_rows import Stored, TraceRows, payload_of
from tracetui.store.unicode import without_half_pairs


class SqliteWriter:
    """Adds records to a store, which it makes where there is none.

    Args:
        path: The store's file.
        now_us: The clock; read once for each batch that adds something.
        busy_s: How long a write waits for other writers.
        survives_power_cut: See `open_writer`.

    Raises:
        StoreError: The store cannot be written; the message says why.
    """

    def __init__(
        self,
        path: Path,
        now_us: Callable[[], int],
        *,
        busy_s: float = BUSY_S,
        survives_power_cut: bool = False,
    ) -> None:
        self._path = path
        self._now_us = now_us
        self._connection = open_writer(path, busy_s=busy_s, survives_power_cut=survives_power_cut)
        self._background = ThreadPoolExecutor(1, thread_name_prefix="packer")
        self._names = Names(self._connection)
        self._packer: payloads.Packer | None = None
        self._seen_version: int | None = None

    def write(self, batch: Sequence[Record]) -> WriteReport:
        """Store a batch; when this returns, the kill of any process cannot undo it.

        Raises:
            StoreError: The store is locked by others for too long, or its disk is full. Nothing was written.
        """
        if not batch:
            return WriteReport(0, 0, 0, ())
        try:
            return self._in_transaction(batch)
        except UnicodeEncodeError:
            # So rare that looking for it in every text would cost more than doing the batch once more.
            return self._in_transaction([without_half_pairs(record) for record in batch])

    def _in_transaction(self, batch: Sequence[Record]) -> WriteReport:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._forget_if_others_wrote()
                report = self._write(batch)
                if report.added or report.filled:
                    sql = "INSERT OR REPLACE INTO store_facts (key, value) VALUES ('last_write_us', ?)"
                    self._connection.execute(sql, (self._now_us(),))
                self._connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
        except OverflowError as error:
            raise Unstorable(
                f"A number of this batch, or a sum of them, is too large for {self._path}; nothing was written.",
                hint="Correct the record; numbers may have up to 15 digits.",
            ) from error
        except sqlite3.Error as error:
            raise explained(error, self._path) from error
        return report

    def close(self) -> None:
        """Finish and give the connection back."""
        self._background.shutdown()
        self._connection.close()

    def _roll_back(self) -> None:
        self._names.forget()
        self._packer = None
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _forget_if_others_wrote(self) -> None:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._seen_version:
            self._names.forget()
            self._packer = None
            self._seen_version = version

    def _write(self, batch: Sequence[Record]) -> WriteReport:
        # What the batch declares comes first, so that its traces already find the types of their models.
        declarations = Declarations(self._connection, self._names)
        traces: list[tuple[int, Trace]] = []
        for place, record in enumerate(batch):
            if isinstance(record, Trace):
                traces.append((place, record))
            else:
                declarations.keep(place, record)
        counts = self._write_traces(traces) if traces else WriteReport(0, 0, 0, ())
        return WriteReport(
            counts.added + declarations.added,
            counts.present + declarations.present,
            counts.filled + declarations.filled,
            tuple(sorted((*counts.differences, *declarations.differences))),
        )

    def _write_traces(self, traces: Sequence[tuple[int, Trace]]) -> WriteReport:
        rows = TraceRows(self._connection, self._names, self._background)
        known = rows.find([trace for _, trace in traces])
        new: dict[tuple[str, str], Kept] = {}
        changed: dict[int, Stored] = {}
        added = present = filled = 0
        differences: list[Difference] = []
        for place, trace in traces:
            key = (trace.origin, trace.record_id)
            stored = known.get(key)
            kept = stored.kept if stored else new.get(key)
            if kept is None:
                new[key] = Kept(trace, [trace.raw])
                added += 1
                continue
            if stored is None:
                kept.trace = copy(kept.trace)  # it is the caller's
            merged = merge(kept, trace)
            differences.extend(Difference(place, *contradiction) for contradiction in merged.contradictions)
            if merged.has_filled:
                filled += 1
                if stored:
                    changed[stored.id] = stored
            else:
                present += 1
        rollups = Rollups()
        fresh = list(new.values())
        packer = self._packer_for(fresh)
        rows.insert(fresh, packer, rollups)
        rows.update(changed.values(), packer, rollups)
        rollups.flush(self._connection)
        return WriteReport(added, present, filled, tuple(differences))

    def _packer_for(self, new: Sequence[Kept]) -> payloads.Packer:
        """The packer with the store's dictionary, which the first thousand records teach."""
        if self._packer is None:
            row = self._connection.execute("SELECT content FROM dictionaries ORDER BY id DESC LIMIT 1").fetchone()
            self._packer = payloads.Packer(row[0] if row else None)
        if not self._packer.has_dictionary:
            samples = self._samples(new)
            if len(samples) >= payloads.DICTIONARY_SAMPLES:
                content = payloads.train(samples, dictionary_id=1)
                self._connection.execute("INSERT INTO dictionaries (id, content) VALUES (1, ?)", (content,))
                self._packer = payloads.Packer(content)
        return self._packer

    def _samples(self, new: Sequence[Kept]) -> list[bytes]:
        """Records to learn from: those of a large batch, else those that came in small ones; none if too few."""
        if len(new) >= payloads.DICTIONARY_SAMPLES:
            return [payloads.joined(payload_of(kept)) for kept in new[: payloads.MAX_SAMPLES]]
        (stored,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM trace_texts").fetchone()
        if stored < payloads.DICTIONARY_SAMPLES:
            return []
        unpacker = payloads.Unpacker(self._connection)
        sql = "SELECT payload FROM trace_texts ORDER BY id LIMIT ?"
        return [
            unpacker.unpack_joined(frame) for (frame,) in self._connection.execute(sql, (payloads.MAX_SAMPLES,))
        ]
