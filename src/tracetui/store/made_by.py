"""The mark of a store that was made by a program and may be made anew, and how such a store gives way.

A store that holds anything else besides what its maker wrote is no longer the maker's to replace.
"""

import os
import sqlite3
from pathlib import Path

from tracetui.store.connection import open_reader, open_writer
from tracetui.store.problems import explained


def put(path: Path, maker: str, mark: str) -> None:
    """Write a maker's mark into a store.

    Raises:
        StoreError: The store cannot be written.
    """
    connection = open_writer(path)
    try:
        sql = "INSERT OR REPLACE INTO store_facts (key, value) VALUES (?, ?)"
        connection.execute(sql, (f"made_by_{maker}", mark))
    except sqlite3.Error as error:
        raise explained(error, path) from error
    finally:
        connection.close()


def read(path: Path, maker: str) -> str | None:
    """The maker's mark; None where there is none or the store holds traces of another origin.

    Raises:
        StoreError: There is no store at that path, or it cannot be read.
    """
    connection = open_reader(path)
    try:
        sql = "SELECT value FROM store_facts WHERE key = ? AND NOT EXISTS (SELECT 1 FROM origins WHERE name <> ?)"
        found = connection.execute(sql, (f"made_by_{maker}", maker)).fetchone()
    except sqlite3.Error as error:
        raise explained(error, path) from error
    finally:
        connection.close()
    return str(found[0]) if found else None


def replace(path: Path, by: Path) -> None:
    """Put a finished, closed store in the place of another, which whoever has it open keeps.

    A log must never lie beside a store that it does not belong to, hence this order: killed in between, it
    leaves no store at `path`, but never a mixture.
    """
    discard(path)
    os.replace(by, path)


def discard(path: Path) -> None:
    """Remove a store and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
