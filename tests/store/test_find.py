from pathlib import Path

import pytest

from tests.fakes import a_trace
from tests.store.plain import a_reader, ask
from tracetui.domain.queries import FindQuery, TraceQuery
from tracetui.store.reader import SqliteReader

IDS = ["req-1", "req-10", "req-11", "Req-1", "größe", "größer", "\U0010ffff", "x", "same"]


@pytest.fixture
def reader(tmp_path: Path) -> SqliteReader:
    """Traces known by their request id, traces with another record id, and one id that two traces have."""
    traces = [a_trace(id, record_id=id if place % 2 else f"record {id}") for place, id in enumerate(IDS)]
    return a_reader(tmp_path / "s.db", *traces, a_trace("same", record_id="other", model="m-2"))


def found(reader: SqliteReader, request_id: str, count: int = 10) -> list[str]:
    """The request ids that were found."""
    details = [ask(reader, TraceQuery(id)) for id in ask(reader, FindQuery(request_id, count))]
    return sorted(detail.request_id for detail in details if detail is not None)


@pytest.mark.parametrize("request_id", IDS[:-1])
def test_a_trace_is_found_by_its_request_id(reader: SqliteReader, request_id: str) -> None:
    assert found(reader, request_id) == [request_id]


def test_every_trace_that_has_the_request_id_is_found(reader: SqliteReader) -> None:
    assert found(reader, "same") == ["same", "same"]


@pytest.mark.parametrize(
    ("beginning", "ids"),
    [("req-", ["req-1", "req-10", "req-11"]), ("grö", ["größe", "größer"]), ("\U0010fffe", []), ("R", ["Req-1"])],
)
def test_without_such_a_request_id_those_that_begin_so_are_found(
    reader: SqliteReader, beginning: str, ids: list[str]
) -> None:
    assert found(reader, beginning) == ids


@pytest.mark.parametrize("request_id", ["", "record", "eq-1", "\udcff", "req-1\x00"])
def test_nothing_is_found_by_what_no_request_id_begins_with(reader: SqliteReader, request_id: str) -> None:
    assert found(reader, request_id) == []


def test_no_more_are_found_than_are_wanted(reader: SqliteReader) -> None:
    assert len(found(reader, "req-", count=2)) == 2
