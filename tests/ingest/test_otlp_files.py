"""OTLP in files: told by content, in both encodings, packed or not, one body or many."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from tests.ingest.inputs import import_files
from tests.ingest.otlp_bodies import (
    Json,
    a_log_record,
    a_span,
    as_json,
    as_protobuf,
    logs,
    traces,
)
from tracetui.errors import IngestError
from tracetui.ingest.items import Options
from tracetui.ingest.otlp.recognise import Kind, kind_of
from tracetui.ingest.sources import HEAD_BYTES

REQUEST = traces(a_span(), a_span(spanId="00000000000000aa"))
SOME_LOGS = logs(a_log_record("gen_ai.user.message", {"content": "hi"}))


def a_file(folder: Path, content: bytes, name: str = "captured") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def sized(*bodies: bytes) -> bytes:
    """Bodies as the collector's file exporter writes them in protobuf."""
    return b"".join(len(body).to_bytes(4, "big") + body for body in bodies)


@pytest.mark.parametrize(
    "content",
    [
        as_json(REQUEST),
        as_json(REQUEST) + b"\n",
        as_protobuf(REQUEST),
        json.dumps(REQUEST, indent=2).encode(),
        b"[" + as_json(REQUEST) + b"]",
        b"\xef\xbb\xbf" + as_json(REQUEST),
        gzip.compress(as_protobuf(REQUEST)),
        zstandard.compress(as_json(REQUEST)),
        sized(as_protobuf(REQUEST)),
    ],
    ids=["JSON", "a line", "protobuf", "indented", "array", "byte order mark", "gzip", "zstd", "sized"],
)
def test_a_body_in_a_file_of_any_kind(tmp_path: Path, content: bytes) -> None:
    result, found = import_files(tmp_path, a_file(tmp_path, content))
    assert len(found) == 2
    assert (result.inputs[0].format, result.rejected) == ("otlp", 0)


def test_lines_of_the_collectors_file_exporter(tmp_path: Path) -> None:
    lines = [traces(a_span(spanId=f"{at:016x}")) for at in range(1, 4)]
    content = b"\n".join([as_json(lines[0]), b"", as_json(lines[1]), as_json(SOME_LOGS), as_json(lines[2])])
    result, found = import_files(tmp_path, a_file(tmp_path, content))
    assert len(found) == 3
    assert result.inputs[0].added == 4


def test_bodies_that_follow_one_another_behind_their_sizes(tmp_path: Path) -> None:
    bodies = [as_protobuf(traces(a_span(spanId=f"{at:016x}"))) for at in range(1, 4)]
    assert len(import_files(tmp_path, a_file(tmp_path, sized(*bodies)))[1]) == 3


def test_the_last_of_several_bodies_may_be_cut_off(tmp_path: Path) -> None:
    bodies = sized(as_protobuf(REQUEST), as_protobuf(REQUEST))
    result, found = import_files(tmp_path, a_file(tmp_path, bodies[:-5]))
    assert len(found) == 2
    assert result.rejected == 1


def test_bodies_of_protobuf_one_behind_the_other_are_one(tmp_path: Path) -> None:
    bodies = [as_protobuf(traces(a_span(spanId=f"{at:016x}"))) for at in range(1, 4)]
    assert len(import_files(tmp_path, a_file(tmp_path, b"".join(bodies)))[1]) == 3


def test_a_line_that_is_torn_is_told_and_the_others_go_in(tmp_path: Path) -> None:
    content = as_json(REQUEST) + b"\n" + as_json(REQUEST)[:-40]
    result, found = import_files(tmp_path, a_file(tmp_path, content))
    assert len(found) == 2
    assert result.inputs[0].cut_off_line == 2


def test_a_last_line_of_something_else_is_not_called_cut_off(tmp_path: Path) -> None:
    result, found = import_files(tmp_path, a_file(tmp_path, as_json(REQUEST) + b"\n" + b'{"model":"m"}'))
    assert len(found) == 2
    assert result.inputs[0].cut_off_line is None


def test_a_span_that_is_rejected_is_kept_with_line_and_reason(tmp_path: Path) -> None:
    bad = traces(a_span(traceId="0" * 32), a_span())
    result, found = import_files(tmp_path, a_file(tmp_path, as_json(REQUEST) + b"\n" + as_json(bad)))
    assert len(found) == 3
    (place,) = result.inputs[0].first_rejects
    assert (place.line, place.said) == (2, "span 1: its trace id is all zeros, not 16 bytes")
    (kept,) = [json.loads(line) for line in (tmp_path / "captured.rejects.jsonl").read_bytes().splitlines()]
    assert '"traceId":"000' in kept["record"]


def test_damaged_protobuf_is_told(tmp_path: Path) -> None:
    result, found = import_files(tmp_path, a_file(tmp_path, as_protobuf(REQUEST)[:-3]))
    assert found == []
    assert result.inputs[0].first_rejects[0].said == "is no OTLP request in protobuf, or is cut off"


def test_another_format_forced_to_be_otlp_is_refused(tmp_path: Path) -> None:
    result, _ = import_files(tmp_path, a_file(tmp_path, b"a,b\n1,2\n"), options=Options(format="otlp"))
    assert isinstance(result.failures[0], IngestError)
    assert "is no OTLP" in result.failures[0].problem


@pytest.mark.parametrize(
    ("request_", "signal"), [(REQUEST, "traces"), (SOME_LOGS, "logs"), (traces(a_span(), resource={}), "traces")]
)
def test_a_body_is_told_by_its_content(request_: Json, signal: str) -> None:
    assert kind_of(as_json(request_)) == Kind(signal, "json")  # type: ignore[arg-type]
    assert kind_of(as_protobuf(request_)) == Kind(signal, "protobuf")  # type: ignore[arg-type]


def test_a_body_is_told_by_its_beginning_however_large_it_is() -> None:
    large = traces(a_span({"gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "x": "y" * 200_000}))
    for body in (as_json(large), as_protobuf(large)):
        assert kind_of(body[:HEAD_BYTES]) is not None


@pytest.mark.parametrize(
    "head",
    [
        *(b"", b"\n", b"\n\n\n", b"\n{", b'\n{"request_id":1}', b"a,b\n", b'{"model":"m"}', b"[]", b'[{"a":1}]'),
        *(b"\x00" * 50, b"SQLite format 3\x00", b"\x0a\x10\x0a\x0e" + b"x" * 14, b"\n\x04text\n\x03abc"),
        b'{"model":"m","resourceSpans":[]}',
    ],
)
def test_what_is_no_otlp_is_not_taken_for_it(head: bytes) -> None:
    assert kind_of(head) is None
