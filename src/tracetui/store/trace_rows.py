"""Traces as rows of `traces` and `trace_texts`: found by identity, inserted by the batch, updated one by one."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from tracetui.domain.buckets import bucket_of
from tracetui.domain.catalogue import ModelType
from tracetui.domain.trace import Status, Trace
from tracetui.store.composing import Composed
from tracetui.store.kept import Kept, Key, Sources, own_of
from tracetui.store.names import Names
from tracetui.store.payload_layout import joined
from tracetui.store.payloads import Packer, Unpacker
from tracetui.store.rollups import Counted, Rollups

PREVIEW_CHARACTERS = 160
"""Of input and output kept beside the row: as many as the widest column of the table shows."""

_WORTH_A_THREAD = 256
"""Traces that are packed beside their insertion. Of fewer the hand-over costs more than it saves: Python lets a
thread wait up to 5 ms for its turn."""

_CHUNK = 500
"""Identities looked up by one statement."""

_COLUMNS = (
    "id", "origin_id", "request_id", "record_id", "model_id", "route_id", "executed_at", "status",
    "response_time_us", "response_bucket", "ttft_us", "input_tokens", "output_tokens", "cached_input_tokens",
    "reasoning_tokens", "credits_micro", "cost_nano_usd", "source_type_id", "source_id", "user_id", "session",
    "status_code", "error_type", "finish_reason", "is_streamed", "base_model", "inherited",
)  # fmt: skip
_COUNTED = itemgetter(*(
    _COLUMNS.index(column)
    for column in ("route_id", "executed_at", "status", "response_time_us", "response_bucket", "input_tokens",
                   "output_tokens", "credits_micro", "cost_nano_usd")
))  # fmt: skip
_INSERT = f"INSERT INTO traces ({', '.join(_COLUMNS)}) VALUES (?{', ?' * (len(_COLUMNS) - 1)})"
_INSERT_TEXTS = "INSERT INTO trace_texts (id, input_preview, output_preview, payload) VALUES (?, ?, ?, ?)"
_UPDATE = f"UPDATE traces SET {', '.join(f'{column} = ?' for column in _COLUMNS[1:])} WHERE id = ?"
_UPDATE_TEXTS = "UPDATE trace_texts SET input_preview = ?, output_preview = ?, payload = ? WHERE id = ?"
_SELECT_SOURCES = "SELECT source_type_id, source_id, user_id, session, inherited FROM traces WHERE id = ?"
_UPDATE_SOURCES = """
UPDATE traces SET source_type_id = ?, source_id = ?, user_id = ?, session = ?, inherited = ? WHERE id = ?
"""
_INHERITED = (1, 2, 8, 16)
"""The bits of the fields of `Sources` in the column `inherited`."""
_TABLES_OF_SOURCES = ("source_types", "sources")
_INDEX_AGAIN = "INSERT INTO search_dirty (trace_id) VALUES (?)"
_SELECT = """
SELECT t.id, o.name, coalesce(t.record_id, t.request_id), t.request_id, t.executed_at, t.status, m.name,
    CASE WHEN m.type_is_known THEN m.type END, coalesce(t.base_model, m.base_model), r.deployment, r.version,
    r.connection, st.name, s.name, t.user_id, t.session, t.response_time_us, t.ttft_us, t.input_tokens,
    t.output_tokens, t.cached_input_tokens, t.reasoning_tokens, t.credits_micro, t.cost_nano_usd, t.status_code,
    t.error_type, t.finish_reason, t.is_streamed, t.route_id, t.inherited, x.input_preview, x.payload
FROM traces t JOIN origins o ON o.id = t.origin_id JOIN models m ON m.id = t.model_id
    JOIN routes r ON r.id = t.route_id JOIN trace_texts x ON x.id = t.id
    LEFT JOIN source_types st ON st.id = t.source_type_id LEFT JOIN sources s ON s.id = t.source_id
