"""A process that reads one input; `apart.py` starts it and says what travels between the two.

It ends when nobody takes what it writes any more, also where the process that started it was killed.
"""

import gc
import os
import pickle
import sys

from tracetui.errors import TraceTuiError
from tracetui.ingest.apart import CHUNK_BYTES, CHUNK_ITEMS, LENGTH, Chunk, End, Task
from tracetui.ingest.formats import FORMATS
from tracetui.ingest.items import Bad, Good, Notes
from tracetui.ingest.sources import Source


def main() -> None:
    """Read the input that standard input names, and write what was found to standard output."""
    task: Task = pickle.load(sys.stdin.buffer)
    # Hardly anything of what is made here refers to itself.
    gc.set_threshold(50_000, 20, 50)
    notes = Notes()
    with Source(task.path) as source:
        chunks = _Chunks(source)
        failure = None
        try:
            for item in FORMATS[task.format].read(source, task.options, notes):
                chunks.add(item)
        except TraceTuiError as error:
            failure = error
        chunks.tell(End(notes, source.failure, failure))


class _Chunks:
    """Gathers items and tells of them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._items: list[Good | Bad] = []
        self._size_bytes = 0

    def add(self, item: Good | Bad) -> None:
        """Take an item."""
        self._items.append(item)
        self._size_bytes += item.size_bytes if isinstance(item, Good) else len(item.raw)
        if len(self._items) >= CHUNK_ITEMS or self._size_bytes >= CHUNK_BYTES:
            self.tell(None)

    def tell(self, end: End | None) -> None:
        """Hand over what there is."""
        chunk = pickle.dumps(Chunk(self._items, self._source.read_bytes, end), pickle.HIGHEST_PROTOCOL)
        self._items, self._size_bytes = [], 0
        rest = [memoryview(LENGTH.pack(len(chunk))), memoryview(chunk)]
        while rest:
            written = os.writev(1, rest)
            while rest and written >= len(rest[0]):
                written -= len(rest.pop(0))
            if written:
                rest[0] = rest[0][written:]


if __name__ == "__main__":
    # Under its own name, not as __main__: what is pickled names its classes so.
    from tracetui.ingest import reading_process

    reading_process.main()
