"""Files as the llm tool makes them, of each of its generations."""

import sqlite3
from pathlib import Path
from typing import Any

from tracetui.domain.trace import Trace
from tracetui.ingest import llm_logs
from tracetui.ingest.items import Bad, Good, Notes, Options
from tracetui.store.foreign import open_tables

OLD = """
CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
CREATE TABLE responses (
    id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, prompt_json TEXT, options_json TEXT, response TEXT,
    response_json TEXT, conversation_id TEXT, duration_ms INTEGER, datetime_utc TEXT
);
"""
"""As llm 0.6 to 0.18 made it: without tokens, fragments and tools."""

CONDENSED = (
    OLD
    + """
ALTER TABLE responses ADD COLUMN input_tokens INTEGER;
ALTER TABLE responses ADD COLUMN output_tokens INTEGER;
ALTER TABLE responses ADD COLUMN token_details TEXT;
ALTER TABLE responses ADD COLUMN schema_id TEXT;
ALTER TABLE responses ADD COLUMN resolved_model TEXT;
CREATE TABLE fragments (id INTEGER PRIMARY KEY, hash TEXT, content TEXT);
CREATE TABLE prompt_fragments (response_id TEXT, fragment_id INTEGER, "order" INTEGER);
CREATE TABLE system_fragments (response_id TEXT, fragment_id INTEGER, "order" INTEGER);
CREATE TABLE tool_calls (
    id INTEGER PRIMARY KEY, response_id TEXT, tool_id INTEGER, name TEXT, arguments TEXT, tool_call_id TEXT
);
"""
)
"""As llm 0.23 to 0.31 made it: with tokens, fragments, tools and condensed payloads."""

TREE = """
CREATE TABLE messages (hash TEXT PRIMARY KEY, parent_hash TEXT, role TEXT, provider_metadata TEXT);
CREATE TABLE parts (
    id INTEGER PRIMARY KEY, message_hash TEXT, position INTEGER, type TEXT, tool_name TEXT, text TEXT, payload TEXT
);
CREATE TABLE threads (id TEXT PRIMARY KEY, name TEXT);
CREATE TABLE fragments (id INTEGER PRIMARY KEY, hash TEXT, content TEXT);
CREATE TABLE tools (id INTEGER PRIMARY KEY, name TEXT, description TEXT, input_schema TEXT);
CREATE TABLE turn_tools (turn_id TEXT, tool_id INTEGER);
CREATE TABLE schemas (id TEXT PRIMARY KEY, content TEXT);
CREATE TABLE turns (
    id TEXT PRIMARY KEY, thread_id TEXT, parent_message_hash TEXT, tip_message_hash TEXT, model TEXT,
    resolved_model TEXT, options_json TEXT, schema_id TEXT, input_tokens INTEGER, output_tokens INTEGER,
    token_details TEXT, duration_ms INTEGER, datetime_utc TEXT, response_json TEXT
);
"""
"""As llm 0.32 and later make it."""


class Logs:
    """A logs.db under construction."""

    def __init__(self, path: Path, tables: str) -> None:
        self.path = path
        self.db = sqlite3.connect(path)
        self.db.executescript(tables)

    def insert(self, table: str, **fields: Any) -> None:
        names, marks = ", ".join(f'"{name}"' for name in fields), ", ".join("?" * len(fields))
        self.db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(fields.values()))

    def response(self, **fields: Any) -> None:
        known = {"id": "r-1", "model": "gpt-4o", "prompt": "Where is it?", "response": "Here."}
        times = {"duration_ms": 1_500, "datetime_utc": "2026-10-01T12:00:00+00:00"}
        self.insert("responses", **(known | times | fields))

    def message(self, hash: str, parent: str | None, role: str, *parts: dict[str, Any]) -> None:
        self.insert("messages", hash=hash, parent_hash=parent, role=role)
        for position, part in enumerate(parts):
            self.insert("parts", message_hash=hash, position=position, **part)

    def turn(self, **fields: Any) -> None:
        known = {
            "id": "t-1",
            "thread_id": "thread",
            "parent_message_hash": "asked",
            "tip_message_hash": "answered",
        }
        more = {"model": "gpt-4o", "duration_ms": 1_500, "datetime_utc": "2026-10-01T12:00:00+00:00"}
        self.insert("turns", **(known | more | fields))

    def question_and_answer(self, question: str = "Where is it?", answer: str = "Here.") -> None:
        self.message("asked", None, "user", {"type": "text", "text": question})
        self.message("answered", "asked", "assistant", {"type": "text", "text": answer})

    def items(self, notes: Notes | None = None) -> list[Good | Bad]:
        self.db.commit()
        tables = open_tables(self.path)
        try:
            return list(llm_logs.read(tables, self.path, Options(), notes or Notes()))
        finally:
            tables.close()

    def traces(self, notes: Notes | None = None) -> list[Trace]:
        items = self.items(notes)
        return [item.record for item in items if isinstance(item, Good) and isinstance(item.record, Trace)]

    def trace(self, notes: Notes | None = None) -> Trace:
        (trace,) = self.traces(notes)
        return trace
