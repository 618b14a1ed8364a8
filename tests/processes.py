"""The processes that a process has started, and their end."""

import os
import select
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir() or not hasattr(os, "pidfd_open"), reason="there is no /proc"
)


def children(pid: int | None = None) -> list[int]:
    """The processes that another one's first thread has started; of this one, those of the thread that asks."""
    thread = threading.get_native_id() if pid is None else pid
    found = Path(f"/proc/{pid or 'self'}/task/{thread}/children")
    return [int(child) for child in found.read_text().split()]


def all_end(pids: Iterable[int], limit_s: float = 10) -> bool:
    """Wait for processes, whoever started them, and tell whether all of them ended in time."""
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            if not select.select([descriptor], [], [], limit_s)[0]:
                return False
        finally:
            os.close(descriptor)
    return True
