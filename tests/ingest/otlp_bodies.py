"""Bodies of OTLP for tests: in JSON as the specification has it, and the same in protobuf."""

import base64
import json
import math
from typing import Any

from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tracetui.domain.parts import Span, TracePart
from tracetui.domain.trace import Trace
from tracetui.ingest.items import Options
from tracetui.ingest.otlp import Decoded, Encoding, Signal, decode

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
SPAN_ID = "b7ad6b7169203331"
PARENT_ID = "00f067aa0ba902b7"
NOON_NS = 1_790_856_000 * 10**9
"""2026-10-01 12:00:00 UTC."""
MS = 10**6
CHAT = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m-1"}

_WORDS = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}

Json = dict[str, Any]


def value_of(value: Any) -> Json:
    """A value as OTLP has it."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value if math.isfinite(value) else _WORDS[str(value)]}
    if isinstance(value, list):
        return {"arrayValue": {"values": [value_of(one) for one in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": attributes_of(value)}}
    return {} if value is None else {"stringValue": value}


def attributes_of(values: Json) -> list[Json]:
    return [{"key": key, "value": value_of(value)} for key, value in values.items()]


def a_span(attributes: Json | None = None, **fields: Any) -> Json:
    """A span of 250 ms without a parent; name what the test is about, `...` leaves a field out."""
    known: Json = {
        "traceId": TRACE_ID,
        "spanId": SPAN_ID,
        "name": "chat m-1",
        "kind": 3,
        "startTimeUnixNano": str(NOON_NS),
        "endTimeUnixNano": str(NOON_NS + 250 * MS),
        "attributes": attributes_of(CHAT if attributes is None else attributes),
    }
    return {key: value for key, value in (known | fields).items() if value is not ...}


def an_event(name: str, attributes: Json | None = None, at_ms: int = 0) -> Json:
    return {
        "name": name,
        "timeUnixNano": str(NOON_NS + at_ms * MS),
        "attributes": attributes_of(attributes or {}),
    }


def a_log_record(
    event: str, body: Any = None, attributes: Json | None = None, at_ms: int = 0, **fields: Any
) -> Json:
    """A log record about the span of `a_span`."""
    known: Json = {
        "timeUnixNano": str(NOON_NS + at_ms * MS),
        "eventName": event,
        "traceId": TRACE_ID,
        "spanId": SPAN_ID,
        "attributes": attributes_of(attributes or {}),
    }
    if body is not None:
        known["body"] = value_of(body)
    return {key: value for key, value in (known | fields).items() if value is not ...}


def traces(*spans: Json, scope: str = "test", resource: Json | None = None) -> Json:
    """A request with some spans of one sender."""
    held = attributes_of({"service.name": "shop"} if resource is None else resource)
    of_scope = {"scope": {"name": scope, "version": "1.0"}, "spans": list(spans)}
    return {"resourceSpans": [{"resource": {"attributes": held}, "scopeSpans": [of_scope]}]}


def logs(*records: Json, scope: str = "test") -> Json:
    """A request with some log records of one sender."""
    of_scope = {"scope": {"name": scope}, "logRecords": list(records)}
    held = attributes_of({"service.name": "shop"})
    return {"resourceLogs": [{"resource": {"attributes": held}, "scopeLogs": [of_scope]}]}


def as_json(request: Json) -> bytes:
    return json.dumps(request).encode()


def as_protobuf(request: Json) -> bytes:
    """The same request in protobuf, whose own JSON has ids in base64."""
    message = ExportLogsServiceRequest() if "resourceLogs" in request else ExportTraceServiceRequest()
    return ParseDict(_with_base64_ids(request), message).SerializeToString()


def _with_base64_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_base64_ids(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: base64.b64encode(bytes.fromhex(inner)).decode()
        if key in ("traceId", "spanId", "parentSpanId")
        else _with_base64_ids(inner)
        for key, inner in value.items()
    }


def decoded(request: Json | bytes, options: Options | None = None, encoding: Encoding = "json") -> Decoded:
    """What a request gives."""
    body = (
        request if isinstance(request, bytes) else as_json(request) if encoding == "json" else as_protobuf(request)
    )
    is_logs = isinstance(request, dict) and "resourceLogs" in request
    signal: Signal = "logs" if is_logs else "traces"
    return decode(body, signal=signal, encoding=encoding, options=options or Options())


def trace_of(
    span: Json, *, scope: str = "test", resource: Json | None = None, options: Options | None = None
) -> Trace:
    """The trace of a span that is a call."""
    traces_of = [
        one
        for one in decoded(traces(span, scope=scope, resource=resource), options).records
        if isinstance(one, Trace)
    ]
    assert len(traces_of) == 1
    return traces_of[0]


def call(attributes: Json, *, scope: str = "test", events: list[Json] | None = None, **fields: Any) -> Trace:
    """The trace of a call that says these things besides its operation and model."""
    return trace_of(a_span(CHAT | attributes, events=events or [], **fields), scope=scope)


def span_of(span: Json, *, scope: str = "test", resource: Json | None = None) -> Span:
    """The span that is kept of a span."""
    (kept,) = [
        one for one in decoded(traces(span, scope=scope, resource=resource)).records if isinstance(one, Span)
    ]
    return kept


def parts_of(*records: Json) -> list[TracePart]:
    """The parts of a trace that log records give."""
    return [one for one in decoded(logs(*records)).records if isinstance(one, TracePart)]


def is_call(attributes: Json, *, scope: str = "test", name: str = "chat m-1") -> bool:
    """Whether a span is taken for a call."""
    held = decoded(traces(a_span(attributes, name=name), scope=scope)).records
    return any(isinstance(one, Trace) for one in held)
