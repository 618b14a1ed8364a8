"""The elements of one large JSON array, one at a time, never the whole array."""

import re
from collections.abc import Iterator

from tracetui.ingest.items import LARGEST_RECORD_BYTES, SAMPLE_BYTES
from tracetui.ingest.sources import Line

_STRUCTURE = re.compile(rb'\\.|["\[\]{},\n]', re.DOTALL)


def elements(blocks: Iterator[bytes], limit_bytes: int = LARGEST_RECORD_BYTES) -> Iterator[Line]:
    """Cut an array into its elements, by its brackets and quotes alone; what is inside is for a parser to judge.

    Args:
        blocks: Plain bytes that begin with `[`, white space before it allowed.
        limit_bytes: A larger element is given with its first bytes only, and never held whole.
    """
    cutter = _Cutter(limit_bytes)
    rest = b""
    for block in blocks:
        block = rest + block
        # An escape at the end of a block is left for the next one, where its second half is.
        kept = len(block) - (len(block) - len(block.rstrip(b"\\"))) % 2
        rest = block[kept:]
        yield from cutter.feed(block[:kept])
    yield from cutter.end()


class _Cutter:
    """Where in the array the blocks have come to."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._depth = 0
        self._in_text = False
        self._is_over = False
        self._line = 1
        self._first_line = 1
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, block: bytes) -> Iterator[Line]:
        start = 0
        for match in _STRUCTURE.finditer(block):
            sign = match.group()
            at = match.start()
            if sign == b"\n":
                self._line += 1
                if not self._in_text and not self._pieces and not block[start:at].strip():
                    start = at + 1
                    self._first_line = self._line
            elif sign == b'"':
                self._in_text = not self._in_text
            elif self._in_text or len(sign) > 1:
                continue
            elif sign in b"[{":
                self._depth += 1
                if self._depth == 1 and sign == b"[":
                    start, self._first_line = at + 1, self._line
            elif sign == b",":
                if self._depth == 1:
                    yield from self._element(block[start:at], is_last=False)
                    start, self._first_line = at + 1, self._line
            else:
                self._depth -= 1
                if self._depth == 0:
                    yield from self._element(block[start:at], is_last=True)
                    start, self._first_line = at + 1, self._line
        self._keep(block[start:])

    def end(self) -> Iterator[Line]:
        """What stands after the last comma of an array that never closes, or after one that did."""
        content = b"".join(self._pieces)
        if content.strip() or self._depth > 0:
            yield Line(self._first_line, content, self._size > self._limit, is_cut_off=self._depth > 0)

    def _element(self, last: bytes, *, is_last: bool) -> Iterator[Line]:
        self._keep(last)
        content = b"".join(self._pieces).strip()
        is_too_large = self._size > self._limit
        self._pieces, self._size = [], 0
        if content or not is_last:
            yield Line(self._first_line, content or b",", is_too_large)

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size <= self._limit:
            if piece:
                self._pieces.append(piece)
        else:
            self._pieces = [b"".join([*self._pieces, piece[:SAMPLE_BYTES]])[:SAMPLE_BYTES]]
