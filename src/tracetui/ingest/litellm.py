"""LiteLLM's logs to traces: its standard logging payload, and rows of its table LiteLLM_SpendLogs.

Decided here: which calls are the same. LiteLLM gives a call the id that the provider answered with, else its own
call id. Some servers answer with ids of three digits, and all attempts of a call that is tried again carry one
call id, so by the id alone calls would be lost. The same call logged twice, by two callbacks, has the same id and
begins in the same millisecond (the database keeps no finer time): that is its identity.

Source: BerriAI/litellm, docs/my-website/docs/proxy/logging_spec.md, and schema.prisma (LiteLLM_SpendLogs).
"""

from tracetui.domain.catalogue import NO_MODEL
from tracetui.domain.trace import Status, Trace
from tracetui.ingest import foreign_record, said
from tracetui.ingest.foreign_record import ForeignRecord
from tracetui.ingest.items import Notes, Options
from tracetui.ingest.json_text import BadRecord
from tracetui.ingest.naming import Naming
from tracetui.ingest.usage import Usage, usage_of

ORIGIN = "litellm"

_NANO = 1_000_000_000
_FAILED = frozenset({"failure", "failed", "error"})


def is_ours(keys: frozenset[str]) -> bool:
    """Whether a record with these keys is one of LiteLLM's."""
    return "call_type" in keys and bool(keys & {"startTime", "endTime", "completionStartTime"})


class LiteLlm:
    """Makes the trace of one record after the other. One for each input."""

    def __init__(self, options: Options, notes: Notes) -> None:
        self._origin = options.origin or ORIGIN
        self._notes = notes
        self._naming = Naming(options)

    def trace(self, line: bytes) -> Trace:
        """The trace of one record.

        Raises:
            BadRecord: It holds none, or one that cannot be kept; says why.
        """
        record = foreign_record.parse(line, self._notes)
        if not is_ours(frozenset(record.fields)):
            raise BadRecord("has no call_type with a startTime, as all logs of LiteLLM have")
        trace = _trace_of(record, line, self._origin)
        self._naming.apply(trace)
        return trace


def _trace_of(record: ForeignRecord, raw: bytes, origin: str) -> Trace:
    request_id = record.name("id", "request_id", "litellm_call_id")
    if request_id is None:
        raise BadRecord("id is missing")
    executed_at_us = record.required_time_us("startTime")
    metadata = record.inner("metadata")
    trace = Trace(
        origin=origin,
        record_id=f"{request_id}@{executed_at_us // 1_000}",
        request_id=request_id,
        executed_at_us=executed_at_us,
        status=_status(record, metadata),
        raw=raw,
        model=record.name("model", "model_group") or NO_MODEL,
        session=record.name("session_id", "trace_id"),
        user_id=_user(record, metadata),
        response_time_us=_response_time_us(record, executed_at_us),
        is_streamed=_is_streamed(record),
    )
    _add_source(trace, record, metadata)
    _add_error(trace, record, metadata)
    _add_payloads(trace, record)
    _add_counts(trace, record, metadata)
    if trace.is_streamed:
        trace.ttft_us = _ttft_us(record, executed_at_us)
    if record.flag("cache_hit"):
        record.note("answers from LiteLLM's own cache are requests like others")
    return trace


def _status(record: ForeignRecord, metadata: ForeignRecord) -> Status:
    word = record.name("status") or metadata.name("status")
    if word is None:
        return Status.FAILED if metadata.inner("error_information").fields else Status.SUCCESS
    return Status.FAILED if word.lower() in _FAILED else Status.SUCCESS


def _response_time_us(record: ForeignRecord, executed_at_us: int) -> int | None:
    """From the first byte sent to the last one received.

    Never `response_time`, which of a streamed answer is the time to its first token.
    """
    ended_us = record.time_us("endTime")
    if ended_us is not None and ended_us >= executed_at_us:
        return ended_us - executed_at_us
    return record.scaled(1_000, "request_duration_ms")


