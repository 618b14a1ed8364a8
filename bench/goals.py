"""A measured figure beside its goal, and how a table of them is printed."""

import statistics
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import NamedTuple


class Figure(NamedTuple):
    """One line of the table."""

    goal: str
    """The number in the specification: Q1, Q2, ..."""
    what: str
    measured: str
    wanted: str
    holds: bool | None
    """None: a figure without a goal of its own, for comparison."""


def milliseconds(work: Callable[[], object], runs: int = 15) -> tuple[float, float]:
    """Median and 95th percentile of a call, in ms, after one call that is not counted."""
    work()
    spent = []
    for _ in range(runs):
        start = perf_counter()
        work()
        spent.append((perf_counter() - start) * 1000)
    return statistics.median(spent), nearest_rank(spent, 95)


def nearest_rank(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[-(-percent * len(ordered) // 100) - 1]


def at_most(goal: str, what: str, value: float, limit: float, unit: str, note: str = "") -> Figure:
    """A figure that holds where it does not exceed its goal."""
    return Figure(goal, what, f"{value:,.1f} {unit}{note}", f"<= {limit:,g} {unit}", value <= limit)


def at_least(goal: str, what: str, value: float, limit: float, unit: str, note: str = "") -> Figure:
    """A figure that holds where it reaches its goal."""
    return Figure(goal, what, f"{value:,.2f} {unit}{note}", f">= {limit:,g} {unit}", value >= limit)


def shown(figures: Sequence[Figure]) -> str:
    """The table as text."""
    marks = {True: "ok", False: "MISSED", None: ""}
    rows = [(f.goal, f.what, f.measured, f.wanted, marks[f.holds]) for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
