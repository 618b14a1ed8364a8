"""What a sender is told over HTTP, whatever it sends."""

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator

import pytest
import zstandard
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from tests.collect.collectors import JSON, FailingWriter, GatedWriter, collecting
from tests.fakes import ListWriter
from tracetui.domain.trace import Trace
from tracetui.errors import StoreError, Unstorable
from tracetui.ingest.receiver.limits import Limits

KIB = 1024


def ids_of(writer: ListWriter) -> list[str]:
    return sorted(record.record_id for record in writer.records if isinstance(record, Trace))


async def test_a_body_that_was_taken_is_answered_with_an_empty_message_in_its_own_encoding() -> None:
    writer = ListWriter()
    async with collecting(writer) as running:
        protobuf = await running.post(b"a,b")
        as_json = await running.post(b"c", headers=JSON)
    assert (protobuf.status, protobuf.body, protobuf.headers["Content-Type"]) == (
        200,
        b"",
        "application/x-protobuf",
    )
    assert (as_json.status, as_json.body, as_json.headers["Content-Type"]) == (200, b"{}", "application/json")
    assert ids_of(writer) == ["a", "b", "c"]


async def test_a_content_type_may_have_parameters_and_capitals() -> None:
    async with collecting(ListWriter()) as running:
        answer = await running.post(b"a", headers={"Content-Type": "Application/JSON; charset=utf-8"})
    assert (answer.status, answer.body) == (200, b"{}")


async def test_what_can_never_be_stored_is_told_as_a_partial_success() -> None:
    writer = ListWriter()
    async with collecting(writer) as running:
        answer = await running.post(b"a,!its time is before 1970,b")
        as_json = await running.post(b"c,!its time is before 1970,!its time is before 1970", headers=JSON)
    partial = ExportTraceServiceResponse.FromString(answer.body).partial_success
    assert (answer.status, partial.rejected_spans) == (200, 1)
    assert partial.error_message == "1 rejected: its time is before 1970."
    assert json.loads(as_json.body) == {
        "partialSuccess": {"rejectedSpans": "2", "errorMessage": "2 rejected: its time is before 1970."}
    }
    assert ids_of(writer) == ["a", "b", "c"]


async def test_log_records_are_rejected_as_such() -> None:
    async with collecting(ListWriter()) as running:
        answer = await running.post(b"!it has no body", "/v1/logs")
        as_json = await running.post(b"!it has no body", "/v1/logs", headers=JSON)
        status = running.status
    assert ExportLogsServiceResponse.FromString(answer.body).partial_success.rejected_log_records == 1
    assert json.loads(as_json.body)["partialSuccess"]["rejectedLogRecords"] == "1"
    assert (status.log_records, status.spans, status.rejected) == (0, 0, 2)


async def test_metrics_are_counted_and_told_to_be_rejected_so_that_no_exporter_complains_of_a_404() -> None:
    request = ExportMetricsServiceRequest()
    metric = request.resource_metrics.add().scope_metrics.add().metrics.add(name="tokens")
    for number in range(3):
        metric.sum.data_points.add(as_int=number)
    metrics = b'{"metrics": [{"name": "x", "gauge": {"dataPoints": [{}, {}]}}]}'
    body = b'{"resourceMetrics": [{"scopeMetrics": [%s]}]}' % metrics
    async with collecting(ListWriter(), decode=None) as running:
        answer = await running.post(request.SerializeToString(), "/v1/metrics")
        as_json = await running.post(body, "/v1/metrics", headers=JSON)
        nonsense = await running.post(b"[", "/v1/metrics", headers=JSON)
        status = running.status
    partial = ExportMetricsServiceResponse.FromString(answer.body).partial_success
    assert (answer.status, partial.rejected_data_points) == (200, 3)
    assert "no metrics" in partial.error_message
    assert json.loads(as_json.body)["partialSuccess"]["rejectedDataPoints"] == "2"
    assert nonsense.status == 400
    assert status.data_points == 5


