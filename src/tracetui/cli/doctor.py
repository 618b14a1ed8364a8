"""`tracetui doctor`: what the traces of each origin lack and what supplies it, and whether the store is sound."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

from tracetui.cancel import Cancel, Cancelled, Progress
from tracetui.cli.as_json import dumps
from tracetui.cli.import_progress import ProgressLine, is_terminal
from tracetui.cli.table import terminal_cells
from tracetui.config import Settings
from tracetui.display.formatting import format_count, format_percent
from tracetui.display.progress import progress_in_words
from tracetui.display.sanitise import safe_line
from tracetui.domain.ports import Reader
from tracetui.domain.upkeep import LACKS, Finding, Lack, LacksQuery, StatsQuery, StoreStats

EXAMPLES = """\
examples:
  tracetui doctor                 the traces that came last of each origin, and a sample of the store
  tracetui doctor --full          look at everything in the store, which takes as long as to read it twice
  tracetui doctor --traces 50000 --json

For each origin it tells in which dialect its traces came, what they lack (shown as – everywhere), and which
setting of the sender supplies it. A request that failed need not have an output or tokens.
Exit codes: 0 the store is sound (whatever traces lack), 1 something is wrong with it, 2 it cannot be looked at,
130 stopped with ctrl+c.
"""
_NARROWEST, _WIDEST = 20, 100
"""Cells of a line of advice."""
SOUND, WRONG, INTERRUPTED = 0, 1, 130
_SHOWN = {
    "model": "no model",
    "input": "no input text",
    "output": "no output text",
    "input_tokens": "no input tokens",
    "output_tokens": "no output tokens",
    "response_time": "no response time",
    "user": "no user",
    "source": "no source",
}


@dataclass(slots=True)
class _Sender:
    """Traces of one origin in one dialect."""

    origin: str
    dialect: str
    traces: int = 0
    lacks: Counter[str] = field(default_factory=Counter)
    advice: dict[str, str] = field(default_factory=dict)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    traces = "of each origin, look at so many that came last (2,000)"
    parser.add_argument("--traces", metavar="N", type=_count, default=2_000, help=traces)
    parser.add_argument("--full", action="store_true", help="look at everything in the store, not at a sample")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--progress", choices=["auto", "line", "off"], default="auto", help="a line on a terminal")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Look, and say what is found.

    Returns:
        The exit code.

    Raises:
        StoreError: There is no store, or it cannot be opened.
    """
    from tracetui.store.integrity import examine
    from tracetui.store.reader import SqliteReader

    is_shown = args.progress == "line" or (args.progress == "auto" and is_terminal(sys.stderr))
    progress = ProgressLine(sys.stderr if is_shown else None, tell=_told)
    try:
        # First of all: what is damaged cannot be asked anything else.
        findings = examine(settings.store, Cancel(), progress.show, is_full=args.full)
        is_sound = not any(finding.problems for finding in findings)
        stats: StoreStats | None = None
        senders: list[_Sender] = []
        if is_sound:
            reader = SqliteReader(settings.store)
            try:
                stats = reader.read(StatsQuery(args.full), Cancel())
                senders = _senders(reader, stats, args.traces, progress)
            finally:
                reader.close()
    except (KeyboardInterrupt, Cancelled):
        progress.clear()
        print("tracetui: stopped.", file=sys.stderr)
        return INTERRUPTED
    finally:
        progress.clear()
    if args.json:
        print(dumps(_as_json(findings, senders, stats)))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _text(findings, senders, stats))
    return SOUND if is_sound else WRONG


def _senders(reader: Reader, stats: StoreStats, count: int, progress: ProgressLine) -> list[_Sender]:
    """What the traces of each origin lack, by dialect, those with the most traces first."""
    found: dict[tuple[str, str], _Sender] = {}
    for origin in stats.origins:
        progress.show(Progress(0, None, f"traces from {origin.name}"))
        for lack in reader.read(LacksQuery(origin.name, count), Cancel()):
            _take(found, lack)
    return sorted(found.values(), key=lambda one: -one.traces)


