"""Rows read ahead into an unnamed file, so that the transaction that reads them can end."""

import marshal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from tracetui.store.whole_rows import Packed


class Spool:
    """An unnamed file of blocks, gone when it is closed or its process ends.

    Args:
        folder: Where it takes its room: that of the store, which the log would else take.

    Raises:
        OSError: Nothing can be written there.
    """

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 closed by close
        self._ends_at = 0
        self._held: list[list[Packed]] = []

    def close(self) -> None:
        """Give its room back."""
        self._file.close()

    def fill(self, blocks: Iterator[list[Packed]]) -> bool:
        """Take all blocks, or as many as there is room for.

        Returns:
            Whether it took all; where not, `blocks` goes on with the next one.
        """
        for block in blocks:
            try:
                marshal.dump(block, self._file)
                self._file.flush()
            except OSError:
                self._held.append(block)
                return False
            self._ends_at = self._file.tell()
        return True

    def blocks(self) -> Iterator[list[Packed]]:
        """What it took, in order."""
        self._file.seek(0)
        while self._file.tell() < self._ends_at:
            yield cast(list[Packed], marshal.load(self._file))
        yield from self._held
