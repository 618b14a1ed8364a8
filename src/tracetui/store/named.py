"""What the names in a filter stand for in this store: sources, versions and request ids looked up beforehand."""

import sqlite3
from collections.abc import Sequence

from tracetui.domain.fields import REQUEST_ID, SOURCE, SOURCE_TYPE, VERSION, Operator
from tracetui.domain.filters import Filter
from tracetui.store.where import Named

# The identity of a trace is indexed as this expression; a request id of its own, where it has one, apart.
_TRACES = """
SELECT id FROM traces INDEXED BY trace_identity WHERE coalesce(record_id, request_id) = ? AND record_id IS NULL
UNION ALL
SELECT id FROM traces INDEXED BY traces_by_request_id WHERE request_id = ? AND record_id IS NOT NULL
ORDER BY id
"""

_BEGINNING = """
SELECT id FROM traces INDEXED BY trace_identity
WHERE coalesce(record_id, request_id) >= :start AND coalesce(record_id, request_id) < CAST(:end AS TEXT)
    AND record_id IS NULL
UNION ALL
SELECT id FROM traces INDEXED BY traces_by_request_id
WHERE request_id >= :start AND request_id < CAST(:end AS TEXT) AND record_id IS NOT NULL
LIMIT :count
"""


def named(db: sqlite3.Connection, filter: Filter, routes: Sequence[int]) -> Named:
    """Look up what a filter needs, and nothing else.

    Args:
        db: The reader's connection.
        filter: What is to be compiled.
        routes: The routes in question, for their versions.
    """
    fields = {condition.field for condition in filter.conditions}
    return Named(
        sources=_names(db, "sources") if SOURCE in fields else {},
        source_types=_names(db, "source_types") if SOURCE_TYPE in fields else {},
        versions=versions_of(db, routes) if VERSION in fields else {},
        request_ids={
            text: ids_of(db, text)
            for text in {
                str(condition.value)
                for condition in filter.conditions
                if condition.field == REQUEST_ID and condition.operator is not Operator.CONTAINS
            }
        },
    )


def versions_of(db: sqlite3.Connection, routes: Sequence[int]) -> dict[int, str | None]:
    """The version of each of some routes; None where it is not known."""
    wanted = frozenset(routes)
    rows = db.execute("SELECT id, nullif(version, '') FROM routes").fetchall()
    return {route: version for route, version in rows if route in wanted}


def ids_of(db: sqlite3.Connection, request_id: str) -> tuple[int, ...]:
    """The traces with a request id, of any model and origin."""
    return tuple(id for (id,) in db.execute(_TRACES, (request_id, request_id)))


def found(db: sqlite3.Connection, request_id: str, count: int) -> tuple[int, ...]:
    """The traces with a request id, or else those whose request id begins so; at most so many."""
    if any("\ud800" <= one <= "\udfff" for one in request_id):
        return ()
    # In the order they came: the index has them by the numbers of their origins, which are by chance.
    exact = tuple(sorted(ids_of(db, request_id)))
    if exact or not request_id:
        return exact[:count]
    # Texts stand in the order of their bytes, and no byte of UTF-8 is as great as 0xF5.
    end = request_id.encode() + b"\xf5"
    return tuple(id for (id,) in db.execute(_BEGINNING, {"start": request_id, "end": end, "count": count}))


def _names(db: sqlite3.Connection, table: str) -> dict[int, str]:
    return dict(db.execute(f"SELECT id, name FROM {table}").fetchall())
