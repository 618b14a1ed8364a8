"""JSON for scripts, in the names of the project's own JSONL: what a verb prints can be imported again.

What would act on a terminal (control characters, escape sequences, changes of direction) is spelled `\\uXXXX`,
which means the same to every program that reads JSON.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tracetui.domain.trace import TraceDetail

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Control and format characters, line and paragraph separators, and what is not a character or for private use.
_MAY_ACT = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ue000-\uf8ff\ufeff\ufff0-\uffff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)


def dumps(fields: dict[str, Any]) -> str:
    """An object on one line."""
    return harmless(json.dumps(fields, ensure_ascii=False))


def harmless(text: str) -> str:
    """JSON text with the same meaning, in which nothing acts on a terminal."""
    return _MAY_ACT.sub(_spelled, text)


def record(detail: TraceDetail) -> str:
    """A trace as a line of the project's own JSONL: payloads as they came, unknown fields left out."""
    known: dict[str, Any] = {
        "type": "trace",
        "request_id": detail.request_id,
        "executed_at": iso(detail.executed_at_us),
        "model": detail.model.name,
        "model_type": detail.model.type.value,
        "base_model": detail.base_model,
        "deployment": detail.deployment,
        "deployment_version": detail.version,
        "connection": detail.connection,
        "status": detail.status.label,
        "status_code": detail.status_code,
        "response_time_ms": milliseconds(detail.response_time_us),
        "ttft_ms": milliseconds(detail.ttft_us),
        "input_tokens": detail.input_tokens,
        "output_tokens": detail.output_tokens,
        "cached_input_tokens": detail.cached_input_tokens,
        "reasoning_tokens": detail.reasoning_tokens,
        "credits": _scaled(detail.credits_micro, 6),
        "cost": _scaled(detail.cost_nano_usd, 9),
        "stream": detail.is_streamed,
        "source_type": detail.source_type,
        "source": detail.source,
        "user": detail.user_id,
        "session": detail.session,
        "finish_reason": detail.finish_reason,
        "error_type": detail.error_type,
        "error": detail.error,
        "input": detail.input,
        "output": detail.output,
    }
    if detail.is_reconstructed:
        known["reconstructed"] = True
    parts = [f"{json.dumps(name)}: {_dumped(value)}" for name, value in known.items() if value is not None]
    payloads = (("request", detail.request), ("response", detail.response))
    parts += [f'"{name}": {_payload(payload)}' for name, payload in payloads if payload is not None]
    return harmless(f"{{{', '.join(parts)}}}")


def iso(at_us: int) -> str:
    """A moment in UTC to the microsecond: `2026-11-23T14:02:59.118000Z`."""
    return (_EPOCH + timedelta(microseconds=at_us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def milliseconds(duration_us: int | None) -> int | float | None:
    """A duration in milliseconds, exactly: whole where it can be."""
    if duration_us is None:
        return None
    return duration_us // 1_000 if duration_us % 1_000 == 0 else duration_us / 1_000


def _scaled(amount: int | None, digits: int) -> Decimal | None:
    """An amount of small units in whole ones, exactly."""
    return None if amount is None else Decimal(amount).scaleb(-digits).normalize()


def _dumped(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def _payload(payload: bytes) -> str:
    """A payload as it came, on one line; as a text where it is no JSON."""
    text = payload.decode("utf-8", "replace")
    try:
        json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError):
        return json.dumps(text, ensure_ascii=False)
    # Between values only: a line break inside a string is spelled out in valid JSON.
    return text.strip().replace("\r", " ").replace("\n", " ")


def _refused(constant: str) -> None:
    """NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(constant)


def _spelled(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
