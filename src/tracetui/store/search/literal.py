"""Texts of traces read in bulk and compared literally: what a search does where the index cannot tell.

Frames are unpacked some hundreds at once, without Python's lock. Most of them need not be taken apart: what a text
contains is in the plain bytes of its frame too, so that those without it are known by one look through the bytes.
13 us for a trace of 1.5 kB text, where one query and one unpacking for each took 40.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from tracetui.domain.folding import fold
from tracetui.store.payload_layout import texts
from tracetui.store.payloads import BulkUnpacker, Unpacked

AT_ONCE = 256
"""Traces read at once; 3 ms of 1.5 kB texts, after which a newer question can stop the search."""
BLOCK_BYTES = 4_000_000
"""Plain bytes, raw records included, that are unpacked at once."""

_READ = """
SELECT x.payload, t.id, t.request_id, t.route_id, t.source_type_id, t.source_id
FROM json_each(?) AS wanted
CROSS JOIN traces AS t ON t.id = wanted.value
CROSS JOIN trace_texts AS x ON x.id = t.id
"""
_NAMES = (
    "SELECT version FROM routes WHERE id = ?",
    "SELECT name FROM source_types WHERE id = ?",
    "SELECT name FROM sources WHERE id = ?",
)
_AS_WRITTEN = re.compile("[ !#-\\[\\]-~]+")
"""Characters that stand for themselves in a JSON string, as in plain text."""
_FOLD_TO_ASCII = ("\u212a".encode(), b"\\u212a", "\u017f".encode(), b"\\u017f")
"""The Kelvin sign folds to k and the long s to s: nothing else does that is not ASCII, as UTF-8 or escaped."""

_Row = tuple[bytes, int, str, int, int | None, int | None]


class Literal:
    """Compares the texts of traces with one that is sought.

    Args:
        db: The reader's connection.
        folded: What is sought.
    """

    def __init__(self, db: sqlite3.Connection, folded: str) -> None:
        self._db = db
        self._folded = folded
        self._unpacker: BulkUnpacker | None = None
        self._named: dict[tuple[str, int], bool] = {}
        # The longest part that looks the same in the bytes of a frame, wherever in it a text stands.
        written = max(_AS_WRITTEN.findall(folded), key=len, default="")
        self._written = written.encode()
        self._folds_to_ascii = _FOLD_TO_ASCII if "k" in written or "s" in written else ()

    def those_with(self, ids: Sequence[int]) -> Iterator[int]:
        """The traces that contain it, of at most some hundreds."""
        block: list[_Row] = []
        size = 0
        for row in self._db.execute(_READ, (json.dumps(list(ids)),)):
            block.append(row)
            size += self._bulk.size_of(row[0])
            if size >= BLOCK_BYTES:
                yield from self._in_block(block)
                block, size = [], 0
        yield from self._in_block(block)

    @property
    def _bulk(self) -> BulkUnpacker:
        if self._unpacker is None:
            self._unpacker = BulkUnpacker(self._db)
        return self._unpacker

    def _unpacked(self, frames: Sequence[bytes]) -> Unpacked:
        if not frames:
            return []
        try:
            return self._bulk.unpack(frames)
        except KeyError:
            # The store has learnt a dictionary since.
            self._unpacker = None
            return self._bulk.unpack(frames)

    def _in_block(self, block: Sequence[_Row]) -> Iterator[int]:
        for places, plains in self._unpacked([row[0] for row in block]):
            for at, place in enumerate(places):
                _, id, request_id, *names = block[place]
                if (
                    self._is_in_bytes(plains[at].tobytes())
                    or self._folded in fold(request_id)
                    or self._is_in_name(names)
                ):
                    yield id

    def _is_in_bytes(self, plain: bytes) -> bool:
        if self._written:
            lowered = plain.lower()
            if self._written not in lowered and not any(odd in lowered for odd in self._folds_to_ascii):
                return False
        return self._is_in_any(texts(plain))

    def _is_in_any(self, texts: Iterable[str | None]) -> bool:
        return any(text is not None and self._folded in fold(text) for text in texts)

    def _is_in_name(self, ids: Sequence[int | None]) -> bool:
        """Whether a version, source type or source contains it; each of them is looked at once."""
        return any(id is not None and self._is_named(sql, id) for sql, id in zip(_NAMES, ids, strict=True))

    def _is_named(self, sql: str, id: int) -> bool:
        known = self._named.get((sql, id))
        if known is None:
            known = self._named[sql, id] = self._is_in_any(self._db.execute(sql, (id,)).fetchone())
        return known
