"""Inputs as blocks of plain bytes and as numbered lines: files, standard input, gzip and zstd, UTF-16.

Compression is known by the first bytes, never by the name. Nothing here holds more than one block and one line,
whatever the size of the input or what it unpacks to.
"""

import codecs
import io
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tracetui.errors import IngestError
from tracetui.ingest.items import LARGEST_RECORD_BYTES, SAMPLE_BYTES

STDIN = "-"
BLOCK_BYTES = 1024 * 1024
HEAD_BYTES = 64 * 1024
"""How much of the beginning is looked at to tell what an input is."""

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_STEP_BYTES = 1024
"""zstd has no bound on what one call gives back: 1 kB can become 32 MB, and no more."""
SQLITE = b"SQLite format 3\x00"
"""How an SQLite database begins."""


class Line(NamedTuple):
    """One line or element of an input."""

    number: int
    """From 1; of an element the line where it begins."""
    content: bytes
    """Without the line end; of one that is too large only its beginning."""
    is_too_large: bool = False
    is_cut_off: bool = False
    """Whether the input ends without a line end: it may be half a record."""


class Source:
    """One input, opened. Use as a context manager.

    Args:
        path: A file, or "-" for standard input.

    Raises:
        IngestError: It cannot be opened.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = "standard input" if path == STDIN else Path(path).name
        self.read_bytes = 0
        """Bytes taken from the file so far, compressed as they are there."""
        self.failure: IngestError | None = None
        """Why the input ended early; what came before it was handed on."""
        self.is_utf16 = False
        self.is_packed = False
        self._file = _open(path)
        self.total_bytes = _size(self._file)
        """The size of the file; None where it is a pipe."""
        self._blocks = self._as_utf8(self._unpacked())
        self._head = b""

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not sys.stdin.buffer:
            self._file.close()

    def head(self, size_bytes: int = HEAD_BYTES) -> bytes:
        """The first 64 kB, or as many as are asked for, without taking them from `blocks`."""
        if len(self._head) < size_bytes:
            pieces, size = [self._head], len(self._head)
            for block in self._blocks:
                pieces.append(block)
                size += len(block)
                if size >= size_bytes:
                    break
            self._head = b"".join(pieces)
        return self._head[:size_bytes]

    def blocks(self) -> Iterator[bytes]:
        """Plain bytes from the beginning to the end, or to where the input fails. Can be taken once."""
        self.head()
        if self._head:
            yield self._head
        self._head = b""
        yield from self._blocks

    def lines(self) -> Iterator[Line]:
        """The input's lines, split at LF."""
        return split_lines(self.blocks())

    def _raw(self) -> Iterator[bytes]:
        while True:
            try:
                block = (
                    self._file.read(BLOCK_BYTES) if self.total_bytes is not None else self._file.read1(BLOCK_BYTES)
                )
            except OSError as error:
                self.failure = IngestError(
                    f"{self.name}: cannot be read any further ({error.strerror}).",
                    "What came before is in; import again once it can be read.",
                )
                return
            if not block:
                return
            self.read_bytes += len(block)
            yield block

    def _unpacked(self) -> Iterator[bytes]:
        raw = self._raw()
        first = next(raw, b"")
        self.is_packed = first.startswith((_GZIP, _ZSTD))
        if first.startswith(_GZIP):
            yield from self._reporting("gzip", _gunzipped(first, raw))
        elif first.startswith(_ZSTD):
            yield from self._reporting("zstd", _unzstd(first, raw))
        else:
            yield from _with_first(first, raw)

    def _reporting(self, kind: str, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Hand on what can be unpacked, and remember why the rest cannot."""
        try:
            yield from blocks
        except EOFError:
            self.failure = IngestError(
                f"{self.name}: the {kind} data ends too early, the file was cut short.",
                "What came before the cut is in; import the whole file and the rest is added.",
            )
        except zlib.error as error:
            self.failure = IngestError(
                f"{self.name}: the {kind} data is damaged ({error}).",
                "What came before the damage is in; get the file again and import it.",
            )

    def _as_utf8(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Drop a byte order mark, and turn UTF-16 that has one into UTF-8."""
        first = next(blocks, b"")
        while 0 < len(first) < 4:
            more = next(blocks, b"")
            if not more:
                break
            first += more
        if first.startswith(SQLITE):
            # Read through SQLite itself, by its path.
            yield first
            return
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self.is_utf16 = True
            yield from self._decoded(first, blocks)
            return
        if first:
            yield first.removeprefix(codecs.BOM_UTF8)
        yield from blocks

    def _decoded(self, first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder("utf-16")()
        try:
            for block in _with_first(first, blocks):
                yield decoder.decode(block).encode()
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            self.failure = IngestError(
                f"{self.name}: begins as UTF-16 and is not ({error}).", "Convert it to UTF-8 and import it again."
            )


def split_lines(blocks: Iterator[bytes], limit_bytes: int = LARGEST_RECORD_BYTES) -> Iterator[Line]:
    """Number and split lines at LF.

    Args:
        blocks: Plain bytes.
        limit_bytes: A longer line is given with its first bytes only, and never held whole.
    """
    number = 1
    pending: list[bytes] = []
    size = 0
    for block in blocks:
        parts = block.split(b"\n")
        last = parts.pop()
        for part in parts:
            if pending:
                yield _line(number, pending, part, size + len(part) > limit_bytes)
                pending, size = [], 0
            else:
                yield Line(number, part)
            number += 1
        if last:
            size += len(last)
            # Of a line that is already too large only its beginning is kept, and its size.
            if size <= limit_bytes or not pending:
                pending.append(last)
            elif len(pending) > 1:
                pending = [b"".join(pending)[:SAMPLE_BYTES]]
    if pending:
        line = _line(number, pending, b"", size > limit_bytes)
        yield line._replace(is_cut_off=True)


def _line(number: int, pending: list[bytes], last: bytes, is_too_large: bool) -> Line:
    if is_too_large:
        return Line(number, b"".join(pending)[:SAMPLE_BYTES], is_too_large=True)
    return Line(number, b"".join([*pending, last]))


def _open(path: str) -> io.BufferedReader:
    if path == STDIN:
        assert isinstance(sys.stdin.buffer, io.BufferedReader)
        return sys.stdin.buffer
    try:
        return open(path, "rb")
    except IsADirectoryError as error:
        raise IngestError(
            f"{path}: is a folder.", f"Name the files in it, for instance {path.rstrip('/')}/*.jsonl."
        ) from error
    except OSError as error:
        raise IngestError(
            f"{path}: cannot be read ({error.strerror}).", "Check the name and its permissions."
        ) from error
    except ValueError as error:
        raise IngestError(f"{path!r}: is no name of a file ({error}).", "Check the name.") from error


def _size(file: io.BufferedReader) -> int | None:
    try:
        return file.seek(0, io.SEEK_END) - file.seek(0) if file.seekable() else None
    except OSError:
        return None


def _with_first(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _gunzipped(first: bytes, raw: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack gzip members one after the other, in blocks of bounded size.

    Raises:
        EOFError: The input ends inside a member.
        zlib.error: It is damaged.
    """
    member = zlib.decompressobj(wbits=31)
    is_inside = False
    for block in _with_first(first, raw):
        while block:
            if member.eof:
                # Zeros after a member are padding (gzip's manual, "gzip will ignore trailing zeros").
                block = block.lstrip(b"\x00")
                if not block:
                    break
                member = zlib.decompressobj(wbits=31)
            plain = member.decompress(block, BLOCK_BYTES)
            is_inside = not member.eof
            if plain:
                yield plain
            block = member.unused_data if member.eof else member.unconsumed_tail
    while is_inside:
        plain = member.decompress(b"", BLOCK_BYTES)
        if not plain:
            raise EOFError
        yield plain
        is_inside = not member.eof


def _unzstd(first: bytes, raw: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack zstd frames one after the other.

    Raises:
        EOFError: The input ends inside a frame.
        zlib.error: It is damaged.
    """
    import zstandard

    unpacker = zstandard.ZstdDecompressor()
    frame = unpacker.decompressobj()
    is_inside = False
    try:
        for block in _with_first(first, raw):
            for start in range(0, len(block), _ZSTD_STEP_BYTES):
                step = block[start : start + _ZSTD_STEP_BYTES]
                while step:
                    if frame.eof:
                        frame = unpacker.decompressobj()
                    plain = frame.decompress(step)
                    is_inside = not frame.eof
                    if plain:
                        yield plain
                    step = frame.unused_data if frame.eof else b""
    except zstandard.ZstdError as error:
        raise zlib.error(str(error)) from error
    if is_inside:
        raise EOFError
