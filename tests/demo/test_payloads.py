"""Payloads in the shapes of real servers, and what is known of a request beside its texts."""

import json
from collections import Counter, defaultdict

import pytest

from tests.demo.made import of_model, traces
from tracetui.domain.catalogue import ModelType
from tracetui.domain.trace import Status


def test_some_requests_do_not_say_their_connection() -> None:
    assert None in {trace.connection for trace in of_model("gpt-4o-mini")}


def test_tools_are_called_with_arguments_and_answer_with_results() -> None:
    requests = [json.loads(trace.request or b"{}") for trace in of_model("gpt-4o") + of_model("claude-sonnet-4-5")]
    roles = [message for request in requests for message in request["messages"]]
    calls = [call for message in roles for call in message.get("tool_calls", ())]
    uses = [part for message in roles if isinstance(message["content"], list) for part in message["content"]]

    assert all(json.loads(call["function"]["arguments"]) for call in calls)
    assert {call["function"]["name"] for call in calls} == {"lookup_order", "create_refund"}
    assert "tool" in {message["role"] for message in roles}
    assert {part["type"] for part in uses} == {"tool_use", "tool_result"}
    assert "tool_calls" in {trace.finish_reason for trace in of_model("gpt-4o")}


@pytest.mark.parametrize(
    ("model", "keys"),
    [
        ("gpt-4o", {"id", "object", "choices", "usage"}),
        ("claude-sonnet-4-5", {"id", "type", "content", "stop_reason", "usage"}),
        ("invoice-extractor", {"generated_text", "details"}),
        ("qwen-2.5-72b", {"id", "choices", "usage", "prompt_logprobs"}),
        ("gemini-2.5-flash", {"candidates", "usageMetadata", "modelVersion"}),
    ],
)
def test_payloads_have_the_shape_of_their_server(model: str, keys: set[str]) -> None:
    answered = [
        trace for trace in of_model(model) if trace.status is Status.SUCCESS and trace.input_tokens is not None
    ]

    assert all(keys <= json.loads(trace.response or b"{}").keys() for trace in answered)


def test_tokens_in_a_payload_are_those_of_its_trace() -> None:
    for trace in of_model("gpt-4o"):
        usage = json.loads(trace.response or b"{}").get("usage") or {}
        assert trace.status is Status.FAILED or usage.get("prompt_tokens") == trace.input_tokens


def test_one_payload_is_of_ten_and_a_few_are_of_one_megabyte() -> None:
    sizes = sorted((len(trace.request or b"") + len(trace.response or b"") for trace in traces()), reverse=True)

    assert sizes[0] >= 10_000_000
    assert [size >= 900_000 for size in sizes[1:5]] == [True, True, True, False]


def test_some_values_were_not_captured() -> None:
    succeeded = [trace for trace in traces() if trace.status is Status.SUCCESS]
    failed = [
        trace for trace in traces() if trace.status is Status.FAILED and trace.input and "end" not in trace.input
    ]

    assert 0.005 < sum(trace.input_tokens is None for trace in succeeded) / len(succeeded) < 0.04
    assert 0.003 < sum(trace.response_time_us is None for trace in succeeded) / len(succeeded) < 0.02
    assert {trace.output for trace in failed} == {None}
    assert any(trace.response is None for trace in failed)


def test_streamed_answers_have_a_time_to_their_first_token() -> None:
    streamed = [trace for trace in traces() if trace.is_streamed and trace.status is Status.SUCCESS]

    assert len(streamed) > 3_000
    assert all(
        (trace.ttft_us or 0) <= trace.response_time_us for trace in streamed if trace.response_time_us is not None
    )
    assert sum(trace.ttft_us is not None for trace in streamed) > 0.95 * len(streamed)


def test_a_session_has_one_user_and_several_requests() -> None:
    users, requests = defaultdict(set), Counter()
    for trace in traces():
        if trace.session:
            users[trace.session].add(trace.user_id)
            requests[trace.session] += 1

    assert all(len(some) == 1 for some in users.values())
    assert sum(requests.values()) / len(requests) > 1.8


def test_source_types_are_the_three_known_and_one_of_the_account_s_own() -> None:
    assert {trace.source_type for trace in traces()} == {"Workflow", "Prompts", "API Key", "Evaluation"}
    assert {"checkout", "mobile", "eval-7", "backend-prod"} <= {trace.source for trace in traces()}


def test_only_some_models_say_what_a_request_cost() -> None:
    with_credits = {trace.model for trace in traces() if trace.credits_micro is not None}
    with_cost = {(trace.model_type, trace.cost_nano_usd is not None) for trace in traces() if trace.input_tokens}

    assert with_credits == {"intent-classifier", "qwen-2.5-72b"}
    assert (ModelType.EXTERNAL, True) in with_cost
    assert (ModelType.FINE_TUNED, True) not in with_cost
