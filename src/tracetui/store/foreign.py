"""SQLite files of other programs, read as they lie there while their owner goes on writing.

The one module that reads a database that is not ours. It never writes, takes no lock that outlasts one small
query, and reads rows by rowid, so that what is added meanwhile comes last.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tracetui.domain.foreign import Cell, Cells, TooLarge
from tracetui.errors import IngestError
from tracetui.store.connection import APPLICATION_ID

LARGEST_VALUE_BYTES = 64 * 1024 * 1024
"""What one value may have at most: as much as one record of a file."""
BUSY_MS = 10_000
"""How long to wait for a program that is writing."""
PAGE_ROWS = 50
"""Rows read by one query: conversations of a megabyte must not fill the memory, nor the lock be held for long."""
_KEYS = 500
"""Keys looked up by one query."""
_DAMAGED = "It is damaged, or is no SQLite database; import a copy that is whole."


class SqliteTables:
    """Reads the tables of a file; see `ForeignTables`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._columns = self._all_columns()
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        self.is_tracetui_store = application_id == APPLICATION_ID

    @property
    def columns(self) -> Mapping[str, frozenset[str]]:
        """The columns of each table, by its name."""
        return self._columns

    def pages(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[Cells | TooLarge]]:
        """All rows in the order they were added; see `ForeignTables.pages`."""
        known = self._columns.get(table, frozenset())
        selected = ", ".join(["rowid", *(_quoted(column) if column in known else "NULL" for column in columns)])
        sql = f"SELECT {selected} FROM {_quoted(table)} WHERE rowid > ? ORDER BY rowid LIMIT ?"
        last: Cell = -(2**63)
        rows_at_once = PAGE_ROWS
        while True:
            try:
                rows = self._rows(sql, (last, rows_at_once))
            except sqlite3.DataError:  # a value beyond LARGEST_VALUE_BYTES
                if rows_at_once > 1:
                    rows_at_once = 1
                    continue
                next_one = f"SELECT rowid FROM {_quoted(table)} WHERE rowid > ? ORDER BY rowid LIMIT 1"
                (last,) = self._rows(next_one, (last,))[0]
                yield [TooLarge()]
                continue
            if not rows:
                return
            last = rows[-1][0]
            yield [dict(zip(columns, row[1:], strict=True)) for row in rows]
            rows_at_once = PAGE_ROWS

    def matching(self, table: str, columns: Sequence[str], key: str, values: Sequence[Cell]) -> list[Cells]:
        """The rows with these keys; see `ForeignTables.matching`."""
        known = self._columns.get(table, frozenset())
        if key not in known:
            return []
        selected = ", ".join(_quoted(column) if column in known else "NULL" for column in columns)
        found: list[Cells] = []
        for start in range(0, len(values), _KEYS):
            some = values[start : start + _KEYS]
            marks = ", ".join("?" * len(some))
            sql = f"SELECT {selected} FROM {_quoted(table)} WHERE {_quoted(key)} IN ({marks}) ORDER BY rowid"
            try:
                rows = self._rows(sql, some)
            except sqlite3.DataError as error:
                raise self._unreadable(error) from error
            found += [dict(zip(columns, row, strict=True)) for row in rows]
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _rows(self, sql: str, parameters: Sequence[Cell]) -> list[tuple[Cell, ...]]:
        try:
            # All at once: a statement that is still open would keep its owner from writing.
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.DataError:
            raise
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> IngestError:
        return _explained(error, self._path)

    def _all_columns(self) -> dict[str, frozenset[str]]:
        tables = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: frozenset(row[1] for row in self._connection.execute(f"PRAGMA table_info({_quoted(name)})"))
            for (name,) in tables
        }


def open_tables(path: Path) -> SqliteTables:
    """Open a database of another program.

    Raises:
        IngestError: It cannot be read; the message says why.
    """
    try:
        try:
            return _opened(path, "mode=ro")
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            # In a read-only folder SQLite cannot make the files that it shares a write-ahead log with.
            _check_log(path)
            return _opened(path, "mode=ro&immutable=1")
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise _explained(error, path) from error


def _opened(path: Path, options: str) -> SqliteTables:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("PRAGMA query_only = 1")
        connection.execute("PRAGMA trusted_schema = 0")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE_BYTES)
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        return SqliteTables(connection, path)
    except BaseException:
        connection.close()
        raise


def _check_log(path: Path) -> None:
    for suffix in ("-wal", "-journal"):
        log = path.with_name(path.name + suffix)
        if log.exists() and log.stat().st_size > 0:
            raise IngestError(
                f"{path.name}: was not closed and its folder is read-only, so {log.name} cannot be read with it.",
                "Copy both files to a folder where you can write, and import the copy.",
            )


def _explained(error: Exception, path: Path) -> IngestError:
    """What a user is told. Of a damaged schema SQLite's message may be no UTF-8, which Python does not take."""
    if isinstance(error, UnicodeDecodeError):
        return IngestError(f"{path.name}: cannot be read as an SQLite database.", _DAMAGED)
    match (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            hint = "Another program is writing to it; import it again when that one has finished."
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            hint = _DAMAGED
        case _:
            hint = "Check the file and who may read it and its folder."
    return IngestError(f"{path.name}: cannot be read as an SQLite database ({error}).", hint)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
