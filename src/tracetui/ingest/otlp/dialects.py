"""Where dialects put what was asked and answered: the ONE table of it, and who reads each.

Each entry names the attribute that shows that a dialect is spoken, and who makes a payload of it; the first entry
that gives one counts. Adding a dialect's texts is adding an entry; docs/otlp.md says how.
"""

from collections.abc import Callable
from typing import Any

from tracetui.ingest.otlp import payloads
from tracetui.ingest.otlp.events import choices_of, messages_of, spoken_in
from tracetui.ingest.otlp.flattened import openinference_message, openllmetry_message, unflattened
from tracetui.ingest.otlp.forms import Attributes
from tracetui.ingest.otlp.payloads import Json, Payload

_REQUEST_SHAPES = frozenset({"messages", "input", "prompt", "contents", "system", "inputText"})
_RESPONSE_SHAPES = frozenset(
    {"choices", "output", "content", "candidates", "message", "data", "results", "completion"}
)

_Read = Callable[[Attributes, str], Payload | None]


def _otel_request(attributes: Attributes, key: str) -> Payload | None:
    given = payloads.json_in(attributes.get("gen_ai.input.messages"), "gen_ai.input.messages")
    system = attributes.get("gen_ai.system_instructions")
    members = {
        "system": None if system is None else _json_or_text(system, "gen_ai.system_instructions"),
        "messages": given if given is not None and isinstance(given.value, list) else None,
        "tools": _json_or_none(attributes, "gen_ai.tool.definitions"),
    }
    if members["messages"] is None and attributes.get("gen_ai.input.messages"):
        # Cut off by a limit on the length of attributes, or not what the conventions say.
        members["input"] = _json_or_text(attributes["gen_ai.input.messages"], key)
    return payloads.object_of(members)


def _otel_response(attributes: Attributes, key: str) -> Payload | None:
    given = payloads.json_in(attributes[key], key)
    if given is None or not isinstance(given.value, list):
        return _text_response(attributes, key)
    messages = payloads.elements(given)
    if "gen_ai.completion.0.function_call.name" in attributes:
        messages = [_with_function_call(message, place, attributes) for place, message in enumerate(messages)]
    return payloads.object_of({"choices": _choices_around(messages)})


def _with_function_call(message: Json, place: int, attributes: Attributes) -> Json:
    """A message of LiteLLM, whose calls of tools stand beside it."""
    prefix = f"gen_ai.completion.{place}.function_call."
    call = {name: attributes.get(prefix + name) for name in ("name", "arguments")}
    if call["name"] is None or not isinstance(message.value, dict) or message.value.get("parts"):
        return message
    return payloads.of({**message.value, "function_call": call})


def _whole_or_messages(attributes: Attributes, key: str) -> Payload | None:
    """JSON that is a request as it went to the model, or the messages of one, or a text."""
    given = _json_or_text(attributes[key], key)
    if isinstance(given.value, dict):
        if given.value.keys() & _REQUEST_SHAPES:
            return Payload(given.value, given.content, is_whole=True)
        name = "messages" if "role" in given.value else "input"
        return payloads.object_of({name: payloads.list_of([given]) if name == "messages" else given})
    if isinstance(given.value, list) and given.value:
        if all(isinstance(turn, dict) for turn in given.value):
            return payloads.object_of({"messages": given})
        if all(isinstance(turns, list) for turns in given.value):
            # LangChain asks for several prompts at once; a span is about one.
            return payloads.object_of({"messages": payloads.elements(given)[0]})
    return payloads.object_of({"input": given})


def _whole_or_choice(attributes: Attributes, key: str) -> Payload | None:
    """JSON that is a response as it came from the model, or a message of one, or a text."""
    given = _json_or_text(attributes[key], key)
    if isinstance(given.value, dict):
        if given.value.keys() & _RESPONSE_SHAPES and "role" not in given.value:
            return Payload(given.value, given.content, is_whole=True)
        return payloads.object_of({"choices": _choices_around([given])})
    if isinstance(given.value, list) and given.value and all(isinstance(one, dict) for one in given.value):
        return payloads.object_of({"choices": _choices_around(payloads.elements(given))})
    if given.value is None:
        return None
    text = given if isinstance(given.value, str) else payloads.of(given.content.decode())
    return payloads.object_of(
        {"choices": _choices_around([payloads.of({"role": "assistant", "content": text.value})])}
    )


def _vercel_request(attributes: Attributes, key: str) -> Payload | None:
    tools = attributes.get("ai.prompt.tools")
    given = [payloads.json_in(tool, "ai.prompt.tools") for tool in tools] if isinstance(tools, list) else []
    known = [tool for tool in given if tool is not None]
    return payloads.object_of(
        {"messages": _json_or_text(attributes[key], key), "tools": payloads.list_of(known) if known else None}
    )


