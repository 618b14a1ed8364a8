"""Frames of texts and payloads: one of zstd for each trace, made with a dictionary that the store has learnt.

What lies in a frame is `payload_layout.py`.
"""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracetui.store.payload_layout import Payload, Texts, input_and_output, joined, taken_apart, texts

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

Unpacked = Sequence[tuple[Sequence[int], "zstandard.BufferWithSegmentsCollection"]]
"""Plain bytes of a block of frames: the places of some of them in the block, and a segment for each."""


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
        return self.compress(joined(payload))

    def compress(self, plain: bytes) -> bytes:
        """The frame of any bytes."""
        return self._compressor.compress(plain)

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
        return taken_apart(self.decompress(frame))

    def texts(self, frame: bytes) -> Texts:
        """Input, output and error alone, without making anything of the rest but its bytes."""
        return texts(self.decompress(frame))

    def decompress(self, frame: bytes) -> bytes:
        """The bytes that were compressed."""
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
    found: list[tuple[bytes | None, bytes | None]] = [(None, None)] * sum(len(places) for places, _ in unpacked)
    for places, plains in unpacked:
        for at, place in enumerate(places):
            found[place] = input_and_output(plains[at].tobytes())
    return found


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
