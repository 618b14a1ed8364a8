"""Payloads as plain text: what was asked, where its newest turn begins, what was answered, and how it ended."""

from typing import Any

from tracetui.display.conversation import answered_in, as_text, asked_in, newest_turn_at
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
