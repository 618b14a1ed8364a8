"""JSON and protobuf say the same, and what one span was kept as says it again."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.otlp_bodies import (
    CHAT,
    NOON_NS,
    PARENT_ID,
    SPAN_ID,
    TRACE_ID,
    Json,
    a_log_record,
    a_span,
    an_event,
    as_json,
    as_protobuf,
    decoded,
    logs,
    traces,
)
from tracetui.domain.parts import Span, TracePart
from tracetui.domain.trace import Trace
from tracetui.ingest.items import Options
from tracetui.ingest.json_text import BadRecord
from tracetui.ingest.otlp import decode
from tracetui.ingest.otlp.recognise import Kind, kind_of

NESTED = {"a": [1, 2.5, True, "x", None, {"b": []}]}
A_REQUEST = traces(
    a_span(CHAT | {"gen_ai.input.messages": [{"role": "user", "parts": [{"type": "text", "content": "é"}]}]}),
    a_span(
        {"x": NESTED, "gen_ai.agent.name": "clerk"},
        spanId=PARENT_ID,
        events=[an_event("e", {"y": -1})],
        status={"code": 2, "message": "gone"},
    ),
)
SOME_LOGS = logs(
    a_log_record("gen_ai.user.message", {"content": "hi"}), a_log_record("gen_ai.choice", {"message": "x"})
)


def without_raw(records: list[Any]) -> list[Any]:
    for record in records:
        record.raw = b""
    return records


@pytest.mark.parametrize("request_", [A_REQUEST, SOME_LOGS], ids=["traces", "logs"])
def test_both_encodings_give_the_same_records(request_: Json) -> None:
    as_told = without_raw(decoded(request_, encoding="protobuf").records)
    assert without_raw(decoded(request_).records) == as_told
    assert as_told


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(max_size=5)
    | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


KEYS = st.sampled_from(
    (
        *("a", "input.value", "events", "gen_ai.input.messages", "gen_ai.output.messages", "ai.values"),
        *("gen_ai.prompt.0.content", "llm.output_messages.0.message.role", "langfuse.observation.input"),
        *("mlflow.spanOutputs", "gen_ai.response.finish_reasons"),
    )
)


@settings(max_examples=150, deadline=None)
@given(attributes=st.dictionaries(KEYS, JSON_VALUES))
def test_whatever_attributes_hold_both_encodings_say_the_same_and_payloads_are_json(attributes: Json) -> None:
    request = traces(a_span(CHAT | attributes))
    from_json, from_protobuf = decoded(request), decoded(request, encoding="protobuf")
    assert without_raw(from_json.records) == without_raw(from_protobuf.records)
    for record in from_json.records:
        assert isinstance(record, Trace)
        for payload in (record.request, record.response):
            assert payload is None or isinstance(json.loads(payload), dict)


@pytest.mark.parametrize("encoding", ["json", "protobuf"])
def test_what_a_record_was_kept_as_gives_it_again(encoding: Any) -> None:
    for request in (A_REQUEST, SOME_LOGS):
        for record in decoded(request, encoding=encoding).records:
            assert isinstance(record, Trace | TracePart | Span)
            kind = kind_of(record.raw)
            assert kind is not None
            assert record in decoded_raw(record.raw, kind)


def decoded_raw(raw: bytes, kind: Kind) -> list[Any]:
    return list(decode(raw, signal=kind.signal, encoding=kind.encoding, options=Options()).records)


class TestJsonAsSendersWriteIt:
    """More than the specification allows is understood."""

    def test_ids_in_base64_as_protobufs_own_json_has_them(self) -> None:
        ids = {"traceId": base64.b64encode(bytes.fromhex(TRACE_ID)).decode(),
               "spanId": base64.b64encode(bytes.fromhex(SPAN_ID)).decode()}  # fmt: skip
        (trace,) = decoded(traces(a_span(**ids))).records
        assert isinstance(trace, Trace)
        assert trace.record_id == f"{TRACE_ID}:{SPAN_ID}"

    def test_ids_in_capitals(self) -> None:
        (trace,) = decoded(traces(a_span(traceId=TRACE_ID.upper()))).records
        assert isinstance(trace, Trace)
        assert trace.record_id == f"{TRACE_ID}:{SPAN_ID}"

    def test_times_as_numbers_and_whole_numbers_as_numbers(self) -> None:
        tokens = {"key": "gen_ai.usage.input_tokens", "value": {"intValue": 7}}
        span = a_span(startTimeUnixNano=NOON_NS, endTimeUnixNano=NOON_NS + 1000)
        span["attributes"].append(tokens)
        (trace,) = decoded(traces(span)).records
        assert isinstance(trace, Trace)
        assert (trace.executed_at_us, trace.response_time_us, trace.input_tokens) == (NOON_NS // 1000, 1, 7)

    def test_names_in_snake_case(self) -> None:
        body = (
            as_json(traces(a_span()))
            .replace(b"resourceSpans", b"resource_spans")
            .replace(b"scopeSpans", b"scope_spans")
            .replace(b"traceId", b"trace_id")
            .replace(b"spanId", b"span_id")
            .replace(b"startTimeUnixNano", b"start_time_unix_nano")
            .replace(b"endTimeUnixNano", b"end_time_unix_nano")
            .replace(b"stringValue", b"string_value")
        )
        assert len(decoded(body).records) == 1

    def test_scopes_by_their_former_name(self) -> None:
        body = as_json(traces(a_span())).replace(b"scopeSpans", b"instrumentationLibrarySpans")
        assert len(decoded(body).records) == 1

    def test_fields_that_are_not_known_are_left_alone(self) -> None:
        request = traces(
            a_span(flags=1, links=[{"x": 1}], traceState="a=b", droppedEventsCount=0, future={"y": [1]})
        )
        request["more"] = True
        assert len(decoded(request).records) == 1

    def test_an_empty_request_holds_nothing(self) -> None:
        for empty in (b"{}", b'{"resourceSpans":[]}', b'{"resourceSpans":[{"scopeSpans":[{}]}]}'):
            assert decoded(empty).records == []
        assert decoded(b"", encoding="protobuf").records == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"nonsense", b'{"resourceLogs":[]}', b'{"resourceSpans":1}', b'{"a":' * 30, b'"x"']
)
def test_a_body_that_is_no_request_in_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadRecord):
        decoded(body)


@pytest.mark.parametrize("body", [b"nonsense", b"\x0a\xff", b"{}", as_protobuf(A_REQUEST)[:-3]])
def test_a_body_that_is_no_request_in_protobuf_is_refused(body: bytes) -> None:
    with pytest.raises(BadRecord):
        decoded(body, encoding="protobuf")
