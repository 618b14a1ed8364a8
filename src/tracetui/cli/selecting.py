"""The flags that say which traces are meant, the same for every verb, and what they mean in a store."""

import argparse
import re
from datetime import tzinfo
from typing import NamedTuple

from tracetui.cancel import Cancel
from tracetui.config import Settings
from tracetui.domain.catalogue import ModelType
from tracetui.domain.dates import quoted
from tracetui.domain.filter_text import Line, read_line
from tracetui.domain.filters import Filter
from tracetui.domain.period_words import parse_choice
from tracetui.domain.periods import MINUTE_US, TRACES_DEFAULT, Exact, Period, PeriodChoice, Preset, resolve
from tracetui.domain.ports import Reader
from tracetui.domain.queries import DeploymentRef, ModelsQuery, Scope
from tracetui.domain.rows import ModelEntry
from tracetui.errors import QueryError

MOST_NAMED = 8
"""Models that an error names."""

LAST_US = 4_102_444_800_000_000
"""The year 2100: no trace is later, and all time ends beyond what a date can say."""

_MINUTES = re.compile(r"(?=[0-9]*[1-9])([0-9]{1,6})\s*(?:m|min|minutes?)")
_LAST = re.compile(r"[0-9]+\s*(d|days?|h|hours?|w|weeks?)")
_LAST_HINT = "Write 15m, 24h, 7d or 2w; --period takes days, months and names."


class Selected(NamedTuple):
    """Which traces are meant."""

    scope: Scope
    within: Period
    filter: Filter | None
    search: str | None


def add_arguments(parser: argparse.ArgumentParser, default: Preset = TRACES_DEFAULT) -> None:
    """Add the flags that choose traces of one model."""
    group = parser.add_argument_group("which traces")
    types = [type_.value for type_ in ModelType]
    group.add_argument("--model", metavar="NAME", help="of this model; may be left out where there is only one")
    group.add_argument("--type", choices=types, help="where models of several types have the same name")
    group.add_argument("--deployment", metavar="NAME", help="only of this deployment, each time it was deployed")
    group.add_argument("--version", dest="of_version", metavar="V", help="only of this deployment version")
    group.add_argument("--connection", metavar="NAME", help="only through this connection")
    _add_when_and_which(group, default)


def add_arguments_of_all_models(parser: argparse.ArgumentParser, default: Preset) -> None:
    """Add the flags that choose traces of all models."""
    group = parser.add_argument_group("which traces")
    types = [type_.value for type_ in ModelType]
    group.add_argument("--type", choices=types, help="only of models of this type")
    _add_when_and_which(group, default)


def _add_when_and_which(group: "argparse._ArgumentGroup", default: Preset) -> None:
    when = group.add_mutually_exclusive_group()
    period = f"such as 7d, today, 2026-11, 2026-11-01..2026-11-05, 'all time' ({default.value})"
    when.add_argument("--period", metavar="P", help=period)
    last = "15m or 24h up to now; 7d or 2w of calendar days that end with today"
    when.add_argument("--last", metavar="N", help=last)
    line = (
        """such as 'status:failed latency:>2s source:checkout version:=v2 "some text"'; OR between any of them"""
    )
    group.add_argument("--filter", metavar="LINE", help=line)
    group.add_argument("--search", metavar="TEXT", help="only those in which this text is, whatever its case")


def selected(
    args: argparse.Namespace, settings: Settings, reader: Reader, now_us: int, default: Preset = TRACES_DEFAULT
) -> Selected:
    """What the flags mean.

    Raises:
        QueryError: There is no such model, or a period or filter cannot be read.
    """
    model = _model(args, reader.read(ModelsQuery(), Cancel()))
    scope = Scope(
        model.ref,
        DeploymentRef(args.deployment) if args.deployment else None,
        args.of_version or None,
        args.connection or None,
    )
    within = resolve(
        choice(args, now_us, settings.zone, default),
        now_us,
        settings.zone,
        first_us=model.first_at_us,
        last_us=model.last_at_us,
        week_start=settings.week_start,
    )
    line = filter_line(args)
    usable = line.filter.for_type(model.ref.type)
    if usable != line.filter:
        (gone, *_) = (one for one in line.filter.conditions if one not in usable.conditions)
        raise QueryError(f"{model.ref.name} is {model.ref.type}: its traces have no {gone.field.label}.")
    return Selected(scope, within, usable or None, line.search)


def choice(args: argparse.Namespace, now_us: int, zone: tzinfo, default: Preset) -> PeriodChoice:
    """The period that the flags mean.

    Raises:
        QueryError: It cannot be read.
    """
    if args.last:
        typed = args.last.strip().lower()
        if minutes := _MINUTES.fullmatch(typed):
            start_us = now_us - int(minutes[1]) * MINUTE_US
            return Exact(Period(start_us, now_us), f"the last {int(minutes[1])} minutes")
        if not _LAST.fullmatch(typed):
            raise QueryError(
                f"--last {quoted(args.last)} is no number of minutes, hours, days or weeks.", _LAST_HINT
            )
        return parse_choice(typed, now_us, zone)
    return parse_choice(args.period, now_us, zone) if args.period else default


def filter_line(args: argparse.Namespace) -> Line:
    """The conditions and the text searched for that the flags give.

    Raises:
        QueryError: They cannot be read, or search for two texts.
    """
    line = read_line(args.filter) if args.filter else Line(Filter(), None)
    if line.search and args.search:
        raise QueryError(
            f"Two texts are searched for: {line.search!r} and {args.search!r}.", hint="Leave one of them out."
        )
    return Line(line.filter, line.search or args.search or None)


def _model(args: argparse.Namespace, models: tuple[ModelEntry, ...]) -> ModelEntry:
    """The model that is meant."""
    found = [
        model
        for model in models
        if args.model in (None, model.ref.name) and args.type in (None, model.ref.type.value)
    ]
    if len(found) == 1:
        return found[0]
    if args.model is None:
        problem = "No model is named, and the store has several." if found else "The store has no model."
        raise QueryError(problem, hint=_known(found) if found else "Bring traces in: tracetui import FILE.")
    if not found:
        raise QueryError(f"The store has no model named {args.model!r}.", hint=_known(list(models)))
    types = ", ".join(model.ref.type.value for model in found)
    raise QueryError(f"Models of several types are named {args.model!r}.", hint=f"Add --type, one of: {types}.")


def _known(models: list[ModelEntry]) -> str:
    """Which models there are, those with the most requests first."""
    by_use = sorted(models, key=lambda model: -model.requests)
    names = list(dict.fromkeys(model.ref.name for model in by_use))
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"Add --model, one of: {', '.join(names[:MOST_NAMED])}{more}."
