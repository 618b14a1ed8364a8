"""Builders and stand-ins that tests share. A test shows only what it is about."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from tracetui.cancel import Cancel
from tracetui.domain.analytics import Account, AccountQuery
from tracetui.domain.ports import Record, WriteReport
from tracetui.domain.queries import First, LookQuery, PageQuery, Query, SummaryQuery
from tracetui.domain.rows import Looked, Page, Summary
from tracetui.domain.trace import Status, Trace

MS = 1_000
S = 1_000_000
NOON_US = 1_790_856_000 * S
"""2026-10-01 12:00:00 UTC."""


def a_trace(request_id: str = "req-1", **fields: Any) -> Trace:
    """A complete, successful trace; name the fields that the test is about."""
    known: dict[str, Any] = {
        "origin": "test",
        "record_id": request_id,
        "request_id": request_id,
        "executed_at_us": NOON_US,
        "status": Status.SUCCESS,
        "raw": b"{}",
        "model": "m-1",
    }
    return Trace(**(known | fields))


class ListWriter:
    """A writer that keeps what it is given, one list entry a batch."""

    def __init__(self) -> None:
        self.batches: list[list[Record]] = []

    @property
    def records(self) -> list[Record]:
        return [record for batch in self.batches for record in batch]

    def write(self, batch: Sequence[Record]) -> WriteReport:
        self.batches.append(list(batch))
        return WriteReport(added=len(batch), present=0, filled=0, differences=())

    def close(self) -> None:
        pass


class FakeReader:
    """Answers from a table of queries, or from a function of the query.

    `gate` holds every read until it is set: a test can look at a screen while an answer is pending. `told` is what
    a search tells before.
    """

    def __init__(self, answers: dict[Query[Any], Any] | Callable[[Query[Any]], Any]) -> None:
        self.answers = answers
        self.asked: list[Query[Any]] = []
        self.told: list[Looked] = []
        self.gate = threading.Event()
        self.gate.set()

    def read(self, query: Query[Any], cancel: Cancel) -> Any:
        self.asked.append(query)
        while not self.gate.wait(0.01):
            cancel.raise_if_set()
        cancel.raise_if_set()
        if callable(self.answers):
            answer = self.answers(query)
        elif isinstance(query, AccountQuery):
            # Asked whenever Analytics is shown; a test that only passes through need not know.
            answer = self.answers.get(query, Account(None, None, 0, 0))
        else:
            answer = self.answers[query]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def look(self, query: LookQuery, cancel: Cancel, report: Callable[[Looked], None]) -> Looked:
        """Answered by the page and the figures that the table has for them, after what `told` holds."""
        for looked in self.told:
            report(looked)
        scope, within, search = query.scope, query.within, query.search
        page: Page = self.read(
            PageQuery(scope, within, query.order, First(), query.count, query.filter, search), cancel
        )
        summary: Summary = self.read(SummaryQuery(scope, within, query.filter, search), cancel)
        found = summary.requests if page.total is None else page.total
        return Looked(page.rows, found, 1.0, None, summary)

    def close(self) -> None:
        pass