@pytest.mark.parametrize(
    ("packing", "pack"),
    [
        ("gzip", gzip.compress),
        ("gzip", lambda body: gzip.compress(body[:4]) + gzip.compress(body[4:])),
        ("deflate", zlib.compress),
        ("zstd", zstandard.ZstdCompressor().compress),
        ("identity", bytes),
        ("GZIP", gzip.compress),
    ],
)
async def test_a_packed_body_is_unpacked(packing: str, pack) -> None:  # type: ignore[no-untyped-def]
    writer = ListWriter()
    async with collecting(writer) as running:
        answer = await running.post(pack(b"one,two,three"), headers={"Content-Encoding": packing})
    assert answer.status == 200
    assert ids_of(writer) == ["one", "three", "two"]


@pytest.mark.parametrize("packing", ["gzip", "deflate", "zstd"])
@pytest.mark.parametrize(
    "body", [b"no such thing", gzip.compress(b"a" * 5000, mtime=0)[:-20]], ids=["none", "cut"]
)
async def test_a_body_that_is_not_packed_as_it_says_cannot_be_read(packing: str, body: bytes) -> None:
    async with collecting(ListWriter()) as running:
        answer = await running.post(body, headers={"Content-Encoding": packing} | JSON)
        fine = await running.post(b"a")
    assert answer.status == 400
    assert packing in json.loads(answer.body)["message"]
    assert fine.status == 200


async def test_a_body_that_cannot_be_read_is_refused_with_a_status_in_its_own_encoding() -> None:
    async with collecting(ListWriter()) as running:
        protobuf = await running.post(b"?")
        as_json = await running.post(b"?", headers=JSON)
    assert (protobuf.status, as_json.status) == (400, 400)
    # google.rpc.Status: field 1, the code INVALID_ARGUMENT; field 2, the message.
    message = b"The body cannot be read: it is a question."
    assert protobuf.body == b"\x08\x03\x12" + bytes([len(message)]) + message
    assert json.loads(as_json.body) == {"code": 3, "message": message.decode()}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/v1/traces", {}, 405),
        ("OPTIONS", "/v1/traces", {}, 405),
        ("POST", "/v1/nonsense", {}, 404),
        ("POST", "/", {}, 404),
        ("POST", "/v1/traces", {"Content-Type": "text/plain"}, 415),
        ("POST", "/v1/traces", {"Content-Type": ""}, 415),
        ("POST", "/v1/traces", {"Content-Encoding": "br"}, 415),
        ("POST", "/v1/traces", {"Origin": "https://example.com"}, 403),
    ],
)
async def test_what_is_not_for_the_collector_is_refused(
    method: str, path: str, headers: dict[str, str], status: int
) -> None:
    async with collecting(ListWriter()) as running:
        answer = await running.post(b"a", path, method=method, headers=headers)
        assert running.status.refused == 1
    assert answer.status == status
    assert answer.body
    assert answer.headers.get("Allow") == ("POST" if status == 405 else None)


async def test_a_path_may_end_in_a_slash_or_begin_as_another_receiver_wants_it() -> None:
    async with collecting(ListWriter()) as running:
        assert (await running.post(b"a", "/v1/traces/")).status == 200
        assert (await running.post(b"b", "/api/public/otel/v1/traces")).status == 200


@pytest.mark.parametrize("shown", ["", "Bearer wrong", "Basic s3cret", "Bearer", "s3cret", "Bearer s3cret2"])
async def test_without_the_token_nothing_is_taken(shown: str) -> None:
    writer = ListWriter()
    async with collecting(writer, token="s3cret") as running:
        answer = await running.post(b"a", headers={"Authorization": shown})
        fine = await running.post(b"b", headers={"Authorization": "bearer s3cret"})
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert fine.status == 200
    assert ids_of(writer) == ["b"]


