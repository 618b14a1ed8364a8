"""Bodies of protobuf to forms.

protobuf's own reader takes a whole body or nothing of it. Where it refuses one, the body is cut up by its outer
framing, and what cannot be read is a span or a log record, never the rest.
"""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tracetui.display.protobuf import NotProtobuf, fields
from tracetui.ingest.json_text import BadRecord
from tracetui.ingest.otlp.forms import (
    Attributes,
    BadSpan,
    Event,
    LogForm,
    Sender,
    SpanForm,
    check_times,
    checked_ids,
    log_ids,
)
from tracetui.ingest.otlp.rejected import Rejected

DEEPEST = 30
"""Lists inside lists that protobuf's reader is sure to take: it stops at 100 messages inside messages, and one
level of attributes is three."""
_WORDS = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
"""Numbers that JSON has no digits for."""
_ERROR = Status.STATUS_CODE_ERROR


def spans(body: bytes) -> Iterator[SpanForm | Rejected]:
    """The spans of an ExportTraceServiceRequest.

    Raises:
        BadRecord: It is none.
    """
    try:
        request = ExportTraceServiceRequest.FromString(body)
    except DecodeError:
        yield from _salvaged(body, Span, _span)
        return
    for of_resource in request.resource_spans:
        attributes = _attributes(of_resource.resource.attributes)
        resource = of_resource.resource.SerializeToString()
        for of_scope in of_resource.scope_spans:
            sender = Sender(attributes, of_scope.scope.name)
            frame = _Frame(resource, of_scope.scope.SerializeToString())
            for span in of_scope.spans:
                yield _span(span, sender, frame)


def log_records(body: bytes) -> Iterator[LogForm | Rejected]:
    """The log records of an ExportLogsServiceRequest.

    Raises:
        BadRecord: It is none.
    """
    try:
        request = ExportLogsServiceRequest.FromString(body)
    except DecodeError:
        yield from _salvaged(body, LogRecord, _log)
        return
    for of_resource in request.resource_logs:
        attributes = _attributes(of_resource.resource.attributes)
        resource = of_resource.resource.SerializeToString()
        for of_scope in of_resource.scope_logs:
            sender = Sender(attributes, of_scope.scope.name)
            frame = _Frame(resource, of_scope.scope.SerializeToString())
            for record in of_scope.log_records:
                yield _log(record, sender, frame)


class _Frame:
    """Puts one span or log record into a request of its own.

    By hand: the framing is a few bytes, and copying the messages into a new request costs three times as much.
    """

    def __init__(self, resource: bytes, scope: bytes) -> None:
        self._resource = b"\n%b%b" % (_varint(len(resource)), resource)
        self._scope = b"\n%b%b" % (_varint(len(scope)), scope)

    def around(self, record: bytes) -> bytes:
        of_scope = b"%b\x12%b%b" % (self._scope, _varint(len(record)), record)
        of_resource = b"%b\x12%b%b" % (self._resource, _varint(len(of_scope)), of_scope)
        return b"\n%b%b" % (_varint(len(of_resource)), of_resource)


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    if number < 0x4000:
        return bytes((number & 0x7F | 0x80, number >> 7))
    return bytes((number & 0x7F | 0x80,)) + _varint(number >> 7)


def _span(span: Span, sender: Sender, frame: _Frame) -> SpanForm | Rejected:
    raw = frame.around(span.SerializeToString())
    trace_id, span_id = span.trace_id, span.span_id
    start_ns, end_ns = span.start_time_unix_nano, span.end_time_unix_nano
    try:
        parent_span_id = checked_ids(trace_id, span_id, span.parent_span_id)
        check_times(start_ns, end_ns)
    except BadSpan as bad:
        return Rejected(str(bad), raw)
    status = span.status
    return SpanForm(
        sender,
        trace_id,
        span_id,
        parent_span_id,
        span.name,
        start_ns,
        end_ns,
        _attributes(span.attributes),
        [Event(event.name, event.time_unix_nano, _attributes(event.attributes)) for event in span.events],
        status.code == _ERROR,
        status.message,
        raw,
    )


