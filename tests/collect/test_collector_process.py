"""The collector beside the app: a process that begins, tells how it is, and ends with the app."""

import queue
import socket
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.collect.bodies import a_call, traces_body
from tests.collect.collectors import PROTOBUF
from tracetui.cli.collector_process import CollectorProcess, Wanted
from tracetui.config import CollectSettings
from tracetui.domain.collecting import CollectorStatus


@contextmanager
def beside(
    store: Path, settings: CollectSettings
) -> Iterator[tuple[CollectorProcess, "queue.Queue[CollectorStatus]"]]:
    told: queue.Queue[CollectorStatus] = queue.Queue()
    collector = CollectorProcess(Wanted(store, settings, None), told.put)
    collector.start()
    try:
        yield collector, told
    finally:
        collector.stop()


def test_it_takes_what_comes_until_the_app_ends_it(tmp_path: Path) -> None:
    store = tmp_path / "traces.db"
    with beside(store, CollectSettings(port=0)) as (collector, told):
        (url,) = told.get(timeout=30).addresses
        request = urllib.request.Request(f"{url}/v1/traces", traces_body(a_call()), PROTOBUF)
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200
        collector.stop()
        while (last := told.get(timeout=30)).is_running:
            pass
    assert (last.spans, last.problem, collector.status.is_running) == (1, "", False)
    with closing(sqlite3.connect(store)) as db:
        assert db.execute("SELECT count(*) FROM traces").fetchone() == (1,)


def test_where_it_cannot_listen_it_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with beside(tmp_path / "traces.db", CollectSettings(port=port)) as (_, told):
            status = told.get(timeout=30)
    assert not status.is_running
    assert f"127.0.0.1:{port} is in use" in status.problem


def test_where_it_was_killed_the_status_says_so(tmp_path: Path) -> None:
    with beside(tmp_path / "traces.db", CollectSettings(port=0)) as (collector, told):
        told.get(timeout=30)
        assert collector._process is not None
        collector._process.kill()
        while (last := told.get(timeout=30)).is_running:
            pass
    assert "ended unasked (status -9)" in last.problem


def test_one_that_was_stopped_before_it_began_does_not_begin(tmp_path: Path) -> None:
    collector = CollectorProcess(Wanted(tmp_path / "traces.db", CollectSettings(port=0), None))
    collector.stop()
    collector.start()
    assert not collector.status.is_running
    assert not (tmp_path / "traces.db").exists()
