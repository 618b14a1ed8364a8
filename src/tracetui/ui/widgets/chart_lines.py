"""Lines of a chart: curves, dashes and steps in dots, the marks on them, and the shade below."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tracetui.display.chart_spec import ChartSpec, Series, Shape
from tracetui.ui.widgets import plotting
from tracetui.ui.widgets.chart_canvas import GUTTER_CELLS, SHADE, Grid, Scale
from tracetui.ui.widgets.plotting import Dots, dashed, plot

CELLS_A_MARK = 3
"""Points stand this far apart at least where each has its mark."""
CELLS_BETWEEN_MARKS = 9
"""Else a mark stands only now and then."""
DOTS_ON, DOTS_OFF = 3, 3
"""Of dashes."""
LONE = "•"
"""A point without neighbours would be one dot in a thousand."""

_Place = tuple[int, int]


def draw_lines(grid: Grid, spec: ChartSpec, scale: Scale) -> None:
    """Draw every series that is a line, the later ones over the earlier ones."""
    drawings: list[Dots] = []
    owners: list[Series] = []
    marks: list[tuple[int, int, str, str]] = []
    for series in spec.series:
        if series.shape is Shape.BARS:
            continue
        for run in _runs(series):
            drawings.append(
                _dots(series.shape, [(scale.dot_x(at_us), scale.dot_y(value)) for at_us, value in run])
            )
            owners.append(series)
            marks += [
                (scale.column(at_us), scale.row(value), mark, series.colour)
                for at_us, value, mark in _marked(spec, series, run, scale)
            ]
    cells = plot(drawings, scale.columns, scale.rows)
    for (column, row), cell in cells.items():
        series = owners[cell.layer]
        text = plotting.bold(cell.text) if series.is_bold else cell.text
        grid.put(GUTTER_CELLS + column, row, text, series.colour)
    for column, row, mark, colour in marks:
        grid.put(GUTTER_CELLS + column, row, mark, colour)
    area = next((series for series in owners if series.is_area), None)
    # Many steps in a column are a band of their own, from the lowest to the highest.
    if area is not None and scale.low == 0 and len(area.points) <= 2 * scale.columns:
        own = [drawing for drawing, series in zip(drawings, owners, strict=True) if series is area]
        _shade(grid, scale, own, area.colour)


def _dots(shape: Shape, places: Sequence[_Place]) -> Dots:
    drawing = Dots(_stepped(places) if shape is Shape.STEPS else tuple(places))
    return dashed(drawing, DOTS_ON, DOTS_OFF) if shape is Shape.DASHES else drawing


def _shade(grid: Grid, scale: Scale, drawings: Sequence[Dots], colour: str) -> None:
    """Shade what lies below some lines."""
    for column, row in _lowest(plotting.places(drawings, scale.rows)).items():
        for below in range(row + 1, scale.rows):
            grid.shade(GUTTER_CELLS + column, below, SHADE + colour)


def _lowest(cells: Iterable[_Place]) -> Mapping[int, int]:
    """In each column the lowest line with a dot."""
    lowest: dict[int, int] = {}
    for column, row in cells:
        lowest[column] = max(row, lowest.get(column, 0))
    return lowest


def _marked(
    spec: ChartSpec, series: Series, run: Sequence[tuple[int, int]], scale: Scale
) -> Iterator[tuple[int, int, str]]:
    """The points that get a mark: all where they stand far enough apart; else some, if lines look alike."""
    if not series.mark:
        yield from ((at_us, value, LONE) for at_us, value in run if len(run) == 1)
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


def _stepped(places: Sequence[_Place]) -> tuple[_Place, ...]:
    stepped = list(places[:1])
    for x, y in places[1:]:
        if y != stepped[-1][1]:
            stepped.append((x, stepped[-1][1]))
        stepped.append((x, y))
    return tuple(stepped)
