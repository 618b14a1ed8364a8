"""A batch into the store: what is new, what is there already, what fills in and what contradicts."""

import json
import os
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import NOON_US, S, a_trace
from tests.store.stored import (
    latency,
    latency_by_scan,
    payload,
    row,
    rows,
    sums,
    sums_by_scan,
    write,
)
from tracetui.domain.catalogue import ModelType
from tracetui.domain.ports import Difference
from tracetui.domain.trace import Status, Trace
from tracetui.errors import StoreError
from tracetui.store.writer import SqliteWriter


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "traces.db"


def _whole_trace(request_id: str = "req-1") -> Trace:
    request, response = b'{"model": "m-1", "messages": []}', b'{"choices": []}'
    return a_trace(
        request_id,
        raw=b'{"request": %s, "response": %s}' % (request, response),
        model_type=ModelType.OPEN_SOURCE,
        base_model="llama",
        deployment="chat",
        version="v1",
        source_type="Workflow",
        source="checkout",
        user_id="ann",
        session="s-1",
        status=Status.FAILED,
        response_time_us=2 * S,
        ttft_us=S,
        input_tokens=10,
        output_tokens=20,
        cached_input_tokens=3,
        reasoning_tokens=4,
        credits_micro=5,
        cost_nano_usd=6,
        status_code=500,
        error_type="ServerError",
        error="It broke.",
        finish_reason="stop",
        is_streamed=True,
        input="Hello",
        output="Good bye",
        request=request,
        response=response,
    )


def test_a_trace_is_stored_in_its_columns(store: Path) -> None:
    write(store, [_whole_trace()])
    assert row(
        store,
        """SELECT request_id, record_id, executed_at, status, response_time_us, ttft_us, input_tokens,
        output_tokens, cached_input_tokens, reasoning_tokens, credits_micro, cost_nano_usd, st.name, s.name,
        user_id, session, status_code, error_type, finish_reason, is_streamed, m.name, m.type, m.base_model,
        t.base_model, deployment, version, connection
        FROM traces t JOIN models m ON m.id = t.model_id JOIN routes r ON r.id = route_id
        JOIN sources s ON s.id = source_id JOIN source_types st ON st.id = source_type_id""",
    ) == (
        *("req-1", None, NOON_US, 1, 2 * S, S, 10, 20, 3, 4, 5, 6, "Workflow", "checkout", "ann", "s-1", 500),
        *("ServerError", "stop", 1, "m-1", "open-source", "llama", None, "chat", "v1", ""),
    )


def test_texts_and_payloads_are_stored_whole(store: Path) -> None:
    trace = _whole_trace()
    write(store, [trace])
    assert payload(store, "req-1") == (
        *(trace.input, trace.output, trace.error, trace.request, trace.response, False, (trace.raw,), None),
    )


def test_previews_are_the_beginnings_of_the_texts(store: Path) -> None:
    write(store, [a_trace(input="x" * 500, output="")])
    assert row(store, "SELECT input_preview, output_preview FROM trace_texts") == ("x" * 160, "")


def test_the_preview_of_a_conversation_begins_with_its_newest_turn(store: Path) -> None:
    asked = "user: One\n\nassistant: Two\n\nuser: " + "Three" * 100
    write(store, [a_trace(input=asked, newest_turn_at=27)], [a_trace(input_tokens=7, raw=b"later")])
    assert row(store, "SELECT input_preview FROM trace_texts") == ("user: " + ("Three" * 100)[:154],)
    assert payload(store, "req-1").input == asked


def test_a_newest_turn_comes_with_the_input_that_fills_in(store: Path) -> None:
    write(
        store,
        [a_trace()],
        [a_trace(input="user: One\n\nassistant: Two\n\nuser: Three", newest_turn_at=27, raw=b"l")],
    )
    assert row(store, "SELECT input_preview FROM trace_texts") == ("user: Three",)


def test_the_same_batch_again_changes_nothing(store: Path) -> None:
    traces = [_whole_trace(f"req-{number}") for number in range(50)]
    first, again = write(store, traces, traces)
    assert (first.added, first.present, first.filled) == (50, 0, 0)
    assert (again.added, again.present, again.filled, again.differences) == (0, 50, 0, ())
    assert row(store, "SELECT count(*) FROM traces") == (50,)
    assert sums(store, "day") == sums_by_scan(store, "day")


def test_the_same_record_twice_in_one_batch_is_one_trace(store: Path) -> None:
    (report,) = write(store, [_whole_trace(), _whole_trace()])
    assert (report.added, report.present, report.filled) == (1, 1, 0)


def test_the_same_id_of_another_origin_is_another_trace(store: Path) -> None:
    (report,) = write(store, [a_trace(origin="a"), a_trace(origin="b")])
    assert report.added == 2


def test_a_record_is_known_by_its_record_id_and_not_by_the_request_id_shown(store: Path) -> None:
    (report,) = write(
        store, [a_trace(record_id="t/1"), a_trace(record_id="t/2"), a_trace("req-2", record_id="t/1")]
    )
    assert (report.added, report.present) == (2, 1)
    assert [one.field for one in report.differences] == ["request_id"]


