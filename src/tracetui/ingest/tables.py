"""CSV to traces: our own export, files with our field names for headers, and others by a mapping.

A row is bad where it has more or fewer cells than there are headers, or where its quotes do not match; see
`csv_rows.py`.
"""

import csv
import io
import json
from collections.abc import Iterator

from tracetui.domain.trace import Trace
from tracetui.errors import IngestError
from tracetui.ingest import conversion, csv_rows, records
from tracetui.ingest.headers import Layout, layout_of
from tracetui.ingest.items import Bad, Good, Items, Notes, Options
from tracetui.ingest.json_text import BadRecord, is_too_deep
from tracetui.ingest.made_ids import MadeIds
from tracetui.ingest.naming import Naming
from tracetui.ingest.sources import Line

ORIGIN = "csv"


def read(lines: Iterator[Line], options: Options, notes: Notes, name: str) -> Items:
    """Read one trace from each row.

    Args:
        lines: Lines without their ends; the first one that is not blank holds the headers.
        options: What the user said.
        notes: Collects what was read otherwise than it was written.
        name: The file's, for an error.

    Raises:
        IngestError: The headers are not understood.
    """
    header = next((line for line in lines if line.content.strip()), None)
    if header is None:
        return
    layout = layout_of(header.content.decode("utf-8", "replace").rstrip("\r"), options.mapping.csv)
    if layout is None:
        raise IngestError(
            f"{name}: its first line names no column that is known as the time of a request (executed_at).",
            "Name the columns in the config file, under [csv.NAME.columns]; docs/csv.md shows how. Where it is no"
            " CSV, leave --format out.",
        )
    reader = _Reader(layout, options, notes)
    for place, row in csv_rows.rows(lines, layout.delimiter):
        if isinstance(row, Bad):
            yield row
        elif row:
            notes.line = place.number
            yield reader.item(place, row)


class RawRows:
    """Makes the trace of one raw record after the other, as rows were kept when they came in."""

    def __init__(self, options: Options, notes: Notes) -> None:
        self._options = options
        self._notes = notes
        self._readers: dict[tuple[str, ...], _Reader] = {}

    def trace(self, raw: bytes) -> Trace:
        """The trace of a row.

        Raises:
            BadRecord: It is no row, its headers are not understood (any more), or it holds no trace.
        """
        cells = _cells(raw)
        reader = self._readers.get(tuple(cells))
        if reader is None:
            line = io.StringIO()
            csv.writer(line).writerow(cells)
            layout = layout_of(line.getvalue().rstrip("\r\n"), self._options.mapping.csv)
            if layout is None:
                raise BadRecord("has no column that is known as the time of a request")
            reader = self._readers[tuple(cells)] = _Reader(layout, self._options, self._notes)
        return reader.trace(list(cells.values()), raw)


def _cells(raw: bytes) -> dict[str, str]:
    """Headers and cells of a raw record."""
    try:
        cells = json.loads(raw)
    except (ValueError, RecursionError):
        cells = None
    if not isinstance(cells, dict) or not all(isinstance(cell, str) for cell in cells.values()):
        raise BadRecord("is no row of a CSV")
    return cells


class _Reader:
    """What stays the same from row to row of a file."""

    def __init__(self, layout: Layout, options: Options, notes: Notes) -> None:
        self._layout = layout
        self._reading = records.Reading(notes, options.zone)
        self._origin = options.origin or ORIGIN
        self._ids = MadeIds()
        self._naming = Naming(options)

    def item(self, place: csv_rows.Place, row: list[str]) -> Good | Bad:
        """The trace of a row, or why there is none."""
        reason = csv_rows.why_bad(place, row, len(self._layout.headers))
        if reason is not None:
            return Bad(place.number, reason, place.raw, place.is_cut_off)
        raw = json.dumps(dict(zip(self._layout.headers, row, strict=True)), ensure_ascii=False).encode()
        try:
            trace = self.trace(row, raw)
        except BadRecord as bad:
            return Bad(place.number, str(bad), place.raw, place.is_cut_off)
        return Good(place.number, trace, len(place.raw))

    def trace(self, row: list[str], raw: bytes) -> Trace:
        """The trace of a row that has a cell for each header.

        Raises:
            BadRecord: It holds none.
        """
        fields = self._layout.values(row)
        if isinstance(fields.get("stream"), str):
            fields["stream"] = {"true": True, "false": False}.get(str(fields["stream"]).lower(), fields["stream"])
        record = records.read({**fields, "type": "trace"}, self._reading)
        assert isinstance(record, records.TraceRecord)
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
