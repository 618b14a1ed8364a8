"""A writer that runs for long stays with the store that people open."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import NOON_US, a_trace
from tests.store.stored import row
from tracetui.store.following import FollowingWriter


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "traces.db"


def test_a_store_that_was_removed_is_made_anew(store: Path) -> None:
    with closing(FollowingWriter(store, lambda: NOON_US)) as writer:
        writer.write([a_trace("before")])
        for file in store.parent.glob(f"{store.name}*"):
            file.unlink()
        assert writer.write([a_trace("after")]).added == 1
    assert row(store, "SELECT request_id FROM traces") == ("after",)


def test_a_store_that_was_replaced_gets_what_comes_next(store: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(FollowingWriter(other, lambda: NOON_US)) as writer:
        writer.write([a_trace("theirs")])
    with closing(FollowingWriter(store, lambda: NOON_US)) as writer:
        writer.write([a_trace("before")])
        for file in store.parent.glob(f"{store.name}*"):
            file.unlink()
        other.rename(store)
        writer.write([a_trace("ours")])
    assert row(store, "SELECT group_concat(request_id) FROM traces") == ("theirs,ours",)
