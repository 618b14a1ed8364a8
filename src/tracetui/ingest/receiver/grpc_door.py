"""OTLP over gRPC, into the same intake as HTTP. Imported only where it is asked for: grpcio is an optional extra.

Source: https://opentelemetry.io/docs/specs/otlp/, section "OTLP/gRPC".
"""

import hmac
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

# Its core would write lines of its own to the terminal, of every sender that breaks off. Read when it is imported.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

import grpc
import grpc.aio

from tracetui.ingest.receiver import answers
from tracetui.ingest.receiver.answers import Encoding, Kind, Refusal, Signal
from tracetui.ingest.receiver.intake import Intake
from tracetui.ingest.receiver.limits import Limits
from tracetui.ingest.receiver.tally import Tally
from tracetui.ingest.receiver.unpacking import Packing

_SERVICES = {
    "opentelemetry.proto.collector.trace.v1.TraceService": Signal.TRACES,
    "opentelemetry.proto.collector.logs.v1.LogsService": Signal.LOGS,
    "opentelemetry.proto.collector.metrics.v1.MetricsService": Signal.METRICS,
}
_CODES = {code.value[0]: code for code in grpc.StatusCode}


class _Context(Protocol):
    """What is used of grpc.aio.ServicerContext, which has no types."""

    def invocation_metadata(self) -> Sequence[tuple[str, str | bytes]] | None: ...

    async def abort(
        self, code: grpc.StatusCode, details: str, metadata: Sequence[tuple[str, bytes]] = ()
    ) -> None: ...


class GrpcDoor:
    """Listens for gRPC, and hands bodies to an intake. Made and used on one event loop.

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
        self._server = grpc.aio.server(
            maximum_concurrent_rpcs=limits.connections,
            options=[
                # Of the message unpacked: what is larger is refused by gRPC itself.
                ("grpc.max_receive_message_length", limits.body_bytes),
                ("grpc.so_reuseport", 0),
            ],
        )
        for service, signal in _SERVICES.items():
            handler = grpc.unary_unary_rpc_method_handler(self._export(signal))
            self._server.add_generic_rpc_handlers(
                (grpc.method_handlers_generic_handler(service, {"Export": handler}),)
            )

    async def open(self, host: str, port: int) -> int:
        """Begin to listen.

        Returns:
            The port, chosen where 0 was asked for.

        Raises:
            OSError: It cannot listen there.
        """
        place = (host, port)
        # gRPC only says that it could not; a socket says why.
        with socket.create_server(place, family=socket.getaddrinfo(*place, type=socket.SOCK_STREAM)[0][0]):
            pass
        try:
            bound = self._server.add_insecure_port(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        except RuntimeError as error:
            raise OSError(str(error)) from error
        await self._server.start()
        return int(bound)

    async def close(self, timeout_s: float) -> None:
        """Listen no more, answer what has come, and end."""
        await self._server.stop(timeout_s)

    def _export(self, signal: Signal) -> Callable[[bytes, _Context], Awaitable[bytes]]:
        async def export(body: bytes, context: _Context) -> bytes:
            try:
                self._check_token(context)
                self._intake.check_queue()
                with self._intake.room.hold() as held:
                    await held.take(len(body))
                    taken = await self._intake.take(body, Packing.NONE, signal, Encoding.PROTOBUF, held)
            except Refusal as refusal:
                self._tally.refused += 1
                self._tally.problem(refusal.message)
                await self._refuse(refusal, context)
                raise AssertionError from None
            return answers.success(taken, signal, Encoding.PROTOBUF)

        return export

    def _check_token(self, context: _Context) -> None:
        """Raises Refusal where the sender may not send."""
        if self._token is None:
            return
        metadata = dict(context.invocation_metadata() or ())
        scheme, _, shown = str(metadata.get("authorization", "")).partition(" ")
        is_right = hmac.compare_digest(shown.strip().encode(errors="surrogateescape"), self._token)
        if scheme.lower() != "bearer" or not is_right:
            raise Refusal(Kind.NO_TOKEN, "The collector asks for a token: authorization: Bearer TOKEN.")

    async def _refuse(self, refusal: Refusal, context: _Context) -> None:
        """Answer a no; what may be sent again is UNAVAILABLE, and says when."""
        if not refusal.kind.is_for_later:
            await context.abort(_CODES[refusal.kind.code], refusal.message)
        code = grpc.StatusCode.UNAVAILABLE
        details = answers.status_for_later(refusal, code.value[0], self._limits.retry_after_s)
        await context.abort(code, refusal.message, (("grpc-status-details-bin", details),))
