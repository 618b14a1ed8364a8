"""What was asked and answered: every dialect of which there is no capture, and the edges of the others."""

import json
from typing import Any

import pytest

from tests.ingest.otlp_bodies import CHAT, Json, a_span, an_event, call, trace_of
from tracetui.domain.trace import Trace

TURNS = [{"role": "user", "content": "hi"}]
PARTS = [{"role": "user", "parts": [{"type": "text", "content": "hi"}]}]
ANSWER = [{"role": "assistant", "parts": [{"type": "text", "content": "hello"}], "finish_reason": "stop"}]


def request_of(trace: Trace) -> Json:
    assert trace.request is not None
    held: Json = json.loads(trace.request)
    return held


def response_of(trace: Trace) -> Json:
    assert trace.response is not None
    held: Json = json.loads(trace.response)
    return held


class TestOpenTelemetry:
    """Conventions 1.37 and later: messages in attributes, as JSON or as nested values."""

    @pytest.mark.parametrize("written", [json.dumps, lambda value: value], ids=["as JSON", "nested"])
    def test_messages_become_a_conversation(self, written: Any) -> None:
        trace = call({"gen_ai.input.messages": written(PARTS), "gen_ai.output.messages": written(ANSWER)})
        assert (trace.input, trace.output, trace.finish_reason) == ("hi", "hello", "stop")
        assert request_of(trace) == {"model": "m-1", "messages": PARTS}
        assert response_of(trace)["choices"][0]["message"] == ANSWER[0]
        assert trace.is_reconstructed

    def test_instructions_tools_and_parameters_are_part_of_the_request(self) -> None:
        tool = {"type": "function", "name": "find"}
        trace = call(
            {
                "gen_ai.input.messages": json.dumps(PARTS),
                "gen_ai.system_instructions": json.dumps([{"type": "text", "content": "be kind"}]),
                "gen_ai.tool.definitions": json.dumps([tool]),
                "gen_ai.request.temperature": 0.2,
                "gen_ai.request.max_tokens": 5,
            }
        )
        assert trace.input == "system: be kind\n\nuser: hi"
        held = request_of(trace)
        assert (held["tools"], held["temperature"], held["max_tokens"]) == ([tool], 0.2, 5)

    def test_what_the_sender_wrote_as_json_is_kept_byte_for_byte(self) -> None:
        trace = call(
            {"gen_ai.input.messages": '[{"role": "user",  "parts":[{"type":"text","content":"\\u00e9"}]}]'}
        )
        assert b'"messages":[{"role": "user",  "parts":[{"type":"text","content":"\\u00e9"}]}]' in (
            trace.request or b""
        )
        assert trace.input == "é"

    def test_several_choices_are_told_apart(self) -> None:
        two = [
            *ANSWER,
            {"role": "assistant", "parts": [{"type": "text", "content": "hey"}], "finish_reason": "length"},
        ]
        trace = call({"gen_ai.output.messages": json.dumps(two)})
        assert trace.output == "choice 1: hello\n\nchoice 2: hey"
        assert trace.finish_reason == "stop, length"

    def test_the_newest_turn_begins_behind_the_models_last_words(self) -> None:
        turns = [*PARTS, *ANSWER, {"role": "user", "parts": [{"type": "text", "content": "and now?"}]}]
        trace = call({"gen_ai.input.messages": json.dumps(turns)})
        assert trace.input is not None
        assert trace.input[trace.newest_turn_at :] == "and now?"

    def test_messages_that_a_limit_cut_off_are_kept_as_text(self) -> None:
        trace = call({"gen_ai.input.messages": '[{"role":"user","parts":[{"content":"a long st'})
        assert trace.input == '[{"role":"user","parts":[{"content":"a long st'

    def test_an_answer_that_says_nothing_is_empty_and_one_not_captured_is_unknown(self) -> None:
        empty = [{"role": "assistant", "parts": [{"type": "text", "content": ""}]}]
        assert call({"gen_ai.output.messages": json.dumps(empty)}).output == ""
        assert call({"gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": []}])}).output is None
        assert call({}).output is None

    def test_parts_whose_content_was_not_captured_say_nothing(self) -> None:
        told = [{"role": "user", "parts": [{"type": "text"}]}]
        assert call({"gen_ai.input.messages": json.dumps(told)}).input is None

    def test_half_a_pair_of_surrogates_does_no_harm(self) -> None:
        told = '[{"role":"user","parts":[{"type":"text","content":"a\\ud83d"}]}]'
        trace = call({"gen_ai.input.messages": told})
        assert trace.input == "a\ufffd"
        json.loads(trace.request or b"")


