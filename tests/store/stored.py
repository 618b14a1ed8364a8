"""What lies in a store, read with plain SQL, for tests of the writing side."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.fakes import NOON_US
from tracetui.domain.buckets import bucket_of
from tracetui.domain.ports import Record, WriteReport
from tracetui.store.payloads import Payload, Unpacker
from tracetui.store.writer import SqliteWriter

UNIT_US = {"quarter": 900_000_000, "day": 86_400_000_000, "fortnight": 14 * 86_400_000_000}


def write(path: Path, *batches: Sequence[Record]) -> list[WriteReport]:
    """Write batches with a writer of their own."""
    with closing(SqliteWriter(path, now_us=lambda: NOON_US)) as writer:
        return [writer.write(batch) for batch in batches]


def rows(path: Path, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """The rows of any query."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql, parameters).fetchall()


def row(path: Path, sql: str, *parameters: object) -> tuple[Any, ...]:
    """The one row of a query."""
    (only,) = rows(path, sql, *parameters)
    return only


def payload(path: Path, request_id: str) -> Payload:
    """The texts and payloads of a trace."""
    sql = "SELECT payload FROM trace_texts JOIN traces USING (id) WHERE request_id = ?"
    with closing(sqlite3.connect(path)) as db:
        (frame,) = db.execute(sql, (request_id,)).fetchone()
        return Unpacker(db).unpack(frame)


def sums(path: Path, unit: str) -> dict[tuple[int, int], tuple[int, ...]]:
    """What the store's sums say, by route and quarter or day."""
    return {(route, when): tuple(of) for route, when, *of in rows(path, f"SELECT * FROM sums_by_{unit}")}


def sums_by_scan(path: Path, unit: str) -> dict[tuple[int, int], tuple[int, ...]]:
    """The same, counted from the rows."""
    found: dict[tuple[int, int], list[int]] = {}
    sql = """SELECT route_id, executed_at, status, response_time_us, input_tokens, output_tokens, credits_micro,
        cost_nano_usd FROM traces"""
    for route_id, executed_at, status, *values in rows(path, sql):
        counted = found.setdefault((route_id, executed_at // UNIT_US[unit]), [0] * 12)
        counted[0] += 1
        counted[1] += status
        for place, value in enumerate(values):
            counted[2 + 2 * place] += value is not None
            counted[3 + 2 * place] += value or 0
    return {key: tuple(counted) for key, counted in found.items()}


def latency(path: Path, unit: str) -> dict[tuple[int, ...], int]:
    """What the store's histogram says, by route, quarter or day, and bucket."""
    return {tuple(key): requests for *key, requests in rows(path, f"SELECT * FROM latency_by_{unit}")}


def latency_by_scan(path: Path, unit: str) -> dict[tuple[int, ...], int]:
    """The same, counted from the rows."""
    sql = "SELECT route_id, executed_at, response_time_us FROM traces WHERE response_time_us IS NOT NULL"
    return dict(Counter((route, at // UNIT_US[unit], bucket_of(took)) for route, at, took in rows(path, sql)))
