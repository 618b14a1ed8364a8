import json
import os
import stat
from pathlib import Path

import pytest

from tracetui import remembered
from tracetui.domain.choices import Choices
from tracetui.domain.ports import Memory
from tracetui.remembered import RememberedFile

NORD, DARK = Choices(theme="nord"), Choices(theme="dark", screen="traces")


def test_what_was_chosen_is_there_on_the_next_start(tmp_path: Path) -> None:
    memory: Memory = RememberedFile(tmp_path / "state", tmp_path / "a.db")
    memory.save(DARK)
    assert RememberedFile(tmp_path / "state", tmp_path / "a.db").load() == DARK
    assert memory.problem is None


def test_the_first_start_has_the_defaults_and_no_problem(tmp_path: Path) -> None:
    memory = RememberedFile(tmp_path / "state", tmp_path / "a.db")
    assert memory.load() == Choices()
    assert memory.problem is None
    assert not (tmp_path / "state").exists()


def test_each_store_has_its_own_choices(tmp_path: Path) -> None:
    first, second = (RememberedFile(tmp_path, tmp_path / name) for name in ("a.db", "b.db"))
    first.save(NORD)
    second.save(DARK)
    assert (first.load(), second.load()) == (NORD, DARK)


def test_a_store_is_known_by_its_real_path(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "a.db")
    RememberedFile(tmp_path, tmp_path / "a.db").save(NORD)
    assert RememberedFile(tmp_path, tmp_path / "link.db").load() == NORD


def test_the_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "tracetui"
    RememberedFile(folder, tmp_path / "a.db").save(NORD)
    assert stat.S_IMODE((folder / remembered.FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert os.listdir(folder) == [remembered.FILE_NAME]


@pytest.mark.parametrize(
    "damaged",
    [b"", b"{", b"\xff\xfe", b"[]", b'{"stores": []}', b"[" * 200_000, b'"' + b"x" * 4_000_001],
    ids=["empty", "cut", "not text", "a list", "no stores", "nested", "huge"],
)
def test_a_damaged_file_gives_the_defaults_and_a_problem_to_say(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / remembered.FILE_NAME).write_bytes(damaged)
    memory = RememberedFile(tmp_path, tmp_path / "a.db")
    assert memory.load() == Choices()
    assert memory.problem is not None
    assert "damaged" in memory.problem.problem


def test_the_next_choice_mends_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / remembered.FILE_NAME).write_text("{")
    memory = RememberedFile(tmp_path, tmp_path / "a.db")
    memory.save(NORD)
    assert memory.load() == NORD
    assert memory.problem is None


def test_a_folder_that_cannot_be_written_is_a_problem_to_say_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file stands where the folder would")
    memory = RememberedFile(tmp_path / "state", tmp_path / "a.db")
    memory.save(NORD)
    assert memory.problem is not None
    assert "could not be kept" in memory.problem.problem


def test_the_entry_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    stores = [tmp_path / f"{number}.db" for number in range(remembered.STORES_KEPT + 1)]
    for store in stores:
        RememberedFile(tmp_path, store).save(NORD)
    kept = json.loads((tmp_path / remembered.FILE_NAME).read_text())["stores"]
    assert list(kept) == [os.path.realpath(store) for store in stores[1:]]


def test_a_linked_file_stays_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles.json"
    elsewhere.write_text('{"stores": {}}')
    (tmp_path / remembered.FILE_NAME).symlink_to(elsewhere)
    RememberedFile(tmp_path, tmp_path / "a.db").save(NORD)
    assert (tmp_path / remembered.FILE_NAME).is_symlink()
    assert RememberedFile(tmp_path, tmp_path / "a.db").load() == NORD
