"""Observations that Langfuse exported, as traces."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tracetui.domain.trace import Status, Trace
from tracetui.ingest.foreign_record import ForeignRecord
from tracetui.ingest.items import Options
from tracetui.ingest.job import ImportResult
from tracetui.ingest.langfuse import Langfuse, usage_of
from tracetui.ingest.usage import Usage

from ..fakes import NOON_US
from .inputs import import_files

MESSAGES = [{"role": "user", "content": "Where is it?"}]


def an_observation(**fields: Any) -> dict[str, Any]:
    """A generation as the blob storage export writes it; `...` leaves a field out."""
    known: dict[str, Any] = {
        "id": "obs-1",
        "trace_id": "trace-1",
        "project_id": "p-1",
        "environment": "default",
        "type": "GENERATION",
        "parent_observation_id": "obs-0",
        "start_time": "2026-10-01 12:00:00.250000",
        "end_time": "2026-10-01 12:00:01.750000",
        "name": "answer",
        "level": "DEFAULT",
        "status_message": "",
        "version": "",
        "input": json.dumps(MESSAGES),
        "output": json.dumps({"role": "assistant", "content": "Here."}),
        "provided_model_name": "gpt-4o",
        "model_parameters": '{"temperature": 0.5}',
        "usage_details": {"input": 10, "output": 5, "total": 15},
        "total_cost": 0.0001,
        "latency": 1.5,
        "user_id": "u-1",
        "session_id": "s-1",
    }
    return {key: value for key, value in (known | fields).items() if value is not ...}


def imported(folder: Path, *observations: dict[str, Any], options: Options | None = None) -> list[Trace]:
    path = folder / "observations.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in observations))
    return import_files(folder, path, options=options)[1]


def trace_from(folder: Path, **fields: Any) -> Trace:
    (trace,) = imported(folder, an_observation(**fields))
    return trace


def notes(result: ImportResult) -> list[str]:
    return [note for one in result.inputs for note in one.notes.counts]


def test_a_generation_is_a_trace(tmp_path: Path) -> None:
    trace = trace_from(tmp_path)

    assert (trace.origin, trace.request_id, trace.model) == ("langfuse", "obs-1", "gpt-4o")
    assert (trace.status, trace.response_time_us) == (Status.SUCCESS, 1_500_000)
    assert (trace.input_tokens, trace.output_tokens, trace.cost_nano_usd) == (10, 5, 100_000)
    assert (trace.user_id, trace.session) == ("u-1", "s-1")
    assert (trace.input, trace.output) == ("Where is it?", "Here.")


def test_times_without_a_zone_are_utc_whatever_the_user_says_of_others(tmp_path: Path) -> None:
    from zoneinfo import ZoneInfo

    (trace,) = imported(tmp_path, an_observation(), options=Options(zone=ZoneInfo("Asia/Tokyo")))

    assert trace.executed_at_us == NOON_US + 250_000


def test_latency_in_seconds_stands_for_a_time_of_its_end(tmp_path: Path) -> None:
    assert trace_from(tmp_path, end_time=None, latency=2.125).response_time_us == 2_125_000


def test_without_an_end_and_a_latency_the_response_time_is_unknown(tmp_path: Path) -> None:
    assert trace_from(tmp_path, end_time=..., latency=...).response_time_us is None


@pytest.mark.parametrize(
    "fields", [{"completion_start_time": "2026-10-01 12:00:00.750000"}, {"time_to_first_token": 0.5}]
)
def test_the_time_to_the_first_token(tmp_path: Path, fields: dict[str, Any]) -> None:
    assert trace_from(tmp_path, **fields).ttft_us == 500_000


def test_the_level_error_is_a_failure_with_its_message(tmp_path: Path) -> None:
    trace = trace_from(tmp_path, level="ERROR", status_message="rate limit")

    assert (trace.status, trace.error) == (Status.FAILED, "rate limit")


def test_a_warning_is_no_failure(tmp_path: Path) -> None:
    trace = trace_from(tmp_path, level="WARNING", status_message="slow")

    assert (trace.status, trace.error) == (Status.SUCCESS, None)


def test_observations_that_are_no_calls_are_left_out_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "observations.jsonl"
    kinds = ("SPAN", "EVENT", "GENERATION", "EMBEDDING", "TOOL", "AGENT")
    observations = [an_observation(id=kind, type=kind) for kind in kinds]
    path.write_text("".join(json.dumps(one) + "\n" for one in observations))

    result, traces = import_files(tmp_path, path)

    assert [trace.request_id for trace in traces] == ["GENERATION", "EMBEDDING"]
    assert notes(result) == ["observations that are no calls of a model were left out"]


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({"prompt_name": "faq", "prompt_version": 3, "trace_name": "chat"}, ("Prompts", "faq")),
        ({"trace_name": "chat"}, ("Workflow", "chat")),
        ({}, (None, "answer")),
    ],
)
def test_what_sent_it_is_a_prompt_else_the_trace_around_it(
    tmp_path: Path, fields: dict[str, Any], source: tuple[str | None, str]
) -> None:
    trace = trace_from(tmp_path, **fields)

    assert (trace.source_type, trace.source) == source


@pytest.mark.parametrize(
    ("fields", "version"),
    [({"version": "1.4", "prompt_version": 3}, "1.4"), ({"prompt_version": 3}, "3"), ({}, None)],
)
def test_the_version_is_the_application_s_else_the_prompt_s(
    tmp_path: Path, fields: dict[str, Any], version: str | None
) -> None:
    assert trace_from(tmp_path, **fields).version == version


@pytest.mark.parametrize(
    ("fields", "connection"),
    [
        ({"metadata": {"ls_provider": "openai"}, "environment": "production"}, "openai"),
        ({"metadata": {"attributes": {"gen_ai.system": "anthropic"}}}, "anthropic"),
        ({"environment": "production"}, "production"),
        ({}, None),
    ],
)
def test_the_connection_is_the_provider_else_the_environment(
    tmp_path: Path, fields: dict[str, Any], connection: str | None
) -> None:
    assert trace_from(tmp_path, **fields).connection == connection


@pytest.mark.parametrize(
    ("details", "usage"),
    [
        ({"input": 70, "input_cached_tokens": 30, "output": 20, "total": 120}, Usage(100, 20, 30, None)),
        ({"input": 100, "input_cached_tokens": 30, "output": 20, "total": 120}, Usage(100, 20, 30, None)),
        ({"input": 10, "output": 15, "output_reasoning_tokens": 5, "total": 30}, Usage(10, 20, None, 5)),
        ({"input": 9, "cache_creation_input_tokens": 4, "output": 1}, Usage(13, 1, None, None)),
        ({"input": 9, "output": 1, "total": 10, "unit": "TOKENS", "totalCost": 0.1}, Usage(9, 1, None, None)),
        ({"promptTokens": 9, "completionTokens": 1, "totalTokens": 10}, Usage(9, 1, None, None)),
        ({"total": 10}, Usage()),
        ({}, Usage()),
    ],
)
def test_kinds_of_tokens_are_added_up_once(details: dict[str, Any], usage: Usage) -> None:
    assert usage_of(ForeignRecord(details, lambda _: None)) == usage


def test_what_was_not_captured_is_unknown(tmp_path: Path) -> None:
    trace = trace_from(tmp_path, usage_details=None, total_cost=None, input=None, output=None, model_parameters="")

    assert (trace.input_tokens, trace.output_tokens, trace.cost_nano_usd) == (None, None, None)
    assert (trace.input, trace.output, trace.request, trace.response) == (None, None, None, None)
    assert not trace.is_reconstructed


def test_messages_become_a_request_that_says_it_is_put_together(tmp_path: Path) -> None:
    trace = trace_from(tmp_path)

    assert json.loads(trace.request or b"") == {"model": "gpt-4o", "messages": MESSAGES, "temperature": 0.5}
    assert trace.is_reconstructed


def test_an_input_that_is_a_request_stays_as_it_was_written(tmp_path: Path) -> None:
    sent = '{"messages":  [{"role": "user", "content": "Hello"}], "tools": []}'

    trace = trace_from(tmp_path, input=sent)

    assert (trace.request, trace.input, trace.is_reconstructed) == (sent.encode(), "Hello", False)


def test_plain_texts_are_themselves(tmp_path: Path) -> None:
    trace = trace_from(tmp_path, input="Where {is it?", output="[Here.")

    assert (trace.input, trace.output) == ("Where {is it?", "[Here.")


def test_structures_of_no_known_shape_are_shown_as_they_are(tmp_path: Path) -> None:
    trace = trace_from(tmp_path, input={"question": "Where?"}, output={"answer": 42})

    assert json.loads(trace.input or "") == {"question": "Where?"}
    assert json.loads(trace.output or "") == {"answer": 42}


def test_the_answers_of_the_api_are_read_too(tmp_path: Path) -> None:
    observation = {
        "id": "obs-1",
        "traceId": "t-1",
        "type": "GENERATION",
        "name": "answer",
        "startTime": "2026-10-01T12:00:00.000Z",
        "endTime": "2026-10-01T12:00:01.000Z",
        "completionStartTime": None,
        "model": "gpt-4o",
        "input": MESSAGES,
        "usageDetails": {"input": 1, "output": 2},
        "calculatedTotalCost": 0.5,
        "promptName": "faq",
        "level": "ERROR",
        "statusMessage": "no",
    }
    path = tmp_path / "api.json"
    path.write_text(json.dumps([observation], indent=2))

    result, (trace,) = import_files(tmp_path, path)

    assert result.inputs[0].format == "langfuse"
    assert (trace.executed_at_us, trace.response_time_us, trace.model) == (NOON_US, 1_000_000, "gpt-4o")
    assert (trace.input_tokens, trace.cost_nano_usd, trace.source) == (1, 500_000_000, "faq")
    assert (trace.status, trace.error) == (Status.FAILED, "no")


def test_a_csv_says_the_same_as_json_lines(tmp_path: Path) -> None:
    observation = an_observation(output='several\nlines, and a " quote')
    cells = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in observation.items()}
    written = io.StringIO()
    writer = csv.DictWriter(written, list(cells))
    writer.writeheader()
    writer.writerow(cells)
    path = tmp_path / "observations.csv"
    path.write_text(written.getvalue(), newline="")

    result, (trace,) = import_files(tmp_path, path)
    (expected,) = imported(tmp_path, observation)

    assert result.inputs[0].format == "langfuse"
    for field in Trace.__slots__:
        if field != "raw":
            assert getattr(trace, field) == getattr(expected, field), field


def test_a_raw_record_is_read_again_as_it_was(tmp_path: Path) -> None:
    from tracetui.ingest.items import Notes

    trace = trace_from(tmp_path, prompt_name="faq")

    assert Langfuse(Options(), Notes()).trace(trace.raw) == trace


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": ""}, "id is missing"),
        ({"start_time": None}, "start_time is missing"),
        ({"start_time": "soon"}, 'start_time is "soon", not a time such as 2026-10-01T12:00:00Z'),
        ({"type": None}, "type is missing, which every observation of Langfuse has"),
        ({"usage_details": {"input": "many"}}, 'usage_details.input is "many", not a number'),
        ({"usage_details": {"input": -1}}, "usage_details.input is -1, a negative number"),
        ({"usage_details": {"input": 1e30}}, "usage_details.input is 1e+30, larger than can be kept"),
        ({"total_cost": float("nan")}, "has NaN, which is not JSON"),
        ({"latency": "x", "end_time": None}, 'latency is "x", not a number'),
        ({"user_id": ["a"]}, 'user_id is ["a"], not a text'),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(
    tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    path = tmp_path / "observations.jsonl"
    observations = [an_observation(id="good"), an_observation(**fields)]
    path.write_text("".join(json.dumps(one) + "\n" for one in observations))

    result, traces = import_files(tmp_path, path)

    assert [place.said for place in result.inputs[0].first_rejects] == [reason]
    assert [trace.request_id for trace in traces] == ["good"]


def test_a_torn_last_line_is_told_and_the_others_go_in(tmp_path: Path) -> None:
    path = tmp_path / "observations.jsonl"
    path.write_text(json.dumps(an_observation()) + "\n" + json.dumps(an_observation(id="torn"))[:80])

    result, traces = import_files(tmp_path, path)

    assert (len(traces), result.inputs[0].cut_off_line) == (1, 2)
