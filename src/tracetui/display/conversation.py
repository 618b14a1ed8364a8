"""Payloads of known shapes as a conversation: who said what, which tools were called and what they answered.

Known: OpenAI chat, completions, responses and embeddings; Anthropic messages; Gemini contents; Bedrock converse
and Titan; Cohere 1 and 2; Ollama; OpenTelemetry's parts; Vercel AI's messages. What is not known gives nothing,
and the plain text is shown instead; JSON shows all. Nothing here is sanitised.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tracetui.display.content import Spoken, blocks, compact, tool_call
from tracetui.display.event_stream import put_together

LARGEST = 1_000_000
"""Bytes of a payload that is read as a conversation. Python reads JSON in one go, and no key is answered
meanwhile: 10 ms for so many."""

_NOT_NEWEST = frozenset({"assistant", "call", "thinking", "refusal", "system", "developer"})
"""What the model says, and what it was told beforehand."""
_SYSTEM = ("system", "instructions", "preamble", "systemInstruction", "system_instruction")
_NO_MESSAGES = frozenset({"message", "contents", "input", "prompt", "inputText", "role"})
_NO_CHOICES = frozenset(
    {"error", "content", "output", "message", "text", "response", "generation", "completion"}
    | {"results", "generations", "data"}
)
_PLAIN_TURN = frozenset({"role", "content", "parts", "name", "finish_reason"})
_ROLES = {"model": "assistant", "chatbot": "assistant", "ai": "assistant", "human": "user"}


def asked(request: bytes | None) -> tuple[Spoken, ...]:
    """What a request says; empty where its shape is not known."""
    return asked_in(_read(request))


def answered(response: bytes | None) -> tuple[Spoken, ...]:
    """What a response says; empty where its shape is not known."""
    return answered_in(_read(response))


def asked_in(payload: object) -> tuple[Spoken, ...]:
    """What a request says that is read already, of any size; empty where its shape is not known."""
    if not isinstance(payload, dict):
        return ()
    return tuple(spoken for spoken in _asked(payload) if spoken.text)


def answered_in(payload: object) -> tuple[Spoken, ...]:
    """What a response says that is read already, of any size; empty where its shape is not known."""
    if isinstance(payload, str):
        payload = put_together(payload)
    if not isinstance(payload, dict):
        return ()
    return tuple(spoken for spoken in _answered(payload) if spoken.text)


def as_text(said: Sequence[Spoken]) -> str:
    """A conversation as plain text: who speaks before each text, unless only one text was said."""
    if len(said) == 1:
        return said[0].text
    return "\n\n".join(f"{one.label}: {one.text}" for one in said)


def newest_turn_at(said: Sequence[Spoken]) -> int | None:
    """Where in `as_text` begins what was said after the model's last turn, in characters.

    A system prompt is nobody's newest turn either, and that a user speaks goes without saying. None where that is
    the beginning, or nothing follows.
    """
    before = max((at for at, one in enumerate(said, 1) if one.label in _NOT_NEWEST), default=0)
    if len(said) == 1 or before == len(said):
        return None
    at = sum(len(one.label) + len(": ") + len(one.text) + len("\n\n") for one in said[:before])
    if said[before].label == "user":
        at += len("user: ")
    return at or None


def _read(payload: bytes | None) -> object:
    if payload is None or len(payload) > LARGEST:
        return None
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def _asked(payload: Mapping[str, Any]) -> Iterable[Spoken]:
    for name in _SYSTEM:
        if name in payload:
            yield from blocks("system", payload[name])
    yield from _turns(payload.get("messages"))
    yield from _turns(payload.get("chat_history"))
    if payload.keys().isdisjoint(_NO_MESSAGES):
        return
    yield from blocks("user", payload.get("message"))
    contents = payload.get("contents")
    yield from _turns(contents) if isinstance(contents, list) else blocks("user", contents)
    given = payload.get("input")
    yield from _turns(given) if isinstance(given, list) else blocks("user", given)
    prompt = payload.get("prompt")
    for one in prompt if isinstance(prompt, list) else [prompt]:
        if isinstance(one, str):
            yield Spoken("prompt", one)
    yield from blocks("user", payload.get("inputText"))
    if "role" in payload:
        yield from _turn(payload, "user")


def _answered(payload: Mapping[str, Any]) -> Iterable[Spoken]:
    if payload.keys().isdisjoint(_NO_CHOICES):
        yield from _choices(payload)
        return
    error = payload.get("error")
    if isinstance(error, dict):
        yield Spoken("error", str(error.get("message") or compact(error)))
    elif isinstance(error, str):
        yield Spoken("error", error)
    yield from _choices(payload)
    if isinstance(payload.get("content"), list):
        yield from blocks("assistant", payload["content"])
    output = payload.get("output")
    if isinstance(output, list):
        yield from _turns(output, by="assistant")
    elif isinstance(output, dict):
        yield from _turn(output.get("message"), "assistant")
    if isinstance(payload.get("message"), dict):
        yield from _turn(payload["message"], "assistant")
    for name in ("text", "response", "generation", "completion"):
        if isinstance(payload.get(name), str):
            yield Spoken("assistant", payload[name])
    for result in _dicts(payload.get("results")) + _dicts(payload.get("generations")):
        yield from blocks("assistant", result.get("outputText") or result.get("text"))
    if "text" in payload:
        yield from (tool_call(call) for call in _dicts(payload.get("tool_calls")))
    yield from _vectors(payload.get("data"))


def _choices(payload: Mapping[str, Any]) -> Iterable[Spoken]:
    choices = _dicts(payload.get("choices")) or _dicts(payload.get("candidates"))
    for number, choice in enumerate(choices, 1):
        said: list[Spoken] = []
        for name in ("message", "content", "delta"):
            if isinstance(choice.get(name), dict):
                said += _turn(choice[name], "assistant")
        if isinstance(choice.get("text"), str):
            said.append(Spoken("assistant", choice["text"]))
        for one in said:
            yield one if len(choices) == 1 else one._replace(label=f"choice {number}")


def _vectors(data: object) -> Iterable[Spoken]:
    """Embeddings are told, not shown."""
    found = [item["embedding"] for item in _dicts(data) if isinstance(item.get("embedding"), list | str)]
    if found:
        unit = "numbers" if isinstance(found[0], list) else "characters"
        many = "1 embedding" if len(found) == 1 else f"{len(found):,} embeddings"
        yield Spoken("", f"{many} of {max(map(len, found)):,} {unit}", is_note=True)


def _turns(turns: object, by: str = "user") -> Iterable[Spoken]:
    for turn in turns if isinstance(turns, list) else ():
        yield from _turn(turn, by)


def _turn(turn: object, by: str) -> list[Spoken]:
    """One message, or an item of the responses interface."""
    if isinstance(turn, str):
        return [Spoken(by, turn)]
    if not isinstance(turn, dict):
        return []
    plain = _plain_turn(turn) if turn.keys() <= _PLAIN_TURN else None
    if plain is not None:
        return plain
    kind = turn.get("type")
    if kind == "function_call":
        return [tool_call(turn)]
    if kind in ("function_call_output", "reasoning") or not turn.keys() & {"role", "tool_calls"}:
        return list(blocks(by, [turn]))
    role = str(turn.get("role", by)).lower()
    role = _ROLES.get(role, role)
    said = list(blocks("thinking", turn.get("reasoning_content") or turn.get("thinking")))
    for name in ("content", "parts", "message"):
        said += blocks(role, turn.get(name))
    if isinstance(turn.get("refusal"), str):
        said.append(Spoken("refusal", turn["refusal"]))
    calls = _dicts(turn.get("tool_calls"))
    if isinstance(turn.get("function_call"), dict):
        calls.append(turn["function_call"])
    return [*said, *(tool_call(call) for call in calls)]


def _plain_turn(turn: Mapping[str, Any]) -> list[Spoken] | None:
    """A message that is a text or texts, as most are; None where it takes a closer look.

    A collector reads thousands of them in a second: this takes a fifth of the time.
    """
    role, content, parts = turn.get("role"), turn.get("content"), turn.get("parts")
    if type(role) is not str:
        return None
    role = role.lower()
    role = _ROLES.get(role, role)
    if type(content) is str and parts is None:
        return [Spoken(role, content)]
    if type(parts) is not list or content is not None:
        return None
    said = []
    for part in parts:
        text = part.get("content") if type(part) is dict and part.get("type") == "text" else None
        if type(text) is not str:
            return None
        said.append(Spoken(role, text))
    return said


def _dicts(items: object) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
