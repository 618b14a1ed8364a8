"""How a trace's texts and payloads lie in plain bytes, before they are compressed: `joined` and `taken_apart`.

There is a line of numbers, then the raw records, and after them what is not found in the first raw record. Most
sections are slices of it: request and response word for word, input and output word for word or as the JSON
string that they came in. A trace of 1.5 kB text then takes 460 B, against 590 B with its texts beside the record.

The line: flags, then offset and length for input, output, error, request and response (length -1: not captured),
then, where one of them was put together from parts, the same for the request and the response that the records of
the trace have, then the length of each raw record. Offsets count from the end of the line.
"""

import json
from collections.abc import Sequence
from enum import IntFlag
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import NamedTuple

_RECONSTRUCTED = 1
_ESCAPED = (2, 4, 8)
"""Flags of input, output and error: the section is a JSON string, quotes included."""
_LACKS_SHIFT = 4
_LACKS = 15 << _LACKS_SHIFT
"""Flags: what of `FromParts` the records of the trace lack themselves."""
_OWN_RECONSTRUCTED = 256
_SECTIONS = 5
_PROBE_BYTES = 40
_SIMPLE_ESCAPES = {b"n": b"\n", b'"': b'"', b"t": b"\t", b"r": b"\r", b"/": b"/"}

_Spans = list[tuple[int, int]]


class FromParts(IntFlag):
    """Which contents of a trace were put together from parts that came apart from it."""

    INPUT = 1
    OUTPUT = 2
    REQUEST = 4
    RESPONSE = 8


class Own(NamedTuple):
    """What the records of a trace have themselves, where parts stand in for something."""

    lacks: FromParts
    """Not nothing."""
    request: bytes | None
    """None where it is not lacking: it is the payload's."""
    response: bytes | None
    is_reconstructed: bool


class Payload(NamedTuple):
    """What a frame holds."""

    input: str | None
    output: str | None
    error: str | None
    request: bytes | None
    response: bytes | None
    is_reconstructed: bool
    raws: tuple[bytes, ...]
    """The source records, the first one first; at least one."""
    own: Own | None = None
    """None: everything is from the records of the trace."""


class Texts(NamedTuple):
    """The texts of a trace, without its payloads."""

    input: str | None
    output: str | None
    error: str | None


def joined(payload: Payload) -> bytes:
    """A payload as plain bytes: what goes into a frame, and what a dictionary is trained on.

    Raises:
        UnicodeEncodeError: A text holds half a surrogate pair, which no UTF-8 can.
    """
    raws, own = payload.raws, payload.own
    first = raws[0]
    parts = [b"", *raws]
    end = sum(map(len, raws))
    flags = _RECONSTRUCTED if payload.is_reconstructed else 0
    numbers = [0]
    for place, text in enumerate(payload[:3]):
        if text is None:
            numbers += (0, -1)
            continue
        section, offset, is_escaped = _text_in(first, text)
        if is_escaped:
            flags |= _ESCAPED[place]
        if offset < 0:
            offset = end
            end += len(section)
            parts.append(section)
        numbers += (offset, len(section))
    sections: tuple[bytes | None, ...] = payload[3:5]
    if own is not None:
        flags |= int(own.lacks) << _LACKS_SHIFT
        flags |= _OWN_RECONSTRUCTED if own.is_reconstructed else 0
        sections += (own.request, own.response)
    for payload_bytes in sections:
        if payload_bytes is None:
            numbers += (0, -1)
            continue
        offset = _find(first, payload_bytes)
        if offset < 0:
            offset = end
            end += len(payload_bytes)
            parts.append(payload_bytes)
        numbers += (offset, len(payload_bytes))
    numbers[0] = flags
    numbers += map(len, raws)
    parts[0] = b"%s\n" % " ".join(map(str, numbers)).encode()
    return b"".join(parts)


