"""What one message of a payload holds: text, pictures, calls of tools and their results."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

_MEDIA = {
    "image_url": "image",
    "input_image": "image",
    "image": "image",
    "input_audio": "audio",
    "audio": "audio",
    "input_file": "file",
    "file": "file",
    "document": "document",
    "video": "video",
    "inlineData": "data",
    "inline_data": "data",
    "fileData": "file",
    "file_data": "file",
    "blob": "data",
    "uri": "data",
}
_CALLS = (
    *("tool_use", "toolUse", "functionCall", "function_call", "server_tool_use"),
    *("tool_call", "tool-call", "server_tool_call"),
)
_RESULTS = (
    *("tool_result", "toolResult", "functionResponse", "function_response", "function_call_output"),
    *("tool_call_response", "tool-result", "server_tool_call_response"),
)
_GIVEN = ("arguments", "input", "args", "parameters", "server_tool_call")
_RESULT_KEYS = ("content", "output", "response", "result", "server_tool_call_response")
_THOUGHTS = ("thinking", "summary", "reasoningContent", "text", "content")
_DEEPEST = 8
"""Results hold content that holds results; nobody means it deeper than this."""


class Spoken(NamedTuple):
    """Something said by somebody."""

    label: str
    """Who, or what it is: user, assistant, tool, call, result, thinking."""
    text: str
    is_note: bool = False
    """Whether it is ours: what stands for something that is no text."""


def blocks(role: str, content: object, depth: int = 0) -> Iterable[Spoken]:
    """What a message of any known shape holds, in order.

    Args:
        role: Who says it.
        content: A text, a list of blocks, or one block.
    """
    if depth > _DEEPEST:
        return
    if isinstance(content, str):
        yield Spoken(role, content)
    elif isinstance(content, list):
        for block in content:
            yield from blocks(role, block, depth + 1)
    elif isinstance(content, dict):
        yield from _block(role, content, depth)


def tool_call(call: Mapping[str, Any]) -> Spoken:
    """A call as people write it: `lookup(id: "x", days: 3)`."""
    function = call.get("function")
    named = function if isinstance(function, dict) else call
    name = named.get("name") or named.get("toolName") or call.get("type") or "?"
    given = next((named[key] for key in _GIVEN if key in named), None)
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return Spoken("call", f"{name}({given})")
    if isinstance(given, dict):
        return Spoken("call", f"{name}({', '.join(f'{key}: {compact(value)}' for key, value in given.items())})")
    return Spoken("call", f"{name}({'' if given is None else compact(given)})")


def compact(value: object) -> str:
    """A value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)


def _block(role: str, block: Mapping[str, Any], depth: int) -> Iterable[Spoken]:
    kind = str(block.get("type") or next((name for name in (*_CALLS, *_RESULTS, *_MEDIA) if name in block), ""))
    inner = block.get(kind)
    if kind in _CALLS:
        yield tool_call(inner if isinstance(inner, dict) and "name" not in block else block)
    elif kind in _RESULTS:
        held = inner if isinstance(inner, dict) and kind not in _RESULT_KEYS else block
        result = next((held[name] for name in _RESULT_KEYS if name in held), None)
        if isinstance(result, dict) and result.keys() == {"type", "value"}:
            # Vercel AI says of a result what kind it is.
            result = result["value"]
        said = list(blocks("result", result, depth + 1)) if isinstance(result, str | list) else []
        yield from said or [Spoken("result", compact(result))]
    elif kind in ("thinking", "reasoning", "reasoningContent", "redacted_thinking"):
        yield from _thinking(block)
    elif kind in _MEDIA:
        yield _media(role, str(block.get("modality") or _MEDIA[kind]), block)
    elif isinstance(block.get("text"), str):
        yield Spoken(role, block["text"])
    elif isinstance(block.get("refusal"), str):
        yield Spoken("refusal", block["refusal"])
    elif isinstance(block.get("parts") or block.get("content"), list | str):
        yield from blocks(role, block.get("parts") or block.get("content"), depth + 1)
    elif "json" in block:
        yield Spoken(role, compact(block["json"]))
    elif block.keys() - {"type"}:
        # One that has a kind and nothing else is a part whose content was not captured.
        yield Spoken(role, compact(block))


def _thinking(block: Mapping[str, Any]) -> Iterable[Spoken]:
    held = next((block[key] for key in _THOUGHTS if block.get(key)), None)
    for one in held if isinstance(held, list) else [held]:
        text = one.get("text") if isinstance(one, dict) else one
        if isinstance(text, str) and text:
            yield Spoken("thinking", text)


def _media(role: str, what: str, block: Mapping[str, Any]) -> Spoken:
    """What stands for a picture, a sound, a file: its kind, its address or its size."""
    text = compact(block)
    address = next((value for value in _texts(block) if value.startswith(("http://", "https://"))), None)
    about = address or f"{len(text):,} characters"
    return Spoken(role, f"[{what}: {about}]", is_note=True)


def _texts(value: object, depth: int = 0) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list) and depth < _DEEPEST:
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner, depth + 1)
