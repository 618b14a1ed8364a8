"""Plain text in rows: who speaks stands in a column at the left, what is said is wrapped beside it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tracetui.display.layout import CONTINUES, Kind, Layout, Part, packed
from tracetui.display.sanitise import Safe, cells, fit
from tracetui.display.wrapping import row_ends

LABEL_CELLS = 11
"""`assistant` and two blanks."""
BLOCKS_IN_A_STEP = 50


class Said(NamedTuple):
    """Something said by somebody."""

    label: Safe
    """Who, or what it is; empty for text by itself."""
    text: str
    """As it came, not sanitised."""
    kind: Kind = Kind.TEXT


class _Block(NamedTuple):
    label: Safe
    kind: Kind
    start: int
    end: int


class PlainLayout(Layout):
    """What was said, one after another.

    Args:
        said: In order; nothing at all makes no row.
        width: Cells of a row.
    """

    def __init__(self, said: Sequence[Said], width: int) -> None:
        blocks, at = [], 0
        for one in said:
            blocks.append(_Block(one.label, one.kind, at, at + len(one.text)))
            at += len(one.text) + 1
        # A single text of 10 MB is not copied.
        super().__init__(said[0].text if len(said) == 1 else "\n".join(one.text for one in said), width)
        self._blocks = blocks
        self._starts = [block.start for block in blocks]
        self._labelled = any(block.label for block in blocks)

    def build(self) -> Iterator[None]:
        """Find all rows."""
        indent = LABEL_CELLS if self._labelled else 0
        for number, block in enumerate(self._blocks):
            self._rows.append(packed(block.start))
            for ends in row_ends(self.text, block.start, block.end, self.width - indent):
                self._rows.extend([packed(end, flags=CONTINUES) for end in ends if end < block.end])
                yield
            if number % BLOCKS_IN_A_STEP == 0:
                yield
        self.is_complete = True

    def parts(self, row: int) -> tuple[int, list[Part]]:
        """Who speaks, where somebody begins to, and a row of what is said."""
        start = self.place(row)
        block = self._blocks[max(0, bisect_right(self._starts, start) - 1)]
        end = min(self.end(row), block.end)
        while end > start and self.text[end - 1] in " \r\n":
            end -= 1
        said = [Part(start, end, block.kind)]
        if not self._labelled:
            return 0, said
        if self.flags(row) & CONTINUES or not block.label:
            return LABEL_CELLS, said
        label = fit(block.label, LABEL_CELLS - 1)
        padded = Safe(label + " " * (LABEL_CELLS - cells(label)))
        return 0, [Part(-1, -1, Kind.LABEL, padded), *said]
