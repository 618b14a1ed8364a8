"""The app's exports: a process of its own writes what the command would, and ends with the app."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tracetui.cancel import Cancel, Cancelled, Progress
from tracetui.cli.export_process import ExportProcess
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import Period
from tracetui.domain.queries import ExportQuery, Order, Scope
from tracetui.errors import QueryError, TraceTuiError
from tracetui.export.as_csv import Style

from ..export.rows import nobody
from .commands import Command

MODEL = ModelRef(ModelType.FINE_TUNED, "support-bot")
QUERY = ExportQuery(Scope(MODEL), Period(0, 1 << 52), Order.NEWEST)


@pytest.fixture
def command_with_traces(command: Command) -> Command:
    assert command.run("demo", "--traces", "20000", "--no-open").code == 0
    return command


def a_process(command: Command) -> ExportProcess:
    (command.folder / "app").mkdir(exist_ok=True)
    return ExportProcess(command.store, command.folder / "app", Style())


def test_the_same_bytes_are_written_as_by_the_command(command_with_traces: Command) -> None:
    command = command_with_traces
    told: list[Progress] = []
    done = a_process(command)(QUERY, Cancel(), told.append)
    command.run("export", "--model", "support-bot", "--period", "all time")
    written = (command.folder / "support-bot_traces_data.csv").read_bytes()
    assert done.path == command.folder / "app" / "support-bot_traces_data.csv"
    assert done.path.read_bytes() == written
    assert told[-1][:2] == (done.traces, done.traces)
    assert done.traces > 1_000


def when_it_writes(act: Callable[[], object]) -> Callable[[Progress], None]:
    """Do something once, when it is known that rows are being written."""
    done = threading.Event()

    def report(progress: Progress) -> None:
        if progress.total and not done.is_set():
            done.set()
            act()

    return report


def test_a_cancelled_export_leaves_nothing(command_with_traces: Command) -> None:
    process, cancel = a_process(command_with_traces), Cancel()
    with pytest.raises(Cancelled):
        process(QUERY, cancel, when_it_writes(cancel.set))
    assert list(process.folder.iterdir()) == []


def children() -> list[int]:
    """The processes that this one has started."""
    found = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    return [int(pid) for pid in found.read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="there is no /proc")
def test_one_that_is_killed_is_told_of_and_leaves_nothing(command_with_traces: Command) -> None:
    process = a_process(command_with_traces)

    def kill() -> None:
        for pid in children():
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(TraceTuiError, match=r"ended from outside \(signal 9\)\. Nothing was left behind"):
        process(QUERY, Cancel(), when_it_writes(kill))
    assert list(process.folder.iterdir()) == []


def test_what_cannot_be_done_is_told_as_by_the_command(command_with_traces: Command) -> None:
    nobody_known = ExportQuery(Scope(MODEL._replace(name="nobody")), Period(0, 1), Order.NEWEST)
    with pytest.raises(TraceTuiError, match="no fine-tuned model named 'nobody'") as caught:
        a_process(command_with_traces)(nobody_known, Cancel(), nobody)
    assert caught.value.hint == "Choose a model of the list."
    assert not isinstance(caught.value, QueryError)
