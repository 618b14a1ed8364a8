"""Lines of JSON to records: the project's own JSONL, and the same objects in one JSON array."""

from collections.abc import Iterator

from tracetui.domain.ports import Record
from tracetui.domain.trace import Trace
from tracetui.ingest import record_lines
from tracetui.ingest.items import Items, Notes, Options
from tracetui.ingest.json_text import JsonText, Parsed
from tracetui.ingest.made_ids import MadeIds
from tracetui.ingest.naming import Naming
from tracetui.ingest.plain_traces import plain_trace
from tracetui.ingest.sources import Line

ORIGIN = "jsonl"


def read(lines: Iterator[Line], options: Options, notes: Notes) -> Items:
    """Read one record from each line; blank lines are skipped.

    Args:
        lines: Lines without their ends, or the elements of an array.
        options: What the user said.
        notes: Collects what was read otherwise than it was written.
    """
    return record_lines.read(lines, notes, JsonLines(options, notes).record)


class JsonLines:
    """Makes the record of one line after the other. One for each input."""

    def __init__(self, options: Options, notes: Notes) -> None:
        self._options = options
        self._notes = notes
        self._origin = options.origin or ORIGIN
        self._json = JsonText(notes)
        self._ids = MadeIds()
        self._naming = Naming(options)

    def record(self, line: bytes) -> Record:
        """The record of one line.

        Raises:
            BadRecord: There is none in it.
        """
        parsed = self._json.parse(line)
        trace = plain_trace(parsed, line, self._origin)
        record = self._checked(parsed, line) if trace is None else trace
        if isinstance(record, Trace):
            if not record.record_id:
                self._notes("records without an id got one made from their content")
                record.record_id = record.request_id = self._ids.make(line)
            self._naming.apply(record)
            return record
        return self._naming.applied_to_catalogue(record)

    def _checked(self, parsed: Parsed, line: bytes) -> Record:
        # Imported at the first unusual line: pydantic takes a quarter of a second, which an import of
        # ordinary traces need not wait for.
        from tracetui.ingest import conversion, records

        record = records.read(parsed.fields, records.Reading(self._notes, self._options.zone))
        if isinstance(record, records.TraceRecord):
            return conversion.trace_of(record, line, parsed.request, parsed.response, self._origin, self._notes)
        return conversion.catalogue_of(record)
