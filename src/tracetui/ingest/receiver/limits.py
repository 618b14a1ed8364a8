"""What a sender may ask of the collector: sizes, numbers and times. Stated in docs/collect.md."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits; tests make them small."""

    body_bytes: int = 64 * MIB
    """A body unpacked."""
    room_bytes: int = 160 * MIB
    """All bodies at once, from their first byte to their commit. Beyond it nothing is read, then 429."""
    room_wait_s: float = 5.0
    """How long a body waits for room."""
    queue_wait_s: float = 5.0
    """While the oldest body has waited so long for its commit, further ones are refused with 429."""
    connections: int = 256
    """At once; one more is told 503 and closed."""
    idle_s: float = 75.0
    """Between two requests of a connection, and for the head of the first one."""
    pause_s: float = 10.0
    """Between two parts of a body."""
    body_s: float = 120.0
    """A body in all."""
    lingering_s: float = 2.0
    """For how long the rest of a refused body is read, so that its sender sees the answer and not a reset."""
    stop_s: float = 1.0
    """What bodies that are still arriving get when the collector stops."""
    retry_after_s: int = 2
    """What a sender that comes too early is told to wait."""
