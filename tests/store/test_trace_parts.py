"""Messages that come apart from their trace, before it or after it."""

import json
from pathlib import Path

import pytest

from tests.fakes import a_trace
from tests.store.apart import answered, asked
from tests.store.plain import ask
from tests.store.stored import everything, payload, row, rows, write
from tracetui.domain.queries import ModelsQuery, StoreQuery, TraceQuery
from tracetui.store.reader import SqliteReader


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "traces.db"


def test_parts_that_come_first_wait_and_are_no_traces(store: Path) -> None:
    (report,) = write(store, [asked("Hello"), answered("Hi")])
    assert (report.added, report.present) == (2, 0)
    reader = SqliteReader(store)
    assert ask(reader, StoreQuery()).traces == 0
    assert ask(reader, ModelsQuery()) == ()
    reader.close()


@pytest.mark.parametrize(
    "batches",
    [
        [[asked("Hello"), answered("Hi")], [a_trace()]],
        [[a_trace()], [answered("Hi")], [asked("Hello")]],
        [[a_trace(), answered("Hi"), asked("Hello")]],
        [[asked("Hello")], [a_trace(), a_trace()], [asked("Hello"), answered("Hi")], [answered("Hi")]],
    ],
    ids=["before", "after", "with it", "around it and twice"],
)
def test_parts_make_the_payloads_and_texts_of_their_trace(store: Path, batches: list[list[object]]) -> None:
    write(store, *batches)  # type: ignore[arg-type]
    reader = SqliteReader(store)
    detail = ask(reader, TraceQuery(1))
    reader.close()
    assert detail is not None
    assert (detail.input, detail.output, detail.is_reconstructed) == ("Hello", "Hi", True)
    assert json.loads(detail.request or b"") == {"messages": [{"role": "user", "content": "Hello"}]}
    assert json.loads(detail.response or b"")["choices"][0]["message"]["content"] == "Hi"
    assert row(store, "SELECT input_preview, output_preview FROM trace_texts") == ("Hello", "Hi")


def test_messages_stand_in_the_order_of_their_times_and_then_of_their_ids(store: Path) -> None:
    three = asked("Three", at=2, part_id="b")
    write(store, [three], [a_trace(), asked("Two", at=2, part_id="a")], [asked("One", at=1, role="assistant")])
    assert payload(store, "req-1").input == "assistant: One\n\nuser: Two\n\nuser: Three"
    assert row(store, "SELECT input_preview FROM trace_texts") == ("Two\n\nuser: Three",)


@pytest.mark.parametrize("own", [None, "tool_calls"])
def test_parts_tell_why_the_model_stopped_where_the_trace_does_not(store: Path, own: str | None) -> None:
    trace = a_trace(finish_reason=own)
    first, second = answered("A", at=1), answered("B", at=2, why="length")
    write(store, [second], [trace], [first], [trace])
    assert row(store, "SELECT finish_reason FROM traces") == (own or "stop, length",)


def test_a_finish_reason_of_parts_gives_way_to_one_that_comes_later(store: Path) -> None:
    *_, report = write(store, [a_trace(), answered("A")], [a_trace(finish_reason="length", raw=b"again")])
    assert (report.filled, report.differences) == (1, ())
    assert row(store, "SELECT finish_reason, inherited FROM traces") == ("length", None)


def test_a_part_that_comes_twice_is_there_once(store: Path) -> None:
    reports = write(store, [asked("Hello"), asked("Hello")], [a_trace()], [asked("Hello")])
    assert [(report.added, report.present) for report in reports] == [(1, 1), (1, 0), (0, 1)]
    assert payload(store, "req-1").input == "Hello"


def test_a_part_that_comes_again_and_says_otherwise_is_told(store: Path) -> None:
    _, again = write(store, [a_trace(), asked("Hello")], [asked("Bye")])
    assert [(one.place, one.field) for one in again.differences] == [(0, "messages")]
    assert payload(store, "req-1").input == "Hello"


def test_parts_of_another_origin_are_of_another_trace(store: Path) -> None:
    write(store, [a_trace(), asked("Hello", origin="elsewhere")])
    assert payload(store, "req-1").input is None


def test_what_the_traces_own_record_says_wins(store: Path) -> None:
    own = a_trace(input="Own", request=b'{"messages":[{"role":"user","content":"Own"}]}', is_reconstructed=True)
    write(store, [a_trace(), asked("Parts"), answered("Parts")], [own])
    known = payload(store, "req-1")
    assert (known.input, known.request) == ("Own", own.request)
    assert (known.output, known.is_reconstructed) == ("Parts", True)


def test_payloads_that_went_over_the_wire_win_over_parts(store: Path) -> None:
    real = a_trace(request=b'{"real":1}', response=b'{"real":2}', raw=b"real")
    write(store, [asked("Parts"), answered("Parts"), a_trace()], [real])
    known = payload(store, "req-1")
    assert (known.request, known.response, known.is_reconstructed) == (b'{"real":1}', b'{"real":2}', False)
    assert (known.input, known.output) == ("Parts", "Parts")


def test_a_request_made_of_attributes_without_messages_gets_those_of_the_parts(store: Path) -> None:
    attributes = a_trace(request=b'{"model": "gpt-4o", "temperature": 0}', is_reconstructed=True)
    write(store, [attributes], [asked("Hello", at=1)], [asked("Bye", at=2)])
    assert json.loads(payload(store, "req-1").request or b"") == {
        "model": "gpt-4o",
        "temperature": 0,
        "messages": [{"role": "user", "content": "Hello"}, {"role": "user", "content": "Bye"}],
    }


def test_a_trace_has_all_its_parts_however_many(store: Path) -> None:
    write(store, [a_trace()], *([asked(f"Message {number}", at=number)] for number in range(40)))
    assert len(json.loads(payload(store, "req-1").request or b"")["messages"]) == 40
    assert row(store, "SELECT count(*) FROM trace_parts") == (40,)


def test_a_trace_that_parts_fill_is_indexed_again(store: Path) -> None:
    write(store, [a_trace()], [asked("Hello")])
    assert rows(store, "SELECT trace_id FROM search_dirty") == [(1,)]


def test_a_later_record_leaves_what_parts_made(store: Path) -> None:
    write(store, [asked("One", at=1, role="assistant"), asked("Two", at=2), a_trace()])
    before = everything(store)["traces"][0]
    write(store, [a_trace(input_tokens=5, raw=b"{}")])
    after = everything(store)["traces"][0]
    assert row(store, "SELECT input_preview, input_tokens FROM trace_texts JOIN traces USING (id)") == (
        "Two",
        5,
    )
    assert (before[-3:], after[11]) == (after[-3:], 5)


def test_a_part_that_says_nothing_readable_harms_nothing(store: Path) -> None:
    write(store, [a_trace(), asked("Hello", messages=(b"[" * 100_000, b"not JSON"))])
    assert payload(store, "req-1").input is None
