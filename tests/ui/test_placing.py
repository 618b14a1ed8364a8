"""Lines with characters of uncertain width, on a terminal that measures them otherwise than we do."""

import pyte
import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tracetui.ui.placing import placed

RED = Style.parse("red")


def screen_after(*texts: str, before: str = "") -> list[str]:
    """The cells of a terminal that drops what it cannot measure, after texts were painted over others."""
    screen = pyte.Screen(40, 1)
    stream = pyte.Stream(screen)
    stream.feed(before + "\r")
    stream.feed(placed(Strip([Segment(text, RED) for text in texts]), 0, ColorSystem.TRUECOLOR))
    return [screen.buffer[0][x].data for x in range(screen.columns)]


@pytest.mark.parametrize("text", ["पिछले", "👨‍👩‍👧", "🇩🇪", "ก็ดี", "a\u0301\u0327"])
def test_what_follows_stands_in_its_column(text: str) -> None:
    cells = Segment(text).cell_length
    assert screen_after(text, "|end")[cells : cells + 4] == list("|end")


def test_words_behind_a_mark_in_the_same_text_are_all_there() -> None:
    assert "".join(screen_after("पिछले 26 days, and more")).rstrip().endswith(" 26 days, and more")


def test_nothing_of_what_stood_there_before_shows_through() -> None:
    text = "पिछले"
    assert "x" not in screen_after(text, before="x" * 40)[: Segment(text).cell_length]


def test_text_of_certain_width_is_sent_as_it_is() -> None:
    strip = Strip([Segment("plain — 界 text", RED)])
    assert placed(strip, 7, ColorSystem.TRUECOLOR) == RED.render(
        "plain — 界 text", color_system=ColorSystem.TRUECOLOR
    )


def test_a_strip_in_the_middle_of_a_line_is_placed_from_its_own_column() -> None:
    assert "\x1b[13G" in placed(Strip([Segment("दि")]), 11, ColorSystem.TRUECOLOR)
