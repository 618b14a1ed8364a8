"""`tracetui prune`: delete old traces and give their disk space back, while others work."""

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from tracetui.cancel import Cancel
from tracetui.cli.as_json import iso
from tracetui.cli.import_progress import ProgressLine, is_terminal
from tracetui.config import Settings
from tracetui.display.formatting import format_count, format_size
from tracetui.domain.durations import parse_duration
from tracetui.domain.periods import HOUR_US
from tracetui.errors import QueryError

if TYPE_CHECKING:
    from tracetui.store.prune import Done, Plan

EXAMPLES = """\
examples:
  tracetui prune --older-than 90d               asks, then deletes what is older than 90 days
  tracetui prune --older-than 90d --dry-run     tells what it would delete
  tracetui prune --older-than 1d --yes --json   for a nightly job
  tracetui prune --older-than 365d --drop-figures --yes

Days are whole days of UTC: the traces of a day go once all of it is older. Requests, failures, tokens and average
latency of the time pruned stay in the charts, unless --drop-figures is given; whatever reaches into that time says
that it is not exact. Models, deployments, connections and credits stay. Apps, imports and collectors go on
meanwhile. It can be stopped at any time, and goes on from there when it is run again.

Exit codes: 0 done, or there was nothing to delete; 1 the question was answered with no; 2 it cannot be done.
"""
DONE, DECLINED = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    parser.add_argument("--older-than", metavar="AGE", required=True, help="such as 90d, 24h or 1d 12h")
    parser.add_argument("--drop-figures", action="store_true", help="delete the figures of that time as well")
    parser.add_argument("--dry-run", action="store_true", help="tell what would be deleted, and delete nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--json", action="store_true", help="one JSON object, times in UTC")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Delete what is old.

    Returns:
        The exit code.

    Raises:
        QueryError: The age cannot be read, or nobody can be asked.
        StoreError: There is no store, or it cannot be written.
    """
    from tracetui.store import prune

    plan = prune.plan(settings.store, time.time_ns() // 1_000 - _age_us(args.older_than))
    told = {
        "pruned_before": iso(plan.before_us),
        "traces": plan.traces,
        "traces_in_store": plan.all_traces,
        "space_bytes": plan.space_bytes,
        "store_bytes": plan.store_bytes,
    }
    if args.dry_run:
        print(json.dumps(told) if args.json else _in_words(plan))
        return DONE
    if not args.yes:
        if not _is_agreed(plan):
            print("Nothing was deleted.", file=sys.stderr)
            return DECLINED
    elif not args.json:
        print(_in_words(plan))
    progress = ProgressLine(sys.stderr if is_terminal(sys.stderr) else None)
    try:
        done = prune.prune(
            settings.store,
            plan.before_us,
            keeps_figures=not args.drop_figures,
            cancel=Cancel(),
            report=progress.show,
        )
    except KeyboardInterrupt:
        print("tracetui: stopped. Run tracetui prune again to go on.", file=sys.stderr)
        return 130
    finally:
        progress.clear()
    if args.json:
        told |= {
            "traces": done.traces,
            "waiting_parts": done.waiting_parts,
            "spans": done.spans,
            "given_back_bytes": done.given_back_bytes,
            "free_bytes": done.free_bytes,
            "figures_kept": not args.drop_figures,
        }
        print(json.dumps(told))
    else:
        print(_outcome(done, plan.before_us, keeps_figures=not args.drop_figures))
    return DONE


def _age_us(text: str) -> int:
    """Read an age.

    Raises:
        QueryError: It is none, or so short that something else was meant.
    """
    said = f"--older-than {json.dumps(text, ensure_ascii=False)}"
    try:
        age_us = parse_duration(text)
    except QueryError as error:
        raise QueryError(f"{said} is no age.", hint="Write 90d, 24h or 1d 12h.") from error
    if 0 < age_us < HOUR_US:
        # Who writes 6m means months, and would lose all but today.
        raise QueryError(f"{said} is less than an hour: m is minutes.", hint="Write days, such as 180d, or hours.")
    return age_us


def _is_agreed(plan: "Plan") -> bool:
    """Ask, where there is anything to ask about and anybody to be asked.

    Raises:
        QueryError: Standard input is no terminal.
    """
    print(_in_words(plan), file=sys.stderr)
    if not plan.traces:
        return True
    if not sys.stdin.isatty():
        raise QueryError("Nobody can be asked whether to delete them.", hint="Say so with --yes.")
    print("Delete them? They cannot be brought back. [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _in_words(plan: "Plan") -> str:
    day = iso(plan.before_us)[:10]
    if not plan.traces:
        return f"None of {format_count(plan.all_traces)} traces is from before {day} (UTC)."
    return (
        f"{format_count(plan.traces)} of {format_count(plan.all_traces)} traces are from before {day} (UTC); they"
        f" take about {format_size(plan.space_bytes)} of {format_size(plan.store_bytes)}."
    )


def _outcome(done: "Done", before_us: int, *, keeps_figures: bool) -> str:
    figures = "stay in the charts" if keeps_figures else "were deleted too"
    lines = [
        f"{format_count(done.traces)} traces from before {iso(before_us)[:10]} (UTC) were deleted,"
        f" {format_size(done.given_back_bytes)} given back. Their figures {figures}."
    ]
    if not done.can_shrink:
        lines.append(
            f"{format_size(done.free_bytes)} lie free in the file, which was made so that it cannot shrink; what"
            " comes next uses them. While nobody else works on it, `sqlite3 FILE 'PRAGMA auto_vacuum = 2; VACUUM'`"
            " mends that."
        )
    return "\n".join(lines)
