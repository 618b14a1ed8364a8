import operator as op
from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes import MS, S, a_trace
from tracetui.domain import fields as f
from tracetui.domain.catalogue import ModelType
from tracetui.domain.fields import Field, Operator
from tracetui.domain.filters import (
    Condition,
    Filter,
    Joined,
    Value,
    in_words,
    matches,
    meets,
    read_value,
    written,
)
from tracetui.domain.trace import Status
from tracetui.errors import QueryError

FAILED = Condition(f.STATUS, Operator.EQUALS, Status.FAILED)
SLOW = Condition(f.RESPONSE_TIME, Operator.GREATER, 2 * S)
TEXT_FIELDS = [f.REQUEST_ID, f.VERSION, f.SOURCE_TYPE, f.SOURCE]
BY_NUMBER: dict[Operator, Callable[[int, int], bool]] = {
    Operator.EQUALS: op.eq,
    Operator.NOT_EQUALS: op.ne,
    Operator.GREATER: op.gt,
    Operator.LESS: op.lt,
    Operator.GREATER_OR_EQUAL: op.ge,
    Operator.LESS_OR_EQUAL: op.le,
}

every_text_field = pytest.mark.parametrize("field", TEXT_FIELDS, ids=lambda field: field.key)


def is_met(field: Field, operator: Operator, value: Value, **known: Any) -> bool:
    return meets(Condition(field, operator, value), a_trace(**known))


@pytest.mark.parametrize("status", list(Status))
def test_a_status_equals_itself_and_not_the_other(status: Status) -> None:
    other = Status(1 - status)
    assert is_met(f.STATUS, Operator.EQUALS, status, status=status)
    assert not is_met(f.STATUS, Operator.EQUALS, other, status=status)
    assert is_met(f.STATUS, Operator.NOT_EQUALS, other, status=status)
    assert not is_met(f.STATUS, Operator.NOT_EQUALS, status, status=status)


@every_text_field
def test_text_is_equal_character_by_character(field: Field) -> None:
    assert is_met(field, Operator.EQUALS, "Checkout", **{field.key: "Checkout"})
    assert not is_met(field, Operator.EQUALS, "checkout", **{field.key: "Checkout"})
    assert not is_met(field, Operator.EQUALS, "Check", **{field.key: "Checkout"})
    assert is_met(field, Operator.NOT_EQUALS, "checkout", **{field.key: "Checkout"})
    assert not is_met(field, Operator.NOT_EQUALS, "Checkout", **{field.key: "Checkout"})


@every_text_field
@pytest.mark.parametrize("wanted", ["100%", "_x", '"x"', "'", "ПРИВЕТ", "größe", "*", "[a]", "\\"])
def test_contains_is_literal_and_regards_no_case(field: Field, wanted: str) -> None:
    assert is_met(field, Operator.CONTAINS, wanted, **{field.key: '100%_X"x"\' Привет GRÖßE *[A]\\'})
    assert not is_met(field, Operator.CONTAINS, wanted, **{field.key: "100 xx Приве GRÖSSE a"})


@pytest.mark.parametrize("operator", BY_NUMBER, ids=lambda operator: operator.value)
@pytest.mark.parametrize("known_us", [0, 1_999_499, 1_999_500, 2 * S, 2_000_499, 2_000_500, 3 * S])
def test_response_times_are_compared_as_shown(operator: Operator, known_us: int) -> None:
    shown_ms = int(known_us / 1_000 + 0.5)
    expected = BY_NUMBER[operator](shown_ms, 2_000)
    assert is_met(f.RESPONSE_TIME, operator, 2 * S, response_time_us=known_us) is expected


@pytest.mark.parametrize("field", [f.RESPONSE_TIME, f.VERSION, f.SOURCE_TYPE, f.SOURCE], ids=lambda one: one.key)
def test_what_is_not_known_is_only_unequal(field: Field) -> None:
    value: Value = 2 * S if field is f.RESPONSE_TIME else "x"
    met = {operator for operator in field.operators if is_met(field, operator, value)}
    assert met == {Operator.NOT_EQUALS}


