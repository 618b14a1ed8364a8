"""OTLP over gRPC: the same bodies, the same answers, the same store."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from tests.collect.collectors import FailingWriter, GatedWriter, ids_in
from tests.fakes import ListWriter
from tracetui.domain.ports import Writer
from tracetui.domain.trace import Trace
from tracetui.errors import StoreError, TraceTuiError
from tracetui.ingest.items import Options
from tracetui.ingest.receiver.collector import Listening, OtlpCollector
from tracetui.ingest.receiver.limits import Limits

grpc = pytest.importorskip("grpc")
pytest.importorskip("grpc.aio")

TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"


class Sender:
    """A client of gRPC that sends bytes."""

    def __init__(self, channel: Any, collector: OtlpCollector) -> None:
        self._channel = channel
        self.collector = collector

    async def send(self, body: bytes, method: str = TRACES, **metadata: str) -> bytes:
        call = self._channel.unary_unary(method)
        answer: bytes = await call(body, metadata=tuple(metadata.items()), timeout=20)
        return answer


@asynccontextmanager
async def collecting(
    writer: Writer, token: str | None = None, limits: Limits | None = None
) -> AsyncIterator[Sender]:
    listening = Listening(port=0, grpc_port=0, token=token)
    collector = OtlpCollector(lambda: writer, Options(), listening, limits or Limits(), print, ids_in)
    await collector.start()
    address = collector.status().addresses[1].removeprefix("grpc://")
    try:
        async with grpc.aio.insecure_channel(address) as channel:
            yield Sender(channel, collector)
    finally:
        await collector.stop()


async def test_what_comes_over_grpc_is_acknowledged_when_it_is_written() -> None:
    writer = GatedWriter()
    async with collecting(writer) as sender:
        waiting = asyncio.create_task(sender.send(b"a,b"))
        await asyncio.to_thread(writer.has_batch.wait, 10)
        assert not waiting.done()
        writer.gate.set()
        assert await waiting == b""
        assert await sender.send(b"c", LOGS) == b""
    assert [record.record_id for record in writer.records if isinstance(record, Trace)] == ["a", "b", "c"]


async def test_what_can_never_be_stored_is_a_partial_success() -> None:
    async with collecting(ListWriter()) as sender:
        answer = await sender.send(b"a,!it is too old")
    assert ExportTraceServiceResponse.FromString(answer).partial_success.rejected_spans == 1


async def test_a_body_that_cannot_be_read_is_an_invalid_argument() -> None:
    async with collecting(ListWriter()) as sender:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await sender.send(b"?")
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert caught.value.details() == "The body cannot be read: it is a question."


async def test_a_store_that_is_locked_is_unavailable_and_says_when_to_come_again() -> None:
    failures: list[Exception | None] = [StoreError("It is locked."), None]
    async with collecting(FailingWriter(lambda _: failures.pop(0))) as sender:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await sender.send(b"a")
        assert await sender.send(b"a") == b""
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    details = dict(caught.value.trailing_metadata())["grpc-status-details-bin"]
    # google.rpc.Status, its third field an Any that holds RetryInfo: a Duration of 2 s.
    assert details.endswith(b"google.rpc.RetryInfo\x12\x04\x0a\x02\x08\x02")


async def test_without_the_token_nothing_is_taken_over_grpc() -> None:
    writer = ListWriter()
    async with collecting(writer, token="s3cret") as sender:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await sender.send(b"a", authorization="Bearer wrong")
        assert await sender.send(b"b", authorization="Bearer s3cret") == b""
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert [record.record_id for record in writer.records if isinstance(record, Trace)] == ["b"]


async def test_a_message_beyond_the_limit_is_refused_packed_or_not() -> None:
    async with collecting(ListWriter(), limits=Limits(body_bytes=10_000)) as sender:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await sender.send(b"a" * 10_001)
        call = sender._channel.unary_unary(TRACES)
        with pytest.raises(grpc.aio.AioRpcError) as packed:
            await call(b"a" * 10_000_000, compression=grpc.Compression.Gzip)
        assert await sender.send(b"a") == b""
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert packed.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert len(gzip.compress(b"a" * 10_000_000)) < 10_000


async def test_both_doors_lead_to_one_store_and_close_together() -> None:
    writer = ListWriter()
    async with collecting(writer) as sender:
        await sender.send(b"a")
        assert sender.collector.status().spans == 1
        assert [address.partition(":")[0] for address in sender.collector.status().addresses] == ["http", "grpc"]
        await sender.collector.stop()
        with pytest.raises(grpc.aio.AioRpcError):
            await sender.send(b"b")


async def test_a_grpc_port_that_is_taken_is_told_and_the_other_door_closed() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    listening = Listening(port=0, grpc_port=port)
    collector = OtlpCollector(ListWriter, Options(), listening, Limits(), print, ids_in)
    with pytest.raises(TraceTuiError, match=rf"127.0.0.1:{port} is in use.*--grpc-port"):
        await collector.start()
    server.close()
    assert not collector.status().is_running
