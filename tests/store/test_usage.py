"""All figures of a scope, against plain sums of the traces."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.fakes import NOON_US, S, a_trace
from tests.store.plain import a_reader, ask
from tracetui.domain.catalogue import CreditEntry, CreditKind, ModelRef, ModelType
from tracetui.domain.filter_text import read_line
from tracetui.domain.filters import matches
from tracetui.domain.periods import HOUR_US, Period
from tracetui.domain.queries import Scope, SummaryQuery
from tracetui.domain.trace import Status, Trace
from tracetui.domain.usage import ModelsUsageQuery, Usage, UsageQuery
from tracetui.store.reader import SqliteReader

DAY_US = 24 * HOUR_US
HOSTED, EXTERNAL = ModelRef(ModelType.OPEN_SOURCE, "chat"), ModelRef(ModelType.EXTERNAL, "gpt")
PERIODS = [
    Period(0, 1 << 52),
    Period(NOON_US + 2 * DAY_US, NOON_US + 9 * DAY_US),
    Period(NOON_US + 7 * HOUR_US + 17, NOON_US + DAY_US + 31 * S),
    Period(5, 6),
]
LINES = [
    "",
    "status:failed",
    "latency:>1s source:checkout",
    "version:=v1 OR status:failed",
    'version:=v2 "word-7"',
]


def traces() -> list[Trace]:
    """400 traces of two models over ten days; each number is unknown now and then."""
    chance = random.Random(5)

    def maybe(most: int) -> int | None:
        return None if chance.random() < 0.2 else chance.randrange(most)

    found = []
    for place in range(400):
        is_hosted = chance.random() < 0.6
        found.append(
            a_trace(
                f"r-{place}",
                model="chat" if is_hosted else "gpt",
                model_type=ModelType.OPEN_SOURCE if is_hosted else ModelType.EXTERNAL,
                deployment="d" if is_hosted else None,
                version=chance.choice(["v1", "v2"]) if is_hosted else None,
                executed_at_us=NOON_US + chance.randrange(10 * DAY_US),
                status=Status(chance.random() < 0.2),
                response_time_us=maybe(4 * S),
                input_tokens=maybe(2_000),
                output_tokens=maybe(900),
                credits_micro=maybe(5_000),
                cost_nano_usd=maybe(9_000_000),
                source=chance.choice(["checkout", "refunds", None]),
                input=f"word-{place % 10}",
            )
        )
    return found


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteReader]:
    hosting = CreditEntry(
        CreditKind.DEPLOYMENT, NOON_US, NOON_US + 10 * DAY_US, 10_000_000, "chat", ModelType.OPEN_SOURCE, "d"
    )
    reader = a_reader(tmp_path_factory.mktemp("usage") / "traces.db", *traces(), hosting)
    yield reader
    reader.close()


def summed(found: Sequence[Trace], hosting_credits_micro: int | None) -> Usage:
    """The figures of traces, one by one."""
    times = sorted(one.response_time_us for one in found if one.response_time_us is not None)

    def of(name: str) -> tuple[int, int]:
        values = [getattr(one, name) for one in found if getattr(one, name) is not None]
        return len(values), sum(values)

    ranks = [times[-(-percent * len(times) // 100) - 1] if times else None for percent in (50, 90, 99)]
    moments = [one.executed_at_us for one in found]
    return Usage(
        len(found),
        sum(one.status is Status.FAILED for one in found),
        len(times),
        sum(times),
        ranks[0],
        ranks[1],
        ranks[2],
        *of("input_tokens"),
        *of("output_tokens"),
        *of("credits_micro"),
        *of("cost_nano_usd"),
        hosting_credits_micro,
        min(moments, default=None),
        max(moments, default=None),
    )


@pytest.mark.parametrize("ref", [HOSTED, EXTERNAL], ids=["hosted", "external"])
@pytest.mark.parametrize("within", PERIODS)
@pytest.mark.parametrize("text", LINES)
def test_the_figures_are_those_of_the_traces(
    stored: SqliteReader, ref: ModelRef, within: Period, text: str
) -> None:
    line = read_line(text)
    usable = line.filter.for_type(ref.type)
    expected = [
        one
        for one in traces()
        if (one.model_type, one.model) == ref
        and within.start_us <= one.executed_at_us < within.end_us
        and matches(usable, one)
        and (line.search is None or line.search in (one.input or ""))
    ]
    found = ask(stored, UsageQuery(Scope(ref), within, usable or None, line.search))
    assert found == summed(expected, found.hosting_credits_micro)


@pytest.mark.parametrize("within", PERIODS)
def test_they_are_the_figures_of_the_screens(stored: SqliteReader, within: Period) -> None:
    shown = ask(stored, SummaryQuery(Scope(HOSTED), within))
    found = ask(stored, UsageQuery(Scope(HOSTED), within))
    assert shown[:5] == (found.requests, found.failed, found.timed, found.p90_us, found.p99_us)
    assert shown.hosting_credits_micro == found.hosting_credits_micro


def test_a_mean_is_to_the_nearest_microsecond(tmp_path: Path) -> None:
    reader = a_reader(
        tmp_path / "t.db", *(a_trace(f"{took}", response_time_us=took) for took in (1, 2)), a_trace("unknown")
    )
    found = ask(reader, UsageQuery(Scope(ModelRef(ModelType.EXTERNAL, "m-1")), PERIODS[0]))
    assert (found.timed, found.mean_us) == (2, 2)
    reader.close()


def test_every_model_has_its_figures_with_or_without_requests(stored: SqliteReader) -> None:
    found = ask(stored, ModelsUsageQuery(PERIODS[3]))
    assert [(one.ref, one.usage.requests, one.usage.p99_us) for one in found] == [
        (HOSTED, 0, None),
        (EXTERNAL, 0, None),
    ]
    every = ask(stored, ModelsUsageQuery(PERIODS[0]))
    assert [one.usage for one in every] == [
        ask(stored, UsageQuery(Scope(ref), PERIODS[0])) for ref in (HOSTED, EXTERNAL)
    ]


def test_models_without_the_field_of_a_filter_are_left_out(stored: SqliteReader) -> None:
    found = ask(stored, ModelsUsageQuery(PERIODS[0], read_line("version:=v1").filter))
    assert [one.ref for one in found] == [HOSTED]
