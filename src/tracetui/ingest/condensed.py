"""JSON that `llm` stores condensed: texts that it keeps elsewhere stand in it as references.

Source: simonw/condense-json 1.0 (`{"$": id}`, `{"$r": [...]}`, `{"$raw": ...}`) and llm 0.27 and 0.36, which say
what the ids mean. Written anew from their descriptions.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

REFERENCE = "$"
_MIXED = "$r"
_ESCAPED = "$raw"


class Unresolved(ValueError):
    """A reference to something that is not there."""


def expanded(value: Any, resolve: Callable[[str], Any]) -> Any:
    """A value with what its references stand for.

    Args:
        value: Condensed JSON, read.
        resolve: What an id stands for; raises `KeyError` where nothing is known of it.

    Raises:
        Unresolved: Something it refers to is not known, or a reference is written oddly.
    """
    if isinstance(value, list):
        return [expanded(item, resolve) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, held),) = value.items()
        if key == REFERENCE:
            return _resolved(held, resolve)
        if key == _MIXED:
            return _mixed(held, resolve)
        if key == _ESCAPED:
            if isinstance(held, dict):
                return {name: expanded(item, resolve) for name, item in held.items()}
            return expanded(held, resolve)
    return {name: expanded(item, resolve) for name, item in value.items()}


def references(value: Any) -> Iterator[str]:
    """The ids that a value refers to."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        held = value.get(REFERENCE)
        if len(value) == 1 and isinstance(held, str):
            yield held
        else:
            for item in value.values():
                yield from references(item)


def known_by_message(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """What references of llm 0.32 and later stand for: the parts of a turn's own messages, by their places.

    Args:
        messages: What the model said in the turn: `parts`, and `provider_metadata` of message and part.
    """
    known: dict[str, Any] = {}
    for number, message in enumerate(messages):
        for position, part in enumerate(message["parts"]):
            base = f"{number}.{position}"
            known[f"{base}.text"] = part.get("text")
            known[f"{base}.output"] = part.get("output")
            if part.get("arguments"):
                known[f"{base}.args"] = json.dumps(part["arguments"], separators=(",", ":"))
                known[f"{base}.args2"] = json.dumps(part["arguments"])
                known[f"{base}.argsv"] = part["arguments"]
            known.update(_leaves(f"{base}.pm", part.get("provider_metadata")))
        known.update(_leaves(f"{number}.pm", message.get("provider_metadata")))
    return {key: value for key, value in known.items() if value}


def _leaves(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    yield prefix, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _leaves(f"{prefix}.{key}", inner)


def _resolved(id: object, resolve: Callable[[str], Any]) -> Any:
    try:
        return resolve(id) if isinstance(id, str) else _unknown(id)
    except KeyError:
        return _unknown(id)


def _unknown(id: object) -> Any:
    raise Unresolved(f"nothing is known by {id!r}")


def _mixed(segments: object, resolve: Callable[[str], Any]) -> str:
    if not isinstance(segments, list):
        raise Unresolved("a text of several pieces is no list")
    pieces = []
    for segment in segments:
        is_reference = isinstance(segment, dict) and segment.keys() == {REFERENCE}
        piece = _resolved(segment[REFERENCE], resolve) if is_reference else segment
        if not isinstance(piece, str):
            raise Unresolved("a piece of a text is no text")
        pieces.append(piece)
    return "".join(pieces)
