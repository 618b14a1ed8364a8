"""What an input is, told by its content."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tracetui.errors import IngestError
from tracetui.ingest import formats
from tracetui.ingest.first_keys import first_keys
from tracetui.ingest.items import Options
from tracetui.ingest.sources import Source

from .inputs import a_line, import_files

CALL: dict[str, Any] = {"id": "c-1", "call_type": "completion", "startTime": 1_790_856_000.0, "model": "m-1"}
OBSERVATION = {"id": "o-1", "type": "SPAN", "trace_id": "t", "start_time": "2026-10-01", "level": "DEFAULT"}
REQUEST = {"custom_id": "r-1", "method": "POST", "url": "/v1", "body": {}}
ANSWER = {"id": "b-1", "custom_id": "r-1", "response": {"body": {"created": 1_790_856_000}}}
KINDS = {"litellm": CALL, "langfuse": OBSERVATION, "openai-batch": ANSWER}


@contextmanager
def a_source(folder: Path, content: str) -> Iterator[Source]:
    path = folder / "input"
    path.write_text(content)
    with Source(str(path)) as source:
        yield source


def kind_of(folder: Path, content: str) -> str | None:
    with a_source(folder, content) as source:
        known = formats.format_of(source, Options())
    return None if known is None else known.name


@pytest.mark.parametrize(("name", "record"), KINDS.items())
def test_lines_arrays_and_one_object_on_many_lines_are_told_by_their_keys(
    tmp_path: Path, name: str, record: dict[str, Any]
) -> None:
    written = [
        json.dumps(record),
        json.dumps([record]),
        json.dumps([record], indent=2),
        json.dumps(record, indent=2),
    ]

    assert [kind_of(tmp_path, content) for content in written] == [name] * 4


@pytest.mark.parametrize(
    ("name", "record"), [(name, record) for name, record in KINDS.items() if name != "openai-batch"]
)
def test_a_csv_is_told_by_its_headers(tmp_path: Path, name: str, record: dict[str, Any]) -> None:
    assert kind_of(tmp_path, ",".join(record) + "\n" + "," * (len(record) - 1) + "\n") == name


def test_damaged_lines_before_do_not_hide_what_it_is(tmp_path: Path) -> None:
    assert kind_of(tmp_path, '{"oops\n\n{}\n' + json.dumps(CALL)) == "litellm"


def test_what_says_whose_it_is_may_stand_after_a_long_text(tmp_path: Path) -> None:
    assert kind_of(tmp_path, json.dumps({"messages": "x" * 300_000, **CALL})) == "litellm"


def test_keys_inside_of_values_say_nothing(tmp_path: Path) -> None:
    assert kind_of(tmp_path, json.dumps({"executed_at": 1, "request": CALL, "input": json.dumps(CALL)})) == "jsonl"


def test_our_own_lines_are_our_own(tmp_path: Path) -> None:
    assert kind_of(tmp_path, a_line().decode()) == "jsonl"


def test_one_object_on_many_lines_goes_in(tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    path.write_text(json.dumps(CALL, indent=2) + "\n")

    _, (trace,) = import_files(tmp_path, path)

    assert (trace.origin, trace.request_id) == ("litellm", "c-1")


def test_a_line_with_a_lone_brace_does_not_swallow_the_lines_after_it(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text("{\n" + json.dumps(CALL) + "\n")

    result, (trace,) = import_files(tmp_path, path)

    assert (result.rejected, trace.request_id) == (1, "c-1")


def test_a_database_in_a_pipe_or_packed_is_told(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "logs.db.gz"
    path.write_bytes(gzip.compress(b"SQLite format 3\x00" + b"\x00" * 100))

    result, _ = import_files(tmp_path, path)

    assert "inside another file or a pipe" in str(result.inputs[0].failure)


def test_a_format_that_is_forced_is_not_questioned(tmp_path: Path) -> None:
    with a_source(tmp_path, json.dumps(CALL)) as source:
        known = formats.format_of(source, Options(format="langfuse"))

    assert known is not None
    assert known.name == "langfuse"


def test_a_text_that_is_no_database_is_not_read_as_one(tmp_path: Path) -> None:
    with a_source(tmp_path, "text") as source:
        read = formats.FORMATS["llm"].read(source, Options(), lambda _: None)  # type: ignore[arg-type]
        with pytest.raises(IngestError, match="is no SQLite database"):
            next(read)


@pytest.mark.parametrize(
    ("record", "place"), [(REQUEST, 0), (ANSWER, 1), (CALL, 1), ({"custom_id": "r", "error": 1}, 2)]
)
def test_requests_of_a_batch_are_read_first_and_its_errors_last(
    tmp_path: Path, record: dict[str, Any], place: int
) -> None:
    with a_source(tmp_path, json.dumps(record)) as source:
        assert formats.place_of(source) == place


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('{"a": 1, "b": {"c": 2}, "d": [{"e": 3}]}', {"a", "b", "d"}),
        ('{"a": "\\"x\\": {", "b', {"a"}),
        ('[ {"a\\u0062": 1}, {"c": 2}]', {"ab"}),
        ('{"a" : "b:c", "d":', {"a", "d"}),
        ('{"a": "cut off, with \\"b\\": 1, {\\"c\\": 2', {"a"}),
        ('{"a": "cut off in an escape \\', {"a"}),
        ("{", set()),
        ("", set()),
        ("no braces: here", set()),
    ],
)
def test_the_keys_of_the_first_object_are_read_as_far_as_the_text_goes(text: str, keys: set[str]) -> None:
    assert first_keys(text) == keys
