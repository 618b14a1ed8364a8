"""`tracetui demo`: which store it makes, when it makes it anew, and what it never touches."""

import os
import re
import sqlite3
from pathlib import Path

import pytest

from tests.fakes import NOON_US, a_trace
from tracetui import cli
from tracetui.cancel import Cancel
from tracetui.demo import job
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.queries import ModelsQuery, StoreQuery, TraceQuery
from tracetui.domain.trace import Trace
from tracetui.errors import StoreError
from tracetui.store import made_by
from tracetui.store.reader import SqliteReader
from tracetui.store.writer import SqliteWriter

FEW = ("--traces", "60", "--days", "30", "--text-bytes", "50", "--no-open")
NOON = ("--now", "2026-10-01T12:00:00Z")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own, in which the user's store has a name."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("TRACETUI_STORE", str(tmp_path / "mine.db"))


def _requests(path: Path) -> int:
    reader = SqliteReader(path)
    found = reader.read(StoreQuery(), Cancel()).traces
    reader.close()
    return found


def test_without_a_file_it_makes_a_store_of_its_own_in_the_data_folder(tmp_path: Path) -> None:
    assert cli.main(["demo", *FEW]) == 0

    assert _requests(tmp_path / "data" / "tracetui" / "demo.db") == 60
    assert not (tmp_path / "mine.db").exists()


def test_it_tells_where_the_store_is_and_how_to_open_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    cli.main(["demo", *FEW])

    path = tmp_path / "data" / "tracetui" / "demo.db"
    said = capsys.readouterr()
    assert said.out == f"{path}: 60 made-up traces. Open it with: tracetui --store {path}\n"
    assert re.fullmatch(r"Making the demo: 60 traces, 100 %, [\d,]+/s\n", said.err)


def test_a_store_of_today_for_the_same_order_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    cli.main(["demo", *FEW, "--store", str(path)])
    before = path.stat().st_ino

    cli.main(["demo", *FEW, "--store", str(path)])

    assert path.stat().st_ino == before


@pytest.mark.parametrize(
    "other", [("--traces", "61"), ("--seed", "2"), ("--days", "31"), ("--text-bytes", "51"), NOON]
)
def test_another_order_makes_the_store_anew(tmp_path: Path, other: tuple[str, ...]) -> None:
    path = tmp_path / "demo.db"
    cli.main(["demo", *FEW, "--store", str(path)])
    before = made_by.read(path, "demo")

    cli.main(["demo", *FEW, *other, "--store", str(path)])

    assert made_by.read(path, "demo") != before


def test_a_store_of_another_day_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    cli.main(["demo", *FEW, "--store", str(path)])
    mark = made_by.read(path, "demo") or ""
    yesterday = re.sub(r'"now_us": "[\d-]+"', '"now_us": "2001-01-01"', mark)
    made_by.put(path, "demo", yesterday)

    cli.main(["demo", *FEW, "--store", str(path)])

    assert yesterday != mark
    assert made_by.read(path, "demo") == mark


def test_a_store_that_holds_other_traces_too_is_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "demo.db"
    cli.main(["demo", *FEW, "--store", str(path)])
    writer = SqliteWriter(path, lambda: NOON_US)
    writer.write([a_trace("mine", origin="jsonl")])
    writer.close()

    assert cli.main(["demo", *FEW, "--seed", "2", "--store", str(path)]) == cli.UNUSABLE

    assert _requests(path) == 61
    assert "holds more than the demo's own traffic" in capsys.readouterr().err


def test_the_users_own_store_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.db"
    writer = SqliteWriter(path, lambda: NOON_US)
    writer.write([a_trace("mine", origin="jsonl")])
    writer.close()

    assert cli.main(["demo", *FEW, "--store", str(path)]) == cli.UNUSABLE

    assert _requests(path) == 1
    assert "Choose another file with --store FILE" in capsys.readouterr().err


def test_a_file_that_is_no_store_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir,\n" * 1000)

    assert cli.main(["demo", *FEW, "--store", str(path)]) == cli.UNUSABLE

    assert path.read_text() == "Dear Sir,\n" * 1000
    assert "letter.txt is not a demo's store" in capsys.readouterr().err


def test_another_program_s_database_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE t (a)")
    other.commit()
    other.close()
    before = path.read_bytes()

    assert cli.main(["demo", *FEW, "--store", str(path)]) == cli.UNUSABLE

    assert path.read_bytes() == before


def test_nothing_half_made_is_left_behind(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    cli.main(["demo", *FEW, "--store", str(folder / "demo.db")])
    cli.main(["demo", *FEW, "--seed", "2", "--store", str(folder / "demo.db")])

    assert [path.name for path in folder.iterdir() if "half" in path.name] == []


def test_what_a_killed_run_left_is_removed_but_not_what_another_is_making(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    killed = tmp_path / f"demo.db.{2**22 + 1}.half"  # no process has a number as high
    running = tmp_path / f"demo.db.{os.getppid()}.half"
    for half in (killed, running):
        half.touch()

    cli.main(["demo", *FEW, "--store", str(path)])

    assert running.exists()
    assert not killed.exists()


def test_whoever_has_the_old_store_open_reads_the_new_one_next(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    cli.main(["demo", *FEW, "--store", str(path)])
    reader = SqliteReader(path)

    cli.main(["demo", *FEW, "--traces", "90", "--store", str(path)])

    assert reader.read(StoreQuery(), Cancel()).traces == 90
    assert _requests(path) == 90
    reader.close()


def test_the_store_holds_every_trace_as_it_was_made(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    cli.main(["demo", *FEW, *NOON, "--store", str(path)])
    made = {
        record.request_id: record
        for record in job.records(job.order(NOON_US, 60, 1, 30, 50))
        if isinstance(record, Trace)
    }

    reader = SqliteReader(path)
    found = [reader.read(TraceQuery(place), Cancel()) for place in range(1, 61)]
    models = {entry.ref: entry.base_model for entry in reader.read(ModelsQuery(), Cancel())}
    reader.close()

    for detail in found:
        assert detail is not None
        trace = made[detail.request_id]
        assert (detail.input, detail.output, detail.raw) == (trace.input, trace.output, (trace.raw,))
        assert (detail.request, detail.response) == (trace.request, trace.response)
    assert models[ModelRef(ModelType.FINE_TUNED, "support-bot")] == "llama-3.1-8b"


def test_it_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    cli.main(["demo", *FEW])

    assert os.stat(tmp_path / "data" / "tracetui" / "demo.db").st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--traces", "many"), "'many' is not a whole number"),
        (("--traces", "-5"), "not a whole number"),
        (("--days", "7"), "--days is 7. Give 30 to 3,650 days."),
        (("--text-bytes", "0"), "--text-bytes is 0."),
        (("--now", "yesterday"), "--now is 'yesterday', which is not a time."),
        (("--now", "1066-10-14"), "--now is '1066-10-14'. Give a year"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    words: tuple[str, ...], problem: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    try:
        code = cli.main(["demo", "--no-open", *words])
    except SystemExit as refused:
        code = refused.code

    assert code == cli.UNUSABLE
    assert problem in capsys.readouterr().err.replace("\n", " ")
    assert not (tmp_path / "data").exists()


def test_a_number_may_be_written_as_people_write_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", *FEW, "--traces", "1,000"]) == 0

    assert ": 1,000 made-up traces" in capsys.readouterr().out


def test_its_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["demo", "--help"])

    assert "tracetui demo --seed 7" in capsys.readouterr().out


def test_the_mark_of_a_store_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        made_by.read(tmp_path / "none.db", "demo")
