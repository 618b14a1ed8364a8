"""The seam between the store, which keeps raw records, and formats, which read them again (`tracetui remap`)."""

from collections.abc import Callable
from typing import NamedTuple

from tracetui.domain.trace import Trace


class ReadAgain(NamedTuple):
    """What a raw record says, read as it would be today."""

    trace: Trace
    has_id: bool
    """Whether its id is its own; else it was made, and the one that it got when it came stands."""
    has_zone: bool
    """Whether its time says its zone, or whoever asks says it; else the time that it got when it came stands."""


Rereading = Callable[[str, bytes], ReadAgain | str]
"""Reads a raw record again, by the origin under which it came; a text is why that cannot be."""
