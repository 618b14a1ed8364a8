"""Every question that can be asked of a store, as frozen values that compare and hash.

A query knows the type of its answer: `Reader.read(query, cancel)` gives an `A` for a `Query[A]`.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Generic, NamedTuple, TypeVar

from tracetui.domain.catalogue import ModelRef
from tracetui.domain.fields import Field
from tracetui.domain.filters import Filter
from tracetui.domain.periods import Period
from tracetui.domain.rows import Looked, ModelEntry, Page, Pruned, ScopeChoices, StoreState, Summary
from tracetui.domain.trace import TraceDetail

A = TypeVar("A")


class Query(Generic[A]):
    """A question whose answer is an `A`."""

    __slots__ = ()


class DeploymentRef(NamedTuple):
    """One deployment of a model, or all that share a name."""

    name: str
    deployed_at_us: int | None = None
    """None: every deployment of that name."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose traces: a model, narrowed or not. `None` is all of them."""

    model: ModelRef
    deployment: DeploymentRef | None = None
    version: str | None = None
    connection: str | None = None


class Order(Enum):
    """The four orders of the table, as `s` goes round them."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SLOWEST = "slowest"
    FASTEST = "fastest"

    @property
    def by_time(self) -> bool:
        """Whether rows stand by executed_at; else by response time, unknown ones last both ways."""
        return self in (Order.NEWEST, Order.OLDEST)


class Position(NamedTuple):
    """Where a row stands in any order; taken from a row that was seen."""

    executed_at_us: int
    id: int
    response_time_us: int | None


@dataclass(frozen=True, slots=True)
class First:
    """The page that begins with the first row."""


@dataclass(frozen=True, slots=True)
class Last:
    """The page that ends with the last row."""


@dataclass(frozen=True, slots=True)
class After:
    """The page that begins right after a row."""

    position: Position


@dataclass(frozen=True, slots=True)
class Before:
    """The page that ends right before a row."""

    position: Position


@dataclass(frozen=True, slots=True)
class AtRow:
    """The page that begins with the row at a place counted from 0; past the end it is the last page."""

    index: int


@dataclass(frozen=True, slots=True)
class AtTime:
    """The page that begins with the row executed nearest at or beyond a time, in the direction of the order.

    Newest first: the first row with executed_at <= the time. Oldest first: the first with executed_at >= it.
    Where there is none, the last page. Only for the orders by time.
    """

    at_us: int


Anchor = First | Last | After | Before | AtRow | AtTime


@dataclass(frozen=True, slots=True)
class PageQuery(Query[Page]):
    """Rows of the table."""

    scope: Scope
    within: Period
    order: Order
    anchor: Anchor
    count: int
    """Rows wanted at most; at least 1."""
    filter: Filter | None = None
    """Only traces that match it; None: all."""
    search: str | None = None
    """Only traces in which this text is found, whatever its case; None or empty: all."""


@dataclass(frozen=True, slots=True)
class LookQuery(Query[Looked]):
    """The first page of the traces in which a text is found, and the figures of all of them.

    `Reader.look` tells what it finds while it looks.
    """

    scope: Scope
    within: Period
    order: Order
    count: int
    """Rows wanted at most; at least 1."""
    search: str
    """Not empty."""
    filter: Filter | None = None


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """Every trace that matches, whole. Not a `Query`: its answer (`ports.WholeTraces`) is too large to be held."""

    scope: Scope
    within: Period
    order: Order
    filter: Filter | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class SummaryQuery(Query[Summary]):
    """The figures above the table; with a filter or a search, those of the traces that match."""

    scope: Scope
    within: Period
    filter: Filter | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class CountQuery(Query[int]):
    """How many traces there are, exactly."""

    scope: Scope
    within: Period
    filter: Filter | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceQuery(Query[int]):
    """How many rows stand before a row, exactly; for pages that do not say it."""

    scope: Scope
    within: Period
    order: Order
    position: Position
    filter: Filter | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class ValuesQuery(Query[tuple[str, ...]]):
    """Values that a text field has, to complete what is typed: those in use of late first, the most used before.

    Raises (when read):
        QueryError: There is no such model, or the field's values are not kept in a list (Request ID).
    """

    scope: Scope
    field: Field
    """Source, Source Type or Deployment Version."""
    containing: str = ""
    """Only values that contain this, whatever its case."""
    count: int = 200
    """Values wanted at most."""


@dataclass(frozen=True, slots=True)
class TraceQuery(Query[TraceDetail | None]):
    """One trace whole, by the id of its row; None where it was deleted meanwhile."""

    id: int


@dataclass(frozen=True, slots=True)
class FindQuery(Query[tuple[int, ...]]):
    """The ids of the rows that have a request id; where none has it, of those whose request id begins with it.

    Several traces may have the same one: of other models, from other origins.
    """

    request_id: str
    count: int = 10
    """Ids wanted at most."""


@dataclass(frozen=True, slots=True)
class ModelsQuery(Query[tuple[ModelEntry, ...]]):
    """Every model: fine-tuned, open-source, external, by name within a type."""


@dataclass(frozen=True, slots=True)
class ScopeQuery(Query[ScopeChoices]):
    """By what a model can be narrowed.

    Raises (when read):
        QueryError: There is no such model.
    """

    model: ModelRef


@dataclass(frozen=True, slots=True)
class StoreQuery(Query[StoreState]):
    """What the store is."""


@dataclass(frozen=True, slots=True)
class PrunedQuery(Query[Pruned | None]):
    """Up to when traces were deleted for their age; None where none ever was."""
