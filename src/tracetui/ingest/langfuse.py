"""Observations that Langfuse exported, to traces: JSON lines, JSON or CSV, of the blob storage export or its API.

Generations and embeddings are calls of a model; other observations (spans, tools, events) surround them and are
left out, which is noted. The API writes the fields in camelCase, the export with underscores: both are read.

Source: langfuse.com/docs/api-and-data-platform/features/blob-storage-export-fields.
"""

from typing import Any

from tracetui.domain.catalogue import NO_MODEL
from tracetui.domain.trace import Status, Trace
from tracetui.ingest import foreign_record, said
from tracetui.ingest.foreign_record import ForeignRecord
from tracetui.ingest.items import Notes, Options
from tracetui.ingest.json_text import BadRecord
from tracetui.ingest.naming import Naming
from tracetui.ingest.usage import Usage

ORIGIN = "langfuse"

_NANO = 1_000_000_000
_MICRO = 1_000_000
_CALLS = frozenset({"GENERATION", "EMBEDDING"})
_SIGNS = frozenset(
    {
        *("parent_observation_id", "provided_model_name", "usage_details", "completion_start_time", "level"),
        *("parentObservationId", "providedModelName", "usageDetails", "completionStartTime", "statusMessage"),
    }
)
_MODEL = ("provided_model_name", "providedModelName", "model")
_PARAMETERS = ("model_parameters", "modelParameters")
_PROVIDERS = ("ls_provider", "gen_ai.provider.name", "gen_ai.system", "llm.provider")


def is_ours(keys: frozenset[str]) -> bool:
    """Whether a record with these keys is one of Langfuse's observations."""
    has_trace = "trace_id" in keys or "traceId" in keys
    has_time = "start_time" in keys or "startTime" in keys
    return {"id", "type"} <= keys and has_trace and has_time and bool(keys & _SIGNS)


class Langfuse:
    """Makes the trace of one observation after the other. One for each input."""

    def __init__(self, options: Options, notes: Notes) -> None:
        self._origin = options.origin or ORIGIN
        self._notes = notes
        self._naming = Naming(options)

    def trace(self, line: bytes) -> Trace | None:
        """The trace of one observation; None where it is no call of a model.

        Raises:
            BadRecord: It is no observation, or one that cannot be kept; says why.
        """
        record = foreign_record.parse(line, self._notes)
        kind = record.name("type")
        if kind is None:
            raise BadRecord("type is missing, which every observation of Langfuse has")
        if kind.upper() not in _CALLS:
            self._notes("observations that are no calls of a model were left out")
            return None
        trace = _trace_of(record, line, self._origin)
        self._naming.apply(trace)
        return trace


def _trace_of(record: ForeignRecord, raw: bytes, origin: str) -> Trace:
    id = record.name("id")
    if id is None:
        raise BadRecord("id is missing")
    executed_at_us = record.required_time_us("start_time", "startTime")
    has_failed = (record.name("level") or "").upper() == "ERROR"
    usage = usage_of(record.inner("usage_details", "usageDetails", "usage"))
    trace = Trace(
        origin=origin,
        record_id=id,
        request_id=id,
        executed_at_us=executed_at_us,
        status=Status.FAILED if has_failed else Status.SUCCESS,
        raw=raw,
        model=record.name(*_MODEL) or NO_MODEL,
        version=record.name("version", "prompt_version", "promptVersion"),
        connection=_connection(record),
        user_id=record.name("user_id", "userId"),
        session=record.name("session_id", "sessionId"),
        response_time_us=_response_time_us(record, executed_at_us),
        ttft_us=_ttft_us(record, executed_at_us),
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cached_input_tokens=usage.cached_input_tokens,
        reasoning_tokens=usage.reasoning_tokens,
        cost_nano_usd=_cost_nano_usd(record),
        error=record.prose("status_message", "statusMessage") if has_failed else None,
    )
    _add_source(trace, record)
    _add_payloads(trace, record)
    return trace