def _log(record: LogRecord, sender: Sender, frame: _Frame) -> LogForm:
    trace_id, span_id = log_ids(record.trace_id, record.span_id)
    attributes = _attributes(record.attributes)
    return LogForm(
        sender,
        trace_id,
        span_id,
        record.event_name or str(attributes.get("event.name", "")),
        record.time_unix_nano or record.observed_time_unix_nano,
        attributes,
        _value(record.body),
        frame.around(record.SerializeToString()),
    )


def _attributes(pairs: Any) -> Attributes:
    made: Attributes = {}
    pair: KeyValue
    for pair in pairs:
        value = pair.value
        # Most values are texts, and asking for one costs a third of asking what a value is.
        made[pair.key] = value.string_value or _value(value)
    return made


def _value(value: AnyValue) -> Any:
    match value.WhichOneof("value"):
        case "string_value":
            return value.string_value
        case "int_value":
            return value.int_value
        case "bool_value":
            return value.bool_value
        case "double_value":
            number = value.double_value
            return number if isfinite(number) else _WORDS[str(number)]
        case "array_value":
            return [_value(inner) for inner in value.array_value.values]
        case "kvlist_value":
            return _attributes(value.kvlist_value.values)
        case "bytes_value":
            # As OTLP's JSON has it, so that a value is the same in both encodings.
            import base64

            return base64.b64encode(value.bytes_value).decode()
        case _:
            return None


def _salvaged(body: bytes, kind: Any, made: Any) -> Iterator[Any]:
    """Read a body piece by piece; the pieces that cannot be read are rejected.

    Raises:
        BadRecord: Not even its framing can be read.
    """
    try:
        pieces = list(_pieces(body))
    except NotProtobuf:
        raise BadRecord("is no OTLP request in protobuf, or is cut off") from None
    for resource, scope, record in pieces:
        frame = _Frame(resource, scope)
        try:
            name = InstrumentationScope.FromString(scope).name
            attributes = _attributes(Resource.FromString(resource).attributes)
            # A record can be fine by itself and too deep inside a request.
            ExportTraceServiceRequest.FromString(frame.around(b""))
            read = kind.FromString(record)
        except DecodeError:
            yield Rejected(_why(record, resource + scope), frame.around(record))
        else:
            yield made(read, Sender(attributes, name), frame)


def _pieces(body: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Resource, scope and record of each record, as they stand in the body."""
    for of_resource in _messages(body, 1):
        resource = next(_messages(of_resource, 1), b"")
        for of_scope in _messages(of_resource, 2):
            scope = next(_messages(of_scope, 1), b"")
            for record in _messages(of_scope, 2):
                yield resource, scope, record


def _messages(message: bytes, number: int) -> Iterator[bytes]:
    for field in fields(message):
        if field.number == number:
            if isinstance(field.value, int):
                raise NotProtobuf
            yield field.value


def _why(record: bytes, around: bytes) -> str:
    """Why protobuf's reader refuses a record that is framed well."""
    if _is_too_deep(record, DEEPEST) or _is_too_deep(around, DEEPEST):
        return f"has an attribute that is nested more than {DEEPEST} levels deep"
    return "is damaged, or has a text that is not UTF-8"


def _is_too_deep(message: bytes, levels: int) -> bool:
    """Whether messages nest in it too deeply, as far as bytes can tell; without recursion."""
    layer = [message]
    for _ in range(3 * levels):
        inner = []
        for one in layer:
            try:
                inner += [field.value for field in fields(one) if not isinstance(field.value, int)]
            except NotProtobuf:
                continue
        # Texts are no messages; the few that look like some end soon.
        layer = [one for one in inner if one]
        if not layer:
            return False
    return True
