"""`tracetui stats`: what is in the store and what takes its space; or the figures of a model in a period."""

import argparse
import sys
import time
from typing import Any

from tracetui.cancel import Cancel
from tracetui.cli import selecting
from tracetui.cli.as_json import dumps, iso
from tracetui.cli.exactness import not_exact, pruned_before_us
from tracetui.cli.figures import iso_or_none, usage_as_facts, usage_as_json
from tracetui.config import Settings
from tracetui.display.formatting import format_count, format_full_time, format_size
from tracetui.display.sanitise import Safe, safe_line
from tracetui.domain.periods import TRACES_DEFAULT
from tracetui.domain.ports import Reader
from tracetui.domain.queries import SummaryQuery
from tracetui.domain.upkeep import StatsQuery, StoreStats
from tracetui.domain.usage import UsageQuery

EXAMPLES = """\
examples:
  tracetui stats                                       the store: size, traces by origin, search index
  tracetui stats --full                                with what takes the space, however large it is
  tracetui stats --model gpt-4o --period 2026-11       the figures of a model, as the Traces screen has them
  tracetui stats --model gpt-4o --filter status:failed --json

Without a flag that chooses traces it is about the store, else about those traces.
Exit codes: 0 told, 2 the question cannot be answered.
"""
_CHOOSING = ("model", "type", "deployment", "of_version", "connection", "period", "last", "filter", "search")

Facts = list[tuple[str, Safe]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    selecting.add_arguments(parser)
    full = "look at every page of the file, which takes as long as to read it; else only of one up to 2 GB"
    parser.add_argument("--full", action="store_true", help=full)
    parser.add_argument("--json", action="store_true", help="one JSON object, times in UTC")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print what there is.

    Raises:
        QueryError: The flags name something that is not there, or cannot be read.
        StoreError: There is no store, or it cannot be read.
    """
    from tracetui.store.reader import SqliteReader

    reader = SqliteReader(settings.store)
    try:
        if any(getattr(args, name) for name in _CHOOSING):
            told, facts = _of_traces(args, settings, reader)
        else:
            told, facts = _of_store(args, settings, reader)
    finally:
        reader.close()
    if args.json:
        print(dumps(told))
    else:
        width = max(len(label) for label, _ in facts)
        sys.stdout.writelines(f"{label:{width}}  {value}".rstrip() + "\n" for label, value in facts)
    return 0


def _of_traces(args: argparse.Namespace, settings: Settings, reader: Reader) -> tuple[dict[str, Any], Facts]:
    """The figures of the traces that the flags choose."""
    now_us = time.time_ns() // 1_000
    chosen = selecting.selected(args, settings, reader, now_us, TRACES_DEFAULT)
    choice = selecting.choice(args, now_us, settings.zone, TRACES_DEFAULT)
    what = (chosen.scope, chosen.within, chosen.filter, chosen.search)
    usage = reader.read(UsageQuery(*what), Cancel())
    summary = reader.read(SummaryQuery(*what), Cancel())
    before_us = pruned_before_us(reader, chosen.within, choice)
    told = {
        "model": chosen.scope.model.name,
        "model_type": chosen.scope.model.type.value,
        "from": iso(chosen.within.start_us),
        "to": iso(min(chosen.within.end_us, selecting.LAST_US)),
        **usage_as_json(usage),
        "requests_ever": summary.requests_ever,
        "first_ever_at": iso_or_none(summary.first_at_us),
        "pruned_before": iso_or_none(before_us),
    }
    facts: Facts = [
        ("Model", safe_line(f"{chosen.scope.model.name} ({chosen.scope.model.type.value})")),
        ("From", format_full_time(chosen.within.start_us, settings.zone)),
        ("To", format_full_time(min(chosen.within.end_us, selecting.LAST_US), settings.zone)),
        *usage_as_facts(usage),
        ("Requests ever", format_count(summary.requests_ever)),
        ("First ever", format_full_time(summary.first_at_us, settings.zone)),
    ]
    if before_us is not None:
        facts.append(("", Safe(not_exact(before_us, settings.zone))))
    return told, facts


def _of_store(args: argparse.Namespace, settings: Settings, reader: Reader) -> tuple[dict[str, Any], Facts]:
    """What is in the store."""
    found = reader.read(StatsQuery(args.full), Cancel())
    told = {
        "store": str(settings.store),
        **{name: value for name, value in found._asdict().items() if not name.endswith("_us")},
        "sizes": None if found.sizes is None else {one.name: one.number for one in found.sizes},
        "origins": {one.name: one.number for one in found.origins},
        "first_at": iso_or_none(found.first_at_us),
        "last_at": iso_or_none(found.last_at_us),
        "last_write_at": iso_or_none(found.last_write_us),
    }
    facts: Facts = [
        ("Store", safe_line(str(settings.store))),
        ("Size", _size(found)),
        *((f"  {one.name}", format_size(one.number)) for one in found.sizes or ()),
        ("Traces", format_count(found.traces)),
        *((f"  from {safe_line(one.name, 40)}", format_count(one.number)) for one in found.origins if one.number),
        ("First request", format_full_time(found.first_at_us, settings.zone)),
        ("Last request", format_full_time(found.last_at_us, settings.zone)),
        ("Last written", format_full_time(found.last_write_us, settings.zone)),
        ("Models", format_count(found.models)),
        ("Deployments", format_count(found.deployments)),
        ("Connections", format_count(found.connections)),
        ("Spans kept", format_count(found.spans)),
        ("Search index", _index(found)),
        ("Messages apart", _parts(found)),
        ("Store version", Safe(f"{found.version}{', read-only' if found.is_read_only else ''}")),
    ]
    if found.sizes is None and not args.full:
        facts.insert(2, ("", Safe("what takes it: tracetui stats --full")))
    return told, facts


def _size(found: StoreStats) -> Safe:
    more = []
    if found.log_bytes:
        more.append(f"{format_size(found.log_bytes)} of log beside it")
    if found.free_bytes:
        more.append(f"{format_size(found.free_bytes)} of it free")
    each = f"{format_size(found.file_bytes // found.traces)} a trace" if found.traces else ""
    return Safe(", ".join(filter(None, (format_size(found.file_bytes), each, *more))))


def _index(found: StoreStats) -> Safe:
    if not found.unindexed:
        return Safe("knows all traces")
    behind = min(found.unindexed, found.traces)
    return Safe(f"{format_count(behind)} traces behind (tracetui index)") if behind else Safe("empty")


def _parts(found: StoreStats) -> Safe:
    if not found.parts:
        return Safe("none")
    waiting = "" if found.waiting is None else f", {format_count(found.waiting)} wait for their trace"
    return Safe(f"{format_count(found.parts)}{waiting}")
