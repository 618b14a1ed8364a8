"""Plain text in rows: a column of who speaks, and texts of any length."""

import pytest

from tests.display.laid_out import plain_layout, row_text, text_of
from tests.hostile import ACTS, HOSTILE
from tracetui.display.bodies import PlainBody
from tracetui.display.layout import NOTHING
from tracetui.display.plain import Said
from tracetui.display.sanitise import safe_line

TEN_MB = 10_000_000


def test_who_speaks_stands_beside_what_is_said() -> None:
    said = (("system", "Be kind.\nBe brief."), ("user", "Where is my bike, and why is it late?"))
    layout = plain_layout(*said, width=40)
    assert text_of(layout).splitlines() == [
        "system     Be kind.",
        "           Be brief.",
        "user       Where is my bike, and why is",
        "           it late?",
    ]


def test_text_by_itself_has_the_whole_width() -> None:
    assert text_of(plain_layout("one two three four", width=13)) == "one two three\nfour"


def test_empty_lines_stay_and_a_line_feed_at_the_end_adds_none() -> None:
    assert text_of(plain_layout("a\n\nb\n")) == "a\n\nb"


def test_a_long_name_of_a_speaker_is_cut() -> None:
    assert text_of(plain_layout(("administrator of it", "hi"))) == "administr… hi"


def test_nothing_said_makes_no_row() -> None:
    assert len(plain_layout()) == 0


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_control_of_a_text_or_of_a_name_is_left_in_a_row(text: str) -> None:
    shown = text_of(plain_layout((safe_line(text), text), ("user", text * 30), width=30))
    assert ACTS.findall(shown) == []


def test_a_tab_takes_four_blanks() -> None:
    assert text_of(plain_layout("a\tb")) == "a    b"


@pytest.mark.parametrize("text", ["x" * TEN_MB, "many words " * (TEN_MB // 11)], ids=["no blank", "words"])
def test_the_first_screen_of_10_mb_takes_a_step_or_two(text: str) -> None:
    layout = PlainBody((Said(NOTHING, text),)).layout(80)
    steps = layout.build()
    next(steps)
    assert len(layout) > 100
    assert layout.end(len(layout) - 1) < TEN_MB // 100


def test_the_end_of_200_000_lines_is_reached() -> None:
    layout = plain_layout("\n".join(f"line {number}" for number in range(200_000)))
    assert len(layout) == 200_000
    assert row_text(layout, 199_999) == "line 199999"


def test_a_text_is_kept_once() -> None:
    text = "x" * 1_000
    assert plain_layout(text).text is text


def test_the_row_of_a_place_is_found_in_any_width() -> None:
    text = "word " * 1_000
    for width in (20, 33, 80):
        layout = plain_layout(text, width=width)
        row = layout.row_at(2_345)
        assert layout.place(row) <= 2_345 < layout.end(row)
