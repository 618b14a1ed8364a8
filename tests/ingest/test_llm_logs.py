"""The logs.db of llm, of all its generations, as traces."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracetui.domain.trace import Status
from tracetui.errors import IngestError
from tracetui.ingest import llm_logs
from tracetui.ingest.items import Bad, Good, Notes, Options
from tracetui.store.connection import open_writer
from tracetui.store.foreign import open_tables

from ..fakes import NOON_US
from .llm_files import CONDENSED, OLD, TREE, Logs


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Logs]:
    logs = Logs(tmp_path / "logs.db", OLD)
    yield logs
    logs.db.close()


@pytest.fixture
def condensed(tmp_path: Path) -> Iterator[Logs]:
    logs = Logs(tmp_path / "logs.db", CONDENSED)
    yield logs
    logs.db.close()


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Logs]:
    logs = Logs(tmp_path / "logs.db", TREE)
    yield logs
    logs.db.close()


def test_a_response_from_before_token_columns_is_a_trace(old: Logs) -> None:
    old.response(system="Be brief.", conversation_id="c-1")

    trace = old.trace()

    assert (trace.origin, trace.request_id, trace.model) == ("llm", "r-1", "gpt-4o")
    assert (trace.status, trace.executed_at_us, trace.response_time_us) == (Status.SUCCESS, NOON_US, 1_500_000)
    assert (trace.input_tokens, trace.output_tokens, trace.session) == (None, None, "c-1")
    assert (trace.input, trace.output) == ("system: Be brief.\n\nuser: Where is it?", "Here.")
    assert trace.is_reconstructed


def test_tokens_from_before_their_columns_are_those_that_the_response_says(old: Logs) -> None:
    old.response(response_json=json.dumps({"usage": {"prompt_tokens": 7, "completion_tokens": 3}}))

    trace = old.trace()

    assert (trace.input_tokens, trace.output_tokens) == (7, 3)


def test_a_request_that_was_logged_is_kept_byte_for_byte(old: Logs) -> None:
    sent = '{"messages":  [{"role": "user", "content": "Hello"}]}'
    old.response(prompt_json=sent, response_json='{"model": "gpt-4o-2024-08-06",  "object": "chat.completion"}')

    trace = old.trace()

    assert (trace.request, trace.input, trace.is_reconstructed) == (sent.encode(), "Hello", False)
    assert trace.response == b'{"model": "gpt-4o-2024-08-06",  "object": "chat.completion"}'
    assert (trace.base_model, trace.is_streamed) == ("gpt-4o-2024-08-06", False)


def test_condensed_payloads_are_expanded_from_responses_and_fragments(condensed: Logs) -> None:
    condensed.insert("fragments", id=3, content="A long file.")
    condensed.response(id="r-0", response="First answer.")
    turns = [{"content": {"$": "r:r-0"}}, {"content": {"$r": ["Read ", {"$": "f3"}, {"$": "f:3"}]}}]
    condensed.response(prompt_json=json.dumps({"messages": turns}), response_json='{"content": {"$": "r:r-1"}}')

    _, trace = condensed.traces()

    expected = [{"content": "First answer."}, {"content": "Read A long file.A long file."}]
    assert json.loads(trace.request or b"") == {"messages": expected}
    assert json.loads(trace.response or b"") == {"content": "Here."}
    assert trace.is_reconstructed


def test_what_cannot_be_expanded_stays_as_it_is_stored_and_is_noted(condensed: Logs) -> None:
    stored = '{"messages": [{"role": "user", "content": {"$": "r:gone"}}]}'
    condensed.response(prompt_json=stored)
    notes = Notes()

    trace = condensed.trace(notes)

    assert trace.request == stored.encode()
    assert list(notes.counts) == [
        "payloads are shown as llm stores them, condensed: what they refer to is not in the file"
    ]


def test_fragments_come_before_what_was_typed(condensed: Logs) -> None:
    condensed.response()
    for id, content in ((1, "Second."), (2, "First."), (3, "Rules.")):
        condensed.insert("fragments", id=id, content=content)
    condensed.insert("prompt_fragments", response_id="r-1", fragment_id=1, order=1)
    condensed.insert("prompt_fragments", response_id="r-1", fragment_id=2, order=0)
    condensed.insert("system_fragments", response_id="r-1", fragment_id=3, order=0)

    assert condensed.trace().input == "system: Rules.\n\nuser: First.\nSecond.\nWhere is it?"


def test_a_tool_that_was_called_is_part_of_the_answer(condensed: Logs) -> None:
    condensed.response(response="")
    condensed.insert(
        "tool_calls", response_id="r-1", name="weather", arguments='{"city": "Rome"}', tool_call_id="c"
    )

    assert condensed.trace().output == 'weather(city: "Rome")'


def test_cached_and_reasoning_tokens_come_from_the_details(condensed: Logs) -> None:
    details = {"prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 2}}
    condensed.response(input_tokens=10, output_tokens=5, token_details=json.dumps(details))

    trace = condensed.trace()

    assert (trace.input_tokens, trace.output_tokens) == (10, 5)
    assert (trace.cached_input_tokens, trace.reasoning_tokens) == (4, 2)


def test_a_turn_is_put_together_from_its_chain(tree: Logs) -> None:
    tree.message("system", None, "system", {"type": "text", "text": "Be brief."})
    tree.message("first", "system", "user", {"type": "text", "text": "One"})
    tree.message("second", "first", "assistant", {"type": "text", "text": "Two"})
    tree.message("asked", "second", "user", {"type": "text", "text": "Three"})
    tree.message("answered", "asked", "assistant", {"type": "text", "text": "Four"})
    tree.turn(input_tokens=10, output_tokens=5, options_json='{"temperature": 0.5}')

    trace = tree.trace()

    assert (trace.model, trace.session, trace.response_time_us) == ("gpt-4o", "thread", 1_500_000)
    assert trace.input == "system: Be brief.\n\nuser: One\n\nassistant: Two\n\nuser: Three"
    assert trace.input[trace.newest_turn_at :].endswith("Three")
    assert "Two" not in trace.input[trace.newest_turn_at :]
    assert trace.output == "Four"
    assert json.loads(trace.request or b"")["options"] == {"temperature": 0.5}
    assert trace.is_reconstructed


def test_of_a_turn_the_response_is_expanded_from_its_own_messages(tree: Logs) -> None:
    tree.question_and_answer()
    tree.turn(response_json='{"content": {"$": "0.0.text"}, "finish_reason": "stop"}')

    trace = tree.trace()

    assert json.loads(trace.response or b"") == {"content": "Here.", "finish_reason": "stop"}
    assert trace.finish_reason == "stop"


def test_tools_arguments_and_metadata_are_expanded(tree: Logs) -> None:
    call = {"name": "weather", "arguments": {"city": "Rome"}, "provider_metadata": {"openai": {"id": "x" * 80}}}
    tree.message("asked", None, "user", {"type": "text", "text": "Weather?"})
    tree.message("answered", "asked", "assistant", {"type": "tool_call", "payload": json.dumps(call)})
    tree.insert("tools", id=1, name="weather", description="Tells the weather.")
    tree.insert("turn_tools", turn_id="t-1", tool_id=1)
    keys = ("0.0.args", "0.0.args2", "0.0.argsv", "0.0.pm.openai.id", "tool.weather.description")
    tree.turn(response_json=json.dumps([{"$": key} for key in keys]))

    trace = tree.trace()

    compact, spaced = '{"city":"Rome"}', '{"city": "Rome"}'
    expected = [compact, spaced, {"city": "Rome"}, "x" * 80, "Tells the weather."]
    assert json.loads(trace.response or b"") == expected
    assert trace.output == 'weather(city: "Rome")'


def test_text_that_is_a_fragment_is_put_in(tree: Logs) -> None:
    reference = {"text_ref": [{"literal": "Read: "}, {"fragment": 7}]}
    tree.insert("fragments", id=7, content="A long file.")
    tree.message("asked", None, "user", {"type": "text", "payload": json.dumps(reference)})
    tree.message("answered", "asked", "assistant", {"type": "text", "text": "Read."})
    tree.turn()

    assert tree.trace().input == "Read: A long file."


def test_a_turn_without_a_logged_response_has_one_from_its_parts(tree: Logs) -> None:
    tree.question_and_answer()
    tree.turn()

    trace = tree.trace()

    assert json.loads(trace.response or b"") == {"content": [{"type": "text", "text": "Here."}]}
    assert trace.is_reconstructed


def test_a_turn_that_ends_with_its_question_was_answered_with_nothing(tree: Logs) -> None:
    tree.question_and_answer()
    tree.turn(tip_message_hash="asked")

    assert tree.trace().output == ""


def test_both_generations_in_one_file_are_read(tmp_path: Path) -> None:
    logs = Logs(tmp_path / "logs.db", CONDENSED + TREE.replace("CREATE TABLE fragments", "CREATE TABLE other"))
    logs.response()
    logs.question_and_answer()
    logs.turn()

    traces = logs.traces()
    logs.db.close()

    assert [trace.request_id for trace in traces] == ["r-1", "t-1"]


def test_a_chain_that_leads_round_in_a_circle_ends(tree: Logs) -> None:
    tree.message("asked", "answered", "user", {"type": "text", "text": "One"})
    tree.message("answered", "asked", "assistant", {"type": "text", "text": "Two"})
    tree.turn()

    assert tree.trace().request_id == "t-1"


def test_a_turn_whose_messages_are_gone_is_kept_without_them(tree: Logs) -> None:
    tree.turn(parent_message_hash="gone", tip_message_hash="gone too")

    trace = tree.trace()

    assert (trace.input, trace.output, trace.request, trace.response) == (None, None, None, None)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": None}, "id is missing"),
        ({"datetime_utc": None}, "datetime_utc is missing"),
        ({"datetime_utc": "soon"}, 'datetime_utc is "soon", not a time such as 2026-10-01T12:00:00Z'),
        ({"duration_ms": "long"}, 'duration_ms is "long", not a number'),
        ({"duration_ms": 2**62}, f"duration_ms is {2**62}, larger than can be kept"),
        ({"input_tokens": -1}, "input_tokens is -1, a negative number"),
        ({"token_details": '{"prompt_tokens_details": {"cached_tokens": "x"}}'}, "cached_tokens is"),
        ({"model": b"\x00\xff"}, "model is b'\\x00\\xff', not a text"),
    ],
)
def test_a_row_that_cannot_be_kept_is_a_reject_and_the_others_go_in(
    condensed: Logs, fields: dict[str, Any], reason: str
) -> None:
    condensed.response(id="r-0")
    condensed.response(**fields)

    good, bad = condensed.items()

    assert isinstance(good, Good)
    assert isinstance(bad, Bad)
    assert bad.line == 2
    assert reason in bad.reason


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt_json": "{oops", "response_json": "[1, 2", "options_json": "7", "token_details": "none"},
        {"prompt_json": '{"$": {"a": 1}}', "response_json": '{"$r": "text"}'},
        {"prompt_json": '{"$r": [1, {"$": 2}]}', "response_json": '{"$raw": [{"$raw": 1}]}'},
        {"prompt_json": "[" * 600, "response_json": '{"a": ' * 490 + '{"$": "x"}' + "}" * 490},
        {"prompt": b"\xff", "system": 5, "response": 7, "conversation_id": 9, "resolved_model": 3},
    ],
)
def test_oddly_filled_cells_do_not_refuse_a_call(condensed: Logs, fields: dict[str, Any]) -> None:
    condensed.response(**fields)

    assert condensed.trace().request_id == "r-1"


@pytest.mark.parametrize("generation", ["old", "condensed", "tree"])
def test_a_raw_record_is_read_again_as_it_was(generation: str, request: pytest.FixtureRequest) -> None:
    logs: Logs = request.getfixturevalue(generation)
    if generation == "tree":
        logs.question_and_answer()
        logs.turn(response_json='{"content": {"$": "0.0.text"}}')
    else:
        logs.response(response_json='{"content": {"$": "r:r-1"}}')

    trace = logs.trace()

    assert llm_logs.RawCalls(Options(), Notes()).trace(trace.raw) == trace


def test_another_program_s_database_is_told(tmp_path: Path) -> None:
    logs = Logs(tmp_path / "places.db", "CREATE TABLE places (id INTEGER)")

    with pytest.raises(
        IngestError, match=r"places\.db: is an SQLite database, but not the logs\.db of the llm tool"
    ):
        logs.items()
    logs.db.close()


def test_a_store_of_our_own_is_told_how_to_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    open_writer(path).close()
    tables = open_tables(path)

    with pytest.raises(IngestError, match="is a tracetui store") as caught:
        list(llm_logs.read(tables, path, Options(), Notes()))
    tables.close()

    assert caught.value.hint == f"Open it with `tracetui --store {path}`."


def test_a_file_of_before_responses_is_told_what_to_do(tmp_path: Path) -> None:
    logs = Logs(tmp_path / "logs.db", "CREATE TABLE logs (id INTEGER PRIMARY KEY, prompt TEXT)")

    with pytest.raises(IngestError) as caught:
        logs.items()
    logs.db.close()

    assert "Run `llm logs` of a newer llm once on a copy" in caught.value.hint
