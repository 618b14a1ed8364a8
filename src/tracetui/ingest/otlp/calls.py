"""One call of a model, from its span to a trace.

What is unknown stays unknown: a count that nobody sent is no zero. A value that cannot be a trace's (a negative
count, a model that is a list) rejects the span, with the attribute and the reason.
"""

from datetime import UTC
from ipaddress import ip_address
from typing import Any, NamedTuple

from tracetui.display import conversation
from tracetui.domain.catalogue import NO_MODEL, ModelType
from tracetui.domain.trace import Status, Trace
from tracetui.ingest import values
from tracetui.ingest.otlp import names
from tracetui.ingest.otlp.content import Content, content_of
from tracetui.ingest.otlp.failures import tell_failure
from tracetui.ingest.otlp.forms import Attributes, BadSpan, SpanForm
from tracetui.ingest.otlp.payloads import Payload
from tracetui.ingest.values import BadValue, Note

_OWN = (
    "ollama",
    "vllm",
    "llama.cpp",
    "llama_cpp",
    "llamacpp",
    "huggingface",
    "tgi",
    "sglang",
    "lmstudio",
    "lm_studio",
)
"""Providers that are servers of one's own."""
_VERCEL_KINDS = (".chat", ".completion", ".responses", ".embedding", ".messages", ".image")
"""What Vercel AI puts behind a provider's name: the interface that was called."""
_FIRST_TOKEN = frozenset(
    {"First Token Stream Event", "ai.stream.firstChunk", "mlflow.chunk.item.0"}
    | {"llm.content.completion.chunk", "gen_ai.content.completion.chunk"}
)
"""Events of the first token of a stream; of those that come for each piece the first counts."""
_TEXT, _COUNT = 0, -1
_KINDS = {
    **dict.fromkeys(("model", "response_model", "response_id", "provider", "server_address", "deployment"), _TEXT),
    **dict.fromkeys(("error_type", "user_id", "session", "version", "workflow", "agent"), _TEXT),
    **dict.fromkeys(("input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens"), _COUNT),
    "cost_usd": 1_000_000_000,
    "ttft_s": 1_000_000,
    "ttft_ms": 1_000,
}
"""Field -> a name, a count, or a quantity, by how many whole parts its unit has. Others are read where they are
needed."""
_Found = dict[str, Any]


class Sending(NamedTuple):
    """What sent a call."""

    source_type: str | None
    source: str | None


class Call(NamedTuple):
    """A call, and who sent it as long as no span above it knows."""

    trace: Trace
    otherwise: Sending


def call_of(span: SpanForm, origin: str, note: Note) -> Call:
    """The trace of a span that is a call.

    Raises:
        BadSpan: A value is none that a trace can have.
    """
    found = _checked(span.attributes, note)
    content = content_of(span, found)
    known = found.get
    model = known("model") or _in_whole(content.request, "model")
    response_model = known("response_model")
    provider = _provider(span, known("provider"))
    model_type = _model_type(model, provider, known("server_address"))
    said, otherwise = _sending(span, found)
    record_id = span.record_id
    trace = Trace(
        origin=origin,
        record_id=record_id,
        request_id=known("response_id") or _in_whole(content.response, "id") or record_id,
        executed_at_us=span.start_ns // 1_000,
        status=Status.SUCCESS,
        raw=span.raw,
        model=model or NO_MODEL,
        model_type=model_type,
        base_model=response_model or _base_model(model, model_type),
        deployment=_deployment(span, found, model_type),
        version=known("version") or (response_model if response_model != model else None),
        connection=provider,
        source_type=said.source_type,
        source=said.source,
        user_id=known("user_id"),
        session=known("session"),
        response_time_us=(span.end_ns - span.start_ns + 500) // 1_000,
        ttft_us=_ttft_us(span, found),
        input_tokens=known("input_tokens"),
        output_tokens=known("output_tokens"),
        cached_input_tokens=known("cached_input_tokens"),
        reasoning_tokens=known("reasoning_tokens"),
        cost_nano_usd=known("cost_usd"),
        finish_reason=_finish_reason(known("finish_reason"), content),
        is_streamed=_is_streamed(span, known("is_streamed"), content.request),
        is_reconstructed=content.is_reconstructed,
    )
    if span.is_error or span.events or "error_type" in found or "level" in found:
        tell_failure(trace, span, found)
    _tell_content(trace, content, note)
    return Call(trace, otherwise)


def _checked(attributes: Attributes, note: Note) -> _Found:
    """What the attributes tell, each value as a trace has it.

    Raises:
        BadSpan: One cannot be.
    """
    found = names.read(attributes)
    for field, value in found.items():
        kind = _KINDS.get(field)
        if kind is None:
            continue
        try:
            if kind == _TEXT:
                if type(value) is not str or len(value) > values.LONGEST_NAME or not value.isascii():
                    found[field] = values.name(value, note)
            elif kind == _COUNT:
                if type(value) is not int or not 0 <= value <= values.LARGEST:
                    found[field] = values.whole(value, note)
            else:
                found[field] = values.scaled(value, kind)
        except BadValue as bad:
            raise BadSpan(f"{names.key_of(field, attributes)} {bad}") from None
    return found


