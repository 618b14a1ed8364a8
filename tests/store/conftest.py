"""One store of many random traces, made once for all tests that only read it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.store import charts
from tests.store.hostile import Hostile, hostile_store
from tests.store.plain import Known, deployments, fill, random_traces
from tracetui.domain.ports import Record
from tracetui.store.reader import SqliteReader


class FullStore(NamedTuple):
    """A store and what is in it."""

    reader: SqliteReader
    known: list[Known]
    path: Path


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
    yield FullStore(reader, [Known(ids[trace.request_id], trace) for trace in traces], path)
    reader.close()


class Demo(NamedTuple):
    """A store of a made-up account, and the records that went in."""

    reader: SqliteReader
    records: list[Record]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """400 days of models of all three types; see `charts.demo_records`."""
    path = tmp_path_factory.mktemp("demo") / "traces.db"
    records = charts.demo_records()
    fill(path, *records)
    reader = SqliteReader(path)
    yield Demo(reader, records)
    reader.close()


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """1,200 traces with the worst of names."""
    with hostile_store(tmp_path_factory.mktemp("hostile") / "traces.db") as store:
        yield store
