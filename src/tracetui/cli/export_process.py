"""Exports of the app: each in a process of its own, of low priority.

Not in a thread: Python runs one at a time, and while one made CSV a key took 60 ms instead of 17.

The app writes what is wanted to the process's standard input and keeps that open; its end, also where the app was
killed, means that the export is to stop. The process answers with lines of JSON: how far it is, and how it ended.
"""

import json
import os
import pickle
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracetui.cancel import Cancel, Cancelled, Progress
from tracetui.domain.ports import Exported
from tracetui.domain.queries import ExportQuery
from tracetui.errors import TraceTuiError
from tracetui.export.as_csv import Style

LOOKS_EVERY_S = 0.05
"""How soon it is seen that an export is to stop."""
TELLS_EVERY_S = 0.1
NICENESS = 10


@dataclass(frozen=True, slots=True)
class ExportProcess:
    """Called, it is a `ports.Export`.

    Args:
        store: The store.
        folder: Where files go.
        style: How they look.
    """

    store: Path
    folder: Path
    style: Style

    def __call__(self, query: ExportQuery, cancel: Cancel, report: Callable[[Progress], None]) -> Exported:
        """Have it written; see `ports.Export`."""
        cancel.raise_if_set()
        # -P: a file of the user's in this folder that is called as one of Python's modules is none of them.
        command = [sys.executable, "-P", "-m", "tracetui.cli.export_process"]
        with (
            tempfile.TemporaryFile() as errors,
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                # Of a group of its own: ctrl+c in the app's terminal is not meant for it.
                start_new_session=True,
            ) as process,
        ):
            end = _followed(process, pickle.dumps((self, query)), cancel, report)
            process.wait()
            errors.seek(0)
            traceback = errors.read().decode(errors="replace")
        return _outcome(end, process.returncode, traceback)


def main() -> None:
    """Run as a process: the export that standard input describes."""
    from tracetui.export.job import Exporter
    from tracetui.store.snapshot import SqliteSnapshot

    os.nice(NICENESS)
    wanted, query = pickle.load(sys.stdin.buffer)
    exporter = Exporter(
        lambda query, cancel: SqliteSnapshot(wanted.store, query, cancel), wanted.folder, wanted.style
    )
    cancel = Cancel()
    threading.Thread(target=_set_at_end_of_input, args=(cancel,), daemon=True).start()
    try:
        done = exporter(query, cancel, _Teller())
        _tell(path=str(done.path), traces=done.traces)
    except Cancelled:
        _tell(cancelled=True)
    except TraceTuiError as error:
        _tell(problem=error.problem, hint=error.hint)


class _Teller:
    """Tells how far it is, ten times a second."""

    def __init__(self) -> None:
        self._told_s = float("-inf")

    def __call__(self, progress: Progress) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= TELLS_EVERY_S or progress.done == progress.total:
            self._told_s = now_s
            _tell(done=progress.done, total=progress.total)


def _tell(**said: Any) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _set_at_end_of_input(cancel: Cancel) -> None:
    while os.read(0, 4096):
        pass
    cancel.set()


def _followed(
    process: "subprocess.Popen[bytes]", wanted: bytes, cancel: Cancel, report: Callable[[Progress], None]
) -> dict[str, Any] | None:
    """Tell of a process until it ends, and stop it when that is asked for; its last line, or None."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(wanted)
        process.stdin.flush()
    except BrokenPipeError:
        return None
    pending, last = b"", None
    while True:
        if cancel.is_set and not process.stdin.closed:
            process.stdin.close()
        if not select.select([process.stdout], [], [], LOOKS_EVERY_S)[0]:
            continue
        some = os.read(process.stdout.fileno(), 65_536)
        if not some:
            return last
        *lines, pending = (pending + some).split(b"\n")
        for line in lines:
            said: dict[str, Any] = json.loads(line)
            if "done" in said:
                report(Progress(said["done"], said["total"], ""))
            else:
                last = said


def _outcome(end: dict[str, Any] | None, code: int, traceback: str) -> Exported:
    """What a process's last line means.

    Raises:
        Cancelled: It was stopped.
        TraceTuiError: It could not be done.
    """
    if end is None and code < 0:
        raise TraceTuiError(
            f"The export was ended from outside (signal {-code}). Nothing was left behind.",
            hint="Export again; where memory is short the system may end what runs.",
        )
    if end is None:
        raise RuntimeError(f"an export failed:\n{traceback}")
    if "cancelled" in end:
        raise Cancelled
    if "problem" in end:
        raise TraceTuiError(end["problem"], end["hint"])
    return Exported(Path(end["path"]), end["traces"])


if __name__ == "__main__":
    # Under its own name, not as __main__: what was pickled names its classes so.
    from tracetui.cli import export_process

    export_process.main()
