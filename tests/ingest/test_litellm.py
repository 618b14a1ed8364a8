"""LiteLLM's standard logging payload and spend logs as traces."""

import json
from typing import Any

import pytest

from tracetui.domain.catalogue import ModelType
from tracetui.domain.trace import Status, Trace
from tracetui.ingest import litellm, record_lines
from tracetui.ingest.csv_rows import as_objects
from tracetui.ingest.items import Bad, Good, Notes, Options
from tracetui.ingest.mapping import Mapping, ModelRule, Names
from tracetui.ingest.sources import Line

from ..fakes import NOON_US

NOON_S = NOON_US / 1_000_000
HASH = "a" * 64


def a_payload(**fields: Any) -> bytes:
    """A standard logging payload; name the fields that the test is about, `...` leaves one out."""
    known: dict[str, Any] = {
        "id": "chatcmpl-1",
        "litellm_call_id": "call-1",
        "trace_id": "sess-1",
        "call_type": "acompletion",
        "status": "success",
        "custom_llm_provider": "openai",
        "startTime": NOON_S,
        "endTime": NOON_S + 1.5,
        "completionStartTime": NOON_S + 1.5,
        "response_time": 1.5,
        "model": "gpt-4o-mini",
        "metadata": {},
        "response_cost": 0.00019514999999999997,
        "prompt_tokens": 49,
        "completion_tokens": 313,
        "total_tokens": 362,
        "messages": [{"role": "user", "content": "Where is it?"}],
        "response": {"model": "gpt-4o-mini-2024-08-06", "choices": [{"message": {"content": "Here."}}]},
        "model_parameters": {},
    }
    return json.dumps({key: value for key, value in (known | fields).items() if value is not ...}).encode()


def a_failure(**fields: Any) -> bytes:
    """A call that failed, as LiteLLM logs it: with zeros for what it does not know."""
    unknown = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "response_cost": 0.0, "response": {}}
    error = {"error_code": "429", "error_class": "RateLimitError", "error_message": "slow down"}
    failed = {"id": "call-1", "status": "failure", "error_information": error, "error_str": "litellm: slow down"}
    return a_payload(**(unknown | failed | fields))


def read(*lines: bytes, options: Options | None = None) -> tuple[list[Good | Bad], Notes]:
    notes = Notes()
    reader = litellm.LiteLlm(options or Options(), notes)
    numbered = (Line(number, line) for number, line in enumerate(lines, 1))
    return list(record_lines.read(numbered, notes, reader.trace)), notes


def trace_from(line: bytes, options: Options | None = None) -> Trace:
    (item,), _ = read(line, options=options)
    assert isinstance(item, Good), item
    assert isinstance(item.record, Trace)
    return item.record


def reason_for(line: bytes) -> str:
    (item,), _ = read(line)
    assert isinstance(item, Bad), item
    return item.reason


def test_a_payload_is_a_trace() -> None:
    trace = trace_from(a_payload())

    assert (trace.request_id, trace.model, trace.base_model) == (
        "chatcmpl-1",
        "gpt-4o-mini",
        "gpt-4o-mini-2024-08-06",
    )
    assert (trace.status, trace.executed_at_us, trace.response_time_us) == (Status.SUCCESS, NOON_US, 1_500_000)
    assert (trace.input_tokens, trace.output_tokens, trace.cost_nano_usd) == (49, 313, 195_150)
    assert (trace.connection, trace.session) == ("openai", "sess-1")
    assert (trace.input, trace.output) == ("Where is it?", "Here.")


def test_of_a_stream_the_time_to_the_first_token_is_not_the_response_time() -> None:
    line = a_payload(stream=True, completionStartTime=NOON_S + 0.25, response_time=0.25)

    trace = trace_from(line)

    assert (trace.response_time_us, trace.ttft_us, trace.is_streamed) == (1_500_000, 250_000, True)


@pytest.mark.parametrize("fields", [{}, {"stream": True}])
def test_an_answer_in_one_piece_has_no_time_to_its_first_token(fields: dict[str, Any]) -> None:
    assert trace_from(a_payload(**fields)).ttft_us is None


def test_a_call_logged_twice_is_one() -> None:
    (first, second), _ = read(a_failure(), a_failure())

    assert first.record.record_id == second.record.record_id


def test_attempts_with_one_call_id_are_calls_of_their_own() -> None:
    again = a_failure(startTime=NOON_S + 2, endTime=NOON_S + 3)

    assert trace_from(a_failure()).record_id != trace_from(again).record_id


