"""Calls that the `llm` tool logged, as traces: what all generations of its logs.db have in common.

All of them succeeded: llm does not log failures.

Source: simonw/llm, docs/logging.md and llm/logs.py of 0.36, llm/models.py of 0.27.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tracetui.domain.catalogue import NO_MODEL
from tracetui.domain.trace import Status, Trace
from tracetui.ingest import said
from tracetui.ingest.condensed import Unresolved, expanded, references
from tracetui.ingest.foreign_record import ForeignRecord, structure_of
from tracetui.ingest.items import Notes, Options
from tracetui.ingest.json_text import BadRecord
from tracetui.ingest.naming import Naming
from tracetui.ingest.usage import usage_of
from tracetui.ingest.values import Note, well_formed

ORIGIN = "llm"
SOURCE = "llm"
"""What sent the requests: the tool itself."""

CALL_COLUMNS = (
    "id", "model", "resolved_model", "options_json", "duration_ms", "datetime_utc", "input_tokens",
    "output_tokens", "token_details", "response_json", "schema_id",
)  # fmt: skip
"""The columns that a call has in both generations."""


class Payload(NamedTuple):
    """A request or a response."""

    value: Any
    """As read; None where there is none."""
    content: bytes | None
    is_put_together: bool
    """Whether it is from parts, or had references in it that were replaced."""


NO_PAYLOAD = Payload(None, None, False)


@dataclass(slots=True)
class Call:
    """One call as its generation tells it."""

    session: str | None
    request: Payload
    response: Payload
    output: str | None


class Calls:
    """Makes traces of calls. One for each input."""

    def __init__(self, options: Options, notes: Notes) -> None:
        self._origin = options.origin or ORIGIN
        self._notes = notes
        self._naming = Naming(options)

    def trace(self, row: Mapping[str, Any], call: Call, raw: bytes) -> Trace:
        """The trace of a call.

        Raises:
            BadRecord: It cannot be kept; says why.
        """
        record = ForeignRecord(row, self._notes)
        id = record.name("id")
        if id is None:
            raise BadRecord("id is missing")
        response = call.response.value
        text, newest_turn_at = said.asked_text(call.request.value, self._notes)
        trace = Trace(
            origin=self._origin,
            record_id=id,
            request_id=id,
            executed_at_us=record.required_time_us("datetime_utc"),
            status=Status.SUCCESS,
            raw=raw,
            model=record.name("model") or NO_MODEL,
            base_model=record.name("resolved_model") or said.model_of(response),
            source=SOURCE,
            session=call.session,
            response_time_us=record.scaled(1_000, "duration_ms"),
            finish_reason=said.finish_reason_of(response),
            is_streamed=_is_streamed(response),
            input=text,
            newest_turn_at=newest_turn_at,
            output=None if call.output is None else well_formed(call.output, self._notes),
            request=call.request.content,
            response=call.response.content,
            is_reconstructed=call.request.is_put_together or call.response.is_put_together,
        )
        _add_tokens(trace, record, response)
        self._naming.apply(trace)
        return trace


def as_payload(value: Any, *, is_put_together: bool) -> Payload:
    """A payload from its parts; nothing where there are none."""
    if not value:
        return NO_PAYLOAD
    return Payload(value, as_json(value), is_put_together)


def uncondensed(stored: Any, known: Mapping[str, Any], note: Note) -> Payload:
    """A payload with what its references stand for; as it is stored where one of them is not known.

    Args:
        stored: A cell of JSON.
        known: What the ids stand for.
        note: Told where it stays condensed.
    """
    value = json_in(stored)
    if not isinstance(stored, str) or not value:
        return NO_PAYLOAD
    if not isinstance(value, dict | list):
        return Payload(value, as_json(value), is_put_together=False)
    if '"$' in stored and any(references(value)):
        try:
            return as_payload(expanded(value, known.__getitem__), is_put_together=True)
        except (Unresolved, RecursionError):
            note("payloads are shown as llm stores them, condensed: what they refer to is not in the file")
    return Payload(value, stored.encode("utf-8", "replace"), is_put_together=False)


def json_in(cell: Any) -> Any:
    """What a cell of JSON holds; None where it is empty, and its text where it is no JSON."""
    return structure_of(cell) if cell not in (None, "") else None


def _add_tokens(trace: Trace, record: ForeignRecord, response: Any) -> None:
    """The columns say it; rows from before there were any have only what the response says."""
    usage = usage_of(ForeignRecord(response if isinstance(response, dict) else {}, record.note).inner("usage"))
    details = usage_of(record.inner("token_details"))
    asked, answered = record.count("input_tokens"), record.count("output_tokens")
    trace.input_tokens = usage.input_tokens if asked is None else asked
    trace.output_tokens = usage.output_tokens if answered is None else answered
    cached, reasoning = details.cached_input_tokens, details.reasoning_tokens
    trace.cached_input_tokens = usage.cached_input_tokens if cached is None else cached
    trace.reasoning_tokens = usage.reasoning_tokens if reasoning is None else reasoning


def _is_streamed(response: Any) -> bool | None:
    """OpenAI's answers say which they are; llm puts the pieces of a stream together under the name of a piece."""
    kind = response.get("object") if isinstance(response, dict) else None
    return {"chat.completion.chunk": True, "chat.completion": False}.get(kind) if isinstance(kind, str) else None


def as_json(value: Any) -> bytes:
    """A value as JSON; halves of surrogate pairs become U+FFFD, bytes are told by their number."""
    text = json.dumps(value, ensure_ascii=False, default=_stand_in)
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode()


def _stand_in(value: object) -> str:
    return f"[{len(value):,} bytes]" if isinstance(value, bytes) else str(value)