class TestOlderConventions:
    """1.28 to 1.36 in the events of a span, and up to 1.27."""

    def test_messages_in_events_of_the_span(self) -> None:
        events = [
            an_event("gen_ai.system.message", {"content": "be kind"}),
            an_event("gen_ai.user.message", {"gen_ai.event.content": '{"content": "hi"}'}),
            an_event("gen_ai.choice", {"index": 0, "finish_reason": "stop", "message": '{"content": "hello"}'}),
        ]
        trace = call({}, events=events)
        assert (trace.input, trace.output, trace.finish_reason) == ("system: be kind\n\nuser: hi", "hello", "stop")

    def test_all_messages_in_one_event_of_the_span(self) -> None:
        told = {"gen_ai.input.messages": json.dumps(PARTS), "gen_ai.output.messages": json.dumps(ANSWER)}
        trace = call({}, events=[an_event("gen_ai.client.inference.operation.details", told)])
        assert (trace.input, trace.output) == ("hi", "hello")

    def test_prompt_and_completion_in_events(self) -> None:
        events = [
            an_event("gen_ai.content.prompt", {"gen_ai.prompt": json.dumps(TURNS)}),
            an_event("gen_ai.content.completion", {"gen_ai.completion": "hello"}),
        ]
        trace = call({}, events=events)
        assert (trace.input, trace.output) == ("hi", "hello")

    def test_prompt_and_completion_in_attributes(self) -> None:
        trace = call({"gen_ai.prompt": "hi", "gen_ai.completion": "hello", "gen_ai.usage.prompt_tokens": 3})
        assert (trace.input, trace.output, trace.input_tokens) == ("hi", "hello", 3)


class TestOpenLlmetry:
    """Messages flattened into attributes."""

    ATTRIBUTES: Json = {
        "llm.request.type": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.system": "OpenAI",
        "gen_ai.prompt.0.role": "system",
        "gen_ai.prompt.0.content": "be kind",
        "gen_ai.prompt.1.role": "user",
        "gen_ai.prompt.1.content": '[{"type": "text", "text": "hi"}]',
        "gen_ai.prompt.2.role": "assistant",
        "gen_ai.prompt.2.tool_calls.0.id": "c1",
        "gen_ai.prompt.2.tool_calls.0.name": "find",
        "gen_ai.prompt.2.tool_calls.0.arguments": '{"id": "x"}',
        "gen_ai.prompt.3.role": "tool",
        "gen_ai.prompt.3.tool_call_id": "c1",
        "gen_ai.prompt.3.content": "found",
        "gen_ai.completion.0.role": "assistant",
        "gen_ai.completion.0.content": "hello",
        "gen_ai.completion.0.finish_reason": "stop",
        "llm.request.functions.0.name": "find",
        "llm.is_streaming": False,
        "gen_ai.usage.input_tokens": 12,
        "traceloop.association.properties.user_id": "u-1",
    }

    def test_messages_calls_and_results_become_a_conversation(self) -> None:
        trace = trace_of(a_span(self.ATTRIBUTES), scope="opentelemetry.instrumentation.openai.v1")
        assert trace.input == 'system: be kind\n\nuser: hi\n\ncall: find(id: "x")\n\ntool: found'
        assert (trace.output, trace.finish_reason, trace.user_id) == ("hello", "stop", "u-1")
        assert request_of(trace)["tools"] == [{"name": "find"}]

    def test_more_than_ten_messages_stay_in_their_order(self) -> None:
        told = {
            f"gen_ai.prompt.{at}.{key}": text
            for at in range(12)
            for key, text in (("role", "user"), ("content", f"turn {at}"))
        }
        trace = call(told)
        assert [turn["content"] for turn in request_of(trace)["messages"]] == [f"turn {at}" for at in range(12)]


