"""Logs of LiteLLM and of llm as they were captured, with the figures that were worked out for them elsewhere."""

import json
import random
import sqlite3
from collections import Counter
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .commands import SHARED, Command, needs_shared_data

pytestmark = needs_shared_data

PAYLOADS = SHARED / "litellm" / "standard_logging_payload.jsonl"
BODIES = SHARED / "litellm" / "generic_api"
FIGURES = "count(*), sum(status), sum(input_tokens), sum(output_tokens), sum(cost_nano_usd)"
MODELS = "SELECT m.name, count(*) FROM traces t JOIN models m ON m.id = model_id GROUP BY 1"
TABLES = {"llm/llm-0.27.1_logs.db": "responses", "llm/llm-0.36_logs.db": "turns"}


def expected(name: str) -> dict[str, Any]:
    figures: dict[str, Any] = json.loads((SHARED / "EXPECTED.json").read_text())[name]
    return figures


def logged() -> list[dict[str, Any]]:
    """The distinct calls of the payloads: one of them is logged twice."""
    calls = {call["id"]: call for call in map(json.loads, PAYLOADS.read_bytes().splitlines())}
    return list(calls.values())


def shuffled(folder: Path, seed: int) -> Path:
    lines = PAYLOADS.read_bytes().splitlines(keepends=True)
    random.Random(seed).shuffle(lines)
    path = folder / f"shuffled-{seed}.jsonl"
    path.write_bytes(b"".join(lines))
    return path


def figures(command: Command) -> tuple[object, ...]:
    return command.row(f"SELECT {FIGURES} FROM traces")


def test_the_payloads_of_litellm_are_its_calls(command: Command) -> None:
    told = expected("litellm/standard_logging_payload.jsonl")

    outcome = command.run("import", PAYLOADS)

    assert outcome.out.startswith(
        "standard_logging_payload.jsonl: 90 read, 89 added, 1 already there, 0 rejected."
    )
    cost = sum(Decimal(repr(call["response_cost"])) for call in logged())
    # 18 of the 90 lines are failures; the one that is logged twice is among them.
    failures = told["status"]["failure"] - (told["lines"] - told["distinct_id"])
    sums = (told["prompt_tokens_sum"], told["completion_tokens_sum"], round(cost * 10**9))
    assert figures(command) == (told["distinct_id"], failures, *sums)


def test_the_durations_of_litellm_are_those_from_start_to_end(command: Command) -> None:
    command.run("import", PAYLOADS)

    measured = sorted(us for (us,) in command.rows("SELECT response_time_us FROM traces"))

    ends = ((Decimal(repr(call["endTime"])), Decimal(repr(call["startTime"]))) for call in logged())
    assert measured == sorted(int((end - start) * 1_000_000) for end, start in ends)


def test_models_sessions_and_errors_of_litellm_are_those_logged(command: Command) -> None:
    command.run("import", PAYLOADS)
    calls = logged()

    models = dict(
        command.rows("SELECT m.name, count(*) FROM traces t JOIN models m ON m.id = model_id GROUP BY 1")
    )
    sessions = dict(command.rows("SELECT session, count(*) FROM traces GROUP BY 1"))
    errors = dict(command.rows("SELECT error_type, count(*) FROM traces WHERE status = 1 GROUP BY 1"))

    assert models == Counter(call["model"] for call in calls)
    assert sessions == Counter(call["trace_id"] for call in calls)
    failed = [call for call in calls if call["status"] == "failure"]
    assert errors == Counter(call["error_information"]["error_class"] for call in failed)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_calls_again_in_any_order_are_there_already(command: Command, seed: int) -> None:
    command.run("import", PAYLOADS)
    before = figures(command)

    outcome = command.run("import", shuffled(command.folder, seed))

    assert "0 added, 90 already there" in outcome.out
    assert figures(command) == before


def test_a_shuffled_file_gives_the_same_figures(command: Command) -> None:
    command.run("import", shuffled(command.folder, 3))

    told = expected("litellm/standard_logging_payload.jsonl")
    assert figures(command)[:3] == (89, 17, told["prompt_tokens_sum"])


def test_what_litellm_posted_are_the_same_calls(command: Command) -> None:
    outcome = command.run("import", *sorted(BODIES.glob("*.json")))
    alone = figures(command)
    again = command.run("import", PAYLOADS)

    assert "In all: 89 read, 89 added, 0 already there, 0 rejected." in outcome.out
    assert "0 added" in again.out
    assert figures(command) == alone


def llm_calls(name: str) -> list[dict[str, Any]]:
    """The calls of a file, with the texts by which llm itself finds them."""
    texts = {
        "responses": "SELECT r.*, prompt AS asked, response AS answered FROM responses r",
        "turns": "SELECT t.*, s.prompt AS asked, s.response AS answered FROM turns t "
        "JOIN turn_search s ON s.turn_id = t.id",
    }
    with closing(sqlite3.connect(f"{(SHARED / name).as_uri()}?immutable=1", uri=True)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(texts[TABLES[name]])]


@pytest.mark.parametrize("name", TABLES)
def test_the_rows_of_llm_are_its_calls(command: Command, name: str) -> None:
    told = expected(name)

    first = command.run("import", SHARED / name)
    again = command.run("import", SHARED / name)

    assert f"{told['rows']} read, {told['rows']} added, 0 already there, 0 rejected." in first.out
    assert f"{told['rows']} read, 0 added, {told['rows']} already there, 0 rejected." in again.out
    sums = (told["input_tokens_sum"], told["output_tokens_sum"])
    assert figures(command) == (told["rows"], 0, *sums, None)
    models = dict(
        command.rows("SELECT m.name, count(*) FROM traces t JOIN models m ON m.id = model_id GROUP BY 1")
    )
    assert models == told["per_model"]
    assert command.row("SELECT count(DISTINCT session) FROM traces") == (told["conversations"],)


@pytest.mark.parametrize("name", TABLES)
def test_the_durations_of_llm_are_those_logged(command: Command, name: str) -> None:
    command.run("import", SHARED / name)

    measured = sorted(us for (us,) in command.rows("SELECT response_time_us FROM traces"))

    assert measured == sorted(call["duration_ms"] * 1_000 for call in llm_calls(name))


@pytest.mark.parametrize("name", TABLES)
def test_the_texts_of_llm_are_those_asked_and_answered(command: Command, name: str) -> None:
    command.run("import", SHARED / name)

    for call in llm_calls(name):
        shown = json.loads(command.run("show", call["id"], "--json").out)
        # llm finds an answer by its texts alone; a call of a tool has none.
        assert shown["output"] == call["answered"] or shown["finish_reason"] == "tool_calls"
        # llm keeps fragments apart from what was typed, and finds a prompt by the latter.
        assert (call["asked"] or "") in shown["input"]


@pytest.mark.parametrize("name", TABLES)
def test_no_payload_of_llm_stays_condensed(command: Command, name: str) -> None:
    outcome = command.run("import", SHARED / name)

    assert "condensed" not in outcome.out
