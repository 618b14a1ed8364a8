"""What traces add up to, all of it: for lists of models, for checks, and for scripts.

The screens ask for less (`queries.SummaryQuery`); what both say is the same number, from the same rollups.
"""

from dataclasses import dataclass
from typing import NamedTuple

from tracetui.domain.analytics import rounded
from tracetui.domain.catalogue import ModelRef
from tracetui.domain.filters import Filter
from tracetui.domain.periods import Period
from tracetui.domain.queries import Query, Scope


class Usage(NamedTuple):
    """The figures of selected traces. A sum is of those that say it; how many do stands before it."""

    requests: int
    failed: int
    timed: int
    """Requests whose response time is known; the percentiles and the mean are over these."""
    response_time_us: int
    p50_us: int | None
    p90_us: int | None
    p99_us: int | None
    """Nearest rank, exact."""
    input_known: int
    input_tokens: int
    output_known: int
    output_tokens: int
    credits_known: int
    credits_micro: int
    """What the requests themselves say that they cost, in millionths of an account unit."""
    cost_known: int
    cost_nano_usd: int
    hosting_credits_micro: int | None
    """Deployment credits inside the period; None for an external model, under a filter or a search, or where no
    entry is known."""
    first_at_us: int | None
    last_at_us: int | None
    """The first and the last request of the period."""

    @property
    def mean_us(self) -> int | None:
        """The average response time, to the nearest microsecond."""
        return rounded(self.response_time_us, self.timed)


class ModelUsage(NamedTuple):
    """A model and its figures."""

    ref: ModelRef
    base_model: str | None
    usage: Usage


@dataclass(frozen=True, slots=True)
class UsageQuery(Query[Usage]):
    """The figures of a scope in a period; with a filter or a search, of the traces that match.

    Raises (when read):
        QueryError: There is no such model or deployment.
    """

    scope: Scope
    within: Period
    filter: Filter | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class ModelsUsageQuery(Query[tuple[ModelUsage, ...]]):
    """The figures of every model, those without requests too: by type, and by name within a type.

    What a type has no such field for is left out of the filter for models of that type (`Filter.for_type`).
    """

    within: Period
    filter: Filter | None = None
    search: str | None = None
