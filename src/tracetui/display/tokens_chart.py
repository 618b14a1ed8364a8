"""Tokens: input and output of each hour or day as stacked bars, in thousands (A23, A24)."""

from tracetui.display import axis_labels
from tracetui.display.chart_frame import Frame, middle_of, standing_out
from tracetui.display.chart_spec import ChartSpec, Point, Series, Shape, Stop, Word
from tracetui.display.formatting import UNKNOWN, format_count
from tracetui.display.sanitise import Safe
from tracetui.domain.analytics import Tokens, TokenUse

INPUT, OUTPUT = "series-tokens-input", "series-tokens-output"


def tokens_chart(frame: Frame, answer: TokenUse) -> ChartSpec:
    """Input below, output above it; a bucket whose counts nobody told has no bar."""
    of_buckets = list(zip(frame.buckets, answer.tokens, strict=True))
    layers = (
        Series(
            Safe("input"), INPUT, tuple(Point(middle_of(at), _input(one)) for at, one in of_buckets), Shape.BARS
        ),
        Series(
            Safe("output"), OUTPUT, tuple(Point(middle_of(at), _output(one)) for at, one in of_buckets), Shape.BARS
        ),
    )
    busy = standing_out([one.input_tokens + one.output_tokens for one in answer.tokens])
    stops = tuple(
        Stop(middle_of(bucket), _words(frame.name_of(bucket), one), is_busy, (frame.behind(bucket),))
        for (bucket, one), is_busy in zip(of_buckets, busy, strict=True)
        if one.input_known or one.output_known
    )
    return ChartSpec(
        frame.within,
        frame.zone,
        layers,
        buckets=frame.buckets,
        stops=stops,
        idle=frame.idle,
        axis=axis_labels.thousands,
        words=() if stops else _why_empty(frame),
    )


def tokens_sums(answer: TokenUse) -> tuple[Word, ...]:
    """Sums of the period: input, output, both."""
    total = answer.total
    both = None if _input(total) is None and _output(total) is None else total.input_tokens + total.output_tokens
    return (
        Word(format_count(both), is_strong=True),
        Word(Safe("  █ "), INPUT),
        Word(Safe(f"in {format_count(_input(total))}"), "dim"),
        Word(Safe("  █ "), OUTPUT),
        Word(Safe(f"out {format_count(_output(total))}"), "dim"),
    )


def _input(one: Tokens) -> int | None:
    return one.input_tokens if one.input_known else None


def _output(one: Tokens) -> int | None:
    return one.output_tokens if one.output_known else None


def _words(at: Safe, one: Tokens) -> tuple[Word, ...]:
    return (
        Word(at, "dim"),
        Word(Safe("  in "), "dim"),
        Word(format_count(_input(one)) if one.input_known else UNKNOWN, is_strong=True),
        Word(Safe("  out "), "dim"),
        Word(format_count(_output(one)) if one.output_known else UNKNOWN, is_strong=True),
    )


def _why_empty(frame: Frame) -> tuple[Safe, ...]:
    first, *rest = frame.why_empty()
    if frame.uptime:
        return (Safe(f"No token counts of {frame.subject} {frame.sentence}."), *rest)
    return (first, *rest)
