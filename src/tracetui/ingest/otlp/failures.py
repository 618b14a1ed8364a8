"""How a call failed: status, kind and message, wherever a client puts them."""

import re
from typing import Any

from tracetui.domain.trace import Status, Trace
from tracetui.ingest import values
from tracetui.ingest.otlp.forms import Attributes, SpanForm

_CODE = re.compile(r"\b(?:Error code|status_code): ([1-5]\d\d)\b")
"""How the SDKs of OpenAI and Anthropic, and Pydantic AI, tell the status of a response in the texts of errors."""


def tell_failure(trace: Trace, span: SpanForm, found: dict[str, Any]) -> None:
    """Say of a trace that it failed, and why, where it did."""
    exception: Attributes = {}
    for event in span.events:
        if event.name == "exception":
            exception = event.attributes
    if not (span.is_error or "error_type" in found or exception or found.get("level") == "ERROR"):
        return
    texts = (found.get("error"), exception.get("exception.message"), span.status_message)
    error = next((text for text in texts if isinstance(text, str) and text), None)
    kind = found.get("error_type") or exception.get("exception.type")
    trace.status = Status.FAILED
    trace.status_code = _status_code(found.get("status_code"), error or "")
    trace.error_type = kind if isinstance(kind, str) and len(kind) <= values.LONGEST_NAME else None
    trace.error = None if error is None else values.well_formed(error, lambda _: None)


def _status_code(value: Any, error: str) -> int | None:
    digits = str(value) if isinstance(value, int | str) else ""
    if len(digits) == 3 and digits.isascii() and digits.isdigit():
        return int(digits)
    match = _CODE.search(error, 0, 200)
    return int(match[1]) if match else None
