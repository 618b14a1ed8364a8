"""`tracetui collect` as a user runs it."""

import json
import resource
import signal
import socket
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.commands import Command
from tests.collect.bodies import a_call, traces_body
from tests.collect.commands import collect_command
from tracetui.cancel import Cancel
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period
from tracetui.domain.queries import CountQuery, Scope
from tracetui.store.reader import SqliteReader


def count(store: Path, sql: str = "SELECT count(*) FROM traces") -> int:
    with closing(sqlite3.connect(store)) as db:
        (found,) = db.execute(sql).fetchone()
        return int(found)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_ends_with_0_and_says_what_came(tmp_path: Path, by: signal.Signals) -> None:
    with collect_command(tmp_path / "traces.db") as running:
        assert running.post(traces_body(a_call("a"), a_call("b"))) == 200
        running.process.send_signal(by)
        out, err = running.process.communicate(timeout=30)
    assert (running.process.returncode, out, err) == (0, "Stopped. spans: 2\n", "")


def test_the_store_and_its_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    store = tmp_path / "new" / "traces.db"
    with collect_command(store) as running:
        assert running.post(traces_body(a_call())) == 200
        files = list(store.parent.iterdir())
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in files}
    assert set(modes) == {"traces.db", "traces.db-wal", "traces.db-shm"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(store.parent.stat().st_mode) == 0o700


def test_what_came_a_moment_ago_is_found_by_a_search(tmp_path: Path) -> None:
    store = tmp_path / "traces.db"
    with collect_command(store) as running:
        assert running.post(traces_body(a_call("a", asked="Where is parcel 4711?"), a_call("b"))) == 200
        with closing(SqliteReader(store)) as reader:
            scope = Scope(ModelRef(ModelType.EXTERNAL, "gpt-4o"))
            wanted = CountQuery(scope, Period(0, 1 << 60), search="PARCEL 4711")
            assert reader.read(wanted, Cancel()) == 1


def test_a_store_that_is_locked_is_told_as_503_and_taken_when_it_is_free(tmp_path: Path) -> None:
    store = tmp_path / "traces.db"
    with collect_command(store) as running:
        assert running.post(traces_body(a_call("a"))) == 200
        with closing(sqlite3.connect(store, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert running.post(traces_body(a_call("b"))) == 503
            other.execute("ROLLBACK")
        assert running.post(traces_body(a_call("b"))) == 200
    assert count(store) == 2


def test_a_full_disk_is_told_as_503_and_what_was_acknowledged_stays(tmp_path: Path) -> None:
    def no_large_files() -> None:
        # A write beyond it fails as on a full disk; Python ignores the signal that comes with it.
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, resource.RLIM_INFINITY))

    store = tmp_path / "traces.db"
    acknowledged, status = 0, 200
    with collect_command(store, before=no_large_files) as running:
        for number in range(200):
            body = traces_body(*(a_call(f"{number}-{n}", asked=f"{number} {n} " * 2_000) for n in range(5)))
            status = running.post(body)
            if status != 200:
                break
            acknowledged += 5
        running.process.send_signal(signal.SIGKILL)
        running.process.wait()
    assert status == 503
    assert acknowledged > 0
    assert count(store) == acknowledged
    with closing(sqlite3.connect(store)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with collect_command(store) as running:
        assert running.post(traces_body(a_call("after"))) == 200
    assert count(store) == acknowledged + 1


def test_the_token_of_the_environment_is_asked_for(tmp_path: Path) -> None:
    with collect_command(tmp_path / "traces.db", environ={"TRACETUI_TOKEN": "s3cret"}) as running:
        assert running.post(traces_body(a_call())) == 401
        assert running.post(traces_body(a_call()), Authorization="Bearer s3cret") == 200


def test_with_json_it_says_every_second_how_it_is(tmp_path: Path) -> None:
    with collect_command(tmp_path / "traces.db", "--json") as running:
        assert running.process.stdout is not None
        said = json.loads(running.process.stdout.readline())
    assert said["is_running"]
    assert said["spans"] == 0


def test_other_machines_are_not_listened_to_without_a_token(command: Command) -> None:
    outcome = command.run("collect", "--host", "0.0.0.0", "--port", "0")
    assert outcome.code == 2
    assert "no token" in outcome.err
    assert "TRACETUI_TOKEN" in outcome.err
    assert not command.store.exists()


def test_a_port_that_is_taken_is_told_in_a_sentence(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        outcome = command.run("collect", "--port", str(taken.getsockname()[1]))
    assert outcome.code == 2
    assert "is in use, perhaps by another collector" in outcome.err
    assert not command.store.exists()


def test_an_address_that_there_is_not_is_told_in_a_sentence(command: Command) -> None:
    assert "nowhere.invalid is not known" in command.run("collect", "--host", "nowhere.invalid").err


def test_a_store_that_cannot_be_written_is_told_and_nothing_listens(command: Command) -> None:
    command.store.write_text("no store")
    outcome = command.run("collect", "--port", "0")
    assert outcome.code == 2
    assert "is not a store" in outcome.err


def test_collecting_beside_the_app_is_no_flag_of_a_verb(command: Command) -> None:
    outcome = command.run("--collect", "traces")
    assert outcome.code == 2
    assert "--collect goes with the app" in outcome.err
