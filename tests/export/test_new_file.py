"""A file is there whole or not at all, and never instead of another one."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tracetui.errors import TraceTuiError
from tracetui.export.new_file import NewFile

NAME = "GPT4_traces_data.csv"
ways = pytest.mark.parametrize("may_be_unnamed", [True, False], ids=["unnamed", "partial"])


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@ways
def test_a_file_is_there_once_it_is_kept(tmp_path: Path, may_be_unnamed: bool) -> None:
    with NewFile(tmp_path, NAME, may_be_unnamed=may_be_unnamed) as file:
        file.write(b"one,")
        file.write(b"two")
        assert NAME not in names_in(tmp_path)
        assert file.keep() == tmp_path / NAME
    assert names_in(tmp_path) == [NAME]
    assert (tmp_path / NAME).read_bytes() == b"one,two"


@ways
def test_nobody_but_its_owner_can_read_it(tmp_path: Path, may_be_unnamed: bool) -> None:
    with NewFile(tmp_path, NAME, may_be_unnamed=may_be_unnamed) as file:
        assert file.keep().stat().st_mode & 0o777 == 0o600


@ways
def test_another_file_is_never_replaced(tmp_path: Path, may_be_unnamed: bool) -> None:
    (tmp_path / NAME).write_text("mine")
    (tmp_path / "GPT4_traces_data (1).csv").symlink_to("nowhere")
    with NewFile(tmp_path, NAME, may_be_unnamed=may_be_unnamed) as file:
        assert file.keep().name == "GPT4_traces_data (2).csv"
    assert (tmp_path / NAME).read_text() == "mine"


@ways
def test_two_at_once_get_a_name_each(tmp_path: Path, may_be_unnamed: bool) -> None:
    with (
        NewFile(tmp_path, NAME, may_be_unnamed=may_be_unnamed) as one,
        NewFile(tmp_path, NAME, may_be_unnamed=may_be_unnamed) as other,
    ):
        one.write(b"1")
        other.write(b"2")
        other.keep()
        one.keep()
    assert names_in(tmp_path) == ["GPT4_traces_data (1).csv", NAME]
    assert (tmp_path / NAME).read_bytes() == b"2"


@ways
def test_nothing_is_left_of_one_that_was_not_kept(tmp_path: Path, may_be_unnamed: bool) -> None:
    with NewFile(tmp_path, NAME, may_be_unnamed=may_be_unnamed) as file:
        file.write(b"half")
    assert names_in(tmp_path) == []


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(TraceTuiError, match=r"Could not write GPT4_.* to .*nowhere: there is no such folder"):
        NewFile(tmp_path / "nowhere", NAME)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_one_may_not_write_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(TraceTuiError, match="you may not write there"):
        NewFile(tmp_path, NAME)


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="there is no /sys")
def test_a_place_where_nobody_can_write_is_told() -> None:
    with pytest.raises(TraceTuiError, match="Nothing was left behind"):
        NewFile(Path("/sys/kernel"), NAME)


@contextmanager
def largest_file(size_bytes: int) -> Iterator[None]:
    """No file may grow beyond it: fails as a full disk does, in the middle of a write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@ways
def test_a_file_that_cannot_grow_leaves_nothing(tmp_path: Path, may_be_unnamed: bool) -> None:
    with largest_file(10_000), NewFile(tmp_path, NAME, may_be_unnamed=may_be_unnamed) as file:
        file.write(b"x" * 6_000)
        with pytest.raises(TraceTuiError, match="larger than a file may be"):
            file.write(b"x" * 6_000)
    assert names_in(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@ways
def test_a_full_disk_is_told_and_nothing_is_left(small_disk: Path, may_be_unnamed: bool) -> None:
    with NewFile(small_disk, NAME, may_be_unnamed=may_be_unnamed) as file:
        file.write(b"x" * 100_000)
        with pytest.raises(TraceTuiError, match=r"the disk is full\. Nothing was left behind"):
            file.write(b"x" * 200_000)
    assert names_in(small_disk) == []
    assert os.statvfs(small_disk).f_bfree == os.statvfs(small_disk).f_blocks


KILLED = """
import os, signal, sys
from pathlib import Path
from tracetui.export.new_file import NewFile
with NewFile(Path(sys.argv[1]), sys.argv[2], may_be_unnamed=sys.argv[3] == "True") as file:
    file.write(b"half a line")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@ways
def test_a_kill_leaves_nothing_that_looks_whole(tmp_path: Path, may_be_unnamed: bool) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, tmp_path, NAME, str(may_be_unnamed)], check=False)
    assert done.returncode == -signal.SIGKILL
    left = names_in(tmp_path)
    assert all(name.startswith(".") and name.endswith(".partial") for name in left)
    assert len(left) == (0 if may_be_unnamed else 1)


def test_what_a_kill_left_is_taken_away_by_the_next_one(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, tmp_path, NAME, "False"], check=False)
    with NewFile(tmp_path, "other_traces_data.csv") as file:
        file.keep()
    assert names_in(tmp_path) == ["other_traces_data.csv"]


def test_one_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    with NewFile(tmp_path, NAME, may_be_unnamed=False) as file:
        file.write(b"mine")
        with NewFile(tmp_path, NAME, may_be_unnamed=False):
            pass
        assert file.keep().read_bytes() == b"mine"


def test_other_hidden_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".notes.partial").write_text("mine")
    with NewFile(tmp_path, NAME):
        pass
    assert names_in(tmp_path) == [".notes.partial"]