def taken_apart(plain: bytes) -> Payload:
    """The payload that `joined` made into bytes."""
    flags, spans, lengths, start = _directory(plain)
    asked, answered, error = _texts(plain, flags, spans, start)
    request, response, *own_payloads = (
        plain[start + offset : start + offset + length] if length >= 0 else None for offset, length in spans[3:]
    )
    raws = []
    for length in lengths:
        raws.append(plain[start : start + length])
        start += length
    own = None
    if own_payloads:
        lacks = FromParts((flags & _LACKS) >> _LACKS_SHIFT)
        own = Own(lacks, own_payloads[0], own_payloads[1], bool(flags & _OWN_RECONSTRUCTED))
    return Payload(asked, answered, error, request, response, bool(flags & _RECONSTRUCTED), tuple(raws), own)


def texts(plain: bytes) -> Texts:
    """Input, output and error alone, without making anything of the rest of what `joined` made."""
    flags, spans, _lengths, start = _directory(plain)
    return _texts(plain, flags, spans, start)


def input_and_output(plain: bytes) -> tuple[bytes | None, bytes | None]:
    """Both texts of what `joined` made, as UTF-8."""
    # As `_directory` and `_texts`, but no more than is needed: a third of their time.
    end = plain.index(b"\n")
    flags, input_at, input_length, output_at, output_length, _ = plain[:end].split(b" ", 5)
    escaped, start = int(flags), end + 1
    return (
        _utf8(plain, start + int(input_at), int(input_length), is_escaped=bool(escaped & _ESCAPED[0])),
        _utf8(plain, start + int(output_at), int(output_length), is_escaped=bool(escaped & _ESCAPED[1])),
    )


def _text_in(raw: bytes, text: str) -> tuple[bytes, int, bool]:
    """How a text stands in a raw record: its bytes, their offset (-1: not in it), whether they are escaped."""
    section = text.encode()
    escaped = encode_basestring_ascii(text)
    if len(escaped) == len(text) + 2:
        return section, _find(raw, section), False
    offset = _find(raw, found := escaped.encode())
    if offset < 0:
        offset = _find(raw, found := encode_basestring(text).encode())
    return (found, offset, True) if offset >= 0 else (section, -1, False)


def _find(raw: bytes, section: bytes) -> int:
    # Searching for a long needle prepares tables as long as itself. By its head first, `joined` takes 12 µs
    # instead of 22 for a record of 5 kB.
    offset = raw.find(section[:_PROBE_BYTES])
    if offset >= 0 and not raw.startswith(section, offset):
        offset = raw.find(section, offset + 1)
    return offset


def _directory(plain: bytes) -> tuple[int, _Spans, list[int], int]:
    """Flags, the spans of the sections, the lengths of the raw records, and where the body begins."""
    end = plain.index(b"\n")
    numbers = [int(number) for number in plain[:end].split()]
    raws_at = 1 + 2 * (_SECTIONS + 2 if numbers[0] & _LACKS else _SECTIONS)
    spans = list(zip(numbers[1:raws_at:2], numbers[2:raws_at:2], strict=True))
    return numbers[0], spans, numbers[raws_at:], end + 1


def _utf8(plain: bytes, at: int, length: int, *, is_escaped: bool) -> bytes | None:
    """A section as UTF-8."""
    if length < 0:
        return None
    if not is_escaped:
        return plain[at : at + length]
    # Nearly all escapes are line ends and quotes, and few: they are undone without decoding. Split at a single
    # byte, which is looked for four times as fast as the two of an escape.
    first, *others = plain[at + 1 : at + length - 1].split(b"\\")
    parts = [first]
    for part in others:
        meant = _SIMPLE_ESCAPES.get(part[:1])
        if meant is None:
            return str(json.loads(plain[at : at + length])).encode()
        parts += (meant, part[1:])
    return b"".join(parts)


def _texts(plain: bytes, flags: int, spans: Sequence[tuple[int, int]], start: int) -> Texts:
    found: list[str | None] = []
    for (offset, length), escaped in zip(spans[:3], _ESCAPED, strict=True):
        section = plain[start + offset : start + offset + length] if length >= 0 else None
        if section is None:
            found.append(None)
        else:
            found.append(json.loads(section) if flags & escaped else section.decode())
    return Texts(*found)
