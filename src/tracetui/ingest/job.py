"""Reading, batching and writing whole inputs; progress, cancel, rejects. What `tracetui import` does."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple, Self

from tracetui.cancel import Cancel, Progress
from tracetui.domain.ports import Difference, Record, Writer, WriteReport
from tracetui.errors import IngestError
from tracetui.ingest import apart, formats, rejects
from tracetui.ingest.batch_requests import BatchRequests
from tracetui.ingest.inputs import check_readable, full_name, in_order, short_name
from tracetui.ingest.items import Bad, Good, Notes, Options
from tracetui.ingest.sources import STDIN, Source
from tracetui.ingest.values import EPOCH

BATCH_RECORDS = 4_000
BATCH_BYTES = 16 * 1024 * 1024
"""A batch is one transaction: large enough that its commit costs little (of 4,000 records under 1 %), small
enough that a collector beside it waits less than half a second."""
SHOWN = 5
"""How many rejects and differences are kept to be shown; all are counted."""

Report = Callable[[Progress], None]


class Place(NamedTuple):
    """Something said about a line of an input."""

    name: str
    line: int
    said: str


@dataclass(slots=True)
class InputResult:
    """What became of one input."""

    name: str
    format: str | None = None
    """None: it was empty."""
    read: int = 0
    """Records read: those stored, those there already, and the rejected."""
    added: int = 0
    messages: int = 0
    """Those of `added` that are messages apart from their traces."""
    spans: int = 0
    """Those of `added` that are spans around calls."""
    present: int = 0
    filled: int = 0
    rejected: int = 0
    differing: int = 0
    """Fields in which records contradict what was there."""
    cut_off_line: int | None = None
    """The last line, where the input ends inside it."""
    notes: Notes = field(default_factory=Notes)
    first_rejects: list[Place] = field(default_factory=list)
    first_differences: list[Place] = field(default_factory=list)
    rejects_path: Path | None = None
    failure: IngestError | None = None
    """Why it was not read, or not to its end, or why its rejects were not kept; what came before is in."""


@dataclass(slots=True)
class ImportResult:
    """What became of an import."""

    inputs: list[InputResult] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Records of all inputs that were rejected."""
        return sum(one.rejected for one in self.inputs)

    @property
    def failures(self) -> list[IngestError]:
        """Why inputs were not read to their end."""
        return [one.failure for one in self.inputs if one.failure is not None]


def run(
    paths: Sequence[str],
    writer: Writer,
    options: Options,
    cancel: Cancel,
    report: Report,
    *,
    rejects_path: Path | None = None,
    folder: Path | None = None,
) -> ImportResult:
    """Read inputs into a store, one after the other.

    Args:
        paths: Files, or "-" for standard input.
        writer: Where the records go; a batch is one call.
        options: What the user said about the inputs.
        cancel: Polled between batches.
        report: Told of the bytes done after each batch, and of each input's beginning.
        rejects_path: One file for the rejects of all inputs; None: one for each, in `folder`.
        folder: Where those go; None: the current folder.

    Returns:
        What became of each input. An input that fails in the middle is told there, and the next is read.

    Raises:
        Cancelled: `cancel` was set. Every batch written so far stays.
        IngestError: An input cannot be opened, or the rejects file named is something else; nothing was read.
        StoreError: The writer could not go on.
    """
    check_readable(paths)
    with BatchRequests() as requests:
        options = replace(options, batch_requests=requests)
        return _run_all(in_order(paths), writer, options, cancel, report, rejects_path, folder)


def _run_all(
    paths: Sequence[str],
    writer: Writer,
    options: Options,
    cancel: Cancel,
    report: Report,
    rejects_path: Path | None,
    folder: Path | None,
) -> ImportResult:
    result = ImportResult()
    names = {path: full_name(path) for path in paths}
    if rejects_path is not None:
        with rejects.Rejects(rejects_path, frozenset(names.values()), is_fixed=True) as kept:
            for path in paths:
                result.inputs.append(_run_one(path, names[path], writer, options, cancel, report, kept))
        return result
    for path in paths:
        place = rejects.default_path(short_name(path), folder or Path.cwd())
        # What came through a pipe before cannot be told from what comes now: its rejects are left alone.
        known = frozenset() if path == STDIN else frozenset({names[path]})
        with rejects.Rejects(place, known) as kept:
            result.inputs.append(_run_one(path, names[path], writer, options, cancel, report, kept))
    return result


