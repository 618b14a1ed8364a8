"""Messages in log records: parts of the trace of the span that they are about."""

import json
from typing import Any

import pytest

from tests.ingest.otlp_bodies import NOON_NS, SPAN_ID, TRACE_ID, Json, a_log_record, decoded, logs, parts_of
from tracetui.domain.parts import Side, TracePart


def said_in(part: TracePart) -> list[Any]:
    return [json.loads(message) for message in part.messages]


@pytest.mark.parametrize("role", ["system", "user", "assistant", "tool"])
def test_a_message_is_part_of_the_request(role: str) -> None:
    (part,) = parts_of(a_log_record(f"gen_ai.{role}.message", {"content": "hi"}))
    assert (part.origin, part.record_id, part.at_ns) == ("otlp", f"{TRACE_ID}:{SPAN_ID}", NOON_NS)
    assert part.side is Side.REQUEST
    assert said_in(part) == [{"role": role, "content": "hi"}]


def test_a_choice_is_part_of_the_response() -> None:
    body = {"index": 1, "finish_reason": "stop", "message": {"content": "hello"}}
    (part,) = parts_of(a_log_record("gen_ai.choice", body))
    assert part.side is Side.RESPONSE
    assert said_in(part) == [
        {"index": 1, "finish_reason": "stop", "message": {"role": "assistant", "content": "hello"}}
    ]


def test_a_body_that_is_json_in_a_text_is_read() -> None:
    (part,) = parts_of(a_log_record("gen_ai.user.message", '{"content": "hi", "role": "user"}'))
    assert said_in(part) == [{"role": "user", "content": "hi"}]


def test_a_body_that_is_a_plain_text_is_the_content() -> None:
    (part,) = parts_of(a_log_record("gen_ai.user.message", "hi"))
    assert said_in(part) == [{"role": "user", "content": "hi"}]


def test_the_name_of_an_event_may_stand_in_its_attributes() -> None:
    record = a_log_record("", {"content": "hi"}, {"event.name": "gen_ai.user.message"}, eventName=...)
    assert len(parts_of(record)) == 1


def test_details_of_a_call_are_parts_of_both_sides() -> None:
    told = {
        "gen_ai.system_instructions": [{"type": "text", "content": "be kind"}],
        "gen_ai.input.messages": [{"role": "user", "parts": [{"type": "text", "content": "hi"}]}],
        "gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [], "finish_reason": "stop"}]),
    }
    asked, answered = parts_of(a_log_record("gen_ai.client.inference.operation.details", None, told))
    assert [turn["role"] for turn in said_in(asked)] == ["system", "user"]
    assert said_in(answered)[0]["finish_reason"] == "stop"


@pytest.mark.parametrize("body", [None, {}, {"role": "user"}, {"content": None}])
def test_a_message_whose_content_was_not_captured_is_no_part(body: Json | None) -> None:
    assert parts_of(a_log_record("gen_ai.user.message", body)) == []


def test_a_message_that_is_empty_was_captured() -> None:
    (part,) = parts_of(a_log_record("gen_ai.choice", {"index": 0, "message": {"content": ""}}))
    assert said_in(part)[0]["message"] == {"role": "assistant", "content": ""}


def test_log_records_about_no_span_or_of_another_kind_are_counted_and_not_kept() -> None:
    about_none = a_log_record("gen_ai.user.message", {"content": "hi"}, traceId=..., spanId=...)
    a_line = a_log_record("", "started")
    held = decoded(logs(about_none, a_line))
    assert (held.log_records, held.records, held.rejected) == (2, [], [])


def test_the_same_log_record_is_the_same_part_and_another_is_another() -> None:
    record = a_log_record("gen_ai.user.message", {"content": "hi"})
    later = a_log_record("gen_ai.user.message", {"content": "hi"}, at_ms=1)
    first, again, other = parts_of(record, record, later)
    assert first == again
    assert first.part_id != other.part_id


def test_messages_of_one_moment_keep_the_order_of_a_conversation() -> None:
    records = [a_log_record(f"gen_ai.{role}.message", {"content": "x"}) for role in ("tool", "user", "system")]
    in_order = sorted(parts_of(*records), key=lambda part: part.part_id)
    assert [said_in(part)[0]["role"] for part in in_order] == ["system", "user", "tool"]


def test_a_place_that_the_sender_names_counts_before_the_role() -> None:
    records = [
        a_log_record("gen_ai.user.message", {"content": "x"}, {"gen_ai.message.index": 12}),
        a_log_record("gen_ai.assistant.message", {"content": "y"}, {"gen_ai.message.index": 3}),
    ]
    in_order = sorted(parts_of(*records), key=lambda part: part.part_id)
    assert [said_in(part)[0]["role"] for part in in_order] == ["assistant", "user"]


def test_the_time_when_a_record_was_seen_stands_in_for_its_own() -> None:
    record = a_log_record("gen_ai.user.message", {"content": "x"}, timeUnixNano=..., observedTimeUnixNano="7000")
    assert parts_of(record)[0].at_ns == 7000
