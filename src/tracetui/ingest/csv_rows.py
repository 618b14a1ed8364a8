"""Lines of CSV to rows, and to objects for formats that come as JSON or as CSV.

An unclosed quote would swallow every row up to the next quote: then only the line that opened it is bad, and the
lines after it are read again as rows of their own.
"""

import csv
import json
from collections import deque
from collections.abc import Iterator, Sequence

from tracetui.ingest import headers
from tracetui.ingest.items import LARGEST_RECORD_BYTES, SAMPLE_BYTES, Bad
from tracetui.ingest.sources import Line


class Place:
    """Where a row stands, and the lines that it is made of."""

    __slots__ = ("is_cut_off", "number", "raw")

    def __init__(self, lines: list[Line]) -> None:
        self.number = lines[0].number
        self.raw = b"\n".join(line.content for line in lines)
        self.is_cut_off = lines[-1].is_cut_off


class _Feed:
    """Gives lines to csv.reader, remembers which ones the current row took, and can give them again."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()
        self._size = 0
        self.taken: list[Line] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._size += len(line.content)
        if line.is_too_large or self._size > LARGEST_RECORD_BYTES:
            raise _TooLarge
        return line.content.decode("utf-8", "surrogateescape") + "\n"

    def begin_row(self) -> None:
        self.taken = []
        self._size = 0

    def give_again(self, lines: list[Line]) -> None:
        self._again.extendleft(reversed(lines))


class _TooLarge(Exception):
    """A row has taken more than a record may have."""


def rows(lines: Iterator[Line], delimiter: str) -> Iterator[tuple[Place, list[str] | Bad]]:
    """The rows below the headers, and those that are none; a blank line is an empty row.

    Args:
        lines: Lines without their ends.
        delimiter: What parts the cells.
    """
    csv.field_size_limit(LARGEST_RECORD_BYTES)
    feed = _Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin_row()
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLarge) as error:
            first, *others = feed.taken
            feed.give_again(others)
            place = Place([first])
            if first.is_too_large or isinstance(error, _TooLarge):
                reason = (
                    f"is larger than {LARGEST_RECORD_BYTES // 1024 // 1024} MiB, or a quote in it is not closed"
                )
                yield place, Bad(first.number, reason, first.content[:SAMPLE_BYTES])
            else:
                yield place, Bad(first.number, _quoting(error), first.content, first.is_cut_off)
        else:
            yield Place(feed.taken), row


def _quoting(error: Exception) -> str:
    text = str(error)
    if "unexpected end" in text:
        return "has a quote that is not closed"
    if "expected after" in text:
        return "has a quote that is not closed, or text after a closing quote"
    return f"is not CSV: {text}"


def why_bad(place: Place, row: Sequence[str], columns: int) -> str | None:
    """Why a row cannot be read; None where it can."""
    try:
        place.raw.decode()
    except UnicodeDecodeError as error:
        return f"is not UTF-8 at byte offset {error.start} (0x{place.raw[error.start]:02x})"
    return None if len(row) == columns else f"has {len(row)} cells, where the headers are {columns}"


def as_objects(lines: Iterator[Line]) -> Iterator[Line | Bad]:
    """Each row as a JSON object of texts, by header; empty cells are left out.

    Args:
        lines: Lines without their ends; the first one that is not blank holds the headers.
    """
    first = next((line for line in lines if line.content.strip()), None)
    if first is None:
        return
    text = first.content.decode("utf-8", "replace").rstrip("\r")
    names = headers.headers_of(text)
    for place, row in rows(lines, headers.delimiter_of(text)):
        if isinstance(row, Bad):
            yield row
        elif row:
            reason = why_bad(place, row, len(names))
            if reason is not None:
                yield Bad(place.number, reason, place.raw, place.is_cut_off)
            else:
                cells = {name: cell for name, cell in zip(names, row, strict=True) if cell}
                content = json.dumps(cells, ensure_ascii=False).encode()
                yield Line(place.number, content, is_cut_off=place.is_cut_off)
