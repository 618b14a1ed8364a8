"""Which model a name means, and that it does not matter in which order the data says so."""

from contextlib import closing
from itertools import permutations
from pathlib import Path

import pytest

from tests.fakes import NOON_US, a_trace
from tests.store.stored import row, rows, write
from tracetui.domain.catalogue import (
    Connection,
    CreditEntry,
    CreditKind,
    Deployment,
    FineTuningJob,
    Model,
    ModelType,
)
from tracetui.domain.ports import Record
from tracetui.store.writer import SqliteWriter

EXTERNAL, HOSTED, TUNED = ModelType.EXTERNAL, ModelType.OPEN_SOURCE, ModelType.FINE_TUNED


def _models(path: Path) -> list[tuple[str, str, int]]:
    """Name, type and number of traces of each model."""
    return rows(
        path,
        "SELECT m.name, m.type, count(t.id) FROM models m LEFT JOIN traces t ON t.model_id = m.id"
        " GROUP BY m.id ORDER BY 1, 2",
    )


@pytest.mark.parametrize(
    ("records", "models"),
    [
        ([a_trace("a")], [("m-1", "external", 1)]),
        ([a_trace("a"), a_trace("b", deployment="chat")], [("m-1", "open-source", 2)]),
        ([a_trace("a"), a_trace("b", deployment="chat", model_type=TUNED)], [("m-1", "fine-tuned", 2)]),
        ([a_trace("a", deployment="chat"), Model("m-1", EXTERNAL)], [("m-1", "external", 1)]),
        ([a_trace("a"), Model("m-1", TUNED), Model("m-1", None)], [("m-1", "fine-tuned", 1)]),
        ([a_trace("a"), Deployment("m-1", None, "chat")], [("m-1", "open-source", 1)]),
        ([a_trace("a"), Deployment("m-1", TUNED, "chat")], [("m-1", "fine-tuned", 1)]),
        ([a_trace("a"), Connection("m-1", "eu"), Model("m-1", None)], [("m-1", "external", 1)]),
        ([a_trace("a"), FineTuningJob("job-1", "m-1")], [("m-1", "fine-tuned", 1)]),
        (
            [a_trace("a", model_type=EXTERNAL), a_trace("b", model_type=HOSTED)],
            [("m-1", "external", 1), ("m-1", "open-source", 1)],
        ),
        (
            [a_trace("a"), CreditEntry(CreditKind.DEPLOYMENT, 1, 2, 3, model="m-1", deployment="chat")],
            [("m-1", "open-source", 1)],
        ),
    ],
)
def test_the_order_of_records_makes_no_difference(tmp_path: Path, records: list[Record], models) -> None:
    for number, order in enumerate(permutations(records)):
        together, apart = tmp_path / f"together-{number}.db", tmp_path / f"apart-{number}.db"
        write(together, order)
        write(apart, *([record] for record in order))
        assert (_models(together), _models(apart)) == (models, models)


def test_of_two_models_of_one_name_a_trace_with_a_deployment_means_the_hosted_one(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    write(path, [Model("m-1", EXTERNAL), Model("m-1", TUNED)], [a_trace("a", deployment="chat"), a_trace("b")])
    assert _models(path) == [("m-1", "external", 1), ("m-1", "fine-tuned", 1)]


def test_a_type_that_becomes_known_keeps_the_model_and_its_traces(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    write(path, [a_trace("a")], [a_trace("b", model_type=TUNED)])
    assert row(path, "SELECT id, type, type_is_known FROM models") == (1, "fine-tuned", 1)
    assert row(path, "SELECT count(DISTINCT route_id), count(DISTINCT model_id) FROM traces") == (1, 1)


def test_another_writers_declaration_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    with closing(SqliteWriter(path, now_us=lambda: NOON_US)) as writer:
        writer.write([a_trace("a")])
        write(path, [Model("m-1", EXTERNAL), Model("m-1", TUNED)])
        writer.write([a_trace("b", deployment="chat")])
    assert _models(path) == [("m-1", "external", 1), ("m-1", "fine-tuned", 1)]
