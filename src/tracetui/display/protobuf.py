"""Records that were kept as protobuf, made readable: OTLP's messages as the JSON that OTLP has for them.

Without protobuf's own library: this runs where the next key must be answered, and one record is small. What is no
such message stays as it is.
"""

import json
import struct
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any, NamedTuple

_WORDS = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
"""Numbers that JSON has no digits for."""
VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
DEEPEST = 500
"""Messages inside messages at most: deeper ones are not read."""


class NotProtobuf(ValueError):
    """Bytes that are no protobuf message."""


class Field(NamedTuple):
    """One field of a message."""

    number: int
    wire_type: int
    value: int | bytes
    """A whole number, or the bytes of a text, of bytes or of a message."""


def fields(message: bytes) -> Iterator[Field]:
    """The fields of a message in their order.

    Raises:
        NotProtobuf: It is none, or is cut off.
    """
    at, end = 0, len(message)
    while at < end:
        tag, at = _varint(message, at)
        number, wire_type = tag >> 3, tag & 7
        value: int | bytes
        if wire_type == VARINT:
            value, at = _varint(message, at)
        elif wire_type == LENGTH:
            size, at = _varint(message, at)
            value = message[at : at + size]
            at += size
        elif wire_type in (FIXED64, FIXED32):
            size = 8 if wire_type == FIXED64 else 4
            value = int.from_bytes(message[at : at + size], "little")
            at += size
        else:
            raise NotProtobuf
        if number == 0 or at > end:
            raise NotProtobuf
        yield Field(number, wire_type, value)


def as_json(record: bytes) -> bytes:
    """A request of one span or log record as OTLP's JSON, indented by nothing; other bytes as they are."""
    if not record.startswith(b"\n"):
        return record
    try:
        scopes = [field for field in fields(_first(record, 1)) if field.number == 2]
        is_log = _is_log(_bytes(scopes[0].value))
        made = _message(record, _LOGS if is_log else _TRACES, 0)
    except (NotProtobuf, IndexError):
        return record
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def _first(message: bytes, number: int) -> bytes:
    return next((_bytes(field.value) for field in fields(message) if field.number == number), b"")


def _is_log(scope: bytes) -> bool:
    """Whether a scope holds log records: a span begins with an id of 16 bytes, a log record with a time."""
    first = next((field.value for field in fields(scope) if field.number == 2), b"")
    return not _bytes(first).startswith(b"\n\x10")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    shift = number = 0
    while True:
        if at >= len(message) or shift > 63:
            raise NotProtobuf
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return number, at
        shift += 7


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise NotProtobuf
    return value


def _text(value: int | bytes, _: int) -> object:
    return _bytes(value).decode("utf-8", "replace")


def _hex(value: int | bytes, _: int) -> object:
    return _bytes(value).hex()


def _base64(value: int | bytes, _: int) -> object:
    import base64

    return base64.b64encode(_bytes(value)).decode()


def _number(value: int | bytes, _: int) -> object:
    return value


def _large(value: int | bytes, _: int) -> object:
    return str(value)


def _signed(value: int | bytes, _: int) -> object:
    return str(value - (1 << 64) if isinstance(value, int) and value >> 63 else value)


def _double(value: int | bytes, _: int) -> object:
    number = struct.unpack("<d", value.to_bytes(8, "little"))[0] if isinstance(value, int) else 0.0
    return number if isfinite(number) else _WORDS[str(number)]


def _truth(value: int | bytes, _: int) -> object:
    return bool(value)


_Made = Callable[[int | bytes, int], object]


class _Known(NamedTuple):
    """A field that is known: its name in JSON, how its value is made, whether there are several."""

    name: str
    made: _Made
    is_list: bool = False


_Shape = dict[int, _Known]


