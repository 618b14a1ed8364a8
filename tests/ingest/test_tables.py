"""CSV to traces."""

import json
from pathlib import Path

import pytest

from tracetui.domain.trace import Status, Trace
from tracetui.errors import IngestError
from tracetui.ingest import tables
from tracetui.ingest.headers import FIELDS
from tracetui.ingest.items import Bad, Good, Notes, Options
from tracetui.ingest.mapping import CsvMapping, Mapping
from tracetui.ingest.records import TraceRecord
from tracetui.ingest.sources import split_lines

from ..fakes import NOON_US, S
from .inputs import SHARED, import_files, needs_shared_data

HEADERS = "request_id,model,executed_at,status,input,output\r\n"


def read(text: str | bytes, options: Options | None = None) -> list[Good | Bad]:
    content = text.encode() if isinstance(text, str) else text
    return list(tables.read(split_lines(iter([content])), options or Options(), Notes(), "calls.csv"))


def traces(text: str | bytes, options: Options | None = None) -> list[Trace]:
    items = read(text, options)
    assert all(isinstance(item, Good) for item in items), items
    return [item.record for item in items if isinstance(item, Good) and isinstance(item.record, Trace)]


def rejects(text: str | bytes) -> list[tuple[int, str]]:
    return [(item.line, item.reason) for item in read(text) if isinstance(item, Bad)]


def test_our_own_field_names_are_headers() -> None:
    (trace,) = traces(HEADERS + 'c1,m,2026-10-01T12:00:00Z,failed,"a ""b""\nc",+1\r\n')
    assert (trace.request_id, trace.model, trace.executed_at_us) == ("c1", "m", NOON_US)
    assert (trace.status, trace.input, trace.output) == (Status.FAILED, 'a "b"\nc', "+1")


def test_the_headers_of_our_own_export_are_understood() -> None:
    (trace,) = traces(
        "Status,Request ID,Response Time,Deployment Version,Source Type,Source,Executed on,Input,Output\r\n"
        "Failed,r-1,1500,2,API Key,shop,2026-10-01T12:00:00.000000Z,in,out\r\n",
        Options(model="m"),
    )
    assert (trace.status, trace.request_id, trace.response_time_us, trace.version) == (
        Status.FAILED,
        "r-1",
        1_500_000,
        "2",
    )
    assert (trace.source_type, trace.source, trace.executed_at_us) == ("API Key", "shop", NOON_US)
    assert (trace.input, trace.output, trace.model) == ("in", "out", "m")


def test_every_field_of_a_trace_record_can_be_a_header() -> None:
    assert set(TraceRecord.model_fields) - {"type"} == FIELDS


def test_an_empty_cell_is_unknown() -> None:
    (trace,) = traces("executed_at,input_tokens,input\n2026-10-01T12:00:00Z,,\n")
    assert (trace.input_tokens, trace.input) == (None, None)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_recognised(delimiter: str) -> None:
    (trace,) = traces(f"request_id{delimiter}executed_at\na,b{delimiter}2026-10-01T12:00:00Z\n")
    assert trace.request_id == "a,b"


def test_payload_cells_that_are_json_are_kept_as_they_are() -> None:
    (trace,) = traces('executed_at,request,response\n2026-10-01T12:00:00Z,"{""a"" : 1}",plain\n')
    assert (trace.request, trace.response) == (b'{"a" : 1}', b'"plain"')


def test_the_raw_record_holds_every_cell_under_its_header() -> None:
    (trace,) = traces("executed_at,extra,extra\n2026-10-01T12:00:00Z,1,é\n")
    assert json.loads(trace.raw) == {"executed_at": "2026-10-01T12:00:00Z", "extra": "1", "extra (2)": "é"}


def test_rows_with_too_few_or_too_many_cells_are_rejected_by_line() -> None:
    row = "c,m,2026-10-01T12:00:00Z,success,i,o\r\n"
    assert rejects(HEADERS + row + "c3,m\r\n" + row + row[:-2] + ",extra\r\n" + row) == [
        (3, "has 2 cells, where the headers are 6"),
        (5, "has 7 cells, where the headers are 6"),
    ]


