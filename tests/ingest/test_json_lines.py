"""Our own JSONL: lines to records."""

from tracetui.domain.catalogue import (
    NO_MODEL,
    Connection,
    CreditEntry,
    CreditKind,
    Deployment,
    FineTuningJob,
    Model,
    ModelType,
    ReplicaChange,
)
from tracetui.domain.trace import Status
from tracetui.ingest.items import Bad, Good, Notes, Options
from tracetui.ingest.json_lines import read
from tracetui.ingest.sources import Line

from ..fakes import MS, NOON_US, S
from .inputs import a_line, notes_for, read_lines, reason_for, trace_from


def test_every_field_of_a_line_becomes_one_of_the_trace() -> None:
    line = a_line(
        model_type="fine-tuned", base_model="llama", deployment="prod", deployment_version="3", status="failed",
        status_code=503, response_time_ms=12.5, ttft_ms=3, input_tokens=1, output_tokens=2, cached_input_tokens=3,
        reasoning_tokens=4, credits=0.5, cost=0.25, stream=True, input="in", output="out", user="u", session="s",
        source_type="API Key", source="shop", error="boom", error_type="Timeout", finish_reason="stop",
        request={"q": 1}, response={"a": 2},
    )  # fmt: skip
    trace = trace_from(line)
    assert (trace.request_id, trace.record_id, trace.model, trace.model_type) == (
        "r-1", "r-1", "m-1", ModelType.FINE_TUNED,
    )  # fmt: skip
    assert (trace.base_model, trace.deployment, trace.version, trace.status, trace.status_code) == (
        "llama", "prod", "3", Status.FAILED, 503,
    )  # fmt: skip
    assert (trace.executed_at_us, trace.response_time_us, trace.ttft_us) == (NOON_US, 12_500, 3 * MS)
    assert (trace.input_tokens, trace.output_tokens, trace.cached_input_tokens, trace.reasoning_tokens) == (
        1,
        2,
        3,
        4,
    )
    assert (trace.credits_micro, trace.cost_nano_usd, trace.is_streamed) == (500_000, 250_000_000, True)
    assert (trace.input, trace.output, trace.user_id, trace.session) == ("in", "out", "u", "s")
    assert (trace.source_type, trace.source) == ("API Key", "shop")
    assert (trace.error, trace.error_type, trace.finish_reason) == ("boom", "Timeout", "stop")
    assert (trace.request, trace.response, trace.raw) == (b'{"q": 1}', b'{"a": 2}', line)


def test_what_a_line_does_not_say_is_unknown_and_not_zero() -> None:
    trace = trace_from(a_line())
    assert (trace.input_tokens, trace.output_tokens, trace.response_time_us, trace.input, trace.output) == (
        None,
    ) * 5


def test_version_is_another_name_for_deployment_version() -> None:
    assert trace_from(a_line(version="7")).version == "7"


def test_unknown_keys_stay_in_the_raw_record() -> None:
    line = a_line(reward=1.0, run_id="x")
    assert trace_from(line).raw == line


def test_a_line_without_a_model_is_kept_under_no_model() -> None:
    assert trace_from(a_line(model=None)).model == NO_MODEL


def test_the_model_named_on_the_command_line_is_that_of_lines_that_name_none() -> None:
    assert trace_from(a_line(model=...), Options(model="m-9")).model == "m-9"
    assert trace_from(a_line(), Options(model="m-9")).model == "m-1"


def test_an_origin_can_be_named() -> None:
    assert trace_from(a_line()).origin == "jsonl"
    assert trace_from(a_line(), Options(origin="gateway")).origin == "gateway"


def test_a_line_without_a_time_is_rejected() -> None:
    assert reason_for(a_line(executed_at=None)) == "executed_at is missing"
    assert reason_for(b"{}") == "executed_at is missing"


