"""Which rows are seen while some objects and arrays are folded away.

Rows of a layout are numbered as they are found; seen rows are numbered without those that are folded away. What is
folded is remembered by its place in the text, which is the same in every width.
"""

from bisect import bisect_left
from itertools import accumulate

from tracetui.display.json_lines import JsonLayout
from tracetui.display.layout import Layout


class Folds:
    """The rows of a layout that are seen. Never changed: folding makes another one.

    Args:
        layout: It may still grow.
        folded: Places of the brackets of what is folded; what is not found yet stays unfolded.
    """

    def __init__(self, layout: Layout, folded: frozenset[int] = frozenset()) -> None:
        self.layout = layout
        self.folded = folded
        self._first: list[int] = []
        self._last: list[int] = []
        if isinstance(layout, JsonLayout):
            for place in sorted(folded):
                first, last = layout.span(layout.foldable_from(place))
                if last and (not self._last or first > self._last[-1]):
                    self._first.append(first)
                    self._last.append(last)
        lengths = [last - first for first, last in zip(self._first, self._last, strict=True)]
        self._hidden = list(accumulate(lengths, initial=0))
        self._seen = [first - hidden for first, hidden in zip(self._first, self._hidden, strict=False)]

    def __len__(self) -> int:
        return max(0, len(self.layout) - self._hidden[-1])

    def row(self, seen: int) -> int:
        """The row that is seen at a place."""
        return seen + self._hidden[bisect_left(self._seen, seen)]

    def seen(self, row: int) -> int:
        """Where a row is seen; for one that is folded away, where the row is that opens it."""
        before = bisect_left(self._first, row)
        if before and row <= self._last[before - 1]:
            return self._seen[before - 1]
        return row - self._hidden[before]

    def is_folded(self, row: int) -> bool:
        """Whether what a row opens is folded away."""
        at = bisect_left(self._first, row)
        return at < len(self._first) and self._first[at] == row

    def toggled(self, row: int) -> frozenset[int] | None:
        """What is folded after what a row opens or closes was folded or unfolded; None where it does neither."""
        if not isinstance(self.layout, JsonLayout):
            return None
        number = self.layout.foldable_at(row)
        return None if number is None else self.folded ^ {self.layout.opened_at(number)}

    def all_folded(self) -> frozenset[int]:
        """Everything that stands directly in the outermost objects and arrays."""
        layout = self.layout
        if not isinstance(layout, JsonLayout):
            return frozenset()
        return frozenset(
            layout.opened_at(number)
            for number in layout.foldables()
            if layout.depth(number) == 1 and layout.span(number)[1]
        )

    def without(self, row: int) -> "Folds":
        """The same with a row not folded away."""
        folds = self
        while folds.row(folds.seen(row)) != row:
            opens = folds.row(folds.seen(row))
            folds = Folds(folds.layout, folds.toggled(opens) or frozenset())
        return folds
