"""Records into the store: one transaction a batch, the same record again changes nothing.

Here stand the transaction and what may go wrong in it; the order of a write stands in `batch.py`, what a name
means is decided in `names.py`, what is summed in `rollups.py`, and how texts are kept in `payloads.py`.
"""

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tracetui.domain.parts import Span, TracePart
from tracetui.domain.ports import Record, WriteReport
from tracetui.domain.trace import Trace
from tracetui.errors import Unstorable
from tracetui.store import payloads
from tracetui.store.batch import Batch
from tracetui.store.connection import BUSY_S, open_writer
from tracetui.store.declarations import Declarations
from tracetui.store.kept import Kept
from tracetui.store.names import Names
from tracetui.store.payload_layout import joined
from tracetui.store.problems import explained
from tracetui.store.turns import Turns
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
        self._turns = Turns(path, busy_s)
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
            self._turns.begin(self._connection)
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
        self._turns.close()

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
        of_traces = Batch(self._connection, self._names, self._background, self._packer_for)
        for place, record in enumerate(batch):
            match record:
                case Trace():
                    of_traces.traces.append((place, record))
                case TracePart():
                    of_traces.parts.append((place, record))
                case Span():
                    of_traces.spans.append((place, record))
                case _:
                    declarations.keep(place, record)
        counts = of_traces.write()
        return WriteReport(
            counts.added + declarations.added,
            counts.present + declarations.present,
            counts.filled + declarations.filled,
            tuple(sorted((*counts.differences, *declarations.differences))),
            counts.messages,
            counts.spans,
        )

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
            return [joined(kept.payload()) for kept in new[: payloads.MAX_SAMPLES]]
        (stored,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM trace_texts").fetchone()
        if stored < payloads.DICTIONARY_SAMPLES:
            return []
        unpacker = payloads.Unpacker(self._connection)
        sql = "SELECT payload FROM trace_texts ORDER BY id LIMIT ?"
        return [unpacker.decompress(frame) for (frame,) in self._connection.execute(sql, (payloads.MAX_SAMPLES,))]
