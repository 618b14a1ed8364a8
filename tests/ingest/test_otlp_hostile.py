"""What can never be stored gets one clear reason, and nothing else is lost."""

import contextlib
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.otlp_bodies import (
    CHAT,
    NOON_NS,
    Json,
    a_log_record,
    a_span,
    as_json,
    as_protobuf,
    decoded,
    logs,
    traces,
)
from tracetui.domain.trace import Trace
from tracetui.ingest.json_text import BadRecord
from tracetui.ingest.otlp import Encoding

GOOD = a_span(spanId="00000000000000aa")
ENCODINGS: tuple[Encoding, ...] = ("json", "protobuf")


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = {"k": value}
    return value


def is_rejected(span: Json, reason: str, encoding: Encoding = "json") -> None:
    """Among good ones it alone is rejected."""
    held = decoded(traces(GOOD, span, a_span(spanId="00000000000000bb")), encoding=encoding)
    assert [rejected.reason for rejected in held.rejected] == [f"span 2: {reason}"]
    assert held.rejected[0].raw
    assert held.spans == 3
    assert len(held.records) == 2


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"traceId": "0" * 32}, "its trace id is all zeros, not 16 bytes"),
        ({"traceId": ...}, "its trace id is missing, not 16 bytes"),
        ({"spanId": "0" * 16}, "its span id is all zeros, not 8 bytes"),
        ({"spanId": ...}, "its span id is missing, not 8 bytes"),
        ({"startTimeUnixNano": ...}, "has no time of its start"),
        ({"startTimeUnixNano": "0"}, "has no time of its start"),
        ({"endTimeUnixNano": ...}, "has no time of its end"),
        ({"endTimeUnixNano": str(NOON_NS - 5_000_000)}, "ends 5.000 ms before it starts"),
        ({"endTimeUnixNano": str(2**63)}, "is not between 1970 and 2100"),
        ({"startTimeUnixNano": "1"}, "goes on for more than 115 days"),
    ],
)
def test_ids_and_times_that_are_none(fields: Json, reason: str, encoding: Encoding) -> None:
    is_rejected(a_span(**fields), reason, encoding)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"traceId": "ab"}, "its traceId is neither 32 hexadecimal digits nor base64 of 16 bytes"),
        ({"traceId": "z" * 32}, "its traceId is neither 32 hexadecimal digits nor base64 of 16 bytes"),
        ({"traceId": 7}, "its traceId is neither 32 hexadecimal digits nor base64 of 16 bytes"),
        ({"startTimeUnixNano": "noon"}, "its startTimeUnixNano is no whole number"),
        ({"startTimeUnixNano": [1]}, "its startTimeUnixNano is no whole number"),
        ({"endTimeUnixNano": "9" * 39}, "is not between 1970 and 2100"),
    ],
)
def test_fields_of_json_that_are_of_another_kind(fields: Json, reason: str) -> None:
    is_rejected(a_span(**fields), reason)


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"gen_ai.usage.input_tokens": "many"}, 'gen_ai.usage.input_tokens is "many", not a number'),
        ({"gen_ai.usage.input_tokens": -1}, "gen_ai.usage.input_tokens is -1, a negative number"),
        ({"gen_ai.usage.output_tokens": 2**62}, "gen_ai.usage.output_tokens is 4611686018427387904, too large"),
        ({"gen_ai.request.model": ["m"]}, 'gen_ai.request.model is ["m"], not a text'),
        ({"gen_ai.request.model": "m" * 10_001}, "gen_ai.request.model has 10,001 characters, more than 10,000"),
        ({"user.id": True}, "user.id is True, not a text"),
        ({"llm.cost.total": "cheap"}, 'llm.cost.total is "cheap", not a number'),
    ],
)
def test_a_value_that_no_trace_can_have(attributes: Json, reason: str) -> None:
    held = decoded(traces(GOOD, a_span(CHAT | attributes)))
    (rejected,) = held.rejected
    assert rejected.reason.startswith("span 2: ")
    assert reason.split(" is 46")[0] in rejected.reason
    assert len(held.records) == 1


def test_a_number_that_no_computer_has_is_refused_with_its_span() -> None:
    huge = {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "9" * 39}}
    span = a_span()
    span["attributes"].append(huge)
    assert len(decoded(traces(GOOD, span)).rejected) == 1


@pytest.mark.parametrize("levels", [250, 1_000, 100_000])
def test_a_thousand_levels_in_json_reject_their_span_alone(levels: int) -> None:
    held = decoded(_deep_json(levels))
    assert [rejected.reason for rejected in held.rejected] == ["span 2: is nested more than 500 levels deep"]
    assert len(held.records) == 2


def _deep_json(levels: int) -> bytes:
    """A request whose second span nests deeper than a parser's stack."""
    mark = "d33p"
    body = as_json(traces(GOOD, a_span(CHAT | {"deep": mark}), a_span(spanId="00000000000000bb")))
    deep = b'{"arrayValue":{"values":[' * levels + b"]}}" * levels
    return body.replace(b'{"stringValue": "d33p"}', deep)


def test_levels_that_are_too_many_outside_of_a_span_refuse_the_body() -> None:
    with pytest.raises(BadRecord, match="500 levels"):
        decoded(b'{"resourceSpans":' + b"[" * 1_000 + b"]" * 1_000 + b"}")


def test_levels_that_are_many_but_not_too_many_are_read() -> None:
    held = decoded(traces(a_span(CHAT | {"deep": nested(100)})))
    assert held.rejected == []


