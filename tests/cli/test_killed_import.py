"""An import that is killed at any moment and run again leaves what an undisturbed one leaves."""

from pathlib import Path

import pytest

from . import killed_imports as imports

LINES = 11_900
"""Nearly three batches: on a busy machine the last one is not over before it is killed."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "calls.jsonl").write_text("".join(imports.made_up_lines(LINES)))
    imports.import_undisturbed(folder, folder / "traces.db")
    return folder


@pytest.mark.parametrize(
    ("after_batches", "after_bytes"),
    [(1, 0), (1, 200_000), (2, 0), (2, 3_000_000), (3, 1)],
    ids=["before any batch", "inside the first", "after the first", "inside the second", "after the second"],
)
def test_a_killed_import_run_again_gives_what_an_undisturbed_one_gives(
    tmp_path: Path, undisturbed: Path, after_batches: int, after_bytes: int
) -> None:
    (tmp_path / "calls.jsonl").write_bytes((undisturbed / "calls.jsonl").read_bytes())
    store = tmp_path / "traces.db"
    assert imports.import_and_kill(tmp_path, store, after_batches, after_bytes)
    imports.import_undisturbed(tmp_path, store)
    assert imports.contents(store) == imports.contents(undisturbed / "traces.db")
    rejects = "calls.jsonl.rejects.jsonl"
    assert (tmp_path / rejects).read_bytes().count(b"\n") == (undisturbed / rejects).read_bytes().count(b"\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["calls.jsonl", rejects, "traces.db"]
