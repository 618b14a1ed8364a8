"""Text that SQLite cannot hold: halves of surrogate pairs, which JSON can spell and UTF-8 cannot."""

from dataclasses import fields, replace
from typing import Any

from tracetui.domain.ports import Record


def without_half_pairs(record: Record) -> Record:
    """The record with U+FFFD in the place of each half of a surrogate pair; raw bytes stay as they are."""
    texts = {field.name: getattr(record, field.name) for field in fields(record)}
    # An enum of the domain is a str too, but holds nothing from outside.
    whole: dict[str, Any] = {
        name: _whole(text) for name, text in texts.items() if type(text) is str and not _is_whole(text)
    }
    return replace(record, **whole) if whole else record


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
