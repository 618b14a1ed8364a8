"""Records kept as protobuf, as the JSON that people read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.details import a_detail
from tests.ingest.otlp_bodies import CHAT, Json, a_log_record, a_span, an_event, as_protobuf, logs, traces
from tracetui.cancel import Cancel
from tracetui.display.details import json_panels
from tracetui.display.protobuf import NotProtobuf, as_json, fields

VALUES = {"t": "é", "n": -5, "b": True, "f": 0.5, "l": ["x", 1, [2]], "o": {"k": {"j": "x"}}, "e": float("inf")}


@pytest.mark.parametrize(
    "request_",
    [
        traces(a_span(CHAT | VALUES, events=[an_event("e", VALUES)], status={"code": 2, "message": "gone"})),
        traces(
            a_span(links=[{"traceId": "ab" * 16, "spanId": "cd" * 8, "flags": 1}], traceState="a=b", flags=257)
        ),
        logs(a_log_record("gen_ai.choice", {"message": {"content": "hi"}}, VALUES, severityNumber=9)),
    ],
    ids=["span", "links", "log record"],
)
def test_a_request_reads_as_the_json_that_otlp_has_for_it(request_: Json) -> None:
    assert json.loads(as_json(as_protobuf(request_))) == request_


@pytest.mark.parametrize("record", [b"", b"{}", b"\n", b"\nx", b"not\nprotobuf", b'\n{"a": 1}', b"\xff\xfe"])
def test_what_is_no_such_request_stays_as_it_is(record: bytes) -> None:
    assert as_json(record) == record


@given(st.binary(max_size=60))
def test_no_bytes_are_too_strange(record: bytes) -> None:
    assert isinstance(as_json(b"\n" + record), bytes)


def test_bytes_that_end_too_early_are_no_message() -> None:
    with pytest.raises(NotProtobuf):
        list(fields(as_protobuf(traces(a_span()))[:-1]))


def test_a_trace_without_payloads_shows_its_record_as_json() -> None:
    request = traces(a_span())
    (panel,) = json_panels(a_detail(raw=(as_protobuf(request),)), Cancel())
    assert isinstance(panel.original, bytes)
    assert json.loads(panel.original) == request
