"""Without a verb: open the app on the store."""

import os
import sys
import time
from typing import TYPE_CHECKING

from tracetui import config
from tracetui.errors import TraceTuiError

if TYPE_CHECKING:
    from tracetui.config import Settings
    from tracetui.domain.ports import Reader


def run(settings: "Settings") -> int:
    """Open the app on the store.

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
    from tracetui.remembered import RememberedFile
    from tracetui.ui.app import TraceTuiApp

    def open_reader() -> "Reader":
        from tracetui.store.reader import SqliteReader

        return SqliteReader(settings.store)

    app = TraceTuiApp(
        open_reader,
        store=settings.store,
        zone=settings.zone,
        now_us=lambda: time.time_ns() // 1_000,
        refresh_s=settings.refresh_s or 0,
        memory=RememberedFile(config.state_folder(os.environ), settings.store),
        is_default_store=settings.store == config.data_folder(os.environ) / "traces.db",
    )
    app.run()
    return app.return_code or 0
