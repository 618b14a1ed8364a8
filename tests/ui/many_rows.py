"""A result of any size that is worked out instead of stored, so that ten million rows cost nothing."""

from typing import Any

from tests.fakes import NOON_US, S
from tracetui.domain.queries import After, Anchor, AtRow, AtTime, Before, First, Last, Order, PageQuery
from tracetui.domain.rows import Page, TraceRow
from tracetui.domain.trace import Status

NEWEST_US = NOON_US


def a_row(number: int = 1, **fields: Any) -> TraceRow:
    """A complete row; the number makes it one of its own, a greater one is newer."""
    known: dict[str, Any] = {
        "id": number,
        "executed_at_us": NEWEST_US + number * S,
        "status": Status.SUCCESS,
        "request_id": f"req-{number}",
        "response_time_us": 1_204_000,
        "version": "v3",
        "source_type": "Workflow",
        "source": "checkout",
        "input_preview": f"question {number}",
        "output_preview": f"answer {number}",
    }
    return TraceRow(**(known | fields))


class ManyRows:
    """Answers page queries over `count` rows, one a second, ids 1 to count from the oldest on.

    Args:
        count: Rows there are.
        is_counted: Whether pages tell their place and the total.
    """

    def __init__(self, count: int, *, is_counted: bool = True) -> None:
        self.count = count
        self.is_counted = is_counted
        self.gone: set[int] = set()

    def page(self, query: PageQuery) -> Page:
        """The page that a store would answer with."""
        first = max(0, min(self._first(query), self.count))
        last = min(first + query.count, self.count)
        if isinstance(query.anchor, Before):
            last = max(0, self._place(query.order, query.anchor.position.id))
            first = max(0, last - query.count)
        rows = tuple(
            self.row(query.order, place)
            for place in range(first, last)
            if self.row(query.order, place).id not in self.gone
        )
        return Page(rows, first if self.is_counted else None, self.count if self.is_counted else None)

    def row(self, order: Order, place: int) -> TraceRow:
        """The row at a place; by response time the order is that of time, which is as good as any."""
        return a_row(self.count - place if order in (Order.NEWEST, Order.SLOWEST) else place + 1)

    def _place(self, order: Order, row_id: int) -> int:
        return self.count - row_id if order in (Order.NEWEST, Order.SLOWEST) else row_id - 1

    def _first(self, query: PageQuery) -> int:
        anchor: Anchor = query.anchor
        if isinstance(anchor, After):
            return self._place(query.order, anchor.position.id) + 1
        if isinstance(anchor, AtRow):
            return min(anchor.index, max(0, self.count - query.count))
        if isinstance(anchor, Last):
            return self.count - query.count
        if isinstance(anchor, AtTime):
            seconds = (anchor.at_us - NEWEST_US) / S
            place = self._place(
                query.order, int(seconds // 1) if query.order is Order.NEWEST else -int(-seconds // 1)
            )
            return place if place < self.count else max(0, self.count - query.count)
        assert isinstance(anchor, First | Before)
        return 0
