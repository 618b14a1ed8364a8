"""Answers, without waiting for them on the event loop.

`Source.fetch` runs a query on a small pool of threads, each with a reader of its own. Awaiting it inside an
exclusive Textual worker gives all that G4 asks: a newer worker cancels the older one, whose await raises
here; a query still queued is dropped, a running one sees its flag and stops, and the line below the await
never runs, so an old answer cannot be painted.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tracetui.cancel import Cancel
from tracetui.domain.ports import Reader
from tracetui.domain.queries import LookQuery, Query
from tracetui.domain.rows import Looked

A = TypeVar("A")
T = TypeVar("T")

THREADS = 4
"""Rows, summary, count and one more at once; a reader costs a connection and its page cache."""


class Source:
    """Where the screens get their answers from.

    Args:
        open_reader: Makes a reader; called once in each thread of the pool.
    """

    def __init__(self, open_reader: Callable[[], Reader]) -> None:
        self._open_reader = open_reader
        self._own = threading.local()
        self._lock = threading.Lock()
        self._readers: list[Reader] = []
        self._running: set[Cancel] = set()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="source")

    async def fetch(self, query: Query[A]) -> A:
        """Answer a query.

        Raises:
            TraceTuiError: The store cannot be read, or the question has no answer.
        """
        return await self.run(lambda cancel: self._reader().read(query, cancel))

    async def look(self, query: LookQuery) -> AsyncGenerator[Looked, None]:
        """What a search finds, again and again with more, and at last all of it.

        Close it (`contextlib.aclosing`) where it is left before its end: then the search stops.

        Raises:
            TraceTuiError: The store cannot be read, or the question has no answer.
        """
        loop = asyncio.get_running_loop()
        told: asyncio.Queue[Looked] = asyncio.Queue()

        def report(looked: Looked) -> None:
            loop.call_soon_threadsafe(told.put_nowait, looked)

        answer = asyncio.ensure_future(self.run(lambda cancel: self._reader().look(query, cancel, report)))
        try:
            while not answer.done():
                more = asyncio.ensure_future(told.get())
                await asyncio.wait((more, answer), return_when=asyncio.FIRST_COMPLETED)
                if more.done():
                    yield more.result()
                else:
                    more.cancel()
            yield await answer
        finally:
            answer.cancel()

    async def run(self, work: Callable[[Cancel], T]) -> T:
        """Run any work that takes long (files, JSON) off the event loop, and cancel it with its await."""
        cancel = Cancel()
        self._running.add(cancel)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._unless_set, work, cancel)
        finally:
            cancel.set()
            self._running.discard(cancel)

    def close(self) -> None:
        """Stop what runs, wait for it, and give the connections back."""
        for cancel in list(self._running):
            cancel.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        for reader in self._readers:
            reader.close()

    @staticmethod
    def _unless_set(work: Callable[[Cancel], T], cancel: Cancel) -> T:
        cancel.raise_if_set()
        return work(cancel)

    def _reader(self) -> Reader:
        reader: Reader | None = getattr(self._own, "reader", None)
        if reader is None:
            reader = self._open_reader()
            self._own.reader = reader
            with self._lock:
                self._readers.append(reader)
        return reader
