"""A text as rows of a panel, made as they are asked for.

A `Layout` keeps the text once and, for each row, one number: where it begins and how it stands. `build` finds
them step by step, so that the caller stops, paints or yields between two steps; rows found so far can be shown at
once. What a row says is cut out of the text, coloured by kind and sanitised only when that row is painted.
"""

from abc import ABC, abstractmethod
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from tracetui.display.sanitise import Safe, safe_block

NOTHING = Safe("")


class Kind(Enum):
    """What a stretch of a row is; the panel gives each a colour."""

    TEXT = "text"
    LABEL = "label"
    """Who speaks."""
    NOTE = "note"
    """Our own words in between: what is left off, what is added."""
    KEY = "key"
    STRING = "string"
    NUMBER = "number"
    WORD = "word"
    """true, false, null."""
    SIGN = "sign"
    """Braces, brackets, colons, commas."""


class Part(NamedTuple):
    """A stretch of one kind in a row."""

    start: int
    """Its place in the text; -1 for words of our own."""
    end: int
    kind: Kind
    made: Safe = NOTHING
    """Words of our own, shown instead of text[start:end]."""


class Run(NamedTuple):
    """A stretch as it is painted."""

    shown: Safe
    kind: Kind
    is_match: bool


# A row in one number: where it begins, how deep it is, and four flags. Ordered by where it begins.
PLACE_BITS, DEPTH_BITS = 14, 4
DEEPEST = (1 << (PLACE_BITS - DEPTH_BITS)) - 1
CONTINUES, OPENS, CLOSES = 1, 2, 4


class Layout(ABC):
    """Rows of a text in a width.

    Args:
        text: As it came, not sanitised.
        width: Cells of a row.
    """

    def __init__(self, text: str, width: int) -> None:
        self.text = text
        self.width = max(8, width)
        self.is_complete = False
        self._rows = array("Q")

    @abstractmethod
    def build(self) -> Iterator[None]:
        """Find all rows, a few milliseconds of work between two yields. To be run through once, by any thread."""

    @abstractmethod
    def parts(self, row: int) -> tuple[int, list[Part]]:
        """The blanks before a row, and what it says."""

    def __len__(self) -> int:
        """Rows that can be shown by now. Where the last one found ends is known with the next."""
        return len(self._rows) if self.is_complete else max(0, len(self._rows) - 1)

    def place(self, row: int) -> int:
        """Where in the text a row begins."""
        return self._rows[row] >> PLACE_BITS

    def end(self, row: int) -> int:
        """Where in the text a row ends."""
        return self._rows[row + 1] >> PLACE_BITS if row + 1 < len(self._rows) else len(self.text)

    def row_at(self, place: int) -> int:
        """The row that holds a place of the text, among those found by now; 0 where there are none."""
        return max(0, bisect_right(self._rows, place << PLACE_BITS | (1 << PLACE_BITS) - 1) - 1)

    def reaches(self, place: int) -> bool:
        """Whether the row that holds a place can be shown by now."""
        return self.is_complete or (len(self) > 0 and place < self.place(len(self)))

    def runs(
        self,
        row: int,
        matches: Sequence[tuple[int, int]] = (),
        parts_of_row: tuple[int, list[Part]] | None = None,
    ) -> tuple[int, list[Run]]:
        """The blanks before a row, and what is painted after them.

        Args:
            row: From 0 to before `len`.
            matches: Places in the text to be marked, in order: [start, end).
            parts_of_row: What it says, where that is not `parts`.
        """
        indent, parts = parts_of_row or self.parts(row)
        runs: list[Run] = []
        for part in parts:
            if part.made:
                runs.append(Run(part.made, part.kind, False))
                continue
            at = part.start
            for start, end in matches:
                if end > at and start < part.end:
                    self._run(runs, at, start, part.kind, False)
                    self._run(runs, max(at, start), min(end, part.end), part.kind, True)
                    at = min(end, part.end)
            self._run(runs, at, part.end, part.kind, False)
        return indent, runs

    def _run(self, runs: list[Run], start: int, end: int, kind: Kind, is_match: bool) -> None:
        if start < end:
            runs.append(Run(safe_block(self.text[start:end]), kind, is_match))

    def _depth(self, row: int) -> int:
        return self._rows[row] >> DEPTH_BITS & DEEPEST

    def flags(self, row: int) -> int:
        """How a row stands: CONTINUES the one before, OPENS or CLOSES what can be folded."""
        return self._rows[row] & (1 << DEPTH_BITS) - 1


def packed(place: int, depth: int = 0, flags: int = 0) -> int:
    """A row in one number."""
    return place << PLACE_BITS | depth << DEPTH_BITS | flags
