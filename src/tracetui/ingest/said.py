"""Payloads of records that keep their parts: put together, as plain text, and what a response says of itself."""

from collections.abc import Sequence
from typing import Any

from tracetui.display.conversation import answered_in, as_text, asked_in, newest_turn_at
from tracetui.ingest.foreign_record import ForeignRecord
from tracetui.ingest.values import Note, well_formed


def asked_text(request: object, note: Note) -> tuple[str | None, int | None]:
    """The text of a request and where its newest turn begins; None where its shape is not known.

    Args:
        request: The payload, read already.
        note: Told of halves of surrogate pairs.
    """
    said = asked_in(request)
    if not said:
        return None, None
    text = as_text(said)
    whole = well_formed(text, note)
    return whole, newest_turn_at(said) if whole is text else None


def answered_text(response: object, note: Note) -> str | None:
    """The text of a response; None where its shape is not known. A text stands for itself."""
    said = answered_in(response)
    if said:
        return well_formed(as_text(said), note)
    return well_formed(response, note) if isinstance(response, str) else None


def put_together(
    record: ForeignRecord, name: str, asked: str, model: Sequence[str], parameters: Sequence[str]
) -> bytes | None:
    """The request as a client sends it, from parts that were logged apart, each as its bytes stand there.

    Args:
        record: What holds the parts.
        name: What the messages are called in a request: "messages" or "prompt".
        asked: The field that holds them.
        model: The fields that may hold the model's name.
        parameters: The fields that may hold an object of parameters.

    Returns:
        The request; None where nothing that was asked was logged.
    """
    messages = record.payload(asked)
    if messages is None:
        return None
    of_model = record.payload(*model)
    parts = [b'"model": ' + of_model] if of_model else []
    parts.append(f'"{name}": '.encode() + messages)
    if record.inner(*parameters).fields:
        of_parameters = record.payload(*parameters) or b"{}"
        parts.append(of_parameters.strip()[1:-1].strip())
    return b"{" + b", ".join(parts) + b"}"


def finish_reason_of(response: Any) -> str | None:
    """Why the model stopped, in the words of OpenAI's chat completions and responses and Anthropic's messages."""
    if not isinstance(response, dict):
        return None
    choices = response.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    for said in (choice.get("finish_reason"), response.get("finish_reason"), response.get("stop_reason")):
        if isinstance(said, str) and said:
            return said
    # The responses interface names only what cut an answer short.
    cut = response.get("incomplete_details")
    reason = cut.get("reason") if isinstance(cut, dict) else None
    if isinstance(reason, str):
        return reason
    status = response.get("status") if response.get("object") == "response" else None
    return status if isinstance(status, str) else None


def model_of(response: Any) -> str | None:
    """The model that a response says it is from."""
    model = response.get("model") if isinstance(response, dict) else None
    return model if isinstance(model, str) and model else None
