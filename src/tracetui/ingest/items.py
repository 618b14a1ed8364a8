"""What a reader of a format hands on: good records and bad ones, each with its place, and notes about them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import NamedTuple

from tracetui.domain.foreign import OpenForeign
from tracetui.domain.ports import Record
from tracetui.ingest.batch_requests import BatchRequests
from tracetui.ingest.mapping import Mapping

LARGEST_RECORD_BYTES = 64 * 1024 * 1024
"""One record at most: nothing larger is ever held in memory."""
DEEPEST = 500
"""Levels of nesting at most: half of what Python's JSON reader can take before the stack is used up."""
SAMPLE_BYTES = 4096
"""How much of a record that is too large is kept with its reject."""


class Good(NamedTuple):
    """A record that can be stored."""

    line: int
    """Where it begins, from 1."""
    record: Record
    size_bytes: int


class Bad(NamedTuple):
    """A record that cannot, and why."""

    line: int
    reason: str
    """A sentence without a full stop, without file or line."""
    raw: bytes
    """As it came; of one that is too large only the beginning."""
    is_cut_off: bool = False
    """Whether it is the last one and has no line end: the file was still being written, or was cut."""


Items = Iterator[Good | Bad]


@dataclass(slots=True)
class NoteCount:
    """How often something was read otherwise than it was written, and where first."""

    times: int
    first_line: int


@dataclass(slots=True)
class Notes:
    """What was read otherwise than it was written, counted by kind. One for each input."""

    line: int = 0
    """The line that is being read; the reader keeps it up to date."""
    counts: dict[str, NoteCount] = field(default_factory=dict)

    def __call__(self, text: str) -> None:
        """Note something about the current line."""
        count = self.counts.get(text)
        if count is None:
            self.counts[text] = NoteCount(1, self.line)
        else:
            count.times += 1


@dataclass(frozen=True, slots=True)
class Options:
    """What the user said about the inputs."""

    origin: str | None = None
    """None: the format's name."""
    format: str | None = None
    """None: by content."""
    model: str | None = None
    """The model of records that name none."""
    zone: tzinfo = UTC
    """The zone of times that name none."""
    mapping: Mapping = field(default_factory=Mapping)
    open_foreign: OpenForeign | None = None
    """What opens SQLite files of other programs; None: nothing does."""
    batch_requests: BatchRequests | None = None
    """The requests of batches that this import has read."""
