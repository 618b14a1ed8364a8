"""The metadata of a trace, as lines of a label and a value.

First the fields that every trace of its type has, in the order of `fields.DETAILS`, unknown ones as a dash; then
what else this trace happens to know. Values are whole and sanitised, not cut.
"""

from datetime import tzinfo
from typing import NamedTuple

from tracetui.display.formatting import (
    UNKNOWN,
    format_count,
    format_credits,
    format_full_time,
    format_response_time,
)
from tracetui.display.sanitise import Safe, safe_line
from tracetui.domain import fields
from tracetui.domain.trace import TraceDetail

LONGEST_VALUE = 20_000
"""Characters of a value that are shown: a request id of a megabyte is somebody's joke."""


class Fact(NamedTuple):
    """One line of metadata."""

    label: str
    value: Safe


def metadata(detail: TraceDetail, zone: tzinfo) -> list[Fact]:
    """All that is known of a trace beside its texts.

    Args:
        detail: Hosted or external: an external one has a connection and no deployment.
        zone: In which its time is shown.
    """
    always = [Fact(field.label, _shown(field, detail, zone)) for field in fields.details_for(detail.model.type)]
    return [*always, *(Fact(label, value) for label, value in _further(detail) if value != UNKNOWN)]


def _shown(field: fields.Field, detail: TraceDetail, zone: tzinfo) -> Safe:
    if field is fields.EXECUTED_AT:
        return format_full_time(detail.executed_at_us, zone)
    if field is fields.RESPONSE_TIME:
        return format_response_time(detail.response_time_us)
    if field is fields.INPUT_TOKENS:
        return format_count(detail.input_tokens)
    if field is fields.OUTPUT_TOKENS:
        return format_count(detail.output_tokens)
    texts = {
        fields.REQUEST_ID: detail.request_id,
        fields.BASE_MODEL: detail.base_model,
        fields.DEPLOYMENT: detail.deployment,
        fields.VERSION: detail.version,
        fields.CONNECTION: detail.connection,
        fields.SOURCE_TYPE: detail.source_type,
        fields.SOURCE: detail.source,
        fields.USER_ID: detail.user_id,
    }
    return _text(texts[field])


def _further(detail: TraceDetail) -> list[tuple[str, Safe]]:
    """What only some traces know."""
    seconds = detail.response_time_us and detail.response_time_us / 1e6
    speed = f"{detail.output_tokens / seconds:,.1f} tokens/s" if detail.output_tokens and seconds else None
    dollars = None if detail.cost_nano_usd is None else f"{detail.cost_nano_usd / 1e9:.6f}".rstrip("0").rstrip(".")
    streamed = None if detail.is_streamed is None else "yes" if detail.is_streamed else "no"
    version = None if detail.model.type.is_hosted else detail.version
    return [
        ("Finish reason", _text(detail.finish_reason)),
        ("Time to first token", format_response_time(detail.ttft_us)),
        ("Output speed", _text(speed)),
        ("Cached input tokens", format_count(detail.cached_input_tokens)),
        ("Reasoning tokens", format_count(detail.reasoning_tokens)),
        ("Credits", format_credits(detail.credits_micro)),
        ("Cost", _text(dollars and f"{dollars} USD")),
        ("Streamed", _text(streamed)),
        ("Session", _text(detail.session)),
        ("Model version", _text(version)),
        ("Status code", _text(None if detail.status_code is None else str(detail.status_code))),
        ("Came from", _text(detail.origin)),
    ]


def _text(text: str | None) -> Safe:
    return UNKNOWN if not text else safe_line(text, LONGEST_VALUE)
