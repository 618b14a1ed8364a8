"""What the Analytics screen asks of a store, and what it is answered: frozen values that compare and hash.

Series go by buckets that whoever asks has cut (`periods.hours_of` for a single day, else `periods.days_of`):
adjoining, in the order of time. An answer has one entry for each bucket, those without traffic too; a chosen
deployment with its deployed-at limits them to the time it was up. Sums are whole numbers and exact.
"""

from dataclasses import dataclass
from typing import NamedTuple

from tracetui.domain.periods import Period
from tracetui.domain.queries import Query, Scope

MOST_COLUMNS = 1_000
"""Columns of a latency chart at most."""


class Account(NamedTuple):
    """The four cards. They follow the period alone."""

    deployment_credits_micro: int | None
    """The part of the deployments' credits inside the period; None where no such entry is known at any time."""
    fine_tuning_credits_micro: int | None
    """The same of fine-tuning."""
    deployed_models: int
    """Different hosted models with a deployment up at any time in the period."""
    fine_tuned_models: int
    """Different models with a fine-tuning job completed in the period."""
    pruned_before_us: int | None = None
    """Up to when traces of this store were deleted for their age: what charts draw from before is not exact."""


@dataclass(frozen=True, slots=True)
class AccountQuery(Query[Account]):
    """The four cards of a period."""

    within: Period


class TimedRequest(NamedTuple):
    """A single request of a latency chart."""

    id: int
    """Its row: `TraceQuery` gives all of it."""
    request_id: str
    executed_at_us: int
    response_time_us: int


class LatencyColumn(NamedTuple):
    """The requests of one column: how many, and the two that are drawn."""

    column: int
    """From 0; see `column_of` and `slice_of`."""
    timed: int
    """Requests in it whose response time is known; at least 1."""
    lowest: TimedRequest
    """The one with the smallest response time; of several the first."""
    highest: TimedRequest
    """The one with the largest; of several the last. The same request where there is but one."""

    @property
    def requests(self) -> tuple[TimedRequest, ...]:
        """The one or two to draw, in the order of time."""
        if self.timed == 1:
            return (self.lowest,)
        return tuple(sorted((self.lowest, self.highest), key=lambda one: (one.executed_at_us, one.id)))


class LatencyPoints(NamedTuple):
    """Single requests, as many as columns can show."""

    columns: tuple[LatencyColumn, ...]
    """Only those that have requests, from left to right."""
    breaks: tuple[Period, ...]
    """The buckets without any request: no line is drawn across them."""


@dataclass(frozen=True, slots=True)
class LatencyPointsQuery(Query[LatencyPoints]):
    """The lowest and the highest request of each column; for periods of up to seven days.

    Raises (when read):
        QueryError: There is no such model or deployment.
    """

    scope: Scope
    buckets: tuple[Period, ...]
    """Hours of a single day, else days. Together they are the period that the columns divide."""
    columns: int
    """1 to `MOST_COLUMNS`."""

    @property
    def within(self) -> Period:
        """The period that the columns divide."""
        return whole_of(self.buckets)


class Average(NamedTuple):
    """The response times of a bucket."""

    timed: int
    """Requests whose response time is known."""
    total_us: int

    @property
    def average_us(self) -> int | None:
        """Their mean, to the nearest microsecond; None where there is none."""
        return rounded(self.total_us, self.timed)


@dataclass(frozen=True, slots=True)
class AveragesQuery(Query[tuple[Average, ...]]):
    """The mean response time of each bucket.

    Raises (when read):
        QueryError: There is no such model or deployment.
    """

    scope: Scope
    buckets: tuple[Period, ...]


class Counts(NamedTuple):
    """Requests of a bucket or of a period."""

    success: int
    failed: int

    @property
    def requests(self) -> int:
        """All of them."""
        return self.success + self.failed


class Requests(NamedTuple):
    """How many requests there were, and what the deployments that answered them cost."""

    counts: tuple[Counts, ...]
    """One for each bucket."""
    total: Counts
    """Of the whole period."""
    credits_micro: int | None
    """The deployments' credits inside the period; None for an external model, or where no entry is known."""

    @property
    def credits_each_micro(self) -> int | None:
        """Credits for each successful request, to the nearest millionth; None where it cannot be said."""
        return None if self.credits_micro is None else rounded(self.credits_micro, self.total.success)