def test_the_database_keeps_the_same_call_under_the_same_identity() -> None:
    kept_in_milliseconds = {"startTime": "2026-10-01 12:00:00.123", "endTime": "2026-10-01 12:00:01"}
    row = a_payload(id=..., request_id="chatcmpl-1", spend=0.1, **kept_in_milliseconds)

    assert trace_from(row).record_id == trace_from(a_payload(startTime=NOON_S + 0.123_456)).record_id


def test_a_failure_says_what_happened() -> None:
    trace = trace_from(a_failure())

    assert (trace.status, trace.status_code) == (Status.FAILED, 429)
    assert (trace.error_type, trace.error) == ("RateLimitError", "litellm: slow down")


def test_an_error_code_that_is_no_number_is_no_status_code() -> None:
    assert trace_from(a_failure(error_information={"error_code": "server_error"})).status_code is None


def test_zeros_for_what_a_failed_call_did_not_count_are_unknown() -> None:
    trace = trace_from(a_failure())

    assert (trace.input_tokens, trace.output_tokens, trace.cost_nano_usd) == (None, None, None)


def test_an_embedding_answers_with_no_tokens() -> None:
    trace = trace_from(a_payload(call_type="aembedding", completion_tokens=0))

    assert (trace.input_tokens, trace.output_tokens) == (49, 0)


def test_a_cost_that_could_not_be_computed_is_unknown() -> None:
    line = a_payload(response_cost=0.0, response_cost_failure_debug_info={"error_str": "no price"})

    assert trace_from(line).cost_nano_usd is None


def test_a_free_call_costs_nothing() -> None:
    assert trace_from(a_payload(response_cost=0.0)).cost_nano_usd == 0


def test_costs_add_up_without_drift() -> None:
    traces = [trace_from(a_payload(response_cost=0.1)) for _ in range(3)]

    assert sum(trace.cost_nano_usd or 0 for trace in traces) == 300_000_000


def test_cached_and_reasoning_tokens_come_from_the_provider_s_usage() -> None:
    usage = {"prompt_tokens_details": {"cached_tokens": 30}, "completion_tokens_details": {"reasoning_tokens": 7}}

    trace = trace_from(a_payload(metadata={"usage_object": usage}))

    assert (trace.cached_input_tokens, trace.reasoning_tokens) == (30, 7)


def test_a_virtual_key_is_the_source() -> None:
    trace = trace_from(a_payload(metadata={"user_api_key_alias": "checkout", "user_api_key_hash": HASH}))

    assert (trace.source_type, trace.source) == ("API Key", "checkout")


def test_without_a_key_the_first_tag_is_the_source_and_its_type_is_unknown() -> None:
    trace = trace_from(a_payload(request_tags=["nightly", "eu"]))

    assert (trace.source_type, trace.source) == (None, "nightly")


@pytest.mark.parametrize(
    ("fields", "user"),
    [
        ({"end_user": "u-1", "metadata": {"user_api_key_user_id": "owner"}}, "u-1"),
        ({"model_parameters": {"user": "u-2"}}, "u-2"),
        ({"metadata": {"user_api_key_user_id": "owner"}}, "owner"),
        ({}, None),
    ],
)
def test_the_end_user_goes_before_the_owner_of_the_key(fields: dict[str, Any], user: str | None) -> None:
    assert trace_from(a_payload(**fields)).user_id == user


def test_the_response_is_kept_byte_for_byte() -> None:
    line = a_payload(response="RESPONSE").replace(b'"RESPONSE"', b'{ "choices":[] ,"x": 1.50}')

    assert trace_from(line).response == b'{ "choices":[] ,"x": 1.50}'


def test_the_request_is_put_together_from_the_bytes_of_its_parts_and_says_so() -> None:
    line = a_payload(messages="MESSAGES", model_parameters={"temperature": 0.5})
    line = line.replace(b'"MESSAGES"', b'[{"role":  "user"}]')

    trace = trace_from(line)

    assert trace.request == b'{"model": "gpt-4o-mini", "messages": [{"role":  "user"}], "temperature": 0.5}'
    assert trace.is_reconstructed


