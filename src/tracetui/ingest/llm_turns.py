"""The tables `turns`, `messages` and `parts` of llm 0.32 and later.

Messages are kept once and linked to the one before; a turn names the last message that it was asked and the last
one that it answered. What was sent is put together from that chain.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tracetui.display.conversation import answered_in, as_text
from tracetui.domain.foreign import Cell, Cells, ForeignTables, TooLarge
from tracetui.ingest.condensed import known_by_message
from tracetui.ingest.llm_calls import CALL_COLUMNS, NO_PAYLOAD, Call, Payload, as_payload, json_in, uncondensed
from tracetui.ingest.values import Note

TABLE = "turns"
_COLUMNS = (*CALL_COLUMNS, "thread_id", "parent_message_hash", "tip_message_hash")
ABOUT = frozenset({"asked", "answered", "tools", "schema"})
"""What other tables say of a row."""

Message = dict[str, Any]


def is_in(columns: Mapping[str, frozenset[str]]) -> bool:
    """Whether a file with these tables has calls of this generation."""
    turns = {"id", "model", "parent_message_hash", "tip_message_hash", "datetime_utc"}
    return turns <= columns.get(TABLE, frozenset()) and "messages" in columns and "parts" in columns


def pages(tables: ForeignTables) -> Iterator[Sequence[Cells | TooLarge]]:
    """The rows, some at a time."""
    return tables.pages(TABLE, _COLUMNS)


def about(tables: ForeignTables, rows: Sequence[Cells]) -> list[dict[str, Any]]:
    """What other tables say of each of some rows: messages asked and answered, tools, schema."""
    chains = _Chains(tables, [row[end] for row in rows for end in ("parent_message_hash", "tip_message_hash")])
    tools = _tools(tables, [row["id"] for row in rows])
    schemas = _schemas(tables, [row["schema_id"] for row in rows])
    return [
        {
            "asked": chains.messages(row["parent_message_hash"]),
            "answered": chains.messages(row["tip_message_hash"], since=row["parent_message_hash"]),
            "tools": tools.get(row["id"], []),
            "schema": schemas.get(row["schema_id"]),
        }
        for row in rows
    ]


def call_of(row: Mapping[str, Any], note: Note) -> Call:
    """The call of a row with what is said about it."""
    thread = row["thread_id"]
    return Call(
        session=None if thread is None else str(thread),
        request=_request(row),
        response=_response(row, note),
        output=_text(row),
    )


def _request(row: Mapping[str, Any]) -> Payload:
    if not row["asked"]:
        return NO_PAYLOAD
    more = {"options": json_in(row["options_json"]), "tools": row["tools"], "schema": row["schema"]}
    known = {name: value for name, value in more.items() if value}
    return as_payload({"model": row["model"], "messages": row["asked"], **known}, is_put_together=True)


def _response(row: Mapping[str, Any], note: Note) -> Payload:
    stored, answered = row["response_json"], row["answered"]
    if not json_in(stored):
        return as_payload({"content": _parts(answered)} if answered else None, is_put_together=True)
    known = known_by_message(answered)
    known |= {f"tool.{tool['name']}.description": tool["description"] for tool in row["tools"]}
    known["schema"] = row["schema"]
    return uncondensed(stored, known, note)


def _text(row: Mapping[str, Any]) -> str | None:
    """What was answered; empty where the turn ends with what it was asked, unknown where its messages are gone."""
    answered = row["answered"]
    spoken = answered_in({"content": _parts(answered)})
    if spoken:
        return as_text(spoken)
    has_ended_so = row["asked"] and row["tip_message_hash"] == row["parent_message_hash"]
    return "" if answered or has_ended_so else None


def _parts(messages: list[Message]) -> list[dict[str, Any]]:
    return [part for message in messages for part in message["parts"]]


class _Chains:
    """The messages that some turns end with, and all before them."""

    def __init__(self, tables: ForeignTables, ends: list[Cell]) -> None:
        self._rows: dict[Cell, Cells] = {}
        columns = ("hash", "parent_hash", "role", "provider_metadata")
        frontier = {end for end in ends if end is not None}
        while frontier:
            found = tables.matching("messages", columns, "hash", sorted(frontier, key=str))
            self._rows |= {row["hash"]: row for row in found}
            parents = {row["parent_hash"] for row in found}
            frontier = {parent for parent in parents if parent is not None and parent not in self._rows}
        self._parts = _parts_of(tables, list(self._rows))

    def messages(self, end: Cell, since: Cell = None) -> list[Message]:
        """The messages up to `end`, the first one first; those after `since` alone, where that is among them."""
        chain: list[Message] = []
        gone_through: set[Cell] = {since}  # a damaged file may lead round in a circle
        while end is not None and end not in gone_through and end in self._rows:
            gone_through.add(end)
            row = self._rows[end]
            message: Message = {"role": row["role"], "parts": self._parts.get(end, [])}
            metadata = json_in(row["provider_metadata"])
            chain.append(message | ({"provider_metadata": metadata} if metadata else {}))
            end = row["parent_hash"]
        return chain[::-1]


def _parts_of(tables: ForeignTables, hashes: list[Cell]) -> dict[Cell, list[dict[str, Any]]]:
    """The parts of each message in their order, texts that are fragments put in."""
    columns = ("message_hash", "position", "type", "text", "payload")
    rows = tables.matching("parts", columns, "message_hash", hashes)
    payloads = [_part(row) for row in rows]
    fragments = _fragments(tables, payloads)
    by_hash: dict[Cell, list[tuple[int, dict[str, Any]]]] = {}
    for row, part in zip(rows, payloads, strict=True):
        pieces = part.pop("text_ref", None)
        if isinstance(pieces, list):
            part["text"] = "".join(_piece(piece, fragments) for piece in pieces)
        position = row["position"] if isinstance(row["position"], int) else 0
        by_hash.setdefault(row["message_hash"], []).append((position, part))
    return {hash: [part for _, part in sorted(parts, key=lambda one: one[0])] for hash, parts in by_hash.items()}


def _part(row: Cells) -> dict[str, Any]:
    payload = json_in(row["payload"])
    part: dict[str, Any] = {"type": row["type"]}
    if isinstance(row["text"], str):
        part["text"] = row["text"]
    return part | (payload if isinstance(payload, dict) else {})


def _piece(piece: Any, fragments: dict[Cell, str]) -> str:
    if not isinstance(piece, dict):
        return ""
    return str(piece["literal"]) if "literal" in piece else fragments.get(piece.get("fragment"), "")


def _fragments(tables: ForeignTables, parts: list[dict[str, Any]]) -> dict[Cell, str]:
    wanted = {
        piece["fragment"]
        for part in parts
        if isinstance(part.get("text_ref"), list)
        for piece in part["text_ref"]
        if isinstance(piece, dict) and isinstance(piece.get("fragment"), int)
    }
    found = tables.matching("fragments", ("id", "content"), "id", sorted(wanted)) if wanted else []
    return {row["id"]: str(row["content"]) for row in found}


def _tools(tables: ForeignTables, turns: list[Cell]) -> dict[Cell, list[dict[str, Any]]]:
    """The tools that each turn was given."""
    links = tables.matching("turn_tools", ("turn_id", "tool_id"), "turn_id", turns)
    columns = ("id", "name", "description", "input_schema")
    ids = sorted({link["tool_id"] for link in links}, key=str)
    tools = {tool["id"]: tool for tool in tables.matching("tools", columns, "id", ids)}
    by_turn: dict[Cell, list[dict[str, Any]]] = {}
    for link in links:
        tool = tools.get(link["tool_id"])
        if tool is not None:
            told = {"name": tool["name"], "description": tool["description"]}
            by_turn.setdefault(link["turn_id"], []).append(told | {"input_schema": json_in(tool["input_schema"])})
    return by_turn


def _schemas(tables: ForeignTables, ids: list[Cell]) -> dict[Cell, Any]:
    wanted = sorted({id for id in ids if id is not None}, key=str)
    found = tables.matching("schemas", ("id", "content"), "id", wanted) if wanted else []
    return {row["id"]: json_in(row["content"]) for row in found}
