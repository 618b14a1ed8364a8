"""`tracetui export`: the traces that model, period, filter and search give, as a CSV file."""

import argparse
import os
import select
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tracetui.cancel import Cancel, Cancelled, Progress
from tracetui.cli import selecting
from tracetui.cli.exporting import exporter_of
from tracetui.cli.import_progress import ProgressLine, is_terminal
from tracetui.config import Settings
from tracetui.display.formatting import format_count
from tracetui.display.progress import progress_in_words
from tracetui.display.sanitise import safe_line
from tracetui.domain.ports import WholeTraces
from tracetui.domain.queries import ExportQuery, Order
from tracetui.errors import TraceTuiError

if TYPE_CHECKING:
    from tracetui.export.job import Exporter

WAITS_S = 2.0
"""How long nobody may take what is written to standard output before the rest is read ahead."""
EXAMPLES = """\
examples:
  tracetui export --model support-bot                          the last 30 days, to support-bot_traces_data.csv
  tracetui export --model gpt-4o --period 2026-11 --filter 'status:failed latency:>2s' --folder /srv/reports
  tracetui export --model gpt-4o --search refund --stdout --exact | duckdb -c "select * from '/dev/stdin'"

Every column of the table is written, input and output whole, in UTF-8 with times in UTC. An existing file is never
overwritten: the next one gets " (1)" and so on. Nothing is left of an export that does not come to its end.
Exit codes: 0 written, 2 it cannot be written or the question cannot be answered, 130 stopped with ctrl+c.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    selecting.add_arguments(parser)
    orders = [order.value for order in Order]
    parser.add_argument("--order", choices=orders, default=Order.NEWEST.value, help="which come first (newest)")
    where = parser.add_mutually_exclusive_group()
    folder = "where the file goes (else export.folder of the config file, else the current folder)"
    where.add_argument("--folder", metavar="FOLDER", help=folder)
    where.add_argument("--stdout", action="store_true", help="to standard output instead of a file")
    exact = "texts exactly as they are; else those that a spreadsheet would run as a formula begin with a '"
    parser.add_argument("--exact", action="store_true", help=exact)
    bom = "begin with a byte order mark, which older versions of Excel need to read UTF-8"
    parser.add_argument("--bom", action="store_true", help=bom)
    parser.add_argument("--progress", choices=["auto", "line", "off"], default="auto", help="a line on a terminal")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Write the file and say what it is called.

    Raises:
        TraceTuiError: The question has no answer, the store cannot be read, or the file not written.
    """
    from tracetui.store.reader import SqliteReader

    reader = SqliteReader(settings.store)
    try:
        chosen = selecting.selected(args, settings, reader, time.time_ns() // 1_000)
    finally:
        reader.close()
    query = ExportQuery(chosen.scope, chosen.within, Order(args.order), chosen.filter, chosen.search)
    exporter = exporter_of(settings, folder=args.folder, is_exact=args.exact, has_bom=args.bom)
    is_shown = args.progress == "line" or (args.progress == "auto" and is_terminal(sys.stderr))
    progress = ProgressLine(sys.stderr if is_shown else None, tell=progress_in_words)
    try:
        if args.stdout:
            return _to_stdout(exporter, query, progress.show)
        done = exporter(query, Cancel(), progress.show)
    except (KeyboardInterrupt, Cancelled):
        progress.clear()
        print("tracetui: stopped. Nothing was left behind.", file=sys.stderr)
        return 130
    finally:
        progress.clear()
    traces = "trace" if done.traces == 1 else "traces"
    print(f"{safe_line(str(done.path))} saved, {format_count(done.traces)} {traces}.")
    return 0


def _to_stdout(exporter: "Exporter", query: ExportQuery, report: Callable[[Progress], None]) -> int:
    """Write to standard output; the exit code."""
    from tracetui.export.job import write_to

    stdout = _Stdout()

    def open_traces(query: ExportQuery, cancel: Cancel) -> WholeTraces:
        traces = exporter.open_traces(query, cancel)
        stdout.when_it_waits = traces.read_ahead
        return traces

    write_to(stdout, query, open_traces, Cancel(), report, exporter.style)
    return 0


class _Stdout:
    """Standard output; what goes wrong with it is told in a sentence."""

    when_it_waits: Callable[[], None]
    """Called where nobody takes what is written, as a pager does that waits for a key."""

    def write(self, content: bytes | bytearray, /) -> None:
        output = sys.stdout.fileno()
        try:
            rest = memoryview(content)
            while rest:
                if not select.select([], [output], [], WAITS_S)[1]:
                    self.when_it_waits()
                # What a pipe that is ready takes at once, whatever it holds.
                rest = rest[os.write(output, rest[: select.PIPE_BUF]) :]
        except BrokenPipeError:
            raise
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise TraceTuiError(f"Could not write to standard output: {reason}.") from error
