"""What live tail knows: whether it follows, and how many traces came that were not seen yet. No widgets."""

from enum import Enum


class Follow(Enum):
    """Whether what arrives is shown."""

    OFF = "off"
    LIVE = "live"
    PAUSED = "paused"
    """What is shown stays; what comes is counted."""

    @property
    def toggled(self) -> "Follow":
        """What the key makes of it."""
        return Follow.PAUSED if self is Follow.LIVE else Follow.LIVE


class Tail:
    """Counts what is new.

    A trace is new until the top of the table is looked at. It may stand anywhere among the others: its place is by
    its own time.
    """

    def __init__(self) -> None:
        self._seen: int | None = None
        self._now = 0

    @property
    def new(self) -> int:
        """How many came since the top was looked at last."""
        return 0 if self._seen is None else max(0, self._now - self._seen)

    def forget(self) -> None:
        """Other rows are shown: none of them is new."""
        self._seen = None

    def count(self, traces: int) -> None:
        """Learn how many there are now."""
        self._now = traces
        if self._seen is None:
            self._seen = traces

    def look(self) -> None:
        """The top is looked at: everything there is has been seen."""
        if self._seen is not None:
            self._seen = self._now
