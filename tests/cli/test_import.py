"""`tracetui import`: what it says, and with which code it ends."""

import gzip
import io
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tracetui.cancel import Progress
from tracetui.cli.import_progress import ProgressLine, told

from ..ingest.otlp_bodies import a_log_record, a_span, as_json, logs, traces
from .commands import Command


def a_line(request_id: str, **fields: object) -> str:
    return (
        json.dumps({"request_id": request_id, "model": "m", "executed_at": 0, "status": "success"} | fields) + "\n"
    )


def test_an_import_counts_what_it_read_and_where_it_went(command: Command) -> None:
    (command.folder / "calls.jsonl").write_text(a_line("a") + a_line("b") + a_line("a"))
    outcome = command.run("import", "calls.jsonl")
    assert (outcome.code, outcome.err) == (0, "")
    assert "calls.jsonl: 3 read, 2 added, 1 already there, 0 rejected." in outcome.out
    assert str(command.store) in outcome.out


def test_what_is_no_trace_of_its_own_is_told_apart_from_the_traces(command: Command) -> None:
    agent = a_span({"gen_ai.operation.name": "invoke_agent"}, spanId="00000000000000aa")
    call = a_span(parentSpanId="00000000000000aa")
    said = logs(a_log_record("gen_ai.user.message", {"content": "Where?"}))
    for name, body in (("spans.json", traces(agent, call)), ("logs.json", said)):
        (command.folder / name).write_bytes(as_json(body))
    outcome = command.run("import", "spans.json", "logs.json")
    assert "spans.json: 2 read, 2 added, 0 already there, 0 rejected (new: 1 trace, 1 surrounding span)." in (
        outcome.out
    )
    assert "logs.json: 1 read, 1 added, 0 already there, 0 rejected (new: 1 message)." in outcome.out
    assert "In all: 3 read, 3 added, 0 already there, 0 rejected (new: 1 trace, 1 message, 1 " in outcome.out


def test_a_rejected_record_is_code_1_and_named(command: Command) -> None:
    (command.folder / "calls.jsonl").write_text(a_line("a") + "{oops\n")
    outcome = command.run("import", "calls.jsonl")
    assert outcome.code == 1
    assert "calls.jsonl, line 2: is not JSON" in outcome.out
    assert "calls.jsonl.rejects.jsonl" in outcome.out


def test_a_later_record_completes_and_contradicts(command: Command) -> None:
    (command.folder / "a.jsonl").write_text(a_line("a", output="first"))
    (command.folder / "b.jsonl").write_text(a_line("a", output="second", input_tokens=5))
    outcome = command.run("import", "a.jsonl", "b.jsonl")
    assert "1 of those there completed" in outcome.out
    assert "b.jsonl, line 1: output is second here, and stays first" in outcome.out
    assert command.row("SELECT input_tokens FROM traces") == (5,)


def test_what_is_noted_is_told_with_its_first_line(command: Command) -> None:
    (command.folder / "calls.jsonl").write_text("\n" + a_line("a", executed_at="2026-10-01T12:00:00") * 2)
    outcome = command.run("import", "calls.jsonl")
    assert "noted 2 times, first in line 2: times without a zone were read as UTC" in outcome.out


def test_a_zone_can_be_assumed(command: Command) -> None:
    (command.folder / "calls.jsonl").write_text(a_line("a", executed_at="1970-01-02T01:00:00"))
    command.run("import", "--assume-tz", "Europe/Berlin", "calls.jsonl")
    assert command.row("SELECT executed_at FROM traces") == (86_400_000_000,)


@pytest.mark.parametrize("arguments", [["missing.jsonl"], ["calls.jsonl", "missing.jsonl"], ["."]])
def test_an_input_that_cannot_be_opened_is_code_2_and_nothing_goes_in(
    command: Command, arguments: list[str]
) -> None:
    (command.folder / "calls.jsonl").write_text(a_line("a"))
    outcome = command.run("import", *arguments)
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 2
    assert not command.store.exists()


def test_a_packed_file_cut_short_is_code_2_and_what_came_is_in(command: Command) -> None:
    whole = gzip.compress("".join(a_line(str(number * 7919)) for number in range(20_000)).encode())
    (command.folder / "calls.jsonl.gz").write_bytes(whole[: len(whole) * 2 // 3])
    outcome = command.run("import", "calls.jsonl.gz")
    assert outcome.code == 2
    assert "cut short" in outcome.err
    ((count,),) = command.rows("SELECT count(*) FROM traces")
    assert isinstance(count, int)
    assert count > 5_000


def test_standard_input_is_read(tmp_path: Path) -> None:
    flags = ["--store", str(tmp_path / "s.db"), "import", "-"]
    done = subprocess.run(
        [sys.executable, "-m", "tracetui", *flags],
        input=a_line("a") + "{oops\n", capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "standard input: 2 read, 1 added" in done.stdout
    assert (tmp_path / "stdin.rejects.jsonl").exists()


def test_a_file_that_is_no_store_is_told_and_left_alone(command: Command) -> None:
    (command.folder / "calls.jsonl").write_text(a_line("a"))
    command.store.write_text("precious" * 1000)
    outcome = command.run("import", "calls.jsonl")
    assert outcome.code == 2
    assert "Traceback" not in outcome.err
    assert command.store.read_text() == "precious" * 1000


def test_ctrl_c_says_that_it_can_be_run_again(tmp_path: Path) -> None:
    flags = ["--store", str(tmp_path / "s.db"), "import", "--progress", "lines", "-"]
    with subprocess.Popen(
        [sys.executable, "-m", "tracetui", *flags],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        # A test run in the background of a shell inherits that ctrl+c is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stderr is not None
        assert b"standard input" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Run the same command again" in said
    assert b"Traceback" not in said


def test_progress_tells_part_rate_and_time_left() -> None:
    assert told(Progress(25_000_000, 100_000_000, "calls.jsonl"), 5.0) == (
        "calls.jsonl   25% of 100.0 MB  5.0 MB/s  0:15 left"
    )


def test_progress_of_a_pipe_tells_what_came() -> None:
    assert told(Progress(25_000_000, None, "standard input"), 5.0) == "standard input  25.0 MB  5.0 MB/s"


def test_the_line_is_drawn_at_most_ten_times_a_second_and_taken_away_at_the_end() -> None:
    now = [0.0]
    stream = io.StringIO()
    line = ProgressLine(stream, lambda: now[0])
    for step in range(100):
        now[0] = step / 100
        line.show(Progress(step + 1, 100, "calls.jsonl"))
    drawn = stream.getvalue().count("\r")
    line.clear()
    assert drawn in (10, 11)
    assert stream.getvalue().endswith("\r\x1b[K")


def test_a_file_name_cannot_act_on_the_terminal() -> None:
    assert "\x1b" not in told(Progress(1, 2, "\x1b]0;owned\x07"), 1.0)
