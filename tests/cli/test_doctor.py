"""`tracetui doctor`: what traces lack, and whether the store is sound."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.cli.commands import Command
from tests.fakes import a_trace
from tests.store.plain import fill
from tracetui.domain.parts import Side, TracePart
from tracetui.domain.trace import Status

SPAN = {"name": "chat", "attributes": [{"key": "traceloop.workflow.name", "value": {"stringValue": "x"}}]}
RAW = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [SPAN]}]}]}).encode()


@pytest.fixture
def stored(command: Command) -> Command:
    fill(
        command.store,
        *(
            a_trace(
                f"r-{place}",
                origin="otlp",
                raw=RAW,
                input="asked" if place else None,
                output=None,
                user_id="u",
                source="s",
                response_time_us=5,
                input_tokens=1,
                output_tokens=2,
                status=Status(place == 3),
            )
            for place in range(4)
        ),
        TracePart("otlp", "nobody", "p", 1, Side.REQUEST, (b"{}",), b"raw"),
        a_trace("own", origin="jsonl", raw=b"{}", input="a", output="b"),
    )
    return command


def test_each_sender_is_told_with_what_it_lacks_and_what_supplies_it(stored: Command) -> None:
    told = json.loads(stored.run("doctor", "--json").out)
    otlp, own = told["senders"]
    assert (otlp["origin"], otlp["dialect"], otlp["traces"]) == ("otlp", "OpenLLMetry (Traceloop)", 4)
    # The one that failed need not have an output.
    assert {name: count for name, count in otlp["lacks"].items() if count} == {"input": 1, "output": 3}
    assert "TRACELOOP_TRACE_CONTENT" in otlp["advice"]["input"]
    assert own["lacks"]["user"] == 1
    assert told["waiting_messages"] == 1
    assert told["is_sound"]


def test_text_says_it_in_lines(stored: Command) -> None:
    outcome = stored.run("doctor")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert "otlp: OpenLLMetry (Traceloop), 4 traces looked at" in lines
    assert "  – no input text: 1 (25 %)" in lines
    assert sum("TRACELOOP_TRACE_CONTENT" in line for line in lines) == 1
    assert "  – 1 message waits for a span that has not come" in lines


def test_a_store_that_is_wrong_exits_with_one(stored: Command) -> None:
    with closing(sqlite3.connect(stored.store)) as db:
        db.execute("UPDATE sums_by_day SET requests = requests + 3")
        db.commit()
    outcome = stored.run("doctor")
    assert outcome.code == 1
    assert "✗ figures against traces" in outcome.out
    assert not json.loads(stored.run("doctor", "--json", "--full").out)["is_sound"]


def test_nothing_in_an_origin_or_a_record_acts_on_the_terminal(command: Command) -> None:
    fill(command.store, a_trace(origin="\x1b]0;owned\x07\u202e", raw=b'{"\x1b[2J": 1}'))
    for flags in ([], ["--json"]):
        assert not set(command.run("doctor", *flags).out) & set("\x1b\x07\u202e")


def test_an_empty_store_is_sound_and_a_missing_one_is_not_made(command: Command) -> None:
    outcome = command.run("doctor")
    assert outcome.code == 2
    assert not command.store.exists()
    fill(command.store)
    outcome = command.run("doctor")
    assert outcome.code == 0
    assert "There are no traces" in outcome.out


def test_a_file_that_is_no_store_is_told_in_a_sentence(command: Command) -> None:
    command.store.write_bytes(b"not a database " * 500)
    outcome = command.run("doctor")
    assert outcome.code == 2
    assert "is not a store" in outcome.err
