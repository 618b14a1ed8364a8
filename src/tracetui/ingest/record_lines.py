"""The loop of every format whose records are lines: limits, blank lines, rejects with their reasons.

A format gives a function from the bytes of one record to what it holds; nothing here knows what a record is.
"""

from collections.abc import Callable, Iterator

from tracetui.domain.ports import Record
from tracetui.ingest.items import LARGEST_RECORD_BYTES, Bad, Good, Items, Notes
from tracetui.ingest.json_text import BadRecord, is_whole
from tracetui.ingest.sources import Line

Lines = Iterator[Line] | Iterator[Line | Bad]
"""Lines, elements of an array, or rows of a table with those among them that cannot be read."""


def read(lines: Lines, notes: Notes, record_of: Callable[[bytes], Record | None]) -> Items:
    """Read one record from each line; blank lines are skipped.

    Args:
        lines: Without their ends.
        notes: Told which line is being read.
        record_of: Makes the record of one line; None where it is none of ours and is left out (the function notes
            that itself); raises `BadRecord` where it cannot be taken.
    """
    for line in lines:
        if isinstance(line, Bad):
            yield line
            continue
        content = line.content.strip(b" \t\r\n")
        if line.is_too_large:
            limit = LARGEST_RECORD_BYTES // 1024 // 1024
            yield Bad(line.number, f"is larger than {limit} MiB", line.content)
            continue
        if not content:
            continue
        notes.line = line.number
        try:
            record = record_of(content)
        except BadRecord as bad:
            if line.is_cut_off and not is_whole(content):
                yield Bad(line.number, f"is cut off: the file ends inside it ({bad})", content, is_cut_off=True)
            else:
                yield Bad(line.number, str(bad), content)
        else:
            if record is not None:
                yield Good(line.number, record, len(content))
