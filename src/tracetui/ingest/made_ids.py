"""Ids for records that have none: the same for the same record each time it comes."""

import hashlib

REMEMBERED = 100_000
"""How many records are remembered at least, and twice that at most: memory stays flat on any file."""


class MadeIds:
    """Makes ids from content. One for each input, so that its first record is always the first.

    Two requests can be equal to the last byte (two rows of token counts in the same second), hence equal
    records of one input are counted: the second gets another id than the first, and the same two ids come out
    when the input is read again, or when it has grown. Equal records more than 100,000 records apart are one
    record: to tell them apart would take memory for every record of the file.
    """

    def __init__(self) -> None:
        self._recent: dict[bytes, int] = {}
        self._older: dict[bytes, int] = {}

    def make(self, content: bytes) -> str:
        """The id of a record with this content."""
        digest = hashlib.sha256(content).digest()[:15]
        seen = self._recent.get(digest) or self._older.get(digest, 0)
        self._recent[digest] = seen + 1
        if len(self._recent) >= REMEMBERED:
            self._recent, self._older = {}, self._recent
        return f"auto-{digest.hex()}" if seen == 0 else f"auto-{digest.hex()}-{seen + 1}"
