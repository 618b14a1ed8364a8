"""Opening a store, and every way in which that can fail."""

import multiprocessing
import os
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.fakes import a_trace
from tests.store.stored import write
from tracetui.cancel import Cancel, Cancelled
from tracetui.errors import StoreError, StoreMissing
from tracetui.store.connection import cancellable, check_sqlite, open_reader, open_writer
from tracetui.store.problems import explained, network_file_system
from tracetui.store.writer import SqliteWriter


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "traces.db"
    write(path, [a_trace()])
    return path


def test_a_missing_store_is_told_apart_from_a_bad_one(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="no store at"):
        open_reader(tmp_path / "none.db")


def test_reading_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        open_reader(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_an_empty_file_is_a_store_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(StoreMissing, match="is empty"):
        open_reader(path)


def test_an_empty_file_becomes_a_store_when_written(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    assert write(path, [a_trace()])[0].added == 1


def test_folders_are_made_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "share" / "tracetui" / "traces.db"
    write(path, [a_trace()])
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_files_of_a_store_are_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    with closing(SqliteWriter(path, now_us=lambda: 1)) as writer:
        writer.write([a_trace()])
        assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob("traces.db*")} == {0o600}


def test_a_new_store_can_give_space_back_while_others_work(store: Path) -> None:
    with closing(open_reader(store)) as db:
        assert db.execute("PRAGMA auto_vacuum").fetchone() == (2,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_reader_cannot_write(store: Path) -> None:
    with closing(open_reader(store)) as db, pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM traces")


def test_a_path_may_hold_characters_that_mean_something_in_an_address(tmp_path: Path) -> None:
    path = tmp_path / "a b?mode=memory#100%.db"
    write(path, [a_trace()])
    with closing(open_reader(path)) as db:
        assert db.execute("SELECT count(*) FROM traces").fetchone() == (1,)


@pytest.mark.parametrize("open_store", [open_reader, open_writer])
def test_a_folder_is_no_store(tmp_path: Path, open_store) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        open_store(tmp_path)


@pytest.mark.parametrize("open_store", [open_reader, open_writer])
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, open_store) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are notes.\n" * 500)
    with pytest.raises(StoreError, match="not a store"):
        open_store(path)
    assert path.read_text() == "These are notes.\n" * 500


@pytest.mark.parametrize("open_store", [open_reader, open_writer])
def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path, open_store) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (a)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("open_store", [open_reader, open_writer])
def test_a_store_of_a_newer_version_is_left_as_it_is(store: Path, open_store) -> None:
    with closing(sqlite3.connect(store)) as db:
        db.execute("PRAGMA user_version = 99")
    before = store.read_bytes()
    with pytest.raises(StoreError, match="newer tracetui"):
        open_store(store)
    assert store.read_bytes() == before


@pytest.mark.parametrize("open_store", [open_reader, open_writer])
def test_a_store_cut_short_is_damaged(store: Path, open_store) -> None:
    os.truncate(store, 8_192)
    with pytest.raises(StoreError, match="damaged"):
        open_store(store)


def test_a_store_damaged_inside_is_told_when_it_is_read(store: Path) -> None:
    size = store.stat().st_size
    with store.open("r+b") as file:
        file.seek(4_096 * 2)
        file.write(b"\xff" * (size - 4_096 * 2))
    with (
        pytest.raises(StoreError, match="damaged"),
        closing(open_reader(store)) as db,
        cancellable(db, Cancel()),
    ):
        db.execute("SELECT * FROM traces").fetchall()


