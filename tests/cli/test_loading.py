"""An exported file in the programs that it is made for: as many rows, and in every cell what Python's csv reads.

DuckDB (a module for Python) and LibreOffice Calc need not be there; then their tests are skipped.
"""

import csv
import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from .commands import SHARED, Command

NAUGHTY = SHARED / "naughty" / "naughty_half.jsonl"
HOSTILE = (
    *("", " blank ", 'a "quote"', '""', '"' * 99, "a,b", "semi;colon\ttab", "'apostrophe", "\\", '\\"', "end\\"),
    *("two\nlines", "carriage\r\nreturn", "lone\rreturn", "\n", "\r\n", "a,b\n" * 500, "x" * 40_000),
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil","x")'),
    *("00123", "1e5", "1,234.5", "2026-10-01", "10:30", "TRUE", "NULL", "null", "#N/A", "3/4"),
    *("客服 模型", "مرحبا", "👩‍👩‍👧‍👦", "\u202egnp", "\ufeffbom", "\ufffe\uffff", "a\x00b", "\x1b[31mred"),
)
COMMA, QUOTE, UTF_8 = 44, 34, 76

needs_duckdb = pytest.mark.skipif(importlib.util.find_spec("duckdb") is None, reason="there is no module duckdb")
needs_calc = pytest.mark.skipif(shutil.which("soffice") is None, reason="there is no LibreOffice (soffice)")


@pytest.fixture(params=["safe", "exact"])
def exported(command: Command, request: pytest.FixtureRequest) -> Path:
    """A file of hostile texts: ours, and those that are shared where they are there."""
    naughty = NAUGHTY.read_bytes().split(b"\n") if NAUGHTY.exists() else []
    known = {text for line in naughty for text in _texts_of(line)}
    records = [
        {
            "request_id": f"r-{number}",
            "model": "gpt",
            "executed_at": f"2026-10-01T12:00:00.{number:06}Z",
            "status": "failed" if number % 3 else "success",
            "response_time_ms": number + 0.5,
            "source": text[:100] or None,
            "input": text,
            "output": text[::-1],
        }
        for number, text in enumerate((*HOSTILE, *sorted(known)))
    ]
    (command.folder / "calls.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    command.run("import", "calls.jsonl", "--format", "jsonl")
    exact = ["--exact"] if request.param == "exact" else []
    outcome = command.run("export", "--model", "gpt", "--period", "all time", "--order", "oldest", *exact)
    assert f"saved, {len(records)} traces." in outcome.out
    return command.folder / "gpt_traces_data.csv"


def _texts_of(line: bytes) -> list[str]:
    """The texts of a naughty line that can be stored."""
    try:
        record = json.loads(line)
        texts = [text for text in (record["input"], record["output"]) if isinstance(text, str)]
        return [text for text in texts if text.encode() and len(text) < 100_000]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []


def cells_of(path: Path) -> list[list[str]]:
    """As Python reads them, the headers first."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, strict=True))


@needs_duckdb
def test_duckdb_reads_every_cell_as_it_was(exported: Path) -> None:
    import duckdb

    headers, *rows = cells_of(exported)
    loaded = duckdb.read_csv(str(exported), all_varchar=True)
    assert loaded.columns == headers
    assert [["" if cell is None else cell for cell in row] for row in loaded.fetchall()] == rows


@needs_duckdb
def test_duckdb_finds_out_that_times_are_times_and_durations_numbers(exported: Path) -> None:
    import duckdb

    loaded = duckdb.read_csv(str(exported))
    types = dict(zip(loaded.columns, map(str, loaded.types), strict=True))
    assert (types["Executed on"], types["Response Time"]) == ("TIMESTAMP WITH TIME ZONE", "DOUBLE")
    assert types["Input"] == "VARCHAR"
    assert len(loaded) == len(cells_of(exported)) - 1


def through_calc(path: Path, *, has_text_cells: bool) -> list[list[str]]:
    """Load a file into Calc as a person does, and save what its cells hold.

    Args:
        path: The file.
        has_text_cells: Whether `Format quoted field as text` is ticked in the dialog.
    """
    folder = path.parent / "calc"
    quoted_are_text = str(has_text_cells).lower()
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation={(path.parent / 'profile').as_uri()}", "--headless"),
            f"--infilter=CSV:{COMMA},{QUOTE},{UTF_8},1,,0,{quoted_are_text},false,false",
            *("--convert-to", f"csv:Text - txt - csv (StarCalc):{COMMA},{QUOTE},{UTF_8},1,,0,true,true,false"),
            *("--outdir", str(folder), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    (saved,) = folder.iterdir()
    return cells_of(saved)


def as_calc_keeps(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Calc itself leaves out NUL, and keeps every line end within a cell as a line feed."""
    return [[re.sub("\r\n|\n\r|\r", "\n", cell.replace("\x00", "")) for cell in row] for row in rows]


@needs_calc
@pytest.mark.parametrize("exported", ["exact"], indirect=True)
def test_calc_reads_every_cell_as_it_was(exported: Path) -> None:
    assert through_calc(exported, has_text_cells=True) == as_calc_keeps(cells_of(exported))


@needs_calc
@pytest.mark.parametrize("exported", ["safe"], indirect=True)
def test_calc_runs_nothing_whatever_is_ticked(exported: Path) -> None:
    headers, *rows = through_calc(exported, has_text_cells=False)
    column = headers.index("Input")
    assert [row[column] for row in rows if row[column].startswith(("=", "+", "@"))] == []
    assert {"'=1+1", "'@SUM(A1)", "'=cmd|' /C calc'!A0"} <= {row[column] for row in rows}
