"""Opening a store: who may, how it is tuned, and what goes wrong, in a sentence.

Decided here and nowhere else: the pragmas, the application id, the oldest SQLite, and which SQLite error
becomes which `StoreError`. Nothing here knows what the tables hold.
"""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracetui.cancel import Cancel, Cancelled
from tracetui.domain.folding import fold
from tracetui.errors import StoreError, StoreMissing
from tracetui.store import schema
from tracetui.store.problems import explained, network_file_system

APPLICATION_ID = 0x54524354
"""'TRCT' in the header of every store: a database without it is somebody else's and is left alone."""

OLDEST_SQLITE = (3, 40, 1)
"""The oldest SQLite that the tests run with: Python 3.11's own on Debian 12."""

READER_CACHE_KIB = 8_000
"""Page cache of one reader. The app has four, and 100 MB for everything at ten million traces."""
WRITER_CACHE_KIB = 128_000
"""Page cache of the writer: ids come in no order, so every batch touches pages all over their index."""
BUSY_S = 30.0
"""How long to wait for another writer. Transactions are short, but many may queue."""
CANCEL_STEPS = 10_000
"""Steps of SQLite's virtual machine between two looks at a `Cancel`."""
PAGE_BYTES = 4_096
CHECKPOINT_PAGES = 16_000
"""Pages in the write-ahead log after which a commit copies them into the store (64 MB). Ids come in no order, so
each batch touches pages all over their index; copied less often, a page is copied once for several batches.
With 400 and 700 thousand traces that took 16 to 19 % less CPU than 4,000 pages, with a million no less (one run
each, on a busy machine)."""
LOG_LIMIT_BYTES = 64_000_000
"""What the log's file is cut back to after a long reader let it grow."""


class StoreConnection(sqlite3.Connection):
    """A connection that knows its store."""

    path: Path
    is_read_only: bool = False
    """Whether the store is in a place where nothing can be written, and was opened as it lies there."""


def open_reader(path: Path) -> StoreConnection:
    """Open a store for queries alone. An older store is migrated first, where it can be written.

    The connection may be closed by another thread than the one that uses it.

    Raises:
        StoreError: There is no store, or it cannot be read; the message says why.
    """
    _check_place(path)
    if not path.exists():
        raise StoreMissing(f"There is no store at {path}.", hint="`tracetui import FILE` makes one.")
    try:
        connection = _connect_for_reading(path)
        if not _is_ours(connection):
            connection.close()
            raise StoreMissing(f"{path} is empty.", hint="`tracetui import FILE` fills it.")
        if schema.version_of(connection) < schema.NEWEST:
            connection = _migrated(connection)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    return connection


def open_writer(path: Path, *, busy_s: float = BUSY_S, survives_power_cut: bool = False) -> StoreConnection:
    """Open a store for writing; make it, readable by its owner only, where there is none.

    Args:
        path: The file. Folders that are missing are made.
        busy_s: How long to wait for other writers before giving up.
        survives_power_cut: Whether each commit waits for the disk. Without it a commit survives the kill of
            any process, but a power cut may undo the last ones (never damaging the store).

    Raises:
        StoreError: It cannot be written, or is not a store of ours; nothing was changed.
    """
    _check_place(path)
    _make_file(path)
    try:
        connection = _connect(path, "mode=rw")
        connection.execute(f"PRAGMA busy_timeout = {int(busy_s * 1000)}")
        if not _is_ours(connection):
            _begin_store(connection)
        schema.migrate(connection)
        connection.execute(f"PRAGMA synchronous = {'FULL' if survives_power_cut else 'NORMAL'}")
        connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit = {LOG_LIMIT_BYTES}")
    except sqlite3.Error as error:
        raise explained(error, path) from error
    return connection


@contextmanager
def cancellable(connection: StoreConnection, cancel: Cancel) -> Iterator[None]:
    """Stop the SQL inside when `cancel` is set, and explain what SQLite complains about.

    Raises:
        Cancelled: `cancel` was set.
        StoreError: The store cannot be read.
    """
    # A progress handler, not Connection.interrupt(): an interrupt that arrives before
    # execute() starts is lost, and the query then runs to its end.
    cancel.raise_if_set()
    connection.set_progress_handler(lambda: cancel.is_set, CANCEL_STEPS)
    try:
        yield
    except sqlite3.Error as error:
        # Where a statement inside one of our SQL functions was stopped, the outer one only says that it failed.
        if cancel.is_set or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise Cancelled from None
        raise explained(error, connection.path) from error
    finally:
        connection.set_progress_handler(None, 0)


