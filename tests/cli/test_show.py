import json
from pathlib import Path

import pytest

from tests.cli.commands import Command
from tests.fakes import MS, NOON_US, a_trace
from tests.store.plain import a_reader, ask, fill
from tracetui.domain.catalogue import ModelType
from tracetui.domain.queries import FindQuery, TraceQuery
from tracetui.domain.trace import Status, Trace, TraceDetail

REQUEST = b'{"model": "support",\n "messages": [{"role": "user", "content": "Where is \xc3\xbc?"}], "n": 1.0}'


def a_full_trace() -> Trace:
    return a_trace(
        "req-full",
        origin="native",
        model="support",
        model_type=ModelType.FINE_TUNED,
        base_model="llama",
        deployment="chat",
        version="v2",
        status=Status.FAILED,
        status_code=500,
        error_type="timeout",
        error="took too long",
        response_time_us=1_234_567,
        ttft_us=200 * MS,
        input_tokens=12,
        output_tokens=3,
        cached_input_tokens=4,
        reasoning_tokens=1,
        credits_micro=26_000,
        cost_nano_usd=450_000,
        source_type="Workflow",
        source="checkout",
        user_id="u-1",
        session="s-1",
        finish_reason="stop",
        is_streamed=True,
        input="Where is ü?",
        output="Here.",
        request=REQUEST,
        response=b"not json",
    )


@pytest.fixture
def stored(command: Command) -> Command:
    fill(command.store, a_full_trace(), a_trace("req-10"), a_trace("req-11", status=Status.FAILED))
    return command


def test_a_trace_is_shown_with_what_is_known_and_its_texts(stored: Command) -> None:
    outcome = stored.run("show", "req-full")
    assert outcome.code == 0
    for text in ("req-full", "llama", "chat", "v2", "1.235 s", "took too long", "Where is ü?", "Here.", "0.026"):
        assert text in outcome.out


def test_a_trace_is_shown_by_a_beginning_that_no_other_has(stored: Command) -> None:
    assert stored.run("show", "req-f").out == stored.run("show", "req-full").out


def test_a_beginning_of_several_is_refused_with_their_names(stored: Command) -> None:
    outcome = stored.run("show", "req-1")
    assert outcome.code == 2
    assert "req-10, req-11" in outcome.err


def test_an_id_that_is_not_there_is_said_and_exits_with_one(stored: Command) -> None:
    outcome = stored.run("show", "nothing\x1b[2J")
    assert (outcome.code, outcome.out) == (1, "")
    assert "No trace has the request id nothing" in outcome.err
    assert "\x1b" not in outcome.err


def test_all_traces_of_one_request_id_are_shown(command: Command) -> None:
    fill(command.store, a_trace("same", origin="a", input="first"), a_trace("same", origin="b", input="second"))
    shown = [json.loads(line)["input"] for line in command.run("show", "same", "--json").out.splitlines()]
    assert shown == ["first", "second"]


def test_a_payload_that_was_put_together_says_so_and_does_so_again_when_it_is_imported(command: Command) -> None:
    fill(command.store, a_trace("made", request=b"{}", is_reconstructed=True), a_trace("real", request=b"{}"))
    line = command.run("show", "made", "--json").out
    assert json.loads(line)["reconstructed"] is True
    assert "reconstructed" not in command.run("show", "real", "--json").out
    (command.folder / "again.jsonl").write_text(line)
    command.run("import", "again.jsonl", "--store", "other.db")
    assert json.loads(command.run("show", "made", "--json", "--store", "other.db").out)["reconstructed"] is True


def test_a_payload_that_is_json_is_printed_with_every_digit_and_else_as_text(stored: Command) -> None:
    line = stored.run("show", "req-full", "--json").out
    assert '"n": 1.0}' in line
    assert json.loads(line)["response"] == "not json"


def test_a_record_that_is_imported_again_is_the_same_trace(stored: Command, tmp_path: Path) -> None:
    again = tmp_path / "again.jsonl"
    again.write_text(stored.run("show", "req-full", "--json").out, encoding="utf-8")
    before = _detail(stored.store)
    stored.store = tmp_path / "second.db"
    assert stored.run("import", again).code == 0
    after = _detail(stored.store)
    different = {name for name, value in before._asdict().items() if getattr(after, name) != value}
    # The raw record is the line itself, and the request came without its line break.
    assert different <= {"id", "origin", "raw", "request", "response"}
    assert json.loads(after.request or b"") == json.loads(REQUEST)


def _detail(store: Path) -> TraceDetail:
    reader = a_reader(store)
    (id,) = ask(reader, FindQuery("req-full"))
    detail = ask(reader, TraceQuery(id))
    reader.close()
    assert detail is not None
    return detail


@pytest.mark.parametrize("payload", [b'{"a": NaN}', b"[" * 400 + b"]" * 400, b'"\xc2\x9b\xe2\x80\xae"', b"\xff"])
def test_any_payload_makes_a_line_that_is_json_and_does_not_act(command: Command, payload: bytes) -> None:
    fill(command.store, a_trace("odd", request=payload, executed_at_us=NOON_US))
    line = command.run("show", "odd", "--json").out
    assert not set(line) & set("\x9b\u202e\x1b")
    assert "request" in json.loads(line, parse_constant=pytest.fail)
