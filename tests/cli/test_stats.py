"""`tracetui stats`: the store, or the figures of a model."""

import json
import time

import pytest

from tests.cli.commands import Command
from tests.fakes import MS, S, a_trace
from tests.store.plain import fill
from tracetui.cancel import Cancel
from tracetui.domain.catalogue import Deployment, ModelType
from tracetui.domain.parts import Side, TracePart
from tracetui.domain.trace import Status
from tracetui.store.prune import prune
from tracetui.store.search import index

NOW_US = time.time_ns() // 1_000
DAY_US = 86_400 * S


def a_part(record_id: str) -> TracePart:
    return TracePart(
        "otlp", record_id, f"p-{record_id}", 1, Side.REQUEST, (b'{"role":"user","content":"a"}',), b"raw"
    )


@pytest.fixture
def stored(command: Command) -> Command:
    fill(
        command.store,
        *(
            a_trace(
                f"r-{place}",
                origin="otlp" if place < 7 else "jsonl",
                model="gpt",
                connection="eu",
                executed_at_us=NOW_US - (place + 1) * 60 * S,
                response_time_us=(place + 1) * 100 * MS,
                status=Status(place < 2),
            )
            for place in range(10)
        ),
        Deployment("chat", ModelType.FINE_TUNED, "d", "v1", NOW_US),
        a_part("r-0"),
        a_part("nobody"),
    )
    return command


def test_the_store_is_told_in_numbers(stored: Command) -> None:
    told = json.loads(stored.run("stats", "--json").out)
    assert told["origins"] == {"otlp": 7, "jsonl": 3}
    assert [told[name] for name in ("traces", "models", "deployments", "connections", "parts", "waiting")] == [
        10, 2, 1, 1, 2, 1,
    ]  # fmt: skip
    assert told["unindexed"] == 10
    assert told["first_at"] < told["last_at"]
    # All but the pages that tell whose a page is.
    assert 0 <= told["file_bytes"] - told["free_bytes"] - sum(told["sizes"].values()) <= 4096


def test_the_store_is_told_in_text(stored: Command) -> None:
    index.build(stored.store, Cancel())
    lines = stored.run("stats").out.splitlines()
    facts = {
        line.split("  ")[0].strip() or line.split("  ")[1].strip(): line.split("  ")[-1].strip() for line in lines
    }
    assert facts["Traces"] == "10"
    assert facts["from otlp"] == "7"
    assert facts["Search index"] == "knows all traces"
    assert facts["Messages apart"] == "2, 1 wait for their trace"


def test_the_figures_of_a_model_are_those_of_the_traces_screen(stored: Command) -> None:
    told = json.loads(stored.run("stats", "--model", "gpt", "--last", "1h", "--json").out)
    expected = {"requests": 10, "failed": 2, "p90_ms": 900, "p99_ms": 1000, "requests_ever": 10}
    assert {name: told[name] for name in expected} == expected
    text = stored.run("stats", "--model", "gpt", "--filter", "status:failed").out
    assert "Failed              2 (100 %)" in text.splitlines()


def test_figures_over_pruned_time_say_that_they_are_not_exact(stored: Command) -> None:
    fill(stored.store, a_trace("old", model="gpt", executed_at_us=NOW_US - 40 * DAY_US))
    prune(stored.store, NOW_US - 30 * DAY_US, keeps_figures=True, cancel=Cancel())
    assert "Not exact" in stored.run("stats", "--model", "gpt", "--period", "all time").out
    assert "Not exact" in stored.run("check", "requests > 0", "--period", "all time").out
    assert "Not exact" in stored.run("models", "--last", "60d").err
    assert "Not exact" not in stored.run("models", "--last", "3d").err
    assert json.loads(stored.run("models", "--json", "--last", "60d").out.splitlines()[1])["pruned_before"]


def test_an_empty_store_has_nothing_in_it(command: Command) -> None:
    fill(command.store)
    outcome = command.run("stats")
    assert outcome.code == 0
    assert "Search index    empty" in outcome.out or "knows all traces" in outcome.out


def test_a_missing_store_is_not_made(command: Command) -> None:
    outcome = command.run("stats")
    assert (outcome.code, outcome.out) == (2, "")
    assert not command.store.exists()


def test_a_store_in_a_read_only_place_is_told_as_such(stored: Command) -> None:
    stored.run("stats")
    stored.folder.chmod(0o500)
    stored.store.chmod(0o400)
    try:
        for arguments in (["stats"], ["models"], ["check", "requests > 0"]):
            assert stored.run(*arguments).code == 0
    finally:
        stored.folder.chmod(0o700)
