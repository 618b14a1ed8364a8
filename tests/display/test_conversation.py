"""Payloads of known shapes as a conversation."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.details import payload
from tracetui.display.content import Spoken
from tracetui.display.conversation import LARGEST, answered, as_text, asked, newest_turn_at

Said = list[tuple[str, str]]


def said_in(request: Any) -> Said:
    return [(one.label, one.text) for one in asked(payload(request))]


def said_back(response: Any) -> Said:
    return [(one.label, one.text) for one in answered(payload(response))]


CALL = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"id": "x", "n": 3}'}}

REQUESTS: dict[str, tuple[Any, Said]] = {
    "OpenAI chat": (
        {
            "messages": [
                {"role": "system", "content": "be kind"},
                {"role": "user", "content": [{"type": "text", "text": "hi"}]},
                {"role": "assistant", "content": None, "tool_calls": [CALL]},
                {"role": "tool", "tool_call_id": "c1", "content": "found"},
            ]
        },
        [("system", "be kind"), ("user", "hi"), ("call", 'find(id: "x", n: 3)'), ("tool", "found")],
    ),
    "OpenAI responses": (
        {
            "instructions": "be kind",
            "input": [
                {"role": "user", "content": [{"type": "input_text", "text": "hi"}]},
                {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
                {"type": "function_call", "name": "find", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c1", "output": "found"},
            ],
        },
        [("system", "be kind"), ("user", "hi"), ("thinking", "hm"), ("call", "find()"), ("result", "found")],
    ),
    "OpenTelemetry": (
        {
            "system": [{"type": "text", "content": "be kind"}],
            "messages": [
                {"role": "user", "parts": [{"type": "text", "content": "hi"}]},
                {
                    "role": "assistant",
                    "parts": [
                        {"type": "reasoning", "content": "hm"},
                        {"type": "tool_call", "id": "c1", "name": "find", "arguments": {"id": "x"}},
                        {"type": "server_tool_call", "name": "search", "server_tool_call": {"q": "y"}},
                    ],
                },
                {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": {"n": 3}}]},
                {
                    "role": "tool",
                    "parts": [{"type": "server_tool_call_response", "server_tool_call_response": "ok"}],
                },
                {"role": "user", "parts": [{"type": "uri", "modality": "image", "uri": "https://e.org/p.png"}]},
            ],
        },
        [
            ("system", "be kind"),
            ("user", "hi"),
            ("thinking", "hm"),
            ("call", 'find(id: "x")'),
            ("call", 'search(q: "y")'),
            ("result", '{"n": 3}'),
            ("result", "ok"),
            ("user", "[image: https://e.org/p.png]"),
        ],
    ),
    "Vercel AI": (
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "hi"}]},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "tool-call", "toolCallId": "c1", "toolName": "find", "input": {"id": "x"}}
                    ],
                },
                {
                    "role": "tool",
                    "content": [
                        {
                            "type": "tool-result",
                            "toolName": "find",
                            "output": {"type": "json", "value": {"n": 3}},
                        },
                        {"type": "tool-result", "toolName": "find", "output": {"type": "text", "value": "none"}},
                        {"type": "tool-result", "toolName": "find", "result": {"n": 4}},
                    ],
                },
            ]
        },
        [
            ("user", "hi"),
            ("call", 'find(id: "x")'),
            ("result", '{"n": 3}'),
            ("result", "none"),
            ("result", '{"n": 4}'),
        ],
    ),
    "OpenAI completions": ({"prompt": ["once", "twice"]}, [("prompt", "once"), ("prompt", "twice")]),
    "embeddings": ({"input": "text"}, [("user", "text")]),
    "Anthropic": (
        {
            "system": [{"type": "text", "text": "be kind"}],
            "messages": [
                {"role": "user", "content": "hi"},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "hm"},
                        {"type": "tool_use", "name": "find", "input": {"id": 1}},
                    ],
                },
                {
                    "role": "user",
                    "content": [{"type": "tool_result", "content": [{"type": "text", "text": "found"}]}],
                },
            ],
        },
        [("system", "be kind"), ("user", "hi"), ("thinking", "hm"), ("call", "find(id: 1)"), ("result", "found")],
    ),
    "Gemini": (
        {
            "systemInstruction": {"parts": [{"text": "be kind"}]},
            "contents": [
                {"role": "user", "parts": [{"text": "hi"}]},
                {"role": "model", "parts": [{"functionCall": {"name": "find", "args": {"id": 1}}}]},
                {"role": "user", "parts": [{"functionResponse": {"name": "find", "response": {"ok": True}}}]},
            ],
        },
        [("system", "be kind"), ("user", "hi"), ("call", "find(id: 1)"), ("result", '{"ok": true}')],
    ),
    "Bedrock converse": (
        {
            "system": [{"text": "be kind"}],
            "messages": [
                {"role": "user", "content": [{"text": "hi"}]},
                {"role": "assistant", "content": [{"toolUse": {"name": "find", "input": {}}}]},
                {"role": "user", "content": [{"toolResult": {"content": [{"json": {"a": 1}}]}}]},
            ],
        },
        [("system", "be kind"), ("user", "hi"), ("call", "find()"), ("result", '{"a": 1}')],
    ),
    "Titan": ({"inputText": "hi"}, [("user", "hi")]),
    "Cohere 1": (
        {"preamble": "be kind", "chat_history": [{"role": "CHATBOT", "message": "yes"}], "message": "hi"},
        [("system", "be kind"), ("assistant", "yes"), ("user", "hi")],
    ),
    "Ollama": ({"system": "be kind", "prompt": "hi"}, [("system", "be kind"), ("prompt", "hi")]),
}

RESPONSES: dict[str, tuple[Any, Said]] = {
    "OpenAI chat": (
        {"choices": [{"message": {"role": "assistant", "content": "hello", "tool_calls": [CALL]}}]},
        [("assistant", "hello"), ("call", 'find(id: "x", n: 3)')],
    ),
    "several choices": (
        {"choices": [{"text": "a"}, {"text": "b"}]},
        [("choice 1", "a"), ("choice 2", "b")],
    ),
    "OpenAI responses": (
        {
            "output": [
                {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hello"}]}
            ]
        },
        [("assistant", "hello")],
    ),
    "Anthropic": ({"role": "assistant", "content": [{"type": "text", "text": "hello"}]}, [("assistant", "hello")]),
    "Gemini": (
        {"candidates": [{"content": {"role": "model", "parts": [{"text": "hello"}]}}]},
        [("assistant", "hello")],
    ),
    "Bedrock converse": (
        {"output": {"message": {"role": "assistant", "content": [{"text": "hello"}]}}},
        [("assistant", "hello")],
    ),
    "Titan": ({"results": [{"outputText": "hello"}]}, [("assistant", "hello")]),
    "Cohere 1": (
        {"text": "hello", "tool_calls": [{"name": "find", "parameters": {"a": 1}}]},
        [("assistant", "hello"), ("call", "find(a: 1)")],
    ),
    "Cohere 2": (
        {"message": {"role": "assistant", "content": [{"type": "text", "text": "hello"}]}},
        [("assistant", "hello")],
    ),
    "Ollama": ({"response": "hello"}, [("assistant", "hello")]),
    "an error": ({"error": {"message": "no such model", "type": "invalid"}}, [("error", "no such model")]),
    "embeddings": ({"data": [{"embedding": [0.1, 0.2]}] * 3}, [("", "3 embeddings of 2 numbers")]),
    "an embedding beside none": ({"data": [{}, {"embedding": [1]}]}, [("", "1 embedding of 1 numbers")]),
}


@pytest.mark.parametrize(("request_", "said"), REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_read_as_a_conversation(request_: Any, said: Said) -> None:
    assert said_in(request_) == said


@pytest.mark.parametrize(("response", "said"), RESPONSES.values(), ids=RESPONSES)
def test_a_response_is_read_as_a_conversation(response: Any, said: Said) -> None:
    assert said_back(response) == said


def test_a_picture_is_told_and_not_shown() -> None:
    parts = [
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        {"type": "image", "source": {"type": "base64", "data": "A" * 5_000}},
    ]
    told = asked(payload({"messages": [{"role": "user", "content": parts}]}))
    assert told[0].text == "[image: https://example.org/a.png]"
    assert told[0].is_note
    assert told[1].text.startswith("[image: 5,0")


def test_arguments_that_are_not_json_stand_as_they_came() -> None:
    call = {"function": {"name": "find", "arguments": '{"id": '}}
    assert said_back({"choices": [{"message": {"tool_calls": [call]}}]}) == [("call", 'find({"id": )')]


@pytest.mark.parametrize("text", [b"", b"nonsense", b"[1]", b'"text"', b"{}", b"\xff", b"[" * 5_000, b"1" * 5_000])
def test_what_is_not_known_says_nothing(text: bytes) -> None:
    assert asked(text) == answered(text) == ()


def test_a_large_payload_is_not_read_in_one_go() -> None:
    assert said_in({"prompt": "x" * LARGEST}) == []


NAMES = [
    *("messages", "content", "parts", "role", "type", "text", "tool_calls", "function", "name"),
    *("arguments", "input", "contents", "choices", "message", "candidates", "output", "error", "data"),
    *(
        "embedding",
        "tool_result",
        "prompt",
        "toolUse",
        "functionCall",
        "reasoning",
        "summary",
        "system",
        "chat_history",
    ),
    *("results", "image_url", "delta"),
]
ODD: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([*NAMES, "x", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=30,
)


@settings(max_examples=400, deadline=None)
@given(value=st.dictionaries(st.sampled_from(NAMES), ODD, max_size=6))
def test_no_shape_however_odd_is_more_than_not_known(value: Any) -> None:
    assert all(
        isinstance(one.text, str) and one.text for one in (*asked(payload(value)), *answered(payload(value)))
    )


def test_a_single_message_is_its_text_alone() -> None:
    assert as_text([Spoken("user", "hello")]) == "hello"


def test_several_messages_are_told_by_who_says_them() -> None:
    assert as_text([Spoken("system", "Be brief."), Spoken("user", "hello")]) == "system: Be brief.\n\nuser: hello"


def test_the_newest_turn_is_what_follows_the_last_answer() -> None:
    said = [Spoken("user", "one"), Spoken("assistant", "two"), Spoken("user", "three"), Spoken("tool", "four")]

    assert as_text(said)[newest_turn_at(said) :] == "three\n\ntool: four"


def test_a_system_prompt_is_no_newest_turn() -> None:
    said = [Spoken("system", "Be brief."), Spoken("user", "hello")]

    assert as_text(said)[newest_turn_at(said) :] == "hello"


def test_that_a_user_speaks_goes_without_saying() -> None:
    said = [Spoken("user", "one"), Spoken("user", "two")]

    assert as_text(said)[newest_turn_at(said) :] == "one\n\nuser: two"


@pytest.mark.parametrize("labels", [["user"], ["result", "user"], ["user", "assistant"], ["system"], []])
def test_a_conversation_without_an_earlier_turn_begins_at_its_beginning(labels: list[str]) -> None:
    assert newest_turn_at([Spoken(label, "text") for label in labels]) is None
