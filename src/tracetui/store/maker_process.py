"""A process that makes text of packed rows; `makers.py` starts it and says what travels between the two.

It ends with its standard input, also where the process that started it was killed.
"""

import gc
import io
import marshal
import pickle
import sys
from typing import cast

from tracetui.domain.ports import Make
from tracetui.store.makers import LENGTH, LENGTH_BYTES, UNMADE, Task
from tracetui.store.payloads import BulkUnpacker
from tracetui.store.whole_rows import Packed, frames_of, whole


def main() -> None:
    """Answer each block of standard input on standard output, in order."""
    gc.disable()  # nothing that is made here refers to itself
    asked, answers = sys.stdin.buffer, io.FileIO(1, "wb", closefd=False)
    task: Task = pickle.load(asked)
    while length := asked.read(LENGTH_BYTES):
        packed = asked.read(LENGTH.unpack(length)[0])
        try:
            text = _made(packed, *task)
        except Exception:  # noqa: BLE001 who asked makes it once more, and meets the reason there
            answers.write(LENGTH.pack(UNMADE))
            continue
        answers.write(LENGTH.pack(len(text)))
        _write(answers, text)


def _made(packed: bytes, unpacker: BulkUnpacker, make: Make) -> bytes:
    block = cast(list[Packed], marshal.loads(packed))
    return make(whole(block, unpacker.unpack(frames_of(block))))


def _write(answers: io.FileIO, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[answers.write(rest) :]


if __name__ == "__main__":
    main()
