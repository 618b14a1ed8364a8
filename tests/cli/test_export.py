"""`tracetui export`: the file, its name, and what is said of it."""

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period
from tracetui.domain.queries import ExportQuery, Order, Scope
from tracetui.export.job import Exporter
from tracetui.store.snapshot import SqliteSnapshot

from ..export.rows import nobody
from .commands import Command

ALWAYS = ("--period", "all time")
EXTERNAL = ModelRef(ModelType.EXTERNAL, "gpt/4o")


@pytest.fixture
def filled(command: Command) -> Command:
    """A store of five traces of one model."""
    lines = [
        {
            "request_id": f"r-{number}",
            "model": "gpt/4o",
            "executed_at": f"2026-10-0{number}T12:00:00.5Z",
            "status": "failed" if number == 3 else "success",
            "response_time_ms": number * 1000.5,
            "input": f'Refund "order"\n{number}' if number % 2 else "=cmd|' /C calc'!A0",
            "source": "checkout",
        }
        for number in range(1, 6)
    ]
    (command.folder / "calls.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert command.run("import", "calls.jsonl").code == 0
    (command.folder / "calls.jsonl").unlink()
    return command


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def test_the_file_is_named_after_the_model_and_told(filled: Command) -> None:
    outcome = filled.run("export", *ALWAYS)
    path = filled.folder / "gpt_4o_traces_data.csv"
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == f"{path} saved, 5 traces.\n"
    assert [row["Request ID"] for row in read(path)] == ["r-5", "r-4", "r-3", "r-2", "r-1"]
    assert read(path)[2] == {
        "Status": "failed",
        "Request ID": "r-3",
        "Response Time": "3001.5",
        "Source Type": "",
        "Source": "checkout",
        "Executed on": "2026-10-03T12:00:00.500000Z",
        "Input": 'Refund "order"\n3',
        "Output": "",
    }


def test_the_next_file_gets_a_number(filled: Command) -> None:
    filled.run("export", *ALWAYS)
    assert "gpt_4o_traces_data (1).csv saved" in filled.run("export", *ALWAYS).out


def test_filter_search_period_and_order_choose_the_rows(filled: Command) -> None:
    flags = ("--filter", "status:success", "--search", "REFUND", "--period", "2026-10-01..2026-10-04")
    filled.run("export", *flags, "--order", "oldest")
    assert [row["Request ID"] for row in read(filled.folder / "gpt_4o_traces_data.csv")] == ["r-1"]


def test_formulas_are_made_harmless_unless_exact_text_is_asked_for(filled: Command) -> None:
    filled.run("export", *ALWAYS)
    filled.run("export", *ALWAYS, "--exact")
    assert read(filled.folder / "gpt_4o_traces_data.csv")[1]["Input"] == "'=cmd|' /C calc'!A0"
    assert read(filled.folder / "gpt_4o_traces_data (1).csv")[1]["Input"] == "=cmd|' /C calc'!A0"


def test_the_config_file_says_where_files_go_and_how_they_look(filled: Command) -> None:
    folder = filled.folder / "exports"
    folder.mkdir()
    filled.configure(f'[export]\nfolder = "{folder}"\nexact = true\nbom = true\n')
    filled.run("export", *ALWAYS)
    content = (folder / "gpt_4o_traces_data.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfStatus,")
    assert b"\"=cmd|' /C calc'!A0\"" in content


def test_a_folder_of_the_command_goes_before_the_config_file(filled: Command) -> None:
    filled.configure('[export]\nfolder = "/nowhere"\n')
    assert filled.run("export", *ALWAYS, "--folder", filled.folder).code == 0


def test_a_folder_that_is_not_there_is_told_in_a_sentence(filled: Command) -> None:
    outcome = filled.run("export", *ALWAYS, "--folder", "/nowhere")
    assert outcome.code == 2
    assert "Could not write gpt_4o_traces_data.csv to /nowhere: there is no such folder." in outcome.err
    assert "Traceback" not in outcome.err


def test_the_app_writes_the_same_bytes(filled: Command) -> None:
    filled.run("export", *ALWAYS)
    (filled.folder / "app").mkdir()
    exporter = Exporter(lambda *asked: SqliteSnapshot(filled.store, *asked), filled.folder / "app")
    from tracetui.cancel import Cancel

    done = exporter(ExportQuery(Scope(EXTERNAL), Period(0, 1 << 52), Order.NEWEST), Cancel(), nobody)
    assert done.path.read_bytes() == (filled.folder / "gpt_4o_traces_data.csv").read_bytes()


def test_an_exact_export_comes_in_again_and_goes_out_the_same(filled: Command) -> None:
    filled.run("export", *ALWAYS, "--exact")
    path = filled.folder / "gpt_4o_traces_data.csv"
    other = filled.folder / "other.db"
    assert filled.run("import", "--store", other, "--model", "gpt/4o", path).code == 0
    filled.run("export", "--store", other, *ALWAYS, "--exact")
    assert (filled.folder / "gpt_4o_traces_data (1).csv").read_bytes() == path.read_bytes()


def test_rows_can_go_to_standard_output(filled: Command) -> None:
    command = [sys.executable, "-m", "tracetui", "--store", str(filled.store), "export", *ALWAYS, "--stdout"]
    done = subprocess.run(command, cwd=filled.folder, capture_output=True, check=True)
    filled.run("export", *ALWAYS)
    assert done.stdout == (filled.folder / "gpt_4o_traces_data.csv").read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_below_standard_output_is_told_in_a_sentence(filled: Command) -> None:
    command = [sys.executable, "-m", "tracetui", "--store", str(filled.store), "export", *ALWAYS, "--stdout"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"tracetui: Could not write to standard output: no space left")
    assert b"Traceback" not in done.stderr


def test_a_killed_export_leaves_no_file(command: Command) -> None:
    assert command.run("demo", "--traces", "20000", "--no-open").code == 0
    arguments = ["export", "--model", "support-bot", *ALWAYS, "--progress", "line"]
    with subprocess.Popen(
        [sys.executable, "-m", "tracetui", "--store", str(command.store), *arguments],
        cwd=command.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        process.stderr.read1(200)  # it has begun
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert list(command.folder.glob("*.csv")) == []


def test_one_that_is_stopped_leaves_no_file_and_says_so(command: Command) -> None:
    assert command.run("demo", "--traces", "20000", "--no-open").code == 0
    arguments = ["export", "--model", "support-bot", *ALWAYS, "--progress", "line"]
    with subprocess.Popen(
        [sys.executable, "-m", "tracetui", "--store", str(command.store), *arguments],
        cwd=command.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # A shell that runs the tests in the background has its children ignore ctrl+c.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stderr is not None
        told = process.stderr.read1(200)  # it has begun: of its thousands of rows none is written yet
        process.send_signal(signal.SIGINT)
        told += process.stderr.read()
    assert process.returncode == 130
    assert b"stopped. Nothing was left behind." in told
    assert list(command.folder.glob("*.csv")) == []
