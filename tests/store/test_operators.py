"""Every operator of every column, and pieces of request ids that the index of texts knows."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes import S
from tests.store.hostile import NAMES, TRACES, Hostile, filters, hostile_store
from tests.store.plain import ALWAYS, HOSTED, ask
from tracetui.domain import fields as f
from tracetui.domain.fields import Field, Operator
from tracetui.domain.filters import Condition, Filter, Joined, Value
from tracetui.domain.queries import CountQuery, First, Order, PageQuery, Scope
from tracetui.domain.trace import Status
from tracetui.store.search.finder import Finder
from tracetui.store.selection import asked_about

WHOLE = Scope(HOSTED)
VALUES: dict[Field, list[Value]] = {
    f.STATUS: [Status.SUCCESS, Status.FAILED],
    f.RESPONSE_TIME: [0, 2 * S, 1_000],
    f.REQUEST_ID: [TRACES[5].request_id, TRACES[3].record_id, "shared", "hare", *NAMES],
    f.VERSION: ["v1", "1", "größe", "%"],
    f.SOURCE_TYPE: ["Workflow", "Prompts", "API Key", "api key", "key", "nothing"],
    f.SOURCE: list(NAMES),
}
T12 = [(field, operator) for field in VALUES for operator in field.operators]


@pytest.mark.parametrize(("field", "operator"), T12, ids=[f"{field.key} {one.value}" for field, one in T12])
@pytest.mark.parametrize("joined", [None, *Joined], ids=["alone", "and", "or"])
def test_every_operator_of_every_column_finds_what_plain_python_does(
    hostile: Hostile, field: Field, operator: Operator, joined: Joined | None
) -> None:
    others = () if joined is None else (Condition(f.STATUS, Operator.EQUALS, Status.FAILED),)
    for value in VALUES[field]:
        filter = Filter((Condition(field, operator, value), *others), joined or Joined.ALL)
        expected = [one.id for one in hostile.expected(WHOLE, ALWAYS, filter)]
        page = ask(hostile.reader, PageQuery(WHOLE, ALWAYS, Order.NEWEST, First(), 2_000, filter))
        assert [row.id for row in page.rows] == expected, filter


def test_every_condition_on_a_column_finds_something_and_leaves_something(hostile: Hostile) -> None:
    for field, operator in T12:
        found = [
            len(hostile.expected(WHOLE, ALWAYS, Filter((Condition(field, operator, value),))))
            for value in VALUES[field]
        ]
        assert any(0 < count < 1_100 for count in found), (field.key, operator)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """The same store with an index of its texts, but for the last traces."""
    with hostile_store(tmp_path_factory.mktemp("indexed") / "traces.db", indexed=1_100) as store:
        yield store


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    filter=filters(TRACES), piece=st.sampled_from(["-7", "shared", "\u212a", "K-1", "ÖSSE", "99", "nowhere", "-"])
)
def test_a_piece_of_a_request_id_is_found_through_the_index_of_texts(
    indexed: Hostile, filter: Filter, piece: str
) -> None:
    contains = Condition(f.REQUEST_ID, Operator.CONTAINS, piece)
    both = Filter((contains, *filter.conditions), filter.joined)
    expected = [one.id for one in indexed.expected(WHOLE, ALWAYS, both)]
    page = ask(indexed.reader, PageQuery(WHOLE, ALWAYS, Order.NEWEST, First(), 2_000, both))
    assert [row.id for row in page.rows] == expected


def test_a_rare_piece_of_a_request_id_reads_only_candidates(indexed: Hostile) -> None:
    piece = Filter((Condition(f.REQUEST_ID, Operator.CONTAINS, "-1057"),))
    query = CountQuery(WHOLE, ALWAYS, piece)
    selection = asked_about(indexed.db, query, Finder(indexed.db))
    assert selection.ids is not None
    assert len(selection.ids) < 200
