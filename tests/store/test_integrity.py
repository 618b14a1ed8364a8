"""Looking at a store: what is sound is found sound, and what is broken is told."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import NOON_US, S, a_trace
from tests.store.plain import deployments, random_traces
from tests.store.stored import write
from tracetui.cancel import Cancel, Cancelled, Progress
from tracetui.domain.parts import Side, TracePart
from tracetui.domain.upkeep import Finding
from tracetui.errors import StoreError
from tracetui.store.integrity import examine
from tracetui.store.prune import prune
from tracetui.store.search import index

BOTH = pytest.mark.parametrize("is_full", [False, True], ids=["sample", "full"])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """300 traces over 40 days, indexed, and some messages that came apart."""
    path = tmp_path / "traces.db"
    part = TracePart("test", "nobody", "p", 1, Side.REQUEST, (b'{"role":"user","content":"a"}',), b"raw")
    write(path, [*deployments(), *random_traces(seed=3, count=300)], [part, a_trace("last", input="needle")])
    index.build(path, Cancel())
    return path


def change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(sql)


def broken(path: Path, *, is_full: bool) -> dict[str, Finding]:
    return {one.name: one for one in examine(path, Cancel(), is_full=is_full) if one.problems}


@BOTH
def test_a_sound_store_is_found_sound(store: Path, is_full: bool) -> None:
    assert broken(store, is_full=is_full) == {}


@BOTH
def test_an_empty_store_is_sound(tmp_path: Path, is_full: bool) -> None:
    write(tmp_path / "t.db", [])
    assert broken(tmp_path / "t.db", is_full=is_full) == {}


@BOTH
def test_a_store_that_was_pruned_and_filled_again_is_sound(store: Path, is_full: bool) -> None:
    prune(store, NOON_US + 20 * 86_400 * S, keeps_figures=True, cancel=Cancel())
    write(store, random_traces(seed=4, count=50))
    assert broken(store, is_full=is_full) == {}


@BOTH
@pytest.mark.parametrize(
    ("sql", "where", "said"),
    [
        ("UPDATE sums_by_quarter SET failed = failed + 1", "figures against traces", "requests of route"),
        ("UPDATE sums_by_day SET input_tokens = 7", "figures against traces", "requests by day"),
        ("DELETE FROM latency_by_quarter", "figures against traces", "response times of route"),
        ("UPDATE latency_by_day SET requests = requests + 1", "figures against traces", "response times by day"),
        ("DELETE FROM trace_texts WHERE id = 1", "references between tables", "trace 1 has no texts"),
        ("UPDATE traces SET route_id = 999 WHERE id = 1", "references between tables", "route that is not there"),
        ("UPDATE trace_texts SET payload = x'00' WHERE id = 1", "texts of traces", "texts of trace 1"),
        (
            "UPDATE traces SET response_bucket = 1, response_time_us = 5000000 WHERE id = 1",
            "texts of traces",
            "filed",
        ),
        (
            "INSERT INTO search_tokens (search_tokens) VALUES ('delete-all')",
            "search index against traces",
            "not found by",
        ),
    ],
)
def test_what_is_broken_is_told(store: Path, is_full: bool, sql: str, where: str, said: str) -> None:
    change(store, sql)
    found = broken(store, is_full=is_full)
    assert said in " ".join(found[where].first)
    assert len(found[where].first) <= 3


def test_fortnights_are_compared_with_days_where_all_is_looked_at(store: Path) -> None:
    change(store, "UPDATE latency_by_fortnight SET requests = 1000")
    assert "by fortnight" in broken(store, is_full=True)["figures against traces"].first[0]


def test_all_references_are_followed_where_all_is_looked_at(store: Path) -> None:
    change(store, "DELETE FROM origins")
    assert "refer to rows of origins" in " ".join(broken(store, is_full=True)["references between tables"].first)


@BOTH
def test_a_damaged_page_is_a_finding_and_no_crash(store: Path, is_full: bool) -> None:
    change(store, "PRAGMA wal_checkpoint(TRUNCATE)")
    with closing(sqlite3.connect(store)) as db:
        # A store of which not even the catalogue of its tables can be read is not opened at all.
        pages = db.execute("SELECT pageno FROM dbstat WHERE name = 'trace_texts' ORDER BY pageno").fetchall()
    content = bytearray(store.read_bytes())
    for (page,) in pages[1::5]:
        content[(page - 1) * 4096 : (page - 1) * 4096 + 300] = b"\xee" * 300
    store.write_bytes(content)
    assert "pages of the file" in broken(store, is_full=is_full)


def test_it_can_be_stopped(store: Path) -> None:
    cancel = Cancel()

    def stop(progress: Progress) -> None:
        if progress.note == "figures against traces":
            cancel.set()

    with pytest.raises(Cancelled):
        examine(store, cancel, stop, is_full=True)


def test_a_missing_store_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no store"):
        examine(tmp_path / "none.db", Cancel())
    assert not (tmp_path / "none.db").exists()
