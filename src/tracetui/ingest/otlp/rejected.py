"""What can never be stored."""

from typing import NamedTuple


class Rejected(NamedTuple):
    """A span or log record that can never be stored."""

    reason: str
    """A sentence without a full stop."""
    raw: bytes
    """It alone, as it came."""
