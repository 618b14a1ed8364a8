"""The versions of a store and the way from each to the next.

A store's version is its `user_version`. Each migration runs in a transaction of its own with the new number, so
that a kill leaves the old version or the new one. sqlite-utils does the work (`db["t"].transform(...)`), but takes
0.4 s to import: a store that is up to date is opened without it.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from tracetui.store import tables

if TYPE_CHECKING:
    from sqlite_utils import Database

Migration = Callable[["Database"], None]
"""Turns a store of one version into the next; runs inside a transaction and leaves that to its caller."""


def _create_tables(db: "Database") -> None:
    for statement in statements(tables.VERSION_1):
        db.execute(statement)


def _add_search_index(db: "Database") -> None:
    for statement in statements(tables.VERSION_2):
        db.execute(statement)


def _add_parts_and_spans(db: "Database") -> None:
    for statement in statements(tables.VERSION_3):
        db.execute(statement)


def _add_what_was_pruned(db: "Database") -> None:
    for statement in statements(tables.VERSION_4):
        db.execute(statement)


def _index_sources(db: "Database") -> None:
    for statement in statements(tables.VERSION_5):
        db.execute(statement)


def _add_users_of_spans(db: "Database") -> None:
    for statement in statements(tables.VERSION_6):
        db.execute(statement)


MIGRATIONS: tuple[Migration, ...] = (
    _create_tables,
    _add_search_index,
    _add_parts_and_spans,
    _add_what_was_pruned,
    _index_sources,
    _add_users_of_spans,
)
"""The migration at place N makes version N + 1. Numbers are never used again."""

NEWEST = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of a store; 0 where it has no tables yet."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a store up to the newest version.

    Other programs may do the same at the same moment: each step looks at the version again inside its transaction.

    Raises:
        sqlite3.Error: A step failed; the store has the version it had before that step.
    """
    if version_of(connection) >= len(migrations):
        return
    from sqlite_utils import Database

    db = Database(connection, recursive_triggers=False, execute_plugins=False)
    while (version := version_of(connection)) < len(migrations):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if version_of(connection) == version:
                migrations[version](db)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def statements(script: str) -> Iterator[str]:
    """The statements of an SQL text one by one: `executescript` would commit the transaction it runs in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
