"""A collector: the doors that are open, the intake behind them, and how it is doing."""

import errno
import ipaddress
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from tracetui.domain.collecting import CollectorStatus
from tracetui.domain.ports import Writer
from tracetui.errors import TraceTuiError
from tracetui.ingest.items import Options
from tracetui.ingest.receiver.http import HttpDoor
from tracetui.ingest.receiver.intake import Decode, Intake
from tracetui.ingest.receiver.limits import Limits
from tracetui.ingest.receiver.tally import Tally

if TYPE_CHECKING:
    from tracetui.ingest.receiver.grpc_door import GrpcDoor

STOP_S = 15.0
"""How long answers may take when it stops: longer than a write waits for a locked store."""
RATE_OVER_S = 3.0


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a collector listens, and for whom."""

    host: str = "127.0.0.1"
    port: int = 4318
    """0: one that is free."""
    grpc_port: int | None = None
    """None: no gRPC."""
    token: str | None = field(default=None, repr=False)
    """What senders have to show; None: nothing, which only loopback may have."""


class OtlpCollector:
    """Takes what comes from `start` to `stop`, both on one event loop.

    Args:
        open_writer: Makes the writer.
        options: What the user said of names.
        listening: Where and for whom.
        limits: How much of a sender is borne.
        log: Told of bugs, from any thread.
        decode: How bodies are read; tests bring their own.
    """

    def __init__(
        self,
        open_writer: Callable[[], Writer],
        options: Options,
        listening: Listening,
        limits: Limits,
        log: Callable[[str], None],
        decode: Decode | None = None,
    ) -> None:
        self.tally = Tally()
        self._listening = listening
        self._intake = Intake(open_writer, options, limits, self.tally, log, decode)
        self._limits = limits
        self._http = HttpDoor(self._intake, limits, self.tally, listening.token)
        self._grpc: GrpcDoor | None = None
        self._addresses: tuple[str, ...] = ()
        self._counted: deque[tuple[float, int]] = deque()

    async def start(self) -> None:
        """Open the store and listen.

        Raises:
            StoreError: The store cannot be written.
            TraceTuiError: It cannot listen there, or not without a token.
        """
        listening = self._listening
        check_reach(listening)
        try:
            addresses = [f"http://{_in_url(host)}:{port}" for host, port in await self._open_http()]
            if listening.grpc_port is not None:
                port = await self._open_grpc(listening.grpc_port)
                addresses.append(f"grpc://{_in_url(listening.host)}:{port}")
            self._intake.start()
        except BaseException:
            await self._close_doors(0)
            raise
        self._addresses = tuple(addresses)

    async def _open_http(self) -> list[tuple[str, int]]:
        listening = self._listening
        try:
            return await self._http.open(listening.host, listening.port)
        except OSError as error:
            raise _not_there(error, listening.host, listening.port) from error

    async def _open_grpc(self, port: int) -> int:
        listening = self._listening
        try:
            from tracetui.ingest.receiver.grpc_door import GrpcDoor
        except ImportError as error:
            raise TraceTuiError(
                "OTLP over gRPC needs a package that is not installed.",
                "Install tracetui with its extra: pip install 'tracetui[grpc]'; or send over HTTP.",
            ) from error
        self._grpc = GrpcDoor(self._intake, self._limits, self.tally, listening.token)
        try:
            return await self._grpc.open(listening.host, port)
        except OSError as error:
            raise _not_there(error, listening.host, port, "--grpc-port") from error

    async def _close_doors(self, timeout_s: float) -> None:
        if self._grpc is not None:
            await self._grpc.close(timeout_s)
        await self._http.close(timeout_s)

    async def stop(self) -> None:
        """Take no more, write and answer what was taken, and end."""
        await self._close_doors(STOP_S)
        self._intake.close()
        self._addresses = ()

    def status(self) -> CollectorStatus:
        """How it is now."""
        tally = self.tally
        now_s = monotonic()
        self._counted.append((now_s, tally.spans))
        while now_s - self._counted[0][0] > RATE_OVER_S:
            self._counted.popleft()
        since_s, before = self._counted[0]
        rate = (tally.spans - before) / (now_s - since_s) if now_s > since_s else 0.0
        return CollectorStatus(
            is_running=bool(self._addresses),
            addresses=self._addresses,
            spans=tally.spans,
            log_records=tally.log_records,
            new=tally.new,
            rejected=tally.rejected,
            refused=tally.refused,
            data_points=tally.data_points,
            spans_per_s=rate,
            problem=tally.last_problem,
        )


def check_reach(listening: Listening) -> None:
    """Refuse to listen for other machines without a token.

    Raises:
        TraceTuiError: The address is not loopback and there is no token, or the address cannot be told.
    """
    if listening.token is None and not _is_loopback(listening.host):
        raise TraceTuiError(
            f"{listening.host} can be reached from other machines, and there is no token to ask them for.",
            "Set TRACETUI_TOKEN to a long random text that senders show too, or listen on 127.0.0.1.",
        )


def _is_loopback(host: str) -> bool:
    try:
        found = socket.getaddrinfo(host or None, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TraceTuiError(
            f"The address {host} is not known ({error}).",
            "Name one of this machine with --host, such as 127.0.0.1.",
        ) from error
    return bool(host) and all(ipaddress.ip_address(str(one[4][0]).split("%")[0]).is_loopback for one in found)


def _not_there(error: OSError, host: str, port: int, flag: str = "--port") -> TraceTuiError:
    place = f"{_in_url(host)}:{port}"
    if error.errno == errno.EADDRINUSE:
        return TraceTuiError(
            f"{place} is in use, perhaps by another collector.", f"Stop that one, or choose another with {flag}."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return TraceTuiError(f"The collector may not listen on {place}.", f"Choose a port above 1023 with {flag}.")
    return TraceTuiError(
        f"The collector cannot listen on {place} ({error.strerror or error}).",
        "Name an address of this machine with --host, such as 127.0.0.1.",
    )


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
