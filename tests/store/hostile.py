"""Traces whose names are as bad as names get, and random filters on them, for SQL to be held to `matches`."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

from tests.fakes import NOON_US, S, a_trace
from tests.store.plain import DAY_US, Known, chosen, fill, in_order
from tracetui.cancel import Cancel
from tracetui.domain import fields as f
from tracetui.domain.catalogue import ModelType
from tracetui.domain.fields import Field
from tracetui.domain.filters import Condition, Filter, Joined, Value, matches
from tracetui.domain.periods import Period
from tracetui.domain.queries import Order, Scope
from tracetui.domain.trace import Status, Trace
from tracetui.store.connection import StoreConnection, open_reader
from tracetui.store.reader import SqliteReader
from tracetui.store.search.index import build

NAMES = (
    "checkout", "Checkout", "CHECKOUT", "100%_\"x\"", "100%", "a_b", "aXb", "'", "''; DROP TABLE traces; --", "?",
    "*", "[a-z]", "\\", "%", "_", " ", "\t", "a\nb", "a\x00b", "ПРИВЕТ мир", "привет", "größe", "GRÖSSE", "GRÖẞE",
    "İstanbul", "istanbul", "ISTANBUL", "ıstanbul", "K", "\u212a", "k", "S", "\u017f", "ς", "Σ", "σ", "é",
    "e\u0301", "ﬁ", "FI", "中文", "مرحبا", "🙂", "🙃", "\ufffd", "0", "1", "null", "NULL", "True", "x" * 300,
)  # fmt: skip
TIMES_US = (None, 0, 1, 499, 500, 501, 999, 1_000, 1_499, 1_500, 1_999_499, 1_999_500, 2 * S, 2_000_499, 2_000_500)
VERSIONS = ("v1", "V1", "v10", "größe", "GRÖSSE", "%", "_", "'", "\u212a", "k", None)


def hostile_traces(seed: int, count: int) -> list[Trace]:
    """Traces of one hosted model over ten days, many at the same moment, and some of an external one."""
    chance = random.Random(seed)
    return [_hostile_trace(chance, place) for place in range(count)]


def _hostile_trace(chance: random.Random, place: int) -> Trace:
    at_us = NOON_US + chance.randrange(10 * DAY_US)
    if chance.random() < 0.4:
        at_us = at_us // DAY_US * DAY_US
    is_external = place % 12 == 0
    request_id = f"{chance.choice(NAMES)}-{place}"
    shared = chance.choice(("shared", "Shared", "sharek", "\u212a"))
    return a_trace(
        shared if chance.random() < 0.1 else request_id,
        record_id=f"record-{place}" if place % 3 == 0 or chance.random() < 0.1 else request_id,
        executed_at_us=at_us,
        status=Status(chance.random() < 0.2),
        response_time_us=chance.choice((*TIMES_US, round(chance.lognormvariate(13, 2)))),
        model="x-1" if is_external else "m-1",
        model_type=ModelType.EXTERNAL if is_external else ModelType.OPEN_SOURCE,
        deployment=None if is_external else chance.choice(("chat", "batch")),
        connection="eu" if is_external else None,
        version=None if is_external else chance.choice(VERSIONS),
        source_type=chance.choice(("Workflow", "Prompts", "API Key", "api key", "cron", None)),
        source=chance.choice((*NAMES, None)),
    )


TRACES = hostile_traces(seed=11, count=1_200)


class Hostile(NamedTuple):
    """A store of hostile traces, and what is in it."""

    reader: SqliteReader
    db: StoreConnection
    known: list[Known]

    def __repr__(self) -> str:
        return "hostile"

    def trace(self, id: int) -> Trace:
        return next(one.trace for one in self.known if one.id == id)

    def expected(self, scope: Scope, within: Period, filter: Filter, order: Order = Order.NEWEST) -> list[Known]:
        """What a filter must give, in plain Python."""
        found = [one for one in chosen(self.known, scope, within) if matches(filter, one.trace)]
        return in_order(found, order)


@contextmanager
def hostile_store(path: Path, *, indexed: int = 0) -> Iterator[Hostile]:
    """A store of the hostile traces, the first so many of which the index of texts knows."""
    if indexed:
        fill(path, *TRACES[:indexed])
        build(path, Cancel())
    fill(path, *TRACES[indexed:])
    db = open_reader(path)
    ids = dict(db.execute("SELECT coalesce(record_id, request_id), id FROM traces"))
    reader = SqliteReader(path)
    yield Hostile(reader, db, [Known(ids[trace.record_id], trace) for trace in TRACES])
    reader.close()
    db.close()


def conditions(traces: Sequence[Trace]) -> st.SearchStrategy[Condition]:
    """Any condition: on what is in the data, on pieces of it in another case, and on what is not there."""

    def texts(field: Field) -> st.SearchStrategy[str]:
        known = sorted({text for trace in traces if (text := getattr(trace, field.key)) is not None})
        pieces = st.tuples(st.sampled_from(known), st.integers(0, 8), st.integers(1, 4)).map(_piece)
        changed = pieces.flatmap(
            lambda piece: st.sampled_from((piece, piece.upper(), piece.lower(), piece.title()))
        )
        return st.one_of(
            st.sampled_from(known),
            changed.filter(bool),
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        )

    def values(field: Field) -> st.SearchStrategy[Value]:
        if field is f.STATUS:
            return st.sampled_from(Status)
        if field is f.RESPONSE_TIME:
            known = [time_us for time_us in TIMES_US if time_us is not None]
            return st.one_of(st.sampled_from(known), st.integers(0, 5_000).map(lambda ms: ms * 1_000))
        return texts(field)

    def of_field(field: Field) -> st.SearchStrategy[Condition]:
        return st.builds(Condition, st.just(field), st.sampled_from(field.operators), values(field))

    return st.sampled_from(f.filterable_for(ModelType.OPEN_SOURCE)).flatmap(of_field)


def filters(traces: Sequence[Trace]) -> st.SearchStrategy[Filter]:
    """Up to four conditions, joined either way."""
    return st.builds(Filter, st.lists(conditions(traces), max_size=4).map(tuple), st.sampled_from(Joined))


def _piece(of: tuple[str, int, int]) -> str:
    text, start, length = of
    return text[start % len(text) :][:length]
