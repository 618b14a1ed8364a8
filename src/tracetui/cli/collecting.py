"""A collector from its start to its end: what `tracetui collect` and the process beside the app have in common."""

import asyncio
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tracetui.domain.collecting import CollectorStatus
from tracetui.ingest.items import Options
from tracetui.ingest.receiver.collector import Listening, OtlpCollector
from tracetui.ingest.receiver.limits import Limits
from tracetui.store.following import FollowingWriter

TELLS_EVERY_S = 1.0
BUSY_S = 4.0
"""How long a write waits for other programs. Senders give up after ten seconds unless told otherwise; an answer
that they are to come again is better than none."""


class Wanted(NamedTuple):
    """What is to be collected, into what."""

    store: Path
    listening: Listening
    survives_power_cut: bool
    options: Options
    limits: Limits = Limits()


def collect(
    wanted: Wanted, tell: Callable[[CollectorStatus], None], stopping: threading.Event | None = None
) -> None:
    """Collect until SIGTERM, SIGINT or `stopping`.

    Args:
        wanted: What and where.
        tell: Told every second how it is, when it has begun and when it has ended.
        stopping: Set by another thread to end it.

    Raises:
        StoreError: The store cannot be written.
        TraceTuiError: It cannot listen there.
    """
    # Bodies become many objects that are soon gone without any help; what was imported stays for good.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    asyncio.run(_collect(wanted, tell, stopping or threading.Event()))


async def _collect(wanted: Wanted, tell: Callable[[CollectorStatus], None], stopping: threading.Event) -> None:
    collector = OtlpCollector(
        lambda: FollowingWriter(
            wanted.store,
            now_us=lambda: time.time_ns() // 1_000,
            busy_s=BUSY_S,
            survives_power_cut=wanted.survives_power_cut,
        ),
        wanted.options,
        wanted.listening,
        wanted.limits,
        log=lambda text: print(text, file=sys.stderr, flush=True),
    )
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, _ask_once, loop, asked)
    waiter = threading.Thread(target=_pass_on, args=(stopping, loop, asked), daemon=True)
    waiter.start()
    await collector.start()
    try:
        while not asked.is_set():
            tell(collector.status())
            try:
                async with asyncio.timeout(TELLS_EVERY_S):
                    await asked.wait()
            except TimeoutError:
                continue
    finally:
        await collector.stop()
        tell(collector.status())


def _ask_once(loop: asyncio.AbstractEventLoop, asked: asyncio.Event) -> None:
    """Stop in good order; asked again, at once. What was acknowledged is on disk either way."""
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(one)
        signal.signal(one, lambda number, _: os._exit(128 + number))
    asked.set()


def _pass_on(stopping: threading.Event, loop: asyncio.AbstractEventLoop, asked: asyncio.Event) -> None:
    stopping.wait()
    loop.call_soon_threadsafe(asked.set)
