"""What clients really sent: calls, failures, tokens, models and latencies are those known of each capture."""

import gzip
import json
import math
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.inputs import SHARED, needs_shared_data
from tracetui.domain.parts import Span, TracePart
from tracetui.domain.ports import Record
from tracetui.domain.trace import Trace
from tracetui.ingest.items import Options
from tracetui.ingest.otlp import decode
from tracetui.ingest.otlp.recognise import kind_of

OTLP = SHARED / "otlp"
CLIENTS = sorted(path.name for path in OTLP.iterdir() if path.is_dir()) if OTLP.is_dir() else ["none"]

pytestmark = needs_shared_data


def bodies_of(client: str) -> list[Path]:
    return sorted(OTLP.joinpath(client).glob("*-v1-*"))


@cache
def records_of(client: str) -> tuple[Record, ...]:
    records: list[Record] = []
    for path in bodies_of(client):
        body = path.read_bytes()
        body = gzip.decompress(body) if path.suffix == ".gz" else body
        kind = kind_of(body)
        assert kind is not None, path
        held = decode(body, signal=kind.signal, encoding=kind.encoding, options=Options())
        assert held.rejected == []
        records += held.records
    return tuple(records)


@cache
def traces_of(client: str) -> tuple[Trace, ...]:
    return tuple(record for record in records_of(client) if isinstance(record, Trace))


@cache
def expected() -> dict[str, Any]:
    known: dict[str, Any] = json.loads(SHARED.joinpath("EXPECTED.json").read_bytes())
    return known


def expected_of(client: str) -> dict[str, Any]:
    known: dict[str, Any] = expected()[f"otlp/{client}"]
    return known


@pytest.mark.parametrize("client", CLIENTS)
def test_calls_failures_and_models_are_those_known(client: str) -> None:
    found, known = traces_of(client), expected_of(client)
    assert len(found) == known["model_calls"]
    assert sum(trace.status for trace in found) == known["model_calls_error"]
    assert Counter(trace.model for trace in found) == known["model_calls_per_model"]


@pytest.mark.parametrize("client", CLIENTS)
def test_tokens_are_those_known_and_unknown_ones_are_unknown(client: str) -> None:
    found, known = traces_of(client), expected_of(client)
    without = [trace for trace in found if trace.input_tokens is None and trace.output_tokens is None]
    assert sum(trace.input_tokens or 0 for trace in found) == known["input_tokens_sum"]
    assert sum(trace.output_tokens or 0 for trace in found) == known["output_tokens_sum"]
    assert len(without) == known["model_calls_without_tokens"]


@pytest.mark.parametrize("client", CLIENTS)
def test_latencies_are_those_known_to_the_microsecond(client: str) -> None:
    times = sorted(trace.response_time_us or 0 for trace in traces_of(client))
    known = expected_of(client)["model_call_ms"]
    assert len(times) == known["n"]
    assert times[0] == pytest.approx(known["min"] * 1000, abs=0.6)
    assert times[-1] == pytest.approx(known["max"] * 1000, abs=0.6)
    for percent in (50, 90, 99):
        rank = math.ceil(percent / 100 * len(times))
        assert times[rank - 1] == pytest.approx(known[f"p{percent}_nearest_rank"] * 1000, abs=0.6)


@pytest.mark.parametrize("client", CLIENTS)
def test_every_span_is_kept_and_none_twice(client: str) -> None:
    around = [record for record in records_of(client) if isinstance(record, Span) and record.record_id is None]
    assert len(around) + len(traces_of(client)) == expected_of(client)["distinct_span_ids"]
    assert len({trace.record_id for trace in traces_of(client)}) == len(traces_of(client))


@pytest.mark.parametrize("client", CLIENTS)
def test_payloads_are_json_and_raw_records_give_the_same_trace_again(client: str) -> None:
    for trace in traces_of(client):
        for payload in (trace.request, trace.response):
            json.loads(payload or b"{}")
        kind = kind_of(trace.raw)
        assert kind is not None
        again = decode(trace.raw, signal="traces", encoding=kind.encoding, options=Options())
        assert again.records[0] == trace


@pytest.mark.parametrize(
    "client", ["oi-default", "otelgenai-span", "otelv2-latest", "vercel_ai-json", "litellm-dev"]
)
def test_successful_calls_have_their_texts(client: str) -> None:
    for trace in traces_of(client):
        if not trace.status and not trace.model.startswith("text-embedding"):
            assert trace.output is not None, trace.record_id
            assert trace.input or b'"parts":[]' in (trace.request or b""), trace.record_id


def test_where_nothing_was_captured_no_text_is_made_up() -> None:
    found = traces_of("otelgenai-nocontent")
    assert {(trace.input, trace.output, trace.request, trace.response) for trace in found} == {(None,) * 4}


def test_messages_in_log_records_are_those_of_the_calls() -> None:
    parts = [record for record in records_of("otelv2-legacy") if isinstance(record, TracePart)]
    calls = {trace.record_id for trace in traces_of("otelv2-legacy")}
    assert {part.record_id for part in parts} <= calls
    # One answer was empty, which this client writes as one that was not captured.
    assert len(parts) == expected_of("otelv2-legacy")["log_records"] - 1


@pytest.mark.parametrize("client", ["oi-default", "otelgenai-span", "otelv2-latest"])
@pytest.mark.parametrize("text", ["concurrent #3", "simulate:429", "[@click=app.quit]"])
def test_texts_stand_where_they_are_known_to_be(client: str, text: str) -> None:
    found = [trace for trace in traces_of(client) if text in (trace.input or "") + (trace.output or "")]
    assert len(found) == expected_of(client)["spans_containing"][text]
