"""An export from beginning to end: a plain function, run in a thread by the app and as it is by the command."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tracetui.cancel import Cancel, Progress
from tracetui.domain.ports import Exported, OpenTraces
from tracetui.domain.queries import ExportQuery
from tracetui.export.as_csv import AsCsv, Style
from tracetui.export.file_names import file_name
from tracetui.export.new_file import NewFile

Report = Callable[[Progress], None]
NOTE = "traces"
AS_SAFE_TEXT = Style()


class Sink(Protocol):
    """Where bytes go."""

    def write(self, content: bytes | bytearray, /) -> object:
        """Append."""
        ...


@dataclass(frozen=True, slots=True)
class Exporter:
    """What is the same for all exports of a session; called, it is a `ports.Export`.

    Args:
        open_traces: Reads what is selected.
        folder: Where files go.
        style: How they look.
    """

    open_traces: OpenTraces
    folder: Path
    style: Style = AS_SAFE_TEXT

    def __call__(self, query: ExportQuery, cancel: Cancel, report: Report) -> Exported:
        """Write a new file; see `ports.Export`."""
        # Before anything is read: a folder that cannot be written to is told of at once.
        with NewFile(self.folder, file_name(query.scope.model.name)) as file:
            traces = write_to(file, query, self.open_traces, cancel, report, self.style)
            cancel.raise_if_set()
            return Exported(file.keep(), traces)


def write_to(
    sink: Sink, query: ExportQuery, open_traces: OpenTraces, cancel: Cancel, report: Report, style: Style
) -> int:
    """Write what a query selects.

    Returns:
        How many traces they were.

    Raises:
        Cancelled: `cancel` was set.
        TraceTuiError: The store cannot be read, or the sink not written.
    """
    csv = AsCsv(query.scope.model.type, style)
    report(Progress(0, None, NOTE))
    with closing(open_traces(query, cancel)) as traces, closing(traces.made(csv.lines)) as made:
        sink.write(csv.header())
        done = 0
        report(Progress(done, traces.total, NOTE))
        for text, count in made:
            cancel.raise_if_set()
            sink.write(text)
            done += count
            report(Progress(done, traces.total, NOTE))
    return done
