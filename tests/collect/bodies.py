"""Bodies as instrumented programs send them, made with OpenTelemetry's own messages."""

import json
from hashlib import sha256

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

NOON_NS = 1_790_856_000_000_000_000
"""2026-10-01 12:00:00 UTC."""
MS = 1_000_000


def a_call(name: str = "call-1", *, asked: str = "Hello?", answered: str = "Hi.", at_ns: int = NOON_NS) -> Span:
    """A model call by the newest conventions; its ids are made of its name."""
    said = [{"role": "user", "parts": [{"type": "text", "content": asked}]}]
    answer = [{"role": "assistant", "parts": [{"type": "text", "content": answered}], "finish_reason": "stop"}]
    attributes: dict[str, str | int] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.provider.name": "openai",
        "gen_ai.response.id": f"chatcmpl-{name}",
        "gen_ai.usage.input_tokens": 12,
        "gen_ai.usage.output_tokens": 34,
        "gen_ai.input.messages": json.dumps(said),
        "gen_ai.output.messages": json.dumps(answer),
    }
    ids = sha256(name.encode()).digest()
    return Span(
        trace_id=ids[:16],
        span_id=ids[16:24],
        name="chat gpt-4o",
        kind=Span.SPAN_KIND_CLIENT,
        start_time_unix_nano=at_ns,
        end_time_unix_nano=at_ns + 250 * MS,
        attributes=[_attribute(key, value) for key, value in attributes.items()],
    )


def traces_body(*spans: Span) -> bytes:
    """An ExportTraceServiceRequest."""
    scope = ScopeSpans(spans=spans)
    request = ExportTraceServiceRequest(resource_spans=[ResourceSpans(scope_spans=[scope])])
    return bytes(request.SerializeToString())


def _attribute(key: str, value: str | int) -> KeyValue:
    held = AnyValue(int_value=value) if isinstance(value, int) else AnyValue(string_value=value)
    return KeyValue(key=key, value=held)
