"""Where rows begin: at blanks, in cells and not in characters, a piece at a time."""

import random
import sys

import pytest

from tests.hostile import HOSTILE
from tracetui.display.sanitise import cells, safe_block
from tracetui.display.wrapping import PIECE, cells_at_most, plain_row_ends, row_ends


def rows_of(text: str, width: int, first_width: int | None = None) -> list[str]:
    start, rows = 0, []
    for ends in row_ends(text, 0, len(text), width, first_width):
        for end in ends:
            rows.append(text[start:end])
            start = end
    return rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("a", ["a"]),
        ("one two three", ["one two ", "three"]),
        ("one  two three", ["one  two ", "three"]),
        ("12345678901234", ["12345678", "901234"]),
        ("a\nb", ["a\n", "b"]),
        ("a\r\nb", ["a\r\n", "b"]),
        ("\n\n", ["\n", "\n"]),
        ("12345678\nb", ["12345678\n", "b"]),
        ("12345678\r\nb", ["12345678\r\n", "b"]),
        ("1234567   \nb", ["1234567   \n", "b"]),
        ("日本語日本語", ["日本語日", "本語"]),
        ("日本 語日本語", ["日本 語", "日本語"]),
        ("a\tb\tcd", ["a\tb", "\tcd"]),
    ],
)
def test_rows_end_at_blanks_and_hard_where_a_word_is_longer(text: str, rows: list[str]) -> None:
    assert rows_of(text, 8) == rows


def test_the_first_row_can_be_narrower() -> None:
    assert rows_of("one two three four", 12, 5) == ["one ", "two three ", "four"]


def test_a_mark_is_not_parted_from_its_letter() -> None:
    rows = rows_of("e\u0301" * 20, 7)
    assert all(row.startswith("e") for row in rows)


def test_no_characters_are_measured_narrower_than_they_are_shown() -> None:
    narrower = []
    for first in range(0, sys.maxunicode + 1, 16):
        block = "x".join(chr(code) for code in range(first, first + 16) if chr(code) not in "\r\n")
        if cells_at_most(block) < cells(safe_block(block)):
            narrower.append(hex(first))
    assert narrower == []


@pytest.mark.parametrize("width", [12, 31, 80])
def test_no_row_of_mixed_text_is_wider_than_its_panel(width: int) -> None:
    choice = random.Random(width).choice
    letters = ["ab ", "c ", "\t", "\n", "\r\n", "你", "🎉", "é", "e\u0301", "\x1b", "\u202e", "\ud800", "❤️", "क्ष"]
    text = "".join(choice(letters) for _ in range(20_000))
    rows = rows_of(text, width)
    assert "".join(rows) == text
    assert max(cells(safe_block(row.rstrip("\r\n ").replace("\r\n", "\n"))) for row in rows) <= width


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_rows_of_hostile_text_leave_nothing_out(text: str) -> None:
    assert "".join(rows_of(text * 50, 20)) == text * 50


@pytest.mark.parametrize("text", ["word " * 400_000, "x" * 2_000_000, " " * 2_000_000, "语" * 500_000])
def test_a_long_line_is_wrapped_in_many_small_steps(text: str) -> None:
    steps = 0
    end = 0
    for ends in row_ends(text, 0, len(text), 80):
        assert ends[-1] - end <= 2 * PIECE
        end = ends[-1]
        steps += 1
    assert end == len(text)
    assert steps >= len(text) // PIECE // 2


def test_rows_do_not_depend_on_where_pieces_end() -> None:
    text = "some words of different lengths, all of them plain " * 2_000
    whole = [end for ends in row_ends(text, 0, len(text), 37) for end in ends]
    assert whole == plain_row_ends(text, 0, len(text), 37, 37)
