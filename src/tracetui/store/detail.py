"""One trace whole: its row, its names, and its payload unpacked."""

import sqlite3

from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.queries import TraceQuery
from tracetui.domain.trace import Status, TraceDetail
from tracetui.store.payloads import Unpacker

_TRACE = """
SELECT t.request_id, o.name, m.type, m.name, coalesce(t.base_model, m.base_model),
       nullif(r.deployment, ''), nullif(r.version, ''), nullif(r.connection, ''),
       t.status, t.status_code, t.error_type, t.executed_at, t.response_time_us, t.ttft_us,
       t.input_tokens, t.output_tokens, t.cached_input_tokens, t.reasoning_tokens,
       t.credits_micro, t.cost_nano_usd, st.name, s.name, t.user_id, t.session, t.finish_reason, t.is_streamed,
       x.payload
FROM traces AS t
JOIN origins AS o ON o.id = t.origin_id
JOIN models AS m ON m.id = t.model_id
JOIN routes AS r ON r.id = t.route_id
JOIN trace_texts AS x ON x.id = t.id
LEFT JOIN source_types AS st ON st.id = t.source_type_id
LEFT JOIN sources AS s ON s.id = t.source_id
WHERE t.id = ?
"""


def trace(db: sqlite3.Connection, query: TraceQuery, unpacker: Unpacker) -> TraceDetail | None:
    """Answer a `TraceQuery`: None where there is no such trace (any more)."""
    row = db.execute(_TRACE, (query.id,)).fetchone()
    if row is None:
        return None
    (
        request_id, origin, model_type, model, base_model,
        deployment, version, connection,
        status, status_code, error_type, executed_at_us, response_time_us, ttft_us,
        input_tokens, output_tokens, cached_input_tokens, reasoning_tokens,
        credits_micro, cost_nano_usd, source_type, source, user_id, session, finish_reason, is_streamed,
        frame,
    ) = row  # fmt: skip
    payload = unpacker.unpack(frame)
    return TraceDetail(
        id=query.id,
        request_id=request_id,
        origin=origin,
        model=ModelRef(ModelType(model_type), model),
        base_model=base_model,
        deployment=deployment,
        version=version,
        connection=connection,
        status=Status(status),
        status_code=status_code,
        error_type=error_type,
        error=payload.error,
        executed_at_us=executed_at_us,
        response_time_us=response_time_us,
        ttft_us=ttft_us,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cached_input_tokens=cached_input_tokens,
        reasoning_tokens=reasoning_tokens,
        credits_micro=credits_micro,
        cost_nano_usd=cost_nano_usd,
        source_type=source_type,
        source=source,
        user_id=user_id,
        session=session,
        finish_reason=finish_reason,
        is_streamed=None if is_streamed is None else bool(is_streamed),
        input=payload.input,
        output=payload.output,
        request=payload.request,
        response=payload.response,
        is_reconstructed=payload.is_reconstructed,
        raw=payload.raws,
    )
