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
    if not packed:
        return []
    # By columns: that takes a third less than unpacking each row.
    statuses, *others, _ = zip(*packed, strict=True)
    inputs, outputs = zip(*inputs_and_outputs(unpacked), strict=True)
    return list(map(WholeRow, [_STATUSES[status] for status in statuses], *others, inputs, outputs))


def frames_of(packed: Sequence[Packed]) -> list[bytes]:
    """The frames of a block."""
    return [row[-1] for row in packed]
