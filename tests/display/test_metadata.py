"""The metadata of a trace: which fields, in which order, and what unknown looks like."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from tests.details import EXTERNAL, HOSTED, a_detail
from tests.fakes import MS, S
from tests.hostile import ACTS, HOSTILE
from tracetui.display.metadata import metadata
from tracetui.domain.trace import TraceDetail

KNOWN = {
    "base_model": "llama-3.1-8b",
    "deployment": "prod-eu",
    "version": "v2",
    "connection": "openai-eu",
    "response_time_us": 932 * MS,
    "input_tokens": 1_212,
    "output_tokens": 96,
    "source_type": "Prompts",
    "source": "eval-7",
    "user_id": "u_1932",
}


def facts(detail: TraceDetail) -> dict[str, str]:
    return {label.lower(): value for label, value in metadata(detail, UTC)}


def test_a_hosted_trace_has_base_model_deployment_and_version() -> None:
    shown = facts(a_detail(model=HOSTED, **KNOWN))
    assert list(shown)[:11] == [
        "request id",
        "base model",
        "deployment name",
        "deployment version",
        "response time",
        "input tokens",
        "output tokens",
        "executed on",
        "source type",
        "source",
        "user id",
    ]
    assert shown["deployment version"] == "v2"
    assert shown["response time"] == "0.932 s"
    assert shown["input tokens"] == "1,212"


def test_an_external_trace_has_a_connection_and_no_deployment() -> None:
    shown = facts(a_detail(model=EXTERNAL, **KNOWN))
    assert list(shown)[:10] == [
        "request id",
        "base model",
        "connection name",
        "response time",
        "input tokens",
        "output tokens",
        "executed on",
        "source type",
        "source",
        "user id",
    ]
    assert not [label for label in shown if "deployment" in label]


def test_what_is_unknown_is_a_dash_and_never_zero() -> None:
    shown = facts(a_detail())
    assert {shown[label] for label in list(shown)[1:7]} == {"–"}


def test_what_only_some_traces_know_stands_only_with_them() -> None:
    known = facts(
        a_detail(ttft_us=120 * MS, finish_reason="length", cached_input_tokens=0, cost_nano_usd=1_500_000)
    )
    assert known["time to first token"] == "0.120 s"
    assert known["finish reason"] == "length"
    assert known["cached input tokens"] == "0"
    assert known["cost"] == "0.0015 USD"
    assert set(known) - set(facts(a_detail())) == {
        "time to first token",
        "finish reason",
        "cached input tokens",
        "cost",
    }


@pytest.mark.parametrize(
    ("tokens", "time_us", "speed"), [(96, 2 * S, "48.0 tokens/s"), (96, 0, None), (0, S, None)]
)
def test_speed_is_told_where_it_can_be_worked_out(tokens: int | None, time_us: int, speed: str | None) -> None:
    shown = facts(a_detail(output_tokens=tokens, response_time_us=time_us))
    assert shown.get("output speed") == speed


def test_the_time_stands_in_the_zone_that_is_asked_for() -> None:
    in_berlin = dict(metadata(a_detail(), ZoneInfo("Europe/Berlin")))
    assert in_berlin["Executed on"].startswith("2026-10-01 14:00:00.000")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_control_of_a_value_is_left(text: str) -> None:
    names = ("request_id", "base_model", "deployment", "version", "source", "user_id", "session", "finish_reason")
    shown = metadata(a_detail(**dict.fromkeys(names, text)), UTC)
    assert ACTS.findall("".join(value for _, value in shown)) == []
