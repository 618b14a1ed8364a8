"""A trace as the panels of the detail pane show it, in plain text or as JSON.

Decided here: what stands where something was not captured, and in what words. Payloads are bytes as they came;
they are made text here, and nothing else. All of it is pure and may run in any thread.
"""

import codecs
from collections.abc import Sequence
from typing import NamedTuple

from tracetui.cancel import Cancel
from tracetui.display import protobuf
from tracetui.display.bodies import Body, JsonBody, PlainBody
from tracetui.display.content import Spoken
from tracetui.display.conversation import answered, asked
from tracetui.display.formatting import format_count
from tracetui.display.layout import NOTHING, Kind
from tracetui.display.plain import Said
from tracetui.display.sanitise import Safe, fit, safe_line
from tracetui.domain.trace import Status, TraceDetail

STRIDE = 1 << 20
"""Bytes made text in one go: 5 ms at worst."""
LARGE = 200_000
"""Bytes from which on a trace is made ready off the event loop."""
NAME_CELLS = 40


class Panel(NamedTuple):
    """One text of a trace."""

    title: Safe
    body: Body | None
    """None: `words` stand instead."""
    words: Safe = NOTHING
    """Why there is nothing to show."""
    original: str | bytes | None = None
    """What copy and write give: its own bytes, or text as it came."""


def size_bytes(detail: TraceDetail) -> int:
    """How much there is to make ready, about."""
    texts = len(detail.input or "") + len(detail.output or "")
    return texts + sum(len(payload or b"") for payload in (detail.request, detail.response, *detail.raw))


def plain_panels(detail: TraceDetail, cancel: Cancel) -> list[Panel]:
    """Input and output as text: by who says it where the payload's shape is known, else as it was captured."""
    spoken = asked(detail.request)
    cancel.raise_if_set()
    return [
        _plain("Input", detail.input_tokens, spoken, detail.input, detail.request),
        _plain("Output", detail.output_tokens, answered(detail.response), detail.output, detail.response),
    ]


def json_panels(detail: TraceDetail, cancel: Cancel) -> list[Panel]:
    """Request and response, whole; where neither was captured, the record that the trace came in."""
    of_model = of_model_name(detail)
    if detail.request is None and detail.response is None:
        return [_raw(detail, of_model, cancel)]
    how = ", put together from parts" if detail.is_reconstructed else ""
    panels = []
    for name, payload in (("Request", detail.request), ("Response", detail.response)):
        if payload is None:
            words = Safe(f"The {name.lower()} payload was not captured.")
            panels.append(Panel(Safe(name), None, words))
        else:
            body = JsonBody(_decoded(payload, cancel), of_model)
            panels.append(Panel(Safe(f"{name}{how}"), body, original=payload))
    return panels


def of_model_name(detail: TraceDetail) -> Safe:
    """What stands behind the model's name in JSON: `:v2` of a hosted model, `@openai-eu` of an external one."""
    sign, name = (":", detail.version) if detail.model.type.is_hosted else ("@", detail.connection)
    return fit(safe_line(f"{sign}{name}", 200), NAME_CELLS) if name else NOTHING


def failure(detail: TraceDetail) -> str | None:
    """What went wrong, in one line to be wrapped: code, kind, message. None for a success; not sanitised."""
    if detail.status is Status.SUCCESS:
        return None
    code = None if detail.status_code is None else str(detail.status_code)
    known = [part for part in (code, detail.error_type) if part]
    message = detail.error or ("" if known else "The record does not say why.")
    return " ".join(["Failed", *known]) + (f": {message}" if message else "")


def _plain(
    name: str, tokens: int | None, spoken: Sequence[Spoken], text: str | None, payload: bytes | None
) -> Panel:
    title = Safe(f"{name} · {format_count(tokens)} token{'' if tokens == 1 else 's'}")
    if spoken:
        said = tuple(
            Said(safe_line(one.label, 40), one.text, Kind.NOTE if one.is_note else Kind.TEXT) for one in spoken
        )
        return Panel(title, PlainBody(said), original="\n\n".join(f"{one.label}: {one.text}" for one in spoken))
    if text:
        return Panel(title, PlainBody((Said(NOTHING, text),)), original=text)
    if payload is not None:
        words = f"The {name.lower()} was not captured as text. Press J for the payload."
    else:
        words = f"The {name.lower()} was not captured." if text is None else f"The {name.lower()} is empty."
    return Panel(title, None, Safe(words))


def _raw(detail: TraceDetail, of_model: Safe, cancel: Cancel) -> Panel:
    if not detail.raw:
        words = Safe("Neither request nor response was captured, and the record was not kept.")
        return Panel(Safe("Record"), None, words)
    raw = b"\n".join(map(protobuf.as_json, detail.raw))
    many = len(detail.raw)
    came = "Record as it came" if many == 1 else f"{many} records as they came"
    title = Safe(f"{came}; no payload was captured")
    return Panel(title, JsonBody(_decoded(raw, cancel), of_model), original=raw)


def _decoded(payload: bytes, cancel: Cancel) -> str:
    """Bytes as text, a stride at a time; what is not UTF-8 is shown as U+FFFD."""
    if len(payload) <= STRIDE:
        return payload.decode("utf-8", "replace")
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    parts = []
    for at in range(0, len(payload), STRIDE):
        cancel.raise_if_set()
        parts.append(decoder.decode(payload[at : at + STRIDE], at + STRIDE >= len(payload)))
    return "".join(parts)
