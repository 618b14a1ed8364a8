"""`tracetui index`: make all texts of the store quick to search, now."""

import argparse
import os
import sys

from tracetui.cancel import Cancel, Progress
from tracetui.cli.import_progress import ProgressLine, is_terminal
from tracetui.config import Settings

EXAMPLES = """\
examples:
  tracetui index                    index what came in since the last time
  tracetui --store team.db index    of another store

A search finds everything without an index too, only later. The app indexes in the background while it is open.
It can be stopped at any time, and goes on from there when it is run again.
"""
LOWEST_PRIORITY = 19


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    parser.add_argument("--background", action="store_true", help="leave the processor to others, and say nothing")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Index what is not indexed yet.

    Returns:
        The exit code.

    Raises:
        StoreError: There is no store, or it cannot be written.
    """
    from tracetui.store.reader import SqliteReader
    from tracetui.store.search import index

    # A writer would make a store where there is none.
    SqliteReader(settings.store).close()
    if args.background:
        os.nice(LOWEST_PRIORITY)
        index.build(settings.store, Cancel())
        return 0
    progress = ProgressLine(sys.stderr if is_terminal(sys.stderr) else None)
    indexed = 0

    def report(told: Progress) -> None:
        nonlocal indexed
        indexed = told.done
        progress.show(told)

    try:
        index.build(settings.store, Cancel(), report)
    except KeyboardInterrupt:
        print("tracetui: stopped. Run tracetui index again to go on.", file=sys.stderr)
        return 130
    finally:
        progress.clear()
    print(f"{settings.store}: {indexed:,} traces indexed; all can be searched at once.")
    return 0
