"""Tables of text on standard output: as wide as they need to be, and on a terminal no wider than that.

On a narrow terminal names are cut first, then the columns that matter least are left out. Into a file or a pipe
everything is written.
"""

import shutil
import sys
from collections.abc import Sequence
from typing import NamedTuple

from tracetui.display.sanitise import Safe, cells, fit

GAP = "  "
_CUT_TO = 16
"""Cells that a name keeps before a column is left out."""


class Column(NamedTuple):
    """One column."""

    title: str
    is_number: bool = True
    """Whether it stands at the right; else it is a name, which may be cut."""
    weight: int = 9
    """The lightest column is the first to be left out on a narrow terminal; 9 stays."""


class Fitted(NamedTuple):
    """A table that fits."""

    lines: list[str]
    left_out: tuple[str, ...]
    """Titles of the columns for which there is no room."""


def terminal_cells() -> int | None:
    """The width of standard output; None where it is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def fitted(columns: Sequence[Column], rows: Sequence[Sequence[Safe]], width_cells: int | None) -> Fitted:
    """A heading and a line for each row.

    Args:
        columns: The columns, from left to right.
        rows: A cell for each column.
        width_cells: The widest that a line may be; None: any width.
    """
    places = list(range(len(columns)))
    wanted = [
        max([cells(Safe(column.title)), *(cells(row[place]) for row in rows)])
        for place, column in enumerate(columns)
    ]
    widths, left_out = list(wanted), list[int]()
    while width_cells is not None and _total(places, widths) > width_cells:
        over = _total(places, widths) - width_cells
        names = [place for place in places if not columns[place].is_number and widths[place] > _CUT_TO]
        if names:
            widest = max(names, key=lambda place: widths[place])
            widths[widest] = max(_CUT_TO, widths[widest] - over)
            continue
        lightest = min(places, key=lambda place: (columns[place].weight, -place))
        if columns[lightest].weight >= 9:
            break
        places.remove(lightest)
        left_out.append(lightest)
        # There may be room for whole names again.
        widths = list(wanted)
    heading = [Safe(column.title) for column in columns]
    lines = [_line(columns, places, widths, row) for row in (heading, *rows)]
    if width_cells is not None:
        lines = [fit(Safe(line), width_cells) for line in lines]
    return Fitted(lines, tuple(columns[place].title for place in sorted(left_out)))


def _total(places: Sequence[int], widths: Sequence[int]) -> int:
    return sum(widths[place] for place in places) + len(GAP) * (len(places) - 1)


def _line(columns: Sequence[Column], places: Sequence[int], widths: Sequence[int], row: Sequence[Safe]) -> str:
    padded = []
    for place in places:
        cell = fit(row[place], widths[place])
        blank = " " * (widths[place] - cells(cell))
        padded.append(blank + cell if columns[place].is_number else cell + blank)
    return GAP.join(padded).rstrip()
