"""What every dialect calls things: the ONE table of attribute names.

A field lists the attributes that tell it, the one that is believed first on top. A name with `inside` holds JSON,
of which a part is meant. Adding a dialect is adding its names here; docs/otlp.md says how.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from tracetui.ingest.otlp.forms import Attributes


class Name(NamedTuple):
    """An attribute, or a part of the JSON in it."""

    key: str
    inside: tuple[str, ...] | None = None
    """The way to the part that is meant; empty: all of the JSON. None: the value is meant as it is."""


def _json(key: str, *inside: str) -> Name:
    return Name(key, inside)


_LANGFUSE_USAGE = "langfuse.observation.usage_details"
_MLFLOW_USAGE = "mlflow.chat.tokenUsage"

FIELDS: dict[str, tuple[str | Name, ...]] = {
    "model": (
        "gen_ai.request.model",
        "langfuse.observation.model.name",
        _json("mlflow.llm.model"),
        "ai.model.id",
        "llm.request.model_name",
        "llm.model_name",
        "embedding.model_name",
        _json("llm.invocation_parameters", "model"),
        _json("embedding.invocation_parameters", "model"),
        _json("request_data", "model"),
        "llm.request.model",
        "gen_ai.response.model",
        "ai.response.model",
        "llm.response.model_name",
    ),
    "response_model": (
        "gen_ai.response.model",
        "ai.response.model",
        "llm.response.model_name",
        "llm.response.model",
    ),
    "response_id": ("gen_ai.response.id", "ai.response.id"),
    "provider": (
        "gen_ai.provider.name",
        "gen_ai.system",
        "llm.provider",
        "llm.system",
        _json("mlflow.llm.provider"),
        "ai.model.provider",
    ),
    "server_address": ("server.address",),
    "server_port": ("server.port",),
    "deployment": ("deployment.name",),
    "status_code": ("http.response.status_code", "http.status_code", "error.code"),
    "error_type": ("error.type",),
    "error": ("error.message", "langfuse.observation.status_message"),
    "level": ("langfuse.observation.level",),
    "input_tokens": (
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.prompt_tokens",
        "llm.token_count.prompt",
        "llm.usage.prompt_tokens",
        "ai.usage.inputTokens",
        "ai.usage.promptTokens",
        "ai.usage.tokens",
        _json(_LANGFUSE_USAGE, "input"),
        _json(_LANGFUSE_USAGE, "prompt_tokens"),
        _json(_LANGFUSE_USAGE, "input_tokens"),
        _json(_MLFLOW_USAGE, "input_tokens"),
    ),
    "output_tokens": (
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "llm.token_count.completion",
        "llm.usage.completion_tokens",
        "ai.usage.outputTokens",
        "ai.usage.completionTokens",
        _json(_LANGFUSE_USAGE, "output"),
        _json(_LANGFUSE_USAGE, "completion_tokens"),
        _json(_LANGFUSE_USAGE, "output_tokens"),
        _json(_MLFLOW_USAGE, "output_tokens"),
    ),
    "cached_input_tokens": (
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_read_input_tokens",
        "gen_ai.usage.details.cache_read_tokens",
        "llm.token_count.prompt_details.cache_read",
        "ai.usage.inputTokenDetails.cacheReadTokens",
        "ai.usage.cachedInputTokens",
        _json(_LANGFUSE_USAGE, "input_cached_tokens"),
        _json(_LANGFUSE_USAGE, "cache_read_input_tokens"),
        _json(_LANGFUSE_USAGE, "prompt_tokens_details", "cached_tokens"),
        _json(_LANGFUSE_USAGE, "input_tokens_details", "cached_tokens"),
        _json(_MLFLOW_USAGE, "cache_read_input_tokens"),
    ),
    "reasoning_tokens": (
        "gen_ai.usage.reasoning.output_tokens",
        "gen_ai.usage.reasoning_tokens",
        "gen_ai.usage.details.reasoning_tokens",
        "llm.token_count.completion_details.reasoning",
        "ai.usage.outputTokenDetails.reasoningTokens",
        "ai.usage.reasoningTokens",
        _json(_LANGFUSE_USAGE, "output_reasoning_tokens"),
        _json(_LANGFUSE_USAGE, "completion_tokens_details", "reasoning_tokens"),
        _json(_LANGFUSE_USAGE, "output_tokens_details", "reasoning_tokens"),
    ),
    "cost_usd": (
        "llm.cost.total",
        "gen_ai.usage.cost",
        "gen_ai.cost.total_cost",
        "operation.cost",
        _json("langfuse.observation.cost_details", "total"),
        _json("mlflow.llm.cost", "total_cost"),
    ),
    "ttft_s": ("gen_ai.response.time_to_first_chunk", "gen_ai.client.operation.time_to_first_chunk"),
    "ttft_ms": ("ai.response.msToFirstChunk", "ai.stream.msToFirstChunk"),
    "first_token_at": ("langfuse.observation.completion_start_time",),
    "finish_reason": (
        "gen_ai.response.finish_reasons",
        "gen_ai.response.finish_reason",
        "llm.finish_reason",
        "ai.response.finishReason",
        "llm.response.finish_reason",
        "llm.response.stop_reason",
        "gen_ai.response.stop_reason",
        "gen_ai.completion.0.finish_reason",
    ),
    "is_streamed": (
        "gen_ai.request.stream",
        "gen_ai.is_streaming",
        "llm.is_streaming",
        _json("llm.invocation_parameters", "stream"),
        _json("request_data", "stream"),
    ),
    "user_id": (
        "user.id",
        "enduser.id",
        "llm.user",
        "gen_ai.user",
        "langfuse.user.id",
        "ai.telemetry.metadata.userId",
        "traceloop.association.properties.user_id",
        _json("mlflow.trace.user"),
        "metadata.user_api_key_end_user_id",
        "metadata.user_api_key_user_id",
    ),
    "session": (
        "gen_ai.conversation.id",
        "session.id",
        "langfuse.session.id",
        "ai.telemetry.metadata.sessionId",
        "traceloop.association.properties.session_id",
        _json("mlflow.trace.session"),
    ),
    "version": (
        "gen_ai.agent.version",
        "traceloop.entity.version",
        "llm.prompt_template.version",
        "traceloop.prompt.version",
        "langfuse.observation.prompt.version",
        "langfuse.version",
    ),
    "workflow": ("traceloop.workflow.name", "gen_ai.workflow.name"),
    "agent": ("gen_ai.agent.name", "agent_name", "agent.name", "ai.telemetry.functionId", "langfuse.trace.name"),
    "prompt": ("gen_ai.prompt.name", "traceloop.prompt.key", "langfuse.observation.prompt.name"),
    "api_key": ("metadata.user_api_key_alias", "metadata.user_api_key_hash"),
}
"""Field -> the attributes that tell it, the one believed first on top."""

PARAMETERS = {
    "gen_ai.request.temperature": "temperature",
    "gen_ai.request.top_p": "top_p",
    "gen_ai.request.top_k": "top_k",
    "gen_ai.request.max_tokens": "max_tokens",
    "gen_ai.request.frequency_penalty": "frequency_penalty",
    "gen_ai.request.presence_penalty": "presence_penalty",
    "gen_ai.request.stop_sequences": "stop",
    "gen_ai.request.seed": "seed",
    "gen_ai.request.choice.count": "n",
    "gen_ai.request.stream": "stream",
    "gen_ai.output.type": "output_type",
    "ai.settings.temperature": "temperature",
    "ai.settings.topP": "top_p",
    "ai.settings.maxOutputTokens": "max_tokens",
}
"""What a request that is put together has besides its messages: attribute -> name in the payload."""

_PLACES: dict[str, list[tuple[str, int, tuple[str, ...] | None]]] = {}
for _field, _names in FIELDS.items():
    for _rank, _name in enumerate(_names):
        _key, _inside = _name if isinstance(_name, Name) else (_name, None)
        _PLACES.setdefault(_key, []).append((_field, _rank, _inside))
_LAST = 1_000


def read(attributes: Attributes) -> dict[str, Any]:
    """The fields that attributes tell, as they tell them; what is empty tells nothing."""
    found: dict[str, Any] = {}
    ranks: dict[str, int] = {}
    for key, value in attributes.items():
        places = _PLACES.get(key)
        if places is None or value is None or value == "":
            continue
        for field, rank, inside in places:
            if rank < ranks.get(field, _LAST):
                meant = value if inside is None else _part(value, inside)
                if meant is not None and meant != "":
                    found[field] = meant
                    ranks[field] = rank
    return found


def key_of(field: str, attributes: Attributes) -> str:
    """The attribute that tells a field; the field's own name where none does."""
    for name in FIELDS.get(field, ()):
        key = name.key if isinstance(name, Name) else name
        if attributes.get(key) not in (None, ""):
            return key
    return field


def plain(value: Any) -> Any:
    """A value that is JSON in a text, as MLflow writes all of its own; any other as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _part(value: Any, inside: tuple[str, ...]) -> Any:
    part = plain(value)
    for step in inside:
        part = part.get(step) if isinstance(part, dict) else None
    return part


def _keys() -> Iterator[str]:
    yield from _PLACES
    yield from PARAMETERS


KNOWN = frozenset(_keys())
"""Every attribute that tells a field or a parameter."""