class TestOpenInference:
    """Payloads as they went to the model, else messages flattened into attributes; in Python and JavaScript."""

    def test_a_whole_payload_is_kept_as_it_is(self) -> None:
        asked = '{"model": "gpt-4o",  "messages": [{"role": "user", "content": "hi"}]}'
        answered = '{"id": "r-1", "choices": [{"message": {"role": "assistant", "content": "hello"}}]}'
        trace = trace_of(
            a_span(
                {
                    "openinference.span.kind": "LLM",
                    "llm.model_name": "gpt-4o-2024-08-06",
                    "input.value": asked,
                    "output.value": answered,
                    "llm.input_messages.0.message.role": "user",
                }
            ),
            scope="@arizeai/openinference-instrumentation-openai",
        )
        assert (trace.request, trace.response) == (asked.encode(), answered.encode())
        assert not trace.is_reconstructed
        assert (trace.model, trace.request_id) == ("gpt-4o-2024-08-06", "r-1")

    def test_messages_stand_in_where_the_value_is_no_payload(self) -> None:
        trace = trace_of(
            a_span(
                {
                    "openinference.span.kind": "LLM",
                    "llm.invocation_parameters": '{"model": "gpt-4o", "temperature": 0.2}',
                    "input.value": '[{"lc": 1, "kwargs": {}}]',
                    "llm.input_messages.0.message.role": "user",
                    "llm.input_messages.0.message.contents.0.message_content.type": "text",
                    "llm.input_messages.0.message.contents.0.message_content.text": "hi",
                    "llm.output_messages.0.message.role": "assistant",
                    "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "find",
                    "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"id": "x"}',
                }
            )
        )
        assert (trace.model, trace.input, trace.output) == ("gpt-4o", "hi", 'find(id: "x")')
        assert trace.is_reconstructed

    def test_texts_to_embed(self) -> None:
        trace = trace_of(
            a_span(
                {
                    "openinference.span.kind": "EMBEDDING",
                    "embedding.model_name": "e-1",
                    "embedding.embeddings.0.embedding.text": "first",
                    "embedding.embeddings.1.embedding.text": "second",
                }
            )
        )
        assert (trace.model, trace.input) == ("e-1", "user: first\n\nuser: second")

    def test_plain_text_values(self) -> None:
        trace = trace_of(a_span({"openinference.span.kind": "LLM", "input.value": "hi", "output.value": "hello"}))
        assert (trace.input, trace.output) == ("hi", "hello")


