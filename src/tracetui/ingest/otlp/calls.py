"""One call of a model, from its span to a trace.

What is unknown stays unknown: a count that nobody sent is no zero. A value that cannot be a trace's (a negative
count, a model that is a list) rejects the span, with the attribute and the reason.
"""

import re
from datetime import UTC
from ipaddress import ip_address
from typing import Any, NamedTuple

from tracetui.display import conversation
from tracetui.domain.catalogue import NO_MODEL, ModelType
from tracetui.domain.trace import Status, Trace
from tracetui.ingest import values
from tracetui.ingest.otlp import names
from tracetui.ingest.otlp.content import Content, content_of
from tracetui.ingest.otlp.forms import Attributes, BadSpan, SpanForm
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
_FIRST_TOKEN = ("First Token Stream Event", "ai.stream.firstChunk", "llm.content.completion.chunk")
"""Events of the first token of a stream."""
_CODE = re.compile(r"\bError code: ([1-5]\d\d)\b")
"""How the SDKs of OpenAI and Anthropic tell the status of a response in the texts of their errors."""


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
    found = names.read(span.attributes)
    read = _Values(found, span.attributes, note)
    content = content_of(span, found)
    failure = _failure(span, read)
    request_id = read.name("response_id") or _own_id(content)
    model = read.name("model") or _model_in(content)
    response_model = read.name("response_model")
    provider = _provider(span, read)
    model_type = _model_type(model, provider, found.get("server_address"))
    asked = conversation.asked_in(content.request.value) if content.request is not None else ()
    answered = conversation.answered_in(content.response.value) if content.response is not None else ()
    said = Sending(*_said_itself(read))
    otherwise = Sending(_otherwise_type(read), values.name(span.sender.resource.get("service.name") or None, note))
    if span.parent_span_id is None:
        # Nothing is above it that could say more.
        said = Sending(said.source_type or otherwise.source_type, said.source or otherwise.source)
    record_id = span.record_id
    trace = Trace(
        origin=origin,
        record_id=record_id,
        request_id=request_id or record_id,
        executed_at_us=span.start_ns // 1_000,
        status=Status.FAILED if failure is not None else Status.SUCCESS,
        raw=span.raw,
        model=model or NO_MODEL,
        model_type=model_type,
        base_model=response_model or _base_model(model, model_type),
        deployment=_deployment(span, read, model_type),
        version=read.name("version") or (response_model if response_model != model else None),
        connection=provider,
        source_type=said.source_type,
        source=said.source,
        user_id=read.name("user_id"),
        session=read.name("session"),
        response_time_us=(span.end_ns - span.start_ns + 500) // 1_000,
        ttft_us=_ttft_us(span, read),
        input_tokens=read.count("input_tokens"),
        output_tokens=read.count("output_tokens"),
        cached_input_tokens=read.count("cached_input_tokens"),
        reasoning_tokens=read.count("reasoning_tokens"),
        cost_nano_usd=read.quantity("cost_usd", 1_000_000_000),
        finish_reason=_finish_reason(read, content),
        is_streamed=_is_streamed(span, read),
        is_reconstructed=content.is_reconstructed,
    )
    if failure is not None:
        trace.status_code, trace.error_type, trace.error = failure
    if content.request is not None:
        trace.request = content.request.content
        if asked:
            trace.input = values.well_formed(conversation.as_text(asked), note)
            trace.newest_turn_at = conversation.newest_turn_at(asked)
    if content.response is not None:
        trace.response = content.response.content
        if answered:
            trace.output = values.well_formed(conversation.as_text(answered), note)
        elif _is_empty(content.response.value):
            trace.output = ""
    return Call(trace, otherwise)


class _Values:
    """Reads what was found, and names the attribute of what cannot be."""

    def __init__(self, found: dict[str, Any], attributes: Attributes, note: Note) -> None:
        self._found = found
        self._attributes = attributes
        self._note = note

    def name(self, field: str) -> str | None:
        """A name or an id."""
        value = self._found.get(field)
        if type(value) is str and len(value) <= values.LONGEST_NAME and value.isascii():
            return value
        try:
            return values.name(value, self._note)
        except BadValue as bad:
            raise self._bad(field, bad) from None

    def count(self, field: str) -> int | None:
        """A whole number."""
        value = self._found.get(field)
        if value is None:
            return None
        try:
            return values.whole(value, self._note)
        except BadValue as bad:
            raise self._bad(field, bad) from None

    def quantity(self, field: str, per_unit: int) -> int | None:
        """A number in whole parts of its unit."""
        value = self._found.get(field)
        if value is None:
            return None
        try:
            return values.scaled(value, per_unit)
        except BadValue as bad:
            raise self._bad(field, bad) from None

    def raw(self, field: str) -> Any:
        """As it came; None where nothing tells it."""
        return self._found.get(field)

    def _bad(self, field: str, bad: BadValue) -> BadSpan:
        return BadSpan(f"{names.key_of(field, self._attributes)} {bad}")


