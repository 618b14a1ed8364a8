"""`tracetui remap`: the raw records that are kept, read again with the config file and the decoders of today."""

import argparse
import hashlib
import sys
from typing import Any

from tracetui import __version__
from tracetui.cancel import Cancel
from tracetui.cli.as_json import dumps
from tracetui.cli.import_progress import ProgressLine, is_terminal
from tracetui.config import Settings, zone_named
from tracetui.display.formatting import format_count
from tracetui.display.progress import progress_in_words
from tracetui.display.sanitise import safe_line

EXAMPLES = """\
examples:
  tracetui remap --dry-run                  what would change, after the config file did
  tracetui remap                            apply it
  tracetui remap --assume-tz Europe/Berlin  times that name no zone were meant to be in this one

Model types, deployments, versions, source types and prices of the config file are applied to all traces, as if
they were imported today; so is what tracetui reads better since they came in. Search and figures follow.
What a raw record can no longer tell stays as it is, and so do the models that --model told an import, and times
without a zone unless --assume-tz or assume_zone says it. It can be stopped at any time: run it again to go on.
Exit codes: 0 done, 1 raw records could not be read (their traces stay as they are), 2 it cannot be done,
130 stopped with ctrl+c.
"""
FINE, SOME_UNREADABLE, INTERRUPTED = 0, 1, 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    parser.add_argument("--dry-run", action="store_true", help="tell what would change, and change nothing")
    parser.add_argument("--from-start", action="store_true", help="do not go on where a run was stopped")
    assume = "the zone of times that name none (else assume_zone of the config file, else as they were read)"
    parser.add_argument("--assume-tz", metavar="ZONE", help=assume)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--progress", choices=["auto", "line", "off"], default="auto", help="a line on a terminal")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Read everything again and say what changed.

    Returns:
        The exit code.

    Raises:
        StoreError: There is no store, or it cannot be written.
    """
    from tracetui.ingest.items import Options
    from tracetui.ingest.remapping import Remapper
    from tracetui.store.reader import SqliteReader
    from tracetui.store.remap import remap

    zone_name = args.assume_tz or settings.mapping.assume_zone
    options = Options(zone=zone_named(zone_name), mapping=settings.mapping)
    remapper = Remapper(options, says_zone=bool(args.assume_tz) or zone_name != "UTC")
    known_by = hashlib.sha256(repr((__version__, settings.mapping, args.assume_tz)).encode()).hexdigest()[:16]
    # A writer would make a store where there is none.
    SqliteReader(settings.store).close()
    is_shown = args.progress == "line" or (args.progress == "auto" and is_terminal(sys.stderr))
    progress = ProgressLine(sys.stderr if is_shown else None, tell=progress_in_words)
    try:
        result = remap(
            settings.store,
            remapper,
            known_by,
            Cancel(),
            progress.show,
            is_trial=args.dry_run,
            is_anew=args.from_start,
        )
    except KeyboardInterrupt:
        progress.clear()
        print("tracetui: stopped. Run tracetui remap again to go on.", file=sys.stderr)
        return INTERRUPTED
    finally:
        progress.clear()
    by_field = dict(sorted(result.by_field.items(), key=lambda item: (-item[1], _plain(item[0]))))
    if args.json:
        told: dict[str, Any] = {"read": result.read, "changed": result.changed, "unreadable": result.unreadable}
        print(dumps({**told, "changed_by_field": {_plain(name): count for name, count in by_field.items()}}))
    else:
        would = "would change" if args.dry_run else "changed"
        print(f"{_traces(result.read)} read again: {format_count(result.changed)} {would}.")
        width = max((len(_plain(name)) for name in by_field), default=0)
        sys.stdout.writelines(f"  {_plain(name):{width}}  {format_count(n)}\n" for name, n in by_field.items())
    if result.has_emptied_index and not args.dry_run:
        print("Texts lost words: tracetui index, or the app, builds the search index anew.", file=sys.stderr)
    if result.unreadable:
        stays = "stay" if result.unreadable != 1 else "stays"
        print(
            f"{_traces(result.unreadable)} {stays} as before, for the raw record cannot be read:", file=sys.stderr
        )
        for reason in result.reasons:
            print(f"  {safe_line(reason)}", file=sys.stderr)
    return SOME_UNREADABLE if result.unreadable else FINE


def _traces(count: int) -> str:
    return f"{format_count(count)} {'trace' if count == 1 else 'traces'}"


def _plain(field: str) -> str:
    """A field as the project's own JSONL and the docs call it."""
    return _NAMES.get(field, field.removesuffix("_us"))


_NAMES = {
    "version": "deployment_version",
    "credits_micro": "credits",
    "cost_nano_usd": "cost",
    "user_id": "user",
    "is_streamed": "stream",
    "is_reconstructed": "reconstructed",
}
