"""The collector of the app: in a process of its own, since a thread would take its turns from every key.

The app writes what is wanted to the process's standard input and keeps that open; its end, also where the app was
killed, means that the collector is to answer what it has taken and end. It tells every second how it is, in a line
of JSON.
"""

import json
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from tracetui.config import CollectSettings
from tracetui.domain.collecting import CollectorStatus
from tracetui.errors import TraceTuiError

if TYPE_CHECKING:
    from tracetui.ingest.mapping import Mapping

STOP_S = 20.0
"""How long it may take to answer what it has taken: more than it gives itself."""


class Wanted(NamedTuple):
    """What is to be collected, in words that the app knows: it does not import what collects."""

    store: Path
    settings: CollectSettings
    said_of_data: "Mapping | None"
    """What the config file says of names; None where there is no such file."""


class CollectorProcess:
    """A `Collector` beside the app. It can be started once.

    Args:
        wanted: What is to be collected, and where.
        told: Called with each new status, in a thread of its own.
    """

    def __init__(self, wanted: Wanted, told: Callable[[CollectorStatus], None] = lambda _: None) -> None:
        self._wanted = wanted
        self._told = told
        self._status = CollectorStatus(is_running=False)
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._lock = threading.Lock()
        self._is_stopped = False

    @property
    def status(self) -> CollectorStatus:
        """How it is now; from any thread, at once."""
        return self._status

    def start(self) -> None:
        """Begin; returns as soon as there is a process."""
        with self._lock:
            if self._is_stopped or self._process is not None:
                return
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process has ended
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tracetui.cli.collector_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                # Of a group of its own: ctrl+c in the app's terminal is not meant for it.
                start_new_session=True,
            )
        threading.Thread(target=self._follow, args=(self._process,), name="collector", daemon=True).start()

    def stop(self) -> None:
        """Have it answer what it has taken, and end."""
        with self._lock:
            self._is_stopped = True
            process = self._process
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            # Whatever it did not acknowledge will be sent again.
            process.kill()
            process.wait()

    def _follow(self, process: "subprocess.Popen[bytes]") -> None:
        """Read what it says until it ends."""
        assert process.stdin is not None
        assert process.stdout is not None
        assert self._errors is not None
        problem = ""
        try:
            process.stdin.write(pickle.dumps(self._wanted))
            process.stdin.flush()
        except (BrokenPipeError, ValueError):
            problem = "The collector ended as it began."
        for line in process.stdout:
            said = json.loads(line)
            if "ended" in said:
                problem = said["ended"]
            else:
                said["addresses"] = tuple(said["addresses"])
                self._is_now(CollectorStatus(**said))
        code = process.wait()
        process.stdout.close()
        if code and not problem:
            self._errors.seek(0)
            last = self._errors.read().decode(errors="replace").strip().rpartition("\n")[2]
            problem = f"The collector ended unasked (status {code}): {last}"
        self._errors.close()
        self._is_now(self._status._replace(is_running=False, problem=problem or self._status.problem))

    def _is_now(self, status: CollectorStatus) -> None:
        self._status = status
        self._told(status)


def main() -> None:
    """Run as a process: the collector that standard input describes."""
    from tracetui.cli.collect import wanted_of
    from tracetui.cli.collecting import collect
    from tracetui.ingest.mapping import Mapping

    said: Wanted = pickle.load(sys.stdin.buffer)
    wanted = wanted_of(said.store, said.settings, said.said_of_data or Mapping())
    stopping = threading.Event()
    threading.Thread(target=_set_at_end_of_input, args=(stopping,), daemon=True).start()
    try:
        collect(wanted, lambda status: _tell(status._asdict()), stopping)
    except TraceTuiError as error:
        _tell({"ended": str(error)})


def _tell(said: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _set_at_end_of_input(stopping: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    stopping.set()


if __name__ == "__main__":
    # Under its own name, not as __main__: what was pickled names its classes so.
    from tracetui.cli import collector_process

    collector_process.main()
