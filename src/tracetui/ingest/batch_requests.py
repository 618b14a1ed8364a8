"""The requests of OpenAI batches, kept while an import lasts, to be found by the answers that come after them."""

import hashlib
import tempfile
from typing import BinaryIO, NamedTuple, Self


class _Place(NamedTuple):
    """Where a line stands, and what tells its body from another."""

    start: int
    size: int
    digest: bytes
    is_one_of_several: bool


class BatchRequests:
    """Lines of input files by their custom_id; on disk, as a batch may have 200 MB. One for each import."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}
        self._file: BinaryIO | None = None
        self._end = 0
        self.first_answer_us: int | None = None
        """When the first of all answers came that were read in this import."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, custom_id: str, body: bytes, line: bytes) -> None:
        """Keep a request. The same one again changes nothing; another one of the same id makes both unfit."""
        digest = hashlib.sha256(body).digest()
        known = self._places.get(custom_id)
        if known is not None:
            if known.digest != digest:
                self._places[custom_id] = known._replace(is_one_of_several=True)
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by __exit__
        self._file.seek(self._end)
        self._file.write(line)
        self._places[custom_id] = _Place(self._end, len(line), digest, False)
        self._end += len(line)

    def is_ambiguous(self, custom_id: str) -> bool:
        """Whether different requests have this id: people number those of each batch from 1."""
        known = self._places.get(custom_id)
        return known is not None and known.is_one_of_several

    def line(self, custom_id: str) -> bytes | None:
        """The line of the request with this id; None where there is none, or more than one."""
        known = self._places.get(custom_id)
        if known is None or known.is_one_of_several or self._file is None:
            return None
        self._file.seek(known.start)
        return self._file.read(known.size)

    def __len__(self) -> int:
        return len(self._places)
