"""Versions of a store and the way between them."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import a_trace
from tests.store.stored import rows, write
from tracetui.store import schema
from tracetui.store.connection import open_writer


def test_a_new_store_has_the_newest_version(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path / "traces.db")) as db:
        assert schema.version_of(db) == schema.NEWEST


def test_an_older_store_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    write(path, [a_trace()])
    with closing(open_writer(path)) as db:
        schema.migrate(db, [*schema.MIGRATIONS, lambda db: db["traces"].add_column("mood", str)])
        assert schema.version_of(db) == schema.NEWEST + 1
    assert rows(path, "SELECT mood FROM traces") == [(None,)]


def test_a_migration_that_fails_leaves_the_version_before_it(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    write(path, [a_trace()])

    def fail(db) -> None:
        db.execute("DROP TABLE trace_texts")
        db.execute("SELECT * FROM no_table")

    with closing(open_writer(path)) as db:
        with pytest.raises(sqlite3.OperationalError):
            schema.migrate(db, [*schema.MIGRATIONS, fail])
        assert schema.version_of(db) == schema.NEWEST
    assert rows(path, "SELECT count(*) FROM trace_texts") == [(1,)]


def test_a_store_whose_making_was_interrupted_is_made_whole(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        db.execute("PRAGMA journal_mode = WAL")
    assert write(path, [a_trace()])[0].added == 1


def test_an_up_to_date_store_is_opened_without_sqlite_utils(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    write(path, [a_trace()])
    script = (
        "import sys; from pathlib import Path; from tracetui.store.connection import open_reader, open_writer;"
        "p = Path(sys.argv[1]); open_reader(p).close(); open_writer(p).close();"
        "print('sqlite_utils' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
