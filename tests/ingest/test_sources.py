"""Inputs as numbered lines, whatever they are packed in, and never more than one line in memory."""

import gzip
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from tracetui.errors import IngestError
from tracetui.ingest.items import SAMPLE_BYTES
from tracetui.ingest.sources import BLOCK_BYTES, SQLITE, Line, Source, split_lines

PLAIN = b'{"a": 1}\n{"b": 2}\n'
LINES = [Line(1, b'{"a": 1}'), Line(2, b'{"b": 2}')]


def lines_of(path: Path) -> list[Line]:
    with Source(str(path)) as source:
        return list(source.lines())


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        b"\xef\xbb\xbf" + PLAIN,
        gzip.compress(PLAIN),
        gzip.compress(PLAIN[:9]) + gzip.compress(PLAIN[9:]),
        gzip.compress(PLAIN) + b"\x00" * 512,
        zstandard.compress(PLAIN),
        zstandard.compress(PLAIN[:4]) + zstandard.compress(PLAIN[4:]),
        gzip.compress(b"\xef\xbb\xbf" + PLAIN),
        PLAIN.decode().encode("utf-16"),
        b"\xfe\xff" + PLAIN.decode().encode("utf-16-be"),
    ],
    ids=[
        "plain",
        "bom",
        "gzip",
        "two-members",
        "padded",
        "zstd",
        "two-frames",
        "bom-in-gzip",
        "utf-16",
        "utf-16-be",
    ],
)
def test_lines_are_the_same_however_they_are_packed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "calls.txt"
    path.write_bytes(content)
    assert lines_of(path) == LINES


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_packed_file_that_was_cut_keeps_what_came_and_says_so(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    plain = b"".join(b'{"a": "%d"}\n' % (number * 7919) for number in range(200_000))
    path = tmp_path / "calls.gz"
    packed = pack(plain)
    path.write_bytes(packed[: len(packed) // 2])
    with Source(str(path)) as source:
        lines = list(source.lines())
    assert len(lines) > 50_000
    assert source.failure is not None
    assert "cut short" in source.failure.problem


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_damaged_packed_file_says_so(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    packed = bytearray(pack(b"".join(b'{"a": "%d"}\n' % (number * 7919) for number in range(50_000))))
    packed[len(packed) // 2 : len(packed) // 2 + 64] = b"\xff" * 64
    path = tmp_path / "calls.gz"
    path.write_bytes(packed)
    with Source(str(path)) as source:
        list(source.lines())
    assert source.failure is not None
    assert "calls.gz" in source.failure.problem


def test_the_end_of_a_line_may_be_lf_or_crlf_and_blank_lines_count() -> None:
    lines = list(split_lines(iter([b"a\nb\r\n\nc"])))
    assert [(line.number, line.content.strip()) for line in lines] == [(1, b"a"), (2, b"b"), (3, b""), (4, b"c")]


def test_a_line_may_lie_in_any_number_of_blocks() -> None:
    blocks = [bytes([byte]) for byte in PLAIN]
    assert list(split_lines(iter(blocks))) == LINES


def test_a_last_line_without_its_end_is_marked() -> None:
    *_, last = split_lines(iter([b"a\nbc"]))
    assert last == Line(2, b"bc", is_cut_off=True)


def test_a_line_over_the_limit_is_given_by_its_beginning_and_the_next_is_read() -> None:
    blocks = iter([b"x" * 6000, b"x" * 6000, b"x" * 6000 + b"\nok\n"])
    too_large, fine = split_lines(blocks, limit_bytes=10_000)
    assert too_large == Line(1, b"x" * SAMPLE_BYTES, is_too_large=True)
    assert fine == Line(2, b"ok")


def test_a_line_that_never_ends_takes_no_more_memory_than_the_limit() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * BLOCK_BYTES

    tracemalloc.start()
    (line,) = split_lines(endless(), limit_bytes=4 * BLOCK_BYTES)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert line.is_too_large
    assert peak < 12 * BLOCK_BYTES


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_small_file_that_unpacks_to_much_takes_little_memory(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    path = tmp_path / "bomb.gz"
    path.write_bytes(pack((b"x" * 1023 + b"\n") * 100_000))
    tracemalloc.start()
    with Source(str(path)) as source:
        count = sum(1 for _ in source.lines())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 60_000_000


def test_the_head_is_looked_at_without_taking_it(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(PLAIN)
    with Source(str(path)) as source:
        assert source.head() == PLAIN
        assert list(source.lines()) == LINES


@pytest.mark.parametrize("name", ["missing.jsonl", ".", "a\x00b"])
def test_what_cannot_be_opened_is_told_with_its_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(IngestError) as caught:
        Source(f"{tmp_path}/{name}")
    assert caught.value.hint


def test_a_database_is_told_by_its_beginning_alone(tmp_path: Path) -> None:
    path = tmp_path / "logs.db"
    path.write_bytes(SQLITE + b"\x00" * 100)
    with Source(str(path)) as source:
        assert source.head().startswith(SQLITE)
