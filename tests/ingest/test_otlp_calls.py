"""What a call's span says of itself: status, times, tokens, names, and who sent it."""

import pytest

from tests.ingest.otlp_bodies import (
    CHAT,
    MS,
    NOON_NS,
    PARENT_ID,
    SPAN_ID,
    TRACE_ID,
    Json,
    a_span,
    an_event,
    call,
    decoded,
    is_call,
    span_of,
    trace_of,
    traces,
)
from tracetui.domain.catalogue import NO_MODEL, ModelType
from tracetui.domain.parts import Span
from tracetui.domain.trace import Status
from tracetui.ingest.items import Options
from tracetui.ingest.mapping import Mapping, ModelRule, Names

FAILED = {"code": 2, "message": "gone"}


def test_a_trace_is_known_by_trace_and_span_and_shown_by_the_response_id() -> None:
    trace = call({"gen_ai.response.id": "chatcmpl-1"})
    assert (trace.origin, trace.record_id, trace.request_id) == ("otlp", f"{TRACE_ID}:{SPAN_ID}", "chatcmpl-1")


def test_without_a_response_id_the_record_id_is_shown() -> None:
    assert call({}).request_id == f"{TRACE_ID}:{SPAN_ID}"


def test_an_origin_that_the_user_named_is_that_of_everything() -> None:
    held = decoded(traces(a_span(parentSpanId=PARENT_ID)), Options(origin="staging"))
    assert {record.origin for record in held.records if not isinstance(record, str)} == {"staging"}


