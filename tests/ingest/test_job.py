"""Whole inputs: batches, counts, rejects, cancel, failures."""

import gzip
import json
import os
import stat
import threading
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest

from tracetui.cancel import Cancel, Cancelled, Progress
from tracetui.domain.ports import Difference, Record, WriteReport
from tracetui.errors import IngestError
from tracetui.ingest import job
from tracetui.ingest.items import Options

from ..fakes import NOON_US, ListWriter
from .inputs import a_line, import_files


def a_file(folder: Path, *lines: bytes, name: str = "calls.jsonl") -> Path:
    path = folder / name
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def rejected(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_bad_lines_are_kept_with_file_line_and_reason_and_the_others_go_in(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_line(request_id="a"), b"oops", a_line(request_id="b"), b'{"x": "\xff"}')
    result, traces = import_files(tmp_path, path)
    assert [trace.request_id for trace in traces] == ["a", "b"]
    (one,) = result.inputs
    assert (one.read, one.added, one.rejected) == (4, 2, 2)
    assert rejected(tmp_path / "calls.jsonl.rejects.jsonl") == [
        {"file": str(path), "line": 2, "reason": "is not JSON: Expecting value at character 1", "record": "oops"},
        {
            "file": str(path),
            "line": 4,
            "reason": "is not UTF-8 at byte offset 7 (0xff)",
            "record_base64": "eyJ4IjogIv8ifQ==",
        },
    ]


def test_the_rejects_file_is_for_its_owner_only(tmp_path: Path) -> None:
    import_files(tmp_path, a_file(tmp_path, b"{oops"))
    assert stat.S_IMODE((tmp_path / "calls.jsonl.rejects.jsonl").stat().st_mode) == 0o600


def test_without_rejects_there_is_no_file(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_line())
    import_files(tmp_path, path)
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_input_again_replaces_its_rejects_and_removes_them_once_it_is_mended(tmp_path: Path) -> None:
    import_files(tmp_path, a_file(tmp_path, b"{oops", b"oops too"))
    import_files(tmp_path, a_file(tmp_path, b"{oops", a_line()))
    assert len(rejected(tmp_path / "calls.jsonl.rejects.jsonl")) == 1
    path = a_file(tmp_path, a_line())
    import_files(tmp_path, path)
    assert list(tmp_path.iterdir()) == [path]


def test_rejects_of_another_input_of_the_same_name_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    import_files(tmp_path, a_file(tmp_path, b"{oops"))
    import_files(tmp_path, a_file(tmp_path / "other", b"{other"))
    assert rejected(tmp_path / "calls.jsonl.rejects.jsonl")[0]["record"] == "{oops"
    assert rejected(tmp_path / "calls.jsonl.rejects (1).jsonl")[0]["record"] == "{other"


def test_a_file_named_for_rejects_that_holds_something_else_is_not_overwritten(tmp_path: Path) -> None:
    mine = a_file(tmp_path, b"precious", name="mine.txt")
    with pytest.raises(IngestError, match="something else"):
        import_files(tmp_path, a_file(tmp_path, b"{oops"), rejects=mine)
    assert mine.read_bytes() == b"precious\n"


def test_good_records_go_in_where_the_rejects_cannot_be_kept(tmp_path: Path) -> None:
    path = a_file(tmp_path, b"{oops", a_line(), b"{oops", a_line(request_id="b"))
    result, traces = import_files(tmp_path / "missing", path)
    assert (len(traces), result.rejected) == (2, 2)
    assert "cannot be written" in result.failures[0].problem


def test_a_pipe_with_a_name_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    sender = threading.Thread(target=lambda: pipe.write_bytes(a_line() + b"\n"))
    sender.start()
    _, traces = import_files(tmp_path, pipe)
    sender.join()
    assert len(traces) == 1


def test_a_stopped_import_leaves_the_rejects_of_the_one_before(tmp_path: Path) -> None:
    path = a_file(tmp_path, b"{oops")
    import_files(tmp_path, path)
    a_file(tmp_path, b"x", b"y", *[a_line(request_id=str(number)) for number in range(job.BATCH_RECORDS)])
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        job.run([str(path)], ListWriter(), Options(), cancel, lambda _: None, folder=tmp_path)
    assert [line["record"] for line in rejected(tmp_path / "calls.jsonl.rejects.jsonl")] == ["{oops"]
    assert len(list(tmp_path.iterdir())) == 2


def test_the_unfinished_rejects_of_a_killed_import_are_cleared_away(tmp_path: Path) -> None:
    gone = 2**22 - 1  # beyond the largest process id that Linux hands out unless told otherwise
    leftover = tmp_path / f".calls.jsonl.rejects.jsonl.{gone}.partial"
    leftover.write_bytes(b"half")
    import_files(tmp_path, a_file(tmp_path, b"{oops"))
    assert not leftover.exists()


def test_records_are_written_in_batches_of_bounded_length(tmp_path: Path) -> None:
    writer = ListWriter()
    path = a_file(tmp_path, *[a_line(request_id=str(number)) for number in range(job.BATCH_RECORDS + 1)])
    job.run([str(path)], writer, Options(), Cancel(), lambda _: None)
    assert [len(batch) for batch in writer.batches] == [job.BATCH_RECORDS, 1]


def test_batches_of_large_records_are_bounded_by_their_bytes(tmp_path: Path) -> None:
    writer = ListWriter()
    large = [a_line(request_id=str(number), input="x" * (job.BATCH_BYTES // 4)) for number in range(5)]
    job.run([str(a_file(tmp_path, *large))], writer, Options(), Cancel(), lambda _: None)
    assert [len(batch) for batch in writer.batches] == [4, 1]


class ForgetfulWriter(ListWriter):
    """Takes batches and keeps none."""

    def write(self, batch: Sequence[Record]) -> WriteReport:
        return WriteReport(len(batch), 0, 0, ())


def test_memory_does_not_grow_with_the_input(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    with path.open("wb") as file:
        for number in range(120):
            file.write(a_line(request_id=str(number), request={"text": "x" * 1_000_000}) + b"\n")
    tracemalloc.start()
    job.run([str(path)], ForgetfulWriter(), Options(), Cancel(), lambda _: None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size > 7 * job.BATCH_BYTES
    assert peak < 4 * job.BATCH_BYTES


def test_progress_is_told_in_bytes_of_the_file(tmp_path: Path) -> None:
    told: list[Progress] = []
    path = a_file(tmp_path, a_line())
    job.run([str(path)], ListWriter(), Options(), Cancel(), told.append)
    size = path.stat().st_size
    assert told == [Progress(0, size, "calls.jsonl"), Progress(size, size, "calls.jsonl")]


def test_a_missing_file_is_told_before_any_other_is_read(tmp_path: Path) -> None:
    writer = ListWriter()
    path = a_file(tmp_path, a_line())
    with pytest.raises(IngestError, match=r"missing\.jsonl"):
        job.run([str(path), str(tmp_path / "missing.jsonl")], writer, Options(), Cancel(), lambda _: None)
    assert writer.batches == []


def test_a_file_cut_short_keeps_what_came_and_the_next_one_is_read(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(a_line(request_id=str(number * 7919)) + b"\n" for number in range(30_000)))
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    result, traces = import_files(tmp_path, cut, a_file(tmp_path, a_line(request_id="last")))
    assert len(result.failures) == 1
    assert len(traces) > 5_000
    assert traces[-1].request_id == "last"


def test_a_record_after_very_many_blank_lines_is_read(tmp_path: Path) -> None:
    path = a_file(tmp_path, b"\n" * 100_000 + a_line(request_id="late"))
    _, traces = import_files(tmp_path, path)
    assert [trace.request_id for trace in traces] == ["late"]


def test_an_empty_input_is_no_error(tmp_path: Path) -> None:
    result, traces = import_files(tmp_path, a_file(tmp_path))
    assert (traces, result.failures, result.inputs[0].format) == ([], [], None)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"just prose\n", "neither JSON nor CSV"),
        (b"a,b\n1,2\n", "none of its columns"),
        (b"\x00\x01\x02", "binary"),
    ],
)
def test_what_is_no_known_format_is_told_and_the_next_file_is_read(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "what.txt"
    path.write_bytes(content)
    result, traces = import_files(tmp_path, path, a_file(tmp_path, a_line()))
    assert [problem in failure.problem for failure in result.failures] == [True]
    assert len(traces) == 1


def test_a_first_line_that_is_bad_does_not_hide_that_the_file_is_json_lines(tmp_path: Path) -> None:
    result, traces = import_files(tmp_path, a_file(tmp_path, b"# exported today", a_line()))
    assert (len(traces), result.rejected) == (1, 1)


class ContradictingWriter(ListWriter):
    """Finds that the second record of each batch contradicts the store."""

    def write(self, batch: Sequence[Record]) -> WriteReport:
        super().write(batch)
        return WriteReport(len(batch) - 1, 1, 0, (Difference(1, "executed_at_us", str(NOON_US), "0"),))


def test_a_difference_is_told_with_the_line_it_is_in(tmp_path: Path) -> None:
    path = a_file(tmp_path, a_line(request_id="a"), b"", a_line(request_id="b"))
    result = job.run([str(path)], ContradictingWriter(), Options(), Cancel(), lambda _: None)
    assert result.inputs[0].differing == 1
    assert result.inputs[0].first_differences == [
        job.Place("calls.jsonl", 3, "executed_at is 1970-01-01T00:00:00Z here, and stays 2026-10-01T12:00:00Z"),
    ]
