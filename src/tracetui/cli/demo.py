"""`tracetui demo`: make a store of lifelike, made-up traffic and open the app on it.

It has a store of its own, apart from the user's, and makes it anew when it is from another day, of another
version or for another order. It replaces no file but one that it made itself.
"""

import argparse
import glob
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from tracetui import config
from tracetui.cancel import Cancel, Progress
from tracetui.demo import job
from tracetui.errors import StoreError, TraceTuiError

if TYPE_CHECKING:
    from tracetui.config import Settings

MAKER = "demo"
EXAMPLES = """\
examples:
  tracetui demo                                 look around in an account of 20,000 requests
  tracetui demo --seed 7 --traces 100000        another one, larger
  tracetui demo --no-open --store team-demo.db  only make the store
"""
_EARLIEST_YEAR, _LATEST_YEAR = 1990, 2099


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.epilog = EXAMPLES
    parser.add_argument("--traces", metavar="N", type=_whole, default=job.TRACES, help="how many (20,000)")
    parser.add_argument("--seed", metavar="S", type=_whole, default=1, help="the same seed, the same traffic (1)")
    parser.add_argument("--no-open", action="store_true", help="make the store, but do not open the app")
    parser.add_argument(
        "--text-bytes", metavar="N", type=_whole, help="mean length of input and output together (else lifelike)"
    )
    parser.add_argument(
        "--days", metavar="N", type=_whole, help="how far back it goes (120; 365 for 100,000 traces)"
    )
    parser.add_argument("--now", metavar="ISO", help="when the traffic ends, such as 2026-10-01T12:00:00Z (now)")


def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Make the demo's store where needed, and open the app on it.

    Returns:
        The exit code.

    Raises:
        TraceTuiError: An argument cannot be used.
        StoreError: The file is not a demo's, or the store cannot be written.
    """
    # TRACETUI_STORE and the config file name the user's own store: only a flag can say where the demo goes.
    said = getattr(args, "store", None)
    path = config.expanded(said) if said else config.data_folder(os.environ) / "demo.db"
    wanted = _order(args, time.time_ns() // 1_000)
    mark = _mark(wanted, args.now, settings.zone)
    if not _is_there(path, mark):
        _make(path, wanted, mark)
    if args.no_open:
        print(f"{path}: {wanted.traces:,} made-up traces. Open it with: tracetui --store {path}")
        return 0
    from tracetui.cli import open_app

    return open_app.run(replace(settings, store=path))


def _order(args: argparse.Namespace, clock_us: int) -> job.DemoOrder:
    days = args.days
    if days is not None and not job.FEWEST_DAYS <= days <= job.MOST_DAYS:
        raise TraceTuiError(f"--days is {days}.", f"Give {job.FEWEST_DAYS} to {job.MOST_DAYS:,} days.")
    if args.text_bytes == 0:
        raise TraceTuiError("--text-bytes is 0.", "Give 1 or more, or leave it out for texts of lifelike lengths.")
    now_us = _read_now(args.now) if args.now else clock_us
    return job.order(now_us, args.traces, args.seed, days, args.text_bytes)


def _read_now(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        hint = "Give an ISO 8601 date and time, such as 2026-10-01T12:00:00Z."
        raise TraceTuiError(f"--now is {text!r}, which is not a time.", hint) from error
    if not _EARLIEST_YEAR <= moment.year <= _LATEST_YEAR:
        raise TraceTuiError(f"--now is {text!r}.", f"Give a year from {_EARLIEST_YEAR} to {_LATEST_YEAR}.")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000


def _mark(wanted: job.DemoOrder, now: str | None, zone: tzinfo) -> str:
    """What a store must have been made for to be opened as it is; the time of day does not matter."""
    order = asdict(wanted)
    if now is None:
        order["now_us"] = datetime.fromtimestamp(wanted.now_us / 1e6, zone).date().isoformat()
    return json.dumps({"version": job.VERSION, **order})


def _is_there(path: Path, mark: str) -> bool:
    """Whether the store is there and is what was asked for.

    Raises:
        StoreError: There is a file that the demo did not make, or not alone.
    """
    if not os.path.exists(path):
        return False
    from tracetui.store import made_by

    hint = "Choose another file with --store FILE, or remove this one; it was left as it is."
    try:
        found = made_by.read(path, MAKER)
    except StoreError as error:
        raise StoreError(f"{path} is not a demo's store: {error.problem}", hint) from error
    if found is None:
        raise StoreError(f"{path} holds more than the demo's own traffic.", hint)
    return found == mark


def _make(path: Path, wanted: job.DemoOrder, mark: str) -> None:
    """Make the store beside its place, and put it there when it is whole."""
    from tracetui.store import made_by
    from tracetui.store.writer import SqliteWriter

    _discard_leftovers(path)
    half = path.with_name(f"{path.name}.{os.getpid()}.half")
    try:
        writer = SqliteWriter(half, lambda: wanted.now_us)
        try:
            job.build(wanted, writer, Cancel(), _reporter())
        finally:
            writer.close()
        made_by.put(half, MAKER, mark)
        made_by.replace(path, half)
    finally:
        made_by.discard(half)


def _discard_leftovers(path: Path) -> None:
    """Remove what runs that were killed left beside the store."""
    from tracetui.store import made_by

    for half in path.parent.glob(f"{glob.escape(path.name)}.*.half"):
        process = half.name.removeprefix(path.name).split(".")[1]
        if process.isdigit() and not _is_running(int(process)):
            made_by.discard(half)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return process != os.getpid()


def _reporter() -> Callable[[Progress], None]:
    """A line on standard error that counts up; a line each minute where that is a file."""
    is_terminal = sys.stderr.isatty()
    started = time.monotonic()
    shown = started

    def report(progress: Progress) -> None:
        nonlocal shown
        is_done = progress.done == progress.total
        now = time.monotonic()
        if now - shown < (0.1 if is_terminal else 60) and not is_done:
            return
        shown = now
        percent = 100 * progress.done // progress.total if progress.total else 100
        rate = progress.done / max(now - started, 0.001)
        text = f"Making the demo: {progress.done:,} traces, {percent} %, {rate:,.0f}/s"
        print(f"\r{text}\x1b[K" if is_terminal else text, end="" if is_terminal else "\n", file=sys.stderr)
        if is_done and is_terminal:
            print(file=sys.stderr, flush=True)
        sys.stderr.flush()

    return report


def _whole(text: str) -> int:
    """A whole number from a flag; separators are allowed as people write them."""
    digits = text.replace(",", "").replace("_", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 15:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(digits)
