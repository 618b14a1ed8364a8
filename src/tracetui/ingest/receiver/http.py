"""OTLP over HTTP: who may, what was sent, and the answer. The server itself is aiohttp's.

Source: https://opentelemetry.io/docs/specs/otlp/, section "OTLP/HTTP".
"""

import asyncio
import hmac
import logging

from aiohttp import web

from tracetui.ingest.receiver import answers
from tracetui.ingest.receiver.answers import Encoding, Kind, Refusal, Signal
from tracetui.ingest.receiver.intake import Intake
from tracetui.ingest.receiver.limits import Limits
from tracetui.ingest.receiver.room import Held
from tracetui.ingest.receiver.tally import Tally
from tracetui.ingest.receiver.turned_away import TurnedAway
from tracetui.ingest.receiver.unpacking import Packing, too_large

_SIGNALS = {("v1", signal.value): signal for signal in Signal}
"""By the end of the path. What stands before it is a place of another receiver (`/api/public/otel` of Langfuse,
`/otel` of others), which its own SDKs send to whatever host they are given."""
_TYPES = {encoding.content_type: encoding for encoding in Encoding}
_PACKINGS = {packing.value: packing for packing in Packing} | {"": Packing.NONE, "x-gzip": Packing.GZIP}


class HttpDoor:
    """Listens, and hands bodies to an intake. Made and used on one event loop.

    Args:
        intake: Where bodies go.
        limits: How much of a sender is borne.
        tally: Told of refusals.
        token: What a sender has to show; None: nothing.
    """

    def __init__(self, intake: Intake, limits: Limits, tally: Tally, token: str | None) -> None:
        self._intake = intake
        self._limits = limits
        self._tally = tally
        self._token = token.encode() if token else None
        self._arriving: set[asyncio.Timeout] = set()
        self._none_arrive = asyncio.Event()
        self._none_arrive.set()
        self._is_closing = False
        self._listening: asyncio.Server | None = None
        # What a hostile sender does is no error of ours: nothing of it goes to a log.
        quiet = logging.getLogger("tracetui.collect")
        quiet.propagate = False
        quiet.addHandler(logging.NullHandler())
        self._server = web.Server(
            self._answered,
            keepalive_timeout=limits.idle_s,
            lingering_time=limits.lingering_s,
            auto_decompress=False,
            access_log=None,
            logger=quiet,
        )

    async def open(self, host: str, port: int) -> list[tuple[str, int]]:
        """Begin to listen.

        Returns:
            The addresses, with the port that was chosen where 0 was asked for.

        Raises:
            OSError: It cannot listen there.
        """
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(self._protocol, host, port, backlog=512)
        return [socket.getsockname()[:2] for socket in self._listening.sockets]

    async def close(self, timeout_s: float) -> None:
        """Listen no more, answer what has come, and end.

        Args:
            timeout_s: How long answers may take; what is still arriving gets `Limits.stop_s`.
        """
        self._is_closing = True
        if self._listening is not None:
            self._listening.close()
        soon_s = asyncio.get_running_loop().time() + self._limits.stop_s
        for timeout in self._arriving:
            timeout.reschedule(soon_s)
        await self._none_arrive.wait()
        self._server.pre_shutdown()
        await self._server.shutdown(timeout_s)

    def _protocol(self) -> asyncio.BaseProtocol:
        if len(self._server.connections) >= self._limits.connections:
            self._tally.refused += 1
            self._tally.problem("There are too many connections.")
            return TurnedAway(self._limits.retry_after_s)
        return self._server()

    async def _answered(self, request: web.BaseRequest) -> web.Response:
        """The answer to a request, whatever it is."""
        encoding = _TYPES.get(_content_type(request))
        try:
            with self._intake.room.hold() as held:
                return await self._take(request, encoding, held)
        except Refusal as refusal:
            self._tally.refused += 1
            self._tally.problem(refusal.message)
            return self._no(refusal, encoding or Encoding.JSON)

    async def _take(self, request: web.BaseRequest, encoding: Encoding | None, held: Held) -> web.Response:
        """Take a body.

        Raises:
            Refusal: It was not taken, or not now.
        """
        self._check_sender(request)
        signal = _signal(request)
        if encoding is None:
            said = _content_type(request) or "missing"
            wanted = "application/x-protobuf or application/json"
            raise Refusal(Kind.WRONG_TYPE, f"Content-Type is {said}; send {wanted}.")
        packing = _packing(request)
        if (request.content_length or 0) > self._limits.body_bytes:
            raise too_large(self._limits.body_bytes)
        self._intake.check_queue()
        body = await self._body(request, held)
        taken = await self._intake.take(body, packing, signal, encoding, held)
        body = answers.success(taken, signal, encoding)
        return web.Response(body=body, headers=_headers(encoding))

    def _check_sender(self, request: web.BaseRequest) -> None:
        """Raises Refusal where the sender may not send."""
        if self._token is not None:
            scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
            is_right = hmac.compare_digest(shown.strip().encode(errors="surrogateescape"), self._token)
            if scheme.lower() != "bearer" or not is_right:
                raise Refusal(Kind.NO_TOKEN, "The collector asks for a token: Authorization: Bearer TOKEN.")
        if "Origin" in request.headers:
            # Any web page may send to loopback. None of them is a sender of ours.
            raise Refusal(Kind.FROM_A_WEB_PAGE, "The collector takes nothing from web pages.")

    async def _body(self, request: web.BaseRequest, held: Held) -> bytes:
        """All of a body, as it came.

        Raises:
            Refusal: It is too large, comes too slowly, or finds no room.
        """
        if request.headers.get("Expect", "").lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        limits = self._limits
        body = bytearray()
        until_s = limits.stop_s if self._is_closing else limits.body_s
        try:
            async with asyncio.timeout(until_s) as all_of_it:
                self._arriving.add(all_of_it)
                self._none_arrive.clear()
                while True:
                    async with asyncio.timeout(limits.pause_s):
                        piece = await request.content.readany()
                    if not piece:
                        return bytes(body)
                    if len(body) + len(piece) > limits.body_bytes:
                        raise too_large(limits.body_bytes)
                    await held.take(len(piece))
                    body += piece
        except TimeoutError:
            if self._is_closing:
                raise Refusal(Kind.UNAVAILABLE, "The collector is stopping; send again.") from None
            raise Refusal(Kind.TOO_SLOW, "The body did not come in time.") from None
        except web.RequestPayloadError as error:
            raise Refusal(Kind.UNREADABLE, f"The body is not sent as HTTP wants it ({error}).") from None
        finally:
            self._arriving.discard(all_of_it)
            if not self._arriving:
                self._none_arrive.set()

    def _no(self, refusal: Refusal, encoding: Encoding) -> web.Response:
        """The answer to what was not taken."""
        kind = refusal.kind
        headers = _headers(encoding)
        if kind.is_for_later:
            headers["Retry-After"] = str(self._limits.retry_after_s)
        if kind is Kind.NO_TOKEN:
            headers["WWW-Authenticate"] = "Bearer"
        if kind is Kind.WRONG_METHOD:
            headers["Allow"] = "POST"
        answer = web.Response(status=kind.http_status, body=answers.failure(refusal, encoding), headers=headers)
        if kind is Kind.TOO_SLOW:
            answer.force_close()
        return answer


