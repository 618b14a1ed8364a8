"""Names that traces repeat (models, routes, sources, origins) as small numbers.

Also the one place that decides which model a name means. What is remembered here was read or made inside
a transaction: after a rollback, or when another program wrote, everything is forgotten.
"""

import sqlite3

from tracetui.domain.catalogue import ModelType

_MAX_REMEMBERED = 200_000


class Names:
    """Finds ids and makes those that are missing. Call only inside a write transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._plain: dict[str, dict[str, int]] = {"origins": {}, "sources": {}, "source_types": {}}
        self._models: dict[tuple[str, ModelType | None, bool], int] = {}
        self._routes: dict[tuple[int, str | None, str | None, str | None], int] = {}
        self._bases: dict[int, str | None] = {}

    def forget(self) -> None:
        """Drop all that is remembered."""
        for known in self._plain.values():
            known.clear()
        self._models.clear()
        self._routes.clear()
        self._bases.clear()

    def id_of(self, table: str, name: str | None) -> int | None:
        """The id of a name in `origins`, `sources` or `source_types`; None for None."""
        if name is None:
            return None
        known = self._plain[table]
        found = known.get(name)
        if found is None:
            row = self._connection.execute(f"SELECT id FROM {table} WHERE name = ?", (name,)).fetchone()
            if row is None:
                sql = f"INSERT INTO {table} (name) VALUES (?) RETURNING id"
                row = self._connection.execute(sql, (name,)).fetchone()
            if len(known) >= _MAX_REMEMBERED:
                known.clear()
            found = known[name] = int(row[0])
        return found

    def model(self, name: str, type: ModelType | None, *, is_deployed: bool) -> int:
        """The id of the model that a record means.

        Args:
            name: Its name.
            type: What the record says; None where it does not say.
            is_deployed: Whether the record names a deployment, which only a hosted model has.
        """
        key = (name, type, is_deployed)
        found = self._models.get(key)
        if found is None:
            found = self._declared(name, type) if type is not None else self._inferred(name, is_deployed)
            self._models[key] = found
        return found

    def route(self, model_id: int, deployment: str | None, version: str | None, connection: str | None) -> int:
        """The id of a combination of model, deployment, version and connection."""
        key = (model_id, deployment, version, connection)
        found = self._routes.get(key)
        if found is None:
            values = (model_id, deployment or "", version or "", connection or "")
            sql = "SELECT id FROM routes WHERE model_id = ? AND deployment = ? AND version = ? AND connection = ?"
            row = self._connection.execute(sql, values).fetchone()
            if row is None:
                columns = "model_id, deployment, version, connection"
                sql = f"INSERT INTO routes ({columns}) VALUES (?, ?, ?, ?) RETURNING id"
                row = self._connection.execute(sql, values).fetchone()
            if len(self._routes) >= _MAX_REMEMBERED:
                self._routes.clear()
            found = self._routes[key] = int(row[0])
        return found

    def base_model(self, model_id: int, offered: str | None) -> str | None:
        """What a trace keeps as its own base model: None where it is the model's, which it may have told."""
        if offered is None:
            return None
        if model_id not in self._bases:
            sql = "SELECT base_model FROM models WHERE id = ?"
            (self._bases[model_id],) = self._connection.execute(sql, (model_id,)).fetchone()
        known = self._bases[model_id]
        if known is None:
            self._connection.execute("UPDATE models SET base_model = ? WHERE id = ?", (offered, model_id))
            self._bases[model_id] = known = offered
        return None if offered == known else offered

    def forget_base_model(self, model_id: int) -> None:
        """Read a model's base model again when it is next asked for: a record is about to tell it."""
        self._bases.pop(model_id, None)

    def _declared(self, name: str, type: ModelType) -> int:
        rows = self._of_name(name)
        for id, known_type, is_known in rows:
            if known_type == type:
                if not is_known:
                    self._become(id, type, is_known=True)
                return id
        for id, _type, is_known in rows:
            if not is_known:
                self._become(id, type, is_known=True)
                return id
        return self._insert(name, type, is_known=True)

    def _inferred(self, name: str, is_deployed: bool) -> int:
        rows = self._of_name(name)
        if not rows:
            return self._insert(name, ModelType.OPEN_SOURCE if is_deployed else ModelType.EXTERNAL, is_known=False)
        id, type, is_known = min(rows, key=lambda row: (ModelType(row[1]).is_hosted is not is_deployed, row[1]))
        if is_deployed and not is_known and type == ModelType.EXTERNAL:
            self._become(id, ModelType.OPEN_SOURCE, is_known=False)
        return id

    def _of_name(self, name: str) -> list[tuple[int, str, int]]:
        sql = "SELECT id, type, type_is_known FROM models WHERE name = ?"
        return self._connection.execute(sql, (name,)).fetchall()

    def _insert(self, name: str, type: ModelType, *, is_known: bool) -> int:
        self._models.clear()
        sql = "INSERT INTO models (name, type, type_is_known) VALUES (?, ?, ?) RETURNING id"
        (id,) = self._connection.execute(sql, (name, type.value, is_known)).fetchone()
        return int(id)

    def _become(self, id: int, type: ModelType, *, is_known: bool) -> None:
        self._models.clear()
        sql = "UPDATE models SET type = ?, type_is_known = ? WHERE id = ?"
        self._connection.execute(sql, (type.value, is_known, id))
