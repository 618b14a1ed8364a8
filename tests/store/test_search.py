"""Search answers what a full scan answers, whatever the index knows and whatever the texts are."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import MS, S, a_trace
from tests.store.plain import ALWAYS, HOSTED, Known, ask, in_order
from tests.store.stored import write
from tracetui.cancel import Cancel, Cancelled
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.fields import FIELDS, Operator
from tracetui.domain.filters import Condition, Filter, matches
from tracetui.domain.folding import fold
from tracetui.domain.queries import (
    After,
    Anchor,
    CountQuery,
    First,
    Order,
    PageQuery,
    Position,
    Scope,
    SummaryQuery,
)
from tracetui.domain.trace import Status, Trace
from tracetui.store.connection import open_reader
from tracetui.store.reader import SqliteReader
from tracetui.store.search import index
from tracetui.store.search.finder import Finder

WORDS = (
    "refund", "Refunds", "REFUNDED", "checkout", "x", "7", "x7", "k", "GPT模型v2", "snake_case_name",
    "CamelCase42",
    "Straße", "STRASSE", "ẞ", "İstanbul", "ISTANBUL", "ıssız", "ΣΊΣΥΦΟΣ", "Σίσυφος", "300\u212a", "ſmall",
    "退款", "我们的退款政策", "ありがとう", "カタカナ", "สวัสดีครับ", "환불해", "हिन्दी", "استرداد",
    "возврат", "ВОЗВРАТ", "e\u0301clair", "éclair", "🎉", "👩\u200d👩\u200d👧", "➜", "a" * 30, "3.14159",
    "550e8400-e29b-41d4-a716-446655440000", "0x7fFe12ab", "dGhpcyBpcyBhIHRlc3Q=", "2026-11-20T12:00:00Z",
    '100%_"x"', "NEAR(", "AND", "OR", "*", "^a", "\x00", "\x1b[31m",
)  # fmt: skip
FAILED = Filter(
    (Condition(next(field for field in FIELDS if field.key == "status"), Operator.EQUALS, Status.FAILED),)
)
GLUE = (" ", " ", " ", "", "", "-", "_", "\n", "، ", "。", '"', "\u200d", "%")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "traces.db"


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SqliteReader, list[Trace]]]:
    """4,000 traces of one model, most of them indexed: few and many candidates both occur."""
    chance = random.Random(9)
    traces = random_traces(chance, 4_000)
    for trace in traces:
        trace.model, trace.model_type, trace.deployment = HOSTED.name, HOSTED.type, "chat"
        trace.executed_at_us += chance.randrange(50_000) * S
        trace.response_time_us = chance.choice((None, chance.randrange(5_000) * MS))
        trace.status = chance.choice((Status.SUCCESS, Status.SUCCESS, Status.FAILED))
    traces[17].output = "the wombat"
    store = tmp_path_factory.mktemp("searched") / "traces.db"
    write(store, traces[:3_900])
    index.build(store, Cancel())
    write(store, traces[3_900:])
    reader = SqliteReader(store)
    yield reader, traces
    reader.close()


def found(store: Path, needle: str) -> list[str]:
    """The request ids of all traces that contain a text, in the order of their ids."""
    with closing(open_reader(store)) as db:
        sought = Finder(db).seek(needle)
        clause, values = sought.condition
        return [id for (id,) in db.execute(f"SELECT request_id FROM traces WHERE {clause} ORDER BY id", values)]


def candidates(store: Path, needle: str) -> int | None:
    """How many traces the index leaves to be read."""
    with closing(open_reader(store)) as db:
        ids = Finder(db).seek(needle).candidates(at_most=1_000)
        return None if ids is None else len(ids)


def scanned(traces: Sequence[Trace], needle: str) -> list[str]:
    """The same by looking at every text."""
    folded = fold(needle)
    texts = ("request_id", "version", "source_type", "source", "input", "output", "error")
    return [
        trace.request_id
        for trace in traces
        if any(folded in fold(text) for name in texts if (text := getattr(trace, name)) is not None)
    ]


def random_text(chance: random.Random) -> str:
    return "".join(chance.choice(WORDS) + chance.choice(GLUE) for _ in range(chance.randrange(12)))


def random_traces(chance: random.Random, count: int) -> list[Trace]:
    return [
        a_trace(
            f"req-{number}-{chance.randrange(10**6):06x}",
            input=random_text(chance),
            output=random_text(chance) if chance.random() < 0.8 else None,
            error=random_text(chance) if chance.random() < 0.1 else None,
            version=chance.choice((None, "v1", "Größe-7")),
            source=chance.choice((None, "checkout", "Ärger")),
            source_type=chance.choice(("Workflow", "API Key")),
        )
        for number in range(count)
    ]


def needles(chance: random.Random, traces: Sequence[Trace]) -> Iterator[str]:
    """Pieces of what is there, at any edge, in another case now and then; and pieces that are nowhere."""
    for _ in range(400):
        text = chance.choice(traces).input or "nothing"
        start = chance.randrange(len(text))
        piece = text[start : start + chance.choice((1, 2, 3, 4, 6, 10, 25))]
        yield chance.choice((piece, piece, piece.upper(), piece.lower(), piece + "q"))
    yield from WORDS


@pytest.mark.parametrize("seed", range(3))
def test_every_text_is_found_where_a_scan_finds_it(store: Path, seed: int) -> None:
    chance = random.Random(seed)
    traces = random_traces(chance, 150)
    write(store, traces[:100])
    index.build(store, Cancel())
    write(store, traces[100:])
    for needle in needles(chance, traces):
        assert found(store, needle) == scanned(traces, needle), needle


def test_what_was_written_a_moment_ago_is_found(store: Path) -> None:
    write(store, [a_trace("old", input="a refund")])
    index.build(store, Cancel())
    write(store, [a_trace("new", input="another refund")])
    assert found(store, "REFUND") == ["old", "new"]


def test_a_text_that_came_later_is_found(store: Path) -> None:
    write(store, [a_trace("req-1", input="asked")])
    index.build(store, Cancel())
    write(store, [a_trace("req-1", input="asked", output="a refund", raw=b"{1}")])
    assert found(store, "refund") == ["req-1"]


def test_a_text_that_came_later_is_indexed_in_turn(store: Path) -> None:
    write(store, [a_trace(f"req-{n}", input="asked") for n in range(9)])
    index.build(store, Cancel())
    write(store, [a_trace("req-4", input="asked", output="a refund", raw=b"{1}")])
    index.build(store, Cancel())
    with closing(sqlite3.connect(store)) as db:
        assert index.backlog(db) == (0, 0)
    assert (found(store, "refund"), candidates(store, "refund")) == (["req-4"], 1)


def test_a_rare_text_leaves_few_traces_to_be_read(store: Path) -> None:
    chance = random.Random(4)
    traces = [*random_traces(chance, 200), a_trace("rare", input="the wombat said: deadbeef-cafe 9c1b4e")]
    write(store, traces)
    index.build(store, Cancel())
    assert {needle: candidates(store, needle) for needle in ("OMBA", "wombat said", "beef-ca", "c1b4", "zzz")} == {
        "OMBA": 1, "wombat said": 1, "beef-ca": 1, "c1b4": 1, "zzz": 0
    }  # fmt: skip


def test_a_text_of_punctuation_is_found_by_reading(store: Path) -> None:
    write(store, [a_trace("one", input="100 %"), a_trace("two", input="?!")])
    index.build(store, Cancel())
    assert (candidates(store, "?!"), found(store, "?!")) == (None, ["two"])


def test_half_of_a_surrogate_pair_is_nowhere(store: Path) -> None:
    write(store, [a_trace("req-1", input="\ud83d")])
    assert found(store, "\ud83d") == []


def test_an_index_that_is_stopped_goes_on_where_it_was(store: Path) -> None:
    traces = random_traces(random.Random(5), 60)
    write(store, traces)
    with closing(sqlite3.connect(store, isolation_level=None)) as db:
        assert index.Indexer(db).step(traces=25) == 25
        assert index.backlog(db) == (35, 0)
    index.build(store, Cancel())
    assert found(store, "refund") == scanned(traces, "refund")


def test_two_that_index_at_once_do_not_index_twice(store: Path) -> None:
    traces = random_traces(random.Random(6), 40)
    write(store, traces)
    with (
        closing(sqlite3.connect(store, isolation_level=None)) as db,
        closing(sqlite3.connect(store, isolation_level=None)) as other,
    ):
        first, second = index.Indexer(db), index.Indexer(other)
        assert [one.step(traces=15) for one in (first, second, first, second)] == [
            15,
            15,
            10,
            0,
        ]
        assert index.backlog(db) == (0, 0)


def test_deleted_traces_are_not_found(store: Path) -> None:
    write(store, [a_trace("one", input="a refund"), a_trace("two", input="a refund")])
    index.build(store, Cancel())
    with closing(sqlite3.connect(store)) as db:
        db.execute("DELETE FROM trace_texts WHERE id = 1")
        db.execute("DELETE FROM traces WHERE id = 1")
        db.commit()
    assert found(store, "refund") == ["two"]


def test_hashes_do_not_grow_the_list_of_words(store: Path) -> None:
    chance = random.Random(10)
    write(store, [a_trace(f"{number}", input=chance.randbytes(4_000).hex()) for number in range(50)])
    index.build(store, Cancel())
    with closing(sqlite3.connect(store)) as db:
        (words,) = db.execute("SELECT count(*) FROM search_words").fetchone()
    assert words <= 16**3 + 100


def test_merging_the_parts_of_an_index_keeps_all_of_it(store: Path) -> None:
    traces = random_traces(random.Random(8), 100)
    write(store, traces)
    with closing(sqlite3.connect(store, isolation_level=None)) as db:
        indexer = index.Indexer(db)
        while indexer.step(traces=10):
            pass
        indexer.merge(Cancel())
        (segments,) = db.execute("SELECT count(DISTINCT segid) FROM search_tokens_idx").fetchone()
    assert (segments, found(store, "refund")) == (1, scanned(traces, "refund"))


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("needle", ["refund", "退款", "wombat", "?!", "e", "9c1b"])
@pytest.mark.parametrize("filter", [None, FAILED])
def test_pages_and_counts_are_of_the_traces_that_contain_the_text(
    searched: tuple[SqliteReader, list[Trace]], order: Order, needle: str, filter: Filter | None
) -> None:
    reader, traces = searched
    wanted = set(scanned([trace for trace in traces if filter is None or matches(filter, trace)], needle))
    seen: list[str] = []
    anchor: Anchor = First()
    query = PageQuery(Scope(HOSTED), ALWAYS, order, anchor, 400, filter, needle)
    while rows := ask(reader, replace(query, anchor=anchor)).rows:
        seen += [row.request_id for row in rows]
        anchor = After(Position(rows[-1].executed_at_us, rows[-1].id, rows[-1].response_time_us))
    in_model = [known.trace.request_id for known in in_order(_known(traces), order)]
    assert seen == [id for id in in_model if id in wanted]
    assert ask(reader, CountQuery(Scope(HOSTED), ALWAYS, filter, needle)) == len(seen)


@pytest.mark.parametrize("needle", ["refund", "wombat", "?!", "e"])
def test_figures_are_of_the_traces_that_contain_the_text(
    searched: tuple[SqliteReader, list[Trace]], needle: str
) -> None:
    reader, traces = searched
    wanted = set(scanned(traces, needle))
    among = [trace for trace in traces if trace.request_id in wanted]
    times = sorted(trace.response_time_us for trace in among if trace.response_time_us is not None)
    summary = ask(reader, SummaryQuery(Scope(HOSTED), ALWAYS, search=needle))
    assert (summary.requests, summary.failed, summary.p90_us) == (
        len(among),
        sum(trace.status for trace in among),
        times[-(-90 * len(times) // 100) - 1] if times else None,
    )


class _SetSoon(Cancel):
    """Is set from the second look on: when the query runs already."""

    __slots__ = ("_looks",)

    def __init__(self) -> None:
        super().__init__()
        self._looks = 0

    @property
    def is_set(self) -> bool:
        self._looks += 1
        return self._looks > 1

    def raise_if_set(self) -> None:
        pass


@pytest.mark.parametrize("needle", ["?!", "e"])
def test_a_search_stops_when_it_is_cancelled(searched: tuple[SqliteReader, list[Trace]], needle: str) -> None:
    reader, _ = searched
    with pytest.raises(Cancelled):
        reader.read(CountQuery(Scope(HOSTED), ALWAYS, search=needle), _SetSoon())


def test_the_same_search_sees_what_others_wrote(tmp_path: Path) -> None:
    store = tmp_path / "traces.db"
    write(store, [a_trace("one", input="a refund")])
    with closing(SqliteReader(store)) as reader:
        query = CountQuery(Scope(ModelRef(ModelType.EXTERNAL, "m-1")), ALWAYS, search="refund")
        before = ask(reader, query)
        write(store, [a_trace("two", input="a refund")])
        index.build(store, Cancel())
        assert (before, ask(reader, query)) == (1, 2)


def _known(traces: Sequence[Trace]) -> list[Known]:
    return [Known(number, trace) for number, trace in enumerate(traces, 1)]