WHERE t.id IN ({marks})
"""


@dataclass(slots=True)
class Stored:
    """A trace that is in the store, and what of it is in the sums."""

    id: int
    kept: Kept
    counted: Counted
    input_preview: str | None
    input: str | None
    """What its own records said before this batch."""
    composed: Composed
    """What its parts said before this batch."""

    @property
    def has_other_input(self) -> bool:
        """Whether the input is no longer what it was."""
        own = self.kept.trace.input
        return own != self.input or (own is None and self.kept.composed is not self.composed)


class TraceRows:
    """The rows of traces. Call only inside a write transaction."""

    def __init__(
        self, connection: sqlite3.Connection, names: Names, background: Executor, unpacker: Unpacker
    ) -> None:
        self._connection = connection
        self._names = names
        self._background = background
        self._unpacker = unpacker

    def find(self, keys: Iterable[Key]) -> dict[Key, Stored]:
        """Those of the traces that are stored already."""
        ids = self._ids(keys)
        stored = {}
        for some in _chunks(ids):
            for row in self._connection.execute(_SELECT.format(marks=_marks(some)), some):
                one = self._stored(row)
                stored[one.kept.trace.origin, one.kept.trace.record_id] = one
        return stored

    def _ids(self, keys: Iterable[Key]) -> list[int]:
        by_origin: dict[str, list[str]] = {}
        for origin, record_id in keys:
            by_origin.setdefault(origin, []).append(record_id)
        ids: list[int] = []
        for origin, record_ids in by_origin.items():
            origin_id = self._names.id_of("origins", origin)
            for chunk in _chunks(record_ids):
                sql = f"SELECT id FROM traces WHERE coalesce(record_id, request_id) IN ({_marks(chunk)})"
                found = self._connection.execute(f"{sql} AND origin_id = ?", (*chunk, origin_id))
                ids.extend(id for (id,) in found)
        return ids

    def insert(self, new: Sequence[Kept], packer: Packer, rollups: Rollups) -> None:
        """Add traces that are not stored yet."""
        frames = self._packed([joined(kept.payload()) for kept in new], packer)
        found = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'traces'").fetchone()
        first_id = found[0] + 1 if found else 1
        rows = [self._row(id, kept) for id, kept in enumerate(new, first_id)]
        for row in rows:
            rollups.add(_counted(row))
        self._connection.executemany(_INSERT, rows)
        texts = [
            (id, *previews(kept.with_contents()), frame)
            for id, (kept, frame) in enumerate(zip(new, frames(), strict=True), first_id)
        ]
        self._connection.executemany(_INSERT_TEXTS, texts)

    def _packed(self, payloads: Sequence[bytes], packer: Packer) -> Callable[[], Sequence[bytes]]:
        """Begin to pack; called, what it gives waits for the frames."""
        if len(payloads) < _WORTH_A_THREAD:
            return lambda: packer.pack_all(payloads)
        # The other thread packs while this one inserts: zstd and SQLite both let go of Python's lock.
        return self._background.submit(packer.pack_all, payloads).result

    def update(self, changed: Iterable[Stored], packer: Packer, rollups: Rollups) -> None:
        """Write traces that later records filled in; the sums follow."""
        for stored in changed:
            kept = stored.kept
            row = self._row(stored.id, kept)
            self._connection.execute(_UPDATE, (*row[1:], stored.id))
            asked, answered = previews(kept.with_contents())
            if not stored.has_other_input:
                # Where its newest turn begins was told when it came, and is kept nowhere else.
                asked = stored.input_preview
            self._connection.execute(_UPDATE_TEXTS, (asked, answered, packer.pack(kept.payload()), stored.id))
            self._connection.execute(_INDEX_AGAIN, (stored.id,))
            rollups.take_away(stored.counted)
            rollups.add(_counted(row))

    def inherit(self, sources_of: Iterable[tuple[Key, Sources]]) -> None:
        """Write where traces are from and for whom as spans tell it, where their own records do not."""
        for key, sources in sources_of:
            for id in self._ids([key]):
                *had, inherited = self._connection.execute(_SELECT_SOURCES, (id,)).fetchone()
                bits, has = inherited or 0, list(had)
                for place, bit in enumerate(_INHERITED):
                    if bits & bit or had[place] is None:
                        name = sources[place]
                        has[place] = name if place > 1 else self._names.id_of(_TABLES_OF_SOURCES[place], name)
                        bits = bits & ~bit | bit * (name is not None)
                if has != had:
                    self._connection.execute(_UPDATE_SOURCES, (*has, bits or None, id))
                if has[:2] != had[:2]:
                    self._connection.execute(_INDEX_AGAIN, (id,))

    def _row(self, id: int, kept: Kept) -> tuple[Any, ...]:
        """The values of `_COLUMNS`."""
        names, trace = self._names, kept.trace
        took_us = trace.response_time_us
        model_id = names.model(trace.model, trace.model_type, is_deployed=trace.deployment is not None)
        return (
            id,
            names.id_of("origins", trace.origin),
            trace.request_id,
            trace.record_id if trace.record_id != trace.request_id else None,
            model_id,
            names.route(model_id, trace.deployment, trace.version, trace.connection),
            trace.executed_at_us,
            int(trace.status),
            took_us,
            bucket_of(took_us) if took_us is not None else None,
            trace.ttft_us,
            trace.input_tokens,
            trace.output_tokens,
            trace.cached_input_tokens,
            trace.reasoning_tokens,
            trace.credits_micro,
            trace.cost_nano_usd,
            names.id_of("source_types", kept.source_type),
            names.id_of("sources", kept.source),
            kept.user_id,
            kept.session,
            trace.status_code,
            trace.error_type,
            kept.finish_reason,
            trace.is_streamed,
            names.base_model(model_id, trace.base_model),
            kept.inherited,
        )

    def _stored(self, row: Sequence[Any]) -> Stored:
        values = dict(zip(_FIELDS, row, strict=True))
        id, route_id, inherited = values.pop("id"), values.pop("route_id"), values.pop("inherited") or 0
        input_preview = values.pop("input_preview")
        payload, composed = own_of(self._unpacker.unpack(values.pop("payload")))
        from_spans = {}
        for field, bit in zip(Sources._fields, _INHERITED, strict=True):
            if inherited & bit:
                from_spans[field], values[field] = values[field], None
        sources = Sources(**from_spans)
        if inherited & 4:
            composed = composed._replace(finish_reason=values["finish_reason"])
            values["finish_reason"] = None
        values["status"] = Status(values["status"])
        values["model_type"] = ModelType(values["model_type"]) if values["model_type"] else None
        values["is_streamed"] = None if values["is_streamed"] is None else bool(values["is_streamed"])
        for part in ("deployment", "version", "connection"):
            values[part] = values[part] or None
        trace = Trace(
            **values,
            raw=payload.raws[0],
            input=payload.input,
            output=payload.output,
            error=payload.error,
            request=payload.request,
            response=payload.response,
            is_reconstructed=payload.is_reconstructed,
        )
        took_us = trace.response_time_us
        counted = Counted(
            route_id,
            trace.executed_at_us,
            int(trace.status),
            took_us,
            bucket_of(took_us) if took_us is not None else None,
            trace.input_tokens,
            trace.output_tokens,
            trace.credits_micro,
            trace.cost_nano_usd,
        )
        kept = Kept(trace, list(payload.raws), composed, sources)
        return Stored(id, kept, counted, input_preview, trace.input, composed)


_FIELDS = (
    "id", "origin", "record_id", "request_id", "executed_at_us", "status", "model", "model_type", "base_model",
    "deployment", "version", "connection", "source_type", "source", "user_id", "session", "response_time_us",
    "ttft_us", "input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens", "credits_micro",
    "cost_nano_usd", "status_code", "error_type", "finish_reason", "is_streamed", "route_id", "inherited",
    "input_preview", "payload",
)  # fmt: skip


def _counted(row: tuple[Any, ...]) -> Counted:
    """What of a row, as `_COLUMNS` has it, is summed."""
    return Counted._make(_COUNTED(row))


def previews(trace: Trace) -> tuple[str | None, str | None]:
    """What the table shows of input and output."""
    newest = trace.newest_turn_at or 0
    return (
        trace.input[newest : newest + PREVIEW_CHARACTERS] if trace.input is not None else None,
        trace.output[:PREVIEW_CHARACTERS] if trace.output is not None else None,
    )


def _chunks(items: Sequence[object]) -> Iterable[Sequence[object]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def _marks(items: Sequence[object]) -> str:
    return ", ".join("?" * len(items))