def _vercel_response(attributes: Attributes, _: str) -> Payload | None:
    message: dict[str, Json | None] = {"role": payloads.of("assistant")}
    thought = attributes.get("ai.response.reasoning")
    text = attributes.get("ai.response.text", attributes.get("ai.response.object"))
    calls = payloads.json_in(attributes.get("ai.response.toolCalls"), "ai.response.toolCalls")
    message["reasoning_content"] = payloads.of(thought) if thought else None
    message["content"] = None if text is None else payloads.of(text)
    message["tool_calls"] = calls if calls is not None and isinstance(calls.value, list) else None
    made = payloads.object_of(message)
    return payloads.object_of({"choices": _choices_around([Json(made.value, made.content)])})


def _vercel_texts(attributes: Attributes, key: str) -> Payload | None:
    given = attributes[key] if isinstance(attributes[key], list) else [attributes[key]]
    texts = [text for text in (payloads.json_in(one, key) for one in given) if text is not None]
    return payloads.object_of({"input": payloads.list_of(texts)}) if texts else None


def _vercel_vectors(attributes: Attributes, key: str) -> Payload | None:
    given = attributes[key] if isinstance(attributes[key], list) else [attributes[key]]
    vectors = [vector for vector in (payloads.json_in(one, key) for one in given) if vector is not None]
    data = [payloads.object_of({"embedding": vector}) for vector in vectors]
    return payloads.object_of({"data": payloads.list_of([Json(one.value, one.content) for one in data])})


def _openllmetry_request(attributes: Attributes, _: str) -> Payload | None:
    entries = [one for one in unflattened(attributes, "gen_ai.prompt.") if isinstance(one, dict)]
    tools = unflattened(attributes, "llm.request.functions.")
    return payloads.object_of(
        {
            "messages": payloads.of([_unpacked(openllmetry_message(entry)) for entry in entries]),
            "tools": payloads.of(tools) if tools else None,
        }
    )


def _openllmetry_response(attributes: Attributes, _: str) -> Payload | None:
    choices: list[dict[str, Any]] = []
    for entry in unflattened(attributes, "gen_ai.completion."):
        if isinstance(entry, dict):
            choice = {"index": len(choices), "message": openllmetry_message({"role": "assistant", **entry})}
            if "finish_reason" in entry:
                choice["finish_reason"] = entry["finish_reason"]
            choices.append(choice)
    return payloads.object_of({"choices": payloads.of(choices)}) if choices else None


def _openinference_request(attributes: Attributes, _: str) -> Payload | None:
    whole = _openinference_whole(attributes, "input", _REQUEST_SHAPES)
    if whole is not None:
        return whole
    messages = [openinference_message(one) for one in unflattened(attributes, "llm.input_messages.")]
    if messages:
        tools = unflattened(attributes, "llm.tools.")
        return payloads.object_of(
            {"messages": payloads.of(messages), "tools": payloads.of(tools) if tools else None}
        )
    texts = unflattened(attributes, "embedding.embeddings.")
    given = [one["embedding"].get("text") for one in texts if isinstance(one, dict) and "embedding" in one]
    if any(isinstance(text, str) for text in given):
        return payloads.object_of({"input": payloads.of(given)})
    if attributes.get("input.value") is None:
        return None
    return payloads.object_of({"input": _json_or_text(attributes["input.value"], "input.value")})


def _openinference_response(attributes: Attributes, _: str) -> Payload | None:
    whole = _openinference_whole(attributes, "output", _RESPONSE_SHAPES)
    if whole is not None:
        return whole
    messages = [openinference_message(one) for one in unflattened(attributes, "llm.output_messages.")]
    if messages:
        return payloads.object_of({"choices": _choices_around([payloads.of(one) for one in messages])})
    return None if attributes.get("output.value") is None else _whole_or_choice(attributes, "output.value")


def _openinference_whole(attributes: Attributes, side: str, shapes: frozenset[str]) -> Payload | None:
    """What went to the model or came from it, where the sender gives it whole: an object with a model in it."""
    value = attributes.get(f"{side}.value")
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return None
    given = payloads.json_in(value, f"{side}.value")
    if given is None or not given.value.keys() & shapes:
        return None
    return Payload(given.value, given.content, is_whole=True)


def _logfire_request(attributes: Attributes, key: str) -> Payload | None:
    given = payloads.json_in(attributes[key], key)
    if given is None or not isinstance(given.value, dict) or not given.value.keys() & _REQUEST_SHAPES:
        return None
    return Payload(given.value, given.content, is_whole=True)


