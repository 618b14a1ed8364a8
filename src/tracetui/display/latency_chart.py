"""Model Latency: single requests of up to seven days, averages of the days of a longer time (A12 to A15)."""

from collections.abc import Sequence
from typing import NamedTuple

from tracetui.display import axis_labels
from tracetui.display.chart_frame import Frame, middle_of, standing_out
from tracetui.display.chart_spec import ChartSpec, Point, Series, Shape, Stop, Word
from tracetui.display.formatting import format_count, format_milliseconds, format_time
from tracetui.display.sanitise import Safe, fit, safe_line
from tracetui.domain.analytics import Average, LatencyColumn, LatencyPoints, TimedRequest, slice_of
from tracetui.domain.periods import day_count

MOST_DAYS = 7
"""Of a longer time the averages of its days are drawn."""
ID_CELLS = 24

MARKS = "●▲■◆▼★"
"""Of the versions that are compared, in their order."""


def is_by_request(frame: Frame) -> bool:
    """Whether single requests are drawn; else the averages of days."""
    return frame.is_by_hour or day_count(frame.within, frame.zone) <= MOST_DAYS


class Line(NamedTuple):
    """One of the lines that are laid over one another: a version, or all of them."""

    name: Safe
    colour: str
    mark: str
    answer: LatencyPoints | tuple[Average, ...]
    version: str | None = None
    """None: of all versions that the chart is of."""


def latency_chart(frame: Frame, lines: Sequence[Line], columns: int) -> ChartSpec:
    """The chart of one line, or of several to be compared.

    Args:
        frame: Its time.
        lines: Each with points, or each with averages for the buckets of the frame.
        columns: Into how many the points were reduced.
    """
    series: list[Series] = []
    stops: list[Stop] = []
    for line in lines:
        name = line.name if len(lines) > 1 else Safe("")
        if isinstance(line.answer, LatencyPoints):
            points, found = _of_requests(frame, line, line.answer, name, columns)
        else:
            points, found = _of_days(frame, line, line.answer, name)
        series.append(Series(line.name, line.colour, points, Shape.LINE, line.mark, is_bold=len(lines) == 1))
        stops += found
    return ChartSpec(
        frame.within,
        frame.zone,
        tuple(series),
        stops=tuple(sorted(stops, key=lambda stop: stop.at_us)),
        idle=frame.idle,
        from_zero=False,
        axis=axis_labels.milliseconds,
        words=() if stops else frame.why_empty(),
    )


def latency_sums(frame: Frame, lines: Sequence[Line]) -> tuple[Word, ...]:
    """What stands beside the title: the unit, what a point is, and the legend of what is compared."""
    what = "ms, each request" if is_by_request(frame) else "ms, daily average"
    return (Word(Safe(what), "dim", weight=2), *legend([(line.name, line.colour, line.mark) for line in lines]))


def legend(lines: Sequence[tuple[Safe, str, str]]) -> tuple[Word, ...]:
    """Marks and names of lines that are compared; of a single one nothing."""
    if len(lines) < 2:
        return ()
    return tuple(Word(Safe(f"  {mark} {name}"), colour, weight=0) for name, colour, mark in lines)


def _of_requests(
    frame: Frame, line: Line, answer: LatencyPoints, name: Safe, columns: int
) -> tuple[tuple[Point, ...], list[Stop]]:
    spikes = standing_out([column.highest.response_time_us for column in answer.columns])
    stops: list[Stop] = []
    points: list[Point] = [Point(middle_of(gap), None) for gap in answer.breaks]
    for column, is_spike in zip(answer.columns, spikes, strict=True):
        within = slice_of(column.column, frame.within, columns)
        for request in column.requests:
            points.append(Point(request.executed_at_us, request.response_time_us))
            is_notable = is_spike and request is column.highest
            words = _request_words(frame, column, request, name)
            behind = frame.behind(within, version=line.version)
            behind = behind._replace(trace_id=request.id, at_us=request.executed_at_us)
            stops.append(Stop(request.executed_at_us, words, is_notable, (behind,), (request.response_time_us,)))
    return tuple(sorted(points, key=lambda point: point.at_us)), stops


def _request_words(frame: Frame, column: LatencyColumn, request: TimedRequest, name: Safe) -> tuple[Word, ...]:
    at = format_time(request.executed_at_us, frame.zone, frame.this_year)
    of = ""
    if column.timed > 1:
        which = "highest" if request is column.highest else "lowest"
        of = f"  {which} of {format_count(column.timed)}"
    return (
        Word(Safe(f"{name}  " if name else ""), "dim"),
        Word(Safe(at.strip()), "dim"),
        Word(Safe(f"  {fit(safe_line(request.request_id), ID_CELLS)}")),
        Word(Safe(f"  {format_milliseconds(request.response_time_us)}"), is_strong=True),
        Word(Safe(of), "dim"),
    )


def _of_days(
    frame: Frame, line: Line, answer: Sequence[Average], name: Safe
) -> tuple[tuple[Point, ...], list[Stop]]:
    averages = [one.average_us for one in answer]
    spikes = standing_out([average or 0 for average in averages])
    points, stops = [], []
    for bucket, one, average, is_spike in zip(frame.buckets, answer, averages, spikes, strict=True):
        at_us = middle_of(bucket)
        points.append(Point(at_us, average))
        if average is not None:
            words = (
                Word(Safe(f"{name}  " if name else ""), "dim"),
                Word(frame.name_of(bucket), "dim"),
                Word(Safe("  average ")),
                Word(format_milliseconds(average), is_strong=True),
                Word(Safe(f"  of {format_count(one.timed)} {'request' if one.timed == 1 else 'requests'}"), "dim"),
            )
            behind = (frame.behind(bucket, version=line.version),)
            stops.append(Stop(at_us, words, is_spike, behind, (average,)))
    return tuple(points), stops