def test_a_request_that_the_proxy_kept_is_not_put_together() -> None:
    sent = {"model": "fast", "messages": [{"role": "user", "content": "Hello"}]}

    trace = trace_from(a_payload(messages={}, proxy_server_request=json.dumps(sent)))

    assert trace.request is not None
    assert (json.loads(trace.request), trace.is_reconstructed, trace.input) == (sent, False, "Hello")


def test_texts_that_were_not_logged_are_unknown() -> None:
    trace = trace_from(a_payload(messages={}, response={}))

    assert (trace.input, trace.output, trace.request, trace.response) == (None, None, None, None)


def test_of_a_conversation_the_newest_turn_is_marked() -> None:
    turns = [("system", "Be brief."), ("user", "One"), ("assistant", "Two"), ("user", "Three")]

    trace = trace_from(a_payload(messages=[{"role": role, "content": text} for role, text in turns]))

    assert trace.input is not None
    assert trace.input[trace.newest_turn_at :] == "Three"


def test_an_answer_from_the_cache_is_a_request_and_is_noted() -> None:
    _, notes = read(a_payload(cache_hit=True))

    assert list(notes.counts) == ["answers from LiteLLM's own cache are requests like others"]


def test_the_config_file_says_what_the_record_does_not() -> None:
    rule = ModelRule(type=ModelType.OPEN_SOURCE, deployment="gpu-1")
    options = Options(mapping=Mapping(Names({"gpt-4o-mini": rule}, {"nightly": "Workflow"})))

    trace = trace_from(a_payload(request_tags=["nightly"]), options)

    assert (trace.model_type, trace.deployment) == (ModelType.OPEN_SOURCE, "gpu-1")
    assert trace.source_type == "Workflow"


def test_a_row_of_the_spend_logs_in_a_csv_is_the_same_call() -> None:
    table = (
        b'request_id,call_type,spend,prompt_tokens,completion_tokens,"startTime","endTime",metadata',
        b'chatcmpl-1,acompletion,0.25,3,4,2026-10-01 12:00:00,2026-10-01 12:00:02,"{""status"":""failure""}"',
    )

    (line,) = as_objects(Line(number, row) for number, row in enumerate(table, 1))
    assert isinstance(line, Line)
    trace = trace_from(line.content)

    assert (trace.status, trace.executed_at_us, trace.response_time_us) == (Status.FAILED, NOON_US, 2_000_000)
    assert (trace.input_tokens, trace.output_tokens, trace.cost_nano_usd) == (3, 4, 250_000_000)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": ..., "litellm_call_id": ...}, "id is missing"),
        ({"startTime": None}, "startTime is missing"),
        ({"startTime": "yesterday"}, 'startTime is "yesterday", not a time such as 2026-10-01T12:00:00Z'),
        ({"startTime": 1e300}, "startTime is 1E+300; a time as a number is in seconds or milliseconds"),
        ({"prompt_tokens": "many"}, 'prompt_tokens is "many", not a number'),
        ({"prompt_tokens": -1}, "prompt_tokens is -1, a negative number"),
        ({"completion_tokens": 10**30}, f"completion_tokens is {10**30}, larger than can be kept"),
        ({"response_cost": True}, "response_cost is True, not a number"),
        ({"model": {"name": "x"}}, 'model is {"name": "x"}, not a text'),
        ({"id": "x" * 10_001}, "id has 10,001 characters, more than 10,000"),
        ({"metadata": {"user_api_key_alias": [1]}}, "metadata.user_api_key_alias is [1], not a text"),
        ({"call_type": ...}, "has no call_type with a startTime, as all logs of LiteLLM have"),
        ({"response_cost": float("nan")}, "has NaN, which is not JSON"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(fields: dict[str, Any], reason: str) -> None:
    assert reason_for(a_payload(**fields)) == reason


@pytest.mark.parametrize(
    "fields",
    [
        {"metadata": "none"},
        {"metadata": None, "model_parameters": [], "messages": 7, "response": 3.5, "request_tags": {}},
        {"messages": [None, 1, {"role": 5, "content": {"x": []}}], "response": {"choices": "none", "usage": []}},
        {"error_information": "text", "hidden_params": None, "endTime": None, "status": "odd"},
        {"messages": '[{"role": "user", "content": "\\ud800"}]', "response": '{"choices": [1'},
        {"endTime": NOON_S - 5},
    ],
)
def test_oddly_shaped_extras_do_not_refuse_a_call(fields: dict[str, Any]) -> None:
    assert trace_from(a_payload(**fields)).request_id == "chatcmpl-1"
