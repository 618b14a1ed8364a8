"""The cells of a chart: characters with the names of their colours, and which value and moment each one shows.

Nothing here knows a toolkit or a theme, so that a thread can draw, and another theme needs no new drawing.
"""

from typing import NamedTuple

from rich.cells import cell_len

from tracetui.display.chart_spec import ChartSpec
from tracetui.display.ticks import value_axis
from tracetui.ui.widgets.plotting import DOTS_HIGH, DOTS_WIDE

GUTTER_CELLS = 8
"""Room for the labels of values; always the same, so that the axes of charts below one another agree."""
RIGHT_CELLS = 1
LINES_A_VALUE = 3
"""Lines for each label of a value at least."""
MOST_VALUES = 6
SHADE = "shade-"
"""Before the name of a colour: the ground below a line of that colour."""


class Cell(NamedTuple):
    """One character."""

    text: str = " "
    colour: str = "foreground"
    """A name of the theme."""
    over: str | None = None
    """The ground, by the name of its colour; None: that of the chart."""

    @property
    def is_bar(self) -> bool:
        """Whether the ground itself says something."""
        return self.over is not None and not self.over.startswith(SHADE)


class Part(NamedTuple):
    """Cells beside one another that look the same."""

    text: str
    colour: str
    over: str | None


class Scale(NamedTuple):
    """Which values and moments the canvas shows."""

    columns: int
    rows: int
    low: int
    high: int
    ticks: tuple[int, ...]
    """Round values between the two, for labels."""
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


def canvas_columns(width: int) -> int:
    """How many columns the canvas of a chart of so many cells has; at least 1."""
    return max(1, width - GUTTER_CELLS - RIGHT_CELLS)


def scale_of(spec: ChartSpec, columns: int, rows: int) -> Scale:
    """The scale of a chart that has a time; its axis ends at a round value, or at the highest one."""
    values = spec.values
    low, high = min(values, default=0), max(values, default=0)
    if spec.from_zero or low * 3 < high:
        low = 0
    ticks, end = value_axis(low, high, min(MOST_VALUES, max(2, rows // LINES_A_VALUE + 1)))
    return Scale(columns, rows, ticks[0], end, ticks, *spec.within)


class Grid:
    """Cells in lines, to be drawn into."""

    def __init__(self, width: int, height: int) -> None:
        self.lines = [[Cell()] * width for _ in range(height)]

    def put(self, x: int, y: int, text: str, colour: str, over: str | None = None) -> None:
        """Draw a character."""
        self.lines[y][x] = Cell(text, colour, over)

    def shade(self, x: int, y: int, over: str) -> None:
        """Give a cell a ground; what stands in it stays."""
        cell = self.lines[y][x]
        if cell.over is None:
            self.lines[y][x] = cell._replace(over=over)

    def write(self, x: int, y: int, text: str, colour: str) -> None:
        """Draw a text, cut at the edges. Wide characters are not expected here."""
        if 0 <= y < len(self.lines):
            line = self.lines[y]
            for n, character in enumerate(text):
                if 0 <= x + n < len(line):
                    line[x + n] = Cell(character, colour)

    def write_before(self, x: int, y: int, text: str, colour: str) -> None:
        """Draw a text that ends before a column."""
        self.write(x - cell_len(text), y, text, colour)


def parts_of(line: list[Cell]) -> list[Part]:
    """Cells that look the same as one; a blank looks like what it follows, which keeps the parts few."""
    parts: list[Part] = []
    for text, colour, over in line:
        last = parts[-1] if parts else None
        if last is not None and last.over == over and (last.colour == colour or text == " "):
            parts[-1] = last._replace(text=last.text + text)
        elif last is not None and last.over == over and last.text.isspace():
            parts[-1] = Part(last.text + text, colour, over)
        else:
            parts.append(Part(text, colour, over))
    return parts
