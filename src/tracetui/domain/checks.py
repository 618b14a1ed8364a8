"""What a check asks of the figures of traces: comparisons joined by and, or and not, each true, false or unknown.

Unknown is what nothing is known of (a percentile of no request, tokens that nobody told): it is no pass and no
failure, and joins as Kleene's logic has it. `check_text.py` reads a check from a line.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import NamedTuple

from tracetui.domain.usage import Usage


class Kind(Enum):
    """What can be compared with one another."""

    COUNT = "a count"
    TIME = "a time"
    """Microseconds."""
    RATE = "a rate"
    """From 0 to 1."""
    CREDITS = "credits"
    USD = "dollars"


class Metric(NamedTuple):
    """A figure that a check can name."""

    name: str
    kind: Kind
    meaning: str
    of: Callable[[Usage], Fraction | None]
    """None: not known."""


def _count(of: Callable[[Usage], int | None], parts: int = 1) -> Callable[[Usage], Fraction | None]:
    """A whole number of parts, as a fraction of the unit."""

    def read(usage: Usage) -> Fraction | None:
        found = of(usage)
        return None if found is None else Fraction(found, parts)

    return read


def _rate(of: Callable[[Usage], int]) -> Callable[[Usage], Fraction | None]:
    """A part of all requests."""
    return lambda usage: Fraction(of(usage), usage.requests) if usage.requests else None


def _tokens(usage: Usage) -> int | None:
    """Both sums together, where both are known of any request."""
    sums = (usage.input_tokens_or_none, usage.output_tokens_or_none)
    return None if None in sums else usage.input_tokens + usage.output_tokens


_MICRO, _NANO = 1_000_000, 1_000_000_000

METRICS = {
    metric.name: metric
    for metric in (
        Metric("requests", Kind.COUNT, "all requests", _count(lambda one: one.requests)),
        Metric("failed", Kind.COUNT, "those that failed", _count(lambda one: one.failed)),
        Metric("succeeded", Kind.COUNT, "those that did not", _count(lambda one: one.requests - one.failed)),
        Metric("failure_rate", Kind.RATE, "failed of all", _rate(lambda one: one.failed)),
        Metric("p50", Kind.TIME, "response time, median", _count(lambda one: one.p50_us)),
        Metric("p90", Kind.TIME, "response time that 90 % do not exceed", _count(lambda one: one.p90_us)),
        Metric("p99", Kind.TIME, "response time that 99 % do not exceed", _count(lambda one: one.p99_us)),
        Metric("mean", Kind.TIME, "average response time", _count(lambda one: one.mean_us)),
        Metric("input_tokens", Kind.COUNT, "sum", _count(lambda one: one.input_tokens_or_none)),
        Metric("output_tokens", Kind.COUNT, "sum", _count(lambda one: one.output_tokens_or_none)),
        Metric("tokens", Kind.COUNT, "both together", _count(_tokens)),
        Metric(
            "credits",
            Kind.CREDITS,
            "hosting of deployments, else what requests say that they cost",
            _count(lambda one: one.spent_credits_micro, _MICRO),
        ),
        Metric("cost", Kind.USD, "in US dollars, as requests say it", _count(lambda one: one.cost_or_none, _NANO)),
    )
}
"""Name -> metric, in the order in which they are told."""


class Sign(Enum):
    """How two things are compared; the value is how it is written."""

    LESS_OR_EQUAL = "<="
    GREATER_OR_EQUAL = ">="
    NOT_EQUALS = "!="
    LESS = "<"
    GREATER = ">"
    EQUALS = "="

    def holds(self, left: Fraction, right: Fraction) -> bool:
        """Whether the comparison is true."""
        return bool(_COMPARE[self](left, right))


_COMPARE: dict[Sign, Callable[[Fraction, Fraction], object]] = {
    Sign.LESS: lt,
    Sign.LESS_OR_EQUAL: le,
    Sign.GREATER: gt,
    Sign.GREATER_OR_EQUAL: ge,
    Sign.EQUALS: eq,
    Sign.NOT_EQUALS: ne,
}


class Amount(NamedTuple):
    """A number that somebody wrote, in the unit of the metrics of a kind."""

    number: Fraction
    typed: str


Operand = Metric | Amount


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two things of one kind."""

    left: Operand
    sign: Sign
    right: Operand

    def holds(self, usage: Usage) -> bool | None:
        """Whether it is true of the figures; None: not known."""
        left, right = value_of(self.left, usage), value_of(self.right, usage)
        return None if left is None or right is None else self.sign.holds(left, right)

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The figures that it looks at."""
        return tuple(one for one in (self.left, self.right) if isinstance(one, Metric))

    def __str__(self) -> str:
        left, right = (one.name if isinstance(one, Metric) else one.typed for one in (self.left, self.right))
        return f"{left} {self.sign.value} {right}"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    check: "Check"

    def holds(self, usage: Usage) -> bool | None:
        """True where the check is false; None: not known."""
        held = self.check.holds(usage)
        return None if held is None else not held


@dataclass(frozen=True, slots=True)
class Joined:
    """Several checks, of which all must hold, or any."""

    checks: "tuple[Check, ...]"
    is_all: bool

    def holds(self, usage: Usage) -> bool | None:
        """Of all: false where one is false, else unknown where one is unknown. Of any: the other way round."""
        held = [check.holds(usage) for check in self.checks]
        decisive = not self.is_all
        if decisive in held:
            return decisive
        return None if None in held else self.is_all


Check = Comparison | Not | Joined


def value_of(operand: Operand, usage: Usage) -> Fraction | None:
    """The number that stands for an operand; None: not known."""
    return operand.of(usage) if isinstance(operand, Metric) else operand.number


def comparisons(check: Check) -> tuple[Comparison, ...]:
    """Every comparison of a check, from left to right."""
    match check:
        case Comparison():
            return (check,)
        case Not():
            return comparisons(check.check)
        case Joined():
            return tuple(one for part in check.checks for one in comparisons(part))