def _take(found: dict[tuple[str, str], _Sender], lack: Lack) -> None:
    from tracetui.ingest.dialects import advice_on, dialect_of

    dialect = dialect_of(lack.origin, lack.raw)
    key = (lack.origin, dialect.name)
    sender = found.setdefault(key, _Sender(*key))
    sender.traces += 1
    sender.lacks.update(lack.lacks)
    for name in lack.lacks:
        if name not in sender.advice and (advice := advice_on(dialect, name)) is not None:
            sender.advice[name] = advice


def _text(findings: Sequence[Finding], senders: Sequence[_Sender], stats: StoreStats | None) -> list[str]:
    lines = ["Store"]
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        lines.append(f"  {_mark(finding)} {finding.name:{width}}  {_said(finding)}")
        lines += [f"      {safe_line(problem)}" for problem in finding.first]
    if stats is None:
        return [*lines, "  What is wrong with the store comes first: restore a copy, or import its sources again."]
    if stats.waiting:
        wait = "message waits" if stats.waiting == 1 else "messages wait"
        lines.append(f"  – {format_count(stats.waiting)} {wait} for a span that has not come")
    for sender in senders:
        name = safe_line(sender.origin, 40)
        lines += ["", f"{name}: {sender.dialect}, {format_count(sender.traces)} traces looked at"]
        lines += _lacking(sender, max(_NARROWEST, min(terminal_cells() or _WIDEST, _WIDEST)))
    if not senders:
        lines += ["", "There are no traces: nothing lacks anything."]
    return lines


def _lacking(sender: _Sender, width_cells: int) -> list[str]:
    """What is lacking, with the setting that supplies it below all that it supplies."""
    lines: list[str] = []
    names = [name for name in LACKS if sender.lacks[name]]
    for place, name in enumerate(names):
        count = sender.lacks[name]
        lines.append(f"  – {_SHOWN[name]}: {format_count(count)} ({format_percent(count, sender.traces)})")
        advice = sender.advice.get(name)
        is_said_below = place + 1 < len(names) and sender.advice.get(names[place + 1]) == advice
        if advice is not None and not is_said_below:
            # Names of settings are copied: they are never broken.
            parts = wrap(advice, width_cells - 6, break_long_words=False, break_on_hyphens=False)
            lines += [f"      {part}" for part in parts]
    return lines or ["  ✓ lacks nothing"]


def _mark(finding: Finding) -> str:
    return "✗" if finding.problems else "–" if finding.is_skipped else "✓"


def _said(finding: Finding) -> str:
    if finding.problems:
        return f"{format_count(finding.problems)} {'problem' if finding.problems == 1 else 'problems'}"
    return "not looked at; --full does" if finding.is_skipped else "sound"


def _as_json(findings: Sequence[Finding], senders: Sequence[_Sender], stats: StoreStats | None) -> dict[str, Any]:
    return {
        "is_sound": not any(finding.problems for finding in findings),
        "store": [
            {
                "looked_at": finding.name,
                "problems": None if finding.is_skipped else finding.problems,
                "first": list(finding.first),
            }
            for finding in findings
        ],
        "waiting_messages": None if stats is None else stats.waiting,
        "senders": [
            {
                "origin": sender.origin,
                "dialect": sender.dialect,
                "traces": sender.traces,
                "lacks": {name: sender.lacks[name] for name in LACKS},
                "advice": sender.advice,
            }
            for sender in senders
        ],
    }


def _told(progress: Progress, elapsed_s: float) -> str:
    if progress.total is None:
        return f"looking at {safe_line(progress.note, 60)}"
    return f"looking at {safe_line(progress.note, 60)}  {progress_in_words(progress, elapsed_s)}"


def _count(text: str) -> int:
    """A whole number from a flag, at least 1."""
    if not text.isascii() or not text.isdigit() or not 0 < len(text) < 10 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)
