"""Answers of OpenAI's batches to traces, with their requests where the input file is named in the same import.

Decided here: what an answer is known by, and whose request it answers. An answer is known by its own id. A
custom_id is the user's, and people use the same ones in batch after batch; so a request is joined to an answer
only where both files are named together, which says that they belong together, and where no two requests have it.

An answer says when it was made, and an error does not: it gets the time of the first answer of its file.

Source: platform.openai.com/docs/api-reference/batch (request input and output objects).
"""

from tracetui.domain.catalogue import NO_MODEL
from tracetui.domain.trace import Status, Trace
from tracetui.ingest import foreign_record, record_lines, said
from tracetui.ingest.batch_requests import BatchRequests
from tracetui.ingest.foreign_record import ForeignRecord
from tracetui.ingest.items import Bad, Good, Items, Notes, Options
from tracetui.ingest.json_text import BadRecord
from tracetui.ingest.made_ids import MadeIds
from tracetui.ingest.naming import Naming
from tracetui.ingest.record_lines import Lines
from tracetui.ingest.usage import usage_of

ORIGIN = "openai-batch"


def is_ours(keys: frozenset[str]) -> bool:
    """Whether a record with these keys is a request or an answer of a batch."""
    return "custom_id" in keys and bool(keys & {"body", "response", "error"})


def is_request(keys: frozenset[str]) -> bool:
    """Whether it is a request, which must be read before its answer."""
    return {"custom_id", "body"} <= keys and not keys & {"response", "error"}


def read(lines: Lines, options: Options, notes: Notes) -> Items:
    """Read requests and answers, in whatever file they stand.

    Args:
        lines: Without their ends.
        options: What the user said, and the requests read so far.
        notes: Collects what was read otherwise than it was written.
    """
    batch = Batch(options, notes)
    yield from record_lines.read(lines, notes, batch.record)
    yield from batch.undated()


class Batch:
    """Makes the trace of one answer after the other. One for each input."""

    def __init__(self, options: Options, notes: Notes) -> None:
        self._origin = options.origin or ORIGIN
        self._requests = BatchRequests() if options.batch_requests is None else options.batch_requests
        self._notes = notes
        self._naming = Naming(options)
        self._ids = MadeIds()
        self._first_us: int | None = None
        self._undated: list[tuple[int, Trace]] = []

    def record(self, line: bytes) -> Trace | None:
        """The trace of an answer; None of a request, which is kept, and of an answer without a time, which waits.

        Raises:
            BadRecord: It is neither, or cannot be kept; says why.
        """
        record = foreign_record.parse(line, self._notes)
        keys = frozenset(record.fields)
        custom_id = record.name("custom_id")
        if custom_id is None or not is_ours(keys):
            raise BadRecord("has no custom_id with a body, a response or an error, as the files of a batch have")
        if is_request(keys):
            self._keep(custom_id, record, line)
            return None
        trace = self._answer(custom_id, record, line, self._request(custom_id))
        if trace.executed_at_us < 0:
            self._undated.append((self._notes.line, trace))
            return None
        self._first_us = min(trace.executed_at_us, self._first_us or trace.executed_at_us)
        return trace

    def undated(self) -> Items:
        """The answers without a time, now that all others of the input are read."""
        shared = self._requests
        if self._first_us is not None:
            shared.first_answer_us = min(self._first_us, shared.first_answer_us or self._first_us)
        time_us = self._first_us if self._first_us is not None else shared.first_answer_us
        for line, trace in self._undated:
            self._notes.line = line
            if time_us is None:
                yield Bad(line, "names no time, nor does any answer here; name the batch's output too", trace.raw)
            else:
                self._notes("errors of a batch name no time, and got that of its first answer")
                trace.executed_at_us = time_us
                yield Good(line, trace, len(trace.raw))

    def trace(self, raw: bytes) -> Trace | None:
        """The trace of a raw record as it was kept: an answer, and below it its request where that was known.

        Raises:
            BadRecord: It is none; says why.
        """
        answer, _, request = raw.partition(b"\n")
        record = foreign_record.parse(answer, self._notes)
        custom_id = record.name("custom_id")
        if custom_id is None or not is_ours(frozenset(record.fields)):
            raise BadRecord("is no answer of a batch")
        trace = self._answer(custom_id, record, answer, request or None)
        return None if trace.executed_at_us < 0 else trace

    def _keep(self, custom_id: str, record: ForeignRecord, line: bytes) -> None:
        self._requests.add(custom_id, record.payload("body") or b"", line)
        self._notes("requests of a batch were kept for its answers")

    def _answer(self, custom_id: str, record: ForeignRecord, line: bytes, request_line: bytes | None) -> Trace:
        response = record.inner("response")
        body = response.inner("body")
        request = None if request_line is None else foreign_record.parse(request_line, self._notes)
        asked = ForeignRecord({}, self._notes) if request is None else request.inner("body")
        status_code = response.count("status_code")
        error = body.inner("error") if record.first("error") is None else record.inner("error")
        has_failed = bool(error.fields) or not body.fields or (status_code or 0) >= 400
        executed_at_us = body.time_us("created", "created_at")
        usage = usage_of(body.inner("usage"))
        trace = Trace(
            origin=self._origin,
            record_id=record.name("id") or response.name("request_id") or self._ids.make(line),
            request_id=custom_id,
            executed_at_us=-1 if executed_at_us is None else executed_at_us,
            status=Status.FAILED if has_failed else Status.SUCCESS,
            raw=line,
            model=asked.name("model") or body.name("model") or NO_MODEL,
            base_model=body.name("model"),
            user_id=asked.name("user"),
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_input_tokens=usage.cached_input_tokens,
            reasoning_tokens=usage.reasoning_tokens,
            status_code=status_code,
            finish_reason=None if has_failed else said.finish_reason_of(body.fields),
            output=None if has_failed else said.answered_text(body.fields, self._notes),
            response=_body_of(record),
        )
        if has_failed:
            trace.error, trace.error_type = error.prose("message"), error.name("code", "type")
        if request is not None and request_line is not None:
            trace.raw = line + b"\n" + request_line
            trace.request = request.payload("body")
            trace.input, trace.newest_turn_at = said.asked_text(asked.fields, self._notes)
        self._naming.apply(trace)
        return trace

    def _request(self, custom_id: str) -> bytes | None:
        if self._requests.is_ambiguous(custom_id):
            self._notes("answers whose custom_id several requests have got none; import each batch alone")
        return self._requests.line(custom_id)


def _body_of(record: ForeignRecord) -> bytes | None:
    """The bytes of the response's body, two levels down."""
    response = record.payload("response")
    if response is None or not response.startswith(b"{"):
        return None
    return foreign_record.parse(response, lambda _: None).payload("body")
