"""The search index kept up to date while the app is open: by a process of its own, of the lowest priority.

Not by a thread: Python runs one at a time, and every key would wait for it.
"""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from tracetui.errors import StoreError

FIRST_LOOK_S = 3.0
"""After the first frame and the first rows."""
LOOKS_EVERY_S = 15.0
TELLS_EVERY_S = 0.5
AFTER_FAILURE_S = 150.0
WORTH_INDEXING = 2_000
"""Traces; fewer are read by each search in 20 ms."""


class Indexing:
    """Looks from time to time whether there is much to index, and has it done.

    Args:
        store: The store's file; it need not be there yet.
        first_look_s: When to look for the first time.
        indexed: Called, in a thread of its own, when something was indexed.
    """

    def __init__(
        self, store: Path, first_look_s: float = FIRST_LOOK_S, indexed: Callable[[], None] = lambda: None
    ) -> None:
        self._store = store
        self._first_look_s = first_look_s
        self._indexed = indexed
        self.share: float | None = None
        """The part of what was to be indexed that is, while that is being done; else None. For any thread."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="indexing", daemon=True)

    def __enter__(self) -> "Indexing":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        wait_s = self._first_look_s
        while not self._ended.wait(wait_s):
            wait_s = LOOKS_EVERY_S
            missing = self._missing()
            if missing < WORTH_INDEXING:
                continue
            has_indexed = self._has_indexed(missing)
            self.share = None
            if has_indexed:
                self._indexed()
            else:
                # It cannot be written, or not now: searches read what is not indexed.
                wait_s = AFTER_FAILURE_S

    def _missing(self) -> int:
        """Traces to be indexed; 0 too where that cannot be told."""
        from tracetui.store.search.index import backlog_of

        try:
            return sum(backlog_of(self._store))
        except StoreError:
            return 0

    def _has_indexed(self, missing: int) -> bool:
        command = [sys.executable, "-m", "tracetui", "--store", str(self._store), "index", "--background"]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as process:
            while process.poll() is None:
                self.share = max(0.0, 1 - self._missing() / missing)
                if self._ended.wait(TELLS_EVERY_S):
                    # Safe at any moment: a batch is in the index whole or not at all.
                    process.terminate()
                    break
            return process.wait() == 0
