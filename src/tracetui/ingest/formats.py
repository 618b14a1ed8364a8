"""What an input is, told by its content, and who reads it. A new format is a module and a line here."""

import codecs
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tracetui.errors import IngestError
from tracetui.ingest import csv_rows, json_array, json_lines, langfuse, litellm, openai_batch, record_lines
from tracetui.ingest.first_keys import first_keys
from tracetui.ingest.headers import headers_of, layout_of
from tracetui.ingest.items import Good, Items, Notes, Options
from tracetui.ingest.otlp import recognise
from tracetui.ingest.sources import HEAD_BYTES, SQLITE, STDIN, Line, Source

FIRST_RECORDS = 20
"""How many lines are looked at to tell whose records they are: the first ones may be damaged."""


FAR_BYTES = 4 * 1024 * 1024
"""How far is looked where the first record goes on for longer than a head and has said nothing so far."""
_SPREAD_OUT = re.compile(rb'\s*\{[ \t\r]*\n\s*"')


class Format(NamedTuple):
    """A kind of input."""

    name: str
    sentence: str
    read: Callable[[Source, Options, Notes], Items]
    is_ours: Callable[[frozenset[str]], bool] | None = None
    """Whether a record with these keys, or a CSV with these headers, is of this kind; None: not told by keys."""
    is_self_contained: bool = True
    """Whether an input alone says all, nothing that another one of the import or a function of `Options` knows: a
    large one is then read by a process of its own (`apart.py`)."""


def _read_json(source: Source, options: Options, notes: Notes) -> Items:
    return json_lines.read(_json_records(source), options, notes)


def _json_records(source: Source) -> Iterator[Line]:
    """The lines of an input, or the elements of an array; one object on many lines is an array of one."""
    if source.head().lstrip().startswith(b"["):
        return json_array.elements(source.blocks())
    if _SPREAD_OUT.match(source.head()):
        return json_array.elements(itertools.chain([b"["], source.blocks(), [b"]"]))
    return source.lines()


def _foreign_records(source: Source) -> record_lines.Lines:
    """The records of another tool: JSON, or rows of CSV as the same objects with texts for values."""
    if source.head().lstrip().startswith((b"{", b"[")):
        return _json_records(source)
    return csv_rows.as_objects(source.lines())


def _read_llm(source: Source, options: Options, notes: Notes) -> Items:
    if not source.head().startswith(SQLITE):
        raise IngestError(f"{source.name}: is no SQLite database, as the logs.db of llm is.", WAYS)
    if source.is_packed or source.path == STDIN:
        raise IngestError(
            f"{source.name}: is an SQLite database inside another file or a pipe, where it cannot be read.",
            "Unpack it, and name the file itself.",
        )
    if options.open_foreign is None:
        raise IngestError(f"{source.name}: is an SQLite database, which cannot be read here.", WAYS)
    path = Path(source.path)
    tables = options.open_foreign(path)
    try:
        # Here, not above: few imports read a database.
        from tracetui.ingest import llm_logs

        total_bytes = source.total_bytes or 0
        for item in llm_logs.read(tables, path, options, notes):
            # About so much: messages that several calls share stand in the file once.
            size_bytes = item.size_bytes if isinstance(item, Good) else len(item.raw)
            source.read_bytes = min(source.read_bytes + size_bytes, total_bytes)
            yield item
        source.read_bytes = total_bytes
    finally:
        tables.close()


def _read_litellm(source: Source, options: Options, notes: Notes) -> Items:
    return record_lines.read(_foreign_records(source), notes, litellm.LiteLlm(options, notes).trace)


def _read_otlp(source: Source, options: Options, notes: Notes) -> Items:
    # Here, not above: protobuf takes its time, and most imports hold none.
    from tracetui.ingest.otlp import files

    return files.read(source, options, notes)


def _read_csv(source: Source, options: Options, notes: Notes) -> Items:
    # tables.py is imported for CSV only: it needs pydantic, which lines of plain JSON do without.
    from tracetui.ingest import tables

    return tables.read(source.lines(), options, notes, source.name)


def _read_langfuse(source: Source, options: Options, notes: Notes) -> Items:
    return record_lines.read(_foreign_records(source), notes, langfuse.Langfuse(options, notes).trace)


