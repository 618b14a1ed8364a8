"""What is sent to the terminal, compared with what Textual itself would send for the same updates."""

from collections.abc import Iterator
from typing import Any

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip

from tests.ui.dashboards import Dashboard, open_dashboard
from tests.ui.tables import press
from tracetui.ui.painting import Painter

SIZE = Size(12, 4)
LOOKS = (
    Style(),
    Style.parse("bold red"),
    Style.parse("#102030 on #405060"),
    Style.parse("on #405060"),
    Style.parse("underline #aabbcc"),
    Style.parse("reverse"),
    Style.parse("dim italic green on blue"),
)


def a_console(colours: Any = "truecolor") -> Console:
    return Console(force_terminal=True, color_system=colours, legacy_windows=False)


def screen_after(sequences: str) -> pyte.Screen:
    # One column more: pyte begins a new line for a combining character in its last one.
    screen = pyte.Screen(SIZE.width + 1, SIZE.height)
    pyte.Stream(screen).feed(sequences)
    return screen


def seen(screen: pyte.Screen) -> list[list[Any]]:
    """What the eye sees: the ink of a blank is not seen."""
    return [[looked_at(screen.buffer[y][x]) for x in range(SIZE.width)] for y in range(SIZE.height)]


def looked_at(cell: Any) -> Any:
    if cell.data == " " and not (cell.underscore or cell.reverse):
        return cell.bg
    return cell


words = st.lists(st.sampled_from(["a", "b", " ", "─", "界", "e\u0301"]), max_size=12).map("".join)
texts = st.lists(st.tuples(words, st.sampled_from(LOOKS)), max_size=5)


def a_strip(parts: list[tuple[str, Style]], width: int) -> Strip:
    return Strip([Segment(text, look) for text, look in parts]).crop(0, width).adjust_cell_length(width)


@st.composite
def updates(draw: st.DrawFn) -> CompositorUpdate:
    """All of the screen, or some spans of it in chops."""
    if draw(st.booleans()):
        strips = [[a_strip(draw(texts), 5), a_strip(draw(texts), 7)] for _ in range(SIZE.height)]
        return LayoutUpdate(strips, Region(0, 0, *SIZE))  # type: ignore[arg-type]
    first = draw(st.integers(0, SIZE.width - 1))
    end = draw(st.integers(first + 1, SIZE.width))
    lines = sorted(draw(st.sets(st.integers(0, SIZE.height - 1), min_size=1)))
    chops = [{0: a_strip(draw(texts), 5), 5: a_strip(draw(texts), 7)} for _ in range(SIZE.height)]
    return ChopsUpdate(chops, [(y, first, end) for y in lines], [[5, 12]] * SIZE.height)


def in_steps(updates: list[CompositorUpdate], painter: Painter) -> Iterator[tuple[str, str]]:
    """For each update, what Textual sends and what is sent instead."""
    for update in updates:
        yield update.render_segments(a_console()), painter.least(update, SIZE).render_segments(a_console())


@settings(max_examples=80, deadline=None)
@given(st.lists(updates(), min_size=1, max_size=5))
def test_the_terminal_shows_what_textual_would_show(updates: list[CompositorUpdate]) -> None:
    whole, least = "", ""
    # Before anything is painted Textual paints all of the screen.
    blank = LayoutUpdate([[Strip.blank(SIZE.width)]] * SIZE.height, Region(0, 0, *SIZE))  # type: ignore[list-item]
    for all_of_it, difference in in_steps([blank, *updates], Painter()):
        whole, least = whole + all_of_it, least + difference
        # Textual repaints from the left edge of a chop, this one cell by cell: both show the same.
        assert seen(screen_after(least)) == seen(screen_after(whole))


def a_screen(*lines: str, look: Style = LOOKS[0]) -> LayoutUpdate:
    strips = [[a_strip([(line, look)], SIZE.width)] for line in lines]
    return LayoutUpdate(strips, Region(0, 0, *SIZE))  # type: ignore[arg-type]


def sent(painter: Painter, update: CompositorUpdate, size: Size = SIZE) -> str:
    return painter.least(update, size).render_segments(a_console())


def test_what_stands_there_already_is_not_sent() -> None:
    painter = Painter()
    assert "one" in sent(painter, a_screen("one", "two"))
    assert sent(painter, a_screen("one", "two")) == ""


def test_only_the_cells_that_changed_are_sent() -> None:
    painter = Painter()
    sent(painter, a_screen("one", "two"))
    assert sent(painter, a_screen("one", "twa")) == "\x1b[2;3Ha"


def test_a_colour_is_sent_once_for_cells_below_one_another() -> None:
    painter = Painter()
    sent(painter, a_screen(*["......"] * 4))
    changed = sent(painter, a_screen(*["......"] * 4, look=LOOKS[2]))
    assert changed.count("48;2;64;80;96") == 1


def test_after_it_forgot_everything_is_sent_again() -> None:
    painter = Painter()
    before = sent(painter, a_screen("one", "two"))
    painter.forget()
    assert sent(painter, a_screen("one", "two")) == before


def test_another_size_of_the_terminal_is_painted_whole() -> None:
    painter = Painter()
    sent(painter, a_screen("one", "two"))
    assert "one" in sent(painter, a_screen("one", "two"), Size(13, 4))


@pytest.mark.parametrize("size", [Size(3, 2), Size(1, 1), Size(0, 0)])
def test_an_update_for_a_larger_terminal_is_cut(size: Size) -> None:
    painter = Painter()
    shown = a_screen("one", "two", "three", "four")
    assert "three" not in sent(painter, shown, size)
    changed = ChopsUpdate(
        [{0: a_strip([("x", LOOKS[0])], 5), 5: a_strip([("y", LOOKS[0])], 7)}] * 4, [(3, 0, 12)], [[5, 12]] * 4
    )
    assert "y" not in sent(painter, changed, size)


def test_an_update_that_is_not_sent_changes_nothing() -> None:
    painter = Painter()
    painter.least(a_screen("one"), SIZE)
    assert "one" in sent(painter, a_screen("one"))


async def test_keys_of_the_dashboard_send_little() -> None:
    app = Dashboard().app()
    async with app.run_test(size=(140, 40)) as pilot:
        await open_dashboard(pilot)
        painter = Painter()
        counted = [0]

        def count(screen: Any, update: Any) -> None:  # noqa: ARG001
            if isinstance(update, CompositorUpdate):
                counted[-1] += len(painter.least(update, app.size).render_segments(a_console()).encode())

        app._display = count  # type: ignore[method-assign]
        app.screen.refresh()
        for key in ("left", *("left", "shift+left", "right", "tab", "left", "tab", "left", "z", "left", "escape")):
            await press(pilot, key)
            counted.append(0)
        _, step, *_ = counted
        keys = dict(zip(("left", "shift+left", "right", "tab", "in requests"), counted[1:], strict=False))
        assert max(keys.values()) <= 1_200
        assert step <= 1_000
        assert counted[8] <= 16_000  # expanding
        assert counted[9] <= 2_400  # a step there
