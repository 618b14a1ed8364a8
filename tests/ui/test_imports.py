"""Nothing heavy stands between the start and the first frame (Q3)."""

import subprocess
import sys

HEAVY = (
    "pydantic",
    "sqlite_utils",
    "plotext",
    "textual_plotext",
    "zstandard",
    "numpy",
    "aiohttp",
    "google.protobuf",
    "opentelemetry",
    "grpc",
    "textual.widgets._markdown",
    "tracetui.ingest",
    "tracetui.domain.analytics",
    "tracetui.store.dashboard",
    "tracetui.store.search.tokens",
    "tracetui.ui.widgets.detail_pane",
    "tracetui.display.wrapping",
    "tracetui.display.json_scan",
)
"""What costs tens to hundreds of milliseconds to import, measured on a two-core machine."""

FIRST_FRAME = """
import sys
import tracetui.cli, tracetui.cli.open_app
import tracetui.remembered
import tracetui.ui.app
import tracetui.ui.screens.traces
import tracetui.store.reader
print(*[name for name in sys.argv[1:] if name in sys.modules])
"""


def test_the_first_frame_needs_no_heavy_module() -> None:
    # In a process of its own: this one has imported everything by now.
    run = subprocess.run(
        [sys.executable, "-c", FIRST_FRAME, *HEAVY], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.split() == []
