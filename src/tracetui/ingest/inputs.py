"""The inputs of an import by their names: whether they can be read, in which order, and what they are called."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from tracetui.errors import IngestError
from tracetui.ingest import formats
from tracetui.ingest.sources import STDIN, Source


def check_readable(paths: Sequence[str]) -> None:
    """Open every input before the first is read: a mistyped name is told before anything goes in.

    Raises:
        IngestError: One cannot be opened, or standard input is named twice.
    """
    if list(paths).count(STDIN) > 1:
        raise IngestError("Standard input is named twice, and can be read once.", "Name - once.")
    for path in paths:
        # A pipe is not opened to be closed again: whoever writes into it would be told that nobody reads.
        if path != STDIN and not _is_pipe(path):
            with Source(path):
                pass


def in_order(paths: Sequence[str]) -> list[str]:
    """The inputs as they were named, but what others need before those; a pipe can be looked into only once."""
    if len(paths) == 1:
        return list(paths)
    return sorted(paths, key=lambda path: 1 if path == STDIN or _is_pipe(path) else _place_of(path))


def _place_of(path: str) -> int:
    with Source(path) as source:
        return formats.place_of(source)


def _is_pipe(path: str) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def full_name(path: str) -> str:
    """What an input is called in the rejects file."""
    return "-" if path == STDIN else os.path.abspath(path)


def short_name(path: str) -> str:
    """What an input is called in messages."""
    return "standard input" if path == STDIN else Path(path).name
