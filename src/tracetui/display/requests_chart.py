"""Requests: successful and failed ones of each hour or day (A15 to A18)."""

from collections.abc import Sequence
from typing import NamedTuple

from tracetui.display.chart_frame import Frame, middle_of, standing_out
from tracetui.display.chart_spec import ChartSpec, Point, Series, Shape, Stop, Word
from tracetui.display.formatting import format_count, format_credits
from tracetui.display.latency_chart import legend
from tracetui.display.sanitise import Safe
from tracetui.domain.analytics import Counts, Requests
from tracetui.domain.trace import Status

GOOD, BAD = "success", "error"
GOOD_MARK, BAD_MARK = "✓", "✗"
FAILS_MUCH = 2
"""A bucket stands out where this many times as large a part failed as in the whole period."""


class Line(NamedTuple):
    """The requests of a version, or of all of them."""

    name: Safe
    colour: str
    mark: str
    answer: Requests
    version: str | None = None
    """None: of all versions that the chart is of."""


def requests_chart(frame: Frame, lines: Sequence[Line]) -> ChartSpec:
    """Successful requests as a line, failed ones as dashes; of several versions each pair in one colour."""
    series: list[Series] = []
    stops: list[Stop] = []
    for line in lines:
        is_alone = len(lines) == 1
        name = Safe("") if is_alone else line.name
        of_buckets = list(zip(frame.buckets, line.answer.counts, strict=True))
        good = tuple(Point(middle_of(at), one.success if one.requests else None) for at, one in of_buckets)
        bad = tuple(Point(middle_of(at), one.failed if one.requests else None) for at, one in of_buckets)
        colour = GOOD if is_alone else line.colour
        mark = line.mark or "●"
        series.append(Series(Safe("successful"), colour, good, Shape.LINE, mark, is_area=is_alone))
        series.append(Series(Safe("failed"), BAD if is_alone else line.colour, bad, Shape.DASHES, "×"))
        stops += _stops(frame, line, name)
    return ChartSpec(
        frame.within,
        frame.zone,
        tuple(series),
        stops=tuple(sorted(stops, key=lambda stop: stop.at_us)),
        idle=frame.idle,
        words=() if stops else frame.why_empty(),
    )


def requests_sums(lines: Sequence[Line], *, is_hosted: bool) -> tuple[Word, ...]:
    """Totals of the period, and for hosted models average credits for each request (A17)."""
    if len(lines) > 1:
        return legend([(line.name, line.colour, line.mark) for line in lines])
    answer = lines[0].answer
    words = [
        Word(format_count(answer.total.requests), is_strong=True),
        Word(Safe(f"  {GOOD_MARK} {format_count(answer.total.success)}"), GOOD, weight=3),
        Word(Safe(" ──"), GOOD, weight=4),
        Word(Safe(f"  {BAD_MARK} {format_count(answer.total.failed)}"), BAD, weight=3),
        Word(Safe(" ╌╌"), BAD, weight=4),
    ]
    if is_hosted:
        words.append(Word(Safe(f"  {format_credits(answer.credits_each_micro)} credits each"), "dim", weight=2))
    return tuple(words)


def _stops(frame: Frame, line: Line, name: Safe) -> list[Stop]:
    answer = line.answer
    busy = standing_out([one.requests for one in answer.counts])
    failing = [_fails_much(one, answer.total) for one in answer.counts]
    return [
        Stop(
            middle_of(bucket),
            _words(frame.name_of(bucket), one, answer.total, name),
            is_busy or is_failing,
            tuple(frame.behind(bucket, status, line.version) for status in (None, Status.SUCCESS, Status.FAILED)),
            (one.success, one.failed),
        )
        for bucket, one, is_busy, is_failing in zip(frame.buckets, answer.counts, busy, failing, strict=True)
        if one.requests
    ]


def _fails_much(one: Counts, total: Counts) -> bool:
    return bool(one.failed) and one.failed * total.requests >= FAILS_MUCH * total.failed * one.requests


def _words(at: Safe, one: Counts, total: Counts, name: Safe) -> tuple[Word, ...]:
    good = f"{GOOD_MARK} {format_count(one.success)}"
    bad = f"{BAD_MARK} {format_count(one.failed)}"
    return (
        Word(Safe(f"{name}  " if name else ""), "dim"),
        Word(at, "dim"),
        Word(Safe("  ")),
        Word(Safe(good), GOOD, lane=1),
        Word(Safe(f" of {format_count(total.success)}  "), "dim"),
        Word(Safe(bad), BAD, lane=2),
        Word(Safe(f" of {format_count(total.failed)}"), "dim"),
    )
