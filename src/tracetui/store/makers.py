"""Processes that make text of packed rows, while this one goes on reading: an export on several processors.

In threads that gains nothing, since Python runs one of them at a time: unpacking, undoing escapes and quoting take
13 µs of a row of 1.5 kB, reading it 6, handing it over and taking its text back 3. Blocks go to the processes in
turn, and their texts are taken in the same turn, so that they come in order. Nothing waits for a process but the
turn itself: the next blocks lie in its pipe meanwhile.

To a process: a pickled `Task`, then for each block its length and the block itself, marshalled. Back: the length
of the text (`UNMADE`: it could not be made) and the text.
"""

import marshal
import os
import pickle
import select
import struct
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import cycle
from types import TracebackType
from typing import NamedTuple

from tracetui.cancel import Cancel
from tracetui.domain.ports import Made, Make
from tracetui.processes import OwnProcess
from tracetui.store.payloads import BulkUnpacker
from tracetui.store.whole_rows import Packed

LENGTH = struct.Struct("<q")
LENGTH_BYTES = LENGTH.size
UNMADE = -1
AHEAD = 4
"""Blocks that each process has at once: one that it works on, and some for while this one waits for the disk. With
two of them a million rows took 20.9 s, with eight 19.4."""
LOOKS_EVERY_S = 0.05
"""How soon it is seen that the work is to stop, where a process takes its time."""


class Task(NamedTuple):
    """What a process is to do."""

    unpacker: BulkUnpacker
    make: Make


class Makers:
    """Some processes of one task; use it in a `with`, at the end of which they are gone.

    Args:
        processes: How many, at least one.
        task: What they do.

    Raises:
        OSError: None can be started here.
    """

    def __init__(self, processes: int, task: Task) -> None:
        self._all = ExitStack()
        with ExitStack() as started:
            self._makers = [started.enter_context(_Maker(pickle.dumps(task))) for _ in range(processes)]
            self._all = started.pop_all()

    def __enter__(self) -> "Makers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._all.close()

    def made(
        self, blocks: Iterable[list[Packed]], remake: Callable[[list[Packed]], bytes], cancel: Cancel
    ) -> Iterator[Made]:
        """The texts of blocks, in order.

        Args:
            blocks: What to make text of.
            remake: Makes the text of a block in this process, or raises what is wrong with it.
            cancel: Stops it.

        Raises:
            Cancelled: `cancel` was set.
            TraceTuiError: A process was ended from outside.
        """
        waiting: deque[tuple[_Maker, list[Packed]]] = deque()

        def first() -> Made:
            maker, block = waiting.popleft()
            text = self._text_of(maker, cancel)
            return Made(remake(block) if text is None else text, len(block))

        for maker, block in zip(cycle(self._makers), blocks, strict=False):
            maker.give(marshal.dumps(block))
            waiting.append((maker, block))
            if len(waiting) == AHEAD * len(self._makers):
                yield first()
        while waiting:
            yield first()

    def _text_of(self, maker: "_Maker", cancel: Cancel) -> bytearray | None:
        """The next text of a process, while the others get what lies ready for them; None: it could not."""
        (length,) = LENGTH.unpack(self._taken(maker, LENGTH_BYTES, cancel))
        return None if length == UNMADE else self._taken(maker, length, cancel)

    def _taken(self, maker: "_Maker", length: int, cancel: Cancel) -> bytearray:
        content = bytearray(length)
        rest = memoryview(content)
        while rest:
            cancel.raise_if_set()
            hungry = {other.stdin: other for other in self._makers if other.has_more}
            readable, writable, _ = select.select([maker.stdout], list(hungry), [], LOOKS_EVERY_S)
            for stdin in writable:
                hungry[stdin].feed()
            if readable:
                taken = os.readv(maker.stdout, [rest])
                if not taken:
                    raise maker.ended("A process that makes the text")
                rest = rest[taken:]
        return content


class _Maker(OwnProcess):
    """One process, and what it has not taken yet."""

    def __init__(self, task: bytes) -> None:
        super().__init__("tracetui.store.maker_process")
        self._pending = deque([memoryview(task)])
        os.set_blocking(self.stdin, False)

    @property
    def has_more(self) -> bool:
        """Whether something lies ready for it."""
        return bool(self._pending)

    def give(self, block: bytes) -> None:
        """Have a block made."""
        self._pending += (memoryview(LENGTH.pack(len(block))), memoryview(block))
        self.feed()

    def feed(self) -> None:
        """Write what it can take now."""
        try:
            while self._pending:
                written = os.writev(self.stdin, self._pending)
                while self._pending and written >= len(self._pending[0]):
                    written -= len(self._pending.popleft())
                if written:
                    self._pending[0] = self._pending[0][written:]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self._pending.clear()  # it has ended, and that is found when its text is wanted
