"""SQLite files of other programs: read while they are written to, where nothing can be written, and damaged."""

import multiprocessing
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tracetui.domain.foreign import Cells, TooLarge
from tracetui.errors import IngestError
from tracetui.store import foreign
from tracetui.store.connection import open_writer


def a_database(path: Path, count: int = 3, *, journal: str = "delete") -> Path:
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA journal_mode = {journal}")
    db.execute("CREATE TABLE calls (id TEXT PRIMARY KEY, text)")
    db.executemany(
        "INSERT INTO calls VALUES (?, ?)", [(f"c-{number}", f"text {number}") for number in range(count)]
    )
    db.commit()
    db.close()
    return path


def ids(pages: Sequence[Sequence[Cells | TooLarge]]) -> list[object]:
    return [None if isinstance(row, TooLarge) else row["id"] for page in pages for row in page]


def all_ids(path: Path) -> list[object]:
    tables = foreign.open_tables(path)
    try:
        return ids(list(tables.pages("calls", ["id"])))
    finally:
        tables.close()


def test_rows_come_in_the_order_they_were_added(tmp_path: Path) -> None:
    path = a_database(tmp_path / "calls.db", 2 * foreign.PAGE_ROWS + 1)

    assert all_ids(path) == [f"c-{number}" for number in range(2 * foreign.PAGE_ROWS + 1)]


def test_a_column_that_is_not_there_is_unknown(tmp_path: Path) -> None:
    tables = foreign.open_tables(a_database(tmp_path / "calls.db", 1))

    assert list(tables.pages("calls", ["id", "tokens"])) == [[{"id": "c-0", "tokens": None}]]
    tables.close()


def test_rows_are_found_by_key_however_many_keys_there_are(tmp_path: Path) -> None:
    tables = foreign.open_tables(a_database(tmp_path / "calls.db", 1_200))

    found = tables.matching("calls", ["id"], "id", [f"c-{number}" for number in range(5_000)])

    assert len(found) == 1_200
    tables.close()


def test_nothing_is_found_in_a_table_that_is_not_there(tmp_path: Path) -> None:
    tables = foreign.open_tables(a_database(tmp_path / "calls.db"))

    assert tables.matching("tools", ["id"], "id", ["c-1"]) == []
    tables.close()


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_its_owner_can_write_between_two_pages(tmp_path: Path, journal: str) -> None:
    path = a_database(tmp_path / "calls.db", foreign.PAGE_ROWS + 1, journal=journal)
    tables = foreign.open_tables(path)
    pages = tables.pages("calls", ["id"])
    first = next(pages)

    owner = sqlite3.connect(path, timeout=0)
    owner.execute("INSERT INTO calls VALUES ('new', '')")
    owner.commit()
    owner.close()

    assert len(first) == foreign.PAGE_ROWS
    assert ids(list(pages)) == [f"c-{foreign.PAGE_ROWS}", "new"]
    tables.close()


def test_what_its_owner_has_not_copied_from_the_log_is_read(tmp_path: Path) -> None:
    path = a_database(tmp_path / "calls.db", journal="wal")
    owner = sqlite3.connect(path)
    owner.execute("INSERT INTO calls VALUES ('in the log', '')")
    owner.commit()

    assert all_ids(path)[-1] == "in the log"
    owner.close()


def test_a_writer_that_has_not_committed_is_not_waited_for(tmp_path: Path) -> None:
    path = a_database(tmp_path / "calls.db")
    owner = sqlite3.connect(path, isolation_level=None)
    owner.execute("BEGIN IMMEDIATE")
    owner.execute("INSERT INTO calls VALUES ('later', '')")

    assert all_ids(path) == ["c-0", "c-1", "c-2"]
    owner.close()


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)
        os.chmod(folder, 0o755)


def _told_to_a_stranger(path: Path) -> str:
    """What a user who may not write there is told. Root may write everywhere, so a child steps down."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_tell, args=(path, sender))
    child.start()
    sender.close()
    told: str = receiver.recv()
    child.join()
    return told


def _tell(path: Path, sender: Connection) -> None:
    if os.geteuid() == 0:
        os.setuid(65534)
    try:
        sender.send(", ".join(map(str, all_ids(path))))
    except IngestError as error:
        sender.send(str(error))


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_file_in_a_read_only_folder_is_read_as_it_lies(public_folder: Path, journal: str) -> None:
    path = a_database(public_folder / "calls.db", journal=journal)
    path.chmod(0o444)
    public_folder.chmod(0o555)

    assert _told_to_a_stranger(path) == "c-0, c-1, c-2"


def test_a_file_left_open_in_a_read_only_folder_is_not_read_in_halves(public_folder: Path) -> None:
    path = a_database(public_folder / "calls.db", journal="wal")
    owner = sqlite3.connect(path)
    owner.execute("INSERT INTO calls VALUES ('in the log', '')")
    owner.commit()
    files = [file for file in public_folder.iterdir() if not file.name.endswith("-shm")]
    saved = {file.name: file.read_bytes() for file in files}
    owner.close()
    for name, content in saved.items():
        (public_folder / name).write_bytes(content)
        (public_folder / name).chmod(0o444)
    public_folder.chmod(0o555)

    assert "calls.db: was not closed and its folder is read-only" in _told_to_a_stranger(path)


def test_nothing_is_written(tmp_path: Path) -> None:
    path = a_database(tmp_path / "calls.db")
    before = (path.read_bytes(), path.stat().st_mtime_ns)

    all_ids(path)

    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_row_that_is_too_large_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = a_database(tmp_path / "calls.db", foreign.PAGE_ROWS)
    db = sqlite3.connect(path)
    db.execute("UPDATE calls SET text = zeroblob(?) WHERE id = 'c-1'", (foreign.LARGEST_VALUE_BYTES + 1,))
    db.commit()
    db.close()

    tables = foreign.open_tables(path)
    found = ids(list(tables.pages("calls", ["id", "text"])))
    tables.close()

    assert found == [None if number == 1 else f"c-{number}" for number in range(foreign.PAGE_ROWS)]


def test_text_that_is_not_utf_8_is_read_with_marks_for_what_cannot_be(tmp_path: Path) -> None:
    path = a_database(tmp_path / "calls.db", 1)
    db = sqlite3.connect(path)
    db.execute("UPDATE calls SET id = CAST(x'61ff62' AS TEXT)")
    db.commit()
    db.close()

    assert all_ids(path) == ["a\ufffdb"]


def test_a_damaged_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = a_database(tmp_path / "calls.db", 5_000)
    content = bytearray(path.read_bytes())
    content[4_096:] = os.urandom(len(content) - 4_096)
    path.write_bytes(content)

    with pytest.raises(IngestError, match=r"calls\.db: cannot be read as an SQLite database"):
        all_ids(path)


def test_a_damaged_schema_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = a_database(tmp_path / "calls.db")
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE calls", b"CREATE TABLE \xc8\xff\xfe\x80("))

    with pytest.raises(IngestError, match=r"calls\.db: cannot be read as an SQLite database"):
        foreign.open_tables(path)


def test_a_file_that_is_none_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    path.write_bytes(b"SQLite format 3\x00" + b"x" * 4_096)

    with pytest.raises(IngestError, match="cannot be read"):
        foreign.open_tables(path)


def test_a_store_of_our_own_is_known(tmp_path: Path) -> None:
    open_writer(tmp_path / "traces.db").close()

    tables = foreign.open_tables(tmp_path / "traces.db")

    assert tables.is_tracetui_store
    tables.close()