def _logfire_response(attributes: Attributes, key: str) -> Payload | None:
    given = payloads.json_in(attributes[key], key)
    if given is None or not isinstance(given.value, dict) or not given.value.get("message"):
        return None
    return payloads.object_of({"choices": _choices_around([payloads.of(given.value["message"])])})


def _event_list(attributes: Attributes, key: str) -> list[Any]:
    given = payloads.json_in(attributes[key], key)
    events = given.value if given is not None and isinstance(given.value, list) else []
    return [
        part
        for event in events
        if isinstance(event, dict)
        for part in spoken_in(str(event.get("event.name", "")), {}, event)
    ]


def _event_list_request(attributes: Attributes, key: str) -> Payload | None:
    return messages_payload(messages_of(_event_list(attributes, key)))


def _event_list_response(attributes: Attributes, key: str) -> Payload | None:
    return choices_payload(choices_of(_event_list(attributes, key)))


def _text_response(attributes: Attributes, key: str) -> Payload | None:
    message = payloads.of({"role": "assistant", "content": str(attributes[key])})
    return payloads.object_of({"choices": _choices_around([message])})


REQUESTS: tuple[tuple[str, _Read], ...] = (
    ("gen_ai.input.messages", _otel_request),
    ("gen_ai.system_instructions", _otel_request),
    ("ai.prompt.messages", _vercel_request),
    ("ai.values", _vercel_texts),
    ("ai.value", _vercel_texts),
    ("langfuse.observation.input", _whole_or_messages),
    ("mlflow.spanInputs", _whole_or_messages),
    ("gen_ai.prompt.0.content", _openllmetry_request),
    ("gen_ai.prompt.0.role", _openllmetry_request),
    ("llm.input_messages.0.message.role", _openinference_request),
    ("embedding.embeddings.0.embedding.text", _openinference_request),
    ("input.value", _openinference_request),
    ("request_data", _logfire_request),
    ("events", _event_list_request),
    ("gen_ai.prompt", _whole_or_messages),
)
"""Attribute that shows a dialect -> who makes the request of it."""

RESPONSES: tuple[tuple[str, _Read], ...] = (
    ("gen_ai.output.messages", _otel_response),
    ("ai.response.text", _vercel_response),
    ("ai.response.toolCalls", _vercel_response),
    ("ai.response.object", _vercel_response),
    ("ai.embeddings", _vercel_vectors),
    ("ai.embedding", _vercel_vectors),
    ("langfuse.observation.output", _whole_or_choice),
    ("mlflow.spanOutputs", _whole_or_choice),
    ("gen_ai.completion.0.content", _openllmetry_response),
    ("gen_ai.completion.0.role", _openllmetry_response),
    ("gen_ai.completion.0.finish_reason", _openllmetry_response),
    ("llm.output_messages.0.message.role", _openinference_response),
    ("output.value", _openinference_response),
    ("response_data", _logfire_response),
    ("events", _event_list_response),
    ("gen_ai.completion", _whole_or_choice),
)
"""Attribute that shows a dialect -> who makes the response of it."""


def _choices_around(messages: list[Json]) -> Json:
    """Messages as choices; why each ended goes from the message to its choice."""
    values, pieces = [], []
    for index, message in enumerate(messages):
        choice: dict[str, Any] = {"index": index}
        reason = message.value.get("finish_reason") if isinstance(message.value, dict) else None
        if reason:
            choice["finish_reason"] = reason
        made = payloads.behind(choice, Payload({"message": message.value}, b'{"message":%b}' % message.content))
        values.append(made.value)
        pieces.append(made.content)
    return Json(values, b"[%b]" % b",".join(pieces))


def messages_payload(messages: list[dict[str, Any]]) -> Payload | None:
    """A request of messages; None where there are none."""
    return payloads.object_of({"messages": payloads.of(messages)}) if messages else None


def choices_payload(choices: list[dict[str, Any]]) -> Payload | None:
    """A response of choices; None where there are none."""
    return payloads.object_of({"choices": payloads.of(choices)}) if choices else None


def _json_or_text(value: Any, key: str) -> Json:
    return payloads.json_in(value, key) or payloads.of(value)


def _json_or_none(attributes: Attributes, key: str) -> Json | None:
    return payloads.json_in(attributes[key], key) if attributes.get(key) else None


def _unpacked(message: dict[str, Any]) -> dict[str, Any]:
    """A message whose blocks came as JSON in a text, with its blocks."""
    content = message.get("content")
    if isinstance(content, str) and content.startswith("[{"):
        given = payloads.json_in(content, "gen_ai.prompt")
        if given is not None:
            return {**message, "content": given.value}
    return message
