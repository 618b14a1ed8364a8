"""The command itself, in a process of its own, and senders to it."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.collect.collectors import PROTOBUF

SCHEMES = ("http://", "grpc://")


@dataclass
class RunningCommand:
    """`tracetui collect` that listens."""

    process: "subprocess.Popen[str]"
    url: str
    grpc_url: str = ""

    def post(self, body: bytes, path: str = "/v1/traces", **headers: str) -> int:
        """The status of the answer; 0 where there was none."""
        request = urllib.request.Request(self.url + path, body, PROTOBUF | headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 0


@contextmanager
def collect_command(
    store: Path, *flags: str, environ: dict[str, str] | None = None, before: Callable[[], None] | None = None
) -> Iterator[RunningCommand]:
    """Run the command on a free port; it is asked to end where the `with` does, unless it has."""
    with subprocess.Popen(
        [sys.executable, "-m", "tracetui", "--store", str(store), "collect", "--port", "0", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"TRACETUI_CONFIG": os.devnull} | (environ or {}),
        text=True,
        preexec_fn=before,
    ) as process:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        try:
            http, grpc = (next((word for word in words if word.startswith(scheme)), "") for scheme in SCHEMES)
            yield RunningCommand(process, http, grpc.replace("grpc://", "http://"))
        finally:
            process.terminate()
            process.communicate(timeout=60)