class TestLangfuse:
    """The SDK's observations."""

    def test_a_generation(self) -> None:
        trace = trace_of(
            a_span(
                {
                    "langfuse.observation.type": "generation",
                    "langfuse.observation.model.name": "gpt-4o",
                    "langfuse.observation.input": json.dumps(TURNS),
                    "langfuse.observation.output": '{"role": "assistant", "content": "hello"}',
                    "langfuse.observation.usage_details": '{"prompt_tokens": 9, "completion_tokens": 3,'
                    ' "prompt_tokens_details": {"cached_tokens": 4}}',
                    "langfuse.observation.cost_details": '{"total": 0.001}',
                    "langfuse.observation.prompt.name": "faq",
                    "langfuse.observation.prompt.version": 3,
                    "user.id": "u-1",
                    "session.id": "s-1",
                }
            ),
            scope="langfuse-sdk",
        )
        assert (trace.model, trace.input, trace.output) == ("gpt-4o", "hi", "hello")
        assert (trace.input_tokens, trace.output_tokens, trace.cached_input_tokens) == (9, 3, 4)
        assert (trace.cost_nano_usd, trace.source_type, trace.version) == (1_000_000, "Prompts", "3")

    @pytest.mark.parametrize(
        "asked", ["hi", '"hi"', '{"messages": [{"role": "user", "content": "hi"}], "tools": []}']
    )
    def test_an_input_of_any_shape(self, asked: str) -> None:
        told = {"langfuse.observation.type": "generation", "langfuse.observation.input": asked}
        assert trace_of(a_span(told), scope="langfuse-sdk").input == "hi"

    def test_a_failed_generation(self) -> None:
        told = {
            "langfuse.observation.type": "generation",
            "langfuse.observation.level": "ERROR",
            "langfuse.observation.status_message": "Error code: 503 - overloaded",
        }
        trace = trace_of(a_span(told), scope="langfuse-sdk")
        assert (trace.status.label, trace.error, trace.status_code) == (
            "failed",
            "Error code: 503 - overloaded",
            503,
        )


class TestLogfire:
    """OpenAI instrumented by Logfire, and Pydantic AI."""

    def test_request_and_response_data(self) -> None:
        trace = call(
            {
                "request_data": json.dumps({"model": "m-1", "messages": TURNS, "stream": False}),
                "response_data": json.dumps({"message": {"role": "assistant", "content": "hello"}, "usage": {}}),
            },
            scope="logfire.openai",
        )
        assert (trace.input, trace.output, trace.is_streamed) == ("hi", "hello", False)

    def test_events_listed_in_an_attribute(self) -> None:
        events = [
            {
                "event.name": "gen_ai.system.message",
                "content": "be kind",
                "role": "system",
                "gen_ai.message.index": 0,
            },
            {"event.name": "gen_ai.user.message", "content": "hi", "role": "user", "gen_ai.message.index": 0},
            {"event.name": "gen_ai.choice", "index": 0, "message": {"role": "assistant", "content": "hello"}},
        ]
        trace = call({"events": json.dumps(events)}, scope="pydantic-ai")
        assert (trace.input, trace.output) == ("system: be kind\n\nuser: hi", "hello")

    def test_pydantic_ai_of_today(self) -> None:
        trace = call(
            {
                "gen_ai.agent.name": "clerk",
                "gen_ai.input.messages": json.dumps(PARTS),
                "gen_ai.output.messages": json.dumps(ANSWER),
                "gen_ai.usage.details.cache_read_tokens": 2,
                "operation.cost": 0.5,
                "gen_ai.client.operation.time_to_first_chunk": 0.1,
            },
            scope="pydantic-ai",
        )
        assert (trace.input, trace.output, trace.source) == ("hi", "hello", "clerk")
        assert (trace.cached_input_tokens, trace.cost_nano_usd, trace.ttft_us) == (2, 500_000_000, 100_000)


