"""Writing what a panel shows to a new file. Not for the event loop: files may be on a slow disk."""

import os
import re
from pathlib import Path

from tracetui.display.sanitise import safe_line
from tracetui.errors import TraceTuiError

LONGEST_STEM = 80
"""Characters of a file's name before its suffix; file systems take 255 bytes."""
MOST_TRIES = 1_000

_NOT_IN_NAMES = re.compile(r"[^\w.()@=+-]+", re.ASCII)


def file_stem(text: str) -> str:
    """A text as the beginning of a file's name: what a name cannot hold is `_`, and it never begins with a dot."""
    return _NOT_IN_NAMES.sub("_", text)[:LONGEST_STEM].lstrip(".-") or "trace"


def write_new(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file that was not there; where the name is taken, ` (1)` and so on is added to it.

    Args:
        name: As a file's name can be.
        content: Text is written as UTF-8.

    Returns:
        The file, readable by its owner only.

    Raises:
        TraceTuiError: It cannot be written. Nothing is left behind.
    """
    written = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    path = folder / name
    try:
        descriptor, path = _open_new(folder, name)
        with os.fdopen(descriptor, "wb") as file:
            try:
                file.write(written)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                path.unlink(missing_ok=True)
                raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TraceTuiError(
            f"Could not write {safe_line(str(path))}: {reason}. Nothing was left behind.",
            hint="Start tracetui in a folder that you can write to.",
        ) from error
    return path


def _open_new(folder: Path, name: str) -> tuple[int, Path]:
    stem, suffix = os.path.splitext(name)
    for number in range(MOST_TRIES):
        path = folder / (f"{stem} ({number}){suffix}" if number else name)
        try:
            return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), path
        except FileExistsError:
            continue
    raise FileExistsError(17, "file exists, a thousand times over", name)
