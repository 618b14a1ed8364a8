"""Senders that hang, drip, flood or break off hold up nobody, and the collector ends in good order."""

import asyncio
import gzip
import json

from tests.collect.collectors import GatedWriter, Running, collecting
from tests.fakes import ListWriter
from tracetui.domain.trace import Trace
from tracetui.ingest.receiver.limits import Limits

HEAD = b"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n"


def status_of(answer: bytes) -> int:
    return int(answer.split()[1])


async def test_a_sender_that_stops_in_the_middle_of_a_body_is_told_so_and_closed() -> None:
    async with collecting(ListWriter(), limits=Limits(pause_s=0.05, lingering_s=0)) as running:
        answer = await running.raw(HEAD + b"Content-Length: 10\r\n\r\nabc")
        assert running.collector._intake.room.taken_bytes == 0
        assert (await running.post(b"a")).status == 200
    assert status_of(answer) == 408


async def test_a_body_that_drips_is_cut_off_in_the_end() -> None:
    async def dripping(running: Running) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(HEAD + b"Content-Length: 1000000\r\n\r\n")
        answer = asyncio.create_task(reader.read())
        while not answer.done():
            writer.write(b"a")
            await asyncio.wait([answer], timeout=0.02)
        writer.close()
        return await answer

    async with collecting(ListWriter(), limits=Limits(pause_s=1, body_s=0.2, lingering_s=0)) as running:
        answer = await dripping(running)
    assert status_of(answer) == 408


async def test_a_sender_that_never_ends_its_head_is_closed() -> None:
    async with collecting(ListWriter(), limits=Limits(idle_s=0.1)) as running:
        assert await running.raw(HEAD) == b""
        assert await running.raw(b"") == b""


async def test_what_is_not_http_is_refused() -> None:
    async with collecting(ListWriter()) as running:
        answers = [await running.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")]
        answers.append(await running.raw(b"POST /v1/traces HTTP/1.1\r\nContent-Length: many\r\n\r\n"))
        answers.append(await running.raw(b"GET / HTTP/1.1\r\nx: " + b"y" * 20_000 + b"\r\n\r\n"))
        assert (await running.post(b"a")).status == 200
    assert [status_of(answer) for answer in answers] == [400, 400, 400]
    assert running.bugs == []


async def test_a_sender_that_breaks_off_leaves_nothing_behind() -> None:
    writer = ListWriter()
    async with collecting(writer) as running:
        reader, sender = await asyncio.open_connection("127.0.0.1", running.port)
        sender.write(HEAD + b"Content-Length: 10\r\n\r\nabc")
        await sender.drain()
        sender.transport.abort()
        assert await reader.read() == b""
        assert (await running.post(b"a")).status == 200
    assert [record.record_id for record in writer.records if isinstance(record, Trace)] == ["a"]
    assert running.collector._intake.room.taken_bytes == 0


async def test_what_was_taken_is_written_though_its_sender_has_gone() -> None:
    writer = GatedWriter()
    async with collecting(writer) as running:
        _, sender = await asyncio.open_connection("127.0.0.1", running.port)
        sender.write(HEAD + b"Content-Length: 4\r\n\r\ngone")
        await asyncio.to_thread(writer.has_batch.wait, 10)
        sender.transport.abort()
        writer.gate.set()
        assert (await running.post(b"a")).status == 200
    assert [record.record_id for record in writer.records if isinstance(record, Trace)] == ["gone", "a"]


async def test_one_connection_too_many_is_told_so_and_those_before_go_on() -> None:
    async with collecting(ListWriter(), limits=Limits(connections=3)) as running:
        assert (await running.post(b"a")).status == 200
        hanging = [await asyncio.open_connection("127.0.0.1", running.port) for _ in range(2)]
        for reader, writer in hanging:
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"404" in await reader.readline()
        answer = await running.raw(HEAD + b"Content-Length: 1\r\n\r\na")
        assert (await running.post(b"b")).status == 200
        for _, writer in hanging:
            writer.close()
    assert status_of(answer) == 503
    assert b"Retry-After: 2" in answer


async def test_a_client_that_asks_before_it_sends_is_told_to_go_on() -> None:
    async with collecting(ListWriter()) as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(HEAD + b"Expect: 100-continue\r\nContent-Length: 1\r\n\r\n")
        assert b"100 Continue" in await reader.readline()
        writer.write(b"a")
        assert b"200 OK" in (await reader.readuntil(b"200 OK"))
        writer.close()


async def test_a_client_that_asks_before_it_sends_too_much_is_told_not_to() -> None:
    async with collecting(ListWriter(), limits=Limits(body_bytes=10, lingering_s=0)) as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(HEAD + b"Expect: 100-continue\r\nContent-Length: 11\r\n\r\n")
        assert b"413" in await reader.readline()
        writer.close()


async def test_a_bomb_is_refused_while_others_are_served() -> None:
    bomb = gzip.compress(bytes(80 * 1024 * 1024), 1)
    async with collecting(ListWriter()) as running:
        answer, *others = await asyncio.gather(
            running.post(bomb, headers={"Content-Encoding": "gzip"}), *(running.post(b"a") for _ in range(20))
        )
    assert answer.status == 413
    assert {other.status for other in others} == {200}


async def test_at_its_end_it_answers_what_it_has_taken() -> None:
    writer = GatedWriter()
    async with collecting(writer) as running:
        waiting = asyncio.create_task(running.post(b"a"))
        await asyncio.to_thread(writer.has_batch.wait, 10)
        stopping = asyncio.create_task(running.collector.stop())
        await asyncio.sleep(0)
        writer.gate.set()
        assert (await waiting).status == 200
        await stopping
        assert not running.status.is_running
    assert len(writer.records) == 1


async def test_at_its_end_a_body_that_hangs_is_told_to_come_again() -> None:
    async with collecting(ListWriter(), limits=Limits(stop_s=0.05, lingering_s=0)) as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(HEAD.replace(b"x-protobuf", b"json") + b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        await running.collector.stop()
        answer = await reader.read()
        writer.close()
    assert status_of(answer) == 503
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["message"] == "The collector is stopping; send again."


async def test_after_its_end_its_port_is_free() -> None:
    async with collecting(ListWriter()) as running:
        await running.post(b"a")
        port = running.port
        await running.collector.stop()
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
        server.close()
