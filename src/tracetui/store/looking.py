"""A search that tells what it finds while it looks: rows, how many there are, how far it has come.

It looks at the traces of scope, period and filter in the order of the table, so that the first rows found are the
first rows of the table. Once a page is full, what is found is only counted.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from tracetui.domain.periods import Period
from tracetui.domain.queries import LookQuery, Order, Position
from tracetui.domain.rows import Looked, TraceRow
from tracetui.store import spans
from tracetui.store.figures import figures
from tracetui.store.filtered import among
from tracetui.store.histograms import Histograms
from tracetui.store.pages import rows_of
from tracetui.store.search.finder import Finder
from tracetui.store.searched import Walked
from tracetui.store.selection import MOST_FOUND, Selection, asked_about
from tracetui.store.summary import PERCENTS, with_figures
from tracetui.store.tally import Tally

REPORT_EVERY_S = 0.2


def look(
    db: sqlite3.Connection,
    query: LookQuery,
    histograms: Histograms,
    finder: Finder,
    report: Callable[[Looked], None],
) -> Looked:
    """Answer a `LookQuery`, telling how far it is.

    Raises:
        Cancelled: The query was stopped.
        QueryError: There is no such model or deployment.
    """
    selection = asked_about(db, query, finder)
    sought = selection.sought
    assert sought is not None, "a search has words"
    among_others = among(selection, sought, query.order, histograms)
    so_far = _SoFar(selection, query, among_others.others.total, Tally(db))
    told_at_s = monotonic()
    for some in among_others.looked_through(None):
        is_new = so_far.add(some)
        now_s = monotonic()
        if is_new or now_s - told_at_s >= REPORT_EVERY_S:
            report(so_far.looked())
            told_at_s = now_s
    if so_far.found <= MOST_FOUND:
        sought.remember((selection.scoped.routes, query.filter), selection.within, so_far.ids)
    tally = so_far.tally
    found = tally.figures(PERCENTS) if tally.is_whole else figures(selection, histograms, percents=PERCENTS)
    summary = with_figures(found, selection, query)
    return so_far.looked()._replace(share=1.0, summary=summary)


@dataclass(slots=True)
class _SoFar:
    """What was found, and how far it is."""

    selection: Selection
    query: LookQuery
    total: int | None
    """Traces to be looked at, where that is known."""
    tally: Tally
    rows: list[TraceRow] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    """Of all that were found, while they are few."""
    found: int = 0
    walked: int = 0
    last: Position | None = None

    @property
    def is_page_full(self) -> bool:
        """Whether there are as many rows as were asked for."""
        return len(self.rows) == self.query.count

    def add(self, some: Walked) -> bool:
        """Take what was found; returns whether it is the first row, or the last one that was asked for."""
        before, missing = len(self.rows), self.query.count - len(self.rows)
        ids = [at.id for at in some.found]
        if ids and missing > 0:
            self.rows += rows_of(self.selection.db, ids[:missing])
        if self.found <= MOST_FOUND:
            self.ids += ids
        if some.measured is None:
            self.tally.add(ids)
        else:
            self.tally.add_measured(some.measured)
        self.found += len(some.found)
        self.walked += some.rows
        self.last = some.last
        return len(self.rows) > before and (before == 0 or self.is_page_full)

    def looked(self) -> Looked:
        """What can be told of it."""
        reached_us = self.last.executed_at_us if self.last is not None and self.query.order.by_time else None
        return Looked(tuple(self.rows), self.found, self._share(reached_us), reached_us)

    def _share(self, reached_us: int | None) -> float | None:
        if reached_us is None:
            return self.walked / self.total if self.total else None
        # How many a filter leaves is not known, but how many of all traces lie behind is.
        within = self.selection.within
        is_newest_first = self.query.order is Order.NEWEST
        behind = Period(reached_us, within.end_us) if is_newest_first else Period(within.start_us, reached_us)
        routes = self.selection.scoped.routes
        of_all = spans.sums(self.selection.db, routes, within).requests
        return spans.sums(self.selection.db, routes, behind).requests / of_all if of_all else 1.0
