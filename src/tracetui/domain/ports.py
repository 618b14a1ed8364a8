"""The seams: who asks and who answers know these protocols and not one another."""

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from tracetui.cancel import Cancel, Progress
from tracetui.domain.catalogue import Connection, CreditEntry, Deployment, FineTuningJob, Model, ReplicaChange
from tracetui.domain.choices import Choices
from tracetui.domain.parts import Span, TracePart
from tracetui.domain.queries import ExportQuery, LookQuery, Query
from tracetui.domain.rows import Looked, WholeRow
from tracetui.domain.trace import Trace
from tracetui.errors import TraceTuiError

A = TypeVar("A")

Record = Trace | TracePart | Span | Model | Deployment | Connection | ReplicaChange | CreditEntry | FineTuningJob
"""Anything that can be written to a store."""


class Reader(Protocol):
    """Answers queries from one moment of the store. Not shared between threads."""

    def read(self, query: Query[A], cancel: Cancel) -> A:
        """Answer a query.

        Raises:
            Cancelled: `cancel` was set before the answer was ready.
            TraceTuiError: The store cannot be read, or the question has no answer.
        """
        ...

    def look(self, query: LookQuery, cancel: Cancel, report: Callable[[Looked], None]) -> Looked:
        """Search for a text, telling what is found while that takes long.

        Args:
            query: What to look for, and where.
            cancel: Stops it.
            report: Told several times a second what was found so far, in the thread that calls this.

        Returns:
            All that was asked for, its `summary` among it.

        Raises:
            Cancelled: `cancel` was set before all was looked at.
            TraceTuiError: The store cannot be read, or the question has no answer.
        """
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


Make = Callable[[Sequence[WholeRow]], bytes]
"""Makes text of rows. It can be pickled: it may be called in another process."""


class Made(NamedTuple):
    """The text of some traces that follow one another."""

    text: bytes | bytearray
    traces: int


class WholeTraces(Protocol):
    """The traces that an `ExportQuery` selects, whole, all of them as the store was at one moment.

    Not shared between threads.
    """

    @property
    def total(self) -> int:
        """How many there are."""
        ...

    def made(self, make: Make) -> Generator[Made, None, None]:
        """What `make` makes of the traces, in their order, some hundreds at a time and few megabytes.

        Can be taken once. Many traces are made into text by several processes, which end with the generator.

        Raises:
            Cancelled: The `Cancel` that it was opened with is set.
            StoreError: The store cannot be read any further.
            TraceTuiError: A process was ended from outside.
        """
        ...

    def read_ahead(self) -> None:
        """Take what is left out of the store now: whoever takes the texts is slow, and others are not to wait.

        Called between two texts that are taken from `made`.
        """
        ...

    def close(self) -> None:
        """Stop reading and give the connection back."""
        ...


OpenTraces = Callable[[ExportQuery, Cancel], WholeTraces]
"""Opens what an `ExportQuery` selects; raises as `Reader.read` does."""


class Exported(NamedTuple):
    """What an export left."""

    path: Path
    traces: int


Export = Callable[[ExportQuery, Cancel, Callable[[Progress], None]], Exported]
"""Writes what a query selects to a new file, telling how far it is, from the thread that calls it.

Raises:
    Cancelled: Stopped; nothing was left behind.
    TraceTuiError: It cannot be read or written; nothing was left behind.
"""


class Difference(NamedTuple):
    """A later record contradicts what is known; the first stands."""

    place: int
    """Which record of the batch, from 0."""
    field: str
    kept: str
    offered: str


class WriteReport(NamedTuple):
    """What became of a batch. The span of a call, which comes beside its trace, is not counted again."""

    added: int
    """Records that are new."""
    present: int
    """Records that were there already and changed nothing."""
    filled: int
    """Records that added something unknown to what was there."""
    differences: tuple[Difference, ...]
    messages: int = 0
    """Those of the new records that are messages apart from their traces."""
    spans: int = 0
    """Those of the new records that are spans around calls."""


class Writer(Protocol):
    """Adds records; one call is one transaction, all of it or nothing."""

    def write(self, batch: Sequence[Record]) -> WriteReport:
        """Store a batch; when this returns it is on disk.

        Raises:
            Unstorable: A record of the batch can never be written. Nothing was written.
            StoreError: The store is locked by others for too long, or its disk is full. Nothing was written.
        """
        ...

    def close(self) -> None:
        """Finish and give the connection back."""
        ...


class Memory(Protocol):
    """Keeps what a user chose last."""

    def load(self) -> Choices:
        """What was chosen last; the defaults where nothing was, or nothing that can be read. Never fails."""
        ...

    def save(self, choices: Choices) -> None:
        """Keep what is chosen now. Where that cannot be, the program goes on, and `problem` says why."""
        ...

    @property
    def problem(self) -> TraceTuiError | None:
        """Why choices were not read or kept the last time; None where they were."""
        ...
