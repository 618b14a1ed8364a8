"""What a collector says of itself: a line that is written over, lines of JSON, or only what went wrong."""

import json
import sys
from pathlib import Path

from tracetui.cancel import Progress
from tracetui.cli.import_progress import ProgressLine, is_terminal
from tracetui.display.formatting import format_count
from tracetui.display.sanitise import safe_line
from tracetui.domain.collecting import CollectorStatus

_PROBLEM_CHARACTERS = 300


class Lines:
    """Every second a line of JSON on standard output."""

    def tell(self, status: CollectorStatus) -> None:
        """Write how it is."""
        print(json.dumps(status._asdict()), flush=True)


class OneLine:
    """Where it listens; then, on a terminal, one line that is kept up to date; and each new problem.

    Args:
        store: Where traces go.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._line = ProgressLine(sys.stderr if is_terminal(sys.stderr) else None, tell=lambda said, _: said.note)
        self._has_begun = False
        self._problem = ""
        self._last: CollectorStatus | None = None

    def tell(self, status: CollectorStatus) -> None:
        """Show how it is."""
        if status.is_running and not self._has_begun:
            self._has_begun = True
            print(_began(status, self._store), flush=True)
        if status.problem != self._problem:
            self._problem = status.problem
            self._line.clear()
            print(f"tracetui: {safe_line(status.problem, _PROBLEM_CHARACTERS)}", file=sys.stderr, flush=True)
        if status.is_running:
            self._line.show(Progress(0, None, in_words(status)))
        else:
            self._line.clear()
            print(f"Stopped. {in_words(status)}", flush=True)


def in_words(status: CollectorStatus) -> str:
    """What has come in, and how fast."""
    parts = [f"spans: {format_count(status.spans)}"]
    if status.log_records:
        parts.append(f"log records: {format_count(status.log_records)}")
    if status.is_running:
        parts.append(f"spans/s: {format_count(round(status.spans_per_s))}")
    if status.rejected:
        parts.append(f"rejected: {format_count(status.rejected)}")
    if status.refused:
        parts.append(f"requests refused: {format_count(status.refused)}")
    if status.data_points:
        parts.append(f"data points of metrics not kept: {format_count(status.data_points)}")
    return "  ".join(parts)


def _began(status: CollectorStatus, store: Path) -> str:
    where = " and ".join(status.addresses)
    return f"Collecting on {where} into {safe_line(str(store))}. ctrl+c stops."
