"""What SQLite complains about, as one sentence and one remedy; and what kind of disk a store is on."""

import os
import sqlite3
from pathlib import Path

from tracetui.errors import StoreError, Unstorable

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "lustre", "glusterfs", "fuse.glusterfs", "fuse.sshfs"}
)
"""Where SQLite's write-ahead log does not work: it needs memory shared by all who have the file open.
Source: https://www.sqlite.org/wal.html."""

_MOUNTS = Path("/proc/self/mounts")


def explained(error: sqlite3.Error, path: Path) -> StoreError:
    """What a user is told about an SQLite error.

    Raises:
        sqlite3.Error: The error itself, where no state of the store explains it: a bug, which keeps its traceback.
    """
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        raise error
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(
                f"{path} is locked by another program.", hint="Try again when that one has finished."
            )
        case sqlite3.SQLITE_FULL:
            return StoreError(
                f"The disk that holds {path} is full.",
                hint="Make room and try again: what was reported as written is safe.",
            )
        case sqlite3.SQLITE_NOTADB:
            return StoreError(
                f"{path} is not a store: it is no SQLite database.",
                hint="Choose another file with --store FILE; this one was left as it is.",
            )
        case sqlite3.SQLITE_CORRUPT:
            return StoreError(
                f"{path} is damaged ({error}).",
                hint="Restore a copy, or move it away and import the sources again.",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_AUTH:
            return StoreError(
                f"{path} cannot be opened ({error}).",
                hint="Check who may read and write the file and its folder.",
            )
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_PROTOCOL:
            return StoreError(
                f"The disk that holds {path} fails ({error}).",
                hint="Check the disk; a store does not work on a network file system.",
            )
        case sqlite3.SQLITE_TOOBIG:
            return Unstorable(f"A record is too large for {path}.", hint="Records may have up to 64 MiB.")
    raise error


def network_file_system(path: Path, mounts: Path = _MOUNTS) -> str | None:
    """The kind of network file system that a path is on; None for a local disk or where that is not known."""
    try:
        lines = mounts.read_text(errors="surrogateescape").splitlines()
    except OSError:
        return None
    place = os.path.realpath(path)
    longest, kind = "", None
    for line in lines:
        _device, folder, file_system, *_ = line.split(" ")
        folder = folder.replace("\\040", " ").rstrip("/")
        if (place == folder or place.startswith(folder + "/")) and len(folder) >= len(longest):
            longest, kind = folder, file_system
    return kind if kind in NETWORK_FILE_SYSTEMS else None
