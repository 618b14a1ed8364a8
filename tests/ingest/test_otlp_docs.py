"""docs/otlp.md says what the tables say."""

from pathlib import Path

from tracetui.ingest.otlp import clients, dialects, from_protobuf, names
from tracetui.ingest.values import LONGEST_NAME

DOC = Path(__file__).parents[2].joinpath("docs", "otlp.md").read_text()


def test_every_client_with_a_rule_is_told() -> None:
    assert [rule.scope for rule in clients.RULES if f"`{rule.scope}`" not in DOC] == []


def test_every_operation_that_is_a_call_is_told() -> None:
    assert [name for name in clients.OPERATIONS if f"`{name}`" not in DOC] == []


def test_the_limits_are_those_of_the_code() -> None:
    assert f"at most {from_protobuf.DEEPEST} lists or objects deep" in DOC
    assert f"at most {LONGEST_NAME:,} characters" in DOC


def test_the_tables_are_where_it_says() -> None:
    assert names.FIELDS["input_tokens"]
    assert dialects.REQUESTS
    assert dialects.RESPONSES
    assert all(table in DOC for table in ("`FIELDS`", "`RULES`", "`REQUESTS`", "`RESPONSES`"))


def test_no_attribute_tells_a_field_twice() -> None:
    for field, told in names.FIELDS.items():
        assert len(told) == len(set(told)), field
