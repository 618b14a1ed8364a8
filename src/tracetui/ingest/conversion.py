"""Checked records to the domain's own: traces and the catalogue."""

from tracetui.domain.catalogue import (
    NO_MODEL,
    Connection,
    CreditEntry,
    Deployment,
    FineTuningJob,
    Model,
    ReplicaChange,
)
from tracetui.domain.ports import Record
from tracetui.domain.trace import Trace
from tracetui.ingest import values
from tracetui.ingest.json_text import BadRecord
from tracetui.ingest.records import (
    AnyRecord,
    ConnectionRecord,
    CreditsRecord,
    DeploymentRecord,
    FineTuningRecord,
    ModelRecord,
    ReplicasRecord,
    TraceRecord,
)
from tracetui.ingest.values import Note


def trace_of(
    record: TraceRecord, raw: bytes, request: bytes | None, response: bytes | None, origin: str, note: Note
) -> Trace:
    """A trace; its ids are empty where the record has none, its model is `NO_MODEL`.

    Args:
        record: The checked fields.
        raw: The record as it came.
        request: The complete request payload.
        response: The complete response payload.
        origin: Where it is from.
        note: Told what was read otherwise than it was written.

    Raises:
        BadRecord: Its status says neither success nor failed.
    """
    error, error_type = _error_of(record.error, note)
    try:
        status = values.status(record.status, error is not None, record.status_code, note)
    except values.BadValue as bad:
        raise BadRecord(f"status {bad}") from None
    request_id = record.request_id or ""
    return Trace(
        origin=origin,
        record_id=request_id,
        request_id=request_id,
        executed_at_us=record.executed_at,
        status=status,
        raw=raw,
        model=record.model or NO_MODEL,
        model_type=record.model_type,
        base_model=record.base_model,
        deployment=record.deployment,
        version=record.deployment_version,
        connection=record.connection,
        source_type=record.source_type,
        source=record.source,
        user_id=record.user,
        session=record.session,
        response_time_us=record.response_time_ms,
        ttft_us=record.ttft_ms,
        input_tokens=record.input_tokens,
        output_tokens=record.output_tokens,
        cached_input_tokens=record.cached_input_tokens,
        reasoning_tokens=record.reasoning_tokens,
        credits_micro=record.credits,
        cost_nano_usd=record.cost,
        status_code=record.status_code,
        error_type=record.error_type or error_type,
        error=error,
        finish_reason=record.finish_reason,
        is_streamed=record.stream,
        input=record.input,
        output=record.output,
        request=request,
        response=response,
        is_reconstructed=bool(record.reconstructed),
    )


def catalogue_of(record: AnyRecord) -> Record:
    """A model, or what belongs to one.

    Raises:
        BadRecord: A span of time ends before it begins.
    """
    match record:
        case ModelRecord():
            return Model(record.model, record.model_type, record.base_model, record.added_at)
        case DeploymentRecord():
            _check_span("undeployed_at", record.deployed_at, record.undeployed_at)
            return Deployment(
                model=record.model,
                model_type=record.model_type,
                name=record.deployment,
                version=record.deployment_version,
                deployed_at_us=record.deployed_at,
                undeployed_at_us=record.undeployed_at,
                hardware=record.hardware,
                max_replicas=record.max_replicas,
            )
        case ConnectionRecord():
            return Connection(record.model, record.connection, record.added_at, bool(record.is_default))
        case ReplicasRecord():
            return ReplicaChange(
                model=record.model,
                model_type=record.model_type,
                deployment=record.deployment,
                version=record.deployment_version,
                at_us=record.at,
                replicas=record.replicas,
                hardware=record.hardware,
            )
        case CreditsRecord():
            _check_span("end", record.start, record.end)
            return CreditEntry(
                kind=record.kind,
                start_us=record.start,
                end_us=record.end,
                credits_micro=record.credits,
                model=record.model,
                model_type=record.model_type,
                deployment=record.deployment,
                version=record.deployment_version,
                entry_id=record.id,
            )
        case FineTuningRecord():
            _check_span("completed_at", record.started_at, record.completed_at)
            return FineTuningJob(
                job_id=record.job,
                model=record.model,
                base_model=record.base_model,
                started_at_us=record.started_at,
                completed_at_us=record.completed_at,
                status=record.status,
            )
        case TraceRecord():
            raise TypeError("a trace is no part of the catalogue")


def _check_span(end_field: str, start_us: int | None, end_us: int | None) -> None:
    if start_us is not None and end_us is not None and end_us < start_us:
        raise BadRecord(f"{end_field} is before the time it began")


def _error_of(value: object, note: Note) -> tuple[str | None, str | None]:
    """The text of an error and its type: an object's `message` and `type`, which is how APIs answer."""
    if isinstance(value, dict) and isinstance(value.get("message"), str):
        kind = value.get("type") or value.get("code")
        return values.prose(value["message"], note), values.name(kind, note) if isinstance(kind, str) else None
    text = values.prose(value, note)
    return text or None, None
