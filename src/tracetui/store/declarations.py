"""What the data says of models, deployments, connections, replicas, credits and fine-tuning jobs.

A record is known by its identity; one that comes again fills in what was unknown, and where it contradicts, the
first stands. Traces make models and routes by themselves (`names.py`), so it does not matter which comes first.
"""

import json
import sqlite3
from collections.abc import Mapping

from tracetui.domain.catalogue import (
    Connection,
    CreditEntry,
    Deployment,
    FineTuningJob,
    Model,
    ModelType,
    ReplicaChange,
)
from tracetui.domain.ports import Difference
from tracetui.store.names import Names

Declared = Model | Deployment | Connection | ReplicaChange | CreditEntry | FineTuningJob
Value = str | int | None


class Declarations:
    """Keeps one batch's records and counts what became of them. Call only inside a write transaction."""

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names
        self.added = 0
        self.present = 0
        self.filled = 0
        self.differences: list[Difference] = []

    def keep(self, place: int, record: Declared) -> None:
        """Keep a record; `place` is where it stands in the batch."""
        match record:
            case Model():
                self._keep_model(place, record)
            case Deployment():
                self._keep_deployment(place, record)
            case Connection():
                model_id = self._names.model(record.model, ModelType.EXTERNAL, is_deployed=False)
                identity: dict[str, Value] = {"model_id": model_id, "name": record.name}
                # Not marked is the same as unknown: a later record may mark it, none can unmark it.
                values: dict[str, Value] = {"added_at": record.added_at_us, "is_default": int(record.is_default)}
                self._keep_row(place, "connections", identity, values, unknown={"is_default": 0})
            case ReplicaChange():
                identity = {
                    "model_id": self._names.model(record.model, record.model_type, is_deployed=True),
                    "deployment": record.deployment,
                    "version": record.version or "",
                    "at": record.at_us,
                }
                self._keep_row(
                    place, "replica_changes", identity, {"replicas": record.replicas, "hardware": record.hardware}
                )
            case CreditEntry():
                self._keep_credits(place, record)
            case FineTuningJob():
                values = {
                    "model_id": self._names.model(record.model, ModelType.FINE_TUNED, is_deployed=False),
                    "base_model": record.base_model,
                    "started_at": record.started_at_us,
                    "completed_at": record.completed_at_us,
                    "status": record.status,
                }
                self._keep_row(place, "fine_tuning_jobs", {"job_id": record.job_id}, values)

    def _keep_model(self, place: int, record: Model) -> None:
        before = self._model_types(record.name)
        model_id = self._names.model(record.name, record.type, is_deployed=False)
        is_new = model_id not in before
        self._names.forget_base_model(model_id)
        outcome = self._fill(
            place,
            "models",
            {"id": model_id},
            {"base_model": record.base_model, "added_at": record.added_at_us},
            unknown={},
        )
        if is_new:
            self.added += 1
        elif outcome or self._model_types(record.name) != before:
            self.filled += 1
        else:
            self.present += 1

    def _model_types(self, name: str) -> dict[int, tuple[str, int]]:
        sql = "SELECT id, type, type_is_known FROM models WHERE name = ?"
        return {id: (type, known) for id, type, known in self._connection.execute(sql, (name,))}

    def _keep_deployment(self, place: int, record: Deployment) -> None:
        model_id = self._names.model(record.model, record.model_type, is_deployed=True)
        identity: dict[str, Value] = {"model_id": model_id, "name": record.name, "version": record.version or ""}
        values: dict[str, Value] = {
            "deployed_at": record.deployed_at_us,
            "undeployed_at": record.undeployed_at_us,
            "hardware": record.hardware,
            "max_replicas": record.max_replicas,
        }
        # One whose deployed_at nobody told is whichever of that name is known, or will be.
        sql = "SELECT id FROM deployments WHERE model_id = ? AND name = ? AND version = ?"
        parameters: list[Value] = list(identity.values())
        if record.deployed_at_us is not None:
            sql += " AND (deployed_at = ? OR deployed_at IS NULL) ORDER BY deployed_at IS NULL"
            parameters.append(record.deployed_at_us)
        else:
            sql += " ORDER BY deployed_at IS NOT NULL, id"
        row = self._connection.execute(sql, parameters).fetchone()
        identity = {"id": row[0]} if row is not None else {**identity, "deployed_at": record.deployed_at_us}
        self._keep_row(place, "deployments", identity, values)

    def _keep_credits(self, place: int, record: CreditEntry) -> None:
        parts = (record.kind, record.model, record.model_type, record.deployment, record.version)
        told = [record.entry_id] if record.entry_id is not None else [*parts, record.start_us, record.end_us]
        is_fine_tuning = record.kind == "fine-tuning"
        type = record.model_type or (ModelType.FINE_TUNED if is_fine_tuning else None)
        model_id = None
        if record.model is not None:
            model_id = self._names.model(record.model, type, is_deployed=True)
        values: dict[str, Value] = {
            "kind": record.kind.value,
            "model_id": model_id,
            "deployment": record.deployment or "",
            "version": record.version or "",
            "start_at": record.start_us,
            "end_at": record.end_us,
            "credits_micro": record.credits_micro,
        }
        unknown: dict[str, Value] = {"deployment": "", "version": ""}
        identity: dict[str, Value] = {"identity": json.dumps(told, ensure_ascii=False)}
        self._keep_row(place, "credit_entries", identity, values, unknown=unknown)

    def _keep_row(
        self,
        place: int,
        table: str,
        identity: Mapping[str, Value],
        values: Mapping[str, Value],
        unknown: Mapping[str, Value] | None = None,
    ) -> None:
        """Insert a row, or fill the one that has this identity."""
        outcome = self._fill(place, table, identity, values, unknown or {})
        if outcome is None:
            row = {**identity, **values}
            marks = ", ".join("?" * len(row))
            self._connection.execute(
                f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
            )
            self.added += 1
        elif outcome:
            self.filled += 1
        else:
            self.present += 1

    def _fill(
        self,
        place: int,
        table: str,
        identity: Mapping[str, Value],
        values: Mapping[str, Value],
        unknown: Mapping[str, Value],
    ) -> bool | None:
        """Fill in what a row lacks: None where there is no such row, else whether anything was added.

        Args:
            unknown: For columns that are never NULL, the value that stands for unknown.
        """
        where = " AND ".join(f"{column} = ?" for column in identity)
        row = self._connection.execute(
            f"SELECT {', '.join(values)} FROM {table} WHERE {where}", tuple(identity.values())
        ).fetchone()
        if row is None:
            return None
        filled: dict[str, Value] = {}
        for (column, offered), kept in zip(values.items(), row, strict=True):
            nothing = unknown.get(column)
            if offered in (nothing, kept):
                continue
            if kept == nothing:
                filled[column] = offered
            else:
                self.differences.append(self._difference(place, column, kept, offered))
        if filled:
            changes = ", ".join(f"{column} = ?" for column in filled)
            self._connection.execute(
                f"UPDATE {table} SET {changes} WHERE {where}", (*filled.values(), *identity.values())
            )
        return bool(filled)

    def _difference(self, place: int, column: str, kept: Value, offered: Value) -> Difference:
        if column != "model_id":
            return Difference(place, column, str(kept), str(offered))
        names = dict(self._connection.execute("SELECT id, name FROM models WHERE id IN (?, ?)", (kept, offered)))
        return Difference(place, "model", names[kept], names[offered])
