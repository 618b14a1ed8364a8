"""The logs.db of the `llm` command line tool, of all its generations.

A file may hold both tables: `responses` (before llm 0.32) and `turns` with their `messages` and `parts` (since). A
row that cannot be read is a reject like a bad line; its line is its place among all rows.
What an SQLite file is that holds neither, is said here too.

Source: simonw/llm, docs/logging.md and llm/logs.py of 0.36, llm/models.py of 0.27.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracetui.domain.foreign import ForeignTables, TooLarge
from tracetui.domain.trace import Trace
from tracetui.errors import IngestError
from tracetui.ingest import foreign_record, llm_responses, llm_turns
from tracetui.ingest.items import LARGEST_RECORD_BYTES, SAMPLE_BYTES, Bad, Good, Items, Notes, Options
from tracetui.ingest.json_text import BadRecord
from tracetui.ingest.llm_calls import Call, Calls, as_json


def read(tables: ForeignTables, path: Path, options: Options, notes: Notes) -> Items:
    """Read every call of a file, in the order they were logged.

    Args:
        tables: The file's.
        path: Where it is, for messages.
        options: What the user said.
        notes: Collects what was read otherwise than it was written.

    Raises:
        IngestError: It is no file of llm's, or cannot be read any further.
    """
    generations = [one for one in (llm_responses, llm_turns) if one.is_in(tables.columns)]
    if not generations:
        raise _not_ours(tables, path)
    calls = Calls(options, notes)
    for generation in generations:
        for page in generation.pages(tables):
            rows = [row for row in page if not isinstance(row, TooLarge)]
            about = iter(generation.about(tables, rows))
            for row in page:
                notes.line += 1
                if isinstance(row, TooLarge):
                    yield Bad(notes.line, "is larger than 64 MiB", b"")
                else:
                    yield _item({**row, **next(about)}, calls, notes)


class RawCalls:
    """Makes the trace of one raw record after the other, as calls were kept when they came in."""

    def __init__(self, options: Options, notes: Notes) -> None:
        self._calls = Calls(options, notes)
        self._notes = notes

    def trace(self, raw: bytes) -> Trace:
        """The trace of a call.

        Raises:
            BadRecord: It is none, or cannot be kept; says why.
        """
        row = foreign_record.parse(raw, self._notes).fields
        if not (row.keys() >= llm_turns.ABOUT or row.keys() >= llm_responses.ABOUT):
            raise BadRecord("is no call that llm logged")
        return self._calls.trace(row, _call_of(row, self._notes), raw)


def _item(row: Mapping[str, Any], calls: Calls, notes: Notes) -> Good | Bad:
    """The trace of a row and what is said about it, which together are its raw record."""
    raw = as_json(row)
    if len(raw) > LARGEST_RECORD_BYTES:
        return Bad(notes.line, "is larger than 64 MiB with its conversation", raw[:SAMPLE_BYTES])
    try:
        return Good(notes.line, calls.trace(row, _call_of(row, notes), raw), len(raw))
    except BadRecord as bad:
        return Bad(notes.line, str(bad), raw)


def _call_of(row: Mapping[str, Any], notes: Notes) -> Call:
    return llm_turns.call_of(row, notes) if "asked" in row else llm_responses.call_of(row, notes)


def _not_ours(tables: ForeignTables, path: Path) -> IngestError:
    name = path.name
    if tables.is_tracetui_store:
        return IngestError(
            f"{name}: is a tracetui store, not a file of traces.", f"Open it with `tracetui --store {path}`."
        )
    if "logs" in tables.columns or "log" in tables.columns:
        return IngestError(
            f"{name}: is an SQLite database, and if it is from llm, then from before 0.6.",
            "Run `llm logs` of a newer llm once on a copy, which brings it up to date, and import that.",
        )
    return IngestError(
        f"{name}: is an SQLite database, but not the logs.db of the llm tool.",
        "Export its traces as JSON lines or CSV, and import those.",
    )
