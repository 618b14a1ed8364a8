"""`tracetui traces`: the rows of the table, as text or as JSON lines."""

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import tzinfo

from tracetui.cancel import Cancel
from tracetui.cli import selecting
from tracetui.config import Settings
from tracetui.display.formatting import UNKNOWN, format_full_time, format_response_time
from tracetui.display.sanitise import Safe, cells, fit, safe_line
from tracetui.domain.catalogue import ModelType
from tracetui.domain.fields import VERSION
from tracetui.domain.ports import Reader
from tracetui.domain.queries import After, Anchor, CountQuery, First, Order, PageQuery, Position
from tracetui.domain.rows import TraceRow

EXAMPLES = """\
examples:
  tracetui traces --model support-chat                       the newest 20 of the last 30 days
  tracetui traces --model gpt-4o --period 7d --filter 'status:failed latency:>2s'
  tracetui traces --model gpt-4o --search refund --order slowest --limit 5
  tracetui traces --model gpt-4o --all --json | jq -r .request_id

Exit codes: 0 some were found, 1 none, 2 the question cannot be answered.
"""
FOUND, NONE_FOUND = 0, 1
PAGE = 1_000
WIDEST = 24
"""Cells of a name at most, as text."""
PREVIEW_CELLS = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    selecting.add_arguments(parser)
    orders = [order.value for order in Order]
    parser.add_argument("--order", choices=orders, default=Order.NEWEST.value, help="which come first (newest)")
    parser.add_argument("--limit", metavar="N", type=_count, default=20, help="how many at most (20)")
    parser.add_argument("--all", action="store_true", help="as many as there are")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, times in UTC")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print traces, and on standard error how many of how many.

    Returns:
        The exit code.

    Raises:
        QueryError: The flags name something that is not there, or cannot be read.
        StoreError: There is no store, or it cannot be read.
    """
    from tracetui.store.reader import SqliteReader

    reader = SqliteReader(settings.store)
    try:
        chosen = selecting.selected(args, settings, reader, time.time_ns() // 1_000)
        limit = None if args.all else args.limit
        printed = 0
        for rows in _pages(reader, chosen, Order(args.order), limit):
            lines = map(_as_json, rows) if args.json else _as_text(rows, chosen.scope.model.type, settings.zone)
            sys.stdout.writelines(f"{line}\n" for line in lines)
            printed += len(rows)
        total = printed
        if printed == limit:
            total = reader.read(CountQuery(chosen.scope, chosen.within, chosen.filter, chosen.search), Cancel())
    finally:
        reader.close()
    print(f"{printed:,} of {total:,}" if printed else "No trace matches.", file=sys.stderr)
    return FOUND if printed else NONE_FOUND


def _pages(
    reader: Reader, chosen: selecting.Selected, order: Order, limit: int | None
) -> Iterator[tuple[TraceRow, ...]]:
    """Rows, at most `limit`, a page at a time."""
    anchor: Anchor = First()
    while limit is None or limit > 0:
        wanted = PAGE if limit is None else min(PAGE, limit)
        query = PageQuery(chosen.scope, chosen.within, order, anchor, wanted, chosen.filter, chosen.search)
        rows = reader.read(query, Cancel()).rows
        if rows:
            yield rows
        if len(rows) < wanted:
            return
        limit = None if limit is None else limit - len(rows)
        anchor = After(Position(rows[-1].executed_at_us, rows[-1].id, rows[-1].response_time_us))


def _as_json(row: TraceRow) -> str:
    """A row by the names of the project's own JSONL."""
    from tracetui.cli.as_json import dumps, iso, milliseconds

    return dumps(
        {
            "request_id": row.request_id,
            "executed_at": iso(row.executed_at_us),
            "status": row.status.label,
            "response_time_ms": milliseconds(row.response_time_us),
            "deployment_version": row.version,
            "source_type": row.source_type,
            "source": row.source,
            "input_preview": row.input_preview,
            "output_preview": row.output_preview,
        }
    )


def _as_text(rows: tuple[TraceRow, ...], model_type: ModelType, zone: tzinfo) -> Iterator[str]:
    """Rows in columns that are as wide as this page needs."""
    table = [_cells(row, model_type, zone) for row in rows]
    widths = [max(cells(line[column]) for line in table) for column in range(len(table[0]))]
    for line in table:
        padded = (cell + " " * (width - cells(cell)) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _cells(row: TraceRow, model_type: ModelType, zone: tzinfo) -> list[Safe]:
    version = [_name(row.version)] if model_type in VERSION.model_types else []
    return [
        format_full_time(row.executed_at_us, zone),
        Safe(row.status.label),
        safe_line(row.request_id),
        format_response_time(row.response_time_us),
        *version,
        _name(row.source_type),
        _name(row.source),
        _name(row.input_preview, PREVIEW_CELLS),
    ]


def _name(text: str | None, width: int = WIDEST) -> Safe:
    return UNKNOWN if text is None else fit(safe_line(text), width)


def _count(text: str) -> int:
    """A whole number from a flag, at least 1."""
    if not text.isascii() or not text.isdigit() or not 0 < len(text) < 16 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)
