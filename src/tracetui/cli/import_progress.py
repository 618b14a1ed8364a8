"""How far an import is, on standard error: one line kept up to date, or a line after each batch."""

import os
import time
from collections.abc import Callable
from typing import TextIO

from tracetui.cancel import Progress
from tracetui.display.sanitise import safe_line

REDRAW_S = 0.1
_TO_LINE_START = "\r"
_ERASE_TO_END = "\x1b[K"


def is_terminal(stream: TextIO) -> bool:
    """Whether a line on it can be written over."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class ProgressLine:
    """One line that is written over.

    Args:
        stream: A terminal; None shows nothing.
        clock_s: A clock that never goes back.
        tell: What the line says, of how far it is and for how long it has run; else `told`.
    """

    def __init__(
        self,
        stream: TextIO | None,
        clock_s: Callable[[], float] = time.monotonic,
        tell: Callable[[Progress, float], str] | None = None,
    ) -> None:
        self._stream = stream
        self._clock_s = clock_s
        self._tell = tell or told
        self._began_s = clock_s()
        self._drawn_s = float("-inf")
        self._name = ""

    def show(self, progress: Progress) -> None:
        """Draw it, at most ten times a second."""
        if self._stream is None:
            return
        now_s = self._clock_s()
        if progress.note != self._name or progress.done == 0:
            self._name, self._began_s = progress.note, now_s
        elif now_s - self._drawn_s < REDRAW_S:
            return
        self._drawn_s = now_s
        text = self._tell(progress, now_s - self._began_s)
        # Cut to the terminal: a line that wraps cannot be written over.
        width = _width(self._stream)
        self._stream.write(_TO_LINE_START + text[: width - 1] + _ERASE_TO_END)
        self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._stream is not None:
            self._stream.write(_TO_LINE_START + _ERASE_TO_END)
            self._stream.flush()


class ProgressLines:
    """A line after each batch, for a log or a program."""

    def __init__(self, stream: TextIO, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock_s = clock_s
        self._began_s = clock_s()

    def show(self, progress: Progress) -> None:
        """Write a line."""
        self._stream.write(told(progress, self._clock_s() - self._began_s) + "\n")
        self._stream.flush()

    def clear(self) -> None:
        """Nothing: lines stay."""


def told(progress: Progress, elapsed_s: float) -> str:
    """An input's name, how much of it is done, how fast it goes and how long it still takes.

    Args:
        progress: Bytes done and in all.
        elapsed_s: Since the input was begun.
    """
    parts = [str(safe_line(progress.note, 60))]
    if progress.total:
        parts.append(f"{min(progress.done / progress.total, 1):4.0%} of {_megabytes(progress.total)}")
    else:
        parts.append(_megabytes(progress.done))
    if elapsed_s > 0 and progress.done:
        rate_per_s = progress.done / elapsed_s
        parts.append(f"{_megabytes(round(rate_per_s))}/s")
        if progress.total:
            parts.append(f"{_clock((progress.total - progress.done) / rate_per_s)} left")
    return "  ".join(parts)


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.1f} MB"


def _clock(seconds: float) -> str:
    whole = max(0, round(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def _width(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return 80
