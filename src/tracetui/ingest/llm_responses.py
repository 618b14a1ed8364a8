"""The table `responses` of llm before 0.32: one row a call, its payloads as JSON, condensed since 0.23.

Rows from before token columns, resolved models, fragments and tools lack those columns; what they would say is
then unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tracetui.display.conversation import answered_in, as_text
from tracetui.domain.foreign import Cells, ForeignTables, TooLarge
from tracetui.ingest.condensed import references
from tracetui.ingest.llm_calls import CALL_COLUMNS, NO_PAYLOAD, Call, Payload, as_payload, json_in, uncondensed
from tracetui.ingest.values import Note

TABLE = "responses"
_COLUMNS = (*CALL_COLUMNS, "prompt", "system", "prompt_json", "response", "conversation_id", "reasoning")

ABOUT = frozenset({"tool_calls", "prompt_fragments", "system_fragments", "references"})
"""What other tables say of a row."""


def is_in(columns: Mapping[str, frozenset[str]]) -> bool:
    """Whether a file with these tables has calls of this generation."""
    return {"id", "model", "prompt", "response", "datetime_utc"} <= columns.get(TABLE, frozenset())


def pages(tables: ForeignTables) -> Iterator[Sequence[Cells | TooLarge]]:
    """The rows, some at a time."""
    return tables.pages(TABLE, _COLUMNS)


def about(tables: ForeignTables, rows: Sequence[Cells]) -> list[dict[str, Any]]:
    """What other tables say of each of some rows: tools called, fragments, and texts that payloads refer to."""
    ids = [row["id"] for row in rows]
    columns = ("response_id", "name", "arguments", "tool_call_id")
    tools = _by_response(tables.matching("tool_calls", columns, "response_id", ids))
    prompts = _fragments(tables, "prompt_fragments", ids)
    systems = _fragments(tables, "system_fragments", ids)
    return [
        {
            "tool_calls": tools.get(row["id"], []),
            "prompt_fragments": prompts.get(row["id"], []),
            "system_fragments": systems.get(row["id"], []),
            "references": _references(tables, row),
        }
        for row in rows
    ]


def call_of(row: Mapping[str, Any], note: Note) -> Call:
    """The call of a row with what is said about it."""
    known = {**row["references"], f"r:{row['id']}": row["response"]}
    request = uncondensed(row["prompt_json"], known, note)
    conversation = row["conversation_id"]
    return Call(
        session=None if conversation is None else str(conversation),
        request=_put_together(row) if request is NO_PAYLOAD else request,
        response=uncondensed(row["response_json"], known, note),
        output=_output(row),
    )


def _references(tables: ForeignTables, row: Cells) -> dict[str, str]:
    """What its payloads refer to, but its own response: `r:` another response, `f` or `f:` a fragment."""
    stored = [
        cell for cell in (row["prompt_json"], row["response_json"]) if isinstance(cell, str) and '"$' in cell
    ]
    wanted = {id for cell in stored for id in references(json_in(cell))} - {f"r:{row['id']!s}"}
    known: dict[str, str] = {}
    of_others = [id[2:] for id in wanted if id.startswith("r:")]
    for one in tables.matching(TABLE, ("id", "response"), "id", of_others) if of_others else []:
        known[f"r:{one['id']!s}"] = str(one["response"])
    numbers = [int(digits) for id in wanted if (digits := id[1:].lstrip(":")).isdecimal() and id.startswith("f")]
    for one in tables.matching("fragments", ("id", "content"), "id", numbers) if numbers else []:
        known[f"f{one['id']!s}"] = known[f"f:{one['id']!s}"] = str(one["content"])
    return {id: text for id, text in known.items() if id in wanted}


def _put_together(row: Mapping[str, Any]) -> Payload:
    """A request from its texts, where the plug-in logged none: fragments come before what was typed."""
    systems, prompts = (*row["system_fragments"], row["system"]), (*row["prompt_fragments"], row["prompt"])
    system = "\n\n".join(text for text in systems if isinstance(text, str) and text.strip())
    prompt = "\n".join(text for text in prompts if isinstance(text, str) and text)
    messages = [{"role": role, "content": text} for role, text in (("system", system), ("user", prompt)) if text]
    if not messages:
        return NO_PAYLOAD
    options = json_in(row["options_json"])
    with_options = {"options": options} if options and isinstance(options, dict) else {}
    return as_payload({"model": row["model"], "messages": messages, **with_options}, is_put_together=True)


def _output(row: Mapping[str, Any]) -> str | None:
    text, thinking, called = row["response"], row["reasoning"], row["tool_calls"]
    if not called and not thinking:
        return text if isinstance(text, str) else None
    parts = [{"type": "reasoning", "text": thinking}, {"type": "text", "text": text}]
    parts += [{"type": "tool_call", "name": one["name"], "arguments": one["arguments"]} for one in called]
    return as_text(answered_in({"content": [part for part in parts if part.get("text") or "name" in part]}))


def _by_response(found: Sequence[Cells]) -> dict[Any, list[dict[str, Any]]]:
    by_id: dict[Any, list[dict[str, Any]]] = {}
    for cells in found:
        by_id.setdefault(cells["response_id"], []).append(
            {
                "name": cells["name"],
                "arguments": json_in(cells["arguments"]),
                "tool_call_id": cells["tool_call_id"],
            }
        )
    return by_id


def _fragments(tables: ForeignTables, table: str, ids: list[Any]) -> dict[Any, list[str]]:
    """The texts of the fragments of each response, in their order."""
    links = tables.matching(table, ("response_id", "fragment_id", "order"), "response_id", ids)
    if not links:
        return {}
    wanted = sorted({link["fragment_id"] for link in links if isinstance(link["fragment_id"], int)})
    content = {
        one["id"]: str(one["content"]) for one in tables.matching("fragments", ("id", "content"), "id", wanted)
    }
    by_id: dict[Any, list[str]] = {}
    for link in sorted(links, key=lambda link: link["order"] if isinstance(link["order"], int) else 0):
        by_id.setdefault(link["response_id"], []).append(content.get(link["fragment_id"], ""))
    return by_id