def _message(message: bytes, shape: _Shape, depth: int) -> dict[str, Any]:
    if depth > DEEPEST:
        raise NotProtobuf
    made: dict[str, Any] = {}
    for field in fields(message):
        known = shape.get(field.number)
        if known is None:
            continue
        value = known.made(field.value, depth + 1)
        if known.is_list:
            made.setdefault(known.name, []).append(value)
        else:
            made[known.name] = value
    return made


def _of(shape: _Shape) -> _Made:
    return lambda value, depth: _message(_bytes(value), shape, depth)


def _many(name: str, shape: _Shape) -> _Known:
    return _Known(name, _of(shape), is_list=True)


_VALUE: _Shape = {
    1: _Known("stringValue", _text),
    2: _Known("boolValue", _truth),
    3: _Known("intValue", _signed),
    4: _Known("doubleValue", _double),
    7: _Known("bytesValue", _base64),
}
_KEY_VALUE: _Shape = {1: _Known("key", _text), 2: _Known("value", _of(_VALUE))}
_VALUE[5] = _Known("arrayValue", _of({1: _many("values", _VALUE)}))
_VALUE[6] = _Known("kvlistValue", _of({1: _many("values", _KEY_VALUE)}))
_DROPPED = "droppedAttributesCount"
_RESOURCE: _Shape = {1: _many("attributes", _KEY_VALUE), 2: _Known(_DROPPED, _number)}
_SCOPE: _Shape = {
    1: _Known("name", _text),
    2: _Known("version", _text),
    3: _many("attributes", _KEY_VALUE),
    4: _Known(_DROPPED, _number),
}
_EVENT: _Shape = {
    1: _Known("timeUnixNano", _large),
    2: _Known("name", _text),
    3: _many("attributes", _KEY_VALUE),
    4: _Known(_DROPPED, _number),
}
_LINK: _Shape = {
    1: _Known("traceId", _hex),
    2: _Known("spanId", _hex),
    3: _Known("traceState", _text),
    4: _many("attributes", _KEY_VALUE),
    5: _Known(_DROPPED, _number),
    6: _Known("flags", _number),
}
_SPAN: _Shape = {
    1: _Known("traceId", _hex),
    2: _Known("spanId", _hex),
    3: _Known("traceState", _text),
    4: _Known("parentSpanId", _hex),
    5: _Known("name", _text),
    6: _Known("kind", _number),
    7: _Known("startTimeUnixNano", _large),
    8: _Known("endTimeUnixNano", _large),
    9: _many("attributes", _KEY_VALUE),
    10: _Known(_DROPPED, _number),
    11: _many("events", _EVENT),
    12: _Known("droppedEventsCount", _number),
    13: _many("links", _LINK),
    14: _Known("droppedLinksCount", _number),
    15: _Known("status", _of({2: _Known("message", _text), 3: _Known("code", _number)})),
    16: _Known("flags", _number),
}
_LOG: _Shape = {
    1: _Known("timeUnixNano", _large),
    2: _Known("severityNumber", _number),
    3: _Known("severityText", _text),
    5: _Known("body", _of(_VALUE)),
    6: _many("attributes", _KEY_VALUE),
    7: _Known(_DROPPED, _number),
    8: _Known("flags", _number),
    9: _Known("traceId", _hex),
    10: _Known("spanId", _hex),
    11: _Known("observedTimeUnixNano", _large),
    12: _Known("eventName", _text),
}


def _request(top: str, scopes: str, records: str, shape: _Shape) -> _Shape:
    in_scope = {1: _Known("scope", _of(_SCOPE)), 2: _many(records, shape), 3: _Known("schemaUrl", _text)}
    in_resource = {
        1: _Known("resource", _of(_RESOURCE)),
        2: _many(scopes, in_scope),
        3: _Known("schemaUrl", _text),
    }
    return {1: _many(top, in_resource)}


_TRACES = _request("resourceSpans", "scopeSpans", "spans", _SPAN)
_LOGS = _request("resourceLogs", "scopeLogs", "logRecords", _LOG)
"""Source: opentelemetry-proto 1.7, trace.proto, logs.proto, common.proto, resource.proto."""
