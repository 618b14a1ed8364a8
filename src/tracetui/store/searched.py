"""Traces that contain a text, out of others that stand in an order: looked at one after the other, in bulk.

How many there are, and how many stand before one, is not known before all have been looked at, unless few.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from tracetui.domain.queries import Order, Position
from tracetui.store.histograms import Histograms
from tracetui.store.orders import FewRows, Ordered
from tracetui.store.search.finder import Sought
from tracetui.store.selection import Selection
from tracetui.store.ways import ways

LOOKED_AT = 1_024
"""Rows looked at before it is asked whether the page is full: at most 15 ms of texts to be read."""
FIRST_LOOKED_AT = 256
_FIRST_ROWS, _MOST_ROWS = 512, 16_384
"""Rows fetched at once: few at first, for the page may be full with them."""
_FEW = 1_000
"""Candidates that are all looked at at once, so that places and total are known: at most 15 ms."""
_WALKED_IN_VAIN = 4_096
"""Rows walked over, 5 ms, after which it is asked whether all candidates are less work than the other rows."""
_IS_WORTH = 256
"""Rows walked over for a match that are no more than that is worth."""
_ROWS_OF_A_CANDIDATE = 4
"""Rows that are walked over in the time in which one candidate is looked up. Once as much was walked as looking
all of them up takes, that is done: a search then takes no more than twice the time of the better way."""
_MOST_LISTED = 100_000
"""Candidates that are listed and sorted at most: 0.3 s."""

Row = tuple[int, int, int | None, int]
"""Time, id, response time and status of a trace."""
Stream = Callable[[], Iterator[list[Row]]]
"""All rows from the first on, some hundreds at a time, out of one walk: a third of the time of page after page."""
Only = Callable[[Sequence[int]], Ordered]
"""Some of the rows, by their ids, in the same order."""


class Walked(NamedTuple):
    """Some rows that were looked at."""

    found: list[Position]
    """Those that contain the text, in order."""
    rows: int
    """How many were looked at."""
    last: Position
    """The last one looked at."""
    measured: list[tuple[int, int | None]] | None = None
    """Status and response time of those found, where the walk has them."""


class _Vain:
    """How much was walked over for what was found."""

    def __init__(self) -> None:
        self.walked = self._found = 0
        self.was_asked = False
        self.candidates: list[int] | None = None
        """All of them, once they were asked for and where they are not too many."""

    def add(self, some: Walked) -> "_Vain":
        """Take some rows that were looked at."""
        self.walked += some.rows
        self._found += len(some.found)
        return self

    @property
    def is_enough(self) -> bool:
        """Whether to think of fewer rows."""
        return self.walked >= _WALKED_IN_VAIN + _IS_WORTH * self._found


@dataclass(frozen=True, slots=True)
class Searched:
    """Rows in which a text is, among others that stand in an order.

    Args:
        others: All of them.
        sought: The text.
        rows: How many they are, or more.
        only: Gives some of them.
        stream: Gives all of them from the first on; None: there is no such walk.
    """

    others: Ordered
    sought: Sought
    rows: int
    only: Only
    stream: Stream | None = None

    @property
    def total(self) -> None:
        """Not known without looking at all."""
        return None

    def after(self, position: Position | None, count: int) -> list[Position]:
        """What comes right after a row, at most `count`; from the first on where it is None."""
        return list(islice(self._found(position, is_forward=True), count))

    def before(self, position: Position | None, count: int) -> list[Position]:
        """What stands right before a row, at most `count`, in order; up to the last where it is None."""
        return list(islice(self._found(position, is_forward=False), count))[::-1]

    def place_of(self, position: Position) -> None:
        """Not known without looking at all that stands before."""
        del position

    def position_at(self, place: int) -> Position | None:
        """The row at a place from 0; None past the end. Looks at all rows before it."""
        return next(islice(self._found(None, is_forward=True), place, None), None)

    def known(self, order: Order) -> Ordered:
        """The same, all looked at already where these are few."""
        if not isinstance(self.others, FewRows) or self.others.total > _FEW:
            return self
        return FewRows(list(self._found(None, is_forward=True)), order)

    def looked_through(self, start: Position | None, *, is_forward: bool = True) -> Iterator[Walked]:
        """Look at the rows beyond one, or at all, up to `LOOKED_AT` at once.

        Raises:
            Cancelled: The query was stopped.
        """
        others, vain, count = self.others, _Vain(), _FIRST_ROWS
        if start is None and is_forward and self.stream is not None:
            for measured in self.stream():
                some = self._looked_at(measured)
                yield some
                others = self._fewer(others, vain.add(some))
                if others is not self.others:
                    start = some.last
                    break
            else:
                return
        while rows := _beyond(others, start, count, is_forward=is_forward):
            first = 0
            while first < len(rows):
                # Few at first: where all of them must be read, a page is often full with these.
                end = first + (LOOKED_AT if first or count > _FIRST_ROWS else FIRST_LOOKED_AT)
                some = self._looked(rows[first:end])
                yield some
                vain.add(some)
                first = end
            if len(rows) < count:
                return
            others = self._fewer(others, vain)
            start, count = rows[-1], min(2 * count, _MOST_ROWS)

    def _looked(self, rows: Sequence[Position]) -> Walked:
        self.sought.cancel.raise_if_set()
        are_in = self.sought.are_in([at.id for at in rows])
        found = [at for at, is_in in zip(rows, are_in, strict=True) if is_in]
        return Walked(found, len(rows), rows[-1])

    def _looked_at(self, rows: Sequence[Row]) -> Walked:
        self.sought.cancel.raise_if_set()
        are_in = self.sought.are_in([row[1] for row in rows])
        found = [row for row, is_in in zip(rows, are_in, strict=True) if is_in]
        positions = [Position(at_us, id, took_us) for at_us, id, took_us, _ in found]
        at_us, id, took_us, _ = rows[-1]
        measured = [(status, took_us) for _, _, took_us, status in found]
        return Walked(positions, len(rows), Position(at_us, id, took_us), measured)

    def _fewer(self, others: Ordered, vain: "_Vain") -> Ordered:
        """All candidates, where much was walked over in vain and these are fewer by far; else the others."""
        if isinstance(others, FewRows) or not vain.is_enough:
            return others
        if not vain.was_asked:
            vain.was_asked = True
            vain.candidates = self.sought.candidates(min(_MOST_LISTED, self.rows // 3))
        ids = vain.candidates
        return others if ids is None or vain.walked < _ROWS_OF_A_CANDIDATE * len(ids) else self.only(ids)

    def _found(self, start: Position | None, *, is_forward: bool) -> Iterator[Position]:
        for some in self.looked_through(start, is_forward=is_forward):
            yield from some.found


def settle(selection: Selection, histograms: Histograms) -> None:
    """Find out of each selected trace whether it contains the text, so that SQL need not read one after another.

    Raises:
        Cancelled: The query was stopped.
    """
    sought = selection.sought
    if sought is None or sought.is_told:
        return
    for walk in ways(selection.unsearched, histograms)[0].walks:
        ids = selection.db.execute(
            f"SELECT traces.id FROM {walk.rows} WHERE {walk.clause} AND executed_at >= ? AND executed_at < ?",
            (*walk.values, *selection.within),
        )
        while some := ids.fetchmany(LOOKED_AT):
            sought.cancel.raise_if_set()
            sought.are_in([id for (id,) in some])


def _beyond(others: Ordered, start: Position | None, count: int, *, is_forward: bool) -> list[Position]:
    return others.after(start, count) if is_forward else others.before(start, count)[::-1]
