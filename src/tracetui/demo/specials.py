"""The requests that are in the demo on purpose: the story, hostile texts and very large payloads.

The story: failed requests of the checkout workflow that took longer than two seconds last Tuesday and
mention a refund. `SPECIALS` is how many there are in all; a demo of fewer traces has only the first of them.
"""

import random
from collections.abc import Iterator

from tracetui.demo import raw
from tracetui.demo.account import DAY_US, Moments
from tracetui.demo.callers import CHECKOUT, HELPDESK, NOTEBOOK, Source
from tracetui.demo.phrases import HOSTILE
from tracetui.demo.requests import Requests
from tracetui.demo.rhythm import HOUR_US
from tracetui.demo.texts import uuid4
from tracetui.domain.trace import Status, Trace

STORY = (
    ("I was promised a refund for order 84-2231 two weeks ago. Where is it?", 2_870, 503),
    ("The checkout says my refund of 59.90 EUR was declined. Why?", 4_120, 503),
    ("Please cancel the refund and send me a replacement instead.", 30_020, None),
    ("Refund! I have asked for it three times now.", 2_310, 500),
    ("Can the refund go to another card than the one I paid with?", 6_480, 503),
)
"""What was asked, how many milliseconds it took, and the status code (None: it timed out)."""
LARGE_BYTES = (10_000_000, 1_400_000, 1_000_000, 1_000_000)
"""Texts of the large payloads; the first one is a whole document store pasted into a prompt."""


def count(*, with_large: bool) -> int:
    """How many special traces there are."""
    return len(STORY) + len(HOSTILE) + (len(LARGE_BYTES) if with_large else 0)


def last_tuesday_us(now_us: int) -> int:
    """Midnight (UTC) of the Tuesday of the week before the one that now is in."""
    today_us = now_us // DAY_US * DAY_US
    monday_us = today_us - (today_us // DAY_US + 3) % 7 * DAY_US
    return monday_us - 6 * DAY_US


def specials(bot: Requests, at: Moments, chance: random.Random, *, with_large: bool) -> Iterator[Trace]:
    """Every special trace, the story first; not in order of time.

    Args:
        bot: The lane of support-bot that was up for the last three weeks.
    """
    tuesday_us = last_tuesday_us(at.now_us)
    for place, (asked, took_ms, status_code) in enumerate(STORY):
        # Between 9 and 15 o'clock UTC it is Tuesday in most zones.
        trace = _blank(bot, tuesday_us + 9 * HOUR_US + place * 4_271_000_000, CHECKOUT, chance)
        trace.input, trace.response_time_us = asked, took_ms * 1000
        trace.status, trace.status_code = Status.FAILED, status_code
        trace.error_type = "timeout" if status_code is None else "upstream_error"
        trace.error = (
            "Read timed out. (read timeout=30)" if status_code is None else "Payment service unavailable."
        )
        yield bot.write(trace, CHECKOUT.system)
    for place, hostile in enumerate(HOSTILE):
        trace = _blank(bot, at.now_us - (place * 5 + 2) * HOUR_US, HELPDESK, chance)
        trace.input, trace.output = f"Customer wrote: {hostile} (end)", f"They said: {hostile} (end)"
        _succeeded(trace, 900_000 + place * 31_000)
        if place % 3 == 1:
            trace.status, trace.error_type = Status.FAILED, "upstream_error"
            trace.status_code, trace.finish_reason, trace.error = 500, None, f"cannot parse {hostile} here"
        if place == 0:
            trace.source, trace.user_id = "mail [bold]import[/] \u202egnp.exe\u202c", "user-\u202e[red]x[/]"
        yield bot.write(trace, HELPDESK.system)
    if with_large:
        yield from _large(bot, at, chance)


def _large(bot: Requests, at: Moments, chance: random.Random) -> Iterator[Trace]:
    speaker = bot.studio.voices["document"]
    for place, size_bytes in enumerate(LARGE_BYTES):
        trace = _blank(bot, at.now_us - (place * 26 + 7) * HOUR_US, NOTEBOOK, chance)
        text = speaker.text(size_bytes)
        # Two of them are asked, two are answered.
        trace.input, trace.output = ("Summarize:\n" + text, "Done.") if place % 2 == 0 else ("Go on.", text)
        _succeeded(trace, 18_000_000 + place * 1_000_000)
        yield bot.write(trace, NOTEBOOK.system)


def _blank(bot: Requests, at_us: int, source: Source, chance: random.Random) -> Trace:
    model = bot.lane.model
    request_id = uuid4(chance)
    return Trace(
        raw.ORIGIN,
        request_id,
        request_id,
        at_us // 1000 * 1000,
        Status.SUCCESS,
        b"",
        model.name,
        model.type,
        model.base_model,
        bot.deployment,
        bot.version,
        None,
        source.type,
        source.name,
        f"user-{chance.getrandbits(16):05d}",
        f"conv-{chance.getrandbits(40):010x}",
        is_streamed=False,
    )


def _succeeded(trace: Trace, response_time_us: int) -> None:
    trace.status_code, trace.finish_reason = 200, "stop"
    trace.response_time_us = response_time_us
    trace.input_tokens = len(trace.input or "") // 4
    trace.output_tokens = len(trace.output or "") // 4
