"""`tracetui import FILE…`: files of traces into the store."""

import argparse
import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracetui.cancel import Cancel
from tracetui.cli.import_progress import ProgressLine, ProgressLines, is_terminal
from tracetui.cli.import_summary import summary
from tracetui.cli.indexing import WORTH_INDEXING
from tracetui.config import Settings, zone_named
from tracetui.display.sanitise import safe_line
from tracetui.ingest import inputs, job
from tracetui.ingest.formats import FORMATS
from tracetui.ingest.items import Options

EXAMPLES = """\
examples:
  tracetui import calls.jsonl                     JSON lines; docs/jsonl.md names the fields
  tracetui import logs/*.jsonl.gz                 many files, packed with gzip or zstd
  kubectl logs gateway | tracetui import -        from standard input
  tracetui import --model gpt-4o calls.csv        a CSV that does not name its model
  tracetui import "$(llm logs path)"              what the llm tool logged, while it goes on
  tracetui import input.jsonl output.jsonl        an OpenAI batch: requests with their answers

Importing the same data again adds nothing: an import that was interrupted is simply run again.
Exit code: 0 all is in; 1 records were rejected; 2 an input could not be read.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    parser.add_argument("paths", nargs="+", metavar="FILE", help="a file, or - for standard input")
    formats = "; ".join(f"{one.name}: {one.sentence}" for one in FORMATS.values())
    parser.add_argument(
        "--format", choices=list(FORMATS), help=f"what the files are, else told by content ({formats})"
    )
    origin = "where the records are from, else the format's name: an id is unique within its origin"
    parser.add_argument("--origin", metavar="NAME", help=origin)
    parser.add_argument("--model", metavar="NAME", help="the model of records that name none")
    assume = "the zone of times that name none (else assume_zone of the config file, else UTC)"
    parser.add_argument("--assume-tz", metavar="ZONE", help=assume)
    rejects = "where rejected records go (else FILE.rejects.jsonl in the current folder)"
    parser.add_argument("--rejects", metavar="FILE", type=Path, help=rejects)
    progress = "line: one that is kept up to date; lines: one after each batch; off; auto: a line on a terminal"
    parser.add_argument("--progress", choices=["auto", "line", "lines", "off"], default="auto", help=progress)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Read the files into the store and say what became of them.

    Returns:
        0 where everything is in, 1 where a record was rejected, 2 where an input could not be read to its end,
        130 where it was stopped with ctrl+c.
    """
    from tracetui.store.foreign import open_tables
    from tracetui.store.search.index import backlog_of
    from tracetui.store.writer import SqliteWriter

    options = Options(
        origin=args.origin,
        format=args.format,
        model=args.model,
        zone=zone_named(args.assume_tz or settings.mapping.assume_zone),
        mapping=settings.mapping,
        open_foreign=open_tables,
    )
    inputs.check_readable(args.paths)
    progress = _progress(args.progress)
    began_s = time.monotonic()
    writer = SqliteWriter(settings.store, now_us=lambda: time.time_ns() // 1_000)
    try:
        with _few_interruptions():
            result = job.run(args.paths, writer, options, Cancel(), progress.show, rejects_path=args.rejects)
    except KeyboardInterrupt:
        progress.clear()
        print("tracetui: stopped. What was read is in the store.", file=sys.stderr)
        print("Run the same command again to go on: nothing is added twice.", file=sys.stderr)
        return 130
    finally:
        progress.clear()
        writer.close()
    print(summary(result, settings.store, time.monotonic() - began_s), flush=True)
    if sum(backlog_of(settings.store)) >= WORTH_INDEXING:
        print("Searches find all of it now; tracetui index makes them fast, as the app does while it is open.")
    for failure in result.failures:
        print(f"tracetui: {safe_line(failure.problem)}\n{safe_line(failure.hint)}", file=sys.stderr)
    if result.failures:
        return 2
    return 1 if result.rejected else 0


@contextmanager
def _few_interruptions() -> Iterator[None]:
    """Let reader and writer work in longer turns, and look for garbage less often: there is hardly any.

    60,000 records of 4 kB took 9.1 s of processor time, with both 7.1 s (two cores, Python 3.11).
    """
    turn_s, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(0.02)
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        sys.setswitchinterval(turn_s)
        gc.set_threshold(*thresholds)


def _progress(wanted: str) -> "ProgressLine | ProgressLines":
    if wanted == "lines":
        return ProgressLines(sys.stderr)
    is_shown = wanted == "line" or (wanted == "auto" and is_terminal(sys.stderr))
    return ProgressLine(sys.stderr if is_shown else None)
