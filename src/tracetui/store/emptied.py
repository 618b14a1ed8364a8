"""What no trace names any more after traces have moved: routes go, a model's catalogue goes with its traces."""

import sqlite3
from collections.abc import Iterable

_OF_MODEL = ("deployments", "connections", "replica_changes", "credit_entries", "fine_tuning_jobs")
"""Tables of what was declared of a model."""
_NAMING_ROUTES = """
SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
WHERE m.type = 'table' AND c.name = 'route_id'
"""


def clear(db: sqlite3.Connection, moved: Iterable[tuple[int, int]]) -> None:
    """Take away empty routes and models. Call inside a write transaction.

    Args:
        db: The writer's connection.
        moved: Models that traces have left, each with one to which they went. Where none is left and the other has
            the same name (its type was told), what was declared of it goes there too.
    """
    # Whatever table names a route keeps it: where a store was pruned, its figures may outlive its traces.
    naming = [name for (name,) in db.execute(_NAMING_ROUTES)]
    is_named = " OR ".join(f"EXISTS (SELECT 1 FROM {name} WHERE route_id = routes.id)" for name in naming)
    db.execute(f"DELETE FROM routes WHERE NOT ({is_named})")
    for old, new in sorted(set(moved)):
        names = [db.execute("SELECT name FROM models WHERE id = ?", (id,)).fetchone() for id in (old, new)]
        is_left = db.execute("SELECT 1 FROM routes WHERE model_id = ? LIMIT 1", (old,)).fetchone() is None
        if not is_left or None in names:
            continue
        if names[0] == names[1]:
            for table in _OF_MODEL:
                db.execute(f"UPDATE OR IGNORE {table} SET model_id = ? WHERE model_id = ?", (new, old))
                db.execute(f"DELETE FROM {table} WHERE model_id = ?", (old,))
        if not any(_has(db, table, old) for table in _OF_MODEL):
            db.execute("DELETE FROM models WHERE id = ?", (old,))


def _has(db: sqlite3.Connection, table: str, model_id: int) -> bool:
    return db.execute(f"SELECT 1 FROM {table} WHERE model_id = ? LIMIT 1", (model_id,)).fetchone() is not None
