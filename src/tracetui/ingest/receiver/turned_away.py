"""A connection too many: told so, and closed."""

import asyncio
from typing import cast

_BODY = b"There are too many connections.\n"
_LINGERING_S = 1.0
"""For how long what it sends is read and forgotten: closed at once, it would see a reset and not the answer."""
_AT_MOST = 64
"""So many linger; the next ones are cut off."""


class TurnedAway(asyncio.Protocol):
    """Answers 503, whatever is asked.

    Args:
        retry_after_s: What the sender is told to wait.
    """

    lingering = 0

    def __init__(self, retry_after_s: int) -> None:
        head = f"HTTP/1.1 503 Service Unavailable\r\nRetry-After: {retry_after_s}\r\nConnection: close\r\n"
        self._answer = f"{head}Content-Type: text/plain\r\nContent-Length: {len(_BODY)}\r\n\r\n".encode() + _BODY

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answer before anything was asked."""
        TurnedAway.lingering += 1
        made = cast(asyncio.Transport, transport)
        if TurnedAway.lingering > _AT_MOST:
            made.abort()
            return
        made.write(self._answer)
        made.write_eof()
        asyncio.get_running_loop().call_later(_LINGERING_S, made.abort)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        """One less."""
        TurnedAway.lingering -= 1
