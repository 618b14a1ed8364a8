"""`tracetui check`: whether the figures of traces meet a condition, as an exit code for scripts and alerts."""

import argparse
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from tracetui.cancel import Cancel
from tracetui.cli import selecting
from tracetui.cli.as_json import dumps, iso, milliseconds
from tracetui.cli.exactness import not_exact, pruned_before_us
from tracetui.cli.figures import format_usd, iso_or_none, usage_as_json
from tracetui.config import Settings
from tracetui.display.formatting import UNKNOWN, format_count, format_credits, format_duration, format_percent
from tracetui.display.sanitise import Safe, cells, safe_line
from tracetui.domain.catalogue import ModelType
from tracetui.domain.check_text import CheckError, read_check
from tracetui.domain.checks import METRICS, Comparison, Kind, Metric, comparisons, value_of
from tracetui.domain.period_words import in_sentence
from tracetui.domain.periods import Period, PeriodChoice, Preset, resolve
from tracetui.domain.ports import Reader
from tracetui.domain.queries import ModelsQuery
from tracetui.domain.usage import AllUsageQuery, Usage, UsageQuery

_METRICS = "\n".join(f"  {metric.name:14} {metric.meaning}" for metric in METRICS.values())

EXAMPLES = f"""\
examples:
  tracetui check 'p99 < 2s and failure_rate < 1%' --last 1h
  tracetui check 'requests > 0' --model gpt-4o --last 15m || echo nobody calls
  tracetui check 'p90 <= 1.5 s or requests < 100' --filter source:checkout --last 24h --quiet
  tracetui check 'cost < $50 and tokens < 20M' --last 1d --json

Figures, of all models together unless --model names one:
{_METRICS}

They are compared with <, <=, >, >=, = and != and joined by and, or, not and parentheses. A time needs its unit
(ms, s, m, h) and a rate its %; a count may end in k or M.

Exit codes: 0 it holds, 1 it does not, 2 it cannot be answered, 3 not known: there is no such figure, for instance
no percentile where there was no request. Not known is no pass: add 'and requests > 0', or treat 3 as you see fit.
"""
HOLDS, FAILS, UNUSABLE, UNKNOWN_YET = 0, 1, 2, 3
DEFAULT = Preset.HOURS_24
LONGEST_SHOWN = 500
"""Characters of a wrong check that are shown again."""
_WORDS = {True: "holds", False: "does not hold", None: "not known"}
_MARKS = {True: "✓", False: "✗", None: "?"}
_CODES = {True: HOLDS, False: FAILS, None: UNKNOWN_YET}


# A sum is of the requests that say it, which may be few: how many stands beside it.
_SAID_BY: dict[str, Callable[[Usage], int]] = {
    "input_tokens": lambda one: one.input_known,
    "output_tokens": lambda one: one.output_known,
    "cost": lambda one: one.cost_known,
}