@pytest.mark.parametrize("is_one_batch", [True, False])
def test_a_later_record_fills_in_columns_texts_route_and_sums(store: Path, is_one_batch: bool) -> None:
    first, second = a_trace(), _whole_trace()
    second.status = Status.SUCCESS
    reports = write(store, [first, second]) if is_one_batch else write(store, [first], [second])
    assert reports[-1].filled == 1
    assert row(store, "SELECT input_tokens, deployment FROM traces JOIN routes r ON r.id = route_id") == (
        10,
        "chat",
    )
    assert payload(store, "req-1").output == "Good bye"
    assert payload(store, "req-1").raws == (first.raw, second.raw)
    for unit in ("quarter", "day"):
        assert sums(store, unit) == sums_by_scan(store, unit)
        assert latency(store, unit) == latency_by_scan(store, unit)


def test_filling_in_twice_changes_nothing_the_second_time(store: Path) -> None:
    reports = write(store, [a_trace()], [_whole_trace()], [_whole_trace()], [a_trace()])
    assert [report.present for report in reports] == [0, 0, 1, 1]


def test_the_callers_traces_are_not_changed(store: Path) -> None:
    first = a_trace()
    write(store, [first, _whole_trace()])
    assert first == a_trace()


def test_a_contradiction_is_told_with_its_place_and_the_first_stands(store: Path) -> None:
    batch = [a_trace("req-9"), a_trace(response_time_us=2)]
    reports = write(store, [a_trace(response_time_us=1)], batch, batch)
    assert reports[1].differences == (Difference(1, "response_time_us", "1", "2"),)
    assert reports[2].differences == reports[1].differences
    assert row(store, "SELECT response_time_us FROM traces WHERE request_id = 'req-1'") == (1,)


def test_a_base_model_other_than_the_models_own_stays_with_the_trace(store: Path) -> None:
    write(store, [a_trace("a", base_model="llama-2"), a_trace("b", base_model="llama-3"), a_trace("c")])
    assert rows(store, "SELECT base_model FROM traces ORDER BY id") == [(None,), ("llama-3",), (None,)]


def test_the_time_of_the_last_write_is_that_of_the_last_that_added(store: Path) -> None:
    clock = iter([1, 2])
    with closing(SqliteWriter(store, now_us=lambda: next(clock))) as writer:
        for batch in ([a_trace()], [a_trace("req-2")], [a_trace()]):
            writer.write(batch)
    assert row(store, "SELECT value FROM store_facts WHERE key = 'last_write_us'") == (2,)


def test_a_batch_that_fails_leaves_nothing_behind_and_the_next_one_works(store: Path) -> None:
    fails = a_trace("req-2", model="m-2", source="new", session=object())
    with closing(SqliteWriter(store, now_us=lambda: NOON_US)) as writer:
        with pytest.raises(Exception, match="type 'object' is not supported"):
            writer.write([a_trace(model="m-2", source="new"), fails])
        assert rows(store, "SELECT name FROM models") == []
        writer.write([a_trace(model="m-2", source="new")])
    assert row(store, "SELECT m.name, s.name FROM traces t JOIN models m ON m.id = model_id"
                      " JOIN sources s ON s.id = source_id") == ("m-2", "new")  # fmt: skip


def test_a_number_that_no_column_can_hold_is_told_and_nothing_is_written(store: Path) -> None:
    with closing(SqliteWriter(store, now_us=lambda: NOON_US)) as writer:
        with pytest.raises(StoreError, match="too large"):
            writer.write([a_trace("a"), a_trace("b", input_tokens=1 << 70)])
        assert writer.write([a_trace("a")]).added == 1


def test_half_a_surrogate_pair_becomes_a_replacement_character(store: Path) -> None:
    reports = write(store, *[[a_trace(input="x" * 400 + "\ud800!", source="a\udc00")]] * 2)
    assert payload(store, "req-1").input == "x" * 400 + "\ufffd!"
    assert rows(store, "SELECT name FROM sources") == [("a\ufffd",)]
    assert reports[1].present == 1


@pytest.mark.parametrize("batch_size", [1_500, 400])
def test_the_first_thousand_records_teach_a_dictionary_that_makes_the_rest_small(
    store: Path, batch_size: int
) -> None:
    texts = [f"Dear customer {number}, how can we help you with order {number * 7}?" for number in range(2_000)]
    records = [json.dumps({"text": text, "model": "gpt-4o", "status": "success", "n": 1}) for text in texts]
    traces = [
        a_trace(f"req-{number}", input=text, raw=record.encode())
        for number, (text, record) in enumerate(zip(texts, records, strict=True))
    ]
    write(store, *(traces[first : first + batch_size] for first in range(0, 2_000, batch_size)))
    (first, last) = (payload(store, "req-0"), payload(store, "req-1999"))
    assert (first.input, last.input) == (texts[0], texts[1999])
    assert row(store, "SELECT length(payload) FROM trace_texts WHERE id = 2000")[0] < len(records[1999]) / 2
    assert row(store, "SELECT count(*) FROM dictionaries") == (1,)


def test_a_payload_of_ten_megabytes_is_kept_whole(store: Path) -> None:
    text = os.urandom(5_000_000).hex()
    raw = json.dumps({"input": text}).encode()
    write(store, [a_trace(input=text, raw=raw)])
    assert payload(store, "req-1") == (text, None, None, None, None, False, (raw,), None)
