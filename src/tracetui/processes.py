"""Processes of ours that do a part of a long piece of work beside this one, and end with it.

Python runs one thread at a time, so more processors are used by more processes. What travels through a process's
standard input and output is up to those who use it; the end of its input, also where this process was killed, is
its own end.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from types import TracebackType
from typing import Self

from tracetui.errors import TraceTuiError

PIPE_BYTES = 1 << 20
"""What a pipe should hold, so that neither side waits for the other in the middle of a block."""


def processors() -> int:
    """How many of the machine's processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class OwnProcess:
    """A running module of ours; use it in a `with`, at the end of which it is gone.

    Args:
        module: What it runs, as `python -m` does.

    Raises:
        OSError: No process can be started here.
    """

    def __init__(self, module: str) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 closed by __exit__
        try:
            self._process = subprocess.Popen(
                # -P: a file of the user's in this folder that is called as one of Python's modules is not taken.
                [sys.executable, "-P", "-m", module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                bufsize=0,
                # Of a session of its own: ctrl+c is for who started it, and that ends it.
                start_new_session=True,
            )
        except BaseException:
            self._errors.close()
            raise
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.stdin = self._process.stdin.fileno()
        """Where it reads: a file descriptor."""
        self.stdout = self._process.stdout.fileno()
        """Where it writes: a file descriptor."""
        _widen(self.stdin)
        _widen(self.stdout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Not by the end of its input: it would first finish what it has.
        self._process.kill()
        with self._process, self._errors:
            pass

    def ended(self, what: str) -> Exception:
        """Why it ended when nobody had asked it to; waits for its end.

        Args:
            what: What it did, as in `The process that makes the text`.
        """
        code = self._process.wait()
        if code < 0:
            return TraceTuiError(
                f"{what} was ended from outside (signal {-code}).",
                hint="Try again; where memory is short the system may end what runs.",
            )
        self._errors.seek(0)
        return RuntimeError(f"{what} failed:\n{self._errors.read().decode(errors='replace')}")


def _widen(pipe: int) -> None:
    """Make a pipe hold more, where that can be."""
    with suppress(ImportError, OSError):
        from fcntl import F_SETPIPE_SZ, fcntl

        fcntl(pipe, F_SETPIPE_SZ, PIPE_BYTES)
