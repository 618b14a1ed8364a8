"""Every raw record is a line of our own JSONL: read back, it is the same trace."""

import json

import pytest

from tests.demo import made
from tests.fakes import NOON_US
from tracetui.demo import job, raw
from tracetui.domain.trace import Trace
from tracetui.ingest import json_lines
from tracetui.ingest.items import Good, Notes, Options
from tracetui.ingest.sources import Line


def _read_back(traces: list[Trace]) -> tuple[list[object], Notes]:
    notes = Notes()
    lines = (Line(number, trace.raw) for number, trace in enumerate(traces, start=1))
    items = json_lines.read(lines, Options(origin=raw.ORIGIN), notes)
    return [item.record if isinstance(item, Good) else item for item in items], notes


def test_every_raw_record_is_read_as_the_same_trace_without_a_remark() -> None:
    read, notes = _read_back(made.traces())

    assert read == made.traces()
    assert notes.counts == {}


@pytest.mark.parametrize("text_bytes", [1, 200, 1_500])
def test_so_is_that_of_a_store_for_measuring(text_bytes: int) -> None:
    wanted = job.order(NOON_US, traces=2_000, days=60, text_bytes=text_bytes)
    traces = [record for record in job.records(wanted) if isinstance(record, Trace)]

    assert _read_back(traces)[0] == traces


def test_request_and_response_stand_in_the_raw_record_byte_for_byte() -> None:
    for trace in made.traces():
        assert trace.request is not None
        assert b',"request":' + trace.request in trace.raw
        assert trace.response is None or trace.raw.endswith(b',"response":' + trace.response + b"}")


def test_a_raw_record_is_one_line_of_utf_8() -> None:
    assert not any(b"\n" in trace.raw for trace in made.traces())
    assert all(trace.raw.decode() for trace in made.traces())


def test_payloads_hold_the_texts_of_their_trace() -> None:
    for trace in made.traces()[:3_000]:
        request, response = json.loads(trace.request or b"null"), json.loads(trace.response or b"null")
        assert trace.input in _texts(request)
        if trace.output is not None and "tool" not in str(trace.finish_reason):
            assert trace.output in _texts(response)


def _texts(value: object) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []
