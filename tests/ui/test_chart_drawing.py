"""A chart spec in cells."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.geometry import Size

from tracetui.display.chart_spec import ChartSpec, Limit, Point, Series, Shape, Stop, Word
from tracetui.display.sanitise import Safe
from tracetui.domain.periods import HOUR_US, CustomDays, Period, resolve
from tracetui.ui.widgets import plotting
from tracetui.ui.widgets.chart_canvas import GUTTER_CELLS
from tracetui.ui.widgets.chart_drawing import Drawn, draw
from tracetui.ui.widgets.plotting import Dots, plot

BERLIN = ZoneInfo("Europe/Berlin")
DAY = resolve(CustomDays(date(2026, 11, 23), date(2026, 11, 23)), 0, BERLIN)
SIZE = Size(60, 12)


def a_line(*values: int | None, shape: Shape = Shape.LINE, mark: str = "", colour: str = "c") -> Series:
    """One point an hour."""
    points = tuple(Point(DAY.start_us + n * HOUR_US, value) for n, value in enumerate(values))
    return Series(Safe("line"), colour, points, shape, mark)


def drawn(spec: ChartSpec, size: Size = SIZE) -> Drawn:
    return draw(spec, size)


def lines_of(spec: ChartSpec, size: Size = SIZE) -> list[str]:
    return ["".join(part.text for part in line) for line in drawn(spec, size).lines]


def text_of(spec: ChartSpec, size: Size = SIZE) -> str:
    return "\n".join(lines_of(spec, size))


def colours_of(spec: ChartSpec) -> set[str]:
    return {part.colour for line in drawn(spec).lines for part in line}


def columns_with(spec: ChartSpec, characters: str) -> set[int]:
    return {n for line in lines_of(spec) for n, one in enumerate(line) if one in characters}


BRAILLE = "".join(chr(0x2801 + n) for n in range(255))


@pytest.mark.parametrize("size", [Size(0, 0), Size(1, 1), Size(9, 2), Size(10, 3), Size(60, 1), Size(300, 90)])
@pytest.mark.parametrize(
    "values",
    [(), (None,), (0,), (5,), (7, 7, 7), (0, 10**15), (1, None, 3), (10**15, 10**15 + 1)],
    ids=["empty", "gap", "zero", "one", "equal", "huge", "broken", "huge-and-close"],
)
def test_any_values_are_drawn_in_any_size(size: Size, values: tuple[int | None, ...]) -> None:
    for from_zero in (True, False):
        lines = lines_of(ChartSpec(DAY, BERLIN, (a_line(*values),), from_zero=from_zero), size)
        assert len(lines) == size.height * (size.width > 0)
        assert all(cell_len(line) == size.width for line in lines)


def test_a_break_is_not_bridged() -> None:
    spec = ChartSpec(DAY, BERLIN, (a_line(5, 5, None, None, None, None, None, None, 5, 5),))
    columns = columns_with(spec, BRAILLE)
    hour = (SIZE.width - GUTTER_CELLS - 1) / 24
    assert not columns & set(range(int(GUTTER_CELLS + 2 * hour), int(GUTTER_CELLS + 7 * hour)))
    assert min(columns) == GUTTER_CELLS
    assert max(columns) >= int(GUTTER_CELLS + 8.5 * hour)


def test_a_lone_point_can_be_seen() -> None:
    assert "•" in text_of(ChartSpec(DAY, BERLIN, (a_line(None, 5, None),)))


def test_two_series_differ_without_colour() -> None:
    spec = ChartSpec(DAY, BERLIN, (a_line(1, 2, 3, mark="●"), a_line(3, 2, 2, shape=Shape.DASHES, mark="×")))
    text = text_of(spec, Size(120, 12))
    assert text.count("●") == 3 - 1  # where they meet the later one is drawn
    assert text.count("×") == 3


def test_a_step_stays_level_until_it_changes() -> None:
    spec = ChartSpec(DAY, BERLIN, (a_line(0, 4, shape=Shape.STEPS),))
    rows = [row for row, line in enumerate(lines_of(spec)) if set(line) & set(BRAILLE)]
    assert len(rows) == max(rows) - min(rows) + 1
    assert len(columns_with(spec, BRAILLE)) <= 3


def test_the_maximum_is_a_line_at_its_value_with_its_name() -> None:
    spec = ChartSpec(DAY, BERLIN, (a_line(1, 1, shape=Shape.STEPS),), limit=Limit(4, Safe("max 4"), "error"))
    (line,) = [line for line in lines_of(spec) if "━" in line]
    assert line.startswith("  max 4 ━━━")
    assert "error" in colours_of(spec)


def test_time_that_was_not_deployed_is_hatched_and_other_time_is_not() -> None:
    idle = Period(DAY.start_us, DAY.start_us + 12 * HOUR_US)
    hatched = columns_with(ChartSpec(DAY, BERLIN, (a_line(None),), idle=(idle,)), "╱")
    middle = GUTTER_CELLS + (SIZE.width - GUTTER_CELLS - 1) // 2
    assert min(hatched) == GUTTER_CELLS
    assert max(hatched) <= middle


def test_bars_stand_on_one_another_and_are_all_as_wide() -> None:
    hours = tuple(Period(DAY.start_us + n * HOUR_US, DAY.start_us + (n + 1) * HOUR_US) for n in range(24))
    layers = tuple(
        Series(Safe(name), name, tuple(Point(hour.start_us, 4) for hour in hours), Shape.BARS)
        for name in ("input", "output")
    )
    spec = ChartSpec(DAY, BERLIN, layers, buckets=hours)
    grounds = [[cell.over for cell in line] for line in drawn(spec, Size(8 + 24 * 3 + 1, 12)).cells]
    assert grounds[10][GUTTER_CELLS : GUTTER_CELLS + 6] == ["input", "input", None] * 2
    assert "output" in {ground for line in grounds[:6] for ground in line}


def test_the_cursor_of_a_bar_stands_in_the_bar() -> None:
    days = tuple(Period(DAY.start_us + n * HOUR_US // 2, DAY.start_us + (n + 1) * HOUR_US // 2) for n in range(48))
    bars = Series(Safe("input"), "input", tuple(Point(day.start_us, 4) for day in days), Shape.BARS)
    stops = tuple(Stop((day.start_us + day.end_us) // 2, (Word(Safe("")),)) for day in days)
    chart = drawn(ChartSpec(DAY, BERLIN, (bars,), buckets=days, stops=stops), Size(8 + 96 + 1, 12))
    assert chart.columns == tuple(GUTTER_CELLS + 2 * n for n in range(48))


def test_labels_of_time_never_touch() -> None:
    for width in range(24, 140):
        last = lines_of(ChartSpec(DAY, BERLIN, (a_line(1),)), Size(width, 8))[-1]
        assert all(len(label) == 5 for label in last.split())


def test_words_are_broken_where_there_is_little_room() -> None:
    words = (Safe("contract-summarizer was not deployed in the last 7 days."),)
    text = text_of(ChartSpec(DAY, BERLIN, words=words), Size(40, 10))
    assert " ".join(text.split()[:9]) == words[0]


places = st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), min_size=1, max_size=8).map(tuple)


@given(places, st.booleans())
def test_a_drawing_looks_the_same_with_and_without_plotext(
    dots: tuple[tuple[int, int], ...], joined: bool
) -> None:
    # Lines may differ by a dot where a half is rounded; their ends and single dots never do.
    drawing = (Dots(dots, joined),)
    ours, theirs = plotting._filled_in(drawing, 10), plotting._by_plotext(drawing, 20, 10)
    ends = {(x // 2, 9 - y // 4) for x, y in dots}
    assert ends <= ours.keys()
    assert ends <= theirs.keys()
    if not joined:
        assert ours == theirs


def test_a_drawing_of_many_dots_is_not_left_to_plotext() -> None:
    zigzag = Dots(tuple((x, 55 * (x % 2)) for x in range(220)))
    assert plot([zigzag], 110, 14) == plotting._filled_in([zigzag], 14)
    assert len(plot([zigzag], 110, 14)) == 110 * 14


def test_an_axis_that_would_stand_empty_ends_at_the_highest_value() -> None:
    lines = lines_of(ChartSpec(DAY, BERLIN, (a_line(0, 118),)), Size(60, 17))
    assert [line[:GUTTER_CELLS].strip() for line in lines if line[:GUTTER_CELLS].strip()] == ["100", "50", "0"]
    assert set(lines[0]) & set(BRAILLE)


def test_an_axis_that_nearly_ends_at_a_round_value_goes_on_to_it() -> None:
    lines = lines_of(ChartSpec(DAY, BERLIN, (a_line(0, 96),)), Size(60, 17))
    assert lines[0][:GUTTER_CELLS].strip() == "100"


def test_what_lies_below_an_area_is_shaded_and_a_gap_is_not() -> None:
    area = a_line(9, 9, None, None, 9, 9)._replace(is_area=True, colour="blue")
    bottom = drawn(ChartSpec(DAY, BERLIN, (area,)), Size(8 + 24 + 1, 12)).cells[10]
    assert [cell.over for cell in bottom[GUTTER_CELLS : GUTTER_CELLS + 6]] == [
        "shade-blue",
        "shade-blue",
        None,
        None,
        "shade-blue",
        "shade-blue",
    ]


def test_an_area_whose_axis_does_not_begin_at_zero_is_not_shaded() -> None:
    area = a_line(900, 1_000)._replace(is_area=True)
    chart = drawn(ChartSpec(DAY, BERLIN, (area,), from_zero=False))
    assert all(cell.over is None for line in chart.cells for cell in line)


def test_a_bold_line_is_twice_as_wide_where_it_is_steep() -> None:
    steep = a_line(0, 100)._replace(is_bold=True)
    text = text_of(ChartSpec(DAY, BERLIN, (steep,)), Size(8 + 24 + 1, 12))
    assert "⣿" in text
    assert "⣿" not in text_of(ChartSpec(DAY, BERLIN, (a_line(0, 100),)), Size(8 + 24 + 1, 12))


def test_every_stop_has_a_column_and_the_lines_of_its_values() -> None:
    stop = Stop(DAY.start_us + HOUR_US, (), values=(0, 100))
    chart = drawn(ChartSpec(DAY, BERLIN, (a_line(0, 100),), stops=(stop,)), Size(8 + 24 + 1, 12))
    assert chart.columns == (GUTTER_CELLS + 1,)
    assert chart.heights == ((10, 0),)