def test_an_unclosed_quote_costs_its_own_line_and_no_other() -> None:
    good = 'c{},m,2026-10-01T12:00:00Z,success,"i, {}",o\r\n'
    text = (
        HEADERS
        + good.format(1, 1)
        + 'c2,m,2026-10-01T12:00:00Z,success,"i,o\r\n'
        + good.format(3, 3)
        + good.format(4, 4)
    )
    items = read(text)
    assert [item.line for item in items if isinstance(item, Bad)] == [3]
    assert [
        item.record.request_id for item in items if isinstance(item, Good) and isinstance(item.record, Trace)
    ] == [
        "c1",
        "c3",
        "c4",
    ]


def test_an_unclosed_quote_at_the_end_is_told() -> None:
    assert rejects(HEADERS + 'c1,m,2026-10-01T12:00:00Z,success,"i,o\r\n') == [
        (2, "has a quote that is not closed")
    ]


def test_a_cell_that_is_no_utf_8_costs_its_row_and_names_the_byte() -> None:
    text = b"executed_at,input\n2026-10-01T12:00:00Z,\xff\n2026-10-01T12:00:00Z,ok\n"
    assert rejects(text) == [(2, "is not UTF-8 at byte offset 21 (0xff)")]


def test_a_cell_may_be_very_large() -> None:
    (trace,) = traces("executed_at,input\n2026-10-01T12:00:00Z," + "x" * 10_000_000 + "\n")
    assert trace.input is not None
    assert len(trace.input) == 10_000_000


def test_equal_rows_of_one_file_are_different_traces_and_the_same_ones_when_it_comes_again() -> None:
    text = "executed_at,input_tokens\n" + "2026-10-01T12:00:00Z,7\n" * 3
    ids = [trace.record_id for trace in traces(text)]
    assert len(set(ids)) == 3
    assert [trace.record_id for trace in traces(text + "2026-10-01T13:00:00Z,7\n")][:3] == ids


def test_headers_without_a_time_are_refused() -> None:
    with pytest.raises(IngestError, match="time of a request"):
        read("a,b\n1,2\n")


def with_mapping(**fields: object) -> Options:
    return Options(mapping=Mapping(csv=(CsvMapping("t", **fields),)))  # type: ignore[arg-type]


def test_a_mapping_names_columns_constants_units_and_failures() -> None:
    options = with_mapping(
        columns={"executed_at": "T", "response_time_ms": "Took", "output_tokens": "Out"},
        constants={"model": "m-7", "source_type": "API Key"},
        epoch="2026-10-01T00:00:00+00:00",
        response_time_unit="s",
        failed_when={"Out": "0"},
    )
    first, second = traces("T,Took,Out,More\n43200.5,1.25,0,x\n43201,,5,y\n", options)
    assert (first.executed_at_us, first.response_time_us, first.status) == (
        NOON_US + 500_000,
        1_250_000,
        Status.FAILED,
    )
    assert (first.model, first.source_type) == ("m-7", "API Key")
    assert (second.executed_at_us, second.response_time_us, second.status) == (NOON_US + S, None, Status.SUCCESS)


def test_of_two_mappings_that_fit_the_one_that_knows_more_columns_is_used() -> None:
    small = CsvMapping("small", {"executed_at": "T"}, {"model": "small"})
    large = CsvMapping("large", {"executed_at": "T", "user": "U"}, {"model": "large"})
    (trace,) = traces("T,U\n2026-10-01T12:00:00Z,u\n", Options(mapping=Mapping(csv=(small, large))))
    assert trace.model == "large"


def test_a_mapped_cell_that_is_no_number_is_rejected_with_its_reason() -> None:
    options = with_mapping(columns={"executed_at": "T"}, epoch="2026-10-01T00:00:00+00:00")
    (item,) = read("T\nlater\n", options)
    assert isinstance(item, Bad)
    assert item.reason.startswith('executed_at is "later"')


@needs_shared_data
def test_the_formulas_and_ragged_rows_do_what_is_expected_of_them(tmp_path: Path) -> None:
    result, found = import_files(tmp_path, SHARED / "naughty" / "formula_and_ragged.csv")
    assert [(trace.request_id, trace.input, trace.output) for trace in found] == [
        ("c1", "=cmd|'/C calc'!A0", 'multi\nline "quoted"'),
        ("c2", "@SUM(1)", "+1"),
    ]
    assert [place.line for place in result.inputs[0].first_rejects] == [5, 6, 7]


def test_headers_that_say_no_time_are_refused_with_the_name_of_the_file() -> None:
    with pytest.raises(IngestError) as refused:
        read("a,b\n1,2\n")
    assert refused.value.problem.startswith("calls.csv: its first line names no column")
