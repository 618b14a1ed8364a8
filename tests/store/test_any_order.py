"""Traces, parts and spans in any order and in batches of any size end in the same store."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.apart import a_call, a_span, answered, asked
from tests.store.stored import everything, latency, latency_by_scan, sums, sums_by_scan, write
from tracetui.domain.ports import Record
from tracetui.domain.trace import Trace

CALLS, SPANS = range(20, 24), range(8)

_FILLED = {
    "input": "What was asked",
    "output": "What was answered",
    "request": b'{"model":"m-1"}',
    "response": b'{"choices":[{"message":{"content":"Made"}}]}',
    "source": "own",
    "source_type": "API Key",
    "response_time_us": 1_500,
    "input_tokens": 12,
    "deployment": "chat",
}
"""What any of a call's records may say; none says otherwise."""


@st.composite
def _records(draw: st.DrawFn) -> list[Record]:
    """A tree of spans with calls, several records of each call, and parts of them; some of it never comes."""
    records: list[Record] = []
    for number in SPANS:
        if draw(st.integers(0, 9)):
            parent = draw(st.none() | st.integers(0, number - 1)) if number else None
            says = draw(st.sampled_from([{}, {}, {"source": f"s-{number}"}, {"source_type": f"t-{number}"}]))
            records.append(a_span(number, parent, **says))
    for number in CALLS:
        records += draw(_call(number))
    return records


@st.composite
def _call(draw: st.DrawFn, number: int) -> list[Record]:
    known = draw(st.sets(st.sampled_from(sorted(_FILLED))))
    parent = draw(st.none() | st.sampled_from([*SPANS, *CALLS]))
    records: list[Record] = []
    for _ in range(draw(st.integers(0, 3))):
        said = {name: _FILLED[name] for name in known if draw(st.booleans())}
        is_made = "request" in said or "response" in said
        trace, span = a_call(number, parent, **said, is_reconstructed=is_made)
        trace.raw = repr(sorted(said)).encode()
        records += [trace, span] if draw(st.booleans()) else [trace]
        if draw(st.booleans()):
            span.source = f"fallback {number}"
            records = [one for one in records if not isinstance(one, type(span))] + [span]
    of = a_call(number)[0].record_id
    for at in range(draw(st.integers(0, 4))):
        records.append(asked(f"Message {at}", of=of, at=at, role=draw(st.sampled_from(["user", "assistant"]))))
    if draw(st.booleans()):
        records.append(answered("Composed", of=of))
    return records


def _written(records: Sequence[Record], seed: int) -> dict[str, list[tuple[object, ...]]]:
    """The store of records in an order and in batches of a writer's own."""
    chance = random.Random(seed)
    records = [*records, *chance.sample(records, len(records) // 4)]
    chance.shuffle(records)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "traces.db"
        batches = []
        while records:
            size = chance.randrange(1, len(records) + 1)
            batches.append(records[:size])
            records = records[size:]
        write(path, *batches)
        for unit in ("quarter", "day"):
            assert sums(path, unit) == sums_by_scan(path, unit)
        assert latency(path, "day") == latency_by_scan(path, "day")
        return everything(path)


@settings(max_examples=60, deadline=None)
@given(_records(), st.integers(0, 1 << 30))
def test_any_order_in_any_batches_makes_the_same_store(records: list[Record], seed: int) -> None:
    if not any(isinstance(record, Trace) for record in records):
        records = [*records, a_call(20)[0]]
    assert _written(records, seed) == _written(records, seed + 1)
