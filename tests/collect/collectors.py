"""A real collector on a free port, over a writer of the test's own or a store, and a sender to it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO

import aiohttp

from tests.fakes import ListWriter, a_trace
from tracetui.domain.collecting import CollectorStatus
from tracetui.domain.ports import Record, Writer, WriteReport
from tracetui.ingest.items import Options
from tracetui.ingest.receiver.answers import Encoding, Kind, Refusal, Signal
from tracetui.ingest.receiver.collector import Listening, OtlpCollector
from tracetui.ingest.receiver.intake import Decode, Decoded
from tracetui.ingest.receiver.limits import Limits

JSON = {"Content-Type": "application/json"}
PROTOBUF = {"Content-Type": "application/x-protobuf"}


def ids_in(body: bytes, _signal: Signal, _encoding: Encoding) -> Decoded:
    """A body of these tests: ids and commas; `!reason` is rejected, `?` cannot be read, `#` is a bug."""
    words = [word for word in body.decode().split(",") if word]
    if "?" in words:
        raise Refusal(Kind.UNREADABLE, "The body cannot be read: it is a question.")
    if "#" in words:
        raise ZeroDivisionError
    rejected = [word[1:] for word in words if word.startswith("!")]
    records = [a_trace(word) for word in words if not word.startswith("!")]
    return Decoded(records, len(words), rejected, len(body))


class GatedWriter(ListWriter):
    """A writer that holds every batch until its gate is open, and tells that one has come."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.has_batch = threading.Event()

    def write(self, batch: Sequence[Record]) -> WriteReport:
        self.has_batch.set()
        if not self.gate.wait(20):
            raise TimeoutError("the test never opened the gate")
        return super().write(batch)


class FailingWriter(ListWriter):
    """A writer that raises what a function of the batch gives, and writes where that is nothing."""

    def __init__(self, failure: Callable[[Sequence[Record]], Exception | None]) -> None:
        super().__init__()
        self.failure = failure

    def write(self, batch: Sequence[Record]) -> WriteReport:
        error = self.failure(batch)
        if error is not None:
            raise error
        return super().write(batch)


@dataclass
class Answer:
    """What a sender was told."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Running:
    """A collector, and a sender to it."""

    collector: OtlpCollector
    sender: aiohttp.ClientSession
    bugs: list[str] = field(default_factory=list)

    @property
    def status(self) -> CollectorStatus:
        return self.collector.status()

    @property
    def url(self) -> str:
        return self.status.addresses[0]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    async def post(
        self,
        body: bytes | AsyncIterator[bytes],
        path: str = "/v1/traces",
        *,
        method: str = "POST",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        wanted = PROTOBUF | (headers or {})
        data = BytesIO(body) if isinstance(body, bytes) else body
        async with self.sender.request(
            method, self.url + path, data=data, headers={name: text for name, text in wanted.items() if text}
        ) as response:
            return Answer(response.status, dict(response.headers), await response.read())

    async def raw(self, request: bytes) -> bytes:
        """Send bytes, and give back all that is answered until the collector closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            return await reader.read()
        finally:
            writer.close()


@asynccontextmanager
async def collecting(
    writer: Writer | Callable[[], Writer],
    *,
    decode: Decode | None = ids_in,
    limits: Limits | None = None,
    token: str | None = None,
) -> AsyncIterator[Running]:
    """A collector that runs inside the `with`."""
    bugs: list[str] = []
    listening = Listening(port=0, token=token)
    open_writer = writer if callable(writer) else lambda: writer
    collector = OtlpCollector(open_writer, Options(), listening, limits or Limits(), bugs.append, decode)
    await collector.start()
    try:
        async with aiohttp.ClientSession(auto_decompress=False, skip_auto_headers=["Content-Type"]) as sender:
            yield Running(collector, sender, bugs)
    finally:
        await collector.stop()
