"""Traces that are written just as the schema says, without a pydantic model in the way.

Anything unusual is left to `records.py`; a test proves that both make the same trace of what both can read.
"""

from datetime import datetime
from typing import Any

from tracetui.domain.catalogue import NO_MODEL, ModelType
from tracetui.domain.trace import Status, Trace
from tracetui.ingest.json_text import Parsed
from tracetui.ingest.values import END_US, EPOCH, LARGEST, LONGEST_NAME, BadValue, scaled

_TEXTS = (
    *("request_id", "model", "base_model", "deployment", "deployment_version", "version", "connection"),
    *("source_type", "source", "user", "session", "error", "error_type", "finish_reason", "input", "output"),
)
_COUNTS = ("status_code", "input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens")
_STATUS = {"success": Status.SUCCESS, "failed": Status.FAILED}
_ARE_PLAIN_TEXTS = frozenset({str, type(None)}).issuperset
_ARE_PLAIN_COUNTS = frozenset({int, type(None)}).issuperset
_MODEL_TYPES: dict[Any, ModelType | None] = {None: None} | {kind.value: kind for kind in ModelType}
_OTHER: Any = object()
_A_DAY = 86_400_000_000
_A_SECOND = 1_000_000


def plain_trace(parsed: Parsed, line: bytes, origin: str) -> Trace | None:
    """The trace of a line; None where a value is of another kind than usual, wrong or missing.

    Args:
        parsed: The line's fields.
        line: The line as it came; it becomes the raw record.
        origin: Where it is from.
    """
    get = parsed.fields.get
    if len(line) > LONGEST_NAME and _has_long_name(parsed.fields):
        return None
    model_type = _MODEL_TYPES.get(get("model_type"), _OTHER)
    if get("type", "trace") != "trace" or model_type is _OTHER:
        return None
    texts = [*map(get, _TEXTS)]
    counts = [*map(get, _COUNTS)]
    if not (_ARE_PLAIN_TEXTS(map(type, texts)) and _ARE_PLAIN_COUNTS(map(type, counts))):
        return None
    # Only a text that is not ASCII can have a lone surrogate; to search the line for one costs five times as much.
    for text in texts:
        if text and not text.isascii() and not _is_well_formed(text):
            return None
    for number in counts:
        if number is not None and not 0 <= number <= LARGEST:
            return None
    status = _STATUS.get(get("status", ""))
    executed_at_us = _zoned_time_us(get("executed_at"))
    stream = get("stream")
    if status is None or executed_at_us is None or not (stream is None or stream is True or stream is False):
        return None
    is_reconstructed = get("reconstructed", False)
    if is_reconstructed is not False and is_reconstructed is not True:
        return None
    try:
        response_time_us = _parts(get("response_time_ms"), 1_000)
        ttft_us = _parts(get("ttft_ms"), 1_000)
        credits_micro = _parts(get("credits"), 1_000_000)
        cost_nano_usd = _parts(get("cost"), 1_000_000_000)
    except BadValue:
        return None
    request_id, model, base_model, deployment, deployment_version, version, connection = texts[:7]
    source_type, source, user_id, session, error, error_type, finish_reason, input, output = texts[7:]
    status_code, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens = counts
    # By place, not by name: 33 names cost as much as all else here. A test holds the order equal.
    return Trace(
        origin,
        request_id or "",
        request_id or "",
        executed_at_us,
        status,
        line,
        model or NO_MODEL,
        model_type,
        base_model or None,
        deployment or None,
        (deployment_version if "deployment_version" in parsed.fields else version) or None,
        connection or None,
        source_type or None,
        source or None,
        user_id or None,
        session or None,
        response_time_us,
        ttft_us,
        input_tokens,
        output_tokens,
        cached_input_tokens,
        reasoning_tokens,
        credits_micro,
        cost_nano_usd,
        status_code,
        error_type or None,
        error or None,
        finish_reason or None,
        stream,
        input,
        output,
        parsed.request,
        parsed.response,
        is_reconstructed,
    )


def _parts(quantity: Any, per_unit: int) -> int | None:
    """A number in whole parts of its unit.

    Raises:
        BadValue: It is no number, or one that is refused.
    """
    if quantity is None:
        return None
    if type(quantity) is float or type(quantity) is int:
        return scaled(quantity, per_unit)
    raise BadValue


def _zoned_time_us(text: Any) -> int | None:
    """The usual time: ISO 8601 with its zone, inside the years that are taken."""
    if type(text) is not str:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    since = moment - EPOCH
    us = since.days * _A_DAY + since.seconds * _A_SECOND + since.microseconds
    return us if 0 <= us < END_US else None


def _is_well_formed(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _has_long_name(fields: dict[str, Any]) -> bool:
    return any(
        type(value) is str and len(value) > LONGEST_NAME
        for key, value in fields.items()
        if key not in ("input", "output", "error")
    )
