"""The values that a text field has, to complete what a user types."""

import sqlite3
from collections import Counter

from tracetui.domain.fields import SOURCE, SOURCE_TYPE, VERSION
from tracetui.domain.folding import fold
from tracetui.domain.queries import ValuesQuery
from tracetui.errors import QueryError
from tracetui.store.catalogue import natural
from tracetui.store.named import versions_of
from tracetui.store.scopes import FOREVER, Scoped, resolve

LOOKED_AT = 5_000
"""The newest traces of a scope, by which values in use come first: 10 ms."""

_TABLES = {SOURCE: "sources", SOURCE_TYPE: "source_types"}


def values(db: sqlite3.Connection, query: ValuesQuery) -> tuple[str, ...]:
    """Answer a `ValuesQuery`: those of the newest traces, the most used first, then all others by name.

    Sources and source types of other models are among the others: which model has which is kept nowhere.

    Raises:
        QueryError: There is no such model, or the field's values are not kept in a list.
    """
    scoped = resolve(db, query.scope, FOREVER)
    if query.field == VERSION:
        known = {version for version in versions_of(db, scoped.routes).values() if version}
        found = sorted(known, key=natural, reverse=True)
    else:
        if query.field not in _TABLES:
            raise QueryError(f"{query.field.label} has too many values for a list.")
        found = _by_use(db, scoped, _TABLES[query.field])
    wanted = fold(query.containing)
    return tuple([value for value in found if wanted in fold(value)][: query.count])


def _by_use(db: sqlite3.Connection, scoped: Scoped, table: str) -> list[str]:
    """Every name of a table, those of the newest traces first."""
    names: dict[int, str] = dict(db.execute(f"SELECT id, name FROM {table}").fetchall())
    column = "source_id" if table == "sources" else "source_type_id"
    uses: Counter[int] = Counter()
    for walk in scoped.walks:
        newest = db.execute(
            f"SELECT {column} FROM {walk.rows} WHERE {walk.clause} AND executed_at >= ? AND executed_at < ?"
            f" AND {column} IS NOT NULL ORDER BY executed_at DESC LIMIT ?",
            (*walk.values, *scoped.within, max(100, LOOKED_AT // len(scoped.walks))),
        )
        uses.update(id for (id,) in newest)
    return [names[id] for id in sorted(names, key=lambda id: (-uses[id], natural(names[id])))]
