"""Inputs for tests: lines of JSON as senders write them, and what reading them gives."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tracetui.cancel import Cancel
from tracetui.domain.trace import Trace
from tracetui.ingest import job, json_lines
from tracetui.ingest.items import Bad, Good, Notes, Options
from tracetui.ingest.sources import Line

from ..fakes import ListWriter

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
"""Files that are shared between projects, beside the repository."""

needs_shared_data = pytest.mark.skipif(not SHARED.is_dir(), reason=f"there is no {SHARED}")


def a_line(**fields: Any) -> bytes:
    """A complete trace as a line of JSON; name the fields that the test is about, `...` leaves one out."""
    known: dict[str, Any] = {
        "request_id": "r-1",
        "model": "m-1",
        "executed_at": "2026-10-01T12:00:00Z",
        "status": "success",
    }
    return json.dumps({key: value for key, value in (known | fields).items() if value is not ...}).encode()


def read_lines(*lines: bytes, options: Options | None = None) -> tuple[list[Good | Bad], Notes]:
    """What the reader of JSON lines makes of some lines, and what it noted."""
    notes = Notes()
    numbered = [Line(number, line) for number, line in enumerate(lines, 1)]
    return list(json_lines.read(iter(numbered), options or Options(), notes)), notes


def trace_from(line: bytes, options: Options | None = None) -> Trace:
    """The one trace of a line."""
    (item,), _ = read_lines(line, options=options)
    assert isinstance(item, Good), item
    assert isinstance(item.record, Trace)
    return item.record


def reason_for(line: bytes) -> str:
    """Why a line is rejected."""
    (item,), _ = read_lines(line)
    assert isinstance(item, Bad), item
    return item.reason


def notes_for(line: bytes, options: Options | None = None) -> list[str]:
    """What is noted about a line that goes in."""
    (item,), notes = read_lines(line, options=options)
    assert isinstance(item, Good), item
    return list(notes.counts)


def import_files(
    folder: Path, *paths: Path | str, options: Options | None = None, rejects: Path | None = None
) -> tuple[job.ImportResult, list[Trace]]:
    """Import files into a list; rejects go into `folder`."""
    writer = ListWriter()
    names: Sequence[str] = [str(path) for path in paths]
    result = job.run(
        names, writer, options or Options(), Cancel(), lambda _: None, rejects_path=rejects, folder=folder
    )
    return result, [record for record in writer.records if isinstance(record, Trace)]