class _Failure(NamedTuple):
    status_code: int | None
    error_type: str | None
    error: str | None


def _failure(span: SpanForm, read: _Values) -> _Failure | None:
    """How a call failed; None where it did not."""
    exception: Attributes = {}
    for event in span.events:
        if event.name == "exception":
            exception = event.attributes
    error_type = read.name("error_type")
    if not (span.is_error or error_type or exception or read.raw("level") == "ERROR"):
        return None
    texts = (read.raw("error"), exception.get("exception.message"), span.status_message)
    error = next((text for text in texts if isinstance(text, str) and text), None)
    kind = error_type or exception.get("exception.type")
    return _Failure(
        _status_code(read.raw("status_code"), error or span.status_message),
        kind if isinstance(kind, str) else None,
        None if error is None else values.well_formed(error, _unsaid),
    )


def _status_code(value: Any, error: str) -> int | None:
    digits = str(value) if isinstance(value, int | str) else ""
    if len(digits) == 3 and digits.isascii() and digits.isdigit():
        return int(digits)
    match = _CODE.search(error, 0, 200)
    return int(match[1]) if match else None


def _unsaid(_: str) -> None:
    """For what needs no note."""


def _own_id(content: Content) -> str | None:
    """The id in a response that is whole."""
    if content.response is None or not content.response.is_whole:
        return None
    id_ = content.response.value.get("id")
    return id_ if isinstance(id_, str) and 0 < len(id_) <= values.LONGEST_NAME else None


def _model_in(content: Content) -> str | None:
    """The model in a request that is whole."""
    if content.request is None or not content.request.is_whole:
        return None
    model = content.request.value.get("model")
    return model if isinstance(model, str) and 0 < len(model) <= values.LONGEST_NAME else None


def _provider(span: SpanForm, read: _Values) -> str | None:
    provider = read.name("provider")
    if provider is not None and span.sender.scope == "ai":
        for kind in _VERCEL_KINDS:
            provider = provider.removesuffix(kind)
    return provider


def _model_type(model: str | None, provider: str | None, address: Any) -> ModelType | None:
    """What the span itself shows of who runs the model; None: the config and the store decide."""
    if model is not None and model.startswith("ft:"):
        return ModelType.FINE_TUNED
    if provider is not None and provider.lower() in _OWN:
        return ModelType.OPEN_SOURCE
    # A third party's model can well be reached through a gateway nearby: where a provider is told, it is believed.
    if provider is None and isinstance(address, str) and _is_near(address):
        return ModelType.OPEN_SOURCE
    return None


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


def _deployment(span: SpanForm, read: _Values, model_type: ModelType | None) -> str | None:
    named = read.name("deployment") or span.sender.resource.get("deployment.name")
    if named:
        return str(named)
    address = read.name("server_address")
    if model_type is not ModelType.OPEN_SOURCE or address is None:
        return None
    port = read.raw("server_port")
    return f"{address}:{port}" if isinstance(port, int | str) and port else address


def _said_itself(read: _Values) -> Sending:
    """What a call says of who sent it."""
    workflow = read.name("workflow")
    source_type = "Workflow" if workflow else "Prompts" if read.raw("prompt") is not None else None
    return Sending(source_type, workflow or read.name("agent"))


def _otherwise_type(read: _Values) -> str | None:
    key = read.raw("api_key")
    return "API Key" if key is not None and key != "None" else None


def _ttft_us(span: SpanForm, read: _Values) -> int | None:
    for field, per_unit in (("ttft_s", 1_000_000), ("ttft_ms", 1_000)):
        told = read.quantity(field, per_unit)
        if told is not None:
            return told
    for event in span.events:
        if event.name in _FIRST_TOKEN and event.at_ns >= span.start_ns:
            return (event.at_ns - span.start_ns + 500) // 1_000
    moment = names.plain(read.raw("first_token_at"))
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


def _finish_reason(read: _Values, content: Content) -> str | None:
    """Why the model stopped; of several choices the reasons that differ."""
    said = names.plain(read.raw("finish_reason"))
    if said is None and content.response is not None:
        said = [choice.get("finish_reason") for choice in _dicts(content.response.value.get("choices"))]
    reasons = said if isinstance(said, list) else [said]
    known = [reason for reason in dict.fromkeys(map(str, filter(None, reasons))) if reason]
    return ", ".join(known)[: values.LONGEST_NAME] or None


def _is_streamed(span: SpanForm, read: _Values) -> bool | None:
    said = read.raw("is_streamed")
    if said is not None:
        return said if isinstance(said, bool) else str(said).lower() == "true"
    operation = span.attributes.get("ai.operationId")
    if isinstance(operation, str):
        return (
            operation.endswith(".doStream") or None
            if operation.endswith(".doEmbed")
            else operation.endswith("Stream")
        )
    return True if any(event.name in _FIRST_TOKEN for event in span.events) else None
