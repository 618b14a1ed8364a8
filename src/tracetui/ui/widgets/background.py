"""Work in steps: the first of them at once, the rest off the event loop, where the keyboard is not held up.

The interpreter runs one thread at a time. Work in a thread that never pauses makes every key wait for its next
turn, 5 ms, several times over; so it pauses by itself, often and briefly.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, Protocol, TypeVar

from tracetui.cancel import Cancel

T = TypeVar("T")

AT_ONCE_S = 0.006
"""The longest that first steps hold the event loop; the last one may go a little beyond it."""
STRETCH_S = 0.005
PAUSE_S = 0.000_5
"""A thread works for a stretch, then pauses: a tenth of the time is given away, and no key waits."""
TELL_S = 0.06
"""How often one looks how far it is."""


class Run(Protocol):
    """Runs work off the event loop and stops it with its await, as `Source.run` does."""

    def __call__(self, work: Callable[[Cancel], T]) -> Coroutine[Any, Any, T]: ...


def at_once(steps: Iterator[object], is_enough: Callable[[], bool]) -> bool:
    """Do the first steps now.

    Args:
        steps: Each a few milliseconds of work at most.
        is_enough: Whether the screen can be painted.

    Returns:
        Whether all steps are done.
    """
    until = time.monotonic() + AT_ONCE_S
    for _ in steps:  # noqa: SIM110
        if is_enough() or time.monotonic() > until:
            return False
    return True


async def rest_of(steps: Iterator[object], run: Run) -> AsyncIterator[None]:
    """Do the other steps in a thread, and come back now and then to tell how far it is.

    Raises whatever a step raises. Closing it, or cancelling the one who waits for it, stops the work.
    """
    going = asyncio.ensure_future(run(lambda cancel: _go_through(steps, cancel)))
    # One that fails at the moment it is cancelled has nobody left to tell.
    going.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        while not (await asyncio.wait({going}, timeout=TELL_S))[0]:
            yield
        going.result()
    finally:
        going.cancel()


def _go_through(steps: Iterator[object], cancel: Cancel) -> None:
    rest = time.monotonic() + STRETCH_S
    for _ in steps:
        cancel.raise_if_set()
        if time.monotonic() > rest:
            time.sleep(PAUSE_S)
            rest = time.monotonic() + STRETCH_S