def check_sqlite(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Refuse a SQLite that is too old.

    Raises:
        StoreError: This Python's SQLite is older than `OLDEST_SQLITE`.
    """
    if version < OLDEST_SQLITE:
        raise StoreError(
            f"This Python's SQLite is {_dotted(version)}; tracetui needs {_dotted(OLDEST_SQLITE)} or newer.",
            hint="Use a Python built with a newer SQLite.",
        )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


def _check_place(path: Path) -> None:
    check_sqlite()
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = stat.S_IFREG
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise StoreError(
            f"{path} cannot be opened ({why}).", hint="Check the path, and who may read it and its folders."
        ) from error
    if stat.S_ISDIR(mode):
        raise StoreError(f"{path} is a folder, not a store.", hint="Name a file in it.")
    if not stat.S_ISREG(mode):
        # Opening a pipe would wait for whoever writes into it.
        raise StoreError(f"{path} is a pipe or a device, not a store.", hint="Name a file.")
    file_system = network_file_system(path)
    if file_system is not None:
        raise StoreError(
            f"{path} is on a network file system ({file_system}), where SQLite cannot share a store safely.",
            hint="Keep the store on a local disk: --store FILE or TRACETUI_STORE.",
        )


def _make_file(path: Path) -> None:
    """Make the folders and an empty file, so that nobody else can read it even for a moment."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}.", hint="Choose another place with --store FILE."
        ) from error


def _connect(path: Path, options: str) -> StoreConnection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        factory=StoreConnection,
    )
    connection.path = path
    return connection


def _connect_for_reading(path: Path) -> StoreConnection:
    connection = _connect(path, "mode=ro")
    try:
        _tune_reader(connection)
    except sqlite3.OperationalError as error:
        connection.close()
        # A log cannot be made in a read-only folder. Without one the store is read as it lies there.
        places = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if error.sqlite_errorcode & 0xFF not in places or not os.access(path, os.R_OK):
            raise
        return _connect_as_it_lies(path)
    return connection


def _connect_as_it_lies(path: Path) -> StoreConnection:
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size > 0:
        raise StoreError(
            f"{path} was not closed and its folder is read-only, so {log.name} cannot be read with it.",
            hint="Copy both files to a folder where you can write, and open the copy.",
        )
    connection = _connect(path, "mode=ro&immutable=1")
    connection.is_read_only = True
    _tune_reader(connection)
    return connection


def _tune_reader(connection: StoreConnection) -> None:
    # No mmap: its pages count as the app's memory, and at ten million traces they are most of the file.
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.execute(f"PRAGMA cache_size = -{READER_CACHE_KIB}")
    connection.execute("PRAGMA query_only = 1")
    connection.create_function("folded_contains", 2, _folded_contains, deterministic=True)
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _folded_contains(text: str | None, folded: str) -> bool | None:
    """Whether a text contains another, which is folded already; see `where.py`."""
    return None if text is None else folded in fold(text)


def _is_ours(connection: StoreConnection) -> bool:
    """Whether it is a store that this version can read; False where the file holds nothing yet.

    Raises:
        StoreError: It is somebody else's, or newer.
    """
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    version = schema.version_of(connection)
    if application_id == APPLICATION_ID and version > 0:
        if version > schema.NEWEST:
            connection.close()
            raise StoreError(
                f"{connection.path} was made by a newer tracetui (store version {version}; "
                f"this one reads up to {schema.NEWEST}).",
                hint="Upgrade tracetui; the store was left as it is.",
            )
        return True
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables or application_id not in (0, APPLICATION_ID):
        connection.close()
        raise StoreError(
            f"{connection.path} is an SQLite database of another program, not a store of tracetui.",
            hint="Choose another file with --store FILE; this one was left as it is.",
        )
    return False


def _begin_store(connection: StoreConnection) -> None:
    """Set what can only be set before the first table."""
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _migrated(connection: StoreConnection) -> StoreConnection:
    """Bring an older store up to date and open it again."""
    path, version = connection.path, schema.version_of(connection)
    read_only = connection.is_read_only
    connection.close()
    if read_only:
        raise StoreError(
            f"{path} was made by an older tracetui (store version {version}) and its folder is read-only.",
            hint="Copy it to a folder where you can write, and open the copy.",
        )
    open_writer(path).close()
    return _connect_for_reading(path)
