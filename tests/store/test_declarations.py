"""Models, deployments, connections, replicas, credits and fine-tuning jobs into the store."""

from itertools import permutations
from pathlib import Path

import pytest

from tests.store.stored import row, rows, write
from tracetui.domain.catalogue import (
    Connection,
    CreditEntry,
    CreditKind,
    Deployment,
    FineTuningJob,
    Model,
    ModelType,
    ReplicaChange,
)
from tracetui.domain.ports import Difference, Record, WriteReport

HOSTED = ModelType.OPEN_SOURCE

SPARSE_AND_FULL: list[tuple[Record, Record, str]] = [
    (Model("m-1", HOSTED), Model("m-1", HOSTED, "llama", 5), "models"),
    (
        Deployment("m-1", HOSTED, "chat", "v1", 10),
        Deployment("m-1", HOSTED, "chat", "v1", 10, 20, "1x A100", 4),
        "deployments",
    ),
    (Deployment("m-1", HOSTED, "chat"), Deployment("m-1", HOSTED, "chat", None, 10, 20), "deployments"),
    (Connection("m-1", "eu"), Connection("m-1", "eu", 5, is_default=True), "connections"),
    (
        ReplicaChange("m-1", HOSTED, "chat", None, 10, 2),
        ReplicaChange("m-1", HOSTED, "chat", None, 10, 2, "1x A100"),
        "replica_changes",
    ),
    (
        CreditEntry(CreditKind.DEPLOYMENT, 1, 2, 3, entry_id="c-1"),
        CreditEntry(CreditKind.DEPLOYMENT, 1, 2, 3, "m-1", HOSTED, "chat", "v1", "c-1"),
        "credit_entries",
    ),
    (FineTuningJob("job-1", "m-1"), FineTuningJob("job-1", "m-1", "llama", 1, 2, "completed"), "fine_tuning_jobs"),
]


@pytest.mark.parametrize(("sparse", "full", "table"), SPARSE_AND_FULL)
def test_a_later_record_fills_in_and_the_order_makes_no_difference(
    tmp_path: Path, sparse: Record, full: Record, table: str
) -> None:
    paths = [tmp_path / "sparse-first.db", tmp_path / "full-first.db"]
    filled = write(paths[0], [sparse], [full], [sparse], [full])
    present = write(paths[1], [full], [sparse])
    assert [(one.added, one.filled, one.present) for one in filled] == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 1)]
    assert [(one.added, one.filled, one.present) for one in present] == [(1, 0, 0), (0, 0, 1)]
    assert not any(report.differences for report in (*filled, *present))
    assert row(paths[0], f"SELECT * FROM {table}") == row(paths[1], f"SELECT * FROM {table}")


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        (Model("m-1", HOSTED, "llama"), Model("m-1", HOSTED, "gemma"), ("base_model", "llama", "gemma")),
        (Connection("m-1", "eu", 5), Connection("m-1", "eu", 6), ("added_at", "5", "6")),
        (
            Deployment("m-1", HOSTED, "chat", None, 1, hardware="A100"),
            Deployment("m-1", HOSTED, "chat", None, 1, hardware="H100"),
            ("hardware", "A100", "H100"),
        ),
        (
            CreditEntry(CreditKind.DEPLOYMENT, 1, 2, 3, "m-1", HOSTED),
            CreditEntry(CreditKind.DEPLOYMENT, 1, 2, 4, "m-1", HOSTED),
            ("credits_micro", "3", "4"),
        ),
        (FineTuningJob("job-1", "m-1"), FineTuningJob("job-1", "m-2"), ("model", "m-1", "m-2")),
    ],
)
def test_the_first_stands_where_a_later_record_contradicts(
    tmp_path: Path, first: Record, second: Record, difference: tuple[str, str, str]
) -> None:
    (_, report) = write(tmp_path / "traces.db", [first], [first, second])
    assert report == WriteReport(0, 2, 0, (Difference(1, *difference),))


def test_one_name_deployed_three_times_is_three_deployments(tmp_path: Path) -> None:
    path = tmp_path / "traces.db"
    write(path, [Deployment("m-1", HOSTED, "chat", None, at, at + 5) for at in (10, 20, 30)])
    assert rows(path, "SELECT deployed_at, undeployed_at FROM deployments") == [(10, 15), (20, 25), (30, 35)]


def test_a_credit_entry_without_an_id_is_known_by_what_it_is_for(tmp_path: Path) -> None:
    entries = [
        CreditEntry(CreditKind.DEPLOYMENT, start, start + 10, 7, model, HOSTED, "chat", version)
        for start in (0, 10)
        for model in ("m-1", "m-2")
        for version in (None, "v1")
    ]
    first, again = write(tmp_path / "traces.db", entries, entries)
    assert (first.added, again.present) == (8, 8)


def test_records_of_all_kinds_give_the_same_store_in_any_order(tmp_path: Path) -> None:
    records: list[Record] = [
        Model("m-1", ModelType.FINE_TUNED, "llama"),
        Deployment("m-1", None, "chat", "v1", 10),
        ReplicaChange("m-1", None, "chat", "v1", 10, 2),
        CreditEntry(CreditKind.DEPLOYMENT, 1, 2, 3, "m-1", None, "chat"),
        FineTuningJob("job-1", "m-1", "llama"),
    ]
    seen = set()
    for number, order in enumerate(list(permutations(records))[::7]):
        path = tmp_path / f"{number}.db"
        write(path, *([record] for record in order))
        tables = ("models", "deployments", "replica_changes", "credit_entries", "fine_tuning_jobs")
        seen.add(str([rows(path, f"SELECT * FROM {table}") for table in tables]))
    assert len(seen) == 1
