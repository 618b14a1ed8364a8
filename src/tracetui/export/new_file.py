"""A file that appears under its name once it is whole, and never replaces another one.

Where the system can, it has no name at all until then, so that nothing is left behind even by a kill. Elsewhere
it is a hidden `.NAME.XXXX.partial`, locked while it is being written: one that is not locked was left by a process
that was killed, and is taken away by the next export into that folder.
"""

import errno
import fcntl
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from tracetui.errors import TraceTuiError
from tracetui.export.file_names import numbered

PARTIAL = ".partial"
MOST_NUMBERS = 10_000
_OWNER_ONLY = 0o600


class NewFile:
    """Use it in a `with`; what was written is there only after `keep`.

    Args:
        folder: Where.
        name: What it is to be called; a number is added where that is taken.
        may_be_unnamed: False: with a name of its own even where it needs none; for tests.

    Raises:
        TraceTuiError: Nothing can be written there.
    """

    def __init__(self, folder: Path, name: str, *, may_be_unnamed: bool = True) -> None:
        self._folder = folder
        self._name = name
        self._partial: Path | None = None
        try:
            _take_away_leftovers(folder)
            descriptor = _unnamed(folder) if may_be_unnamed else None
            if descriptor is None:
                self._partial = folder / f".{name}.{secrets.token_hex(4)}{PARTIAL}"
                descriptor = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._discard()
            raise self.explained(error) from error
        self._file: BinaryIO = os.fdopen(descriptor, "wb", buffering=0)

    def __enter__(self) -> "NewFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._file.close()
        self._discard()

    def write(self, content: bytes | bytearray) -> None:
        """Append.

        Raises:
            TraceTuiError: The disk is full, or fails.
        """
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise self.explained(error) from error

    def keep(self) -> Path:
        """Give it its name; what was written is on disk by then.

        Raises:
            TraceTuiError: It could not be brought to disk, or no name is free.
        """
        try:
            os.fsync(self._file.fileno())
            path = self._named()
            _sync_folder(self._folder)
        except OSError as error:
            raise self.explained(error) from error
        return path

    def explained(self, error: OSError) -> TraceTuiError:
        """What a user is told."""
        reason = {
            errno.ENOSPC: "the disk is full",
            errno.EDQUOT: "your share of the disk is used up",
            errno.EFBIG: "it would be larger than a file may be here",
            errno.EACCES: "you may not write there",
            errno.EROFS: "nothing can be written there",
            errno.ENOENT: "there is no such folder",
            errno.ENOTDIR: "it is no folder",
        }.get(error.errno or 0, (error.strerror or str(error)).lower())
        return TraceTuiError(
            f"Could not write {self._name} to {self._folder}: {reason}. Nothing was left behind.",
            hint="Make room, or choose another folder.",
        )

    def _named(self) -> Path:
        source = str(self._partial) if self._partial else f"/proc/self/fd/{self._file.fileno()}"
        for number in range(MOST_NUMBERS):
            path = self._folder / numbered(self._name, number)
            try:
                # The one call that makes a name and never takes one away from another file.
                # With a descriptor, though the paths are whole: without one Python calls link(2), which on Linux
                # would link the entry of /proc instead of what it stands for (python/cpython#81793).
                os.link(source, path, src_dir_fd=self._file.fileno(), follow_symlinks=True)
            except FileExistsError:
                continue
            except OSError as error:
                if self._partial is None or error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK):
                    raise
                if not _renamed(self._partial, path):
                    continue
            return path
        raise FileExistsError(errno.EEXIST, "there are ten thousand files of that name")

    def _discard(self) -> None:
        if self._partial is not None:
            self._partial.unlink(missing_ok=True)


def _unnamed(folder: Path) -> int | None:
    """A file without a name; None where the system has no such thing, or could not name it later."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None:
        return None
    try:
        descriptor = os.open(folder, os.O_WRONLY | flag, _OWNER_ONLY)
    except OSError as error:
        if error.errno in (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL):
            return None
        raise
    if os.path.exists(f"/proc/self/fd/{descriptor}"):
        return descriptor
    os.close(descriptor)
    return None


def _renamed(partial: Path, path: Path) -> bool:
    """Rename where there are no links (FAT): an empty file holds the name for a moment.

    Returns:
        False where the name is taken.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
    except FileExistsError:
        return False
    try:
        partial.rename(path)
    except OSError:
        path.unlink()
        raise
    return True


def _sync_folder(folder: Path) -> None:
    # Some file systems refuse to sync a folder; the file itself is on disk.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _take_away_leftovers(folder: Path) -> None:
    """Remove partial files that nobody writes any more."""
    for path in folder.glob(f".*_traces_data.csv.*{PARTIAL}"):
        _unless_in_use(path, os.unlink)


def _unless_in_use(path: Path, act: Callable[[Path], None]) -> None:
    with suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            act(path)
        finally:
            os.close(descriptor)
