"""A streamed response, as it went over the wire, put together into the payload that it would have been at once.

Known: server-sent events of OpenAI chat, completions and responses and of who answers like it, Anthropic messages,
Gemini and Writer; JSON lines of Ollama and Cohere. What is not known gives nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Event = Mapping[str, Any]


def put_together(stream: str) -> dict[str, Any] | None:
    """The payload that a stream's events make; None where it is no stream, or not of a known kind."""
    events = list(_events(stream))
    for has_kind, join in _KINDS:
        if any(has_kind(event) for event in events):
            return join(events)
    return None


def _events(stream: str) -> Iterator[dict[str, Any]]:
    if not stream.startswith(("data:", "event:", "id:", ":", "{")):
        return
    for line in stream.splitlines():
        text = line[5:] if line.startswith("data:") else line if line.startswith("{") else ""
        try:
            event = json.loads(text) if text else None
        except (ValueError, RecursionError):
            continue  # `[DONE]`, or a line that was cut: what the others say still counts.
        if isinstance(event, dict):
            yield event


def _openai(events: list[dict[str, Any]]) -> dict[str, Any]:
    """Chat and completions: deltas by the number of their choice."""
    choices: dict[int, dict[str, Any]] = {}
    for event in events:
        for choice in _dicts(event.get("choices")):
            index = choice.get("index")
            whole = choices.setdefault(index if isinstance(index, int) else 0, {"message": {"role": "assistant"}})
            if isinstance(choice.get("text"), str):
                whole["text"] = whole.get("text", "") + choice["text"]
            delta = choice.get("delta")
            if isinstance(delta, dict):
                _add_delta(whole["message"], delta)
    return {"choices": [choices[index] for index in sorted(choices)]}


def _add_delta(message: dict[str, Any], delta: Event) -> None:
    for name in ("content", "reasoning_content", "refusal"):
        if isinstance(delta.get(name), str):
            message[name] = message.get(name, "") + delta[name]
    if isinstance(delta.get("function_call"), dict):
        _add_call(message.setdefault("function_call", {}), delta["function_call"])
    for place, call in enumerate(_dicts(delta.get("tool_calls"))):
        index = call["index"] if isinstance(call.get("index"), int) else place
        calls = message.setdefault("tool_calls", [])
        # A number beyond the next one is no place in a list: a stream must not make a list of a billion.
        if not 0 <= index < len(calls):
            index = len(calls)
            calls.append({"function": {}})
        function = call.get("function")
        _add_call(calls[index]["function"], function if isinstance(function, dict) else {})


def _add_call(whole: dict[str, Any], part: Event) -> None:
    if isinstance(part.get("name"), str) and not whole.get("name"):
        whole["name"] = part["name"]
    if isinstance(part.get("arguments"), str):
        whole["arguments"] = whole.get("arguments", "") + part["arguments"]


def _responses(events: list[dict[str, Any]]) -> dict[str, Any] | None:
    """OpenAI responses: the last event that holds the response whole; cut before it, the texts so far."""
    wholes = [event["response"] for event in events if isinstance(event.get("response"), dict)]
    if wholes and wholes[-1].get("output"):
        return dict(wholes[-1])
    said = [event["delta"] for event in events if event.get("type") == "response.output_text.delta"]
    text = "".join(delta for delta in said if isinstance(delta, str))
    return {"text": text} if text else None


def _anthropic(events: list[dict[str, Any]]) -> dict[str, Any]:
    blocks: dict[object, dict[str, Any]] = {}
    for event in events:
        begun, delta = event.get("content_block"), event.get("delta")
        if isinstance(begun, dict):
            # Its input is empty here and comes as JSON text in the deltas.
            blocks[str(event.get("index"))] = {name: value for name, value in begun.items() if name != "input"}
        block = blocks.get(str(event.get("index")))
        if block is None or not isinstance(delta, dict):
            continue
        for name, of_block in (("text", "text"), ("thinking", "thinking"), ("partial_json", "input")):
            if isinstance(delta.get(name), str):
                block[of_block] = str(block.get(of_block) or "") + delta[name]
    return {"content": list(blocks.values())}


def _gemini(events: list[dict[str, Any]]) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    for event in events:
        for candidate in _dicts(event.get("candidates"))[:1]:
            content = candidate.get("content")
            for part in _dicts(content.get("parts")) if isinstance(content, dict) else ():
                if parts and isinstance(part.get("text"), str) and isinstance(parts[-1].get("text"), str):
                    parts[-1] = {"text": parts[-1]["text"] + part["text"]}
                else:
                    parts.append(part)
    return {"candidates": [{"content": {"role": "model", "parts": parts}}]}


def _ollama(events: list[dict[str, Any]]) -> dict[str, Any]:
    content, calls = "", []
    for event in events:
        message = event.get("message")
        held = message if isinstance(message, dict) else {"content": event.get("response")}
        said = held.get("content")
        content += said if isinstance(said, str) else ""
        calls += _dicts(held.get("tool_calls"))
    return {"message": {"role": "assistant", "content": content, "tool_calls": calls}}


def _cohere(events: list[dict[str, Any]]) -> dict[str, Any] | None:
    ended = [event["response"] for event in events if isinstance(event.get("response"), dict)]
    if ended:
        return dict(ended[-1])
    text = "".join(event["text"] for event in events if isinstance(event.get("text"), str))
    return {"text": text} if text else None


def _values(events: list[dict[str, Any]]) -> dict[str, Any]:
    return {"text": "".join(event["value"] for event in events if isinstance(event.get("value"), str))}


def _dicts(items: object) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _is_of(prefix: str) -> Callable[[Event], bool]:
    return lambda event: str(event.get("type", "")).startswith(prefix)


_KINDS: tuple[tuple[Callable[[Event], bool], Callable[[list[dict[str, Any]]], dict[str, Any] | None]], ...] = (
    (lambda event: isinstance(event.get("choices"), list), _openai),
    (_is_of("response."), _responses),
    (_is_of("content_block"), _anthropic),
    (lambda event: isinstance(event.get("candidates"), list), _gemini),
    (lambda event: "event_type" in event, _cohere),
    (lambda event: "done" in event and ("message" in event or "response" in event), _ollama),
    (lambda event: [*event] == ["value"], _values),
)
"""How an event of a kind is told, and who puts such events together; the first that knows one does."""