def usage_of(details: ForeignRecord) -> Usage:
    """Tokens by kind, as Langfuse's own screens add them up: all kinds with "input" in their name, and "output".

    Kinds do not overlap, unless input and output alone make the total: then the others are parts of them.
    """
    counts = {name: details.count(name) or 0 for name in details.fields if _is_kind(name)}
    asked = {name: count for name, count in counts.items() if "input" in name.lower()}
    answered = {name: count for name, count in counts.items() if "output" in name.lower()}
    cached = [count for name, count in asked.items() if _is_cached(name.lower())]
    reasoning = [count for name, count in counts.items() if "reasoning" in name.lower()]
    if "total" in counts and counts.get("input", 0) + counts.get("output", 0) == counts["total"]:
        asked = {name: count for name, count in asked.items() if name == "input"}
        answered = {name: count for name, count in answered.items() if name == "output"}
    return Usage(
        sum(asked.values()) if asked else details.count("promptTokens"),
        sum(answered.values()) if answered else details.count("completionTokens"),
        sum(cached) if cached else None,
        sum(reasoning) if reasoning else None,
    )


def _is_kind(name: str) -> bool:
    """Whether it is a kind of token; older versions put the unit and the costs beside them."""
    return name != "unit" and "cost" not in name.lower()


def _is_cached(name: str) -> bool:
    return "cache" in name and not any(word in name for word in ("creation", "write"))


def _response_time_us(record: ForeignRecord, executed_at_us: int) -> int | None:
    ended_us = record.time_us("end_time", "endTime")
    if ended_us is not None and ended_us >= executed_at_us:
        return ended_us - executed_at_us
    return record.scaled(_MICRO, "latency")


def _ttft_us(record: ForeignRecord, executed_at_us: int) -> int | None:
    first_us = record.time_us("completion_start_time", "completionStartTime")
    if first_us is not None and first_us >= executed_at_us:
        return first_us - executed_at_us
    return record.scaled(_MICRO, "time_to_first_token", "timeToFirstToken")


def _cost_nano_usd(record: ForeignRecord) -> int | None:
    cost = record.scaled(_NANO, "total_cost", "totalCost", "calculatedTotalCost")
    if cost is None:
        return record.inner("cost_details", "costDetails").scaled(_NANO, "total")
    return cost


def _connection(record: ForeignRecord) -> str | None:
    """The provider where an integration wrote it into the metadata, else the environment that was named."""
    metadata = record.inner("metadata")
    for place in (metadata, metadata.inner("attributes")):
        for name in _PROVIDERS:
            if isinstance(place.fields.get(name), str) and place.fields[name]:
                return place.name(name)
    environment = record.name("environment")
    return None if environment == "default" else environment


def _add_source(trace: Trace, record: ForeignRecord) -> None:
    """A prompt that Langfuse manages, else the trace around the call, else the call's own name."""
    prompt = record.name("prompt_name", "promptName")
    around = record.name("trace_name", "traceName")
    if prompt is not None:
        trace.source_type, trace.source = "Prompts", prompt
    elif around is not None:
        trace.source_type, trace.source = "Workflow", around
    else:
        trace.source = record.name("name")


def _add_payloads(trace: Trace, record: ForeignRecord) -> None:
    asked = record.structure("input")
    answered = record.structure("output")
    if isinstance(asked, dict):
        trace.request = record.payload("input")
        trace.input, trace.newest_turn_at = said.asked_text(asked, record.note)
    elif asked is not None:
        name = "messages" if isinstance(asked, list) else "prompt"
        trace.request = said.put_together(record, name, "input", _MODEL, _PARAMETERS)
        trace.is_reconstructed = True
        trace.input, trace.newest_turn_at = said.asked_text({name: asked}, record.note)
    if trace.input is None:
        trace.input = record.prose("input")
    if isinstance(answered, dict | list):
        trace.response = record.payload("output")
    trace.output = _answered_text(answered, record)
    trace.finish_reason = said.finish_reason_of(answered)


def _answered_text(answered: Any, record: ForeignRecord) -> str | None:
    """A response of a provider, one message, or several, or a text."""
    if isinstance(answered, dict) and "role" in answered:
        text = said.answered_text({"message": answered}, record.note)
    else:
        text = said.answered_text({"output": answered} if isinstance(answered, list) else answered, record.note)
    return record.prose("output") if text is None else text
