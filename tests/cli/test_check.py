"""`tracetui check`: exit codes, and what is said."""

import json
import time

import pytest

from tests.cli.commands import Command
from tests.fakes import MS, S, a_trace
from tests.store.plain import fill
from tracetui.domain.catalogue import ModelType
from tracetui.domain.trace import Status


@pytest.fixture
def stored(command: Command) -> Command:
    """Ten requests to each of two models within the hour, the hosted one twice as slow."""
    now_us = time.time_ns() // 1_000
    fill(
        command.store,
        *(
            a_trace(
                f"{model}-{place}",
                model=model,
                model_type=type_,
                executed_at_us=now_us - (place + 1) * 240 * S,
                response_time_us=(place + 1) * took_us,
                status=Status(place == 9),
                source="checkout" if place < 3 else "refunds",
                cost_nano_usd=1_000_000_000 if place == 0 else None,
            )
            for model, type_, took_us in (
                ("gpt", ModelType.EXTERNAL, 100 * MS),
                ("chat", ModelType.OPEN_SOURCE, 200 * MS),
            )
            for place in range(10)
        ),
        a_trace("idle", model="idle", executed_at_us=now_us - 40 * 86_400 * S),
    )
    return command


@pytest.mark.parametrize(
    ("check", "flags", "code"),
    [
        ("p99 <= 2s and failure_rate = 10%", [], 0),
        # Of both models together: 100, 200, 200, 300, 400, 400, 500 ... 2,000 ms.
        ("p50 = 700ms", [], 0),
        ("p90 = 1.6s and mean = 825ms", [], 0),
        ("p90 = 900ms", ["--model", "gpt"], 0),
        ("p90 = 900ms", ["--type", "external"], 0),
        ("p90 = 900ms", ["--type", "fine-tuned"], 3),
        ("p99 < 2s", [], 1),
        ("requests = 6 and p99 = 600ms and p50 = 200ms", ["--filter", "source:checkout"], 0),
        ("requests = 2 and p99 = 200ms", ["--filter", "id:gpt-1 OR id:gpt-0"], 0),
        ("requests = 4", ["--last", "9m"], 0),
        ("p99 < 2s", ["--model", "idle"], 3),
        ("p99 < 2s or requests = 0", ["--model", "idle"], 0),
        ("requests = 1", ["--model", "idle", "--period", "all time"], 0),
    ],
)
def test_the_exit_code_says_whether_it_holds(stored: Command, check: str, flags: list[str], code: int) -> None:
    outcome = stored.run("check", check, *flags)
    assert outcome.code == code, outcome


def test_each_comparison_is_told_with_its_figure(stored: Command) -> None:
    outcome = stored.run("check", "p99 < 1s and cost < $5", "--last", "2h")
    assert outcome.out.splitlines() == [
        "All models in the last 2 hours, 20 requests:",
        "  ✗ p99 < 1s: p99 is 2.00 s",
        "  ✓ cost < $5: cost is $2 (of 2 requests that say it)",
        "✗ does not hold: p99 < 1s and cost < $5",
    ]


def test_not_known_is_said_and_is_no_pass(stored: Command) -> None:
    outcome = stored.run("check", "p99 < 1s", "--model", "idle", "--last", "1h")
    assert outcome.code == 3
    assert outcome.out.splitlines()[1:] == ["  ? p99 < 1s: p99 is not known (–)", "? not known: p99 < 1s"]


def test_quiet_says_nothing(stored: Command) -> None:
    outcome = stored.run("check", "p99 < 1s", "-q")
    assert (outcome.code, outcome.out, outcome.err) == (1, "", "")


def test_json_has_the_answer_and_all_figures(stored: Command) -> None:
    outcome = stored.run("check", "p99 < 1s or requests > 5", "--json", "--period", "all time")
    told = json.loads(outcome.out)
    assert told["holds"] is True
    assert told["comparisons"] == [
        {"comparison": "p99 < 1s", "holds": False, "p99": 2000},
        {"comparison": "requests > 5", "holds": True, "requests": 21},
    ]
    assert told["figures"]["requests"] == 21


def test_a_check_that_is_too_long_is_not_shown_again(stored: Command) -> None:
    outcome = stored.run("check", "not " * 5_000 + "p99 < 1s")
    assert outcome.code == 2
    assert outcome.err == "tracetui check: The check is longer than 2,000 characters.\nSplit it.\n"


def test_an_error_points_at_its_place(stored: Command) -> None:
    outcome = stored.run("check", "failed < 3 and p98 < 2s")
    assert outcome.code == 2
    problem, line, pointer, hint = outcome.err.splitlines()
    assert '"p98" is no figure' in problem
    assert line[pointer.index("^") : pointer.rindex("^") + 1] == "p98"
    assert "Did you mean p" in hint


def test_a_place_behind_wide_or_hidden_characters_is_pointed_at(stored: Command) -> None:
    outcome = stored.run("check", "日 \x1b[2J")
    assert outcome.code == 2
    assert "\x1b" not in outcome.err
    assert outcome.err.splitlines()[2] == "  ^^"


@pytest.mark.parametrize(
    "flags", [["--deployment", "x"], ["--model", "nobody"], ["--period", "soon"], ["--last", "x"]]
)
def test_a_question_without_an_answer_exits_with_two(stored: Command, flags: list[str]) -> None:
    outcome = stored.run("check", "p99 < 1s", *flags)
    assert outcome.code == 2
    assert "Traceback" not in outcome.err


def test_an_empty_store_is_not_known_and_a_missing_one_unusable(command: Command) -> None:
    assert command.run("check", "p99 < 1s").code == 2
    fill(command.store)
    assert command.run("check", "p99 < 1s").code == 3
    assert command.run("check", "requests = 0").code == 0
