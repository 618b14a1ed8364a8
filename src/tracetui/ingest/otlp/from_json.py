"""Bodies of OTLP's JSON to forms.

Taken as senders write it, not only as the specification has it: ids in hex or base64, numbers as texts or numbers,
the names of fields in camelCase or snake_case, what is not known left alone.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from tracetui.ingest.items import DEEPEST
from tracetui.ingest.json_text import BadRecord, is_too_deep, not_json
from tracetui.ingest.otlp.forms import (
    BadSpan,
    Event,
    LogForm,
    Sender,
    SpanForm,
    check_times,
    checked_ids,
    log_ids,
)
from tracetui.ingest.otlp.json_fields import (
    SPAN_BRACKETS,
    attributes_of,
    dicts_of,
    id_of,
    list_of,
    ns_of,
    text_of,
    value_of,
)
from tracetui.ingest.otlp.rejected import Rejected

_ERROR = (2, "2", "STATUS_CODE_ERROR", "ERROR")
_STRUCTURE = re.compile(r'\\.|["\[\]{}]', re.DOTALL)
_FORMER_SCOPES = "instrumentationLibrarySpans"
_TOO_DEEP = "tracetui.too_deep"
_ESCAPED = "\\u{:04x}".format


def spans(body: bytes) -> Iterator[SpanForm | Rejected]:
    """The spans of an ExportTraceServiceRequest.

    Raises:
        BadRecord: It is none.
    """
    for sender, frame, span in _records(body, "resourceSpans", "scopeSpans", "spans"):
        yield _span(span, sender, frame)


def log_records(body: bytes) -> Iterator[LogForm | Rejected]:
    """The log records of an ExportLogsServiceRequest.

    Raises:
        BadRecord: It is none.
    """
    for sender, frame, record in _records(body, "resourceLogs", "scopeLogs", "logRecords"):
        yield _log(record, sender, frame)


class _Frame:
    """Puts one span or log record into a request of its own."""

    def __init__(self, top: str, scopes: str, records: str, resource: Any, scope: Any) -> None:
        self._before = (
            f'{{"{top}":[{{"resource":{_dumped(resource)},"{scopes}":[{{"scope":{_dumped(scope)},"{records}":['
        )

    def around(self, record: dict[str, Any]) -> bytes:
        whole = self._before + (record[_TOO_DEEP] if _TOO_DEEP in record else _dumped(record)) + "]}]}]}"
        try:
            return whole.encode()
        except UnicodeEncodeError:
            pass
        try:
            # As it came, where it came in bytes that are not UTF-8.
            return whole.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            # As it came, where halves of a pair stand in it alone, written as escapes.
            return "".join(
                _ESCAPED(ord(sign)) if "\ud800" <= sign <= "\udfff" else sign for sign in whole
            ).encode()


def _records(body: bytes, top: str, scopes: str, records: str) -> Iterator[tuple[Sender, _Frame, dict[str, Any]]]:
    request, replaced = _read(body)
    resources = list_of(request, top)
    if resources is None and request and request.get(top, request) is not None:
        raise BadRecord(f"is no OTLP request: it has no list of {top}")
    found = [
        (of_resource, of_scope, list(dicts_of(list_of(of_scope, records))))
        for of_resource in dicts_of(resources)
        for of_scope in dicts_of(
            list_of(of_resource, scopes) or list_of(of_resource, "instrumentationLibrarySpans")
        )
    ]
    if replaced and replaced != sum(_TOO_DEEP in record for _, _, some in found for record in some):
        raise BadRecord(f"is nested more than {DEEPEST} levels deep outside of its {records}")
    for of_resource, of_scope, some in found:
        resource = of_resource.get("resource") or {}
        scope = of_scope.get("scope") or of_scope.get("instrumentationLibrary") or {}
        try:
            attributes = attributes_of(list_of(resource, "attributes") if isinstance(resource, dict) else None)
        except BadSpan as bad:
            raise BadRecord(f"has a resource that {bad}") from None
        name = scope.get("name") if isinstance(scope, dict) else None
        sender = Sender(attributes, name if isinstance(name, str) else "")
        frame = _Frame(top, scopes, records, resource, scope)
        for record in some:
            yield sender, frame, record


def _read(body: bytes) -> tuple[dict[str, Any], int]:
    """The request, and in how many places of it a text stands for what is nested too deeply.

    Raises:
        BadRecord: It is no JSON object.
    """
    # Bytes that are not UTF-8 become lone surrogates: what holds one is rejected, and the rest is read.
    text = body.decode("utf-8", "surrogateescape")
    replaced = 0
    try:
        request = _loaded(text)
    except RecursionError:
        # What the parser can take depends on its caller's stack; twice what is taken here is beyond it for sure.
        text, replaced = _without_too_deep(text)
        if is_too_deep(text):
            raise BadRecord(f"is nested more than {DEEPEST} levels deep") from None
        request = _loaded(text)
    if not isinstance(request, dict):
        raise BadRecord("is no OTLP request: it is not a JSON object")
    return request, replaced


def _loaded(text: str) -> Any:
    try:
        # NaN and its like are no JSON; OTLP has them as texts.
        return json.loads(text, parse_constant=str)
    except json.JSONDecodeError as error:
        raise not_json(error) from None
    except ValueError:
        raise BadRecord("has a number of more than 4,300 digits") from None


def _without_too_deep(text: str) -> tuple[str, int]:
    """The text with each span that is nested too deeply replaced by an object that holds its text; how many."""
    pieces, done, depth, deepest, start, in_text = [], 0, 0, 0, 0, False
    for match in _STRUCTURE.finditer(text):
        sign = match.group()
        if sign == '"':
            in_text = not in_text
        elif in_text or len(sign) > 1:
            continue
        elif sign in "[{":
            depth += 1
            if depth == SPAN_BRACKETS:
                start, deepest = match.start(), depth
            deepest = max(deepest, depth)
        else:
            depth -= 1
            if depth == SPAN_BRACKETS - 1 and deepest > DEEPEST:
                pieces += [text[done:start], json.dumps({_TOO_DEEP: text[start : match.end()]})]
                done, deepest = match.end(), 0
    return "".join([*pieces, text[done:]]), len(pieces) // 2


def _span(span: dict[str, Any], sender: Sender, frame: _Frame) -> SpanForm | Rejected:
    raw = frame.around(span)
    try:
        _check(span, raw)
        trace_id, span_id = id_of(span, "traceId", 16), id_of(span, "spanId", 8)
        parent_span_id = checked_ids(trace_id, span_id, id_of(span, "parentSpanId", 8))
        start_ns, end_ns = ns_of(span, "startTimeUnixNano"), ns_of(span, "endTimeUnixNano")
        check_times(start_ns, end_ns)
        status = span.get("status")
        if not isinstance(status, dict):
            status = {}
        return SpanForm(
            sender,
            trace_id,
            span_id,
            parent_span_id,
            text_of(span.get("name")),
            start_ns,
            end_ns,
            attributes_of(span.get("attributes")),
            [
                Event(
                    text_of(event.get("name")),
                    ns_of(event, "timeUnixNano"),
                    attributes_of(event.get("attributes")),
                )
                for event in dicts_of(span.get("events"))
            ],
            status.get("code") in _ERROR,
            text_of(status.get("message")),
            raw,
        )
    except BadSpan as bad:
        return Rejected(str(bad), raw)


def _event(event: dict[str, Any]) -> Event:
    at_ns = ns_of(event, "timeUnixNano")
    return Event(text_of(event.get("name")), at_ns, attributes_of(event.get("attributes")))


def _log(record: dict[str, Any], sender: Sender, frame: _Frame) -> LogForm | Rejected:
    raw = frame.around(record)
    try:
        _check(record, raw)
        attributes = attributes_of(record.get("attributes"))
        event = record.get("eventName") or record.get("event_name") or attributes.get("event.name")
        trace_id, span_id = log_ids(id_of(record, "traceId", 16), id_of(record, "spanId", 8))
        at_ns = ns_of(record, "timeUnixNano") or ns_of(record, "observedTimeUnixNano")
        body = record.get("body")
        said = value_of(body) if isinstance(body, dict) else body
        return LogForm(sender, trace_id, span_id, text_of(event), at_ns, attributes, said, raw)
    except BadSpan as bad:
        return Rejected(str(bad), raw)


def _check(record: dict[str, Any], raw: bytes) -> None:
    """Refuse what cannot be read as a whole.

    Raises:
        BadSpan: It is nested too deeply, or not UTF-8.
    """
    if _TOO_DEEP in record:
        raise BadSpan(f"is nested more than {DEEPEST} levels deep")
    if not raw.isascii():
        try:
            raw.decode()
        except UnicodeDecodeError:
            raise BadSpan("has a text that is not UTF-8") from None


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
