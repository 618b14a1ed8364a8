"""What the config file knows of a trace that its record does not say."""

from typing import Any

from tracetui.domain.catalogue import Deployment, Model, ModelType
from tracetui.domain.trace import Trace
from tracetui.ingest.items import Options
from tracetui.ingest.mapping import Mapping, ModelRule, Names, Rules
from tracetui.ingest.naming import Naming

from ..fakes import a_trace


def named(rule: ModelRule | None = None, source_types: dict[str, str] | None = None, **fields: Any) -> Trace:
    trace = a_trace(model="m", **fields)
    names = Names({"m": rule} if rule else {}, source_types or {})
    Naming(Options(mapping=Mapping(names))).apply(trace)
    return trace


def test_what_the_data_does_not_say_is_filled_in() -> None:
    rule = ModelRule(ModelType.FINE_TUNED, "llama", "prod", "3", None)
    trace = named(rule)
    assert (trace.model_type, trace.base_model, trace.deployment, trace.version, trace.connection) == (
        ModelType.FINE_TUNED,
        "llama",
        "prod",
        "3",
        None,
    )


def test_what_the_data_says_stands() -> None:
    trace = named(ModelRule(deployment="prod", version="3"), deployment="test", version="1")
    assert (trace.deployment, trace.version) == ("test", "1")


def test_what_belongs_to_a_model_takes_the_type_that_the_config_says() -> None:
    naming = Naming(Options(mapping=Mapping(Names({"m": ModelRule(ModelType.FINE_TUNED, base_model="llama")}))))
    assert naming.applied_to_catalogue(Model("m", None)) == Model("m", ModelType.FINE_TUNED, "llama")
    assert naming.applied_to_catalogue(Deployment("m", None, "d")) == Deployment("m", ModelType.FINE_TUNED, "d")
    assert naming.applied_to_catalogue(Deployment("other", None, "d")) == Deployment("other", None, "d")


def test_a_source_gives_its_type() -> None:
    assert named(source_types={"shop": "Workflow"}, source="shop").source_type == "Workflow"
    assert named(source_types={"shop": "Workflow"}, source="shop", source_type="Prompts").source_type == "Prompts"


def test_prices_give_credits_to_a_trace_that_does_not_say_them() -> None:
    rule = ModelRule(nano_credits_per_request=1_000_000, nano_credits_per_input_token=3_000)
    assert named(rule, input_tokens=100).credits_micro == 1_300
    assert named(rule, input_tokens=100, credits_micro=7).credits_micro == 7


def test_credits_stay_unknown_where_a_count_that_has_a_price_is_unknown() -> None:
    assert named(ModelRule(nano_credits_per_output_token=1_000), input_tokens=5).credits_micro is None


def test_a_name_goes_before_a_pattern_and_the_first_pattern_before_others() -> None:
    rules = Rules({"gpt-4*": 1, "gpt-4o": 2, "gpt-?": 3, "*": 4})
    assert [rules.of(name) for name in ("gpt-4o", "gpt-4o-mini", "gpt-5", "gpt-35", "")] == [2, 1, 3, 4, 4]


def test_brackets_in_a_name_are_no_pattern() -> None:
    rules = Rules({"a[bc]*": 1})
    assert [rules.of(name) for name in ("a[bc]d", "abd", "A[bc]d")] == [1, None, None]
