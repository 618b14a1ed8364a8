import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import Command
from tests.fakes import S, a_trace
from tests.store.plain import fill
from tracetui.domain.catalogue import ModelType
from tracetui.domain.trace import Status, Trace

DAY_US = 86_400 * S
NOW_US = time.time_ns() // 1_000
SOURCES = ("checkout", "refunds", None)


def traces() -> list[Trace]:
    """Thirty requests to a hosted model, an hour apart, two old ones, and one to an external model."""
    recent = [
        a_trace(
            f"req-{place:02}",
            model="support",
            model_type=ModelType.OPEN_SOURCE,
            deployment="chat",
            version=f"v{place % 2}",
            executed_at_us=NOW_US - (place + 1) * 3_600 * S,
            status=Status(place % 10 == 0),
            response_time_us=None if place == 7 else (place + 1) * 250_000,
            source=SOURCES[place % 3],
            source_type="Workflow",
            input=f"question {place}\nsecond line",
            output="answer",
        )
        for place in range(30)
    ]
    old = [
        a_trace(
            f"old-{place}",
            model="support",
            model_type=ModelType.OPEN_SOURCE,
            deployment="chat",
            executed_at_us=NOW_US - (60 + place) * DAY_US,
        )
        for place in range(2)
    ]
    return [*recent, *old, a_trace("ext", model="gpt", connection="eu", executed_at_us=NOW_US - S)]


@pytest.fixture
def stored(command: Command) -> Command:
    fill(command.store, *traces())
    return command


def ids(command: Command, *arguments: str | Path) -> list[str]:
    """The request ids that are printed as JSON lines."""
    outcome = command.run("traces", "--json", *arguments)
    return [json.loads(line)["request_id"] for line in outcome.out.splitlines()]


def test_the_newest_twenty_of_the_last_thirty_days_are_printed(stored: Command) -> None:
    assert ids(stored, "--model", "support") == [f"req-{place:02}" for place in range(20)]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--all", "--period", "all time", "--order", "oldest", "--limit", "2"], "old-1"),
        (["--order", "slowest"], "req-29"),
        (["--order", "fastest"], "req-00"),
        (["--filter", "status:failed latency:>2s"], "req-10"),
        (["--filter", "status:failed OR source:=refunds"], "req-00"),
        (["--filter", "source:REFUNDS"], "req-01"),
        (["--version", "v1"], "req-01"),
        (["--search", "QUESTION 17"], "req-17"),
        (["--filter", 'version:=v0 "question 16"'], "req-16"),
        (["--deployment", "chat"], "req-00"),
    ],
)
def test_flags_choose_which_traces_and_in_what_order(stored: Command, arguments: list[str], expected: str) -> None:
    assert ids(stored, "--model", "support", *arguments)[0] == expected


def test_every_matching_trace_is_printed_once_over_many_pages(command: Command) -> None:
    many = [a_trace(f"r{place:04}", executed_at_us=NOW_US - place * S) for place in range(2_500)]
    fill(command.store, *many)
    assert ids(command, "--all") == [trace.request_id for trace in many]


def test_json_has_the_names_and_units_of_the_jsonl(stored: Command) -> None:
    outcome = stored.run("traces", "--model", "support", "--limit", "1", "--json")
    row: dict[str, Any] = json.loads(outcome.out)
    assert row.pop("executed_at").endswith("Z")
    assert row == {
        "request_id": "req-00",
        "status": "failed",
        "response_time_ms": 250,
        "deployment_version": "v0",
        "source_type": "Workflow",
        "source": "checkout",
        "input_preview": "question 0\nsecond line",
        "output_preview": "answer",
    }


def test_text_is_one_line_for_each_trace_in_columns(stored: Command) -> None:
    outcome = stored.run("traces", "--model", "support", "--limit", "3")
    lines = outcome.out.splitlines()
    assert [line.index("Workflow") for line in lines] == [lines[0].index("Workflow")] * 3
    assert lines[0].endswith("question 0↵second line")
    assert lines[2].split()[-4:-2] == ["–", "question"]


def test_how_many_of_how_many_is_said_on_standard_error(stored: Command) -> None:
    outcome = stored.run("traces", "--model", "support", "--limit", "3")
    assert (outcome.code, outcome.err) == (0, "3 of 30\n")


def test_no_match_is_said_and_exits_with_one(stored: Command) -> None:
    outcome = stored.run("traces", "--model", "support", "--filter", "source:nobody")
    assert (outcome.code, outcome.out, outcome.err) == (1, "", "No trace matches.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "store has several"),
        (["--model", "other"], "no model named 'other'"),
        (["--model", "gpt", "--filter", "version:=v1"], "no Deployment Version"),
        (["--model", "gpt", "--filter", "color:red"], "names no column"),
        (["--model", "gpt", "--filter", "refund", "--search", "cash"], "Two texts"),
        (["--model", "gpt", "--period", "soon"], "no period"),
        (["--model", "gpt", "--limit", "0"], "whole number"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence_and_exit_code_two(
    stored: Command, arguments: list[str], said: str
) -> None:
    outcome = stored.run("traces", *arguments)
    assert outcome.code == 2
    assert said in outcome.err
    assert "Traceback" not in outcome.err


def test_the_type_tells_models_of_one_name_apart(command: Command) -> None:
    fill(
        command.store,
        a_trace("hosted", model="twin", model_type=ModelType.FINE_TUNED, executed_at_us=NOW_US - S),
        a_trace("external", model="twin", model_type=ModelType.EXTERNAL, executed_at_us=NOW_US - S),
    )
    assert "several types" in command.run("traces", "--model", "twin").err
    assert ids(command, "--model", "twin", "--type", "external") == ["external"]


def test_nothing_in_a_trace_acts_on_the_terminal(command: Command) -> None:
    bad = "\x1b]0;owned\x07\x9b2J\u202e\u2028[bold]"
    fill(command.store, a_trace(f"id{bad}", source=bad, input=bad, executed_at_us=NOW_US - S))
    for flags in ([], ["--json"]):
        printed = command.run("traces", *flags).out
        assert not set(printed) & set("\x1b\x07\x9b\u202e\u2028"), flags
    assert json.loads(printed)["source"] == bad


def test_a_missing_store_is_said_in_a_sentence(command: Command) -> None:
    outcome = command.run("traces")
    assert outcome.code == 2
    assert "There is no store" in outcome.err