@pytest.mark.parametrize("levels", [40, 1_000])
def test_levels_that_protobufs_reader_refuses_reject_their_span_alone(levels: int) -> None:
    is_rejected_in_protobuf(_deep_span(levels), "has an attribute that is nested more than 30 levels deep")


def test_thirty_levels_in_protobuf_are_read() -> None:
    assert decoded(traces(a_span(CHAT | {"deep": nested(30)})), encoding="protobuf").rejected == []


def framed(number: int, content: bytes) -> bytes:
    size, head = len(content), bytearray((number << 3 | 2,))
    while size > 0x7F:
        head.append(size & 0x7F | 0x80)
        size >>= 7
    head.append(size)
    return bytes(head) + content


def _deep_span(levels: int) -> bytes:
    """An attribute of lists in lists, made by hand: protobuf's own library does not write so many."""
    value = framed(1, b"x")
    for _ in range(levels):
        value = framed(6, framed(1, framed(1, b"k") + framed(2, value)))
    return framed(9, framed(1, b"deep") + framed(2, value))


def is_rejected_in_protobuf(attribute: bytes, reason: str) -> None:
    """A span with this attribute is rejected between two that are not."""
    good = _only_span(as_protobuf(traces(GOOD)))
    held = decoded(
        framed(1, framed(2, framed(2, good) + framed(2, good + attribute) + framed(2, good))), encoding="protobuf"
    )
    assert [rejected.reason for rejected in held.rejected] == [f"span 2: {reason}"]
    assert (held.spans, len(held.records)) == (3, 2)


def _only_span(body: bytes) -> bytes:
    from tracetui.display.protobuf import fields

    for number in (1, 2, 2):
        (body,) = [
            field.value for field in fields(body) if field.number == number and isinstance(field.value, bytes)
        ]
    return body


def test_a_text_that_is_not_utf_8_rejects_its_span_alone_in_protobuf() -> None:
    bad = framed(9, framed(1, b"k") + framed(2, framed(1, b"\xff\xfe")))
    is_rejected_in_protobuf(bad, "is damaged, or has a text that is not UTF-8")


def test_a_text_that_is_not_utf_8_rejects_its_span_alone_in_json() -> None:
    body = as_json(traces(GOOD, a_span(CHAT | {"k": "d33p"}), a_span(spanId="00000000000000bb")))
    held = decoded(body.replace(b"d33p", b"\xff\xfe"))
    assert [rejected.reason for rejected in held.rejected] == ["span 2: has a text that is not UTF-8"]
    assert b"\xff\xfe" in held.rejected[0].raw
    assert len(held.records) == 2


def test_json_in_an_attribute_that_is_nested_too_deeply_rejects_its_span_alone() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    is_rejected(
        a_span(CHAT | {"gen_ai.input.messages": deep}), "gen_ai.input.messages is nested more than 500 levels deep"
    )


def test_a_log_record_with_json_nested_too_deeply_is_rejected_alone() -> None:
    bad = a_log_record("gen_ai.user.message", "[" * 1_000 + "]" * 1_000)
    held = decoded(logs(bad, a_log_record("gen_ai.user.message", {"content": "x"})))
    assert [rejected.reason for rejected in held.rejected] == [
        "log record 1: the body is nested more than 500 levels deep"
    ]
    assert len(held.records) == 1


def test_an_attribute_with_thousands_of_dots_does_no_harm() -> None:
    told = {"gen_ai.prompt.0.role": "user", "gen_ai.prompt." + "0." * 10_000 + "content": "x"}
    assert decoded(traces(a_span(CHAT | told))).rejected == []


def test_a_list_with_a_number_beyond_all_measure_makes_no_list_of_that_length() -> None:
    told = {"gen_ai.prompt.0.role": "user", "gen_ai.prompt.9999999.content": "x"}
    (trace,) = decoded(traces(a_span(CHAT | told))).records
    assert isinstance(trace, Trace)
    assert len(trace.request or b"") < 200


def test_many_attributes_of_one_span_take_no_more_than_their_share_of_time() -> None:
    def seconds(count: int) -> float:
        told = {f"gen_ai.prompt.{at}.{key}": "x" for at in range(count) for key in ("role", "content")}
        body = as_json(traces(a_span(CHAT | told)))
        started = time.process_time()
        decoded(body)
        return time.process_time() - started

    seconds(10)
    assert seconds(8_000) < 30 * max(seconds(800), 0.002)


def test_the_same_attribute_twice_counts_once() -> None:
    span = a_span()
    span["attributes"] += span["attributes"]
    (trace,) = decoded(traces(span)).records
    assert isinstance(trace, Trace)
    assert trace.model == "m-1"


WHOLE = traces(a_span(CHAT | {"gen_ai.input.messages": '[{"role":"user","parts":[]}]', "n": 1}), GOOD)


@settings(max_examples=300, deadline=None)
@given(
    encoding=st.sampled_from(ENCODINGS),
    at=st.integers(0, 10_000),
    bytes_=st.binary(max_size=4),
    cut=st.integers(0, 9),
)
def test_whatever_is_damaged_the_body_is_refused_or_read(
    encoding: Encoding, at: int, bytes_: bytes, cut: int
) -> None:
    body = as_json(WHOLE) if encoding == "json" else as_protobuf(WHOLE)
    at %= len(body)
    with contextlib.suppress(BadRecord):
        held = decoded(body[:at] + bytes_ + body[at + cut :], encoding=encoding)
        assert held.spans >= len(held.rejected)
