"""What an input is, told by its content, and who reads it. A new format is a module and a line here."""

import codecs
from collections.abc import Callable
from typing import NamedTuple

from tracetui.errors import IngestError
from tracetui.ingest import json_array, json_lines
from tracetui.ingest.headers import layout_of
from tracetui.ingest.items import Items, Notes, Options
from tracetui.ingest.sources import HEAD_BYTES, Source


class Format(NamedTuple):
    """A kind of input."""

    name: str
    sentence: str
    read: Callable[[Source, Options, Notes], Items]


def _read_json(source: Source, options: Options, notes: Notes) -> Items:
    is_array = source.head().lstrip().startswith(b"[")
    lines = json_array.elements(source.blocks()) if is_array else source.lines()
    return json_lines.read(lines, options, notes)


def _read_csv(source: Source, options: Options, notes: Notes) -> Items:
    # tables.py is imported for CSV only: it needs pydantic, which lines of plain JSON do without.
    from tracetui.ingest import tables

    return tables.read(source.lines(), options, notes)


FORMATS = {
    "jsonl": Format("jsonl", "tracetui's own JSON lines, or a JSON array of the same objects", _read_json),
    "csv": Format("csv", "CSV with a line of headers", _read_csv),
}
"""Name -> format, in the order they are told."""

WAYS = "Give JSON lines, a JSON array or CSV, plain or packed with gzip or zstd."


def format_of(source: Source, options: Options) -> Format | None:
    """What an input is; None where it is empty.

    Raises:
        IngestError: It is nothing that can be read.
    """
    head = source.head()
    if not head.strip():
        # Blank lines may go on for longer than what is looked at: what follows them must not be dropped silently.
        return None if len(head) < HEAD_BYTES else FORMATS["jsonl"]
    if options.format is not None:
        return FORMATS[options.format]
    lines = [line for line in head.splitlines() if line.strip()]
    if lines[0].lstrip().startswith((b"{", b"[")):
        return FORMATS["jsonl"]
    if layout_of(lines[0].decode("utf-8", "replace"), options.mapping.csv) is not None:
        return FORMATS["csv"]
    # After the headers of CSV: a cell of several lines may well have one that begins with a brace.
    if any(line.lstrip().startswith(b"{") for line in lines[:20]):
        return FORMATS["jsonl"]
    raise _not_known(source, lines[0], head)


def _not_known(source: Source, first_line: bytes, head: bytes) -> IngestError:
    if b"\x00" in head:
        return IngestError(f"{source.name}: is a binary file of a kind that is not known.", WAYS)
    headers = first_line.decode("utf-8", "replace")
    if any(sign in headers for sign in ",;\t"):
        return IngestError(
            f"{source.name}: looks like CSV, but none of its columns is known as the time of a request"
            f" ({codecs.encode(headers[:200], 'unicode_escape').decode()}).",
            "Name the columns in the config file, under [csv.NAME.columns]; docs/csv.md shows how.",
        )
    return IngestError(f"{source.name}: is neither JSON nor CSV with headers that are known.", WAYS)