class TestMlflow:
    """All values of MLflow's own are JSON in a text."""

    def test_a_chat_model(self) -> None:
        trace = trace_of(
            a_span(
                {
                    "mlflow.spanType": '"CHAT_MODEL"',
                    "mlflow.spanInputs": json.dumps({"model": "gpt-4o", "messages": TURNS}),
                    "mlflow.spanOutputs": json.dumps(
                        {"id": "r-1", "choices": [{"message": {"content": "hello"}}]}
                    ),
                    "mlflow.chat.tokenUsage": '{"input_tokens": 9, "output_tokens": 3, "total_tokens": 12}',
                    "mlflow.llm.model": '"gpt-4o"',
                    "mlflow.llm.provider": '"openai"',
                    "mlflow.llm.cost": '{"total_cost": 0.25}',
                }
            ),
            scope="mlflow.tracing.provider",
        )
        assert (trace.model, trace.connection, trace.input, trace.output) == ("gpt-4o", "openai", "hi", "hello")
        assert (trace.input_tokens, trace.output_tokens, trace.cost_nano_usd) == (9, 3, 250_000_000)
        assert not trace.is_reconstructed

    def test_a_stream_is_asked_for_in_the_payload_and_its_pieces_are_events(self) -> None:
        asked = json.dumps({"model": "gpt-4o", "messages": TURNS, "stream": True})
        told = {"mlflow.spanType": '"CHAT_MODEL"', "mlflow.spanInputs": asked}
        events = [an_event(f"mlflow.chunk.item.{at}", at_ms=40 + at) for at in range(3)]
        trace = trace_of(a_span(told, events=events), scope="mlflow.tracing.provider")
        assert (trace.is_streamed, trace.ttft_us) == (True, 40_000)

    def test_prompts_of_langchain(self) -> None:
        told = {
            "mlflow.spanType": '"CHAT_MODEL"',
            "mlflow.spanInputs": '[[{"content": "hi", "type": "human"}]]',
            "mlflow.spanOutputs": '"hello"',
        }
        trace = trace_of(a_span(told), scope="mlflow.tracing.provider")
        assert (trace.input, trace.output) == ("hi", "hello")

    def test_the_model_is_taken_from_the_request_where_nothing_else_names_it(self) -> None:
        told = {"mlflow.spanType": '"LLM"', "mlflow.spanInputs": json.dumps({"model": "m-9", "messages": TURNS})}
        assert trace_of(a_span(told), scope="mlflow.tracing.provider").model == "m-9"


class TestVercel:
    """The AI SDK."""

    def test_calls_of_tools_and_thoughts(self) -> None:
        calls = [{"toolCallId": "c1", "toolName": "find", "input": '{"id": "x"}'}]
        trace = trace_of(
            a_span(
                {
                    "ai.operationId": "ai.generateText.doGenerate",
                    "ai.model.id": "m-1",
                    "ai.model.provider": "openai.chat",
                    "ai.prompt.messages": json.dumps(TURNS),
                    "ai.response.reasoning": "hm",
                    "ai.response.text": "hello",
                    "ai.response.toolCalls": json.dumps(calls),
                    "ai.usage.promptTokens": 4,
                }
            ),
            scope="ai",
        )
        assert (trace.input, trace.input_tokens, trace.connection) == ("hi", 4, "openai")
        assert trace.output == 'thinking: hm\n\nassistant: hello\n\ncall: find(id: "x")'

    def test_an_object_that_was_asked_for(self) -> None:
        told = {"ai.operationId": "ai.generateObject.doGenerate", "ai.response.object": '{"a": 1}'}
        assert trace_of(a_span(told), scope="ai").output == '{"a": 1}'

    def test_texts_to_embed_and_their_vectors(self) -> None:
        told = {
            "ai.operationId": "ai.embedMany.doEmbed",
            "ai.values": ['"first"', '"second"'],
            "ai.embeddings": ["[0.5,0.5]", "[0.5,0.5]"],
        }
        trace = trace_of(a_span(told), scope="ai")
        assert (trace.input, trace.output) == ("user: first\n\nuser: second", "2 embeddings of 2 numbers")


def test_litellms_calls_of_tools_stand_beside_the_message() -> None:
    told = CHAT | {
        "gen_ai.output.messages": '[{"role": "assistant", "parts": [], "finish_reason": "tool_calls"}]',
        "gen_ai.completion.0.function_call.name": "find",
        "gen_ai.completion.0.function_call.arguments": '{"id": "x"}',
    }
    trace = trace_of(a_span(told, name="litellm_request"), scope="litellm")
    assert (trace.output, trace.finish_reason) == ('find(id: "x")', "tool_calls")
