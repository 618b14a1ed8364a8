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
from tracetui.store.payload_layout import Payload
from tracetui.store.payloads import Unpacker
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


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that a store keeps of traces, parts and spans, but for ids and when it was written, each kind sorted.

    Names stand for their ids; the raw records of a trace are sorted, for they stand in the order of their arrival.
    """
    with closing(sqlite3.connect(path)) as db:
        unpacker = Unpacker(db)
        db.create_function("unpacked", 1, lambda frame: repr(_sorted(unpacker.unpack(frame))))
        db.create_function("plain", 1, lambda frame: frame and unpacker.decompress(frame))
        return {name: sorted(db.execute(sql), key=repr) for name, sql in _EVERYTHING.items()}


def _sorted(payload: Payload) -> Payload:
    return payload._replace(raws=tuple(sorted(payload.raws)))


_EVERYTHING = {
    "traces": """SELECT o.name, coalesce(t.record_id, t.request_id), t.request_id, t.executed_at, t.status,
        m.name, m.type, r.deployment, r.version, r.connection, t.response_time_us, t.input_tokens, t.output_tokens,
        st.name, s.name, t.inherited, t.session, x.input_preview, x.output_preview, unpacked(x.payload)
        FROM traces t JOIN origins o ON o.id = t.origin_id JOIN models m ON m.id = t.model_id
        JOIN routes r ON r.id = t.route_id JOIN trace_texts x ON x.id = t.id
        LEFT JOIN source_types st ON st.id = t.source_type_id LEFT JOIN sources s ON s.id = t.source_id""",
    "parts": """SELECT o.name, record_id, part_id, at_ns, side, plain(content)
        FROM trace_parts JOIN origins o ON o.id = origin_id""",
    "trees": "SELECT trace_id, o.name, newest_at FROM span_trees JOIN origins o ON o.id = origin_id",
    "spans": """SELECT trace_id, o.name, span_id, parent_id, record_id, s.name, start_at, end_at, source_type,
        source, plain(raw) FROM spans s JOIN span_trees t ON t.id = tree_id JOIN origins o ON o.id = origin_id""",
}


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
