"""Q1 to Q4: the app in a pseudo-terminal: keys, bytes, first frame, memory."""

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.goals import Figure, at_most, nearest_rank
from bench.terminal import Terminal

TRACETUI = str(Path(sys.executable).with_name("tracetui"))
MOVES = ("down", "up", "down", "down", "pagedown", "pagedown", "pageup", "end", "pageup", "home", "pagedown")


def measure(store: Path, model: str) -> Iterator[Figure]:
    """Keys, bytes and memory on one store.

    Args:
        store: The store to open.
        model: A model in it with many pages of traces.
    """
    with tempfile.TemporaryDirectory() as home:
        terminal = _opened(store, model, home)
        for key in MOVES:
            terminal.press(key)
        costs = [(key, terminal.press(key)) for _ in range(8) for key in MOVES]
        spent = [cost.last_byte_ms for _, cost in costs]
        yield at_most("Q1", f"key to last byte, median of {len(spent)}", statistics.median(spent), 20, "ms")
        yield at_most("Q1", "key to last byte, 95th", nearest_rank(spent, 95), 50, "ms")
        rows = [terminal.press(key).size_bytes for key in ("home", *("down", "up") * 8)][1:]
        pages = [terminal.press(key).size_bytes for key in ("home", *("pagedown",) * 12)][1:]
        yield at_most("Q2", "bytes of a row moved, largest", max(rows), 600, "B")
        yield at_most("Q2", "bytes of a page, largest", max(pages), 10_000, "B")
        yield at_most("Q4", "most memory of the app", terminal.memory_mb(), 100, "MB")
        terminal.close()


def first_frame(store: Path, runs: int = 8) -> Iterator[Figure]:
    """Q3: the first frame beside that of a bare Textual app with a table, in turn."""
    bare, ours = [], []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(runs + 1):
            terminal = Terminal([sys.executable, "-m", "bench.bare_app"], **_own(home))
            bare.append(terminal.wait_for("cell 9.0") * 1000)
            terminal.close()
            terminal = Terminal([TRACETUI, "--store", str(store)], **_own(home))
            ours.append(terminal.wait_for("Analytics") * 1000)
            terminal.close()
    more = statistics.median(ours[1:]) - statistics.median(bare[1:])
    note = f" ({statistics.median(ours[1:]):.0f} after {statistics.median(bare[1:]):.0f} of the bare app)"
    yield at_most("Q3", "first frame beyond a bare app's", more, 150, "ms", note)


def _opened(store: Path, model: str, home: str) -> Terminal:
    """The app on one of several models, with its newest rows on the screen."""
    terminal = started(store, model, home)
    for key in (model, "enter"):
        terminal.press(key)
    terminal.settle()
    show_all_time(terminal)
    return terminal


def started(store: Path, model: str, home: str, cwd: Path | None = None) -> Terminal:
    """The app, once it shows the name of a model."""
    terminal = Terminal([TRACETUI, "--store", str(store.absolute())], cwd=cwd, **_own(home))
    terminal.wait_for(model)
    terminal.settle()
    return terminal


def show_all_time(terminal: Terminal) -> None:
    """Every trace, not the last 30 days: the store may be older than that."""
    for key in ("t", "a", "enter"):
        terminal.press(key)
        terminal.settle()


def _own(home: str) -> dict[str, str]:
    """Nothing remembered from elsewhere, and what Python compiles kept, but not in the working tree."""
    compiled = str(Path(tempfile.gettempdir()) / "tracetui-bench")
    return {
        "PYTHONPYCACHEPREFIX": compiled,
        "HOME": home,
        "XDG_STATE_HOME": home,
        "XDG_CONFIG_HOME": home,
        "PATH": os.environ["PATH"],
    }
