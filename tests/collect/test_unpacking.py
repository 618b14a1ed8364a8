"""Packed bodies: unpacked as far as they may go, and no further."""

import gzip
import tracemalloc
import zlib

import pytest
import zstandard

from tracetui.ingest.receiver.answers import Kind, Refusal
from tracetui.ingest.receiver.unpacking import Packing, unpacked

MIB = 1024 * 1024
ZEROS = bytes(300 * MIB)
PACKED = {
    Packing.GZIP: lambda body: gzip.compress(body, 1, mtime=0),
    Packing.DEFLATE: lambda body: zlib.compress(body, 1),
    Packing.ZSTD: zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("packing", list(PACKED))
def test_a_bomb_is_stopped_at_the_limit_in_bounded_memory(packing: Packing) -> None:
    bomb = PACKED[packing](ZEROS)
    assert len(bomb) < 2 * MIB
    tracemalloc.start()
    try:
        with pytest.raises(Refusal) as caught:
            unpacked(bomb, packing, 4 * MIB)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.kind is Kind.TOO_LARGE
    assert peak_bytes < 12 * MIB


@pytest.mark.parametrize("packing", list(PACKED))
def test_a_body_of_exactly_the_limit_is_unpacked(packing: Packing) -> None:
    body = bytes(range(256)) * 16
    assert unpacked(PACKED[packing](body), packing, len(body)) == body
    with pytest.raises(Refusal):
        unpacked(PACKED[packing](body), packing, len(body) - 1)


def test_a_zstd_frame_that_asks_for_a_giant_window_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=True)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    frame = compressor.compress(b"a" * 1000) + compressor.flush()
    with pytest.raises(Refusal) as caught:
        unpacked(frame, Packing.ZSTD, 4 * MIB)
    assert caught.value.kind is Kind.UNREADABLE


def test_a_body_of_a_million_empty_members_is_refused_soon() -> None:
    with pytest.raises(Refusal, match="members"):
        unpacked(gzip.compress(b"", mtime=0) * 1_000_000, Packing.GZIP, 4 * MIB)


def test_a_body_larger_than_one_slice_is_unpacked_whole() -> None:
    body = b"".join(number.to_bytes(3, "big") for number in range(400_000))
    packed = gzip.compress(body, 1, mtime=0)
    assert len(packed) > 600_000
    assert unpacked(packed + packed, Packing.GZIP, 4 * MIB) == body + body
