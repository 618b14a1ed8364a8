"""What a row looks like in a file, and that programs and our own import read it back."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.rows import a_row
from tests.fakes import NOON_US
from tracetui.domain.catalogue import ModelType
from tracetui.domain.rows import WholeRow
from tracetui.domain.trace import Status, Trace
from tracetui.export.as_csv import AsCsv, Style
from tracetui.ingest import tables, values
from tracetui.ingest.items import Good, Notes, Options
from tracetui.ingest.sources import split_lines

EXACT = Style(is_exact=True)


def file_of(*rows: WholeRow, style: Style = EXACT, model_type: ModelType = ModelType.FINE_TUNED) -> bytes:
    made = AsCsv(model_type, style)
    return made.header() + made.lines(rows)


def read(content: bytes) -> list[list[str]]:
    """As a program reads it."""
    return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))


def cell(column: str, style: Style = EXACT, **fields: Any) -> str:
    """One cell as a program reads it."""
    header, row = read(file_of(a_row(**fields), style=style))
    return row[header.index(column)]


def test_a_hosted_model_has_every_column_of_the_table() -> None:
    assert read(file_of()) == [
        [
            "Status",
            "Request ID",
            "Response Time",
            "Deployment Version",
            "Source Type",
            "Source",
            "Executed on",
            "Input",
            "Output",
        ]
    ]


def test_an_external_model_has_no_deployment_version() -> None:
    header, row = read(file_of(a_row(), model_type=ModelType.EXTERNAL))
    assert len(header) == len(row) == 8
    assert "Deployment Version" not in header
    assert "v3" not in row


def test_lines_end_with_carriage_return_and_line_feed() -> None:
    assert file_of(a_row(), a_row()).endswith(b'"out"\r\n')
    assert file_of(a_row(), a_row()).count(b"\r\n") == 3


@pytest.mark.parametrize(
    ("took_us", "written"),
    [(None, ""), (0, "0"), (1, "0.001"), (1_204_000, "1204"), (1_204_118, "1204.118"), (500, "0.5")],
)
def test_response_times_are_milliseconds_exactly(took_us: int | None, written: str) -> None:
    assert cell("Response Time", response_time=took_us) == written


def test_times_are_iso_8601_in_utc_to_the_microsecond() -> None:
    assert cell("Executed on", executed_at=NOON_US + 118_001) == "2026-10-01T12:00:00.118001Z"


def test_a_failed_request_says_so() -> None:
    assert cell("Status", status=Status.FAILED) == "failed"


def test_an_empty_text_is_not_an_unknown_one() -> None:
    assert file_of(a_row(input=b"", output=None)).endswith(b',"",\r\n')


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
@pytest.mark.parametrize("column", ["Input", "Source", "Request ID"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str, column: str) -> None:
    text = f'{start}HYPERLINK("http://evil","x")'
    value = text.encode() if column == "Input" else text
    key = column.lower().replace(" ", "_")
    assert cell(column, Style(), **{key: value}) == "'" + text
    assert cell(column, EXACT, **{key: value}) == text


def test_a_text_that_no_spreadsheet_runs_stays_as_it_is() -> None:
    assert cell("Input", Style(), input=b"1 = 1") == "1 = 1"


def test_a_byte_order_mark_is_there_only_where_it_is_asked_for() -> None:
    assert file_of(a_row()).startswith(b"Status,")
    assert file_of(a_row(), style=Style(has_bom=True)).startswith(b"\xef\xbb\xbfStatus,")


_texts = st.none() | st.text(st.characters(exclude_categories=["Cs"]))
_names = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@st.composite
def rows(draw: st.DrawFn) -> WholeRow:
    """Any row that a store can hold."""
    asked, answered = draw(_texts), draw(_texts)
    return WholeRow(
        draw(st.sampled_from(Status)),
        draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1)),
        draw(st.none() | st.integers(0, values.LARGEST)),
        draw(_names),
        draw(_names),
        draw(_names),
        draw(st.integers(0, values.END_US - 1)),
        None if asked is None else asked.encode(),
        None if answered is None else answered.encode(),
    )


@given(st.lists(rows(), max_size=3))
def test_python_reads_every_text_as_it_was(some: list[WholeRow]) -> None:
    _, *found = read(file_of(*some))
    assert [(row[1], row[5], row[7], row[8]) for row in found] == [
        (row.request_id, row.source or "", (row.input or b"").decode(), (row.output or b"").decode())
        for row in some
    ]


def imported(content: bytes) -> list[Trace]:
    """What `tracetui import` makes of a file."""
    items = list(tables.read(split_lines(iter([content])), Options(model="GPT4"), Notes(), "x.csv"))
    assert all(isinstance(item, Good) for item in items), items
    return [item.record for item in items if isinstance(item, Good) and isinstance(item.record, Trace)]


@given(st.lists(rows(), max_size=3))
def test_an_exact_file_comes_in_again_with_the_same_values(some: list[WholeRow]) -> None:
    assert [
        (
            trace.status,
            trace.request_id,
            trace.response_time_us,
            trace.version,
            trace.source_type,
            trace.source,
            trace.executed_at_us,
            (trace.input or "").encode(),
            (trace.output or "").encode(),
        )
        for trace in imported(file_of(*some))
    ] == [row._replace(input=row.input or b"", output=row.output or b"") for row in some]
