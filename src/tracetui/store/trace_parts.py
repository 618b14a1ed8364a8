"""Messages that came apart from their trace, in the store: they wait here for it, and stay when it has come.

Each is kept with its raw record, compressed, so that the trace can be composed again with those that come later,
and a better mapping be applied to all. Nothing in here is shown before the trace itself is known.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from tracetui.domain.parts import Side, TracePart
from tracetui.domain.ports import Difference
from tracetui.store.composing import Message
from tracetui.store.kept import Key
from tracetui.store.names import Names
from tracetui.store.payloads import Packer, Unpacker

_CHUNK = 500
_INSERT = """
INSERT INTO trace_parts (record_id, origin_id, part_id, at_ns, side, content) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
_OF_PART = "SELECT at_ns, side, content FROM trace_parts WHERE record_id = ? AND origin_id = ? AND part_id = ?"


class TraceParts:
    """The parts of traces. Call only inside a write transaction."""

    def __init__(self, connection: sqlite3.Connection, names: Names, unpacker: Unpacker) -> None:
        self._connection = connection
        self._names = names
        self._unpacker = unpacker
        self.added = 0
        self.present = 0
        self.differences: list[Difference] = []

    def keep(self, parts: Iterable[tuple[int, TracePart]], packer: Packer) -> set[Key]:
        """Keep the parts of a batch, each with its place in it; the traces that have new ones."""
        touched: set[Key] = set()
        for place, part in parts:
            origin_id = self._names.id_of("origins", part.origin)
            identity = (part.record_id, origin_id, part.part_id)
            content = _joined(part)
            values = (*identity, part.at_ns, int(part.side), packer.compress(content))
            if self._connection.execute(_INSERT, values).rowcount:
                self.added += 1
                touched.add((part.origin, part.record_id))
                continue
            self.present += 1
            at_ns, side, frame = self._connection.execute(_OF_PART, identity).fetchone()
            known = Message(at_ns, part.part_id, Side(side), _messages(self._unpacker.decompress(frame)))
            if known != Message(part.at_ns, part.part_id, part.side, part.messages):
                kept, offered = _shown(known.messages), _shown(part.messages)
                self.differences.append(Difference(place, "messages", kept, offered))
        return touched

    def of(self, keys: Iterable[Key]) -> dict[Key, list[Message]]:
        """The parts of those of some traces that have any."""
        found: dict[Key, list[Message]] = {}
        if self._connection.execute("SELECT 1 FROM trace_parts LIMIT 1").fetchone() is None:
            return found
        by_origin: dict[str, list[str]] = {}
        for origin, record_id in keys:
            by_origin.setdefault(origin, []).append(record_id)
        for origin, record_ids in by_origin.items():
            origin_id = self._names.id_of("origins", origin)
            for start in range(0, len(record_ids), _CHUNK):
                some = record_ids[start : start + _CHUNK]
                sql = f"""SELECT record_id, part_id, at_ns, side, content FROM trace_parts
                WHERE record_id IN ({", ".join("?" * len(some))}) AND origin_id = ?"""
                for record_id, part_id, at_ns, side, frame in self._connection.execute(sql, (*some, origin_id)):
                    messages = _messages(self._unpacker.decompress(frame))
                    found.setdefault((origin, record_id), []).append(Message(at_ns, part_id, Side(side), messages))
        return found


def raw_of(plain: bytes) -> bytes:
    """The source record of a part, from its content unpacked."""
    end, lengths = _directory(plain)
    return plain[end : end + lengths[0]]


def _joined(part: TracePart) -> bytes:
    """A part as plain bytes: the lengths of all that follows, the raw record, the messages."""
    parts = (part.raw, *part.messages)
    return b"%s\n%s" % (" ".join(str(len(one)) for one in parts).encode(), b"".join(parts))


def _messages(plain: bytes) -> tuple[bytes, ...]:
    start, (raw_length, *lengths) = _directory(plain)
    start += raw_length
    messages = []
    for length in lengths:
        messages.append(plain[start : start + length])
        start += length
    return tuple(messages)


def _directory(plain: bytes) -> tuple[int, list[int]]:
    """Where the first section begins, and the lengths of all."""
    end = plain.index(b"\n")
    return end + 1, [int(length) for length in plain[:end].split()]


def _shown(messages: Sequence[bytes]) -> str:
    text = b", ".join(messages)[:400].decode("utf-8", "replace")
    return text if len(text) <= 80 else text[:79] + "…"
