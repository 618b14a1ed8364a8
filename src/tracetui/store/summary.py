"""The figures above the table: counts from the rollups, exact percentiles, and the credits of the period."""

import sqlite3

from tracetui.domain.periods import Period
from tracetui.domain.queries import Scope, SummaryQuery
from tracetui.domain.rows import Summary
from tracetui.store import spans
from tracetui.store.figures import figures
from tracetui.store.histograms import Histograms
from tracetui.store.scopes import FOREVER, Scoped, resolve
from tracetui.store.search.finder import Finder
from tracetui.store.selection import asked_about


def summary(db: sqlite3.Connection, query: SummaryQuery, histograms: Histograms, finder: Finder) -> Summary:
    """Answer a `SummaryQuery`.

    Raises:
        QueryError: There is no such model or deployment.
    """
    selection = asked_about(db, query, finder)
    ever = resolve(db, query.scope, FOREVER)
    found = figures(selection, histograms)
    return Summary(
        requests=found.requests,
        failed=found.failed,
        timed=found.timed,
        p90_us=found.p90_us,
        p99_us=found.p99_us,
        # Hosting is not spent by single requests: there is no share of it for those that match.
        hosting_credits_micro=None
        if query.filter or query.search
        else _hosting_credits(db, query.scope, selection.scoped),
        requests_ever=spans.sums(db, ever.routes, ever.within).requests,
        first_at_us=ever.first_at_us,
    )


def credits_between(credits_micro: int, span: Period, within: Period) -> int:
    """The part of an entry's credits that falls into a period.

    Parts of adjoining periods add up to the whole, to the last millionth: each is the difference of two
    cumulative shares, rounded down. An entry without a length counts where its instant lies.
    """
    start, end = span
    length = end - start
    if length <= 0:
        return credits_micro if within.start_us <= start < within.end_us else 0
    first = min(max(within.start_us, start), end) - start
    last = min(max(within.end_us, start), end) - start
    return max(0, credits_micro * last // length - credits_micro * first // length) if first < last else 0


def _hosting_credits(db: sqlite3.Connection, scope: Scope, scoped: Scoped) -> int | None:
    """The deployment credits of a scope; None for an external model, or where no entry is of it at any time."""
    if not scoped.model_type.is_hosted or scope.connection is not None:
        return None
    clause, values = _entries_of(scope, scoped.model_id)
    if db.execute(f"SELECT 1 {clause} LIMIT 1", values).fetchone() is None:
        return None
    start, end = scoped.asked
    # Units and millionths apart: SQLite's sum of hostile entries would overflow, Python's does not.
    units, millionths = db.execute(
        f"SELECT sum(credits_micro / 1000000), sum(credits_micro % 1000000) {clause}"
        " AND start_at >= ? AND start_at < ? AND end_at <= ?",
        (*values, start, end, end),
    ).fetchone()
    reaching_out = db.execute(
        f"SELECT start_at, end_at, credits_micro {clause} AND start_at >= ? AND start_at < ? AND end_at > ?"
        f" UNION ALL SELECT start_at, end_at, credits_micro {clause} AND start_at < ? AND end_at > ?",
        (*values, start, end, end, *values, start, start),
    )
    return (
        (units or 0) * 1_000_000
        + (millionths or 0)
        + sum(credits_between(credits, Period(first, last), scoped.asked) for first, last, credits in reaching_out)
    )


def _entries_of(scope: Scope, model_id: int) -> tuple[str, tuple[int | str, ...]]:
    clause = "FROM credit_entries INDEXED BY credits_by_model WHERE model_id = ? AND kind = 'deployment'"
    values: tuple[int | str, ...] = (model_id,)
    if scope.deployment is not None:
        clause, values = f"{clause} AND deployment = ?", (*values, scope.deployment.name)
    if scope.version is not None:
        clause, values = f"{clause} AND version = ?", (*values, scope.version)
    return clause, values
