"""A large import has a process that reads for it: stopped or killed, both end, and nothing is lost or twice."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.processes import all_end, children, needs_proc
from tracetui.ingest.apart import WORTH
from tracetui.processes import processors

from .commands import Command

pytestmark = pytest.mark.skipif(processors() == 1, reason="there is one processor")

RECORDS = 14_000
"""Four batches: when one is written, some are still to be read. Their texts make a file that is read apart."""
REJECTED = 14
GOOD = RECORDS - REJECTED


@pytest.fixture
def calls(command: Command) -> Path:
    """A large file, of which some lines are rejected."""
    path = command.folder / "calls.jsonl"
    with path.open("w") as file:
        for number in range(RECORDS):
            record = {
                "request_id": f"r-{number}",
                "model": "gpt",
                "executed_at": 1_790_856_000 + number,
                "status": "oops" if number % 1_000 == 17 else "success",
                "input": f"question {number} " + "lorem ipsum " * 150,
            }
            file.write(json.dumps(record) + "\n")
    assert path.stat().st_size > WORTH.from_bytes
    return path


def begun(command: Command) -> "tuple[subprocess.Popen[bytes], Sequence[int]]":
    """An import of which one batch has been written, and the processes that it has started."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tracetui", "--store", str(command.store)),
            *("import", "--progress", "lines", "calls.jsonl"),
        ],
        cwd=command.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # A shell that runs the tests in the background has its children ignore ctrl+c.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    process.stderr.readline()  # it has begun
    process.stderr.readline()  # and written a batch
    return process, children(process.pid)


def test_all_of_a_large_file_comes_in_and_its_rejects_are_told(command: Command, calls: Path) -> None:
    outcome = command.run("import", calls)
    assert f"{RECORDS:,} read, {GOOD:,} added, 0 already there, {REJECTED} rejected" in outcome.out
    assert "line 18: " in outcome.out
    assert command.row("SELECT count(*), min(id), max(id) FROM traces") == (GOOD, 1, GOOD)
    in_order = (
        "SELECT count(*) FROM traces AS t JOIN traces AS n ON n.id = t.id + 1 AND n.executed_at > t.executed_at"
    )
    assert command.row(in_order) == (GOOD - 1,)


@needs_proc
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_one_that_is_ended_leaves_no_process_and_is_run_again(
    command: Command, calls: Path, sent: signal.Signals, code: int
) -> None:
    process, readers = begun(command)
    with process:
        process.send_signal(sent)
        assert process.stderr is not None
        told = process.stderr.read()
    assert process.returncode == code
    assert b"Traceback" not in told
    assert len(readers) == 1
    assert all_end(readers)
    first = command.row("SELECT count(*) FROM traces")[0]
    assert isinstance(first, int)
    assert 0 < first < RECORDS
    assert f"{GOOD - first:,} added, {first:,} already there" in command.run("import", calls).out


@needs_proc
def test_it_is_told_that_the_process_that_reads_was_killed(command: Command, calls: Path) -> None:
    process, readers = begun(command)
    with process:
        os.kill(readers[0], signal.SIGKILL)
        assert process.stderr is not None
        told = process.stderr.read().decode()
    assert process.returncode == 2
    assert "calls.jsonl: the process that reads it was ended from outside (signal 9)." in told
    assert "Traceback" not in told
    assert command.run("import", calls).code == 1
    assert command.row("SELECT count(*) FROM traces") == (GOOD,)
