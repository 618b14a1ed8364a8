"""Writing what a panel shows: never over a file, never half of it."""

import resource
import signal
import stat
from pathlib import Path

import pytest

from tracetui.errors import TraceTuiError
from tracetui.ui.files import file_stem, write_new


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("req_8f31", "req_8f31"),
        ("../../etc/passwd", "_.._etc_passwd"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("a\x1b]0;x\x07b\nc", "a_0_x_b_c"),
        ("日本", "_"),
        ("", "trace"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_name_holds_nothing_that_a_name_cannot_hold(text: str, stem: str) -> None:
    assert file_stem(text) == stem


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    first = write_new(tmp_path, "a.json", b"1")
    second = write_new(tmp_path, "a.json", b"2")
    assert (first.name, second.name) == ("a.json", "a (1).json")
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")


def test_a_file_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    assert stat.S_IMODE(write_new(tmp_path, "a.txt", "x").stat().st_mode) == 0o600


def test_text_that_is_no_unicode_is_written_all_the_same(tmp_path: Path) -> None:
    assert write_new(tmp_path, "a.txt", "a\ud800b").read_bytes() == b"a?b"


def test_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TraceTuiError, match=r"Could not write .*gone/a\.txt: no such file or directory"):
        write_new(tmp_path / "gone", "a.txt", "x")


def test_a_file_that_cannot_be_written_whole_is_not_left_behind(tmp_path: Path) -> None:
    # A limit on the size of files fails as a full disk does: after the file was made.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, hard))
    try:
        with pytest.raises(TraceTuiError, match="Nothing was left behind"):
            write_new(tmp_path, "a.txt", "x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
