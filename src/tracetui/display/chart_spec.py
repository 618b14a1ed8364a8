"""What a chart shows, as plain values: no cells, no colours but by name, nothing of any toolkit.

A chart is an axis of time, some series over it, and the stops at which its cursor can stand. What a stop says
and what stands behind it is decided when the spec is made, so that a chart only draws and moves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import Enum
from typing import NamedTuple

from tracetui.display import axis_labels
from tracetui.display.sanitise import Safe
from tracetui.domain.periods import Period, PeriodChoice
from tracetui.domain.trace import Status


class Shape(Enum):
    """How a series is drawn."""

    LINE = "line"
    DASHES = "dashes"
    STEPS = "steps"
    BARS = "bars"


class Point(NamedTuple):
    """A value at a moment."""

    at_us: int
    value: int | None
    """Whole, in the unit of the series; None: nothing is known here, the line is broken."""


class Series(NamedTuple):
    """One line, or one layer of stacked bars."""

    name: Safe
    colour: str
    """A name of the theme."""
    points: tuple[Point, ...]
    """In the order of time. Of bars: one for each bucket of the spec."""
    shape: Shape = Shape.LINE
    mark: str = ""
    """Drawn at each point where points stand far enough apart; tells series apart without colour."""
    is_bold: bool = False
    """Whether steep stretches are drawn twice as wide: spikes of single requests."""
    is_area: bool = False
    """Whether the ground below it is shaded, where the axis begins at 0."""


class Word(NamedTuple):
    """A part of a line of text."""

    text: Safe
    colour: str = "foreground"
    is_strong: bool = False
    lane: int = 0
    """Of which of the stop's `behind` this speaks; 0: of none by itself."""
    weight: int = 1
    """Of the sums of a chart, the greatest leaves first where there is too little room, equals together."""


class Behind(NamedTuple):
    """The traces behind a stop (B1)."""

    period: PeriodChoice
    """A day, or exact moments."""
    status: Status | None = None
    """None: of any status."""
    version: str | None = None
    """Of which version, where versions are compared."""
    trace_id: int | None = None
    """The row of the one trace that the stop is; None: it is many."""
    at_us: int | None = None
    """When that one was executed."""


class Stop(NamedTuple):
    """A place for the cursor."""

    at_us: int
    words: tuple[Word, ...]
    """What is read out there."""
    is_notable: bool = False
    """Whether it stands out: a spike, a failure, a change."""
    behind: tuple[Behind, ...] = ()
    """What can be opened: all of it first, then its parts, one for each lane."""
    values: tuple[int, ...] = ()
    """Where it is drawn: its value; of a stop of several parts the value of each."""


class Limit(NamedTuple):
    """A horizontal line."""

    value: int
    name: Safe
    colour: str


_NEVER = Period(0, 0)


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A whole chart. Equal specs look the same."""

    within: Period = _NEVER
    """What the axis of time shows; empty: there are no axes, only `words`."""
    zone: tzinfo = UTC
    series: tuple[Series, ...] = ()
    """Later ones are drawn over earlier ones; bars stand on the ones before them."""
    buckets: tuple[Period, ...] = ()
    """Where bars stand."""
    stops: tuple[Stop, ...] = ()
    """In the order of time."""
    idle: tuple[Period, ...] = ()
    """Time that is hatched: not deployed."""
    limit: Limit | None = None
    from_zero: bool = True
    """Whether the axis begins at 0; else where the data do."""
    axis: Callable[[Sequence[int]], tuple[Safe, ...]] = axis_labels.counts
    """How the values at its axis are written; `axis_labels.CELLS` at most."""
    words: tuple[Safe, ...] = ()
    """Why there is nothing to see, and which key leads on."""
    is_pending: bool = False
    """Whether the words tell that something is still to come."""

    @property
    def values(self) -> list[int]:
        """Every value that has to be seen; of bars their sums."""
        lines = [point.value for one in self.series if one.shape is not Shape.BARS for point in one.points]
        bars = [one.points for one in self.series if one.shape is Shape.BARS]
        stacked = [sum(point.value or 0 for point in layers) for layers in zip(*bars, strict=True)]
        limit = [self.limit.value] if self.limit else []
        return [value for value in (*lines, *stacked, *limit) if value is not None]


EMPTY = ChartSpec()
