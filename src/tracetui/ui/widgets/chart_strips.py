"""A chart spec in cells: axes, hatch, lines, bars, and the column of every stop.

Drawn once for a spec, a size and a theme; moving the cursor only restyles a column of what is here.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from tracetui.display.chart_spec import ChartSpec, Series, Shape
from tracetui.display.ticks import time_ticks, value_ticks
from tracetui.ui.widgets.plotting import DOTS_HIGH, DOTS_WIDE, Dots, dashed, plot

GUTTER_CELLS = 8
"""Room for the labels of values; always the same, so that the axes of charts below one another agree."""
RIGHT_CELLS = 1
MOST_MOMENTS = 7
"""Labels of time; each has `CELLS_A_MOMENT` at least."""
CELLS_A_MOMENT = 12
LINES_A_VALUE = 4
"""Lines for each label of a value; there are 2 to 4 of them."""
CELLS_A_MARK = 3
"""Points stand this far apart at least where each has its mark."""
CELLS_BETWEEN_MARKS = 9
"""Else a mark stands only now and then."""
HATCH = "╱"
_EIGHTHS = " ▁▂▃▄▅▆▇█"

Paint = Callable[[str, str | None], Style]
"""The style of a colour of the theme, over another one or over the ground."""


class Scale(NamedTuple):
    """Which values and moments the canvas shows."""

    columns: int
    rows: int
    low: int
    high: int
    start_us: int
    end_us: int

    def column(self, at_us: int) -> int:
        """The column of a moment, also of one outside: then the nearest."""
        return self.dot_x(at_us) // DOTS_WIDE

    def dot_x(self, at_us: int) -> int:
        """The dot of a moment, from the left."""
        dots = self.columns * DOTS_WIDE
        return min(dots - 1, max(0, (at_us - self.start_us) * dots // (self.end_us - self.start_us)))

    def dot_y(self, value: int) -> int:
        """The dot of a value, from below."""
        dots = self.rows * DOTS_HIGH
        place = ((value - self.low) * (dots - 1) * 2 + (self.high - self.low)) // (2 * (self.high - self.low))
        return min(dots - 1, max(0, place))

    def row(self, value: int) -> int:
        """The line of a value, from the top."""
        return self.rows - 1 - self.dot_y(value) // DOTS_HIGH


@dataclass(slots=True)
class Drawn:
    """A chart in cells."""

    size: Size
    strips: list[Strip]
    columns: list[int]
    """Of each stop, the cell in which it stands, counted from the left edge of the chart."""
    left: int = 0
    """The first cell of the canvas."""
    rows: int = 0
    """Lines of the canvas, from the top."""


class _Grid:
    """Characters and colours, cell by cell."""

    def __init__(self, width: int, height: int) -> None:
        self.cells: list[list[tuple[str, str, str | None]]] = [
            [(" ", "foreground", None)] * width for _ in range(height)
        ]

    def put(self, x: int, y: int, text: str, colour: str, over: str | None = None) -> None:
        self.cells[y][x] = (text, colour, over)

    def write(self, x: int, y: int, text: str, colour: str) -> None:
        """A text, cut at the edges. Wide characters are not expected here."""
        if 0 <= y < len(self.cells):
            line = self.cells[y]
            for n, character in enumerate(text):
                if 0 <= x + n < len(line):
                    line[x + n] = (character, colour, None)

    def strips(self, paint: Paint) -> list[Strip]:
        return [
            Strip([Segment(text, paint(*look)) for text, look in _joined(line)], len(line)) for line in self.cells
        ]


def _joined(line: list[tuple[str, str, str | None]]) -> list[tuple[str, tuple[str, str | None]]]:
    """Cells that look the same, as one; a blank looks like what it follows, which halves what a line sends."""
    joined: list[tuple[str, tuple[str, str | None]]] = []
    for text, colour, over in line:
        look = (colour, over)
        if joined and (look == joined[-1][1] or (text == " " and over is None and joined[-1][1][1] is None)):
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        elif joined and joined[-1][0].isspace() and over is None and joined[-1][1][1] is None:
            joined[-1] = (joined[-1][0] + text, look)
        else:
            joined.append((text, look))
    return joined


def canvas_columns(width: int) -> int:
    """How many columns the canvas of a chart of so many cells has; at least 1."""
    return max(1, width - GUTTER_CELLS - RIGHT_CELLS)


def draw(spec: ChartSpec, size: Size, paint: Paint) -> Drawn:
    """Draw a chart. What does not fit is left out; of no size there is nothing."""
    width, height = size
    if width <= 0 or height <= 0:
        return Drawn(size, [], [0] * len(spec.stops))
    grid = _Grid(width, height)
    columns, rows = canvas_columns(width), height - 1
    if spec.within.end_us <= spec.within.start_us or rows < 2 or width <= GUTTER_CELLS + RIGHT_CELLS:
        _say(grid, spec, Size(width, height), 0)
        return Drawn(size, grid.strips(paint), [0] * len(spec.stops))
    values = spec.values
    ticks = _ticks(spec, values, rows)
    scale = Scale(columns, rows, ticks[0], ticks[-1], *spec.within)
    _draw_ground(grid, spec, scale, ticks if values else ())
    _draw_bars(grid, spec, scale)
    _draw_lines(grid, spec, scale)
    _draw_moments(grid, spec, scale)
    _say(grid, spec, Size(columns, rows), GUTTER_CELLS)
    places = [GUTTER_CELLS + place for place in _places(spec, scale)]
    return Drawn(size, grid.strips(paint), places, GUTTER_CELLS, rows)


def _places(spec: ChartSpec, scale: Scale) -> list[int]:
    """The column of each stop: of a bar its middle, which is not always the middle of its time."""
    if not spec.buckets:
        return [scale.column(stop.at_us) for stop in spec.stops]
    starts = [bucket.start_us for bucket in spec.buckets]
    middle = (_bar_width(spec, scale) - 1) // 2
    return [
        min(scale.columns - 1, scale.column(starts[bisect_right(starts, stop.at_us) - 1]) + middle)
        for stop in spec.stops
    ]


def _bar_width(spec: ChartSpec, scale: Scale) -> int:
    # Always as wide, whatever the rest of the division: what differs is the gap, which the eye forgives.
    return max(1, scale.columns // len(spec.buckets) - 1)


def _ticks(spec: ChartSpec, values: Sequence[int], rows: int) -> tuple[int, ...]:
    most = min(4, max(2, rows // LINES_A_VALUE + 1))
    low, high = min(values, default=0), max(values, default=0)
    if spec.from_zero or low * 3 < high:
        low = 0
    return value_ticks(low, high, most)


def _draw_ground(grid: _Grid, spec: ChartSpec, scale: Scale, ticks: Sequence[int]) -> None:
    for idle in spec.idle:
        for column in range(scale.column(idle.start_us), scale.column(idle.end_us - 1) + 1):
            for row in range(scale.rows):
                # Every third diagonal: dense enough to be seen as an area, calm enough to be overlooked.
                if (column + row) % 3 == 0:
                    grid.put(GUTTER_CELLS + column, row, HATCH, "rule")
    for tick in ticks:
        row = scale.row(tick)
        label = spec.axis(tick)
        grid.write(GUTTER_CELLS - 1 - cell_len(label), row, label, "dim")
        for column in range(scale.columns):
            grid.put(GUTTER_CELLS + column, row, "─", "rule")
    if spec.limit is not None:
        row = scale.row(spec.limit.value)
        label = spec.limit.name
        grid.write(0, row, " " * GUTTER_CELLS, "dim")
        grid.write(GUTTER_CELLS - 1 - cell_len(label), row, label, spec.limit.colour)
        for column in range(scale.columns):
            grid.put(GUTTER_CELLS + column, row, "━", spec.limit.colour)


def _draw_lines(grid: _Grid, spec: ChartSpec, scale: Scale) -> None:
    drawings: list[Dots] = []
    colours: list[str] = []
    marks: list[tuple[int, int, str, str]] = []
    for series in spec.series:
        if series.shape is Shape.BARS:
            continue
        for run in _runs(series):
            places = tuple((scale.dot_x(at_us), scale.dot_y(value)) for at_us, value in run)
            if series.shape is Shape.STEPS:
                places = _stepped(places)
            drawing = Dots(places)
            drawings.append(dashed(drawing, 3, 3) if series.shape is Shape.DASHES else drawing)
            colours.append(series.colour)
            marks += [
                (scale.column(at_us), scale.row(value), mark, series.colour)
                for at_us, value, mark in _marked(spec, series, run, scale)
            ]
    for (column, row), cell in plot(drawings, scale.columns, scale.rows).items():
        grid.put(GUTTER_CELLS + column, row, cell.text, colours[cell.layer])
    for column, row, mark, colour in marks:
        grid.put(GUTTER_CELLS + column, row, mark, colour)


def _marked(
    spec: ChartSpec, series: Series, run: Sequence[tuple[int, int]], scale: Scale
) -> Iterator[tuple[int, int, str]]:
    """The points that get a mark: all where they stand far enough apart; else some, if lines look alike."""
    if not series.mark:
        # A lone point would be one dot in a thousand.
        yield from ((at_us, value, "•") for at_us, value in run if len(run) == 1)
        return
    apart = 0 if len(series.points) * CELLS_A_MARK <= scale.columns else CELLS_BETWEEN_MARKS
    if apart and sum(one.shape is series.shape for one in spec.series) == 1:
        return
    last = -apart
    for at_us, value in run:
        if scale.column(at_us) >= last + apart:
            last = scale.column(at_us)
            yield at_us, value, series.mark


def _runs(series: Series) -> list[list[tuple[int, int]]]:
    """The points of a series between its breaks."""
    runs: list[list[tuple[int, int]]] = [[]]
    for at_us, value in series.points:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((at_us, value))
    return [run for run in runs if run]


def _stepped(places: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    stepped = list(places[:1])
    for x, y in places[1:]:
        if y != stepped[-1][1]:
            stepped.append((x, stepped[-1][1]))
        stepped.append((x, y))
    return tuple(stepped)


def _draw_bars(grid: _Grid, spec: ChartSpec, scale: Scale) -> None:
    layers = [series for series in spec.series if series.shape is Shape.BARS]
    if not layers or not spec.buckets:
        return
    starts = [scale.column(bucket.start_us) for bucket in spec.buckets]
    width = _bar_width(spec, scale)
    tallest: dict[int, list[int]] = {}
    for place, column in enumerate(starts):
        stack = [layer.points[place].value or 0 for layer in layers]
        if sum(stack) >= sum(tallest.get(column, [0])):
            tallest[column] = stack
    for column, stack in tallest.items():
        _draw_bar(grid, scale, column, width, stack, [layer.colour for layer in layers])


def _draw_bar(
    grid: _Grid, scale: Scale, column: int, width: int, stack: Sequence[int], colours: Sequence[str]
) -> None:
    """One bar in eighths of a line. Where two layers meet in a cell, the upper one is its ground."""
    per_line = len(_EIGHTHS) - 1
    all_eighths = scale.rows * per_line
    ends, total = [], 0
    for value in stack:
        total += value
        # Something is never nothing.
        ends.append(max(int(value > 0), (2 * total * all_eighths + scale.high) // (2 * scale.high)))
    for row in range(scale.rows):
        low = (scale.rows - 1 - row) * per_line
        if not ends or low >= ends[-1]:
            continue
        first = next(n for n, end in enumerate(ends) if end > low)
        filled = min(per_line, ends[first] - low)
        above = next((n for n in range(first + 1, len(ends)) if ends[n] > ends[first]), None)
        over = colours[above] if above is not None and filled < per_line else None
        # A full cell is ground, not a block: blocks of many fonts leave seams between the lines.
        text, over = (" ", colours[first]) if filled == per_line else (_EIGHTHS[filled], over)
        for x in range(column, min(column + width, scale.columns)):
            grid.put(GUTTER_CELLS + x, row, text, colours[first], over)


def _draw_moments(grid: _Grid, spec: ChartSpec, scale: Scale) -> None:
    most = max(1, min(MOST_MOMENTS, scale.columns // CELLS_A_MOMENT))
    end = -1
    for tick in time_ticks(spec.within, spec.zone, most):
        cells = cell_len(tick.label)
        at = scale.column(tick.at_us) - cells // 2
        at = max(0, min(at, scale.columns - cells))
        if at > end:
            grid.write(GUTTER_CELLS + at, scale.rows, tick.label, "dim")
            end = at + cells


def _say(grid: _Grid, spec: ChartSpec, room: Size, left: int) -> None:
    """The words of a chart without data, in the middle."""
    lines = [
        (line, "dim" if n else "foreground")
        for n, words in enumerate(spec.words)
        for line in wrap(words, max(10, room.width - 4))
    ][: room.height]
    first = max(0, (room.height - len(lines)) // 2)
    for n, (line, colour) in enumerate(lines):
        grid.write(left + max(0, (room.width - cell_len(line) - 2) // 2), first + n, f" {line} ", colour)
