"""Bodies that nobody should send: each gets its answer, and what is good in it is kept."""

import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.collect.bodies import a_call, traces_body
from tests.collect.collectors import JSON, Running, collecting
from tests.store.stored import rows
from tracetui.store.writer import SqliteWriter


@asynccontextmanager
async def collecting_into(store: Path) -> AsyncIterator[Running]:
    async with collecting(lambda: SqliteWriter(store, lambda: time.time_ns() // 1_000), decode=None) as running:
        yield running
    assert running.bugs == []


def a_span(number: int, attribute: str) -> str:
    """A model call in JSON with one attribute more."""
    attributes = f"""{{"key": "gen_ai.operation.name", "value": {{"stringValue": "chat"}}}},
        {{"key": "gen_ai.request.model", "value": {{"stringValue": "m-1"}}}},
        {{"key": "extra", "value": {attribute}}}"""
    return f"""{{"traceId": "{number:032x}", "spanId": "{number:016x}", "name": "chat",
        "startTimeUnixNano": "1790856000000000000", "endTimeUnixNano": "1790856000000000001",
        "attributes": [{attributes}]}}"""


def body_of(*spans: str) -> bytes:
    return f'{{"resourceSpans": [{{"scopeSpans": [{{"spans": [{", ".join(spans)}]}}]}}]}}'.encode()


def nested(levels: int) -> str:
    return '{"arrayValue": {"values": [' * levels + '{"intValue": "1"}' + "]}}" * levels


async def test_an_attribute_nested_a_thousand_deep_rejects_its_span_alone(tmp_path: Path) -> None:
    async with collecting_into(tmp_path / "traces.db") as running:
        answer = await running.post(body_of(a_span(1, nested(1_000)), a_span(2, nested(2))), headers=JSON)
    partial = json.loads(answer.body)["partialSuccess"]
    assert (answer.status, partial["rejectedSpans"]) == (200, "1")
    assert "500 levels" in partial["errorMessage"]
    assert rows(tmp_path / "traces.db", "SELECT record_id FROM traces") != []


async def test_a_body_cut_anywhere_is_answered_and_stops_nobody(tmp_path: Path) -> None:
    body = traces_body(*(a_call(f"call-{number}") for number in range(4)))
    cuts = sorted(random.Random(3).sample(range(1, len(body)), 60))
    async with collecting_into(tmp_path / "traces.db") as running:
        statuses = [(await running.post(body[:cut])).status for cut in cuts]
        assert (await running.post(body)).status == 200
    assert set(statuses) <= {200, 400}
    assert rows(tmp_path / "traces.db", "SELECT count(*) FROM traces") == [(4,)]


async def test_noise_and_bodies_of_another_encoding_cannot_be_read(tmp_path: Path) -> None:
    body = traces_body(a_call())
    noise = random.Random(5).randbytes(4_000)
    async with collecting_into(tmp_path / "traces.db") as running:
        answers = [
            await running.post(noise),
            await running.post(noise, headers=JSON),
            await running.post(body, headers=JSON),
            await running.post(b"[1, 2]", headers=JSON),
            await running.post(b'"text"', headers=JSON),
            await running.post(noise, "/v1/logs"),
        ]
    assert [answer.status for answer in answers] == [400] * len(answers)


async def test_an_empty_request_is_no_error(tmp_path: Path) -> None:
    async with collecting_into(tmp_path / "traces.db") as running:
        assert (await running.post(b"")).status == 200
        assert (await running.post(b"{}", headers=JSON)).status == 200
