"""The text and parameters of conditions, without a database."""

import pytest

from tests.fakes import S
from tracetui.domain import fields as f
from tracetui.domain.fields import Field, Operator
from tracetui.domain.filters import Condition, Filter, Joined, Value
from tracetui.domain.trace import Status
from tracetui.store import where
from tracetui.store.where import EVERY, NONE, Named, Sql

NAMED = Named(
    sources={1: "checkout", 2: "Checkout EU", 3: "refunds"},
    source_types={1: "Workflow", 2: "API Key"},
    versions={7: "v1", 8: "v10", 9: None},
    request_ids={"r1": (41, 42), "r2": ()},
)


def compiled(*conditions: tuple[Field, Operator, Value], joined: Joined = Joined.ALL) -> Sql:
    return where.condition(Filter(tuple(Condition(*one) for one in conditions), joined), NAMED)


@pytest.mark.parametrize(
    ("field", "operator", "value", "text", "values"),
    [
        (f.STATUS, Operator.EQUALS, Status.FAILED, "status = ?", (1,)),
        (f.STATUS, Operator.NOT_EQUALS, Status.FAILED, "status != ?", (1,)),
        (f.RESPONSE_TIME, Operator.GREATER, 2 * S, "response_time_us >= ?", (2_000_500,)),
        (f.RESPONSE_TIME, Operator.GREATER_OR_EQUAL, 2 * S, "response_time_us >= ?", (1_999_500,)),
        (f.RESPONSE_TIME, Operator.LESS, 2 * S, "response_time_us < ?", (1_999_500,)),
        (f.RESPONSE_TIME, Operator.LESS_OR_EQUAL, 2 * S, "response_time_us < ?", (2_000_500,)),
        (
            f.RESPONSE_TIME,
            Operator.EQUALS,
            2 * S,
            "(response_time_us >= ? AND response_time_us < ?)",
            (1_999_500, 2_000_500),
        ),
        (
            f.RESPONSE_TIME,
            Operator.NOT_EQUALS,
            0,
            "(response_time_us IS NULL OR response_time_us < ? OR response_time_us >= ?)",
            (0, 500),
        ),
        (f.SOURCE, Operator.EQUALS, "checkout", "source_id = ?", (1,)),
        (f.SOURCE, Operator.NOT_EQUALS, "checkout", "source_id IS NOT ?", (1,)),
        (f.SOURCE, Operator.CONTAINS, "CHECK", "source_id IN (?,?)", (1, 2)),
        (f.SOURCE_TYPE, Operator.EQUALS, "API Key", "source_type_id = ?", (2,)),
        (f.VERSION, Operator.CONTAINS, "v1", "route_id IN (?,?)", (7, 8)),
        (f.VERSION, Operator.NOT_EQUALS, "v1", "route_id IN (?,?)", (8, 9)),
        (f.REQUEST_ID, Operator.EQUALS, "r1", "traces.id IN (?,?)", (41, 42)),
        (f.REQUEST_ID, Operator.NOT_EQUALS, "r1", "NOT traces.id IN (?,?)", (41, 42)),
        (f.REQUEST_ID, Operator.CONTAINS, "A%_'", "instr(lower(request_id), ?) > 0", ("a%_'",)),
        (f.REQUEST_ID, Operator.CONTAINS, "É", "folded_contains(request_id, ?)", ("é",)),
    ],
)
def test_a_condition_becomes_text_with_its_values_apart(
    field: Field, operator: Operator, value: Value, text: str, values: tuple[where.Value, ...]
) -> None:
    assert compiled((field, operator, value)) == Sql(text, values)


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        (f.SOURCE, Operator.EQUALS, "nobody", NONE),
        (f.SOURCE, Operator.CONTAINS, "nobody", NONE),
        (f.SOURCE, Operator.NOT_EQUALS, "nobody", EVERY),
        (f.VERSION, Operator.EQUALS, "v3", NONE),
        (f.VERSION, Operator.NOT_EQUALS, "v3", EVERY),
        (f.REQUEST_ID, Operator.EQUALS, "r2", NONE),
        (f.REQUEST_ID, Operator.NOT_EQUALS, "r2", EVERY),
    ],
)
def test_a_name_that_is_not_there_is_decided_without_a_row(
    field: Field, operator: Operator, value: Value, expected: Sql
) -> None:
    assert compiled((field, operator, value)) == expected


FAILED = (f.STATUS, Operator.EQUALS, Status.FAILED)
SLOW = (f.RESPONSE_TIME, Operator.GREATER, 2 * S)
NOWHERE = (f.SOURCE, Operator.EQUALS, "nobody")


def test_conditions_are_joined_in_one_pair_of_parentheses_with_their_values_in_order() -> None:
    assert compiled(FAILED, SLOW) == Sql("(status = ? AND response_time_us >= ?)", (1, 2_000_500))
    assert compiled(SLOW, FAILED, joined=Joined.ANY) == Sql(
        "(response_time_us >= ? OR status = ?)", (2_000_500, 1)
    )


def test_what_no_row_can_meet_decides_and_and_leaves_or() -> None:
    assert compiled(FAILED, NOWHERE) == NONE
    assert compiled(FAILED, NOWHERE, joined=Joined.ANY) == Sql("status = ?", (1,))


@pytest.mark.parametrize("joined", list(Joined))
def test_a_filter_without_conditions_asks_nothing(joined: Joined) -> None:
    assert compiled(joined=joined) == EVERY


@pytest.mark.parametrize("letter", ["k", "s"])
def test_the_two_letters_that_fold_to_ascii_are_folded_before_sqlite_does(letter: str) -> None:
    sql = compiled((f.REQUEST_ID, Operator.CONTAINS, letter.upper()))
    assert sql.values == (letter,)
    assert "replace(request_id, char(" in sql.text


def test_more_ids_than_sqlite_has_parameters_for_travel_as_one() -> None:
    ids = list(range(100_000))
    sql = where.among("source_id", ids)
    assert len(sql.values) == 1
    assert "json_each(?)" in sql.text
