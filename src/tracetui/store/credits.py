"""Credits of deployments and of fine-tuning: entries with a time span, of which the part inside a period counts.

The one place that shares an entry out. Whatever the number of entries, those that lie inside the period whole are
summed by SQLite from an index alone, and only those that reach out of it are looked at one by one.
"""

import sqlite3

from tracetui.domain.catalogue import CreditKind
from tracetui.domain.periods import Period
from tracetui.domain.queries import Scope
from tracetui.store.scopes import Scoped
from tracetui.store.where import Sql


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


def hosting_credits(db: sqlite3.Connection, scope: Scope, scoped: Scoped) -> int | None:
    """The deployment credits of a scope, in millionths.

    Returns:
        None for an external model, for a connection, or where no entry is of the scope at any time.
    """
    if not scoped.model_type.is_hosted or scope.connection is not None:
        return None
    clause = "FROM credit_entries INDEXED BY credits_by_model WHERE model_id = ? AND kind = 'deployment'"
    values: tuple[int | str, ...] = (scoped.model_id,)
    if scope.deployment is not None:
        clause, values = f"{clause} AND deployment = ?", (*values, scope.deployment.name)
    if scope.version is not None:
        clause, values = f"{clause} AND version = ?", (*values, scope.version)
    return _between(db, Sql(clause, values), scoped.asked)


def account_credits(db: sqlite3.Connection, kind: CreditKind, within: Period) -> int | None:
    """The credits of a kind, whoever spent them, in millionths; None where no entry is known at any time."""
    entries = Sql("FROM credit_entries INDEXED BY credits_by_kind WHERE kind = ?", (kind.value,))
    return _between(db, entries, within)


def _between(db: sqlite3.Connection, entries: Sql, within: Period) -> int | None:
    """The credits of some entries inside a period; None where there is no entry at all."""
    clause, values = entries
    if db.execute(f"SELECT 1 {clause} LIMIT 1", values).fetchone() is None:
        return None
    start, end = within
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
        + sum(credits_between(credits, Period(first, last), within) for first, last, credits in reaching_out)
    )
