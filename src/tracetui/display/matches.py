"""The places at which a search found its words, and the one that is looked at."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator

from tracetui.display.find import longest_match, matches, pattern_of


class Matches:
    """What a search finds in a text, as it is found.

    Args:
        text: Searched from its first character.
        words: At least one character.
        in_json: See `pattern_of`.
    """

    def __init__(self, text: str, words: str, in_json: bool) -> None:
        self.words = words
        self.is_complete = False
        self.current: int | None = None
        """Which match is looked at; None: none yet."""
        self._text = text
        self._pattern = pattern_of(words, in_json)
        self._starts = array("Q")
        self._ends = array("Q")

    def __len__(self) -> int:
        """Matches found by now."""
        return len(self._ends)

    def search(self) -> Iterator[None]:
        """Find all of them, step by step; to be run through once, by any thread."""
        for found in matches(self._text, self._pattern, longest_match(self.words)):
            for start, end in found:
                self._starts.append(start)
                self._ends.append(end)
            yield
        self.is_complete = True

    def span(self, number: int) -> tuple[int, int]:
        """Where a match stands: [start, end)."""
        return self._starts[number], self._ends[number]

    def first_from(self, place: int) -> int | None:
        """The first match that ends behind a place; when all are found and none does, the first of all."""
        number = bisect_left(self._ends, place + 1)
        if number < len(self):
            return number
        return 0 if self.is_complete and len(self) else None

    def within(self, start: int, end: int) -> list[tuple[int, int]]:
        """Those that have a part in [start, end)."""
        first = bisect_left(self._ends, start + 1)
        last = bisect_left(self._starts, end, 0, len(self))
        return [self.span(number) for number in range(first, last)]

    def go(self, step: int) -> None:
        """Look at the next or the one before; after the last comes the first."""
        if len(self):
            at = self.current
            self.current = (0 if step > 0 else len(self) - 1) if at is None else (at + step) % len(self)
