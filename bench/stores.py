"""The stores that the measurements run on; made once by the demo's generator and kept in a folder."""

import subprocess
import sys
from pathlib import Path

TEXT_BYTES = {1_000_000: 1500, 10_000_000: 200}
"""How long a trace's texts are: 1.5 kB, but short ones where there are ten million."""

NOW = "2026-11-20T12:00:00Z"
NOW_US = 1_795_176_000_000_000
"""The end of the made-up year, so that every run measures the same store."""


def store_of(traces: int, folder: Path) -> Path:
    """The store of so many traces, made if it is not there yet."""
    path = folder / f"bench-{traces}.db"
    if not path.exists():
        print(f"making {path} ...", file=sys.stderr)
        half = path.with_suffix(".half")
        half.unlink(missing_ok=True)
        command = [
            "demo",
            f"--traces={traces}",
            f"--text-bytes={TEXT_BYTES.get(traces, 1500)}",
            "--days=365",
            f"--now={NOW}",
            "--no-open",
            f"--store={half}",
        ]
        subprocess.run([str(Path(sys.executable).with_name("tracetui")), *command], check=True)
        half.rename(path)
    return path
