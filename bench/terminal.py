"""A program in a real pseudo-terminal: what each key costs until its last byte, and how many bytes that is.

Textual's own Pilot waits some 60 ms a key, so it cannot measure this.
"""

import os
import pty
import re
import select
import signal
import struct
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ
from typing import NamedTuple

KEYS = {
    "down": b"\x1b[B",
    "up": b"\x1b[A",
    "left": b"\x1b[D",
    "right": b"\x1b[C",
    "pagedown": b"\x1b[6~",
    "pageup": b"\x1b[5~",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "enter": b"\r",
    "escape": b"\x1b",
    "tab": b"\t",
    "ctrl+n": b"\x0e",
}

QUIET_S = 0.12
"""Silence after which a key's answer counts as complete."""


class Cost(NamedTuple):
    """What one key took."""

    last_byte_ms: float
    size_bytes: int


class Terminal:
    """A running program and everything it has written."""

    def __init__(
        self,
        command: Sequence[str],
        columns: int = 140,
        rows: int = 40,
        cwd: Path | None = None,
        **environment: str,
    ) -> None:
        self.seen = b""
        self.started_s = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            # As installed: where Python may not keep what it compiled, every start compiles the whole app, 0.1 s.
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", **environment)
            os.chdir(cwd or ".")
            os.execvp(command[0], list(command))
        ioctl(self._fd, TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds: float) -> int:
        """Take what comes within a time; 0 where nothing did.

        Raises:
            EOFError: The program has ended.
        """
        if not select.select([self._fd], [], [], seconds)[0]:
            return 0
        try:
            chunk = os.read(self._fd, 1 << 16)
        except OSError as error:
            raise EOFError(self.text()[-2000:]) from error
        self.seen += chunk
        return len(chunk)

    def wait_for(self, marker: str, limit_s: float = 60) -> float:
        """Read until a text has been written; the seconds since the program was started.

        Raises:
            TimeoutError: It never was.
        """
        until = time.perf_counter() + limit_s
        while marker not in self.text():
            if time.perf_counter() > until:
                raise TimeoutError(f"{marker!r} never came: {self.text()[-2000:]}")
            self.read(0.05)
        return time.perf_counter() - self.started_s

    def settle(self) -> None:
        """Read until the program has been silent for a while."""
        while self.read(0.4):
            pass

    def press(self, key: str, quiet_s: float = QUIET_S) -> Cost:
        """Send a key by name, or text as it is, and read its whole answer."""
        start = last = time.perf_counter()
        os.write(self._fd, KEYS.get(key, key.encode()))
        size = 0
        while got := self.read(quiet_s):
            size += got
            last = time.perf_counter()
        return Cost((last - start) * 1000, size)

    def text(self) -> str:
        """Everything written so far without its escape sequences."""
        return re.sub(rb"\x1b(\[[0-9;?<>=$]*[a-zA-Z]|\][^\x07\x1b]*(\x07|\x1b\\)|.)", b"", self.seen).decode(
            errors="replace"
        )

    def memory_mb(self) -> float:
        """The most memory the program has had so far, in MB."""
        with open(f"/proc/{self.pid}/status") as status:
            peak = next(line for line in status if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024

    def close(self) -> None:
        """End the program."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)