def test_a_line_that_is_about_something_else_is_told_so() -> None:
    reason = reason_for(b'{"file":"0001.pb","path":"/v1/traces"}')
    assert reason == "has none of the fields of a trace, such as executed_at, model or status"


def test_a_line_that_is_no_json_says_where_it_ceases_to_be() -> None:
    assert reason_for(b'{"model": "m') == "is not JSON: Unterminated string starting at character 11"


def test_a_rejected_line_names_the_field_and_its_value() -> None:
    assert reason_for(a_line(output_tokens="many")) == 'output_tokens is "many", not a number'


def test_a_line_without_an_id_gets_the_same_one_each_time() -> None:
    line = a_line(request_id=None)
    assert (
        trace_from(line).record_id
        == trace_from(line).record_id
        != trace_from(a_line(request_id=..., x=1)).record_id
    )
    assert notes_for(line) == ["records without an id got one made from their content"]


def test_an_error_object_gives_its_message_and_its_type() -> None:
    trace = trace_from(a_line(status=None, error={"message": "slow down", "type": "rate_limit"}))
    assert (trace.error, trace.error_type, trace.status) == ("slow down", "rate_limit", Status.FAILED)


def test_records_of_the_catalogue_are_known_by_their_type() -> None:
    lines = [
        b'{"type":"model","model":"m","model_type":"open-source","base_model":"b","added_at":0}',
        b'{"type":"deployment","model":"m","deployment":"d","version":"1","deployed_at":1,"undeployed_at":2,'
        b'"hardware":"A100","max_replicas":4}',
        b'{"type":"connection","model":"m","connection":"c","is_default":true}',
        b'{"type":"replicas","model":"m","deployment":"d","version":"1","at":3,"replicas":2}',
        b'{"type":"credits","kind":"deployment","start":0,"end":60,"credits":1.5,"model":"m","deployment":"d"}',
        b'{"type":"fine-tuning","job":"j","model":"m","completed_at":9}',
    ]
    items, _ = read_lines(*lines)
    assert [item.record for item in items if isinstance(item, Good)] == [
        Model("m", ModelType.OPEN_SOURCE, "b", 0),
        Deployment("m", None, "d", "1", 1 * S, 2 * S, "A100", 4),
        Connection("m", "c", None, True),
        ReplicaChange("m", None, "d", "1", 3 * S, 2, None),
        CreditEntry(CreditKind.DEPLOYMENT, 0, 60 * S, 1_500_000, "m", None, "d"),
        FineTuningJob("j", "m", completed_at_us=9 * S),
    ]


def test_an_unknown_type_is_rejected_and_the_known_ones_are_told() -> None:
    reason = reason_for(a_line(type="chat"))
    assert reason.startswith('type is "chat", not one of trace, model, deployment')


def test_a_span_that_ends_before_it_begins_is_rejected() -> None:
    line = b'{"type":"credits","kind":"deployment","start":60,"end":0,"credits":1}'
    assert reason_for(line) == "end is before the time it began"


def test_blank_lines_are_no_records() -> None:
    items, _ = read_lines(b"", b" \t\r", a_line())
    assert [item.line for item in items] == [3]


def test_a_last_line_that_is_cut_off_says_so() -> None:
    (item,) = read(iter([Line(5, a_line()[:40], is_cut_off=True)]), Options(), Notes())
    assert isinstance(item, Bad)
    assert item.is_cut_off
    assert item.reason.startswith("is cut off")


def test_a_last_line_that_is_whole_json_is_refused_for_what_it_says_not_as_cut_off() -> None:
    (item,) = read(iter([Line(5, a_line(executed_at=None), is_cut_off=True)]), Options(), Notes())
    assert isinstance(item, Bad)
    assert (item.reason, item.is_cut_off) == ("executed_at is missing", False)


def test_a_last_line_without_its_end_is_taken_if_it_is_whole() -> None:
    (item,) = read(iter([Line(5, a_line(), is_cut_off=True)]), Options(), Notes())
    assert isinstance(item, Good)
