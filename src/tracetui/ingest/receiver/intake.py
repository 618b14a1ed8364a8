"""From a packed body to an answer, for HTTP and gRPC alike: unpacked and decoded off the loop, written in a group.

Decoding runs in one of two threads, so that a body of 64 MiB holds up only its like. More threads would not be
faster: Python runs one at a time.
"""

import asyncio
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

from tracetui.domain.ports import Record, Writer
from tracetui.ingest import otlp
from tracetui.ingest.items import Options
from tracetui.ingest.json_text import BadRecord
from tracetui.ingest.receiver.answers import Encoding, Kind, Refusal, Signal, Taken
from tracetui.ingest.receiver.groups import Groups, Job
from tracetui.ingest.receiver.limits import Limits
from tracetui.ingest.receiver.metrics import data_points_in
from tracetui.ingest.receiver.room import Held, Room
from tracetui.ingest.receiver.tally import Tally
from tracetui.ingest.receiver.unpacking import Packing, unpacked

LARGE_BYTES = 1024 * 1024
"""Packed bodies beyond it are decoded apart from the others."""
_REASONS = 3
"""How many reasons a partial success tells."""
METRICS_MESSAGE = "tracetui keeps no metrics; OTEL_METRICS_EXPORTER=none stops them."


class Decoded(NamedTuple):
    """What a body holds, and how large it was."""

    records: Sequence[Record]
    items: int
    """Spans, log records or data points."""
    rejected: Sequence[str]
    """Why some can never be stored, one reason for each."""
    unpacked_bytes: int


Decode = Callable[[bytes, Signal, Encoding], Decoded]
"""An unpacked body to records.

Raises:
    Refusal: It is no such body.
"""


class Intake:
    """Takes bodies until it is closed.

    Args:
        open_writer: Makes the writer.
        options: What the user said of names; see `ingest/items.py`.
        limits: How much at once.
        tally: Told what came.
        log: Told of bugs, from any thread.
        decode: How bodies are read; tests bring their own.
    """

    def __init__(
        self,
        open_writer: Callable[[], Writer],
        options: Options,
        limits: Limits,
        tally: Tally,
        log: Callable[[str], None],
        decode: Decode | None = None,
    ) -> None:
        self.room = Room(limits.room_bytes, limits.room_wait_s)
        self._limits = limits
        self._tally = tally
        self._log = log
        self._decode = decode or partial(decoded, options=options)
        self._groups = Groups(open_writer, tally, log)
        self._under_way: dict[Held, float] = {}
        """Since when, the oldest first; large bodies, which may take their time, are not among them."""
        self._quick = ThreadPoolExecutor(1, thread_name_prefix="decode")
        self._large = ThreadPoolExecutor(1, thread_name_prefix="decode-large")

    def start(self) -> None:
        """Open the store and begin to take.

        Raises:
            StoreError: It cannot be written.
        """
        self._groups.start()

    def close(self) -> None:
        """Write what was taken, and end. Whoever waits for an answer still gets it from the loop."""
        self._quick.shutdown()
        self._large.shutdown()
        self._groups.close()

    def check_queue(self) -> None:
        """Refuse further bodies while those before wait too long.

        Raises:
            Refusal: They do.
        """
        oldest_s = next(iter(self._under_way.values()), None)
        if oldest_s is not None and time.monotonic() - oldest_s > self._limits.queue_wait_s:
            raise Refusal(Kind.TOO_MANY, "The collector is behind with writing; send again.")

    async def take(self, body: bytes, packing: Packing, signal: Signal, encoding: Encoding, held: Held) -> Taken:
        """Take a body; when this returns it is on disk.

        Args:
            body: As it came.
            packing: How it is packed.
            signal: What it holds.
            encoding: How it is written.
            held: The room that it takes.

        Raises:
            Refusal: It was not taken, or not now.
        """
        if len(body) > LARGE_BYTES:
            return await self._take(self._large, body, packing, signal, encoding, held)
        self._under_way[held] = time.monotonic()
        try:
            return await self._take(self._quick, body, packing, signal, encoding, held)
        finally:
            del self._under_way[held]

    async def _take(
        self, lane: Executor, body: bytes, packing: Packing, signal: Signal, encoding: Encoding, held: Held
    ) -> Taken:
        loop = asyncio.get_running_loop()
        decoded = await loop.run_in_executor(lane, self._read, body, packing, signal, encoding)
        held.is_now(decoded.unpacked_bytes)
        refused = await self._written(decoded, loop) if decoded.records else ()
        return self._taken(decoded, refused, signal)

    def _read(self, body: bytes, packing: Packing, signal: Signal, encoding: Encoding) -> Decoded:
        """In a thread: unpack and decode."""
        raw = unpacked(body, packing, self._limits.body_bytes)
        try:
            return self._decode(raw, signal, encoding)
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001 - one body must not stop the others
            self._log(traceback.format_exc())
            message = f"The body made tracetui fail ({type(error).__name__}), which is a bug."
            raise Refusal(Kind.BROKEN, message) from None

    async def _written(self, decoded: Decoded, loop: asyncio.AbstractEventLoop) -> Sequence[str]:
        """Have records written; why some can never be.

        Raises:
            Refusal: They cannot be written now.
        """
        future: asyncio.Future[None] = loop.create_future()

        def done(_: Job) -> None:
            loop.call_soon_threadsafe(_wake, future)

        job = Job(decoded.records, decoded.unpacked_bytes, done)
        self._groups.add(job)
        # Where the sender goes away meanwhile, its records are written all the same.
        await future
        if job.failure is not None:
            raise Refusal(Kind.UNAVAILABLE, job.failure.problem)
        return job.refused

    def _taken(self, decoded: Decoded, refused: Sequence[str], signal: Signal) -> Taken:
        tally = self._tally
        tally.requests += 1
        if signal is Signal.METRICS:
            tally.data_points += decoded.items
            return Taken(decoded.items, METRICS_MESSAGE) if decoded.items else Taken()
        reasons = [*decoded.rejected, *refused]
        # Several records may be of one span.
        rejected = min(decoded.items, len(reasons))
        if signal is Signal.TRACES:
            tally.spans += decoded.items - rejected
        else:
            tally.log_records += decoded.items - rejected
        if not rejected:
            return Taken()
        tally.rejected += rejected
        message = _joined(reasons)
        tally.problem(message)
        return Taken(rejected, message)


def decoded(body: bytes, signal: Signal, encoding: Encoding, *, options: Options) -> Decoded:
    """An unpacked body to records, by `ingest/otlp`.

    Raises:
        Refusal: It is no such body.
    """
    try:
        if signal is Signal.METRICS:
            return Decoded((), data_points_in(body, encoding), (), len(body))
        held = otlp.decode(
            body,
            signal="traces" if signal is Signal.TRACES else "logs",
            encoding="json" if encoding is Encoding.JSON else "protobuf",
            options=options,
        )
    except BadRecord as error:
        raise Refusal(Kind.UNREADABLE, f"The body cannot be read: {error}.") from None
    items = held.spans if signal is Signal.TRACES else held.log_records
    return Decoded(held.records, items, [one.reason for one in held.rejected], len(body))


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def _joined(reasons: Sequence[str]) -> str:
    """The first few different reasons as one text."""
    distinct = list(dict.fromkeys(reasons))
    more = f"; and {len(distinct) - _REASONS} more reasons" if len(distinct) > _REASONS else ""
    return f"{len(reasons)} rejected: {'; '.join(distinct[:_REASONS])}{more}."
