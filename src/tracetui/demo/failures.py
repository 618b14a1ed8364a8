"""How requests fail: the kinds, how long each takes, and what is said."""

import random
from typing import NamedTuple


class Failure(NamedTuple):
    """One kind of failure."""

    status_code: int | None
    """None: no response came at all."""
    error_type: str
    message: str
    from_ms: float
    to_ms: float
    share: int
    """Of 32, among all failures."""


OVERLOADED = Failure(
    503, "overloaded_error", "The server is overloaded or not ready yet. Please retry later.", 60, 900, 6
)
LIMITED = Failure(
    429, "rate_limit_error", "Rate limit reached: 10000 requests per minute. Please try again in 6ms.", 15, 80, 8
)
TIMEOUT = Failure(None, "timeout", "Read timed out. (read timeout=30)", 30_000, 30_400, 5)
TOO_LONG = Failure(
    400, "context_length_exceeded", "This model's maximum context length is 8192 tokens.", 10, 60, 5
)
BROKEN = Failure(500, "internal_server_error", "CUDA out of memory. Tried to allocate 1.17 GiB.", 200, 4_000, 4)
FILTERED = Failure(400, "content_filter", "The response was filtered by the content policy.", 300, 1_500, 2)
CUT = Failure(None, "connection_error", "Connection reset by peer", 500, 9_000, 2)

EVERYDAY = tuple(
    kind for kind in (OVERLOADED, LIMITED, TIMEOUT, TOO_LONG, BROKEN, FILTERED, CUT) for _ in range(kind.share)
)
"""Thirty-two, each as often as its share."""
IN_A_BURST = (OVERLOADED,) * 18 + (LIMITED,) * 8 + (TIMEOUT,) * 6


def lasted_us(kind: Failure, chance: random.Random) -> int:
    """How long it took to fail, in tenths of a millisecond."""
    return int((kind.from_ms + (kind.to_ms - kind.from_ms) * chance.random() ** 2) * 10) * 100
