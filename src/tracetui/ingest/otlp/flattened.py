"""Messages that came as attributes of their own, such as `gen_ai.prompt.0.role` and `gen_ai.prompt.0.content`."""

from typing import Any

from tracetui.ingest.otlp.forms import Attributes

MOST = 10_000
"""Entries of one list at most; what stands beyond is left out of the payload, and is in the record."""

MOST_STEPS = 12
"""Names in the way to a value at most; the longest that a dialect has are 8."""


def unflattened(attributes: Attributes, prefix: str) -> list[Any]:
    """The list whose entries' attributes begin with a prefix, in the order of their numbers.

    Args:
        attributes: All of a span's.
        prefix: Up to the dot before the number.
    """
    root: dict[str, Any] = {}
    for key, value in attributes.items():
        if key.startswith(prefix):
            steps = key[len(prefix) :].split(".", MOST_STEPS)
            if len(steps) <= MOST_STEPS:
                _put(root, steps, value)
    made = _listed(root)
    return made if isinstance(made, list) else []


def _put(root: dict[str, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        inner = root.get(step)
        if not isinstance(inner, dict):
            inner = root[step] = {}
        root = inner
    root.setdefault(steps[-1], value)


def _listed(made: Any) -> Any:
    """The same with lists where all keys are numbers."""
    if not isinstance(made, dict) or not made:
        return made
    if all(key.isascii() and key.isdigit() and len(key) < 8 for key in made):
        return [_listed(made[key]) for key in sorted(made, key=int)[:MOST]]
    return {key: _listed(value) for key, value in made.items()}


def openllmetry_message(entry: dict[str, Any]) -> dict[str, Any]:
    """A message of `gen_ai.prompt.N` or `gen_ai.completion.N`, as OpenAI's interface has it."""
    message = {key: value for key, value in entry.items() if key not in ("tool_calls", "finish_reason")}
    message.setdefault("role", "assistant" if "finish_reason" in entry else "user")
    calls = entry.get("tool_calls")
    if isinstance(calls, list):
        message["tool_calls"] = [_call(call) for call in calls if isinstance(call, dict)]
    return message


def _call(call: dict[str, Any]) -> dict[str, Any]:
    function = {key: call[key] for key in ("name", "arguments") if key in call}
    return {"id": call.get("id"), "type": "function", "function": function}


def openinference_message(entry: Any) -> dict[str, Any]:
    """A message of `llm.input_messages.N` or `llm.output_messages.N`, as OpenAI's interface has it."""
    held = entry.get("message") if isinstance(entry, dict) else None
    if not isinstance(held, dict):
        return {}
    message = {key: held[key] for key in ("role", "content", "name", "tool_call_id") if key in held}
    contents = held.get("contents")
    if isinstance(contents, list):
        blocks = [one.get("message_content") for one in contents if isinstance(one, dict)]
        message["content"] = [_content(block) for block in blocks if isinstance(block, dict)]
    calls = held.get("tool_calls")
    if isinstance(calls, list):
        inner = [call.get("tool_call") for call in calls if isinstance(call, dict)]
        message["tool_calls"] = [
            {"id": call.get("id"), "type": "function", "function": call.get("function")}
            for call in inner
            if isinstance(call, dict)
        ]
    return message


def _content(block: dict[str, Any]) -> dict[str, Any]:
    image = block.get("image")
    if isinstance(image, dict):
        url = image.get("image", {}).get("url") if isinstance(image.get("image"), dict) else image.get("url")
        return {"type": "image_url", "image_url": {"url": url}}
    return block
