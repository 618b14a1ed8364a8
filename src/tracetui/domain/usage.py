"""What traces add up to, all of it: for lists of models, for checks, and for scripts.

The screens ask for less (`queries.SummaryQuery`); what both say is the same number, from the same rollups.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tracetui.domain.analytics import rounded
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.filters import Filter
from tracetui.domain.periods import Period
from tracetui.domain.queries import Query, Scope

_ADD_UP = (
    "requests", "failed", "timed", "response_time_us", "input_known", "input_tokens", "output_known",
    "output_tokens", "credits_known", "credits_micro", "cost_known", "cost_nano_usd",
)  # fmt: skip


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

    @property
    def input_tokens_or_none(self) -> int | None:
        """Their sum; None where no request tells them."""
        return self.input_tokens if self.input_known else None

    @property
    def output_tokens_or_none(self) -> int | None:
        """Their sum; None where no request tells them."""
        return self.output_tokens if self.output_known else None

    @property
    def cost_or_none(self) -> int | None:
        """Billionths of a dollar; None where no request tells them."""
        return self.cost_nano_usd if self.cost_known else None

    @property
    def spent_credits_micro(self) -> int | None:
        """What deployments cost inside the period, else what the requests say that they cost; None: not known."""
        if self.hosting_credits_micro is not None:
            return self.hosting_credits_micro
        return self.credits_micro if self.credits_known else None


def together(parts: Sequence[Usage], p50_us: int | None, p90_us: int | None, p99_us: int | None) -> Usage:
    """Several groups of traces as one. Percentiles cannot be told from those of the parts, and are given."""
    sums = {name: sum(getattr(part, name) for part in parts) for name in _ADD_UP}
    hosting = [part.hosting_credits_micro for part in parts if part.hosting_credits_micro is not None]
    return Usage(
        p50_us=p50_us,
        p90_us=p90_us,
        p99_us=p99_us,
        hosting_credits_micro=sum(hosting) if hosting else None,
        first_at_us=min((part.first_at_us for part in parts if part.first_at_us is not None), default=None),
        last_at_us=max((part.last_at_us for part in parts if part.last_at_us is not None), default=None),
        **sums,
    )


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


@dataclass(frozen=True, slots=True)
class AllUsageQuery(Query[Usage]):
    """The figures of all models together, or of all of a type; see `ModelsUsageQuery` for filters."""

    within: Period
    filter: Filter | None = None
    search: str | None = None
    type: ModelType | None = None
