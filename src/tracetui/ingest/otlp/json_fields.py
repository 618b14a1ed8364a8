"""Fields of OTLP's JSON, one at a time, as senders write them: ids, times, attributes, values."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from tracetui.ingest.items import DEEPEST
from tracetui.ingest.otlp.forms import Attributes, BadSpan

SPAN_BRACKETS = 7
"""How many brackets are open inside a span: those of the request, the resources, one of them, its scopes, one of
these, its spans, and the span's own."""
_DEEPEST_VALUE = (DEEPEST - SPAN_BRACKETS) // 4
"""Lists inside lists at most: each is four brackets."""
_DIGITS = re.compile(r"-?\d{1,40}")


def id_of(record: dict[str, Any], name: str, size_bytes: int) -> bytes:
    """An id in hex, as OTLP has it, or in base64, as protobuf's JSON has bytes. Empty where there is none.

    Raises:
        BadSpan: It is neither.
    """
    id_ = record.get(name)
    if id_ is None:
        id_ = record.get(_snake(name))
    if id_ is None or id_ == "":
        return b""
    try:
        if isinstance(id_, str) and len(id_) == 2 * size_bytes:
            return bytes.fromhex(id_)
        if isinstance(id_, str) and len(id_) == 4 * -(-size_bytes // 3):
            return base64.b64decode(id_, validate=True)
    except (ValueError, binascii.Error):
        pass
    raise BadSpan(f"its {name} is neither {2 * size_bytes} hexadecimal digits nor base64 of {size_bytes} bytes")


def ns_of(record: dict[str, Any], name: str) -> int:
    """A time, a whole number or its text; 0 where there is none.

    Raises:
        BadSpan: It is no such thing.
    """
    value = record.get(name)
    if value is None:
        value = record.get(_snake(name))
    if type(value) is str and _DIGITS.fullmatch(value):
        return int(value)
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    if value is None or value == "":
        return 0
    raise BadSpan(f"its {name} is no whole number")


def attributes_of(pairs: Any, depth: int = 0) -> Attributes:
    """Attributes by their names.

    Raises:
        BadSpan: A value is nested too deeply.
    """
    if depth > _DEEPEST_VALUE:
        raise BadSpan(f"is nested more than {DEEPEST} levels deep")
    made: Attributes = {}
    for pair in dicts_of(pairs):
        key, value = pair.get("key"), pair.get("value")
        if isinstance(key, str):
            made[key] = value_of(value, depth) if isinstance(value, dict) else None
    return made


def value_of(value: dict[str, Any], depth: int = 0) -> Any:
    """A value that says of what kind it is, as a plain one; None where the kind is not known.

    Raises:
        BadSpan: It is nested too deeply.
    """
    for kind, given in value.items():
        match kind:
            case "stringValue" | "string_value" | "boolValue" | "bool_value" | "bytesValue" | "bytes_value":
                return given
            case "intValue" | "int_value":
                return int(given) if type(given) is str and _DIGITS.fullmatch(given) else given
            case "doubleValue" | "double_value":
                return given
            case "arrayValue" | "array_value" if depth < _DEEPEST_VALUE:
                items = list_of(given, "values") if isinstance(given, dict) else None
                return [value_of(one, depth + 1) for one in dicts_of(items)]
            case "kvlistValue" | "kvlist_value" | "arrayValue" | "array_value":
                return attributes_of(list_of(given, "values") if isinstance(given, dict) else None, depth + 1)
    return None


def list_of(holder: dict[str, Any], name: str) -> list[Any] | None:
    """A field that is a list; None where it is none, or missing."""
    value = holder.get(name)
    if value is None:
        value = holder.get(_snake(name))
    return value if isinstance(value, list) else None


def dicts_of(items: Any) -> Iterator[dict[str, Any]]:
    """The objects in a list; none where it is no list."""
    return (item for item in items if isinstance(item, dict)) if isinstance(items, list) else iter(())


def text_of(value: Any) -> str:
    """A text; empty where it is none."""
    return value if isinstance(value, str) else ""


def _snake(name: str) -> str:
    return _SNAKES.setdefault(name, re.sub("([A-Z])", lambda match: "_" + match[1].lower(), name))


_SNAKES: dict[str, str] = {}
