"""Raw records read again as they are read today: with the config file and the decoders of now.

A format that keeps raw records has a line in `READERS`. A store knows a trace's origin, which is the format's name
unless somebody said otherwise; then the record's own keys tell what it is.
"""

from collections.abc import Callable, Iterator

from tracetui.domain.ports import Record
from tracetui.domain.rereading import ReadAgain
from tracetui.domain.trace import Trace
from tracetui.ingest import json_lines, litellm, tables
from tracetui.ingest.first_keys import first_keys
from tracetui.ingest.formats import FORMATS
from tracetui.ingest.items import Notes, Options
from tracetui.ingest.json_text import BadRecord

HEAD_BYTES = 4_096
"""How much of a record of an unknown origin is looked at to tell what it is."""
_ID_MADE = "records without an id"
_ZONE_ASSUMED = ("times without a zone", "days without a time of day")
"""How the notes of `made_ids.py` and `values.py` begin; a test holds them equal."""

Read = Callable[[bytes], Record | None]
"""The record of one raw record; None where it holds none. Raises BadRecord."""


def _otlp(options: Options, notes: Notes) -> Read:  # noqa: ARG001  OTLP makes no notes
    """A span is kept as a request that holds it alone."""
    from tracetui.ingest.otlp import decode

    def read(raw: bytes) -> Record | None:
        encoding = "json" if raw.lstrip()[:1] == b"{" else "protobuf"
        decoded = decode(raw, signal="traces", encoding=encoding, options=options)  # type: ignore[arg-type]
        return next((record for record in decoded.records if isinstance(record, Trace)), None)

    return read


def _langfuse(options: Options, notes: Notes) -> Read:
    from tracetui.ingest.langfuse import Langfuse

    return Langfuse(options, notes).trace


def _llm(options: Options, notes: Notes) -> Read:
    from tracetui.ingest.llm_logs import RawCalls

    return RawCalls(options, notes).trace


def _batch(options: Options, notes: Notes) -> Read:
    from tracetui.ingest.openai_batch import Batch

    return Batch(options, notes).trace


READERS: dict[str, Callable[[Options, Notes], Read]] = {
    "jsonl": lambda options, notes: json_lines.JsonLines(options, notes).record,
    "csv": lambda options, notes: tables.RawRows(options, notes).trace,
    "litellm": lambda options, notes: litellm.LiteLlm(options, notes).trace,
    "langfuse": _langfuse,
    "llm": _llm,
    "openai-batch": _batch,
    "otlp": _otlp,
}
"""Name of a format -> what reads its raw records."""


class Remapper:
    """Reads one raw record after the other again.

    Args:
        options: What the user says today; a format or an origin in it plays no part.
        says_zone: Whether the zone in it is meant for times that name none; else those stay what they were.
    """

    def __init__(self, options: Options, *, says_zone: bool) -> None:
        self._options = options
        self._says_zone = says_zone
        self._notes = Notes()
        self._readers: dict[str, Read] = {}

    def __call__(self, origin: str, raw: bytes) -> ReadAgain | str:
        """What a raw record says today; a text is why it cannot be read."""
        reason = "is of no format that is known"
        for name in _candidates(origin, raw):
            self._notes.counts.clear()
            try:
                record = self._reader(name)(raw)
            except BadRecord as bad:
                reason = str(bad)
                continue
            if isinstance(record, Trace):
                return self._read(record)
            reason = "holds no trace"
        return reason

    def _reader(self, name: str) -> Read:
        if name not in self._readers:
            self._readers[name] = READERS[name](self._options, self._notes)
        return self._readers[name]

    def _read(self, trace: Trace) -> ReadAgain:
        said = tuple(self._notes.counts)
        is_zoned = self._says_zone or not any(note.startswith(_ZONE_ASSUMED) for note in said)
        return ReadAgain(trace, not any(note.startswith(_ID_MADE) for note in said), is_zoned)


def formats_of(origin: str, raw: bytes) -> str | None:
    """The format that a raw record is most likely of; None where nothing says so."""
    return next(_candidates(origin, raw), None)


def _candidates(origin: str, raw: bytes) -> Iterator[str]:
    """The formats that a raw record may be of, the likeliest first."""
    if origin in READERS:
        yield origin
        return
    if raw.lstrip()[:1] != b"{":
        yield "otlp"
        return
    keys = first_keys(raw[:HEAD_BYTES].decode("utf-8", "replace"))
    if keys & {"resourceSpans", "resource_spans"}:
        yield "otlp"
        return
    for name, known in FORMATS.items():
        if name in READERS and known.is_ours is not None and known.is_ours(keys):
            yield name
            return
    yield from ("jsonl", "csv")