def test_response_time_is_the_end_minus_the_start_rounded_to_a_microsecond() -> None:
    trace = call({}, startTimeUnixNano=str(NOON_NS + 999), endTimeUnixNano=str(NOON_NS + 250 * MS + 1_499))
    assert (trace.executed_at_us, trace.response_time_us) == (NOON_NS // 1000, 250_001)


@pytest.mark.parametrize(
    ("attributes", "fields"),
    [
        ({}, {}),
        ({}, {"status": {"code": 1}}),
        ({"langfuse.observation.level": "WARNING"}, {}),
    ],
)
def test_a_call_without_an_error_succeeded(attributes: Json, fields: Json) -> None:
    assert call(attributes, **fields).status is Status.SUCCESS


@pytest.mark.parametrize(
    ("attributes", "fields"),
    [
        ({}, {"status": FAILED}),
        ({}, {"status": {"code": "STATUS_CODE_ERROR"}}),
        ({"error.type": "TimeoutError"}, {}),
        ({"langfuse.observation.level": "ERROR"}, {}),
        ({}, {"events": [an_event("exception", {"exception.type": "E"})]}),
    ],
)
def test_an_error_said_in_any_way_is_a_failure(attributes: Json, fields: Json) -> None:
    assert call(attributes, **fields).status is Status.FAILED


def test_a_failure_has_the_message_and_kind_of_the_exception() -> None:
    said = {"exception.type": "openai.RateLimitError", "exception.message": "Error code: 429 - slow down"}
    trace = call({}, status=FAILED, events=[an_event("exception", said)])
    assert trace.error_type == "openai.RateLimitError"
    assert (trace.error, trace.status_code) == ("Error code: 429 - slow down", 429)


def test_pydantic_ai_tells_the_status_of_a_response_in_its_error() -> None:
    trace = call({}, status={"code": 2, "message": "status_code: 429, model_name: gpt-4o, body: {}"})
    assert trace.status_code == 429


def test_without_an_exception_the_status_says_why() -> None:
    trace = call({"error.type": "429", "http.response.status_code": 503}, status=FAILED)
    assert (trace.error, trace.error_type, trace.status_code) == ("gone", "429", 503)


def test_counts_that_nobody_sent_are_unknown() -> None:
    trace = call({})
    assert (trace.input_tokens, trace.output_tokens, trace.cached_input_tokens, trace.reasoning_tokens) == (
        None,
    ) * 4


def test_a_count_of_zero_that_was_sent_is_zero() -> None:
    assert call({"gen_ai.usage.output_tokens": 0}).output_tokens == 0


def test_tokens_of_caches_and_of_reasoning_stand_apart() -> None:
    trace = call(
        {
            "gen_ai.usage.input_tokens": 9,
            "gen_ai.usage.output_tokens": 7,
            "gen_ai.usage.cache_read.input_tokens": 4,
            "gen_ai.usage.reasoning.output_tokens": 5,
        }
    )
    assert (trace.input_tokens, trace.output_tokens) == (9, 7)
    assert (trace.cached_input_tokens, trace.reasoning_tokens) == (4, 5)


def test_the_first_token_is_told_in_seconds_in_milliseconds_or_by_an_event() -> None:
    assert call({"gen_ai.response.time_to_first_chunk": 0.25}).ttft_us == 250_000
    assert call({"ai.response.msToFirstChunk": 12.5}).ttft_us == 12_500
    assert call({}, events=[an_event("First Token Stream Event", at_ms=30)]).ttft_us == 30_000
    told = {"langfuse.observation.completion_start_time": '"2026-10-01T12:00:00.040000Z"'}
    assert call(told).ttft_us == 40_000


def test_a_stream_is_known_by_what_was_asked_or_by_its_first_token() -> None:
    assert call({}).is_streamed is None
    assert call({"gen_ai.request.stream": True}).is_streamed is True
    assert call({"llm.is_streaming": "False"}).is_streamed is False
    assert call({"llm.invocation_parameters": '{"stream": true}'}).is_streamed is True
    assert call({}, events=[an_event("First Token Stream Event")]).is_streamed is True


def test_reasons_to_stop_are_told_once_each() -> None:
    assert call({"gen_ai.response.finish_reasons": ["stop", "length", "stop"]}).finish_reason == "stop, length"
    assert call({"gen_ai.response.finish_reasons": '["stop"]'}).finish_reason == "stop"
    assert call({"llm.finish_reason": "end_turn"}).finish_reason == "end_turn"


def test_user_and_session_have_many_names() -> None:
    trace = call({"enduser.id": "u-1", "gen_ai.conversation.id": "c-1", "session.id": "s-1"})
    assert (trace.user_id, trace.session) == ("u-1", "c-1")


def test_cost_is_kept_in_billionths_of_a_dollar() -> None:
    assert call({"gen_ai.cost.total_cost": 7.275e-4}).cost_nano_usd == 727_500


def test_the_model_that_answered_is_the_base_and_the_version_where_it_differs() -> None:
    trace = call({"gen_ai.request.model": "gpt-4o", "gen_ai.response.model": "gpt-4o-2024-08-06"})
    assert (trace.model, trace.base_model, trace.version) == ("gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-08-06")
    same = call({"gen_ai.request.model": "gpt-4.1", "gen_ai.response.model": "gpt-4.1"})
    assert (same.base_model, same.version) == ("gpt-4.1", None)


def test_a_call_that_names_no_model_is_kept() -> None:
    assert trace_of(a_span({"openinference.span.kind": "LLM"})).model == NO_MODEL


def test_the_provider_is_the_connection() -> None:
    assert call({"gen_ai.provider.name": "aws.bedrock", "gen_ai.system": "aws"}).connection == "aws.bedrock"
    assert call({"gen_ai.system": "openai"}).connection == "openai"


@pytest.mark.parametrize(
    ("attributes", "model_type"),
    [
        ({"gen_ai.provider.name": "openai"}, None),
        ({"gen_ai.provider.name": "openai", "server.address": "127.0.0.1"}, None),
        ({"gen_ai.provider.name": "ollama"}, ModelType.OPEN_SOURCE),
        ({"gen_ai.system": "vllm"}, ModelType.OPEN_SOURCE),
        ({"server.address": "10.1.2.3"}, ModelType.OPEN_SOURCE),
        ({"server.address": "api.example.org"}, None),
        ({"gen_ai.request.model": "ft:gpt-4o-mini:acme:faq:a1"}, ModelType.FINE_TUNED),
    ],
)
def test_the_type_of_a_model_is_taken_from_what_shows_it(attributes: Json, model_type: ModelType | None) -> None:
    assert call(attributes).model_type is model_type


def test_a_fine_tuned_model_names_its_base() -> None:
    assert call({"gen_ai.request.model": "ft:gpt-4o-mini:acme:faq:a1"}).base_model == "gpt-4o-mini"


def test_a_server_of_ones_own_is_the_deployment() -> None:
    told = {"gen_ai.provider.name": "ollama", "server.address": "gpu-1", "server.port": 11434}
    assert call(told).deployment == "gpu-1:11434"
    named = trace_of(a_span(CHAT), resource={"deployment.name": "blue"})
    assert named.deployment == "blue"


def test_what_the_config_knows_is_filled_in() -> None:
    names = Names(
        models={"m-1": ModelRule(type=ModelType.OPEN_SOURCE, deployment="d")}, source_types={"shop": "API Key"}
    )
    trace = trace_of(a_span(), options=Options(mapping=Mapping(names=names)))
    assert (trace.model_type, trace.deployment, trace.source_type) == (ModelType.OPEN_SOURCE, "d", "API Key")


class TestWhoSentIt:
    """A call says it itself, or a span above it, or else the service that it is of."""

    def test_a_call_below_nothing_is_from_its_service(self) -> None:
        assert trace_of(a_span()).source == "shop"

    def test_a_call_below_something_leaves_it_open_and_names_its_service_for_lack_of_others(self) -> None:
        held = decoded(traces(a_span(parentSpanId=PARENT_ID))).records
        (own,) = [record for record in held if isinstance(record, Span)]
        assert trace_of(a_span(parentSpanId=PARENT_ID)).source is None
        assert (own.source, own.record_id, own.raw) == ("shop", f"{TRACE_ID}:{SPAN_ID}", b"")

    def test_a_workflow_that_a_call_names_is_its_source(self) -> None:
        trace = call({"traceloop.workflow.name": "checkout", "gen_ai.agent.name": "clerk"}, parentSpanId=PARENT_ID)
        assert (trace.source_type, trace.source) == ("Workflow", "checkout")

    def test_a_managed_prompt_makes_it_one_of_prompts(self) -> None:
        assert call({"langfuse.observation.prompt.name": "faq"}).source_type == "Prompts"

    def test_a_key_makes_it_one_of_keys_where_nothing_else_is_known(self) -> None:
        assert call({"metadata.user_api_key_hash": "a1b2"}).source_type == "API Key"
        assert call({"metadata.user_api_key_hash": ""}).source_type is None

    @pytest.mark.parametrize(
        "attributes",
        [
            {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "clerk"},
            {"traceloop.span.kind": "workflow", "traceloop.entity.name": "clerk"},
            {"openinference.span.kind": "AGENT"},
            {"langfuse.observation.type": "agent"},
            {"mlflow.spanType": '"AGENT"'},
        ],
    )
    def test_an_agent_or_workflow_names_what_is_below_it(self, attributes: Json) -> None:
        kept = span_of(a_span(attributes, name="clerk"))
        assert (kept.source_type, kept.source, kept.record_id) == ("Workflow", "clerk", None)

    def test_an_agent_of_pydantic_ai_before_operations(self) -> None:
        kept = span_of(a_span({"agent_name": "clerk"}, name="agent run"), scope="pydantic-ai")
        assert (kept.source_type, kept.source) == ("Workflow", "clerk")

    def test_a_root_that_is_neither_passes_its_service_on(self) -> None:
        kept = span_of(a_span({}, name="POST /chat"))
        assert (kept.source_type, kept.source) == (None, "shop")
        assert span_of(a_span({}, name="step", parentSpanId=PARENT_ID)).source is None


class TestWhatIsACall:
    """The rules of every client, and the general one."""

    @pytest.mark.parametrize(
        "operation", ["chat", "embeddings", "text_completion", "generate_content", "completion", "response"]
    )
    def test_operations_on_a_model_are_calls(self, operation: str) -> None:
        assert is_call({"gen_ai.operation.name": operation, "gen_ai.request.model": "m"})

    @pytest.mark.parametrize(
        "attributes",
        [
            {},
            {"gen_ai.operation.name": "chat"},
            {"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "m"},
            {"gen_ai.operation.name": "execute_tool", "gen_ai.request.model": "m"},
            {"openinference.span.kind": "CHAIN"},
        ],
    )
    def test_all_else_is_none(self, attributes: Json) -> None:
        assert not is_call(attributes)

    def test_openllmetry_before_operations_is_known_by_its_kind_of_request(self) -> None:
        assert is_call({"llm.request.type": "chat", "gen_ai.request.model": "m"})

    @pytest.mark.parametrize("kind", ["LLM", "EMBEDDING", "llm"])
    def test_openinference_says_it_in_any_scope(self, kind: str) -> None:
        assert is_call({"openinference.span.kind": kind})

    @pytest.mark.parametrize(("kind", "is_one"), [("generation", True), ("embedding", True), ("span", False)])
    def test_langfuse_says_what_an_observation_is(self, kind: str, is_one: bool) -> None:
        assert is_call({"langfuse.observation.type": kind, **CHAT}, scope="langfuse-sdk") is is_one

    @pytest.mark.parametrize(
        ("kind", "is_one"), [('"CHAT_MODEL"', True), ('"LLM"', True), ('"EMBEDDING"', True), ('"CHAIN"', False)]
    )
    def test_mlflow_says_it_in_json(self, kind: str, is_one: bool) -> None:
        assert is_call({"mlflow.spanType": kind}, scope="mlflow.tracing.provider") is is_one

    @pytest.mark.parametrize(
        ("name", "is_one"), [("litellm_request", True), ("raw_gen_ai_request", False), ("chat m-1", True)]
    )
    def test_litellm_repeats_a_call_in_a_child(self, name: str, is_one: bool) -> None:
        assert is_call(CHAT, scope="litellm", name=name) is is_one

    @pytest.mark.parametrize(
        ("operation", "is_one"),
        [
            ("ai.generateText.doGenerate", True),
            ("ai.streamText.doStream", True),
            ("ai.embed.doEmbed", True),
            ("ai.generateText", False),
            ("ai.toolCall", False),
        ],
    )
    def test_vercel_wraps_a_call_in_another_span(self, operation: str, is_one: bool) -> None:
        assert is_call({"ai.operationId": operation}, scope="ai") is is_one

    def test_logfire_logs_the_end_of_a_stream_beside_its_call(self) -> None:
        assert is_call(CHAT, scope="logfire.openai", name="Chat Completion with 'm'")
        assert not is_call(CHAT, scope="logfire.openai", name="streaming response from 'm' took 0.10s")
        assert not is_call({**CHAT, "logfire.span_type": "pending_span"}, scope="logfire.openai")

    def test_anthropics_sdk_repeats_what_an_instrumentation_tells(self) -> None:
        assert not is_call(CHAT, scope="com.anthropic.sdk.python")
