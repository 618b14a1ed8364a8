"""How many bytes of bodies may be in memory at once: who finds no room waits, and not for ever."""

import asyncio
from collections import deque
from types import TracebackType

from tracetui.ingest.receiver.answers import Kind, Refusal


class Room:
    """Bytes that are handed out and given back, first come, first served. For one event loop.

    Args:
        size_bytes: How many there are.
        wait_s: How long to wait for some.
    """

    def __init__(self, size_bytes: int, wait_s: float) -> None:
        self._size_bytes = size_bytes
        self._wait_s = wait_s
        self._taken_bytes = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @property
    def taken_bytes(self) -> int:
        """How many are handed out."""
        return self._taken_bytes

    def hold(self) -> "Held":
        """Nothing yet; what is taken with it is given back where its `with` ends."""
        return Held(self)

    async def take(self, some_bytes: int) -> None:
        """Take some, waiting for others to give theirs back.

        Raises:
            Refusal: There was no room for too long.
        """
        if not self._waiting and self._has_room_for(some_bytes):
            self._taken_bytes += some_bytes
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((some_bytes, turn))
        try:
            async with asyncio.timeout(self._wait_s):
                await asyncio.shield(turn)
        except BaseException as error:
            if turn.done():
                self.give_back(some_bytes)
            else:
                turn.cancel()
                self._let_in()
            if isinstance(error, TimeoutError):
                message = "The collector has more to write than it can hold; send again."
                raise Refusal(Kind.TOO_MANY, message) from None
            raise

    def take_at_once(self, some_bytes: int) -> None:
        """Take some that are in use already, beyond the size if need be: others wait the longer."""
        self._taken_bytes += some_bytes

    def give_back(self, some_bytes: int) -> None:
        """Give some back, and let in who has waited longest."""
        self._taken_bytes -= some_bytes
        self._let_in()

    def _has_room_for(self, some_bytes: int) -> bool:
        # Who is alone gets room however much that is.
        return self._taken_bytes + some_bytes <= self._size_bytes or not self._taken_bytes

    def _let_in(self) -> None:
        while self._waiting:
            some_bytes, turn = self._waiting[0]
            if not turn.done():
                if not self._has_room_for(some_bytes):
                    return
                self._taken_bytes += some_bytes
                turn.set_result(None)
            self._waiting.popleft()


class Held:
    """What one body has taken of a room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._bytes = 0

    def __enter__(self) -> "Held":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._room.give_back(self._bytes)
        self._bytes = 0

    async def take(self, some_bytes: int) -> None:
        """Take some more; see `Room.take`."""
        await self._room.take(some_bytes)
        self._bytes += some_bytes

    def is_now(self, all_bytes: int) -> None:
        """The body was unpacked, or is in memory already: what it takes now, whether there is room or not."""
        self._room.take_at_once(all_bytes - self._bytes)
        self._bytes = all_bytes
