"""Traces that are written just as the schema says, without a pydantic model in the way.

Anything unusual is left to `records.py`; a test proves that both make the same trace of what both can read.
"""

from datetime import datetime
from typing import Any

from tracetui.domain.catalogue import NO_MODEL
from tracetui.domain.trace import Status, Trace
from tracetui.ingest.json_text import Parsed
from tracetui.ingest.values import END_US, EPOCH, LARGEST, LONGEST_NAME, scaled

_TEXTS = (
    "request_id",
    "model",
    "base_model",
    "deployment",
    "deployment_version",
    "version",
    "connection",
    "source_type",
    "source",
    "user",
    "session",
    "error",
    "error_type",
    "finish_reason",
    "input",
    "output",
)
_COUNTS = ("status_code", "input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens")
_QUANTITIES = (("response_time_ms", 1_000), ("ttft_ms", 1_000), ("credits", 1_000_000), ("cost", 1_000_000_000))
_STATUS = {"success": Status.SUCCESS, "failed": Status.FAILED}
_PLAIN = (str, type(None))
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
    # A longer line may hold a name that is too long; \ud begins a surrogate, which may be a lone one.
    if len(line) > LONGEST_NAME and _has_long_name(parsed.fields):
        return None
    if b"\\ud" in line or b"\\uD" in line or get("type", "trace") != "trace" or get("model_type") is not None:
        return None
    for key in _TEXTS:
        if type(get(key)) not in _PLAIN:
            return None
    for key in _COUNTS:
        number = get(key)
        if number is not None and not (type(number) is int and 0 <= number <= LARGEST):
            return None
    quantities = []
    for key, per_unit in _QUANTITIES:
        quantity = get(key)
        if quantity is not None:
            if type(quantity) not in (int, float) or not 0 <= quantity * per_unit <= LARGEST:
                return None
            quantity = scaled(quantity, per_unit)
        quantities.append(quantity)
    status = _STATUS.get(get("status", ""))
    executed_at_us = _zoned_time_us(get("executed_at"))
    stream = get("stream")
    if status is None or executed_at_us is None or type(stream) not in (bool, type(None)):
        return None
    request_id = get("request_id") or ""
    return Trace(
        origin=origin,
        record_id=request_id,
        request_id=request_id,
        executed_at_us=executed_at_us,
        status=status,
        raw=line,
        model=get("model") or NO_MODEL,
        base_model=get("base_model") or None,
        deployment=get("deployment") or None,
        version=get("deployment_version", get("version")) or None,
        connection=get("connection") or None,
        source_type=get("source_type") or None,
        source=get("source") or None,
        user_id=get("user") or None,
        session=get("session") or None,
        response_time_us=quantities[0],
        ttft_us=quantities[1],
        input_tokens=get("input_tokens"),
        output_tokens=get("output_tokens"),
        cached_input_tokens=get("cached_input_tokens"),
        reasoning_tokens=get("reasoning_tokens"),
        credits_micro=quantities[2],
        cost_nano_usd=quantities[3],
        status_code=get("status_code"),
        error_type=get("error_type") or None,
        error=get("error") or None,
        finish_reason=get("finish_reason") or None,
        is_streamed=stream,
        input=get("input"),
        output=get("output"),
        request=parsed.request,
        response=parsed.response,
    )


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


def _has_long_name(fields: dict[str, Any]) -> bool:
    return any(
        type(value) is str and len(value) > LONGEST_NAME
        for key, value in fields.items()
        if key not in ("input", "output", "error")
    )
