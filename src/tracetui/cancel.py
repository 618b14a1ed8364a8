"""Stopping long work, and telling how far it is. Every query and every job takes a `Cancel`."""

from typing import NamedTuple


class Cancelled(Exception):
    """The work was stopped because its `Cancel` was set. Nobody shows this; it only unwinds."""


class Cancel:
    """A flag that is set once, by any thread, and polled by the work it belongs to."""

    __slots__ = ("_is_set",)

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Ask the work to stop. Safe from any thread, and as often as wanted."""
        self._is_set = True

    @property
    def is_set(self) -> bool:
        """Whether the work should stop."""
        return self._is_set

    def raise_if_set(self) -> None:
        """Unwind the work where it was asked to stop.

        Raises:
            Cancelled: The flag is set.
        """
        if self._is_set:
            raise Cancelled


class Progress(NamedTuple):
    """How far a job is."""

    done: int
    """Units finished: bytes read, rows written."""
    total: int | None
    """Units in all; None where it cannot be known (a pipe)."""
    note: str
    """What the units are, or what is happening now."""
