"""The fast way and the checked way make the same trace of what both can read."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracetui.ingest import conversion, records
from tracetui.ingest.json_text import BadRecord, JsonText
from tracetui.ingest.plain_traces import plain_trace

from .inputs import a_line

TEXT = st.text(max_size=12) | st.none() | st.integers() | st.just("")
COUNT = st.integers(-1, 10**13 + 1) | st.none() | st.floats(0, 10) | st.booleans() | st.just("3")
QUANTITY = st.floats(-1, 1e13, allow_nan=False) | st.integers(0, 10**12) | st.none() | st.just("1.5")
BEGIN, END = datetime(1960, 1, 1), datetime(2110, 1, 1)  # noqa: DTZ001
MOMENT = st.datetimes(BEGIN, END, timezones=st.just(UTC) | st.none()).map(datetime.isoformat)
TIME = MOMENT | st.floats(0, 2e12) | st.none()
NAMES = (
    "request_id model base_model deployment deployment_version version connection source_type source user session"
    " error error_type finish_reason input output"
)
COUNTS = "status_code input_tokens output_tokens cached_input_tokens reasoning_tokens"
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(NAMES.split(), TEXT),
    **dict.fromkeys(COUNTS.split(), COUNT),
    **dict.fromkeys(("response_time_ms", "ttft_ms", "credits", "cost"), QUANTITY),
    "status": st.sampled_from(["success", "failed", "ok", 500, None]),
    "stream": st.booleans() | st.none() | st.just("true"),
    "reconstructed": st.booleans() | st.none() | st.just("true"),
    "model_type": st.sampled_from([None, "external"]),
    "type": st.just("trace"),
    "request": st.none() | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
}


@settings(deadline=None)
@given(st.fixed_dictionaries({"executed_at": TIME}, optional=FIELDS))
def test_the_fast_way_makes_what_the_checked_way_makes(fields: dict[str, Any]) -> None:
    line = json.dumps(fields).encode()
    parsed = JsonText(lambda _: None).parse(line)
    fast = plain_trace(parsed, line, "o")
    try:
        record = records.read(parsed.fields, records.Reading(lambda _: None, UTC))
        assert isinstance(record, records.TraceRecord)
        checked = conversion.trace_of(record, line, parsed.request, parsed.response, "o", lambda _: None)
    except BadRecord:
        assert fast is None
    else:
        assert fast in (None, checked)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"request": {"a": 1}},
        {"response_time_ms": 1.5},
        {"input": "é" * 20_000},
        {"stream": True, "user": None},
    ],
)
def test_traces_as_the_schema_says_take_the_fast_way(fields: dict[str, Any]) -> None:
    line = a_line(**fields)
    assert plain_trace(JsonText(lambda _: None).parse(line), line, "o") is not None
