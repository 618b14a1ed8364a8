"""What a row is as it lies in the store, and what it is whole. Knows no connection: it works in any process."""

from collections.abc import Sequence

from tracetui.domain.rows import WholeRow
from tracetui.domain.trace import Status
from tracetui.store.payloads import Unpacked, inputs_and_outputs

Packed = tuple[int, str, int | None, str | None, str | None, str | None, int, bytes]
"""Status, request id, response time, version, source type, source, time, and the frame with its texts."""

_STATUSES = (Status.SUCCESS, Status.FAILED)


def whole(packed: Sequence[Packed], unpacked: Unpacked) -> list[WholeRow]:
    """The rows of a block.

    Args:
        packed: As they lie in the store.
        unpacked: What a `BulkUnpacker` made of their frames.
    """
    texts = inputs_and_outputs(unpacked)
    return [
        WholeRow(_STATUSES[status], request_id, took_us, version, source_type, source, at_us, *texts_of_row)
        for (status, request_id, took_us, version, source_type, source, at_us, _), texts_of_row in zip(
            packed, texts, strict=True
        )
    ]


def frames_of(packed: Sequence[Packed]) -> list[bytes]:
    """The frames of a block."""
    return [row[-1] for row in packed]
