"""The app over a real store of a few hundred traces of one model, all within the last 30 days."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from textual.pilot import Pilot

from tests.fakes import MS, NOON_US, S, a_trace
from tests.screens import text_of
from tests.store.stored import write
from tests.ui.tables import settled
from tracetui.domain.trace import Status, Trace
from tracetui.store.reader import SqliteReader
from tracetui.ui.app import TraceTuiApp

SOURCES = ("checkout", "mobile", "100%_safe", "mail\x1b]0;owned\x07 [bold]")


def traces(count: int = 300) -> list[Trace]:
    """Traces of a hosted model, a minute apart, with every combination of status, source and version."""
    return [
        a_trace(
            f"req-{number}",
            deployment="prod",
            version=f"v{number % 3}",
            executed_at_us=NOON_US - number * 60 * S,
            status=Status.FAILED if number % 5 == 0 else Status.SUCCESS,
            response_time_us=None if number % 7 == 0 else number * 10 * MS,
            source_type="Workflow" if number % 2 else "API Key",
            source=SOURCES[number % len(SOURCES)],
            input=f"Question {number}. "
            + ("x " * 40 if number % 3 else "")
            + f"Please REFUND order {number % 10}.",
            output=f"Answer {number}: Erstattung über {number} Euro",
        )
        for number in range(count)
    ]


@asynccontextmanager
async def opened(
    path: Path, records: Sequence[Trace], size: tuple[int, int] = (120, 40), **settings: Any
) -> AsyncIterator[Pilot[None]]:
    """The app on a store of these traces, their model open."""
    write(path / "traces.db", records)
    app = TraceTuiApp(
        lambda: SqliteReader(path / "traces.db"),
        store=path / "traces.db",
        zone=ZoneInfo("Europe/Berlin"),
        now_us=lambda: NOON_US,
        **settings,
    )
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield pilot


def ids_of(pilot: Pilot[None]) -> list[str]:
    """The request ids on the screen, from the top."""
    words = [line.strip("▌ ").split() for line in text_of(pilot.app).splitlines()]
    return [line[1] for line in words if len(line) > 1 and line[0] in ("✓", "✗")]
