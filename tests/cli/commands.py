"""Running the command inside the test, and looking into the store that it leaves."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tracetui.cli import main

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
"""Files that are shared between projects, beside the repository."""

needs_shared_data = pytest.mark.skipif(not SHARED.is_dir(), reason=f"there is no {SHARED}")


@dataclass(frozen=True)
class Outcome:
    """What a command answered."""

    code: int
    out: str
    err: str


class Command:
    """`tracetui` with a store, a config file and a current folder of its own."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.store = folder / "traces.db"
        self._config = folder / "config.toml"
        self._config.write_text("")
        self._capture = capture

    def configure(self, text: str) -> None:
        self._config.write_text(text)

    def run(self, *arguments: str | Path) -> Outcome:
        """Run it; its own exits (`--help`, a wrong flag) count as answers."""
        flags = ["--store", str(self.store), "--config", str(self._config), "--tz", "UTC"]
        self._capture.readouterr()
        try:
            code = main([*flags, *map(str, arguments)])
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else 1
        captured = self._capture.readouterr()
        return Outcome(code, captured.out, captured.err)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(self.store)
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            connection.close()

    def row(self, sql: str) -> tuple[object, ...]:
        (row,) = self.rows(sql)
        return row
