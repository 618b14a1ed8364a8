"""Bodies unpacked, never further than they may go: a bomb is stopped at the limit, whatever it would become."""

import zlib
from enum import StrEnum

from tracetui.ingest.receiver.answers import Kind, Refusal

_PIECE_BYTES = 1024 * 1024
_SLICE_BYTES = 256 * 1024
_MEMBERS = 1_000
"""Of one gzip body; a client makes one."""
_GZIP, _DEFLATE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS
_LARGEST_ZSTD_WINDOW = 2**27
"""What unpacking a frame may take beside its content: as much as zstd's own tool allows unless asked."""


class Packing(StrEnum):
    """What `Content-Encoding` may say."""

    NONE = "identity"
    GZIP = "gzip"
    DEFLATE = "deflate"
    ZSTD = "zstd"


def unpacked(body: bytes, packing: Packing, limit_bytes: int) -> bytes:
    """A body as it was before it was packed.

    Raises:
        Refusal: It is larger than the limit, or not what it says it is.
    """
    if packing is Packing.NONE:
        if len(body) > limit_bytes:
            raise too_large(limit_bytes)
        return body
    try:
        if packing is Packing.ZSTD:
            return _zstd(body, limit_bytes)
        return _inflated(body, _GZIP if packing is Packing.GZIP else _DEFLATE, limit_bytes)
    except (zlib.error, EOFError) as error:
        raise Refusal(
            Kind.UNREADABLE, f"The body is not {packing} as its Content-Encoding says ({error})."
        ) from None


def too_large(limit_bytes: int) -> Refusal:
    """A body beyond the limit."""
    mib = limit_bytes / 1024 / 1024
    return Refusal(Kind.TOO_LARGE, f"The body is larger than {mib:g} MiB unpacked; send smaller batches.")


def _inflated(body: bytes, window: int, limit_bytes: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    # By small slices: what zlib has not looked at yet it copies at every call.
    slices = (body[start : start + _SLICE_BYTES] for start in range(0, len(body), _SLICE_BYTES))
    members = 0
    unpacker = None
    for rest in slices:
        while rest:
            # A gzip body may be several members one after the other. Source: RFC 1952, section 2.2.
            if unpacker is None:
                members += 1
                if members > _MEMBERS:
                    raise EOFError(f"it has more than {_MEMBERS} members")
                unpacker = zlib.decompressobj(window)
            piece = unpacker.decompress(rest, min(_PIECE_BYTES, limit_bytes - size + 1))
            size += len(piece)
            if size > limit_bytes:
                raise too_large(limit_bytes)
            pieces.append(piece)
            if unpacker.eof:
                rest, unpacker = unpacker.unused_data, None
            else:
                rest = unpacker.unconsumed_tail
    if unpacker is not None:
        last = unpacker.flush()
        if not unpacker.eof:
            raise EOFError("it is cut off")
        if size + len(last) > limit_bytes:
            raise too_large(limit_bytes)
        pieces.append(last)
    return b"".join(pieces)


def _zstd(body: bytes, limit_bytes: int) -> bytes:
    import zstandard

    unpacker = zstandard.ZstdDecompressor(max_window_size=_LARGEST_ZSTD_WINDOW)
    pieces: list[bytes] = []
    size = 0
    try:
        with unpacker.stream_reader(body, read_across_frames=True) as reader:
            while piece := reader.read(min(_PIECE_BYTES, limit_bytes - size + 1)):
                size += len(piece)
                if size > limit_bytes:
                    raise too_large(limit_bytes)
                pieces.append(piece)
    except zstandard.ZstdError as error:
        raise EOFError(str(error)) from None
    return b"".join(pieces)
