"""Stacked bars of a chart, in eighths of a line."""

from bisect import bisect_right
from collections.abc import Sequence

from tracetui.display.chart_spec import ChartSpec, Shape
from tracetui.ui.widgets.chart_canvas import GUTTER_CELLS, Grid, Scale

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_PER_LINE = len(_EIGHTHS) - 1


def draw_bars(grid: Grid, spec: ChartSpec, scale: Scale) -> None:
    """Draw the series that are bars; where there are more of them than columns, the tallest of each column."""
    layers = [series for series in spec.series if series.shape is Shape.BARS]
    if not layers or not spec.buckets:
        return
    starts = [scale.column(bucket.start_us) for bucket in spec.buckets]
    width = _width(spec, scale)
    tallest: dict[int, list[int]] = {}
    for place, column in enumerate(starts):
        stack = [layer.points[place].value or 0 for layer in layers]
        if sum(stack) >= sum(tallest.get(column, [0])):
            tallest[column] = stack
    for column, stack in tallest.items():
        _draw_bar(grid, scale, column, width, stack, [layer.colour for layer in layers])


def middles_of(spec: ChartSpec, scale: Scale, moments: Sequence[int]) -> list[int]:
    """The column of each moment: the middle of its bar, which is not always the middle of its time."""
    starts = [bucket.start_us for bucket in spec.buckets]
    middle = (_width(spec, scale) - 1) // 2
    return [
        min(scale.columns - 1, scale.column(starts[bisect_right(starts, at_us) - 1]) + middle) for at_us in moments
    ]


def _width(spec: ChartSpec, scale: Scale) -> int:
    # Always as wide, whatever the rest of the division: what differs is the gap, which the eye forgives.
    return max(1, scale.columns // len(spec.buckets) - 1)


def _draw_bar(
    grid: Grid, scale: Scale, column: int, width: int, stack: Sequence[int], colours: Sequence[str]
) -> None:
    """One bar. Where two layers meet in a cell, the upper one is its ground."""
    all_eighths = scale.rows * _PER_LINE
    ends, total = [], 0
    for value in stack:
        total += value
        # Something is never nothing.
        ends.append(max(int(value > 0), (2 * total * all_eighths + scale.high) // (2 * scale.high)))
    for row in range(scale.rows):
        low = (scale.rows - 1 - row) * _PER_LINE
        if not ends or low >= ends[-1]:
            continue
        first = next(n for n, end in enumerate(ends) if end > low)
        filled = min(_PER_LINE, ends[first] - low)
        above = next((n for n in range(first + 1, len(ends)) if ends[n] > ends[first]), None)
        over = colours[above] if above is not None and filled < _PER_LINE else None
        # A full cell is ground, not a block: blocks of many fonts leave seams between the lines.
        text, over = (" ", colours[first]) if filled == _PER_LINE else (_EIGHTHS[filled], over)
        for x in range(column, min(column + width, scale.columns)):
            grid.put(GUTTER_CELLS + x, row, text, colours[first], over)
