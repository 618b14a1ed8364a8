"""OTLP in files: captured bodies, the collector's file exporter in both of its encodings, downloads in JSON.

A record's place is the line of its body in JSON, and the number of its body in protobuf.
"""

from collections.abc import Iterator

from tracetui.errors import IngestError
from tracetui.ingest import json_array
from tracetui.ingest.items import LARGEST_RECORD_BYTES, SAMPLE_BYTES, Bad, Good, Items, Notes, Options
from tracetui.ingest.json_text import BadRecord, is_whole
from tracetui.ingest.otlp.decoding import Decoded, decode
from tracetui.ingest.otlp.recognise import Kind, kind_of
from tracetui.ingest.sources import Line, Source

_PREFIX_BYTES = 4


def read(source: Source, options: Options, notes: Notes) -> Items:
    """Read the records of an input.

    Raises:
        IngestError: It is no OTLP, or a body of protobuf in it is damaged or too large.
    """
    kind = kind_of(source.head())
    if kind is None:
        raise IngestError(
            f"{source.name}: is no OTLP, neither protobuf nor JSON with resourceSpans or resourceLogs.",
            "Give it without --format, and it is told by its content.",
        )
    if kind.encoding == "protobuf":
        yield from _protobuf(source, kind, options, notes)
    else:
        yield from _json(source, options, notes)


def _protobuf(source: Source, kind: Kind, options: Options, notes: Notes) -> Items:
    for number, body in enumerate(_sized(source) if kind.has_sizes else [_whole(source)], 1):
        notes.line = number
        try:
            decoded = decode(body, signal=kind.signal, encoding="protobuf", options=options, note=notes)
        except BadRecord as bad:
            yield Bad(number, str(bad), body[:SAMPLE_BYTES])
        else:
            yield from _items(decoded, number, len(body))


def _whole(source: Source) -> bytes:
    """All of an input.

    Raises:
        IngestError: It is larger than a body may be.
    """
    pieces, size = [], 0
    for block in source.blocks():
        size += len(block)
        if size > LARGEST_RECORD_BYTES:
            limit = LARGEST_RECORD_BYTES // 1024 // 1024
            raise IngestError(
                f"{source.name}: is one body of more than {limit} MiB.",
                "Let the sender make smaller batches, or give it as JSON lines.",
            )
        pieces.append(block)
    return b"".join(pieces)


def _sized(source: Source) -> Iterator[bytes]:
    """Bodies that follow one another, each behind its size; the last may be cut off.

    Raises:
        IngestError: One is larger than a body may be.
    """
    held = bytearray()
    for block in source.blocks():
        held += block
        while len(held) >= _PREFIX_BYTES:
            size = int.from_bytes(held[:_PREFIX_BYTES], "big")
            if size > LARGEST_RECORD_BYTES:
                raise IngestError(
                    f"{source.name}: names {size:,} bytes as the size of a body, which is damage.", "Get it again."
                )
            if len(held) < _PREFIX_BYTES + size:
                break
            yield bytes(held[_PREFIX_BYTES : _PREFIX_BYTES + size])
            del held[: _PREFIX_BYTES + size]
    if held:
        yield bytes(held[_PREFIX_BYTES:])


def _json(source: Source, options: Options, notes: Notes) -> Items:
    for line in _json_lines(source):
        content = line.content.strip(b" \t\r\n")
        if line.is_too_large:
            limit = LARGEST_RECORD_BYTES // 1024 // 1024
            yield Bad(line.number, f"is larger than {limit} MiB", content)
            continue
        if not content:
            continue
        notes.line = line.number
        kind = kind_of(content)
        try:
            signal = "traces" if kind is None else kind.signal
            decoded = decode(content, signal=signal, encoding="json", options=options, note=notes)
        except BadRecord as bad:
            is_cut_off = line.is_cut_off and not is_whole(content)
            reason = f"is cut off: the file ends inside it ({bad})" if is_cut_off else str(bad)
            yield Bad(line.number, reason, content, is_cut_off=is_cut_off)
        else:
            yield from _items(decoded, line.number, len(content))


def _json_lines(source: Source) -> Iterator[Line]:
    """The requests of an input: one on each line, one in several lines, or the elements of an array."""
    head = source.head().lstrip()
    if head.startswith(b"["):
        return json_array.elements(source.blocks())
    first_line = head.split(b"\n", 1)[0].rstrip()
    if first_line.endswith((b"{", b"[", b",")):
        # Written for people to read: what is between the outer braces is one request.
        return json_array.elements(_as_array(source.blocks()))
    return source.lines()


def _as_array(blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield b"["
    yield from blocks
    yield b"]"


def _items(decoded: Decoded, line: int, size_bytes: int) -> Items:
    """What a body holds, all of it in one place; `size_bytes` is that of the body."""
    each_bytes = size_bytes // max(1, len(decoded.records))
    for record in decoded.records:
        yield Good(line, record, each_bytes)
    for rejected in decoded.rejected:
        yield Bad(line, rejected.reason, rejected.raw)
