"""`tracetui show ID`: one trace whole, as text or as JSON."""

import argparse
import sys
from datetime import tzinfo

from tracetui.cancel import Cancel
from tracetui.config import Settings
from tracetui.display.sanitise import Safe, safe_block, safe_line
from tracetui.domain.ports import Reader
from tracetui.domain.queries import FindQuery, TraceQuery
from tracetui.domain.trace import TraceDetail
from tracetui.errors import QueryError

EXAMPLES = """\
examples:
  tracetui show req-7f3a9c               by its request id
  tracetui show req-7f                   or by a beginning that no other has
  tracetui show req-7f3a9c --json | jq .request.messages

As JSON it is a record of the project's own JSONL (tracetui schema), which can be imported again.
Exit codes: 0 found, 1 none found, 2 the question cannot be answered.
"""
FOUND, NONE_FOUND = 0, 1
MOST = 10
"""Traces that are shown of one request id."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    parser.add_argument("id", metavar="ID", help="the request id, or its beginning")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, times in UTC")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print every trace that has the request id.

    Returns:
        The exit code.

    Raises:
        QueryError: Several request ids begin so.
        StoreError: There is no store, or it cannot be read.
    """
    from tracetui.store.reader import SqliteReader

    reader = SqliteReader(settings.store)
    try:
        details = _found(reader, args.id)
    finally:
        reader.close()
    if not details:
        print(f"No trace has the request id {safe_line(args.id)}, or one that begins so.", file=sys.stderr)
        return NONE_FOUND
    for place, detail in enumerate(details):
        if args.json:
            from tracetui.cli.as_json import record

            print(record(detail))
        else:
            print("\n".join((*([""] if place else []), *_text(detail, settings.zone))))
    return FOUND


def _found(reader: Reader, request_id: str) -> list[TraceDetail]:
    """The traces that have a request id, or the one that begins so."""
    ids = reader.read(FindQuery(request_id, MOST), Cancel())
    details = [detail for id in ids if (detail := reader.read(TraceQuery(id), Cancel())) is not None]
    names = sorted({detail.request_id for detail in details})
    if len(names) > 1:
        more = ", …" if len(ids) == MOST else ""
        raise QueryError(
            f"Several request ids begin with {request_id!r}.", hint=f"Write more of it: {', '.join(names)}{more}."
        )
    return details


def _text(detail: TraceDetail, zone: tzinfo) -> list[str]:
    """A trace in lines: what is known of it, then its texts."""
    from tracetui.display.details import failure, plain_panels
    from tracetui.display.metadata import metadata

    facts = metadata(detail, zone)
    width = max(len(fact.label) for fact in facts)
    lines = [f"{fact.label:{width}}  {fact.value}" for fact in facts]
    problem = failure(detail)
    if problem is not None:
        lines += ["", safe_block(problem)]
    for panel in plain_panels(detail, Cancel()):
        lines += ["", f"── {panel.title}", _body(panel.original, panel.words)]
    return lines


def _body(original: str | bytes | None, words: Safe) -> str:
    if original is None:
        return words
    return safe_block(original if isinstance(original, str) else original.decode("utf-8", "replace"))