def _headers(encoding: Encoding) -> dict[str, str]:
    # Named, or aiohttp would tell everybody its version and Python's.
    return {"Content-Type": encoding.content_type, "Server": "tracetui"}


def _signal(request: web.BaseRequest) -> Signal:
    """What a request brings.

    Raises:
        Refusal: It is for another path, or brings nothing.
    """
    path = request.path.rstrip("/")
    *_, version, name = ("", *path.split("/"))
    signal = _SIGNALS.get((version, name))
    if signal is None:
        raise Refusal(Kind.NO_SUCH_PATH, f"There is no {path or '/'}; send to /v1/traces or /v1/logs.")
    if request.method != "POST":
        raise Refusal(Kind.WRONG_METHOD, f"{path} takes POST, not {request.method}.")
    return signal


def _content_type(request: web.BaseRequest) -> str:
    """The type alone, without its parameters."""
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _packing(request: web.BaseRequest) -> Packing:
    """How a body is packed.

    Raises:
        Refusal: In a way that is not known.
    """
    said = request.headers.get("Content-Encoding", "").strip().lower()
    packing = _PACKINGS.get(said)
    if packing is None:
        raise Refusal(Kind.WRONG_TYPE, f"Content-Encoding is {said}; send gzip, deflate, zstd or none.")
    return packing
