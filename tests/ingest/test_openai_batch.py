"""The files of OpenAI's batches: answers as traces, joined with their requests."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tracetui.domain.catalogue import NO_MODEL
from tracetui.domain.trace import Status, Trace
from tracetui.ingest.items import Options
from tracetui.ingest.job import ImportResult
from tracetui.store.writer import SqliteWriter

from ..fakes import NOON_US
from .inputs import import_files

NOON_S = NOON_US // 1_000_000


def a_request(custom_id: str = "req-1", text: str = "Where is it?", **fields: Any) -> dict[str, Any]:
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}], "user": "u-1"}
    return {"custom_id": custom_id, "method": "POST", "url": "/v1/chat/completions", "body": body} | fields


def an_answer(custom_id: str = "req-1", number: int = 1, text: str = "Here.", **fields: Any) -> dict[str, Any]:
    body = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": NOON_S + number,
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 4}},
    }
    response = {"status_code": 200, "request_id": f"rq-{number}", "body": body}
    return {"id": f"batch_req_{number}", "custom_id": custom_id, "response": response, "error": None} | fields


def an_expired(custom_id: str = "req-9", number: int = 9) -> dict[str, Any]:
    error = {"code": "batch_expired", "message": "This request could not be executed in time."}
    return an_answer(custom_id, number, response=None, error=error)


def a_refusal(custom_id: str = "req-8", number: int = 8) -> dict[str, Any]:
    body = {"error": {"message": "Unknown parameter", "type": "invalid_request_error", "code": None}}
    return an_answer(custom_id, number, response={"status_code": 400, "request_id": "rq", "body": body})


def a_file(folder: Path, name: str, *records: dict[str, Any] | bytes) -> Path:
    path = folder / name
    lines = [record if isinstance(record, bytes) else json.dumps(record).encode() for record in records]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def imported(folder: Path, *paths: Path, options: Options | None = None) -> tuple[ImportResult, list[Trace]]:
    return import_files(folder, *paths, options=options)


def reasons(result: ImportResult) -> list[str]:
    return [place.said for one in result.inputs for place in one.first_rejects]


def notes(result: ImportResult) -> list[str]:
    return [note for one in result.inputs for note in one.notes.counts]


def test_an_answer_alone_is_a_trace_without_a_request(tmp_path: Path) -> None:
    result, (trace,) = imported(tmp_path, a_file(tmp_path, "output.jsonl", an_answer()))

    assert result.inputs[0].format == "openai-batch"
    assert (trace.request_id, trace.record_id, trace.origin) == ("req-1", "batch_req_1", "openai-batch")
    assert (trace.status, trace.status_code, trace.finish_reason) == (Status.SUCCESS, 200, "stop")
    assert (trace.executed_at_us, trace.response_time_us) == (NOON_US + 1_000_000, None)
    assert (trace.input_tokens, trace.output_tokens, trace.cached_input_tokens) == (10, 5, 4)
    assert (trace.model, trace.input, trace.output) == ("gpt-4o-mini-2024-07-18", None, "Here.")


@pytest.mark.parametrize("names", [("input.jsonl", "output.jsonl"), ("output.jsonl", "input.jsonl")])
def test_both_files_are_joined_in_whatever_order_they_are_named(tmp_path: Path, names: Sequence[str]) -> None:
    a_file(tmp_path, "input.jsonl", a_request())
    a_file(tmp_path, "output.jsonl", an_answer())

    _, (trace,) = imported(tmp_path, *(tmp_path / name for name in names))

    assert (trace.model, trace.base_model) == ("gpt-4o-mini", "gpt-4o-mini-2024-07-18")
    assert (trace.input, trace.output, trace.user_id) == ("Where is it?", "Here.", "u-1")


def test_request_and_response_are_kept_byte_for_byte(tmp_path: Path) -> None:
    asked = b'{"custom_id":"req-1","method":"POST","url":"/v1","body":{"model" : "m","n":1.50}}'
    answered = b'{"id":"b","custom_id":"req-1","response":{"body":{ "created":1790856000, "x":[1 ,2]}}}'
    files = [a_file(tmp_path, "input.jsonl", asked), a_file(tmp_path, "output.jsonl", answered)]

    _, (trace,) = imported(tmp_path, *files)

    assert trace.request == b'{"model" : "m","n":1.50}'
    assert trace.response == b'{ "created":1790856000, "x":[1 ,2]}'
    assert trace.raw == answered + b"\n" + asked
    assert not trace.is_reconstructed


def test_requests_alone_are_no_traces(tmp_path: Path) -> None:
    result, traces = imported(tmp_path, a_file(tmp_path, "input.jsonl", a_request()))

    assert traces == []
    assert notes(result) == ["requests of a batch were kept for its answers"]


def test_the_same_custom_ids_in_two_batches_are_calls_of_their_own(tmp_path: Path) -> None:
    _, traces = imported(tmp_path, a_file(tmp_path, "output.jsonl", an_answer(number=1), an_answer(number=2)))

    assert len({trace.record_id for trace in traces}) == 2


def test_an_answer_whose_custom_id_several_requests_have_gets_none_of_them(tmp_path: Path) -> None:
    first = a_file(tmp_path, "first.jsonl", a_request(text="One"))
    second = a_file(tmp_path, "second.jsonl", a_request(text="Two"))
    output = a_file(tmp_path, "output.jsonl", an_answer())

    result, (trace,) = imported(tmp_path, first, second, output)

    assert (trace.input, trace.request) == (None, None)
    assert "answers whose custom_id several requests have got none; import each batch alone" in notes(result)


def test_the_same_request_named_twice_is_one(tmp_path: Path) -> None:
    first = a_file(tmp_path, "first.jsonl", a_request())
    second = a_file(tmp_path, "second.jsonl", a_request())

    _, (trace,) = imported(tmp_path, first, second, a_file(tmp_path, "output.jsonl", an_answer()))

    assert trace.input == "Where is it?"


def test_an_input_file_that_is_named_later_fills_the_traces_in(tmp_path: Path) -> None:
    files = (a_file(tmp_path, "output.jsonl", an_answer()), a_file(tmp_path, "input.jsonl", a_request()))
    _, alone = imported(tmp_path, files[0])
    _, joined = imported(tmp_path, *files)

    writer = SqliteWriter(tmp_path / "traces.db", now_us=lambda: NOON_US)
    reports = [writer.write(traces) for traces in (alone, joined, joined)]
    writer.close()

    assert [(report.added, report.filled, report.present) for report in reports] == [
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
    ]


def test_a_request_that_was_refused_is_a_failure(tmp_path: Path) -> None:
    _, traces = imported(tmp_path, a_file(tmp_path, "output.jsonl", a_refusal(), an_answer()))

    failed = traces[-1]
    assert (failed.status, failed.status_code) == (Status.FAILED, 400)
    assert (failed.error, failed.error_type, failed.model) == (
        "Unknown parameter",
        "invalid_request_error",
        NO_MODEL,
    )


@pytest.mark.parametrize("is_first", [True, False])
def test_an_error_has_the_time_of_the_first_answer_of_its_file(tmp_path: Path, is_first: bool) -> None:
    answers = [an_answer("req-2", 2), an_answer("req-1", 1)]
    records = [an_expired(), *answers] if is_first else [*answers, an_expired()]

    result, traces = imported(tmp_path, a_file(tmp_path, "output.jsonl", *records))

    (failed,) = [trace for trace in traces if trace.status is Status.FAILED]
    assert failed.executed_at_us == NOON_US + 1_000_000
    assert (failed.error_type, failed.error) == ("batch_expired", "This request could not be executed in time.")
    assert "errors of a batch name no time, and got that of its first answer" in notes(result)


def test_an_error_file_that_is_named_with_the_output_has_its_times(tmp_path: Path) -> None:
    errors = a_file(tmp_path, "errors.jsonl", an_expired())

    _, traces = imported(tmp_path, errors, a_file(tmp_path, "output.jsonl", an_answer()))

    assert [trace.status for trace in traces] == [Status.SUCCESS, Status.FAILED]


def test_an_error_file_alone_says_nothing_of_when(tmp_path: Path) -> None:
    result, traces = imported(tmp_path, a_file(tmp_path, "errors.jsonl", an_expired()))

    assert traces == []
    assert reasons(result) == ["names no time, nor does any answer here; name the batch's output too"]


def test_an_answer_of_the_responses_interface_is_read(tmp_path: Path) -> None:
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Here."}]}
    usage = {"input_tokens": 7, "output_tokens": 3, "output_tokens_details": {"reasoning_tokens": 2}}
    body = {"object": "response", "created_at": NOON_S, "status": "completed", "output": [said], "usage": usage}
    answer = an_answer(response={"status_code": 200, "body": body})

    _, (trace,) = imported(tmp_path, a_file(tmp_path, "output.jsonl", answer))

    assert (trace.executed_at_us, trace.output, trace.finish_reason) == (NOON_US, "Here.", "completed")
    assert (trace.input_tokens, trace.output_tokens, trace.reasoning_tokens) == (7, 3, 2)


def test_an_answer_without_an_id_is_known_by_its_request_s(tmp_path: Path) -> None:
    answer = an_answer()
    del answer["id"]

    _, (trace,) = imported(tmp_path, a_file(tmp_path, "output.jsonl", answer))

    assert trace.record_id == "rq-1"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (
            {"id": "b", "response": {}},
            "has no custom_id with a body, a response or an error, as the files of a batch have",
        ),
        (an_answer(custom_id=["a"]), 'custom_id is ["a"], not a text'),  # type: ignore[arg-type]
        (an_answer(response={"status_code": 200, "body": {"created": "soon"}}), "response.body.created is"),
        (an_answer(response={"status_code": 2.5, "body": {"created": NOON_S}}), "response.status_code is 2.5"),
        (an_answer(response={"body": {"created": NOON_S, "usage": {"prompt_tokens": -1}}}), "prompt_tokens is -1"),
        (b'{"custom_id": "r", "response": {"body": {"created": NaN}}}', "has NaN, which is not JSON"),
        (b'{"custom_id": "r", "respo', "is not JSON"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_the_others_go_in(
    tmp_path: Path, record: dict[str, Any] | bytes, reason: str
) -> None:
    result, traces = imported(tmp_path, a_file(tmp_path, "output.jsonl", an_answer(), record))

    assert len(traces) == 1
    assert [one for one in reasons(result) if reason in one]
