"""The figures above the table: counts from the rollups, exact percentiles, and the credits of the period."""

import sqlite3

from tracetui.domain.queries import LookQuery, SummaryQuery
from tracetui.domain.rows import Summary
from tracetui.store import spans
from tracetui.store.credits import hosting_credits
from tracetui.store.figures import Figures, figures
from tracetui.store.histograms import Histograms
from tracetui.store.pruned import pruned_before_us
from tracetui.store.scopes import FOREVER, resolve
from tracetui.store.search.finder import Finder
from tracetui.store.selection import Selection, asked_about

PERCENTS = (90, 99)


def summary(db: sqlite3.Connection, query: SummaryQuery, histograms: Histograms, finder: Finder) -> Summary:
    """Answer a `SummaryQuery`.

    Raises:
        QueryError: There is no such model or deployment.
    """
    selection = asked_about(db, query, finder)
    return with_figures(figures(selection, histograms, percents=PERCENTS), selection, query)


def with_figures(found: Figures, selection: Selection, query: SummaryQuery | LookQuery) -> Summary:
    """The answer to a query, made of the figures of the traces that it selects."""
    db = selection.db
    ever = resolve(db, query.scope, FOREVER)
    p90_us, p99_us = found.percentiles_us
    return Summary(
        requests=found.requests,
        failed=found.failed,
        timed=found.timed,
        p90_us=p90_us,
        p99_us=p99_us,
        # Hosting is not spent by single requests: there is no share of it for those that match.
        hosting_credits_micro=None
        if query.filter or query.search
        else hosting_credits(db, query.scope, selection.scoped),
        requests_ever=spans.sums(db, ever.routes, ever.within).requests,
        first_at_us=ever.first_at_us,
        pruned_before_us=pruned_before_us(db),
    )
