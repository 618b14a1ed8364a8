"""Which column of a CSV is which field: by our own names, or by a mapping of the config file."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tracetui.ingest.mapping import CsvMapping
from tracetui.ingest.values import EPOCH

FIELDS = frozenset(
    [
        "request_id",
        "model",
        "model_type",
        "base_model",
        "deployment",
        "deployment_version",
        "connection",
        "executed_at",
        "status",
        "status_code",
        "response_time_ms",
        "ttft_ms",
        "input_tokens",
        "output_tokens",
        "cached_input_tokens",
        "reasoning_tokens",
        "credits",
        "reconstructed",
        "cost",
        "stream",
        "input",
        "output",
        "user",
        "session",
        "source_type",
        "source",
        "error",
        "error_type",
        "finish_reason",
        "request",
        "response",
    ]
)
"""The fields of a trace record; a test holds them equal to `records.TraceRecord`."""

_ALSO = {"executed_on": "executed_at", "response_time": "response_time_ms", "version": "deployment_version"}
"""The headers of tracetui's own export that are not a field's name once written with underscores."""
_DELIMITERS = (",", ";", "\t")
_TO_MS = {"s": Decimal(1000), "ms": Decimal(1), "us": Decimal(1) / 1000}


class Layout(NamedTuple):
    """How the rows of one file are read."""

    delimiter: str
    headers: tuple[str, ...]
    """As they stand in the file; a second one of the same name ends in (2)."""
    fields: tuple[tuple[str, int], ...]
    """Field and the column that holds it, from 0."""
    mapping: CsvMapping | None

    def values(self, row: Sequence[str]) -> dict[str, object]:
        """The fields of a row, by name; an empty cell is unknown and left out."""
        found: dict[str, object] = {field: row[at] for field, at in self.fields if row[at] != ""}
        if self.mapping is not None:
            _apply(self.mapping, self.headers, row, found)
        return found


def layout_of(first_line: str, mappings: Sequence[CsvMapping]) -> Layout | None:
    """The layout of a file that begins with this line of headers; None where they are not understood.

    A mapping goes before our own names, and of several mappings the one that knows the most columns.
    """
    for delimiter in _DELIMITERS:
        headers = _headers(first_line, delimiter)
        fitting = [one for one in mappings if set(one.columns.values()) | set(one.failed_when) <= set(headers)]
        if fitting:
            best = max(fitting, key=lambda one: len(one.columns))
            fields = tuple((field, headers.index(header)) for field, header in best.columns.items())
            return Layout(delimiter, headers, fields, best)
        own = _own_fields(headers)
        if "executed_at" in dict(own):
            return Layout(delimiter, headers, own, None)
    return None


def headers_of(first_line: str) -> tuple[str, ...]:
    """The headers in a line, by the delimiter that gives the most of them."""
    return max((_headers(first_line, delimiter) for delimiter in _DELIMITERS), key=len)


def delimiter_of(first_line: str) -> str:
    """What the headers in a line are parted by."""
    return max(_DELIMITERS, key=lambda delimiter: len(_headers(first_line, delimiter)))


def _headers(first_line: str, delimiter: str) -> tuple[str, ...]:
    try:
        row = next(csv.reader([first_line], delimiter=delimiter), [])
    except csv.Error:
        return ()
    headers: list[str] = []
    for header in row:
        unique, times = header, 1
        while unique in headers:
            times += 1
            unique = f"{header} ({times})"
        headers.append(unique)
    return tuple(headers)


def _own_fields(headers: Sequence[str]) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        word = header.strip().lower().replace(" ", "_").replace("-", "_")
        field = _ALSO.get(word, word)
        if field in FIELDS:
            found.setdefault(field, at)
    return tuple(found.items())


def _apply(mapping: CsvMapping, headers: Sequence[str], row: Sequence[str], found: dict[str, object]) -> None:
    for field, constant in mapping.constants.items():
        found.setdefault(field, constant)
    if mapping.epoch is not None and "executed_at" in found:
        found["executed_at"] = _seconds_since_1970(mapping.epoch, found["executed_at"])
    if "response_time_ms" in found:
        found["response_time_ms"] = _times(found["response_time_ms"], _TO_MS[mapping.response_time_unit])
    if mapping.failed_when:
        has_failed = any(row[headers.index(header)] == value for header, value in mapping.failed_when.items())
        found["status"] = "failed" if has_failed else "success"


def _seconds_since_1970(epoch: str, value: object) -> object:
    seconds = _times(value, Decimal(1))
    if not isinstance(seconds, Decimal) or not seconds.is_finite():
        return value
    moment = datetime.fromisoformat(epoch)
    start = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH
    return Decimal(start.days * 86_400 + start.seconds) + Decimal(start.microseconds) / 1_000_000 + seconds


def _times(value: object, factor: Decimal) -> object:
    """A text as a number, times a factor; a text that is no number stays, to be refused with its reason."""
    try:
        return Decimal(str(value)) * factor
    except InvalidOperation:
        return value
