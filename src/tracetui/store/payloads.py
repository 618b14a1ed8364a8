"""Texts and payloads of one trace as one zstd frame; `joined` and `taken_apart` are its layout.

A frame holds a line of numbers, the raw records, and after them what is not found in the first raw record. Most
sections are slices of it: request and response word for word, input and output word for word or as the JSON
string that they came in. A trace of 1.5 kB text then takes 460 B, against 590 B with its texts beside the record.

The line: flags, then offset and length for input, output, error, request and response (length -1: not captured),
then the length of each raw record. Offsets count from the end of the line.
"""

import json
import sqlite3
from collections.abc import Sequence
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import zstandard

LEVEL = 3
"""With a dictionary as fast as level 1 (9 µs for 3.5 kB) and 15 % smaller; level 5 takes 2.5 times as long."""
DICTIONARY_BYTES = 65_536
"""Half of it made frames 5 % larger; nearly twice as much gained 4 % on one kind of record and lost 3 % on
another, and every reader holds one."""
DICTIONARY_SAMPLES = 1_000
"""How many records teach a dictionary at least; with fewer it knows them by heart and no others."""
MAX_SAMPLES = 2_000
MAX_SAMPLE_BYTES = 16_384

_RECONSTRUCTED = 1
_ESCAPED = (2, 4, 8)
"""Flags of input, output and error: the section is a JSON string, quotes included."""
_PROBE_BYTES = 40
_SIMPLE_ESCAPES = {b"n": b"\n", b'"': b'"', b"t": b"\t", b"r": b"\r", b"/": b"/"}


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


Unpacked = Sequence[tuple[Sequence[int], "zstandard.BufferWithSegmentsCollection"]]
"""Plain bytes of a block of frames: the places of some of them in the block, and a segment for each."""


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
    raws = payload.raws
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
    for payload_bytes in payload[3:5]:
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
    request, response = (
        plain[start + offset : start + offset + length] if length >= 0 else None for offset, length in spans[3:]
    )
    raws = []
    for length in lengths:
        raws.append(plain[start : start + length])
        start += length
    return Payload(asked, answered, error, request, response, bool(flags & _RECONSTRUCTED), tuple(raws))


class Packer:
    """Makes frames, with the store's dictionary where there is one."""

    def __init__(self, dictionary: bytes | None = None) -> None:
        import zstandard

        self.has_dictionary = dictionary is not None
        """Whether the store has learnt one yet."""
        known = zstandard.ZstdCompressionDict(dictionary) if dictionary is not None else None
        if known is not None:
            known.precompute_compress(level=LEVEL)
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=known)

    def pack(self, payload: Payload) -> bytes:
        """The frame of a payload."""
        return self._compressor.compress(joined(payload))

    def pack_all(self, plains: Sequence[bytes]) -> list[bytes]:
        """The frames of what `joined` made; other Python threads can run meanwhile."""
        if not plains:
            return []
        frames = self._compressor.multi_compress_to_buffer([*plains], threads=0)
        return [frames[place].tobytes() for place in range(len(frames))]


