"""A chart in one line of eight heights, for where there is no room for more."""

from tracetui.display.chart_spec import ChartSpec
from tracetui.display.sanitise import Safe

_HEIGHTS = "▁▂▃▄▅▆▇█"


def sparkline(spec: ChartSpec, cells: int) -> Safe:
    """The largest value of each of so many equal stretches of the first series; blank where there is none."""
    length_us = spec.within.end_us - spec.within.start_us
    if cells <= 0 or not spec.series or length_us <= 0:
        return Safe("")
    # No more cells than points, or those between them would be blank.
    cells = min(cells, len(spec.series[0].points)) or 1
    largest: list[int | None] = [None] * cells
    for at_us, value in spec.series[0].points:
        cell = min(cells - 1, max(0, (at_us - spec.within.start_us) * cells // length_us))
        if value is not None:
            largest[cell] = max(value, largest[cell] or 0)
    top = max((value for value in largest if value is not None), default=0)
    return Safe("".join(" " if value is None else _HEIGHTS[value * 7 // max(1, top)] for value in largest))
