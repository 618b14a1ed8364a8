"""The store's answers: one `match` from a query to the function that knows it.

Each query is answered inside one read transaction, so that rows, places and sums are of one moment while others
write.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from tracetui.cancel import Cancel
from tracetui.domain.queries import (
    CountQuery,
    FindQuery,
    LookQuery,
    ModelsQuery,
    PageQuery,
    PlaceQuery,
    Query,
    ScopeQuery,
    StoreQuery,
    SummaryQuery,
    TraceQuery,
    ValuesQuery,
)
from tracetui.domain.rows import Looked
from tracetui.store import catalogue, connection, counts, detail, field_values, named, pages, summary
from tracetui.store.histograms import Histograms
from tracetui.store.payloads import Unpacker
from tracetui.store.search.finder import Finder
from tracetui.store.search.knowledge import Findings

A = TypeVar("A")


class SqliteReader:
    """Answers queries from one store file, through one read-only connection. Not shared between threads.

    Args:
        path: The store.
        findings: What readers of the same store share about texts that are searched for; None: its own.

    Raises:
        StoreError: There is no store, or it cannot be read; the message says why.
    """

    def __init__(self, path: Path, findings: Findings | None = None) -> None:
        self._path = path
        self._findings = findings or Findings()
        self._open()

    def _open(self) -> None:
        file = _file_at(self._path)
        self._db = connection.open_reader(self._path)
        self._file = file
        self._histograms = Histograms(self._db)
        self._unpacker = Unpacker(self._db)
        self._finder = Finder(self._db, self._findings, file)

    def read(self, query: Query[A], cancel: Cancel) -> A:
        """Answer a query from one moment of the store.

        Raises:
            Cancelled: `cancel` was set before the answer was ready.
            QueryError: The question has no answer in this store.
            StoreError: The store cannot be read.
        """
        answer: A = self._at_one_moment(lambda: self._answer(query), cancel)
        return answer

    def look(self, query: LookQuery, cancel: Cancel, report: Callable[[Looked], None]) -> Looked:
        """Search for a text, telling what is found while that takes long; see `ports.Reader`."""
        from tracetui.store.looking import look

        return self._at_one_moment(lambda: look(self._db, query, self._histograms, self._finder, report), cancel)

    def close(self) -> None:
        """Give the connection back."""
        self._db.close()

    def _at_one_moment(self, answer: Callable[[], A], cancel: Cancel) -> A:
        if _file_at(self._path) != self._file:
            # Removed, or replaced by another (a demo made anew): what is still open is not the latest data.
            old = self._db
            self._open()
            old.close()
        with connection.cancellable(self._db, cancel):
            self._finder.cancel = cancel
            self._db.execute("BEGIN")
            try:
                return answer()
            finally:
                self._db.rollback()

    def _answer(self, query: Query[Any]) -> Any:
        match query:
            case PageQuery():
                return pages.page(self._db, query, self._histograms, self._finder)
            case SummaryQuery():
                return summary.summary(self._db, query, self._histograms, self._finder)
            case CountQuery():
                return counts.count(self._db, query, self._histograms, self._finder)
            case PlaceQuery():
                return counts.place(self._db, query, self._histograms, self._finder)
            case FindQuery():
                return named.found(self._db, query.request_id, query.count)
            case ValuesQuery():
                return field_values.values(self._db, query)
            case TraceQuery():
                return detail.trace(self._db, query, self._unpacker)
            case ModelsQuery():
                return catalogue.models(self._db)
            case ScopeQuery():
                return catalogue.scope_choices(self._db, query.model)
            case StoreQuery():
                return catalogue.store_state(self._db)
        # Imported when it is asked for the first time: the Traces screen is there without it.
        from tracetui.store.dashboard import answer

        return answer(self._db, query, self._histograms, self._finder)


def _file_at(path: Path) -> tuple[int, int] | None:
    """Which file is at a path now; None for none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