class Unpacker:
    """Reads frames; fetches a dictionary from the store when a frame first asks for it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._decompressors: dict[int, zstandard.ZstdDecompressor] = {}

    def unpack(self, frame: bytes) -> Payload:
        """All that a frame holds."""
        return taken_apart(self.unpack_joined(frame))

    def texts(self, frame: bytes) -> Texts:
        """Input, output and error alone, without making anything of the rest but its bytes."""
        plain = self.unpack_joined(frame)
        flags, spans, _lengths, start = _directory(plain)
        return _texts(plain, flags, spans, start)

    def unpack_joined(self, frame: bytes) -> bytes:
        """What `joined` made."""
        import zstandard

        dictionary_id = zstandard.get_frame_parameters(frame).dict_id
        known = self._decompressors.get(dictionary_id)
        if known is None:
            known = zstandard.ZstdDecompressor(dict_data=self._dictionary(dictionary_id))
            self._decompressors[dictionary_id] = known
        return known.decompress(frame)

    def _dictionary(self, dictionary_id: int) -> "zstandard.ZstdCompressionDict | None":
        import zstandard

        if dictionary_id == 0:
            return None
        sql = "SELECT content FROM dictionaries WHERE id = ?"
        (content,) = self._connection.execute(sql, (dictionary_id,)).fetchone()
        return zstandard.ZstdCompressionDict(content)


class BulkUnpacker:
    """Unpacks many frames at once, in any thread.

    It knows the store's dictionaries as they are when it is made, and does not use the connection afterwards.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._know(connection.execute("SELECT id, content FROM dictionaries").fetchall())

    def __getstate__(self) -> list[tuple[int, bytes]]:
        """What goes with it to another process."""
        return self._dictionaries

    def __setstate__(self, dictionaries: list[tuple[int, bytes]]) -> None:
        self._know(dictionaries)

    def _know(self, dictionaries: list[tuple[int, bytes]]) -> None:
        import zstandard

        self._dictionaries = dictionaries
        self._parameters = zstandard.get_frame_parameters
        self._decompressors = {0: zstandard.ZstdDecompressor()}
        for dictionary_id, content in dictionaries:
            known = zstandard.ZstdCompressionDict(content)
            self._decompressors[dictionary_id] = zstandard.ZstdDecompressor(dict_data=known)

    def size_of(self, frame: bytes) -> int:
        """How many bytes it becomes."""
        return self._parameters(frame).content_size

    def unpack(self, frames: Sequence[bytes]) -> "Unpacked":
        """The plain bytes of frames, with the places of those they are of. Other Python threads run meanwhile."""
        by_dictionary: dict[int, list[int]] = {}
        ids = [self._parameters(frame).dict_id for frame in frames]
        if len(set(ids)) == 1:
            return [(range(len(frames)), self._unpack(ids[0], list(frames)))]
        for place, dictionary_id in enumerate(ids):
            by_dictionary.setdefault(dictionary_id, []).append(place)
        return [
            (places, self._unpack(dictionary_id, [frames[place] for place in places]))
            for dictionary_id, places in by_dictionary.items()
        ]

    def _unpack(
        self, dictionary_id: int, frames: list[bytes | bytearray | memoryview]
    ) -> "zstandard.BufferWithSegmentsCollection":
        return self._decompressors[dictionary_id].multi_decompress_to_buffer(frames, threads=1)


def inputs_and_outputs(unpacked: "Unpacked") -> list[tuple[bytes | None, bytes | None]]:
    """Input and output of each frame that a `BulkUnpacker` has unpacked, as UTF-8."""
    texts: list[tuple[bytes | None, bytes | None]] = [(None, None)] * sum(len(places) for places, _ in unpacked)
    for places, plains in unpacked:
        for at, place in enumerate(places):
            texts[place] = _input_and_output(plains[at].tobytes())
    return texts


def train(samples: Sequence[bytes], dictionary_id: int) -> bytes:
    """A dictionary of what records have in common; took 0.03 to 0.17 s for 2,000 of them.

    Args:
        samples: What `joined` made of them; the first `MAX_SAMPLES` count, and of each its beginning.
        dictionary_id: What frames made with it will name.
    """
    import zstandard

    beginnings: list[bytes | bytearray | memoryview] = [
        sample[:MAX_SAMPLE_BYTES] for sample in samples[:MAX_SAMPLES]
    ]
    # k and d are given: searching for the best ones takes many times as long and gains little.
    return zstandard.train_dictionary(DICTIONARY_BYTES, beginnings, dict_id=dictionary_id, k=512, d=8).as_bytes()


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


def _directory(plain: bytes) -> tuple[int, list[tuple[int, int]], list[int], int]:
    """Flags, the five spans, the lengths of the raw records, and where the body begins."""
    end = plain.index(b"\n")
    numbers = [int(number) for number in plain[:end].split()]
    return numbers[0], list(zip(numbers[1:11:2], numbers[2:11:2], strict=True)), numbers[11:], end + 1


def _input_and_output(plain: bytes) -> tuple[bytes | None, bytes | None]:
    # As `_directory` and `_texts`, but no more than is needed: a third of their time.
    end = plain.index(b"\n")
    flags, input_at, input_length, output_at, output_length, _ = plain[:end].split(b" ", 5)
    escaped, start = int(flags), end + 1
    return (
        _utf8(plain, start + int(input_at), int(input_length), is_escaped=bool(escaped & _ESCAPED[0])),
        _utf8(plain, start + int(output_at), int(output_length), is_escaped=bool(escaped & _ESCAPED[1])),
    )


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
    texts: list[str | None] = []
    for (offset, length), escaped in zip(spans[:3], _ESCAPED, strict=True):
        section = plain[start + offset : start + offset + length] if length >= 0 else None
        if section is None:
            texts.append(None)
        else:
            texts.append(json.loads(section) if flags & escaped else section.decode())
    return Texts(*texts)
