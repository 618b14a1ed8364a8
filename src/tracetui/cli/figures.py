"""Figures of traces as cells and as JSON, the same for every verb that prints them."""

from typing import Any

from tracetui.cli.as_json import iso, milliseconds
from tracetui.display.formatting import UNKNOWN, format_count, format_credits, format_duration, format_percent
from tracetui.display.sanitise import Safe
from tracetui.domain.usage import Usage

MICRO, NANO = 1_000_000, 1_000_000_000


def usage_as_json(usage: Usage) -> dict[str, Any]:
    """The figures by name; what is not known is null, and a sum says of how many requests it is."""
    return {
        "requests": usage.requests,
        "failed": usage.failed,
        "failure_rate": usage.failed / usage.requests if usage.requests else None,
        "response_times_known": usage.timed,
        "p50_ms": milliseconds(usage.p50_us),
        "p90_ms": milliseconds(usage.p90_us),
        "p99_ms": milliseconds(usage.p99_us),
        "mean_ms": milliseconds(usage.mean_us),
        "input_tokens": usage.input_tokens_or_none,
        "input_tokens_known": usage.input_known,
        "output_tokens": usage.output_tokens_or_none,
        "output_tokens_known": usage.output_known,
        "credits": in_units(usage.credits_micro if usage.credits_known else None, MICRO),
        "credits_known": usage.credits_known,
        "cost_usd": in_units(usage.cost_or_none, NANO),
        "cost_known": usage.cost_known,
        "hosting_credits": in_units(usage.hosting_credits_micro, MICRO),
        "first_at": iso_or_none(usage.first_at_us),
        "last_at": iso_or_none(usage.last_at_us),
    }


def usage_as_facts(usage: Usage) -> list[tuple[str, Safe]]:
    """The figures as labels and values, to be read one below the other."""
    facts = [
        ("Requests", format_count(usage.requests)),
        ("Failed", _with_rate(usage)),
        ("Response time P50", _of_timed(usage.p50_us, usage)),
        ("Response time P90", _of_timed(usage.p90_us, usage)),
        ("Response time P99", _of_timed(usage.p99_us, usage)),
        ("Response time mean", _of_timed(usage.mean_us, usage)),
        ("Input tokens", _of_known(usage.input_tokens, usage.input_known, usage)),
        ("Output tokens", _of_known(usage.output_tokens, usage.output_known, usage)),
    ]
    if usage.credits_known:
        credits = format_credits(usage.credits_micro)
        facts.append(("Credits of requests", _of_all(credits, usage.credits_known, usage)))
    if usage.hosting_credits_micro is not None:
        facts.append(("Hosting credits", format_credits(usage.hosting_credits_micro)))
    if usage.cost_known:
        facts.append(("Cost", _of_all(format_usd(usage.cost_nano_usd), usage.cost_known, usage)))
    return facts


def in_units(amount: int | None, parts: int) -> int | float | None:
    """An amount of small parts in whole units; whole where it can be."""
    if amount is None:
        return None
    return amount // parts if amount % parts == 0 else amount / parts


def iso_or_none(at_us: int | None) -> str | None:
    """A moment in UTC, or nothing."""
    return None if at_us is None else iso(at_us)


def format_usd(nano_usd: int) -> Safe:
    """Dollars as credits are shown: three digits that count where it is little."""
    return Safe(f"${format_credits((nano_usd + 500) // 1_000)}")


def _with_rate(usage: Usage) -> Safe:
    rate = format_percent(usage.failed, usage.requests)
    return Safe(f"{format_count(usage.failed)} ({rate})") if usage.requests else format_count(0)


def _of_timed(time_us: int | None, usage: Usage) -> Safe:
    return _of_all(format_duration(time_us), usage.timed, usage) if usage.timed else UNKNOWN


def _of_known(total: int, count: int, usage: Usage) -> Safe:
    return _of_all(format_count(total), count, usage) if count else UNKNOWN


def _of_all(value: Safe, count: int, usage: Usage) -> Safe:
    """A value, and of how many requests it is where not all say it."""
    if count == usage.requests:
        return value
    return Safe(f"{value} (of {format_count(count)} requests that say it)")
