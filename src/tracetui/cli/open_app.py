"""Without a verb: open the app on the store."""

import gc
import importlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tracetui import config
from tracetui.cli.indexing import Indexing
from tracetui.errors import TraceTuiError

if TYPE_CHECKING:
    from tracetui.config import Settings


def run(settings: "Settings", *, collects: bool = False) -> int:
    """Open the app on the store.

    Args:
        settings: The store, and how it is shown.
        collects: Whether a collector is to run beside the app.

    Returns:
        The exit code.

    Raises:
        StoreError: The store is there and cannot be read.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise TraceTuiError(
            "The app needs a terminal, and this is a pipe or a file.",
            "Run tracetui in a terminal; tracetui --help lists what works without one.",
        )
    # Once the terminal is gone Textual would read its end for ever: whoever started the app ignoring hangups, as
    # nohup does, cannot have meant that.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    with _collector_at_rest():
        from tracetui.cli.collector_process import CollectorProcess, Wanted
        from tracetui.cli.exporting import export_process_of
        from tracetui.remembered import RememberedFile
        from tracetui.store.reader import SqliteReader
        from tracetui.store.search.knowledge import Findings
        from tracetui.ui.app import TraceTuiApp

        # The app imports it a moment later in any case.
        importlib.import_module("tracetui.ui.screens.traces")
    findings, indexing = Findings(), Indexing(settings.store)
    app = TraceTuiApp(
        lambda: SqliteReader(settings.store, findings),
        store=settings.store,
        zone=settings.zone,
        now_us=lambda: time.time_ns() // 1_000,
        refresh_s=settings.refresh_s or 0,
        export=export_process_of(settings),
        memory=RememberedFile(config.state_folder(os.environ), settings.store),
        collector=CollectorProcess(Wanted(settings.store.absolute(), settings.collect, settings.said_of_data))
        if collects
        else None,
        indexed_share=lambda: indexing.share,
        replica_limit=settings.replica_limit,
        is_default_store=settings.store == config.data_folder(os.environ) / "traces.db",
    )
    with indexing:
        app.run()
    return app.return_code or 0


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Import without looking for garbage: there is none, and the search took 50 to 90 ms of 700 on a busy machine.

    What was imported stays for good, so it is not searched later either.
    """
    gc.disable()
    yield
    gc.freeze()
    gc.enable()
