"""The seam to SQLite files of other programs: `ingest` reads them, and `store` alone knows SQL."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

Cell = str | int | float | bytes | None
"""A value of a row. Text that is not UTF-8 has U+FFFD in its place."""
Cells = dict[str, Cell]
"""A row: a cell for each column that was asked for."""


class TooLarge:
    """A row with a value that is larger than a record may be."""


class ForeignTables(Protocol):
    """The tables of a file that another program may be writing to at the same moment.

    Not shared between threads. Whatever is read, the file is locked for no longer than one small query.
    """

    @property
    def columns(self) -> Mapping[str, frozenset[str]]:
        """The columns of each table, by its name."""
        ...

    @property
    def is_tracetui_store(self) -> bool:
        """Whether it is a store of our own."""
        ...

    def pages(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[Cells | TooLarge]]:
        """All rows of a table in the order they were added, a few dozen at a time.

        Columns that the table lacks are unknown: None.

        Raises:
            IngestError: The file cannot be read any further.
        """
        ...

    def matching(self, table: str, columns: Sequence[str], key: str, values: Sequence[Cell]) -> list[Cells]:
        """The rows whose `key` is one of `values`, in the order they were added; none where the table is missing.

        Raises:
            IngestError: The file cannot be read any further.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


OpenForeign = Callable[[Path], ForeignTables]
"""Opens a file.

Raises:
    IngestError: It is no SQLite database, or cannot be read; the message says why.
"""