def _read_batch(source: Source, options: Options, notes: Notes) -> Items:
    return openai_batch.read(_json_records(source), options, notes)


FORMATS = {
    "jsonl": Format("jsonl", "tracetui's own JSON lines, or a JSON array of the same objects", _read_json),
    "csv": Format("csv", "CSV with a line of headers", _read_csv),
    "otlp": Format("otlp", "OpenTelemetry's traces and logs (OTLP), in protobuf or JSON", _read_otlp),
    "litellm": Format(
        "litellm", "LiteLLM's standard logging payload or LiteLLM_SpendLogs", _read_litellm, litellm.is_ours
    ),
    "langfuse": Format("langfuse", "observations exported by Langfuse", _read_langfuse, langfuse.is_ours),
    "openai-batch": Format(
        "openai-batch",
        "output of an OpenAI batch, and its input file",
        _read_batch,
        openai_batch.is_ours,
        is_self_contained=False,
    ),
    "llm": Format("llm", "the logs.db of the llm tool", _read_llm, is_self_contained=False),
}
"""Name -> format, in the order they are told."""

WAYS = "Give JSON lines, a JSON array, CSV or OTLP, plain or packed with gzip or zstd, or the logs.db of llm."


def format_of(source: Source, options: Options) -> Format | None:
    """What an input is; None where it is empty.

    Raises:
        IngestError: It is nothing that can be read.
    """
    head = source.head()
    if options.format is None and recognise.kind_of(head) is not None:
        # First of all: protobuf may well begin with what is white space in a text.
        return FORMATS["otlp"]
    if not head.strip():
        # Blank lines may go on for longer than what is looked at: what follows them must not be dropped silently.
        return None if len(head) < HEAD_BYTES else FORMATS["jsonl"]
    if options.format is not None:
        return FORMATS[options.format]
    if head.startswith(SQLITE):
        return FORMATS["llm"]
    lines = [line for line in head.splitlines() if line.strip()]
    if lines[0].lstrip().startswith((b"{", b"[")):
        return _known_by_records(source, head, lines) or FORMATS["jsonl"]
    headers = lines[0].decode("utf-8", "replace")
    if layout_of(headers, options.mapping.csv) is not None:
        return FORMATS["csv"]
    by_headers = _known_by_keys([frozenset(headers_of(headers))])
    if by_headers is not None:
        return by_headers
    # After the headers of CSV: a cell of several lines may well have one that begins with a brace.
    if any(line.lstrip().startswith(b"{") for line in lines[:20]):
        return FORMATS["jsonl"]
    raise _not_known(source, lines[0], head)


def place_of(source: Source) -> int:
    """Which inputs are read before others: the requests of a batch before its answers, and its errors last."""
    head = source.head()
    lines = [line for line in head.splitlines() if line.strip()]
    if not lines or not lines[0].lstrip().startswith((b"{", b"[")):
        return 1
    first, *_ = _first_records(head, lines)
    keys = first_keys(first)
    if not openai_batch.is_ours(keys):
        return 1
    return 0 if openai_batch.is_request(keys) else 2 if "created" not in first else 1


def _first_records(head: bytes, lines: list[bytes]) -> list[str]:
    """The beginnings of the first records; the last one may be cut."""
    is_one = lines[0].lstrip().startswith(b"[") or _SPREAD_OUT.match(head)
    records = [head] if is_one else lines[:FIRST_RECORDS]
    return [record.decode("utf-8", "replace") for record in records]


def _known_by_records(source: Source, head: bytes, lines: list[bytes]) -> Format | None:
    known = _known_by_keys(map(first_keys, _first_records(head, lines)))
    if known is None and len(lines) == 1 and len(head) == HEAD_BYTES:
        # What says whose it is may stand after a long text.
        far = source.head(FAR_BYTES)
        known = _known_by_keys(map(first_keys, _first_records(far, far.splitlines())))
    return known


def _known_by_keys(records: Iterable[frozenset[str]]) -> Format | None:
    for keys in records:
        for known in FORMATS.values():
            if known.is_ours is not None and known.is_ours(keys):
                return known
    return None


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
