"""Searching: literal, without regard to case, a piece at a time."""

import json

import pytest

from tracetui.display.find import PIECE
from tracetui.display.matches import Matches


def found(text: str, words: str, in_json: bool = False) -> list[str]:
    matches = Matches(text, words, in_json)
    for _ in matches.search():
        pass
    return [text[slice(*matches.span(number))] for number in range(len(matches))]


@pytest.mark.parametrize(
    ("text", "words", "hits"),
    [
        ("a.b aXb", "a.b", ["a.b"]),
        ("Straße STRASSE ÜBER über", "über", ["ÜBER", "über"]),
        ("ΣΊΣΥΦΟΣ", "σίσυφος", ["ΣΊΣΥΦΟΣ"]),
        ("100% (a|b) [x]", "% (a|b) [", ["% (a|b) ["]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("abc", "d", []),
    ],
)
def test_words_are_literal_and_case_does_not_matter(text: str, words: str, hits: list[str]) -> None:
    assert found(text, words) == hits


@pytest.mark.parametrize("words", ['"role": "user"', "“Café” 😀", 'say "x"', "a/b"])
def test_words_are_found_in_json_however_it_writes_them(words: str) -> None:
    value = {"role": "user", "text": '“Café” 😀 say "x" a/b'}
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, separators=(",", ":"))):
        assert len(found(text, words, in_json=True)) == 1


def test_words_across_the_edge_of_a_piece_are_found_once() -> None:
    text = "x" * (PIECE - 3) + "needle" + "x" * PIECE + "needle"
    assert found(text, "needle") == ["needle"] * 2


def test_10_mb_are_searched_in_many_steps() -> None:
    matches = Matches("hay " * 2_500_000 + "needle", "needle", False)
    assert sum(1 for _ in matches.search()) >= 10_000_000 // PIECE
    assert matches.span(0) == (10_000_000, 10_000_006)


def test_the_first_match_looked_at_is_the_next_one_and_then_round() -> None:
    matches = Matches("a--a--a", "a", False)
    for _ in matches.search():
        pass
    assert matches.first_from(2) == 1
    assert matches.first_from(7) == 0
    matches.current = 2
    matches.go(1)
    assert matches.current == 0
    matches.go(-1)
    assert matches.current == 2


def test_until_all_is_searched_nothing_is_taken_for_the_first() -> None:
    matches = Matches("a" + "-" * 3 * PIECE + "a", "a", False)
    steps = matches.search()
    next(steps)
    assert matches.first_from(10) is None


def test_those_within_a_row_are_those_that_touch_it() -> None:
    matches = Matches("aa-aa-aa", "aa", False)
    for _ in matches.search():
        pass
    assert matches.within(1, 4) == [(0, 2), (3, 5)]
    assert matches.within(2, 3) == []
