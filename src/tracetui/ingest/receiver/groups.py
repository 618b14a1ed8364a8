"""Group commit: whatever waits is written in one transaction, by a thread of its own, and then acknowledged.

While one group is being written the next one gathers: of an idle collector each body is a transaction at once, of
a busy one a transaction holds hundreds. A record that can never be stored costs its group nothing: the group is
halved until that record is alone.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tracetui.domain.ports import Record, Writer, WriteReport
from tracetui.errors import StoreError, Unstorable
from tracetui.ingest.receiver.tally import Tally

GROUP_RECORDS = 4_000
GROUP_BYTES = 16 * 1024 * 1024
"""A group is at most as large as a batch of an import: others wait less than half a second."""


class Job:
    """The records of one body on their way to the store.

    Args:
        records: What is to be written.
        size_bytes: Of the body.
        done: Called once, by the writing thread, when it is known what became of them.
    """

    __slots__ = ("done", "failure", "left", "records", "refused", "size_bytes")

    def __init__(self, records: Sequence[Record], size_bytes: int, done: Callable[["Job"], None]) -> None:
        self.records = records
        self.size_bytes = size_bytes
        self.done = done
        self.left = 0
        """The first record that is not in a group yet."""
        self.refused: list[str] = []
        """Why records can never be stored, one sentence for each; all others are on disk."""
        self.failure: StoreError | None = None
        """Why they could not be written now: the same body is to be sent again."""


class _Piece(NamedTuple):
    """Records of one job in a group."""

    job: Job
    records: Sequence[Record]


class Groups:
    """Writes jobs in groups until it is closed.

    Args:
        open_writer: Makes the writer.
        tally: Told what was written.
        log: Told, in the writing thread, of bugs: a traceback.
    """

    def __init__(self, open_writer: Callable[[], Writer], tally: Tally, log: Callable[[str], None]) -> None:
        self._open_writer = open_writer
        self._tally = tally
        self._log = log
        self._quick: deque[Job] = deque()
        self._large: deque[Job] = deque()
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write.

        Raises:
            StoreError: The store cannot be opened.
        """
        writer = self._open_writer()
        self._thread = threading.Thread(target=self._run, args=(writer,), name="groups")
        self._thread.start()

    def add(self, job: Job) -> None:
        """Have a job written; from any thread."""
        with self._changed:
            is_large = len(job.records) > GROUP_RECORDS or job.size_bytes > GROUP_BYTES
            (self._large if is_large else self._quick).append(job)
            self._changed.notify()

    def close(self) -> None:
        """Write what waits, and end."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self, writer: Writer) -> None:
        try:
            while True:
                with self._changed:
                    while not self._quick and not self._large:
                        if self._is_closed:
                            return
                        self._changed.wait()
                    group = self._next_group()
                self._write(writer, group)
                self._settle(group)
        finally:
            writer.close()

    def _next_group(self) -> list[_Piece]:
        """All that waits, as far as a group goes; of a large body one part, so that nobody waits for all of it."""
        group: list[_Piece] = []
        records = size_bytes = 0
        while self._quick and records < GROUP_RECORDS and size_bytes < GROUP_BYTES:
            job = self._quick.popleft()
            group.append(_Piece(job, job.records))
            job.left = len(job.records)
            records += len(job.records)
            size_bytes += job.size_bytes
        if self._large:
            job = self._large[0]
            each_bytes = job.size_bytes / max(1, len(job.records))
            count = max(1, min(GROUP_RECORDS, int(GROUP_BYTES / max(1.0, each_bytes))))
            group.append(_Piece(job, job.records[job.left : job.left + count]))
            job.left += count
            if job.left >= len(job.records):
                self._large.popleft()
        return group

    def _write(self, writer: Writer, group: Sequence[_Piece]) -> None:
        entries = [(piece.job, record) for piece in group for record in piece.records]
        try:
            self._write_or_halve(writer, entries)
        except StoreError as error:
            self._tally.problem(str(error))
            for piece in group:
                piece.job.failure = error

    def _write_or_halve(self, writer: Writer, entries: Sequence[tuple[Job, Record]]) -> None:
        """Write records, alone those that can never be.

        Raises:
            StoreError: They cannot be written now. Some may have been; they are not added twice.
        """
        try:
            self._count(writer.write([record for _, record in entries]))
            return
        except Unstorable as error:
            reason = error.problem
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one record must not stop all others for good
            import traceback

            reason = f"it made tracetui fail ({type(error).__name__}), which is a bug"
            if len(entries) == 1:
                self._log("".join(traceback.format_exception(error)))
        if len(entries) == 1:
            entries[0][0].refused.append(reason)
            return
        half = len(entries) // 2
        self._write_or_halve(writer, entries[:half])
        self._write_or_halve(writer, entries[half:])

    def _count(self, report: WriteReport) -> None:
        tally = self._tally
        tally.transactions += 1
        tally.new += report.added
        tally.known += report.present
        tally.filled += report.filled
        tally.differing += len(report.differences)

    def _settle(self, group: Sequence[_Piece]) -> None:
        for job, _ in group:
            if job.failure is not None and job.left < len(job.records):
                # The rest of a large body that failed need not be tried.
                with self._changed:
                    self._large.remove(job)
                job.left = len(job.records)
            if job.left >= len(job.records):
                job.done(job)
