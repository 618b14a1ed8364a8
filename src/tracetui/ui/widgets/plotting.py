"""Lines as braille dots: the one place that knows plotext.

plotext is given whole dots and no axes, ticks or colours of its own, so that its own choices (uneven ticks,
ANSI colours, escape sequences as the only output) never show. What it drew is read from its matrix: parsing the
text that it makes took 19 ms more for a chart of 120x30. Private parts of plotext 5.3.2 are read here, which is
why it is pinned. It takes 0.2 s to import, so the first line is drawn in a thread.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

DOTS_WIDE, DOTS_HIGH = 2, 4
"""Dots in a cell of braille."""
MOST_DOTS = 500
"""plotext takes 0.03 ms for each dot: a week of requests in 110 columns, up and down in each of them, took it
115 ms and 420 ms at 190 columns, which no key may wait for. Such a drawing is filled in here, in 3 to 8 ms."""

_BRAILLE = 0x2800
_BITS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""Of the dots of a cell, by column and by row from below. Source: the Unicode block of braille patterns."""


class Dots(NamedTuple):
    """What is drawn together: places of dots, from the lower left corner."""

    places: tuple[tuple[int, int], ...]
    is_joined: bool = True
    """Whether lines join them, in their order."""


class Cell(NamedTuple):
    """A cell in which something was drawn."""

    text: str
    layer: int
    """Which of the drawings it belongs to; of several the last."""


Cells = dict[tuple[int, int], Cell]
"""The cells that are not blank, by column and by row from the top."""


def bold(braille: str) -> str:
    """A cell with its dots twice as wide: a steep line of single dots is hardly seen from a distance."""
    bits = ord(braille) - _BRAILLE
    for left, right in zip(*_BITS, strict=True):
        if bits & (left | right):
            bits |= left | right
    return chr(_BRAILLE + bits)


def places(drawings: Sequence[Dots], rows: int) -> Iterable[tuple[int, int]]:
    """The cells that some drawings have dots in, by column and by row from the top."""
    return _filled_in(drawings, rows).keys()


def plot(drawings: Sequence[Dots], columns: int, rows: int) -> Cells:
    """Draw into a canvas of cells.

    Args:
        drawings: Later ones over earlier ones. Places are inside the canvas.
        columns: At least 1.
        rows: At least 1.
    """
    dots = sum(_length(drawing) for drawing in drawings)
    if not dots:
        return {}
    return _by_plotext(drawings, columns, rows) if dots <= MOST_DOTS else _filled_in(drawings, rows)


def dashed(drawing: Dots, on: int, off: int) -> Dots:
    """A line with gaps: so many dots drawn, so many left out."""
    places = tuple(place for n, place in enumerate(_on_the_way(drawing.places)) if n % (on + off) < on)
    return Dots(places, is_joined=False)


def _by_plotext(drawings: Sequence[Dots], columns: int, rows: int) -> Cells:
    from textual_plotext import Plot

    figure: Any = Plot()
    # Else it is cut to the size of the terminal that the process runs in.
    figure._limit_size(False, False)
    figure.plotsize(columns, rows)
    figure.xaxes(False, False)
    figure.yaxes(False, False)
    figure.xticks([])
    figure.yticks([])
    figure.xlim(0, columns * DOTS_WIDE - 1)
    figure.ylim(0, rows * DOTS_HIGH - 1)
    for layer, drawing in enumerate(drawings):
        if drawing.places:
            xs, ys = ([place[axis] for place in drawing.places] for axis in (0, 1))
            # A colour of plotext is any three numbers: here it carries which drawing a cell is of.
            draw = figure.plot if drawing.is_joined else figure.scatter
            draw(xs, ys, marker="braille", color=(layer >> 8, layer & 255, 1))
    figure.build()
    matrix = figure.monitor.matrix
    cells = {}
    lines = zip(reversed(matrix.marker), reversed(matrix.fullground), strict=True)
    for row, (markers, colours) in enumerate(lines):
        for column, (marker, colour) in enumerate(zip(markers, colours, strict=True)):
            if marker != " " and isinstance(colour, tuple):
                cells[column, row] = Cell(marker, (colour[0] << 8) + colour[1])
    return cells


def _filled_in(drawings: Sequence[Dots], rows: int) -> Cells:
    """The same dots without plotext."""
    bits: dict[tuple[int, int], int] = {}
    layers: dict[tuple[int, int], int] = {}
    for layer, drawing in enumerate(drawings):
        for x, y in _on_the_way(drawing.places) if drawing.is_joined else drawing.places:
            place = (x // DOTS_WIDE, rows - 1 - y // DOTS_HIGH)
            bits[place] = bits.get(place, 0) | _BITS[x % DOTS_WIDE][y % DOTS_HIGH]
            layers[place] = layer
    return {place: Cell(chr(_BRAILLE + bits[place]), layers[place]) for place in bits}


def _on_the_way(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Every dot of the lines that join some places."""
    yield from places[:1]
    for (x0, y0), (x1, y1) in pairwise(places):
        length = max(abs(x1 - x0), abs(y1 - y0))
        for n in range(1, length + 1):
            # To the nearest dot, halves up.
            yield (
                x0 + (2 * n * (x1 - x0) + length) // (2 * length),
                y0 + (2 * n * (y1 - y0) + length) // (2 * length),
            )


def _length(drawing: Dots) -> int:
    """How many dots a drawing has."""
    if not drawing.is_joined or len(drawing.places) < 2:
        return len(drawing.places)
    return sum(max(abs(x1 - x0), abs(y1 - y0)) for (x0, y0), (x1, y1) in pairwise(drawing.places)) + 1