@pytest.mark.parametrize(
    ("joined", "expected"),
    [(Joined.ALL, [False, False, False, True]), (Joined.ANY, [False, True, True, True])],
)
def test_conditions_are_joined_by_all_or_by_any_of_them(joined: Joined, expected: list[bool]) -> None:
    traces = [
        a_trace(status=status, response_time_us=took)
        for status in (Status.SUCCESS, Status.FAILED)
        for took in (S, 3 * S)
    ]
    assert [matches(Filter((FAILED, SLOW), joined), trace) for trace in traces] == expected


@pytest.mark.parametrize("joined", list(Joined))
def test_a_filter_without_conditions_matches_every_trace(joined: Joined) -> None:
    assert matches(Filter((), joined), a_trace())
    assert not Filter((), joined)
    assert Filter((FAILED,), joined)


def test_filters_compare_and_hash_by_what_they_say() -> None:
    same = Filter((Condition(f.STATUS, Operator.EQUALS, Status.FAILED),))
    assert {Filter((FAILED,)): 1}[same] == 1
    assert same != Filter((FAILED,), Joined.ANY)


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        (f.STATUS, Operator.CONTAINS, Status.FAILED),
        (f.STATUS, Operator.EQUALS, 1),
        (f.STATUS, Operator.EQUALS, "Failed"),
        (f.REQUEST_ID, Operator.GREATER, "a"),
        (f.REQUEST_ID, Operator.EQUALS, 7),
        (f.SOURCE, Operator.EQUALS, ""),
        (f.SOURCE, Operator.EQUALS, "\udcff"),
        (f.RESPONSE_TIME, Operator.CONTAINS, 7),
        (f.RESPONSE_TIME, Operator.EQUALS, "7"),
        (f.RESPONSE_TIME, Operator.EQUALS, -1),
        (f.RESPONSE_TIME, Operator.EQUALS, Status.FAILED),
        (f.INPUT, Operator.CONTAINS, "a"),
    ],
)
def test_a_condition_that_makes_no_sense_cannot_be_made(field: Field, operator: Operator, value: Value) -> None:
    with pytest.raises(QueryError):
        Condition(field, operator, value)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (f.STATUS, " failed ", Status.FAILED),
        (f.STATUS, "Success", Status.SUCCESS),
        (f.RESPONSE_TIME, "1:2:345", 62_345 * MS),
        (f.RESPONSE_TIME, "0:1:5", 1_005 * MS),
        (f.RESPONSE_TIME, "1500ms", 1_500 * MS),
        (f.RESPONSE_TIME, "2s", 2 * S),
        (f.RESPONSE_TIME, "1.5m", 90 * S),
        (f.SOURCE, " as typed ", " as typed "),
    ],
)
def test_a_value_is_read_as_its_field_says(field: Field, text: str, value: Value) -> None:
    assert read_value(field, text) == value


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        (f.STATUS, "broken", "no status"),
        (f.RESPONSE_TIME, "soon", "no duration"),
        (f.RESPONSE_TIME, "1.0005s", "whole number of milliseconds"),
        (f.SOURCE, "", "needs a text"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_with_the_reason(field: Field, text: str, problem: str) -> None:
    with pytest.raises(QueryError, match=problem) as refused:
        read_value(field, text)
    assert refused.value.hint


@pytest.mark.parametrize("value", [Status.FAILED, 62_345 * MS, 0])
def test_a_written_value_is_read_as_the_same_one(value: Value) -> None:
    field = f.STATUS if isinstance(value, Status) else f.RESPONSE_TIME
    assert read_value(field, written(value)) == value


def test_a_filter_is_said_in_words() -> None:
    source = Condition(f.SOURCE, Operator.CONTAINS, "shop")
    assert in_words(Filter((FAILED, SLOW))) == "Status equals Failed AND Response Time greater than 2s"
    assert in_words(Filter((FAILED, source), Joined.ANY)) == 'Status equals Failed OR Source contains "shop"'


def test_a_condition_on_the_version_leaves_with_a_model_that_has_none() -> None:
    both = Filter((FAILED, Condition(f.VERSION, Operator.EQUALS, "v1")), Joined.ANY)
    assert both.for_type(ModelType.EXTERNAL) == Filter((FAILED,), Joined.ANY)
    assert both.for_type(ModelType.FINE_TUNED) == both
