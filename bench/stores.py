"""The stores that the measurements run on; made once by the demo's generator and kept in a folder."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from tracetui.demo.job import order, records
from tracetui.domain.catalogue import ModelType
from tracetui.domain.ports import Record
from tracetui.domain.trace import Trace
from tracetui.store.writer import SqliteWriter

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


ONE_MODEL = "support-bot"
_BATCH = 2_000


def one_model(traces: int, folder: Path) -> Path:
    """A store in which one fine-tuned model has so many traces of 1.5 kB, made if it is not there yet."""
    path = folder / f"bench-one-model-{traces}.db"
    if path.exists():
        return path
    print(f"making {path} ...", file=sys.stderr)
    half = path.with_suffix(".half")
    for left in folder.glob(f"{half.name}*"):
        left.unlink()
    writer = SqliteWriter(half, now_us=lambda: NOW_US)
    batch: list[Record] = []
    for record in records(order(NOW_US, traces, text_bytes=TEXT_BYTES[1_000_000])):
        if isinstance(record, Trace):
            record = replace(record, model=ONE_MODEL, model_type=ModelType.FINE_TUNED)
            # A hosted model has no connections: the app would show those of one alone.
            record.deployment, record.connection = record.deployment or record.connection, None
            batch.append(record)
        if len(batch) >= _BATCH:
            writer.write(batch)
            batch = []
    if batch:
        writer.write(batch)
    writer.close()
    half.rename(path)
    return path
