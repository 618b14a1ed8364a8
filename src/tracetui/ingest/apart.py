"""Large files read by a process of their own, while this one writes what it made of them.

Finding the fields of a record of 4 kB takes about as long as writing it, and in one process Python runs one
thread at a time. Handing a record over takes a fifth of that. 60,000 records on two otherwise idle processors took
5.8 s, of which this process computed for 5.2 and the other one for 3.7; in one process 7.6 s.

To the process: a pickled `Task`. Back: the length of each `Chunk` and the chunk itself, pickled; the last one says
how the reading ended.
"""

import copyreg
import os
import pickle
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, NamedTuple

from tracetui.domain.parts import Span, TracePart
from tracetui.domain.trace import Trace
from tracetui.errors import IngestError, TraceTuiError
from tracetui.ingest.formats import Format
from tracetui.ingest.items import Bad, Good, Items, Notes, Options
from tracetui.ingest.sources import STDIN, Source
from tracetui.processes import OwnProcess, processors

LENGTH = struct.Struct("<q")
CHUNK_ITEMS = 250
CHUNK_BYTES = 1_000_000
"""Plain bytes of records after which a chunk ends before it is full."""


class Task(NamedTuple):
    """What a process is to read."""

    path: str
    format: str
    options: Options


class End(NamedTuple):
    """How the reading ended."""

    notes: Notes
    source_failure: IngestError | None
    """Why the input ended early."""
    failure: TraceTuiError | None
    """Why it cannot be read on."""


class Chunk(NamedTuple):
    """Some items of an input, in order."""

    items: list[Good | Bad]
    read_bytes: int
    """Bytes of the file that have been read by then."""
    end: End | None


@dataclass(frozen=True, slots=True)
class Worth:
    """Of which inputs a process of their own is made. Tests set it so that a small file gets there."""

    from_bytes: int = 16_000_000
    """The size of a file, which as large takes two seconds and more: a process takes 0.2 s to start."""
    from_packed_bytes: int = 2_000_000
    processors: int = 0
    """0: as many as there are."""

    def is_given(self, source: Source, known: Format) -> bool:
        """Whether to read an input apart: a large file, on a machine with more than one processor."""
        if source.total_bytes is None or source.path == STDIN or not known.is_self_contained:
            return False
        least_bytes = self.from_packed_bytes if source.is_packed else self.from_bytes
        return source.total_bytes >= least_bytes and (self.processors or processors()) > 1


WORTH = Worth()


@contextmanager
def reading(
    known: Format, source: Source, options: Options, notes: Notes, worth: Worth = WORTH
) -> Iterator[Items]:
    """What `known.read` gives, made here or by a process of its own, which ends with the `with`.

    Taking the items raises what `known.read` does, and an IngestError where the process was ended from outside.
    The source says how far the reading is and why it ended early, wherever it is read.
    """
    process = _started() if worth.is_given(source, known) else None
    if process is None:
        yield known.read(source, options, notes)
        return
    with process, _short_turns():
        # What only this process has is for formats that are not self-contained.
        task = Task(source.path, known.name, replace(options, open_foreign=None, batch_requests=None))
        # If it has ended already, that is found when it is to answer.
        with suppress(BrokenPipeError):
            _write(process.stdin, pickle.dumps(task))
        yield _items(process, source, notes)


@contextmanager
def _short_turns() -> Iterator[None]:
    """Let the thread that takes chunks have its turn soon, or the process that makes them waits for it.

    With turns of 20 ms, as an import in one process has them, 60,000 records took 7.4 s instead of 5.8.
    """
    before_s = sys.getswitchinterval()
    sys.setswitchinterval(0.002)
    try:
        yield
    finally:
        sys.setswitchinterval(before_s)


def _started() -> OwnProcess | None:
    try:
        return OwnProcess("tracetui.ingest.reading_process")
    except OSError:
        return None


def _items(process: OwnProcess, source: Source, notes: Notes) -> Items:
    for chunk in _chunks(process, source.name):
        source.read_bytes = chunk.read_bytes
        yield from chunk.items
        if chunk.end is not None:
            _take_over(chunk.end, source, notes)


def _take_over(end: End, source: Source, notes: Notes) -> None:
    notes.line = end.notes.line
    for text, count in end.notes.counts.items():
        notes.counts[text] = count
    source.failure = end.source_failure
    if end.failure is not None:
        raise end.failure


def _chunks(process: OwnProcess, name: str) -> Iterator[Chunk]:
    """What a process answers, to the end of its input."""
    while True:
        (length,) = LENGTH.unpack(_taken(process, LENGTH.size, name))
        chunk: Chunk = pickle.loads(_taken(process, length, name))
        yield chunk
        if chunk.end is not None:
            return


def _taken(process: OwnProcess, length: int, name: str) -> bytearray:
    content = bytearray(length)
    rest = memoryview(content)
    while rest:
        taken = os.readv(process.stdout, [rest])
        if not taken:
            error = process.ended(f"{name}: the process that reads it")
            if isinstance(error, TraceTuiError):
                hint = "What came before is in; import it again, and the rest is added."
                raise IngestError(error.problem, hint) from None
            raise error
        rest = rest[taken:]
    return content


def _write(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _quickly(kind: type[Any]) -> None:
    """Pickle a dataclass by its values in order: a third of the time that its fields by name take."""
    values = attrgetter(*(field.name for field in fields(kind)))
    copyreg.pickle(kind, lambda record: (kind, values(record)))


for _kind in (Trace, TracePart, Span):
    _quickly(_kind)
