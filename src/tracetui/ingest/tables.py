"""CSV to traces: our own export, files with our field names for headers, and others by a mapping.

A row is bad where it has more or fewer cells than there are headers, or where its quotes do not match. An
unclosed quote would swallow every row up to the next quote: then only the line that opened it is bad, and the
lines after it are read again as rows of their own.
"""

import csv
import json
from collections import deque
from collections.abc import Iterator

from tracetui.domain.trace import Trace
from tracetui.errors import IngestError
from tracetui.ingest import conversion, records
from tracetui.ingest.headers import Layout, layout_of
from tracetui.ingest.items import LARGEST_RECORD_BYTES, SAMPLE_BYTES, Bad, Good, Items, Notes, Options
from tracetui.ingest.json_text import BadRecord, is_too_deep
from tracetui.ingest.made_ids import MadeIds
from tracetui.ingest.naming import Naming
from tracetui.ingest.sources import Line

ORIGIN = "csv"


def read(lines: Iterator[Line], options: Options, notes: Notes) -> Items:
    """Read one trace from each row.

    Args:
        lines: Lines without their ends; the first one that is not blank holds the headers.
        options: What the user said.
        notes: Collects what was read otherwise than it was written.

    Raises:
        IngestError: The headers are not understood.
    """
    header = next((line for line in lines if line.content.strip()), None)
    if header is None:
        return
    layout = layout_of(header.content.decode("utf-8", "replace").rstrip("\r"), options.mapping.csv)
    if layout is None:
        raise IngestError(
            "The columns do not say which one is the time of a request (executed_at).",
            "Name the columns in the config file, under [csv.NAME.columns]; docs/csv.md shows how.",
        )
    reader = _Reader(layout, options, notes)
    for place, row in _rows(lines, layout.delimiter):
        if isinstance(row, Bad):
            yield row
        elif row:
            notes.line = place.number
            yield reader.item(place, row)


class _Place:
    """Where a row stands, and the lines that it is made of."""

    __slots__ = ("is_cut_off", "number", "raw")

    def __init__(self, lines: list[Line]) -> None:
        self.number = lines[0].number
        self.raw = b"\n".join(line.content for line in lines)
        self.is_cut_off = lines[-1].is_cut_off


class _Feed:
    """Gives lines to csv.reader, remembers which ones the current row took, and can give them again."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()
        self._size = 0
        self.taken: list[Line] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._size += len(line.content)
        if line.is_too_large or self._size > LARGEST_RECORD_BYTES:
            raise _TooLarge
        return line.content.decode("utf-8", "surrogateescape") + "\n"

    def begin_row(self) -> None:
        self.taken = []
        self._size = 0

    def give_again(self, lines: list[Line]) -> None:
        self._again.extendleft(reversed(lines))


class _TooLarge(Exception):
    """A row has taken more than a record may have."""


def _rows(lines: Iterator[Line], delimiter: str) -> Iterator[tuple[_Place, list[str] | Bad]]:
    csv.field_size_limit(LARGEST_RECORD_BYTES)
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin_row()
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLarge) as error:
            first, *others = feed.taken
            feed.give_again(others)
            place = _Place([first])
            if first.is_too_large or isinstance(error, _TooLarge):
                reason = (
                    f"is larger than {LARGEST_RECORD_BYTES // 1024 // 1024} MiB, or a quote in it is not closed"
                )
                yield place, Bad(first.number, reason, first.content[:SAMPLE_BYTES])
            else:
                yield place, Bad(first.number, _quoting(error), first.content, first.is_cut_off)
        else:
            yield _Place(feed.taken), row


def _quoting(error: Exception) -> str:
    text = str(error)
    if "unexpected end" in text:
        return "has a quote that is not closed"
    if "expected after" in text:
        return "has a quote that is not closed, or text after a closing quote"
    return f"is not CSV: {text}"


class _Reader:
    """What stays the same from row to row of a file."""

    def __init__(self, layout: Layout, options: Options, notes: Notes) -> None:
        self._layout = layout
        self._reading = records.Reading(notes, options.zone)
        self._origin = options.origin or ORIGIN
        self._ids = MadeIds()
        self._naming = Naming(options)

    def item(self, place: _Place, row: list[str]) -> Good | Bad:
        """The trace of a row, or why there is none."""
        try:
            trace = self._trace(place, row)
        except BadRecord as bad:
            return Bad(place.number, str(bad), place.raw, place.is_cut_off)
        return Good(place.number, trace, len(place.raw))

    def _trace(self, place: _Place, row: list[str]) -> Trace:
        try:
            place.raw.decode()
        except UnicodeDecodeError as error:
            byte = place.raw[error.start]
            raise BadRecord(f"is not UTF-8 at byte offset {error.start} (0x{byte:02x})") from None
        expected = len(self._layout.headers)
        if len(row) != expected:
            raise BadRecord(f"has {len(row)} cells, where the headers are {expected}")
        fields = self._layout.values(row)
        if isinstance(fields.get("stream"), str):
            fields["stream"] = {"true": True, "false": False}.get(str(fields["stream"]).lower(), fields["stream"])
        record = records.read({**fields, "type": "trace"}, self._reading)
        assert isinstance(record, records.TraceRecord)
        raw = json.dumps(dict(zip(self._layout.headers, row, strict=True)), ensure_ascii=False).encode()
        request, response = _payload(fields.get("request")), _payload(fields.get("response"))
        trace = conversion.trace_of(record, raw, request, response, self._origin, self._reading.note)
        if not trace.record_id:
            self._reading.note("records without an id got one made from their content")
            trace.record_id = trace.request_id = self._ids.make(raw)
        self._naming.apply(trace)
        return trace


def _payload(cell: object) -> bytes | None:
    """A cell that holds JSON, as it is; any other text as a JSON string."""
    if not isinstance(cell, str):
        return None
    if not is_too_deep(cell):
        try:
            json.loads(cell)
        except ValueError:
            pass
        else:
            return cell.encode()
    return json.dumps(cell, ensure_ascii=False).encode()
