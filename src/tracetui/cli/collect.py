"""`tracetui collect`: take spans and log records as programs send them."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tracetui.cli.collect_shown import Lines, OneLine
from tracetui.cli.indexing import Indexing
from tracetui.config import CollectSettings, Settings
from tracetui.ingest.mapping import Mapping

if TYPE_CHECKING:
    from tracetui.cli.collecting import Wanted

GRPC_PORT = 4317
EXAMPLES = """\
examples:
  tracetui collect                          on 127.0.0.1:4318, into your store
  tracetui collect --grpc                   and over gRPC on 127.0.0.1:4317
  TRACETUI_TOKEN=... tracetui collect --host 0.0.0.0
                                            for other machines, which have to show the token
A program that is instrumented with OpenTelemetry sends here with
  OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
docs/collect.md tells for each client what sends the texts too.

What is acknowledged is in the store. ctrl+c answers what has come, and stops.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments and examples."""
    parser.epilog = EXAMPLES
    host = (
        "where to listen, else collect.host of the config file, else 127.0.0.1; others than loopback need a token"
    )
    parser.add_argument("--host", metavar="ADDRESS", help=host)
    port = "the port for HTTP, else collect.port of the config file, else 4318; 0: one that is free"
    parser.add_argument("--port", metavar="PORT", type=_port, help=port)
    parser.add_argument("--grpc", action="store_true", help=f"take OTLP over gRPC too, on port {GRPC_PORT}")
    parser.add_argument("--grpc-port", metavar="PORT", type=_port, help="the port for gRPC; goes with --grpc")
    parser.add_argument("--json", action="store_true", help="say every second how it is, as a line of JSON")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Collect until it is stopped.

    Returns:
        0.

    Raises:
        StoreError: The store cannot be written.
        TraceTuiError: It cannot listen there.
    """
    from tracetui.cli.collecting import collect

    said = settings.collect
    grpc_port = args.grpc_port
    if grpc_port is None:
        grpc_port = said.grpc_port or (GRPC_PORT if args.grpc else None)
    said = replace(
        said,
        host=args.host or said.host,
        port=said.port if args.port is None else args.port,
        grpc_port=grpc_port,
    )
    shown = Lines() if args.json else OneLine(settings.store)
    with Indexing(settings.store):
        collect(wanted_of(settings.store, said, settings.mapping), shown.tell)
    return 0


def wanted_of(store: Path, said: CollectSettings, mapping: Mapping) -> "Wanted":
    """What is to be collected, in the words of the receiver.

    Args:
        store: Where to.
        said: What flags, the environment and the config file say of the collector.
        mapping: What the config file says of names.
    """
    from tracetui.cli.collecting import Wanted
    from tracetui.ingest.items import Options
    from tracetui.ingest.receiver.collector import Listening

    return Wanted(
        store.absolute(),
        Listening(said.host, said.port, said.grpc_port, said.token),
        said.survives_power_cut,
        Options(mapping=mapping),
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)
