"""What is known of a collector while it runs, for whoever shows it."""

from typing import NamedTuple, Protocol


class CollectorStatus(NamedTuple):
    """How a collector is, and what has come in since it began."""

    is_running: bool
    """Whether it takes what comes; False before it listens, and after it ended."""
    addresses: tuple[str, ...] = ()
    """Where senders reach it, as they are told: `http://127.0.0.1:4318`."""
    spans: int = 0
    """Acknowledged, hence on disk."""
    log_records: int = 0
    """Acknowledged."""
    new: int = 0
    """Records that the store did not have: traces, parts of traces and spans around them."""
    rejected: int = 0
    """Spans and log records that can never be stored."""
    refused: int = 0
    """Requests not taken: unreadable, too large, without the token, too many, or the store was locked."""
    data_points: int = 0
    """Of metrics, which are not kept."""
    spans_per_s: float = 0.0
    """Over the last seconds."""
    problem: str = ""
    """Why it does not run, or the newest reason for a no. Partly from outside: not safe to show as it is."""


class Collector(Protocol):
    """A collector beside the app, which never waits for it."""

    def start(self) -> None:
        """Begin; whether it could is in the status a moment later."""
        ...

    def stop(self) -> None:
        """Have it answer what it has taken, and end. Waits a few seconds at most."""
        ...

    @property
    def status(self) -> CollectorStatus:
        """How it is now; from any thread, at once."""
        ...
