"""`tracetui models`: every model with what was asked of it in a period, as a table or as JSON lines."""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from tracetui.cancel import Cancel
from tracetui.cli import selecting
from tracetui.cli.as_json import dumps
from tracetui.cli.exactness import not_exact, pruned_before_us
from tracetui.cli.figures import iso_or_none, usage_as_json
from tracetui.cli.table import Column, fitted, terminal_cells
from tracetui.config import Settings
from tracetui.display.formatting import format_count, format_credits, format_duration, format_minute, year_of
from tracetui.display.sanitise import Safe, safe_line
from tracetui.domain.period_words import in_sentence
from tracetui.domain.periods import Period, PeriodChoice, Preset, resolve
from tracetui.domain.ports import Reader
from tracetui.domain.queries import ModelsQuery
from tracetui.domain.usage import ModelsUsageQuery, ModelUsage

EXAMPLES = """\
examples:
  tracetui models                                   every model in the last 7 days
  tracetui models --last 24h --order p99            the slowest first
  tracetui models --period 2026-11 --type external --filter source:checkout
  tracetui models --json | jq -r 'select(.failure_rate > 0.05) | .model'

Credits are those of a hosted model's deployments inside the period, else what its requests say that they cost.
Exit codes: 0 there are models, 1 there are none, 2 the question cannot be answered.
"""
FOUND, NONE_FOUND = 0, 1
DEFAULT = Preset.DAYS_7

_COLUMNS = (
    Column("Type", is_number=False, weight=6),
    Column("Model", is_number=False),
    Column("Requests"),
    Column("Failed", weight=8),
    Column("P50", weight=5),
    Column("P90", weight=6),
    Column("P99", weight=7),
    Column("Input tokens", weight=3),
    Column("Output tokens", weight=3),
    Column("Credits", weight=4),
    Column("First request", weight=1),
    Column("Last request", weight=2),
)
_ORDERS: dict[str, Callable[[ModelUsage], int | None]] = {
    "requests": lambda one: one.usage.requests,
    "failed": lambda one: one.usage.failed,
    "p50": lambda one: one.usage.p50_us,
    "p90": lambda one: one.usage.p90_us,
    "p99": lambda one: one.usage.p99_us,
    "tokens": lambda one: one.usage.input_tokens + one.usage.output_tokens,
    "credits": lambda one: one.usage.spent_credits_micro,
    "last": lambda one: one.usage.last_at_us,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    selecting.add_arguments_of_all_models(parser, DEFAULT)
    order = "by type and name (the default), or the highest of a figure first"
    parser.add_argument("--order", choices=["type", *_ORDERS], default="type", help=order)
    parser.add_argument("--json", action="store_true", help="one JSON object a line, times in UTC")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the models.

    Returns:
        The exit code.

    Raises:
        QueryError: A period or filter cannot be read.
        StoreError: There is no store, or it cannot be read.
    """
    from tracetui.store.reader import SqliteReader

    now_us = time.time_ns() // 1_000
    choice = selecting.choice(args, now_us, settings.zone, DEFAULT)
    line = selecting.filter_line(args)
    reader = SqliteReader(settings.store)
    try:
        within = _within(reader, choice, now_us, settings)
        found = reader.read(ModelsUsageQuery(within, line.filter or None, line.search), Cancel())
        before_us = pruned_before_us(reader, within, choice)
    finally:
        reader.close()
    models = [one for one in found if args.type in (None, one.ref.type.value)]
    if args.order != "type":
        models.sort(key=lambda one: -1 if (figure := _ORDERS[args.order](one)) is None else figure, reverse=True)
    if args.json:
        sys.stdout.writelines(f"{dumps(_as_json(one, before_us))}\n" for one in models)
        return FOUND if models else NONE_FOUND
    if not models:
        # Of another type, or without the field that the filter asks for: the store may well have models.
        print("No model is meant." if found or line.filter else "The store has no model.", file=sys.stderr)
        return NONE_FOUND
    table = fitted(
        _COLUMNS, [_cells(one, settings.zone, year_of(now_us, settings.zone)) for one in models], terminal_cells()
    )
    sys.stdout.writelines(f"{line}\n" for line in table.lines)
    number = f"{len(models):,} {'model' if len(models) == 1 else 'models'}"
    print(f"{number} {in_sentence(choice, year_of(now_us, settings.zone))}.", file=sys.stderr)
    if before_us is not None:
        print(not_exact(before_us, settings.zone), file=sys.stderr)
    if table.left_out:
        print(f"Too narrow for {', '.join(table.left_out)}: --json has them.", file=sys.stderr)
    return FOUND


def _within(reader: Reader, choice: PeriodChoice, now_us: int, settings: Settings) -> Period:
    """The period; all time begins with the first trace of any model."""
    models = reader.read(ModelsQuery(), Cancel())
    firsts = [model.first_at_us for model in models if model.first_at_us is not None]
    lasts = [model.last_at_us for model in models if model.last_at_us is not None]
    return resolve(
        choice,
        now_us,
        settings.zone,
        first_us=min(firsts, default=None),
        last_us=max(lasts, default=None),
        week_start=settings.week_start,
    )


def _as_json(one: ModelUsage, before_us: int | None) -> dict[str, Any]:
    return {
        "model": one.ref.name,
        "model_type": one.ref.type.value,
        "base_model": one.base_model,
        **usage_as_json(one.usage),
        "pruned_before": iso_or_none(before_us),
    }


def _cells(one: ModelUsage, zone: tzinfo, this_year: int) -> list[Safe]:
    usage = one.usage
    return [
        Safe(one.ref.type.value),
        safe_line(one.ref.name),
        format_count(usage.requests),
        format_count(usage.failed),
        format_duration(usage.p50_us),
        format_duration(usage.p90_us),
        format_duration(usage.p99_us),
        format_count(usage.input_tokens_or_none),
        format_count(usage.output_tokens_or_none),
        format_credits(usage.spent_credits_micro),
        format_minute(usage.first_at_us, zone, this_year),
        format_minute(usage.last_at_us, zone, this_year),
    ]
