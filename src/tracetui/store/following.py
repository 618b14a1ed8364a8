"""A writer that stays with a path: where the store is removed or replaced, it goes on with what is there then."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tracetui.domain.ports import Record, WriteReport
from tracetui.store.connection import BUSY_S
from tracetui.store.writer import SqliteWriter


class FollowingWriter:
    """A `SqliteWriter` that is opened anew where its file is another one.

    A program that runs for weeks would else write into a file that nobody can find any more.

    Args:
        path: The store's file.
        now_us: The clock.
        busy_s: How long a write waits for other writers.
        survives_power_cut: See `open_writer`.

    Raises:
        StoreError: The store cannot be written.
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
        self._busy_s = busy_s
        self._survives_power_cut = survives_power_cut
        self._writer: SqliteWriter | None = None
        self._file: tuple[int, int] | None = None
        self._current()

    def write(self, batch: Sequence[Record]) -> WriteReport:
        """Store a batch; see `Writer.write`.

        Raises:
            StoreError: It cannot be written. Nothing was.
        """
        return self._current().write(batch)

    def close(self) -> None:
        """Finish and give the connection back."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _current(self) -> SqliteWriter:
        if self._writer is None or self._file_now() != self._file:
            self.close()
            self._writer = SqliteWriter(
                self._path, self._now_us, busy_s=self._busy_s, survives_power_cut=self._survives_power_cut
            )
            self._file = self._file_now()
        return self._writer

    def _file_now(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return (found.st_dev, found.st_ino)
