"""One store of many random traces, made once for all tests that only read it."""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.store.plain import Known, deployments, fill, random_traces
from tracetui.store.reader import SqliteReader


class FullStore(NamedTuple):
    """A store and what is in it."""

    reader: SqliteReader
    known: list[Known]


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullStore]:
    """6,000 traces: more than are sorted in memory, so that both ways to an order are taken."""
    path = tmp_path_factory.mktemp("full") / "traces.db"
    traces = random_traces(seed=7, count=6_000)
    fill(path, *deployments(), *traces)
    with sqlite3.connect(path) as db:
        ids = dict(db.execute("SELECT request_id, id FROM traces"))
    db.close()
    reader = SqliteReader(path)
    yield FullStore(reader, [Known(ids[trace.request_id], trace) for trace in traces])
    reader.close()
