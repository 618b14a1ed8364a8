"""Rows and stand-ins for exports. A test shows only what it is about."""

from collections.abc import Callable, Generator, Sequence
from typing import Any

from tests.fakes import NOON_US
from tracetui.cancel import Cancel, Progress
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period
from tracetui.domain.ports import Made, Make
from tracetui.domain.queries import ExportQuery, Order, Scope
from tracetui.domain.rows import WholeRow
from tracetui.domain.trace import Status

QUERY = ExportQuery(Scope(ModelRef(ModelType.FINE_TUNED, "GPT4")), Period(0, 1 << 52), Order.NEWEST)


def a_row(**fields: Any) -> WholeRow:
    """A complete row; name the fields that the test is about."""
    known: dict[str, Any] = {
        "status": Status.SUCCESS,
        "request_id": "req-1",
        "response_time": 1_204_000,
        "version": "v3",
        "source_type": "Workflow",
        "source": "checkout",
        "executed_at": NOON_US,
        "input": b"in",
        "output": b"out",
    }
    return WholeRow(**(known | fields))


class ListedTraces:
    """Whole traces from a list of blocks; `between` is called before each block."""

    def __init__(self, blocks: Sequence[Sequence[WholeRow]], between: Callable[[int], None] | None = None) -> None:
        self._blocks, self._between = blocks, between
        self.is_closed = False

    @property
    def total(self) -> int:
        return sum(map(len, self._blocks))

    def made(self, make: Make) -> Generator[Made, None, None]:
        for place, block in enumerate(self._blocks):
            if self._between is not None:
                self._between(place)
            yield Made(make(block), len(block))

    def read_ahead(self) -> None:
        raise AssertionError("nobody is slow")

    def close(self) -> None:
        self.is_closed = True

    def open(self, _query: ExportQuery, _cancel: Cancel) -> "ListedTraces":
        """As `ports.OpenTraces`."""
        return self


def nobody(progress: Progress) -> None:
    """Told how far it is, and does not care."""
