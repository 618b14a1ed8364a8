"""`tracetui models`: every model and its figures."""

import json
import time

import pytest

from tests.cli.commands import Command
from tests.fakes import S, a_trace
from tests.store.plain import fill
from tracetui.domain.catalogue import ModelType
from tracetui.domain.trace import Status

DAY_US = 86_400 * S


@pytest.fixture
def stored(command: Command) -> Command:
    now_us = time.time_ns() // 1_000
    fill(
        command.store,
        *(
            a_trace(
                f"gpt-{place}",
                model="gpt",
                executed_at_us=now_us - (place + 1) * 60 * S,
                response_time_us=(place + 1) * S,
                status=Status(place == 0),
                input_tokens=10,
                output_tokens=None if place else 4,
                source="checkout" if place % 2 else None,
            )
            for place in range(4)
        ),
        a_trace("old", model="chat", model_type=ModelType.FINE_TUNED, executed_at_us=now_us - 20 * DAY_US),
    )
    return command


def told(command: Command, *arguments: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in command.run("models", "--json", *arguments).out.splitlines()]


def test_every_model_is_told_by_type_with_the_figures_of_the_last_seven_days(stored: Command) -> None:
    chat, gpt = told(stored)
    assert (chat["model"], chat["model_type"], chat["requests"], chat["p99_ms"]) == ("chat", "fine-tuned", 0, None)
    assert gpt["first_at"] < gpt["last_at"]  # type: ignore[operator]
    assert {key: gpt[key] for key in ("requests", "failed", "failure_rate", "p50_ms", "p90_ms", "mean_ms")} == {
        "requests": 4,
        "failed": 1,
        "failure_rate": 0.25,
        "p50_ms": 2000,
        "p90_ms": 4000,
        "mean_ms": 2500,
    }


def test_what_nobody_told_is_null_and_a_sum_says_of_how_many(stored: Command) -> None:
    gpt = told(stored)[1]
    assert (gpt["input_tokens"], gpt["input_tokens_known"]) == (40, 4)
    assert (gpt["output_tokens"], gpt["output_tokens_known"]) == (4, 1)
    assert (gpt["credits"], gpt["credits_known"]) == (None, 0)


@pytest.mark.parametrize(
    ("arguments", "requests"),
    [
        (["--last", "150s"], None),
        (["--last", "2m"], [0, 1]),
        (["--last", "1h"], [0, 4]),
        (["--last", "30d"], [1, 4]),
        (["--period", "all time"], [1, 4]),
        (["--type", "external"], [4]),
        (["--filter", "source:checkout"], [0, 2]),
        (["--order", "requests"], [4, 0]),
    ],
)
def test_flags_choose_period_models_and_order(
    stored: Command, arguments: list[str], requests: list[int] | None
) -> None:
    outcome = stored.run("models", "--json", *arguments)
    if requests is None:
        assert outcome.code == 2
        assert "15m, 24h, 7d" in outcome.err
    else:
        assert [json.loads(line)["requests"] for line in outcome.out.splitlines()] == requests


def test_text_is_a_table_with_a_heading(stored: Command) -> None:
    outcome = stored.run("models")
    heading, chat, gpt = outcome.out.splitlines()
    assert heading.split()[:4] == ["Type", "Model", "Requests", "Failed"]
    assert chat.split()[:3] == ["fine-tuned", "chat", "0"]
    assert gpt.split()[:4] == ["external", "gpt", "4", "1"]
    assert outcome.err == "2 models in the last 7 days.\n"


def test_the_name_of_a_model_cannot_act_on_the_terminal(command: Command) -> None:
    fill(command.store, a_trace(model="\x1b]0;owned\x07\u202e"))
    for flags in ([], ["--json"]):
        assert not set(command.run("models", *flags).out) & set("\x1b\x07\u202e")


def test_a_store_without_models_says_so(command: Command) -> None:
    fill(command.store)
    outcome = command.run("models")
    assert (outcome.code, outcome.out, outcome.err) == (1, "", "The store has no model.\n")


def test_a_missing_store_is_said_in_a_sentence(command: Command) -> None:
    outcome = command.run("models")
    assert (outcome.code, outcome.out) == (2, "")
    assert "There is no store" in outcome.err