@dataclass(frozen=True, slots=True)
class RequestsQuery(Query[Requests]):
    """Successful and failed requests of each bucket.

    Raises (when read):
        QueryError: There is no such model or deployment.
    """

    scope: Scope
    buckets: tuple[Period, ...]


class Tokens(NamedTuple):
    """Tokens of a bucket or of a period; requests whose count nobody told are in neither sum."""

    input_known: int
    """Requests whose input tokens are known. With 0 the sum is unknown, not zero."""
    input_tokens: int
    output_known: int
    output_tokens: int


class TokenUse(NamedTuple):
    """Tokens over time."""

    tokens: tuple[Tokens, ...]
    """One for each bucket."""
    total: Tokens


@dataclass(frozen=True, slots=True)
class TokensQuery(Query[TokenUse]):
    """Input and output tokens of each bucket.

    Raises (when read):
        QueryError: There is no such model or deployment.
    """

    scope: Scope
    buckets: tuple[Period, ...]


class Running(NamedTuple):
    """A deployment that is up at a moment."""

    deployment: str
    version: str | None
    replicas: int | None
    """None: the data does not say."""
    hardware: str | None
    max_replicas: int | None


class ReplicaStep(NamedTuple):
    """From this moment to the next step."""

    at_us: int
    running: tuple[Running, ...]
    """The deployments that are up, by name and version; empty: none is."""

    @property
    def replicas(self) -> int | None:
        """Their replicas together; None where nothing is up, or of nothing that is up the number is known."""
        known = [one.replicas for one in self.running if one.replicas is not None]
        return sum(known) if known else None

    @property
    def max_replicas(self) -> int | None:
        """Their maxima together; None where nothing is up, or one of them is not known."""
        known = [one.max_replicas for one in self.running if one.max_replicas is not None]
        return sum(known) if known and len(known) == len(self.running) else None


class Replicas(NamedTuple):
    """The replicas of a scope over time."""

    steps: tuple[ReplicaStep, ...]
    """The first at the start of the period, then one at each change. Empty: the period is."""
    hardware: tuple[str, ...]
    """The hardware configurations up in the period, in the order in which they came; more than one: "Multiple
    Hardware"."""

    @property
    def max_replicas(self) -> int | None:
        """The highest sum of maxima at any moment of the period; None where none is known."""
        return max((step.max_replicas for step in self.steps if step.max_replicas is not None), default=None)


@dataclass(frozen=True, slots=True)
class ReplicasQuery(Query[Replicas]):
    """Replicas, hardware and maxima over time. Of an external model: one step with nothing running.

    Raises (when read):
        QueryError: There is no such model or deployment.
    """

    scope: Scope
    within: Period


@dataclass(frozen=True, slots=True)
class ReplicasUpQuery(Query[int | None]):
    """How many replicas are up over all deployments of the account; None where of none the number is known."""

    at_us: int


@dataclass(frozen=True, slots=True)
class UptimeQuery(Query[tuple[Period, ...]]):
    """When a deployment of the scope was up, or its connection there; the rest is marked as not deployed.

    In the order of time, with time between them, cut to the period. What is up reaches to the period's end even
    where that lies in the future. A start that nobody told is the first trace's.

    Raises (when read):
        QueryError: There is no such model or deployment.
    """

    scope: Scope
    within: Period


def whole_of(buckets: tuple[Period, ...]) -> Period:
    """The period that adjoining buckets make; an empty one at 0 where there are none."""
    return Period(buckets[0].start_us, buckets[-1].end_us) if buckets else Period(0, 0)


def column_of(at_us: int, within: Period, columns: int) -> int:
    """The column, from 0, of a moment inside a period that so many equal columns divide."""
    return (at_us - within.start_us) * columns // (within.end_us - within.start_us)


def slice_of(column: int, within: Period, columns: int) -> Period:
    """The moments that belong to a column."""
    length_us = within.end_us - within.start_us
    # Rounded up: the first whole microsecond that column_of puts there.
    first_us, end_us = (-(-place * length_us // columns) for place in (column, column + 1))
    return Period(within.start_us + first_us, within.start_us + end_us)


def rounded(total: int, count: int) -> int | None:
    """A mean to the nearest whole number, halves up; None of nothing."""
    return (2 * total + count) // (2 * count) if count else None
