"""Spans around calls, and what calls have of their source from them."""

from pathlib import Path

import pytest

from tests.store.apart import a_call, a_span
from tests.store.stored import row, rows, write

AGENT = {"source_type": "Workflow", "source": "agent"}
SOURCES = """SELECT st.name, s.name FROM traces LEFT JOIN source_types st ON st.id = source_type_id
LEFT JOIN sources s ON s.id = source_id"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "traces.db"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_a_call_is_from_where_the_nearest_span_that_knows_says(store: Path, order: tuple[int, ...]) -> None:
    batches = [list(a_call(3, parent=2)), [a_span(2, parent=1)], [a_span(1, **AGENT)]]
    write(store, *(batches[number] for number in order))
    assert rows(store, SOURCES) == [("Workflow", "agent")]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_a_call_is_for_whom_the_nearest_span_that_knows_says(store: Path, order: tuple[int, ...]) -> None:
    agent = a_span(1, user_id="ann", session="s-1")
    batches = [list(a_call(3, parent=2)), [a_span(2, parent=1, session="s-2")], [agent]]
    write(store, *(batches[number] for number in order))
    assert rows(store, "SELECT user_id, session FROM traces") == [("ann", "s-2")]


def test_what_the_call_says_itself_of_its_user_decides(store: Path) -> None:
    *_, again = write(
        store, [a_span(1, user_id="ann")], [*a_call(2, parent=1)], [*a_call(2, parent=1, user_id="bo")]
    )
    assert (again.filled, again.differences) == (1, ())
    assert rows(store, "SELECT user_id, inherited FROM traces") == [("bo", None)]


def test_a_nearer_span_that_comes_later_decides(store: Path) -> None:
    write(store, [*a_call(3, parent=2), a_span(1, **AGENT)], [a_span(2, parent=1, source="step")])
    assert rows(store, SOURCES) == [("Workflow", "step")]


def test_what_the_call_says_itself_decides_whenever_it_comes(store: Path) -> None:
    trace, span = a_call(2, parent=1, source="checkout")
    write(store, [*a_call(2, parent=1), a_span(1, **AGENT)])
    write(store, [trace, span])
    assert rows(store, SOURCES) == [("Workflow", "checkout")]


def test_a_calls_own_span_says_it_where_no_span_above_does(store: Path) -> None:
    trace, span = a_call(2, parent=1)
    span.source = "service"
    write(store, [trace, span])
    assert rows(store, SOURCES) == [(None, "service")]
    write(store, [a_span(1, **AGENT)])
    assert rows(store, SOURCES) == [("Workflow", "agent")]


def test_a_call_below_a_call_is_not_from_it(store: Path) -> None:
    outer, span = a_call(1)
    span.source = "service"
    write(store, [outer, span, *a_call(2, parent=1)])
    assert sorted(rows(store, SOURCES), key=repr) == [(None, "service"), (None, None)]


@pytest.mark.parametrize(
    "record_id", ["elsewhere", f"{'0' * 32}:{'g' * 16}", f"{'0' * 31}:{'0' * 17}", "A" * 32 + ":" + "B" * 16]
)
def test_a_span_may_be_of_a_trace_with_any_record_id(store: Path, record_id: str) -> None:
    trace, span = a_call(2, parent=1)
    trace.record_id = trace.request_id = span.record_id = record_id
    write(store, [span], [a_span(1, **AGENT)], [trace])
    assert rows(store, SOURCES) == [("Workflow", "agent")]


def test_spans_in_a_circle_end(store: Path) -> None:
    write(store, [*a_call(3, parent=2), a_span(2, parent=1), a_span(1, parent=2)], [a_span(4, parent=4)])
    assert rows(store, SOURCES) == [(None, None)]


def test_a_span_that_comes_again_fills_in_or_changes_nothing(store: Path) -> None:
    write(store, [*a_call(2, parent=1), a_span(1)])
    again, more, other = write(store, [a_span(1)], [a_span(1, **AGENT)], [a_span(1, source="other")])
    assert (again.added, again.present, again.filled) == (0, 1, 0)
    assert (more.present, more.filled) == (0, 1)
    assert [one.field for one in other.differences] == ["source"]
    assert rows(store, SOURCES) == [("Workflow", "agent")]


def test_a_source_that_changes_is_searched_at_once(store: Path) -> None:
    write(store, list(a_call(2, parent=1)), [a_span(1, **AGENT)])
    assert rows(store, "SELECT trace_id FROM search_dirty") == [(1,)]


def test_the_usual_record_id_takes_no_space(store: Path) -> None:
    write(store, [*a_call(2, parent=1)])
    assert row(store, "SELECT record_id, raw FROM spans") == ("", None)


def test_a_tree_tells_when_its_newest_span_began(store: Path) -> None:
    write(store, [a_span(5)], [a_span(7), a_span(3)])
    newest = a_span(7).start_us
    assert row(store, "SELECT newest_at FROM span_trees") == (newest,)
