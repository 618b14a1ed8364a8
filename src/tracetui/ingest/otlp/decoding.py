"""One body of OTLP to records: knows neither encodings nor dialects, only who is asked in which order."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from tracetui.domain.parts import Span, TracePart
from tracetui.domain.ports import Record
from tracetui.ingest.items import Options
from tracetui.ingest.mapping import Rules
from tracetui.ingest.naming import Naming
from tracetui.ingest.otlp import clients, events, names
from tracetui.ingest.otlp.calls import Sending, call_of
from tracetui.ingest.otlp.forms import BadSpan, LogForm, SpanForm
from tracetui.ingest.otlp.payloads import of
from tracetui.ingest.otlp.recognise import Encoding, Signal
from tracetui.ingest.otlp.rejected import Rejected
from tracetui.ingest.values import BadValue, Note, name, well_formed

ORIGIN = "otlp"


@dataclass(slots=True)
class Decoded:
    """What a body holds."""

    records: list[Record] = field(default_factory=list)
    """In the order of the body: what is to be written."""
    spans: int = 0
    """Spans in the body, those rejected and those not kept included."""
    log_records: int = 0
    """Log records in the body, likewise."""
    rejected: list[Rejected] = field(default_factory=list)


def decode(
    body: bytes, *, signal: Signal, encoding: Encoding, options: Options, note: Note | None = None
) -> Decoded:
    """Read a body of OTLP.

    Args:
        body: The whole body, unpacked; of at most `items.LARGEST_RECORD_BYTES`, which the caller sees to.
        signal: Which request it is: an ExportTraceServiceRequest or an ExportLogsServiceRequest.
        encoding: How it is written.
        options: What the user said: an origin other than `otlp`, what the config knows of names.
        note: Told what was read otherwise than it was written.

    Raises:
        BadRecord: It is no such request. Nothing of it can be stored, now or later.
    """
    reader = _Reader(options, note or _unsaid)
    if encoding == "protobuf":
        # protobuf takes a twentieth of a second to import, which nothing but OTLP needs.
        from tracetui.ingest.otlp import from_protobuf

        if signal == "traces":
            reader.take_spans(from_protobuf.spans(body))
        else:
            reader.take_log_records(from_protobuf.log_records(body))
    else:
        from tracetui.ingest.otlp import from_json

        if signal == "traces":
            reader.take_spans(from_json.spans(body))
        else:
            reader.take_log_records(from_json.log_records(body))
    return reader.decoded


def _unsaid(_: str) -> None:
    """For a caller that wants no notes."""


class _Reader:
    """Makes the records of one body."""

    def __init__(self, options: Options, note: Note) -> None:
        self.decoded = Decoded()
        self._origin = options.origin or ORIGIN
        self._note = note
        self._naming = Naming(options)
        self._source_types = Rules(options.mapping.names.source_types)

    def take_spans(self, spans: Iterable[SpanForm | Rejected]) -> None:
        decoded = self.decoded
        for span in spans:
            decoded.spans += 1
            if isinstance(span, Rejected):
                self._reject("span", decoded.spans, span.reason, span.raw)
                continue
            try:
                if clients.is_call(span):
                    self._take_call(span)
                else:
                    decoded.records.append(self._around(span))
            except (BadSpan, BadValue) as bad:
                self._reject("span", decoded.spans, str(bad), span.raw)

    def take_log_records(self, records: Iterable[LogForm | Rejected]) -> None:
        decoded = self.decoded
        for record in records:
            decoded.log_records += 1
            if isinstance(record, Rejected):
                self._reject("log record", decoded.log_records, record.reason, record.raw)
            elif record.trace_id and record.event in events.NAMES:
                try:
                    decoded.records += self._parts(record)
                except BadSpan as bad:
                    self._reject("log record", decoded.log_records, str(bad), record.raw)

    def _reject(self, what: str, number: int, reason: str, raw: bytes) -> None:
        self.decoded.rejected.append(Rejected(f"{what} {number}: {reason}", raw))

    def _take_call(self, span: SpanForm) -> None:
        call = call_of(span, self._origin, self._note)
        self._naming.apply(call.trace)
        self.decoded.records.append(call.trace)
        if span.parent_span_id is not None:
            self.decoded.records.append(self._span(span, call.otherwise, call.trace.record_id, b""))

    def _around(self, span: SpanForm) -> Span:
        """A span that surrounds calls, or nothing of the kind: kept for what it says of them, and for later."""
        found = names.read(span.attributes)
        source = found.get("workflow") or found.get("agent")
        is_workflow = clients.is_workflow(span)
        if source is None and is_workflow:
            source = span.attributes.get("traceloop.entity.name") or span.name
        if source is None and span.parent_span_id is None:
            source = span.sender.resource.get("service.name")
        sent = Sending("Workflow" if is_workflow else None, source if isinstance(source, str) and source else None)
        around = self._span(span, sent, None, span.raw)
        around.user_id, around.session = (self._name(found.get(field)) for field in ("user_id", "session"))
        return around

    def _name(self, value: object) -> str | None:
        """A name; None where it is none: what surrounds a call is not rejected for it."""
        try:
            return name(value, self._note)
        except BadValue:
            return None

    def _span(self, span: SpanForm, sent: Sending, record_id: str | None, raw: bytes) -> Span:
        source_type = sent.source_type
        if source_type is None and sent.source is not None:
            source_type = self._source_types.of(sent.source)
        return Span(
            origin=self._origin,
            trace_id=span.trace_id,
            span_id=span.span_id,
            parent_span_id=span.parent_span_id,
            name=well_formed(span.name, self._note),
            start_us=span.start_ns // 1_000,
            end_us=span.end_ns // 1_000,
            record_id=record_id,
            source_type=source_type,
            source=None if sent.source is None else well_formed(sent.source, self._note),
            raw=raw,
        )

    def _parts(self, record: LogForm) -> list[TracePart]:
        parts = []
        for spoken in events.spoken_in(record.event, record.attributes, record.body):
            messages = tuple(of(message).content for message in spoken.messages)
            parts.append(
                TracePart(
                    origin=self._origin,
                    record_id=record.record_id,
                    part_id=_part_id(record, spoken.rank, spoken.side, messages),
                    at_ns=record.at_ns,
                    side=spoken.side,
                    messages=messages,
                    raw=record.raw,
                )
            )
        return parts


def _part_id(record: LogForm, rank: int, side: int, messages: tuple[bytes, ...]) -> str:
    """The same for the same log record, which has no id of its own; of two at one moment in their order."""
    content = json.dumps([record.event, record.at_ns, side]).encode() + b"\n" + b"\n".join(messages)
    return f"{rank:07}-{hashlib.sha256(content).hexdigest()[:20]}"
