"""Where the columns of the trace table stand, for any width of the terminal.

Decided here: the order of the columns, how narrow and how wide each may be, and which ones yield first where
the terminal is narrow. Input and Output share what the others leave.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from tracetui.display.sanitise import cells

GAP = 2
"""Cells between two columns."""
SMALL_GAP = 1
"""The same where the table is narrower than `ROOMY`."""
ROOMY = 110
"""Cells from which on the wider gap is used."""


class Column(NamedTuple):
    """One column."""

    key: str
    title: str
    narrowest: int
    widest: int
    """Cells; 0: it shares what the fixed columns leave."""
    yields: int = 0
    """Columns with the greatest number leave first where there is no room; 0 never leaves."""
    is_number: bool = False
    """Set to the right."""
    is_cut_in_middle: bool = False
    """Many begin alike: begin and end are shown."""
    is_hosted_only: bool = False
    """Models behind a connection do not have it."""
    short: str = ""
    """The title where it does not fit."""


COLUMNS = (
    Column("status", "", 1, 1),
    Column("request_id", "Request ID", 13, 40, is_cut_in_middle=True),
    Column("response_time", "Response", 10, 12, is_number=True),
    Column("version", "Version", 7, 14, yields=2, is_hosted_only=True),
    Column("source_type", "Source type", 8, 14, yields=4, short="Type"),
    Column("source", "Source", 8, 18, yields=3),
    Column("executed_at", "Executed on", 15, 24),
    Column("input", "Input", 9, 0),
    Column("output", "Output", 12, 0, yields=1),
)
LEADING = ("status", "request_id")
"""These stay at the left while the others are moved through."""
SEARCHED = ("request_id", "version", "source_type", "source", "input", "output")
"""The columns that a search looks into."""


class Placed(NamedTuple):
    """A column that has its place."""

    column: Column
    x: int
    width: int


def columns_for(*, is_hosted: bool, hidden: Collection[str] = ()) -> tuple[Column, ...]:
    """The columns that a kind of model has, in order, but for those that are switched off."""
    return tuple(
        column for column in COLUMNS if (is_hosted or not column.is_hosted_only) and column.key not in hidden
    )


def lay_out(columns: Sequence[Column], content: Mapping[str, int], width: int) -> tuple[Placed, ...]:
    """Place columns in a width.

    Args:
        columns: Those to show, in order.
        content: Cells that the widest content of each fixed column takes; missing is unknown.
        width: Cells there are.

    Returns:
        The columns that have room, left to right. Where not even the narrowest fit, the last ones are cut.
    """
    gap = GAP if width >= ROOMY else SMALL_GAP
    kept = list(columns)
    while _least(kept, content, gap) > width:
        leaving = max(kept, key=lambda column: column.yields)
        if not leaving.yields:
            break
        kept.remove(leaving)
    widths = {column.key: _narrow(column, content) for column in kept}
    spare = max(0, width - _least(kept, content, gap))
    elastic = [column for column in kept if not column.widest]
    # Those whose cut content says little first; then what is cut in its middle and still tells rows apart.
    for column in sorted(kept, key=lambda column: (column.is_cut_in_middle, column.yields)):
        if column.widest:
            room = spare // 4 if column.is_cut_in_middle and elastic else spare
            more = max(0, min(room, _wished(column, content) - widths[column.key]))
            widths[column.key] += more
            spare -= more
    shared = spare + sum(widths[column.key] for column in elastic)
    for at, column in enumerate(elastic):
        widths[column.key] = shared // len(elastic) + (at < shared % len(elastic))
    placed: list[Placed] = []
    x = 0
    for column in kept:
        cut = max(0, min(widths[column.key], width - x))
        placed.append(Placed(column, x, cut))
        x += cut + gap
    return tuple(placed)


def _wished(column: Column, content: Mapping[str, int]) -> int:
    """Room for the title with its arrow, and for the content within bounds."""
    arrow = 2 if column.key in ("executed_at", "response_time") else 0
    needed = max(content.get(column.key, column.narrowest), cells(column.title) + arrow)
    return max(min(column.widest, needed), _narrow(column, content))


def _narrow(column: Column, content: Mapping[str, int]) -> int:
    """The least a column takes; one that is short throughout takes less than its bound."""
    if not column.widest or not column.yields:
        return column.narrowest
    return min(column.narrowest, max(content.get(column.key, column.narrowest), cells(column.title)))


def _least(columns: Sequence[Column], content: Mapping[str, int], gap: int) -> int:
    return sum(_narrow(column, content) for column in columns) + gap * (len(columns) - 1)
