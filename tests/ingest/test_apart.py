"""Inputs read by a process of their own: the same records, rejects, notes and failures as here."""

import gzip
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.processes import all_end, children, needs_proc
from tracetui.domain.foreign import ForeignTables
from tracetui.domain.trace import Trace
from tracetui.errors import IngestError
from tracetui.ingest import apart, formats
from tracetui.ingest.apart import Worth
from tracetui.ingest.batch_requests import BatchRequests
from tracetui.ingest.items import Bad, Good, Notes, Options
from tracetui.ingest.sources import STDIN, Source

from .inputs import SHARED, a_line, needs_shared_data

ALWAYS = Worth(from_bytes=0, from_packed_bytes=0, processors=2)
NEVER = Worth(processors=1)
SAID_NOTHING = Options()


class Told(NamedTuple):
    """All that comes of an input."""

    items: list[Good | Bad]
    notes: Notes
    read_bytes: int
    failure: str
    source_failure: str


def told(path: Path, worth: Worth, options: Options = SAID_NOTHING) -> Told:
    """Read an input to where it ends."""
    notes, items, failure = Notes(), list[Good | Bad](), ""
    with Source(str(path)) as source:
        known = formats.format_of(source, options)
        assert known is not None
        with apart.reading(known, source, options, notes, worth) as found:
            try:
                items += found
            except IngestError as error:
                failure = str(error)
        return Told(items, notes, source.read_bytes, failure, str(source.failure or ""))


def a_file(folder: Path, count: int = 2_000) -> Path:
    """Records of which some are rejected, some noted, and the last one is cut off."""
    path = folder / "calls.jsonl"
    odd = [b"oops", b"", b'{"x": "\xff"}', a_line(request_id="", status="OK"), a_line(model=None)]
    lines = [a_line(request_id=f"r-{number}", input="long " * (number % 99)) for number in range(count)]
    lines[7::50] = [odd[place % len(odd)] for place in range(len(lines[7::50]))]
    path.write_bytes(b"\n".join(lines) + b'\n{"request_id": "cut of')
    return path


def test_records_rejects_and_notes_are_those_that_are_read_here(tmp_path: Path) -> None:
    here = told(a_file(tmp_path), NEVER)
    assert told(a_file(tmp_path), ALWAYS) == here
    assert {type(item) for item in here.items} == {Good, Bad}
    assert here.items[-1].line == 2_001
    assert here.read_bytes == (tmp_path / "calls.jsonl").stat().st_size
    assert here.notes.counts


def not_here(_: Path) -> ForeignTables:
    raise AssertionError("no database is read")


def test_what_the_user_said_is_known_there_too(tmp_path: Path) -> None:
    (tmp_path / "calls.jsonl").write_bytes(a_line(model=None) + b"\n")
    with BatchRequests() as requests:
        options = Options(origin="here", model="gpt", open_foreign=not_here, batch_requests=requests)
        (item,) = told(tmp_path / "calls.jsonl", ALWAYS, options).items
    assert isinstance(item, Good)
    assert isinstance(item.record, Trace)
    assert (item.record.origin, item.record.model) == ("here", "gpt")


def test_what_came_before_a_damage_is_handed_on_and_the_damage_told(tmp_path: Path) -> None:
    packed = gzip.compress(a_file(tmp_path).read_bytes())
    (tmp_path / "calls.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    here = told(tmp_path / "calls.jsonl.gz", NEVER)
    assert told(tmp_path / "calls.jsonl.gz", ALWAYS) == here
    assert "the file was cut short" in here.source_failure
    assert here.items


def test_an_input_that_is_not_what_was_said_is_told_of_as_here(tmp_path: Path) -> None:
    options = Options(format="otlp")
    here = told(a_file(tmp_path), NEVER, options)
    assert told(a_file(tmp_path), ALWAYS, options) == here
    assert "is no OTLP" in here.failure


def shared_files() -> Iterator[Path]:
    """One file of each shared kind and layout, none of them large."""
    for folder in sorted(SHARED.glob("*")):
        for path in sorted(folder.rglob("*"))[:3] if folder.is_dir() else []:
            if path.is_file() and path.stat().st_size < 5_000_000:
                yield path


@needs_shared_data
@pytest.mark.parametrize("path", [*shared_files()], ids=lambda path: str(path.relative_to(SHARED)))
def test_every_format_is_read_the_same(path: Path) -> None:
    try:
        here = told(path, NEVER)
    except (IngestError, AssertionError):
        pytest.skip("nothing that is imported")
    assert told(path, ALWAYS) == here


@needs_proc
def test_a_process_that_is_killed_is_told_of_and_what_came_before_is_there(tmp_path: Path) -> None:
    with Source(str(a_file(tmp_path, 20_000))) as source:
        known = formats.FORMATS["jsonl"]
        with apart.reading(known, source, Options(), Notes(), ALWAYS) as items:
            assert isinstance(next(items), Good)
            (pid,) = children()
            os.kill(pid, signal.SIGKILL)
            with pytest.raises(IngestError, match=r"calls.jsonl: the process that reads it was ended .*signal 9"):
                list(items)
    assert children() == []


@needs_proc
def test_a_reading_that_is_left_ends_its_process(tmp_path: Path) -> None:
    with (
        Source(str(a_file(tmp_path, 20_000))) as source,
        apart.reading(formats.FORMATS["jsonl"], source, Options(), Notes(), ALWAYS) as items,
    ):
        next(items)
        pids = children()
    assert len(pids) == 1
    assert all_end(pids)


def test_small_files_pipes_and_one_processor_are_read_here(tmp_path: Path) -> None:
    jsonl, worth = formats.FORMATS["jsonl"], Worth(processors=2)
    with Source(str(a_file(tmp_path))) as source:
        size_bytes = source.total_bytes
        assert size_bytes is not None
        assert not worth.is_given(source, jsonl)
        exactly = replace(worth, from_bytes=size_bytes)
        assert exactly.is_given(source, jsonl)
        assert not exactly.is_given(source, formats.FORMATS["openai-batch"])
        assert not replace(exactly, processors=1).is_given(source, jsonl)
        source.path = STDIN
        assert not exactly.is_given(source, jsonl)
        source.path, source.total_bytes = "pipe", None
        assert not exactly.is_given(source, jsonl)
