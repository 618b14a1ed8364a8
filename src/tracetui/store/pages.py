"""Pages of the trace table: from an anchor to the rows that stand there, their place, and how many there are.

Rows are found as narrow keys first; only the rows of the page itself are then read whole. Everything happens
inside the reader's one transaction, so a page, its place and its total are of the same moment.
"""

import json
import sqlite3
from collections.abc import Sequence

from tracetui.domain.queries import After, Anchor, AtRow, AtTime, Before, First, Last, Order, PageQuery, Position
from tracetui.domain.rows import Page, TraceRow
from tracetui.domain.trace import Status
from tracetui.errors import QueryError
from tracetui.store.filtered import ordered
from tracetui.store.histograms import Histograms
from tracetui.store.orders import Ordered
from tracetui.store.search.finder import Finder
from tracetui.store.selection import asked_about

_BEFORE_ALL_IDS, _BEYOND_ALL_IDS = -1, (1 << 63) - 1

_ROWS = """
SELECT t.id, t.executed_at, t.status, t.request_id, t.response_time_us, nullif(r.version, ''),
       st.name, s.name, x.input_preview, x.output_preview
FROM json_each(?) AS wanted
CROSS JOIN traces AS t ON t.id = wanted.value
LEFT JOIN routes AS r ON r.id = t.route_id
LEFT JOIN source_types AS st ON st.id = t.source_type_id
LEFT JOIN sources AS s ON s.id = t.source_id
LEFT JOIN trace_texts AS x ON x.id = t.id
ORDER BY wanted.key
"""


def page(db: sqlite3.Connection, query: PageQuery, histograms: Histograms, finder: Finder) -> Page:
    """Answer a `PageQuery`.

    Raises:
        QueryError: There is no such model or deployment, or a time is sought in an order by response time.
    """
    selection = asked_about(db, query, finder)
    order = ordered(selection, query.order, histograms)
    positions, place = _found(order, query)
    total = order.total
    if total is None and place is not None and len(positions) < query.count and _reaches_end(query.anchor):
        total = place + len(positions)
    if not positions:
        return Page((), 0, total)
    return Page(rows_of(db, [position.id for position in positions]), place, total)


def _reaches_end(anchor: Anchor) -> bool:
    """Whether a page that is not full ends with the last row, and has its own place."""
    return not isinstance(anchor, (After, Before))


def rows_of(db: sqlite3.Connection, ids: Sequence[int]) -> tuple[TraceRow, ...]:
    """The rows of some traces, in the order of the ids."""
    return tuple(
        TraceRow(id, executed_at_us, Status(status), *others)
        for id, executed_at_us, status, *others in db.execute(_ROWS, (json.dumps(list(ids)),))
    )


def _found(order: Ordered, query: PageQuery) -> tuple[list[Position], int | None]:
    """The positions of a page and the place of the first one, where it is known."""
    match query.anchor:
        case First():
            return order.after(None, query.count), 0
        case Last():
            return _last(order, query.count)
        case After(position):
            found = order.after(position, query.count)
        case Before(position):
            found = order.before(position, query.count)
            if len(found) < query.count:
                return found, 0
        case AtRow(index):
            start = order.position_at(max(0, index))
            if start is None:
                return _last(order, query.count)
            return [start, *_more(order, start, query.count)], max(0, index)
        case AtTime(at_us):
            found = order.after(_just_before(at_us, query.order), query.count)
            if not found:
                return _last(order, query.count)
    return found, order.place_of(found[0]) if found else 0


def _last(order: Ordered, count: int) -> tuple[list[Position], int | None]:
    found = order.before(None, count)
    if order.total is not None:
        return found, order.total - len(found)
    return found, 0 if len(found) < count else None


def _more(order: Ordered, start: Position, count: int) -> list[Position]:
    return order.after(start, count - 1) if count > 1 else []


def _just_before(at_us: int, order: Order) -> Position:
    """A position after which rows executed at a time, and beyond it, come."""
    if not order.by_time:
        raise QueryError(
            "A time can be gone to only where rows stand by time.", hint="Sort by Executed on first (s)."
        )
    return Position(at_us, _BEYOND_ALL_IDS if order is Order.NEWEST else _BEFORE_ALL_IDS, None)
