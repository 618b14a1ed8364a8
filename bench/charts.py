"""Q1 and Q2 on the dashboard: steps of a chart's cursor, from chart to chart, a chart expanded, at 140x40."""

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.goals import Figure, at_most, nearest_rank
from bench.terminal import Cost, Terminal
from tracetui.cancel import Cancel
from tracetui.domain.queries import ModelsQuery
from tracetui.store.reader import SqliteReader

TRACETUI = str(Path(sys.executable).with_name("tracetui"))
STEPS = ("left", "left", "left", "right", "left", "home", "left", "end", "left", "left")


def measure(store: Path) -> Iterator[Figure]:
    """Keys and bytes on the dashboard of the hosted model with the most requests in a store."""
    with tempfile.TemporaryDirectory() as home:
        terminal = _opened(store, home)
        steps: list[Cost] = []
        going = {"from chart to chart": 0}
        for _ in range(6):
            steps += [terminal.press(key) for key in STEPS]
            going["from chart to chart"] = max(going["from chart to chart"], _bytes(terminal, "tab"))
        going["to an expanded chart"] = _bytes(terminal, "z")
        expanded = [terminal.press(key) for key in STEPS * 2]
        going["back from it"] = _bytes(terminal, "escape")
        terminal.close()
    spent = [cost.last_byte_ms for cost in (*steps, *expanded) if cost.size_bytes]
    yield at_most("Q1", f"chart cursor to last byte, median of {len(spent)}", statistics.median(spent), 20, "ms")
    yield at_most("Q1", "chart cursor to last byte, 95th", nearest_rank(spent, 95), 50, "ms")
    yield at_most("Q2", "bytes of a step of a chart's cursor, largest", _most(steps), 3_200, "B")
    yield at_most("Q2", "bytes of a step in an expanded chart, largest", _most(expanded), 3_200, "B")
    for what, size_bytes in going.items():
        yield Figure("Q2", f"bytes of going {what}, largest", f"{size_bytes:,} B", "", None)


def _bytes(terminal: Terminal, key: str) -> int:
    """All that a key sends, however long it takes."""
    before = len(terminal.seen)
    terminal.press(key)
    terminal.settle()
    return len(terminal.seen) - before


def _most(costs: list[Cost]) -> int:
    return max(cost.size_bytes for cost in costs)


def _opened(store: Path, home: str) -> Terminal:
    reader = SqliteReader(store)
    hosted = [model for model in reader.read(ModelsQuery(), Cancel()) if model.ref.type.is_hosted]
    reader.close()
    name = max(hosted, key=lambda model: model.requests).ref.name
    terminal = Terminal(
        [TRACETUI, "--store", str(store.absolute())],
        HOME=home,
        XDG_STATE_HOME=home,
        XDG_CONFIG_HOME=home,
        PATH=os.environ["PATH"],
    )
    terminal.wait_for("Analytics")
    for keys in (["escape"], ["1"], ["m"], [name, "enter"], ["t"], ["90d", "enter"]):
        terminal.settle()
        for key in keys:
            terminal.press(key)
    terminal.settle()
    return terminal
