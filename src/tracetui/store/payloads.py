"""Texts and payloads of one trace as one zstd frame.

A frame holds a line of numbers and then the body: the texts that are not in the raw records word for word, then
the raw records. The numbers say where in the body each section lies, so request and response, being slices of
the raw record, take a few bytes. `Unpacker` is the one place that reads it, `Packer` the one that makes it.

The line: flags, then offset and length for input, output, error, request and response (length -1: not captured),
then the length of each raw record; they stand at the end of the body, the first one first.
"""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import zstandard

LEVEL = 3
DICTIONARY_BYTES = 65_536
DICTIONARY_SAMPLES = 1_000
"""Fewer than this many records teach nothing; more of them take longer and teach little."""

_RECONSTRUCTED = 1
_SECTIONS = 5


class Payload(NamedTuple):
    """What a frame holds."""

    input: str | None
    output: str | None
    error: str | None
    request: bytes | None
    response: bytes | None
    is_reconstructed: bool
    raws: tuple[bytes, ...]


class Texts(NamedTuple):
    """The texts of a trace, without its payloads."""

    input: str | None
    output: str | None


def joined(payload: Payload) -> bytes:
    """A payload as plain bytes: what goes into a frame, and what a dictionary is trained on."""
    tail = payload.raws[0] if len(payload.raws) == 1 else b"".join(payload.raws)
    inline: list[bytes] = []
    inline_length = 0
    spans: list[tuple[int, int, bool]] = []
    for text in payload[:3]:
        section = text.encode() if text is not None else None
        inline_length = _place(section, tail, inline, inline_length, spans)
    for section in payload[3:5]:
        inline_length = _place(section, tail, inline, inline_length, spans)
    numbers = [_RECONSTRUCTED if payload.is_reconstructed else 0]
    for offset, length, in_tail in spans:
        numbers.append(offset + inline_length if in_tail else offset)
        numbers.append(length)
    numbers.extend(len(raw) for raw in payload.raws)
    return b"".join((" ".join(map(str, numbers)).encode(), b"\n", *inline, tail))


def _place(
    section: bytes | None, tail: bytes, inline: list[bytes], inline_length: int, spans: list[tuple[int, int, bool]]
) -> int:
    if section is None:
        spans.append((0, -1, False))
        return inline_length
    offset = tail.find(section)
    if offset >= 0:
        spans.append((offset, len(section), True))
        return inline_length
    spans.append((inline_length, len(section), False))
    inline.append(section)
    return inline_length + len(section)


def taken_apart(plain: bytes) -> Payload:
    """The payload that `joined` made into bytes."""
    flags, spans, raw_lengths, start = _directory(plain)
    sections = [
        plain[start + offset : start + offset + length] if length >= 0 else None for offset, length in spans
    ]
    asked, answered, error = (None if section is None else section.decode() for section in sections[:3])
    raws = []
    end = len(plain)
    for length in reversed(raw_lengths):
        raws.append(plain[end - length : end])
        end -= length
    is_reconstructed = bool(flags & _RECONSTRUCTED)
    return Payload(asked, answered, error, sections[3], sections[4], is_reconstructed, tuple(reversed(raws)))


def _directory(plain: bytes) -> tuple[int, list[tuple[int, int]], list[int], int]:
    """Flags, the five spans, the lengths of the raw records, and where the body begins."""
    end = plain.index(b"\n")
    numbers = [int(number) for number in plain[:end].split()]
    spans = list(zip(numbers[1 : 2 * _SECTIONS + 1 : 2], numbers[2 : 2 * _SECTIONS + 1 : 2], strict=True))
    return numbers[0], spans, numbers[2 * _SECTIONS + 1 :], end + 1


class Packer:
    """Makes frames, with the store's dictionary where there is one."""

    def __init__(self, dictionary: bytes | None = None) -> None:
        import zstandard

        self.has_dictionary = dictionary is not None
        """Whether the store has learnt one yet."""
        known = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        if known is not None:
            known.precompute_compress(level=LEVEL)
        self._compress = zstandard.ZstdCompressor(level=LEVEL, dict_data=known).compress

    def pack(self, payload: Payload) -> bytes:
        """One frame."""
        return self._compress(joined(payload))

    def pack_joined(self, plain: bytes) -> bytes:
        """One frame of what `joined` made."""
        return self._compress(plain)


class Unpacker:
    """Reads frames; fetches a dictionary from the store when a frame first asks for it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._decompressors: dict[int, zstandard.ZstdDecompressor] = {}

    def unpack(self, frame: bytes) -> Payload:
        """All that a frame holds."""
        return taken_apart(self._decompressor(frame).decompress(frame))

    def texts(self, frame: bytes) -> Texts:
        """Input and output alone, without making anything of the rest."""
        plain = self._decompressor(frame).decompress(frame)
        _flags, spans, _raws, start = _directory(plain)
        return Texts(
            *(
                plain[start + offset : start + offset + length].decode() if length >= 0 else None
                for offset, length in spans[:2]
            )
        )

    def plain(self, frame: bytes) -> bytes:
        """What `joined` made."""
        return self._decompressor(frame).decompress(frame)

    def _decompressor(self, frame: bytes) -> "zstandard.ZstdDecompressor":
        import zstandard

        dictionary_id = zstandard.get_frame_parameters(frame).dict_id
        known = self._decompressors.get(dictionary_id)
        if known is None:
            known = zstandard.ZstdDecompressor(dict_data=self._dictionary(dictionary_id))
            self._decompressors[dictionary_id] = known
        return known

    def _dictionary(self, dictionary_id: int) -> "zstandard.ZstdCompressionDict | None":
        import zstandard

        if dictionary_id == 0:
            return None
        sql = "SELECT content FROM dictionaries WHERE id = ?"
        (content,) = self._connection.execute(sql, (dictionary_id,)).fetchone()
        return zstandard.ZstdCompressionDict(content)


def train(samples: Sequence[bytes]) -> bytes:
    """A dictionary of what records have in common."""
    import zstandard

    return zstandard.train_dictionary(DICTIONARY_BYTES, list(samples), dict_id=1, k=512, d=8).as_bytes()
