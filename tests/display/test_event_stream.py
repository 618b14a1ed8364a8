"""Streamed responses, put together: what was said, choice by choice, and which tools were called."""

import json
from pathlib import Path
from typing import Any

import pytest

from tracetui.display.conversation import answered
from tracetui.display.event_stream import put_together

CASSETTES = Path(__file__).parents[2].parent / "shared" / "data" / "wire" / "cassettes_traces.jsonl"


def sent(*events: dict[str, Any], end: str = "data: [DONE]\n\n") -> str:
    """Server-sent events, as they go over the wire."""
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events) + end


def chat(delta: dict[str, Any], index: int = 0) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "choices": [{"index": index, "delta": delta}]}


def said(stream: str) -> list[tuple[str, str]]:
    """Who says what, as the detail pane shows it."""
    return [(one.label, one.text) for one in answered(json.dumps(stream).encode())]


def test_deltas_of_a_chat_are_one_text() -> None:
    stream = sent(chat({"role": "assistant", "content": ""}), chat({"content": "Hel"}), chat({"content": "lo"}))
    assert said(stream) == [("assistant", "Hello")]


def test_choices_that_come_mixed_are_told_apart() -> None:
    stream = sent(
        chat({"content": "I"}), chat({"content": "No"}, 1), chat({"content": "'m"}), chat({"content": "pe"}, 1)
    )
    assert said(stream) == [("choice 1", "I'm"), ("choice 2", "Nope")]


def test_a_tool_call_in_pieces_reads_as_one_call() -> None:
    def call(**function: str) -> dict[str, Any]:
        return chat({"tool_calls": [{"index": 0, "function": function}]})

    stream = sent(call(name="weather", arguments=""), call(arguments='{"city":'), call(arguments=' "Bonn"}'))
    assert said(stream) == [("call", 'weather(city: "Bonn")')]


def test_calls_side_by_side_stay_apart() -> None:
    def call(index: int, name: str) -> dict[str, Any]:
        return {"index": index, "function": {"name": name, "arguments": "{}"}}

    stream = sent(chat({"tool_calls": [call(0, "one")]}), chat({"tool_calls": [call(1, "two")]}))
    assert said(stream) == [("call", "one()"), ("call", "two()")]


def test_a_call_of_a_far_number_makes_no_list_of_that_length() -> None:
    stream = sent(chat({"tool_calls": [{"index": 10**12, "function": {"name": "far", "arguments": "{}"}}]}))
    assert said(stream) == [("call", "far()")]


def test_a_stream_that_was_cut_gives_what_came() -> None:
    assert said(sent(chat({"content": "Half a sen"}), end='data: {"choices": [{"del')) == [
        ("assistant", "Half a sen")
    ]


def test_a_stream_of_completions_is_one_text() -> None:
    stream = sent({"choices": [{"index": 0, "text": "a "}]}, {"choices": [{"index": 0, "text": "b"}]})
    assert said(stream) == [("assistant", "a b")]


def test_blocks_of_anthropic_are_text_thinking_and_calls() -> None:
    stream = sent(
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm."}},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Look"}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "ing."}},
        {
            "type": "content_block_start",
            "index": 2,
            "content_block": {"type": "tool_use", "name": "f", "input": {}},
        },
        {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"x"'}},
        {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": ": 1}"}},
        end="",
    )
    assert said(stream) == [("thinking", "Hm."), ("assistant", "Looking."), ("call", "f(x: 1)")]


def test_the_last_event_of_responses_holds_them_whole() -> None:
    whole = {
        "output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Yes."}]}]
    }
    stream = sent(
        {"type": "response.created", "response": {"output": []}},
        {"type": "response.output_text.delta", "delta": "Ye"},
        {"type": "response.completed", "response": whole},
    )
    assert said(stream) == [("assistant", "Yes.")]


def test_responses_that_were_cut_give_the_text_so_far() -> None:
    assert said(sent({"type": "response.output_text.delta", "delta": "Ye"}, end="")) == [("assistant", "Ye")]


def test_parts_of_gemini_are_one_text() -> None:
    def part(text: str) -> dict[str, Any]:
        return {"candidates": [{"content": {"parts": [{"text": text}]}}]}

    assert said(sent(part("a"), part("b"), end="")) == [("assistant", "ab")]


@pytest.mark.parametrize(
    "lines",
    [
        [{"message": {"content": "a"}, "done": False}, {"message": {"content": "b"}, "done": True}],
        [{"response": "a", "done": False}, {"response": "b", "done": True}],
        [{"event_type": "text-generation", "text": "a"}, {"event_type": "text-generation", "text": "b"}],
        [{"event_type": "text-generation", "text": "a"}, {"event_type": "stream-end", "response": {"text": "ab"}}],
    ],
)
def test_json_lines_are_one_text(lines: list[dict[str, Any]]) -> None:
    assert said("\n".join(map(json.dumps, lines))) == [("assistant", "ab")]


@pytest.mark.parametrize(
    "text", ["", "data", "data: 7\n\n", "data: [1]\n", "{", "just words: data: {}", 'data: {"a": 1}']
)
def test_what_is_no_known_stream_gives_nothing(text: str) -> None:
    assert put_together(text) is None


@pytest.mark.parametrize(
    "event",
    [
        {"choices": [{"index": [], "delta": 7}, None]},
        {"choices": [{"delta": {"tool_calls": [{"index": -5, "function": 1}, 2]}}]},
        {"type": "content_block_delta", "index": {}, "delta": {"text": 1}},
        {"type": "response.completed", "response": 1},
        {"candidates": [{"content": 1}, 2]},
        {"done": 1, "message": "x"},
    ],
)
def test_fields_of_other_kinds_do_no_harm(event: dict[str, Any]) -> None:
    assert all(isinstance(text, str) for _, text in said(sent(event)))


def test_every_recorded_stream_is_read() -> None:
    if not CASSETTES.exists():
        pytest.skip("the recorded conversations are not here")
    streams = [
        record["response"]
        for record in map(json.loads, CASSETTES.read_bytes().splitlines())
        if isinstance(record["response"], str)
    ]
    assert len(streams) == 290
    assert [stream[:80] for stream in streams if not said(stream)] == []
