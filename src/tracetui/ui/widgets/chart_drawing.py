"""A chart spec in cells: axes, hatch, lines, bars, words, and where every stop of the cursor stands.

Drawn once for a spec and a size, in a thread; the theme and the cursor come when it is painted.
"""

from dataclasses import dataclass, field
from textwrap import wrap

from rich.cells import cell_len
from textual.geometry import Size

from tracetui.display.chart_spec import EMPTY, ChartSpec
from tracetui.display.ticks import time_ticks
from tracetui.ui.widgets.chart_bars import draw_bars, middles_of
from tracetui.ui.widgets.chart_canvas import (
    GUTTER_CELLS,
    RIGHT_CELLS,
    Cell,
    Grid,
    Part,
    Scale,
    canvas_columns,
    parts_of,
    scale_of,
)
from tracetui.ui.widgets.chart_lines import draw_lines

MOST_MOMENTS = 7
"""Labels of time; each has `CELLS_A_MOMENT` at least."""
CELLS_A_MOMENT = 12
HATCH = "╱"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart in cells."""

    spec: ChartSpec = EMPTY
    size: Size = field(default_factory=Size)
    cells: tuple[list[Cell], ...] = ()
    """Line by line."""
    lines: tuple[list[Part], ...] = ()
    """The same, cells that look alike together."""
    columns: tuple[int, ...] = ()
    """Of each stop, the cell in which it stands, counted from the left edge of the chart."""
    heights: tuple[tuple[int, ...], ...] = ()
    """Of each stop, the lines of its values, from the top."""
    rows: int = 0
    """Lines of the canvas, from the top."""


def draw(spec: ChartSpec, size: Size) -> Drawn:
    """Draw a chart. What does not fit is left out; of no size there is nothing."""
    width, height = size
    columns, rows = canvas_columns(width), height - 1
    nowhere = (0,) * len(spec.stops), ((),) * len(spec.stops)
    if width <= 0 or height <= 0:
        return Drawn(spec, size, (), (), *nowhere)
    grid = Grid(width, height)
    if spec.within.end_us <= spec.within.start_us or rows < 2 or width <= GUTTER_CELLS + RIGHT_CELLS:
        _say(grid, spec, size, 0)
        return _drawn(spec, size, grid, *nowhere, 0)
    scale = scale_of(spec, columns, rows)
    _draw_ground(grid, spec, scale)
    draw_bars(grid, spec, scale)
    draw_lines(grid, spec, scale)
    _draw_moments(grid, spec, scale)
    _say(grid, spec, Size(columns, rows), GUTTER_CELLS)
    moments = [stop.at_us for stop in spec.stops]
    places = middles_of(spec, scale, moments) if spec.buckets else [scale.column(at_us) for at_us in moments]
    heights = tuple(tuple(scale.row(value) for value in stop.values) for stop in spec.stops)
    return _drawn(spec, size, grid, tuple(GUTTER_CELLS + place for place in places), heights, rows)


def _drawn(
    spec: ChartSpec,
    size: Size,
    grid: Grid,
    columns: tuple[int, ...],
    heights: tuple[tuple[int, ...], ...],
    rows: int,
) -> Drawn:
    lines = tuple(parts_of(line) for line in grid.lines)
    return Drawn(spec, size, tuple(grid.lines), lines, columns, heights, rows)


def _draw_ground(grid: Grid, spec: ChartSpec, scale: Scale) -> None:
    for idle in spec.idle:
        for column in range(scale.column(idle.start_us), scale.column(idle.end_us - 1) + 1):
            for row in range(scale.rows):
                # Every third diagonal: dense enough to be seen as an area, calm enough to be overlooked.
                if (column + row) % 3 == 0:
                    grid.put(GUTTER_CELLS + column, row, HATCH, "rule")
    ticks = scale.ticks if spec.values else ()
    for tick, label in zip(ticks, spec.axis(ticks), strict=True):
        row = scale.row(tick)
        grid.write_before(GUTTER_CELLS - 1, row, label, "dim")
        # None along the bottom: a line at zero runs there.
        for column in range(scale.columns if row < scale.rows - 1 else 0):
            grid.put(GUTTER_CELLS + column, row, "─", "rule")
    if spec.limit is not None:
        row = scale.row(spec.limit.value)
        grid.write(0, row, " " * GUTTER_CELLS, "dim")
        grid.write_before(GUTTER_CELLS - 1, row, spec.limit.name, spec.limit.colour)
        for column in range(scale.columns):
            grid.put(GUTTER_CELLS + column, row, "━", spec.limit.colour)


def _draw_moments(grid: Grid, spec: ChartSpec, scale: Scale) -> None:
    most = max(1, min(MOST_MOMENTS, scale.columns // CELLS_A_MOMENT))
    end = -1
    for tick in time_ticks(spec.within, spec.zone, most):
        cells = cell_len(tick.label)
        at = scale.column(tick.at_us) - cells // 2
        at = max(0, min(at, scale.columns - cells))
        if at > end:
            grid.write(GUTTER_CELLS + at, scale.rows, tick.label, "dim")
            end = at + cells


def _say(grid: Grid, spec: ChartSpec, room: Size, left: int) -> None:
    """The words of a chart without data, in the middle."""
    lines = [
        (line, "dim" if n else "warning" if spec.is_pending else "foreground")
        for n, words in enumerate(spec.words)
        for line in wrap(words, max(10, room.width - 4))
    ][: room.height]
    first = max(0, (room.height - len(lines)) // 2)
    for n, (line, colour) in enumerate(lines):
        grid.write(left + max(0, (room.width - cell_len(line) - 2) // 2), first + n, f" {line} ", colour)