def test_a_locked_store_is_told_after_the_wait(store: Path) -> None:
    with closing(SqliteWriter(store, now_us=lambda: 1, busy_s=0.05)) as writer:
        with closing(sqlite3.connect(store, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked"):
                writer.write([a_trace("req-2")])
        assert writer.write([a_trace("req-2")]).added == 1


def test_a_full_disk_is_told_and_nothing_is_written(store: Path) -> None:
    with closing(SqliteWriter(store, now_us=lambda: 1)) as writer:
        pages = writer._connection.execute("PRAGMA page_count").fetchone()[0]
        writer._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="full"):
            writer.write([a_trace(f"more-{n}", raw=os.urandom(4_000)) for n in range(100)])
        writer._connection.execute("PRAGMA max_page_count = 1000000")
        assert writer.write([a_trace("more-1")]).added == 1


def test_a_query_stops_when_it_is_cancelled(store: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    cancel = Cancel()
    with closing(open_reader(store)) as db:
        db.create_function("stop", 0, lambda: cancel.set())
        with pytest.raises(Cancelled), cancellable(db, cancel):
            db.execute(f"SELECT stop(), ({endless})").fetchall()
        assert db.execute("SELECT 1").fetchone() == (1,)


def test_a_bug_in_a_statement_keeps_its_traceback(store: Path) -> None:
    with (
        closing(open_reader(store)) as db,
        pytest.raises(sqlite3.OperationalError, match="no such table"),
        cancellable(db, Cancel()),
    ):
        db.execute("SELECT * FROM no_table")


def test_an_older_sqlite_is_refused() -> None:
    with pytest.raises(StoreError, match=r"is 3\.39\.4; tracetui needs 3\.40\.1"):
        check_sqlite((3, 39, 4))


def test_a_failing_disk_is_told() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    assert "network file system" in explained(error, Path("traces.db")).hint


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/home/ann/traces.db", "nfs4"), ("/home/local disk/traces.db", None), ("/homes/traces.db", None)],
)
def test_a_network_file_system_is_recognised_by_the_longest_mount(tmp_path: Path, path: str, kind) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nserver:/home /home nfs4 rw 0 0\n/dev/sdb1 /home/local\\040disk ext4 rw 0 0\n"
    )
    assert network_file_system(Path(path), mounts) == kind


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)
        os.chmod(folder, 0o755)


def _told_to_a_stranger(path: Path) -> list[str]:
    """What a user who may not write there is told. Root may write everywhere, so a child steps down."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_tell, args=(path, sender))
    child.start()
    sender.close()
    told: list[str] = receiver.recv()
    child.join()
    return told


def _tell(path: Path, sender: Connection) -> None:
    if os.geteuid() == 0:
        os.setuid(65534)
    told = []
    for open_store in (open_reader, open_writer):
        try:
            with closing(open_store(path)) as db:
                told.append(f"{db.is_read_only} {db.execute('SELECT count(*) FROM traces').fetchone()[0]}")
        except StoreError as error:
            told.append(str(error))
    sender.send(told)


def test_a_store_in_a_read_only_folder_opens_and_says_so(public_folder: Path) -> None:
    path = public_folder / "traces.db"
    write(path, [a_trace()])
    path.chmod(0o444)
    public_folder.chmod(0o555)
    read, written = _told_to_a_stranger(path)
    assert read == "True 1"
    assert "cannot be written" in written


def test_a_store_left_open_in_a_read_only_folder_is_not_read_in_halves(public_folder: Path) -> None:
    path = public_folder / "traces.db"
    with closing(SqliteWriter(path, now_us=lambda: 1)) as writer:
        writer.write([a_trace()])
        saved = {
            file.name: file.read_bytes() for file in public_folder.iterdir() if not file.name.endswith("-shm")
        }
    for name, content in saved.items():
        (public_folder / name).write_bytes(content)
        (public_folder / name).chmod(0o444)
    public_folder.chmod(0o555)
    read, _written = _told_to_a_stranger(path)
    assert "was not closed" in read


def test_a_store_that_may_not_be_read_is_told(public_folder: Path) -> None:
    path = public_folder / "traces.db"
    write(path, [a_trace()])
    path.chmod(0o000)
    read, _written = _told_to_a_stranger(path)
    assert "cannot be opened" in read


@pytest.mark.parametrize("open_store", [open_reader, open_writer])
def test_a_path_that_cannot_be_looked_at_is_one_sentence(
    open_store: Callable[[Path], sqlite3.Connection], tmp_path: Path
) -> None:
    (tmp_path / "loop.db").symlink_to("loop.db")
    for path, why in [
        (tmp_path / "loop.db", "symbolic links"),
        (tmp_path / ("a" * 300), "name too long"),
        (tmp_path / "a\0b.db", "null"),
    ]:
        with pytest.raises(StoreError, match=f"cannot be opened .*{why}"):
            open_store(path)


@pytest.mark.parametrize("open_store", [open_reader, open_writer])
def test_a_pipe_is_refused_and_never_waited_for(
    open_store: Callable[[Path], sqlite3.Connection], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.db")
    with pytest.raises(StoreError, match="is a pipe or a device"):
        open_store(tmp_path / "pipe.db")
