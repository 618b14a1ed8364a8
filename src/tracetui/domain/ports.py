"""The seams: who asks and who answers know these protocols and not one another."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeVar

from tracetui.cancel import Cancel
from tracetui.domain.catalogue import Connection, CreditEntry, Deployment, FineTuningJob, Model, ReplicaChange
from tracetui.domain.choices import Choices
from tracetui.domain.queries import Query
from tracetui.domain.trace import Trace
from tracetui.errors import TraceTuiError

A = TypeVar("A")

Record = Trace | Model | Deployment | Connection | ReplicaChange | CreditEntry | FineTuningJob
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

    def close(self) -> None:
        """Give the connection back."""
        ...


class Difference(NamedTuple):
    """A later record contradicts what is known; the first stands."""

    place: int
    """Which record of the batch, from 0."""
    field: str
    kept: str
    offered: str


class WriteReport(NamedTuple):
    """What became of a batch."""

    added: int
    """Records that are new."""
    present: int
    """Records that were there already and changed nothing."""
    filled: int
    """Records that added something unknown to what was there."""
    differences: tuple[Difference, ...]


class Writer(Protocol):
    """Adds records; one call is one transaction, all of it or nothing."""

    def write(self, batch: Sequence[Record]) -> WriteReport:
        """Store a batch; when this returns it is on disk.

        Raises:
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
