"""Text is cut by our tables and painted by rich's: they must agree everywhere."""

import random

import pytest
from rich.cells import cell_len

from tracetui.display.sanitise import cells, fit, safe_line

TEXTS = [
    "",
    "plain",
    "Übersetzung: naïve",
    "日本語のテキスト",
    "한국어",
    "한국어",
    "👨‍👩‍👧‍👦|🏳️‍🌈|👍🏽|❤️",
    "1️⃣ #️⃣ ©️",
    "🇩🇪🇫🇷",
    "श्री ක්‍ෂ",
    "می‌خواهم",
    "e\u0301\u0302\u0303",
    "a\u200bb\u2060c\ufeff",
    "│─…–◌␛",
]


def many_characters() -> list[str]:
    """All there are where widths change from one to the next; of the vast ranges of one width, some."""
    codes = [*range(0x20000), *range(0x20000, 0x110000, 61), *range(0x2FF00, 0x30100), *range(0xE0000, 0xE1100)]
    return [chr(code) for code in codes]


def test_every_character_is_as_wide_as_it_is_painted() -> None:
    wrong = [f"U+{ord(one):04X}" for one in many_characters() if cells(one) != cell_len(one)]
    assert wrong == []


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_as_wide_as_it_is_painted(text: str) -> None:
    assert cells(text) == cell_len(text)
    assert cells(safe_line(text)) == cell_len(safe_line(text))


def test_any_mixture_is_as_wide_as_it_is_painted_and_is_cut_to_the_width() -> None:
    pick = random.Random(8)
    pieces = [*"ab 日한é\u0301\u200d\ufe0f\u20e3❤👍🏽👨👩🇩🇪श्\u200c\u202e\x1b\n\tක", *TEXTS]
    for _ in range(3_000):
        text = "".join(pick.choices(pieces, k=pick.randrange(12)))
        shown = safe_line(text)
        assert cells(text) == cell_len(text)
        assert cells(shown) == cell_len(shown)
        width = pick.randrange(14)
        assert cell_len(fit(shown, width)) <= width