class _Checked(NamedTuple):
    """What was asked about, and the answer."""

    about: Safe
    within: Period
    usage: Usage
    pruned_before_us: int | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    parser.add_argument("check", metavar="CHECK", help="such as 'p99 < 2s and failure_rate < 1%%'")
    selecting.add_arguments(parser, DEFAULT)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="one JSON object, times in UTC")
    how.add_argument("--quiet", "-q", action="store_true", help="only the exit code")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Check, and say what was found.

    Returns:
        The exit code.

    Raises:
        QueryError: There is no such model, or a period or filter cannot be read.
        StoreError: There is no store, or it cannot be read.
    """
    try:
        check = read_check(args.check)
    except CheckError as error:
        _point_at(error, args.check)
        return UNUSABLE
    from tracetui.store.reader import SqliteReader

    now_us = time.time_ns() // 1_000
    choice = selecting.choice(args, now_us, settings.zone, DEFAULT)
    reader = SqliteReader(settings.store)
    try:
        found = _checked(args, settings, reader, choice, now_us)
        found = found._replace(pruned_before_us=pruned_before_us(reader, found.within, choice))
    finally:
        reader.close()
    held = check.holds(found.usage)
    parts = comparisons(check)
    if args.json:
        print(dumps(_as_json(args.check, held, parts, found)))
    elif not args.quiet:
        requests = f"{format_count(found.usage.requests)} {'request' if found.usage.requests == 1 else 'requests'}"
        this_year = time.gmtime(now_us // 1_000_000).tm_year
        print(f"{found.about} {in_sentence(choice, this_year)}, {requests}:")
        sys.stdout.writelines(f"  {line}\n" for line in _lines(parts, found.usage))
        if found.pruned_before_us is not None:
            print(f"  {not_exact(found.pruned_before_us, settings.zone)}")
        print(f"{_MARKS[held]} {_WORDS[held]}: {safe_line(args.check)}")
    return _CODES[held]


def _checked(
    args: argparse.Namespace, settings: Settings, reader: Reader, choice: PeriodChoice, now_us: int
) -> _Checked:
    """The figures of the model that is named; where none is, and none must be, of all together."""
    if any((args.model, args.deployment, args.of_version, args.connection)):
        chosen = selecting.selected(args, settings, reader, now_us, DEFAULT)
        query = UsageQuery(chosen.scope, chosen.within, chosen.filter, chosen.search)
        return _Checked(safe_line(chosen.scope.model.name), chosen.within, reader.read(query, Cancel()))
    models = reader.read(ModelsQuery(), Cancel())
    line = selecting.filter_line(args)
    within = resolve(
        choice,
        now_us,
        settings.zone,
        first_us=min((one.first_at_us for one in models if one.first_at_us is not None), default=None),
        last_us=max((one.last_at_us for one in models if one.last_at_us is not None), default=None),
        week_start=settings.week_start,
    )
    type_ = ModelType(args.type) if args.type else None
    usage = reader.read(AllUsageQuery(within, line.filter or None, line.search, type_), Cancel())
    return _Checked(Safe(f"All {type_.value} models" if type_ else "All models"), within, usage)


def _lines(parts: tuple[Comparison, ...], usage: Usage) -> list[str]:
    """Each comparison with what the figures are."""
    lines = []
    for part in parts:
        values = ", ".join(f"{metric.name} is {_shown(metric, usage)}" for metric in part.metrics)
        held = part.holds(usage)
        lines.append(f"{_MARKS[held]} {part}: {values}")
    return lines


def _shown(metric: Metric, usage: Usage) -> str:
    """A figure as people read it."""
    value = value_of(metric, usage)
    if value is None:
        return f"not known ({UNKNOWN})"
    shown = _in_unit(metric, value)
    said = _SAID_BY[metric.name](usage) if metric.name in _SAID_BY else usage.requests
    return shown if said >= usage.requests else f"{shown} (of {format_count(said)} requests that say it)"


def _in_unit(metric: Metric, value: Fraction) -> Safe:
    match metric.kind:
        case Kind.TIME:
            return format_duration(int(value))
        case Kind.RATE:
            return format_percent(value.numerator, value.denominator)
        case Kind.CREDITS:
            return format_credits(int(value * 1_000_000))
        case Kind.USD:
            return format_usd(int(value * 1_000_000_000))
        case Kind.COUNT:
            return format_count(int(value))


def _as_json(typed: str, held: bool | None, parts: tuple[Comparison, ...], found: _Checked) -> dict[str, Any]:
    return {
        "check": typed,
        "holds": held,
        "about": found.about,
        "from": iso(found.within.start_us),
        "to": iso(min(found.within.end_us, selecting.LAST_US)),
        "comparisons": [
            {
                "comparison": str(part),
                "holds": part.holds(found.usage),
                **{metric.name: _plain(metric, value_of(metric, found.usage)) for metric in part.metrics},
            }
            for part in parts
        ],
        "figures": usage_as_json(found.usage),
        "pruned_before": iso_or_none(found.pruned_before_us),
    }


def _plain(metric: Metric, value: Fraction | None) -> float | int | None:
    """A figure as a number: times in milliseconds, rates from 0 to 1."""
    if value is None:
        return None
    if metric.kind is Kind.TIME:
        return milliseconds(int(value))
    return int(value) if value.denominator == 1 else float(value)


def _point_at(error: CheckError, typed: str) -> None:
    """Say what is wrong with a check, and where in it."""
    print(f"tracetui check: {safe_line(error.problem)}", file=sys.stderr)
    if len(typed) <= LONGEST_SHOWN:
        before = cells(safe_line(typed[: error.place]))
        width = max(1, cells(safe_line(typed[error.place : error.place + error.length])))
        print(f"  {safe_line(typed)}\n  {' ' * before}{'^' * width}", file=sys.stderr)
    if error.hint:
        print(safe_line(error.hint), file=sys.stderr)
