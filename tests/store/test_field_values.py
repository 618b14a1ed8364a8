from pathlib import Path

import pytest

from tests.fakes import NOON_US, a_trace
from tests.store.plain import EXTERNAL, HOSTED, a_reader, ask
from tracetui.domain import fields as f
from tracetui.domain.catalogue import ModelType
from tracetui.domain.fields import Field
from tracetui.domain.queries import DeploymentRef, Scope, ValuesQuery
from tracetui.errors import QueryError
from tracetui.store.reader import SqliteReader

SOURCES = ["rare", "often", "often", "often", "some", "some", None]


@pytest.fixture
def reader(tmp_path: Path) -> SqliteReader:
    ours = [
        a_trace(
            f"r{place}",
            model_type=ModelType.OPEN_SOURCE,
            deployment="chat",
            version=f"v{place}",
            source=source,
            source_type="Workflow",
            executed_at_us=NOON_US + place,
        )
        for place, source in enumerate(SOURCES)
    ]
    theirs = a_trace("x", model="x-1", source="elsewhere", source_type="cron")
    return a_reader(tmp_path / "s.db", *ours, theirs)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (f.SOURCE, ("often", "some", "rare", "elsewhere")),
        (f.SOURCE_TYPE, ("Workflow", "cron")),
        (f.VERSION, ("v6", "v5", "v4", "v3", "v2", "v1", "v0")),
    ],
)
@pytest.mark.parametrize("scope", [Scope(HOSTED), Scope(HOSTED, DeploymentRef("chat"))])
def test_values_come_with_those_most_in_use_first(
    reader: SqliteReader, field: Field, expected: tuple[str, ...], scope: Scope
) -> None:
    assert ask(reader, ValuesQuery(scope, field)) == expected


def test_an_external_model_has_no_versions(reader: SqliteReader) -> None:
    assert ask(reader, ValuesQuery(Scope(EXTERNAL), f.VERSION)) == ()


def test_values_are_completed_from_any_piece_in_any_case(reader: SqliteReader) -> None:
    assert ask(reader, ValuesQuery(Scope(HOSTED), f.SOURCE, "R")) == ("rare", "elsewhere")


def test_no_more_values_come_than_are_wanted(reader: SqliteReader) -> None:
    assert ask(reader, ValuesQuery(Scope(HOSTED), f.SOURCE, count=2)) == ("often", "some")


def test_request_ids_are_too_many_for_a_list(reader: SqliteReader) -> None:
    with pytest.raises(QueryError, match="Request ID"):
        ask(reader, ValuesQuery(Scope(HOSTED), f.REQUEST_ID))