def _ttft_us(record: ForeignRecord, executed_at_us: int) -> int | None:
    """Of an answer without a first token LiteLLM writes the time of its end."""
    first_us, ended_us = record.time_us("completionStartTime"), record.time_us("endTime")
    if first_us is None or first_us < executed_at_us or first_us == ended_us:
        return None
    return first_us - executed_at_us


def _is_streamed(record: ForeignRecord) -> bool | None:
    said_so = record.flag("stream")
    return said_so if said_so is not None else record.inner("model_parameters").flag("stream")


def _user(record: ForeignRecord, metadata: ForeignRecord) -> str | None:
    """Who it was for, else who sent it: the end user, else the owner of the key."""
    return (
        record.name("end_user")
        or metadata.name("user_api_key_end_user_id")
        or record.inner("model_parameters").name("user")
        or metadata.name("user_api_key_user_id")
        or record.name("user")
    )


def _add_source(trace: Trace, record: ForeignRecord, metadata: ForeignRecord) -> None:
    key = metadata.name("user_api_key_alias", "user_api_key_hash") or record.name("api_key")
    if key is not None:
        trace.source_type, trace.source = "API Key", key
        return
    tags = [tag for tag in record.elements("request_tags") if isinstance(tag, str) and tag]
    trace.source = metadata.name("user_api_key_team_alias", "team_alias") or (tags[0] if tags else None)


def _add_error(trace: Trace, record: ForeignRecord, metadata: ForeignRecord) -> None:
    error = record.inner("error_information")
    if not error.fields:
        error = metadata.inner("error_information")
    trace.connection = record.name("custom_llm_provider") or error.name("llm_provider")
    if trace.status is Status.SUCCESS:
        return
    trace.error = record.prose("error_str") or error.prose("error_message")
    trace.error_type = error.name("error_class")
    code = error.name("error_code")
    if code is not None and len(code) == 3 and code.isascii() and code.isdigit():
        trace.status_code = int(code)


def _add_payloads(trace: Trace, record: ForeignRecord) -> None:
    sent = record.inner("proxy_server_request")
    if sent.fields:
        trace.request = record.payload("proxy_server_request")
        asked = sent.fields
    else:
        messages = record.structure("messages")
        name = "prompt" if isinstance(messages, str) else "messages"
        asked = {} if messages is None else {name: messages}
        trace.request = said.put_together(record, name, "messages", ["model"], ["model_parameters"])
        trace.is_reconstructed = trace.request is not None
    trace.input, trace.newest_turn_at = said.asked_text(asked, record.note)
    response = record.structure("response")
    trace.response = record.payload("response")
    trace.output = said.answered_text(response, record.note)
    trace.finish_reason = said.finish_reason_of(response)
    trace.base_model = said.model_of(response)


def _add_counts(trace: Trace, record: ForeignRecord, metadata: ForeignRecord) -> None:
    """Tokens and cost. LiteLLM writes 0 for what it does not know: no call is of no token at all."""
    asked, answered = record.count("prompt_tokens"), record.count("completion_tokens")
    cost_nano_usd = record.scaled(_NANO, "response_cost", "spend")
    if asked or answered:
        trace.input_tokens, trace.output_tokens = asked, answered
        more = _usage(record, metadata)
        trace.cached_input_tokens, trace.reasoning_tokens = more.cached_input_tokens, more.reasoning_tokens
    has_price = not record.inner("response_cost_failure_debug_info").fields
    if cost_nano_usd or ((asked or answered) and has_price):
        trace.cost_nano_usd = cost_nano_usd


def _usage(record: ForeignRecord, metadata: ForeignRecord) -> Usage:
    for usage in (
        metadata.inner("usage_object"),
        record.inner("response").inner("usage"),
        metadata.inner("additional_usage_values"),
    ):
        if usage.fields:
            return usage_of(usage)
    return Usage()