def _in_whole(payload: Payload | None, key: str) -> str | None:
    """A name in a payload that is whole."""
    if payload is None or not payload.is_whole:
        return None
    value = payload.value.get(key)
    return value if isinstance(value, str) and 0 < len(value) <= values.LONGEST_NAME else None


def _tell_content(trace: Trace, content: Content, note: Note) -> None:
    """Give a trace its payloads and their texts."""
    request, response = content
    if request is not None:
        trace.request = request.content
        asked = conversation.asked_in(request.value)
        if asked:
            trace.input = values.well_formed(conversation.as_text(asked), note)
            trace.newest_turn_at = conversation.newest_turn_at(asked)
    if response is not None:
        trace.response = response.content
        answered = conversation.answered_in(response.value)
        if answered:
            trace.output = values.well_formed(conversation.as_text(answered), note)
        elif _is_empty(response.value):
            trace.output = ""


def _unsaid(_: str) -> None:
    """For what needs no note."""


def _provider(span: SpanForm, provider: str | None) -> str | None:
    if provider is not None and span.sender.scope == "ai":
        for kind in _VERCEL_KINDS:
            provider = provider.removesuffix(kind)
    return provider


def _model_type(model: str | None, provider: str | None, address: str | None) -> ModelType | None:
    """What the span itself shows of who runs the model; None: the config and the store decide."""
    if model is not None and model.startswith("ft:"):
        return ModelType.FINE_TUNED
    if provider is not None:
        # A third party's model can well be reached through a gateway nearby: a provider that is told is believed.
        return ModelType.OPEN_SOURCE if provider.lower() in _OWN else None
    return ModelType.OPEN_SOURCE if address is not None and _is_near(address) else None


def _is_near(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ip_address(address.strip("[]")).is_private
    except ValueError:
        return False


def _base_model(model: str | None, model_type: ModelType | None) -> str | None:
    """The base in the name of a fine-tuned model: ft:BASE:organisation:name:id."""
    if model is None or model_type is not ModelType.FINE_TUNED:
        return None
    return model.split(":", 2)[1] or None


def _deployment(span: SpanForm, found: _Found, model_type: ModelType | None) -> str | None:
    named = found.get("deployment") or span.sender.resource.get("deployment.name")
    if named:
        return str(named)
    address = found.get("server_address")
    if model_type is not ModelType.OPEN_SOURCE or address is None:
        return None
    port = found.get("server_port")
    return f"{address}:{port}" if isinstance(port, int | str) else str(address)


def _sending(span: SpanForm, found: _Found) -> tuple[Sending, Sending]:
    """What a call itself says of who sent it, and what is so of the rest as long as no span above it says."""
    workflow = found.get("workflow")
    source_type = "Workflow" if workflow else "Prompts" if "prompt" in found else None
    source = workflow or found.get("agent")
    service = span.sender.resource.get("service.name")
    key = found.get("api_key", "None")
    otherwise = Sending(
        "API Key" if source_type is None and key != "None" else None,
        service if source is None and isinstance(service, str) and service else None,
    )
    if span.parent_span_id is not None:
        return Sending(source_type, source), otherwise
    # Nothing is above it that could say more.
    return Sending(source_type or otherwise.source_type, source or otherwise.source), otherwise


def _ttft_us(span: SpanForm, found: _Found) -> int | None:
    told = found.get("ttft_s", found.get("ttft_ms"))
    if told is not None:
        return int(told)
    for event in span.events:
        if event.name in _FIRST_TOKEN and event.at_ns >= span.start_ns:
            return (event.at_ns - span.start_ns + 500) // 1_000
    moment = names.plain(found["first_token_at"]) if "first_token_at" in found else None
    if not isinstance(moment, str):
        return None
    try:
        at_us = values.time_us(moment, UTC, _unsaid)
    except BadValue:
        return None
    return max(0, at_us - span.start_ns // 1_000)


def _is_empty(response: Attributes) -> bool:
    """Whether a response says nothing, and was captured as that: an empty text, not a missing one."""
    choices = response.get("choices")
    messages = [choice.get("message") for choice in _dicts(choices)]
    held = [one for message in _dicts(messages) for one in (message, *_dicts(message.get("parts")))]
    return any(one.get("content") == "" for one in held)


def _dicts(items: Any) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _finish_reason(said: Any, content: Content) -> str | None:
    """Why the model stopped; of several choices the reasons that differ."""
    said = names.plain(said)
    if said is None and content.response is not None:
        said = [choice.get("finish_reason") for choice in _dicts(content.response.value.get("choices"))]
    reasons = said if isinstance(said, list) else [said]
    return ", ".join(dict.fromkeys(map(str, filter(None, reasons))))[: values.LONGEST_NAME] or None


def _is_streamed(span: SpanForm, said: Any, request: Payload | None) -> bool | None:
    if said is None and request is not None and request.is_whole:
        said = request.value.get("stream")
    if said is not None:
        return said if isinstance(said, bool) else str(said).lower() == "true"
    operation = span.attributes.get("ai.operationId")
    if isinstance(operation, str) and not operation.endswith(".doEmbed"):
        return operation.endswith(".doStream")
    return True if span.events and any(event.name in _FIRST_TOKEN for event in span.events) else None