def _run_one(
    path: str,
    full_name: str,
    writer: Writer,
    options: Options,
    cancel: Cancel,
    report: Report,
    kept: rejects.Rejects,
) -> InputResult:
    with Source(path) as source:
        result = InputResult(source.name)
        report(Progress(0, source.total_bytes, source.name))
        try:
            known = formats.format_of(source, options)
            if known is not None:
                result.format = known.name
                _read(known, source, full_name, writer, options, cancel, report, result, kept)
        except IngestError as error:
            result.failure = error
        result.failure = result.failure or source.failure or kept.failure
        return result


def _read(
    known: formats.Format,
    source: Source,
    full_name: str,
    writer: Writer,
    options: Options,
    cancel: Cancel,
    report: Report,
    result: InputResult,
    kept: rejects.Rejects,
) -> None:
    """Read an input to where it ends or fails, and write what came."""
    if source.is_utf16:
        result.notes.line = 1
        result.notes("UTF-16 was read as such")
    with (
        _Batches(writer, result, partial(_tell, source, report)) as batches,
        apart.reading(known, source, options, result.notes) as items,
    ):
        for item in items:
            if isinstance(item, Bad):
                _reject(item, full_name, result, kept)
            elif batches.add(item):
                cancel.raise_if_set()
        batches.finish()


def _tell(source: Source, report: Report) -> None:
    report(Progress(source.read_bytes, source.total_bytes, source.name))


class _Batches:
    """Gathers records and writes them while the next ones are read; knows which line a difference is about.

    One batch is written at a time and in order. Most of a write is SQLite's and zstd's work, which leaves the
    interpreter to the reader.
    """

    def __init__(self, writer: Writer, result: InputResult, report: Callable[[], None]) -> None:
        self._writer = writer
        self._result = result
        self._report = report
        self._behind = ThreadPoolExecutor(1, thread_name_prefix="import")
        self._writing: Future[WriteReport] | None = None
        self._written_lines: list[int] = []
        self._records: list[Record] = []
        self._lines: list[int] = []
        self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # A batch under way is finished, whatever ended the reading: it is whole.
        self._behind.shutdown(wait=True)

    def add(self, item: Good) -> bool:
        """Take a record; true where that completed a batch.

        Raises:
            StoreError: The batch before could not be written.
        """
        self._records.append(item.record)
        self._lines.append(item.line)
        self._bytes += item.size_bytes
        if len(self._records) < BATCH_RECORDS and self._bytes < BATCH_BYTES:
            return False
        self._hand_over()
        return True

    def finish(self) -> None:
        """Write what there is, and wait until it is written."""
        if self._records:
            self._hand_over()
        self._settle()
        if not self._written_lines:
            self._report()

    def _hand_over(self) -> None:
        self._settle()
        self._writing = self._behind.submit(self._writer.write, self._records)
        self._written_lines = self._lines
        self._records, self._lines, self._bytes = [], [], 0

    def _settle(self) -> None:
        """Wait for the batch that is being written, and count what became of it."""
        if self._writing is None:
            return
        report = self._writing.result()
        self._writing = None
        result = self._result
        result.read += report.added + report.present + report.filled
        result.added += report.added
        result.messages += report.messages
        result.spans += report.spans
        result.present += report.present
        result.filled += report.filled
        self._keep(report.differences)
        self._report()

    def _keep(self, differences: Sequence[Difference]) -> None:
        result = self._result
        result.differing += len(differences)
        for one in differences[: SHOWN - len(result.first_differences)]:
            result.first_differences.append(Place(result.name, self._written_lines[one.place], _said(one)))


def _said(difference: Difference) -> str:
    """A difference in words; times as people write them."""
    field, offered, kept = difference.field, difference.offered, difference.kept
    if field == "executed_at_us":
        field, offered, kept = "executed_at", _iso(offered), _iso(kept)
    return f"{field} is {offered} here, and stays {kept}"


def _iso(us: str) -> str:
    return (EPOCH + timedelta(microseconds=int(us))).isoformat().replace("+00:00", "Z")


def _reject(bad: Bad, full_name: str, result: InputResult, kept: rejects.Rejects) -> None:
    result.read += 1
    result.rejected += 1
    if bad.is_cut_off:
        result.cut_off_line = bad.line
    if len(result.first_rejects) < SHOWN:
        result.first_rejects.append(Place(result.name, bad.line, bad.reason))
    kept.add(full_name, bad)
    result.rejects_path = kept.path
