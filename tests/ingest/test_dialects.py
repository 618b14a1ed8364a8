"""Dialects are told from what real senders sent, and what supplies a lack is known for each."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tracetui.domain.upkeep import LACKS
from tracetui.ingest import formats
from tracetui.ingest.dialects import OTLP_DIALECTS, advice_on, dialect_of
from tracetui.ingest.remapping import READERS

CAPTURES = Path(__file__).parents[2].parent / "shared" / "data" / "otlp"
needs_captures = pytest.mark.skipif(not CAPTURES.is_dir(), reason=f"there is no {CAPTURES}")


@needs_captures
@pytest.mark.parametrize(
    ("capture", "expected"),
    [
        ("litellm-dev", "LiteLLM (OpenTelemetry)"),
        ("oi-default", "OpenInference"),
        ("otelgenai-nocontent", "OpenTelemetry GenAI 1.37 and later"),
        ("otelgenai-span", "OpenTelemetry GenAI 1.37 and later"),
        ("otelv2-latest", "OpenTelemetry GenAI 1.37 and later"),
        ("otelv2-legacy", "OpenTelemetry GenAI 1.28 to 1.36"),
        ("vercel_ai-json", "Vercel AI SDK"),
    ],
)
def test_what_real_senders_sent_is_recognised(capture: str, expected: str) -> None:
    bodies = [path.read_bytes() for path in sorted((CAPTURES / capture).glob("*-v1-traces.*"))]
    names = Counter(dialect_of("otlp", body).name for body in bodies)
    assert names.most_common(1)[0][0] == expected


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("openinference.span.kind", "OpenInference"),
        ("traceloop.workflow.name", "OpenLLMetry (Traceloop)"),
        ("gen_ai.prompt.0.content", "OpenLLMetry (Traceloop)"),
        ("langfuse.observation.type", "Langfuse SDK"),
        ("mlflow.spanType", "MLflow"),
        ("logfire.msg", "Logfire, Pydantic AI"),
        ("gen_ai.provider.name", "OpenTelemetry GenAI 1.37 and later"),
        ("gen_ai.usage.prompt_tokens", "OpenTelemetry GenAI up to 1.27"),
        ("gen_ai.system", "OpenTelemetry GenAI 1.28 to 1.36"),
        ("something.else", "OpenTelemetry"),
    ],
)
def test_a_dialect_is_told_by_the_words_it_uses(attribute: str, expected: str) -> None:
    span = {"name": "chat", "attributes": [{"key": attribute, "value": {"stringValue": "x"}}]}
    raw = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
    assert dialect_of("otlp", raw).name == expected
    assert dialect_of("team-7", raw).name == expected


@pytest.mark.parametrize(
    ("origin", "raw", "expected"),
    [
        ("jsonl", b"{}", "tracetui's own JSONL"),
        ("csv", b"{}", "CSV"),
        ("litellm", b'{"id": 1, "response_cost": 0.1}', "LiteLLM standard logging payload"),
        ("litellm", b'{"request_id": 1, "spend": 0.1}', "LiteLLM spend logs"),
        ("elsewhere", b'{"executed_at": 1}', "tracetui's own JSONL"),
    ],
)
def test_other_formats_are_dialects_too(origin: str, raw: bytes, expected: str) -> None:
    assert dialect_of(origin, raw).name == expected


def test_every_format_that_is_read_is_recognised() -> None:
    assert all(dialect_of(name, b"{}").name != "not recognised" for name in {*formats.FORMATS, *READERS})


def test_every_dialect_of_spans_says_what_supplies_texts_tokens_user_and_source() -> None:
    for dialect in OTLP_DIALECTS:
        for lack in ("input", "output", "input_tokens", "output_tokens", "user", "source"):
            assert (advice_on(dialect, lack) or "").endswith("."), (dialect.name, lack)


def test_advice_is_only_on_what_traces_can_lack() -> None:
    for name in READERS:
        assert set(dialect_of(name, b"{}").advice) <= set(LACKS)


def test_own_jsonl_names_the_field() -> None:
    assert advice_on(dialect_of("jsonl", b"{}"), "user") == "Write the field user; docs/jsonl.md."
