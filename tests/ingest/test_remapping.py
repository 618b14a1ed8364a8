"""Raw records read again: the same trace comes out as when they came in, or the one of a new mapping."""

import json
from dataclasses import fields
from zoneinfo import ZoneInfo

import pytest

from tracetui.domain.catalogue import ModelType
from tracetui.domain.rereading import ReadAgain
from tracetui.domain.trace import Trace
from tracetui.ingest import formats, remapping
from tracetui.ingest.items import Good, Notes, Options
from tracetui.ingest.mapping import CsvMapping, Mapping, ModelRule, Names
from tracetui.ingest.remapping import READERS, Remapper
from tracetui.ingest.sources import Source

JSONL = [
    {
        "request_id": "r-1",
        "model": "gpt",
        "executed_at": "2026-10-01T12:00:00Z",
        "status": "success",
        "input": "é",
    },
    {"request_id": "r-2", "executed_at": 1_790_856_000, "error": {"message": "no", "type": "E"}, "input": ["a"]},
    {"executed_at": "2026-10-01 12:00:00", "status": "ok", "source": "checkout", "request": {"a": [1]}},
]
CSV = 'Request ID,Executed on,Input,Status\nr-1,2026-10-01T12:00:00Z,"a ""b""\nc",success\n,2026-10-01,,failed\n'
LITELLM = [
    {
        "id": "chatcmpl-1",
        "call_type": "acompletion",
        "startTime": 1_790_856_000.5,
        "endTime": 1_790_856_001.5,
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "hi"}],
    }
]


def imported(text: str, tmp_path, options: Options | None = None) -> list[Trace]:  # type: ignore[no-untyped-def]
    file = tmp_path / "input"
    file.write_text(text)
    options = options or Options()
    with Source(str(file)) as source:
        known = formats.format_of(source, options)
        assert known is not None
        items = list(known.read(source, options, Notes()))
    assert all(isinstance(item, Good) for item in items), items
    return [item.record for item in items if isinstance(item, Good) and isinstance(item.record, Trace)]


def values(trace: Trace, *but: str) -> dict[str, object]:
    return {one.name: getattr(trace, one.name) for one in fields(Trace) if one.name not in but}


def lines(*records: dict[str, object]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.mark.parametrize("text", [lines(*JSONL), CSV, lines(*LITELLM)], ids=["jsonl", "csv", "litellm"])
@pytest.mark.parametrize("origin", [None, "team-7"])
def test_a_raw_record_gives_the_trace_that_it_gave_when_it_came(  # type: ignore[no-untyped-def]
    tmp_path, text: str, origin: str | None
) -> None:
    remapper = Remapper(Options(), says_zone=False)
    for trace in imported(text, tmp_path, Options(origin=origin)):
        again = remapper(trace.origin, trace.raw)
        assert isinstance(again, ReadAgain)
        made = () if again.has_id else ("request_id", "record_id")
        assert values(again.trace, "origin", *made) == values(trace, "origin", *made)


def test_an_id_that_was_made_and_a_zone_that_was_assumed_are_told(tmp_path) -> None:  # type: ignore[no-untyped-def]
    remapper = Remapper(Options(), says_zone=False)
    told = [remapper(trace.origin, trace.raw) for trace in imported(lines(*JSONL), tmp_path)]
    assert [(one.has_id, one.has_zone) for one in told if isinstance(one, ReadAgain)] == [
        (True, True),
        (True, True),
        (False, False),
    ]
    day = remapper("csv", json.dumps({"executed_at": "2026-10-01"}).encode())
    assert isinstance(day, ReadAgain)
    assert not day.has_zone


def test_a_zone_that_is_said_is_applied() -> None:
    remapper = Remapper(Options(zone=ZoneInfo("Europe/Berlin")), says_zone=True)
    again = remapper("jsonl", b'{"executed_at": "2026-10-01T12:00:00"}')
    assert isinstance(again, ReadAgain)
    assert again.has_zone
    assert again.trace.executed_at_us == 1_790_848_800 * 1_000_000


def test_the_mapping_of_today_is_applied() -> None:
    rules = Names({"gpt": ModelRule(type=ModelType.FINE_TUNED, version="v9", nano_credits_per_request=5_000)})
    again = Remapper(Options(mapping=Mapping(rules)), says_zone=False)("jsonl", json.dumps(JSONL[0]).encode())
    assert isinstance(again, ReadAgain)
    assert (again.trace.model_type, again.trace.version, again.trace.credits_micro) == ("fine-tuned", "v9", 5)


def test_columns_are_mapped_as_the_config_says_today() -> None:
    raw = b'{"when": "2026-10-01T12:00:00Z", "who": "m-1"}'
    mapping = Mapping(csv=(CsvMapping("mine", {"executed_at": "when", "model": "who"}),))
    again = Remapper(Options(mapping=mapping), says_zone=False)("csv", raw)
    assert isinstance(again, ReadAgain)
    assert again.trace.model == "m-1"
    assert (
        Remapper(Options(), says_zone=False)("csv", raw) == "has no column that is known as the time of a request"
    )


@pytest.mark.parametrize(
    ("origin", "raw"),
    [
        ("jsonl", b"nonsense"),
        ("jsonl", b'{"type": "model", "model": "m"}'),
        ("csv", b"[1, 2]"),
        ("csv", b'{"executed_at": 3}'),
        ("litellm", b"{}"),
        ("otlp", b"\xff\xff\xff"),
        ("otlp", b'{"resourceSpans": []}'),
        ("elsewhere", b""),
        ("elsewhere", b'{"a": 1}'),
        ("elsewhere", b"[" * 2_000),
        ("elsewhere", b'{"a":' * 2_000),
    ],
)
def test_a_record_that_cannot_be_read_says_why(origin: str, raw: bytes) -> None:
    told = Remapper(Options(), says_zone=False)(origin, raw)
    assert isinstance(told, str)
    assert told


def test_every_format_that_is_imported_can_be_read_again() -> None:
    assert set(formats.FORMATS) <= set(READERS)


@pytest.mark.parametrize(
    ("origin", "raw", "expected"),
    [
        ("csv", b"{}", "csv"),
        ("team-7", json.dumps(LITELLM[0]).encode(), "litellm"),
        ("team-7", b'{"resourceSpans": [{}]}', "otlp"),
        ("team-7", b"\n\x05abc", "otlp"),
        ("team-7", b'{"executed_at": 0}', "jsonl"),
    ],
)
def test_a_record_tells_its_format_where_the_origin_does_not(origin: str, raw: bytes, expected: str) -> None:
    assert remapping.formats_of(origin, raw) == expected