async def test_a_body_beyond_the_limit_is_refused_by_its_length_by_its_bytes_and_unpacked() -> None:
    writer = ListWriter()
    many = b"a," * 2 * KIB

    async def in_parts() -> AsyncIterator[bytes]:
        yield many[:2000]
        yield many[2000:]

    async with collecting(writer, limits=Limits(body_bytes=2 * KIB)) as running:
        by_length = await running.post(many, headers=JSON)
        by_bytes = await running.post(in_parts(), headers=JSON)
        by_content = await running.post(gzip.compress(many), headers={"Content-Encoding": "gzip"} | JSON)
        fine = await running.post(b"b" * 2 * KIB)
        assert running.collector._intake.room.taken_bytes == 0
    assert [one.status for one in (by_length, by_bytes, by_content)] == [413, 413, 413]
    assert "larger than" in json.loads(by_content.body)["message"]
    assert fine.status == 200


async def test_a_bug_met_in_one_body_is_told_and_stops_no_other() -> None:
    async with collecting(ListWriter()) as running:
        answer = await running.post(b"#", headers=JSON)
        fine = await running.post(b"a")
    assert (answer.status, fine.status) == (500, 200)
    assert "ZeroDivisionError" in running.bugs[0]


async def test_a_store_that_is_locked_or_full_is_told_as_503_and_taken_when_it_is_sent_again() -> None:
    failures: list[Exception | None] = [StoreError("The disk that holds traces.db is full."), None]
    writer = FailingWriter(lambda _: failures.pop(0))
    async with collecting(writer) as running:
        refused = await running.post(b"a", headers=JSON)
        again = await running.post(b"a", headers=JSON)
        assert running.status.spans == 1
    assert (refused.status, refused.headers["Retry-After"]) == (503, "2")
    assert json.loads(refused.body) == {"code": 14, "message": "The disk that holds traces.db is full."}
    assert again.status == 200


async def test_an_answer_comes_after_the_commit() -> None:
    writer = GatedWriter()
    async with collecting(writer) as running:
        waiting = asyncio.create_task(running.post(b"a"))
        await asyncio.to_thread(writer.has_batch.wait, 10)
        assert not waiting.done()
        writer.gate.set()
        assert (await waiting).status == 200


async def test_a_record_that_can_never_be_written_costs_its_neighbours_nothing() -> None:
    def failure(batch):  # type: ignore[no-untyped-def]
        if any(record.record_id == "huge" for record in batch):
            return Unstorable("A number of this batch is too large.")
        return None

    writer = FailingWriter(failure)
    async with collecting(writer) as running:
        alone, mixed = await asyncio.gather(running.post(b"a,b,c"), running.post(b"d,huge,e"))
    assert alone.body == b""
    assert ExportTraceServiceResponse.FromString(mixed.body).partial_success.rejected_spans == 1
    assert ids_of(writer) == ["a", "b", "c", "d", "e"]


async def test_while_the_store_is_behind_further_bodies_are_refused_with_429() -> None:
    writer = GatedWriter()
    async with collecting(writer, limits=Limits(queue_wait_s=0)) as running:
        first = asyncio.create_task(running.post(b"a"))
        await asyncio.to_thread(writer.has_batch.wait, 10)
        answer = await running.post(b"b", headers=JSON)
        writer.gate.set()
        assert (await first).status == 200
        assert (await running.post(b"c")).status == 200
    assert (answer.status, answer.headers["Retry-After"]) == (429, "2")


async def test_beyond_the_room_for_bodies_senders_wait_and_are_then_refused_with_429() -> None:
    writer = GatedWriter()
    async with collecting(writer, limits=Limits(room_bytes=1000, room_wait_s=0.05)) as running:
        first = asyncio.create_task(running.post(b"a" * 900))
        await asyncio.to_thread(writer.has_batch.wait, 10)
        answer = await running.post(b"b" * 200)
        writer.gate.set()
        assert (await first).status == 200
        assert (await running.post(b"b" * 200)).status == 200
        assert running.collector._intake.room.taken_bytes == 0
    assert answer.status == 429
