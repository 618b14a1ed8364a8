"""The rejects file: every record that could not be stored, with its place and the reason, as JSON lines.

Written under a name of its own and renamed when all is read: a killed import leaves the rejects file of the
import before it, and the same command run again writes it anew. Readable by its owner only, as it holds what
people sent to models.
"""

import base64
import contextlib
import json
import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from tracetui.errors import IngestError
from tracetui.ingest.items import Bad


def default_path(source_name: str, folder: Path) -> Path:
    """Where the rejects of an input go unless told otherwise: beside nothing, in the given folder."""
    stem = "stdin" if source_name == "standard input" else source_name
    return folder / f"{stem}.rejects.jsonl"


class Rejects:
    """Collects the rejects of an import. Use as a context manager; only a normal exit makes the file.

    Args:
        path: The file to write; it comes to be only where there is a reject.
        inputs: Names of the inputs, as they stand in the file. A file that is there already is replaced, or
            removed where nothing is rejected any more, if all its lines are of these inputs. Otherwise it is
            left alone, and this one gets a number.
        is_fixed: Whether the user named the file; then a file of other inputs is an error.

    Raises:
        IngestError: The file that the user named holds something else.
    """

    def __init__(self, path: Path, inputs: frozenset[str], *, is_fixed: bool = False) -> None:
        self._inputs = inputs
        self.path = self._own_path(path, is_fixed)
        self.count = 0
        self.failure: IngestError | None = None
        """Why the rejects could not be kept."""
        self._file: BinaryIO | None = None
        self._partial = self.path.with_name(f".{self.path.name}.{os.getpid()}.partial")

    def __enter__(self) -> "Rejects":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        self._remove_leftovers()
        if kind is not None:
            self._partial.unlink(missing_ok=True)
        elif self._file is not None:
            os.replace(self._partial, self.path)
        elif self.path.exists() and _is_of(self.path, self._inputs):
            self.path.unlink()

    def add(self, name: str, bad: Bad) -> None:
        """Keep one.

        Args:
            name: The input that it is from.
            bad: What is wrong with it.

        Where the file cannot be written, `failure` says so and the rest is only counted: a read-only folder
        is no reason to leave out the good records.
        """
        self.count += 1
        if self.failure is not None:
            return
        line: dict[str, object] = {"file": name, "line": bad.line, "reason": bad.reason}
        try:
            line["record"] = bad.raw.decode()
        except UnicodeDecodeError:
            line["record_base64"] = base64.b64encode(bad.raw).decode()
        try:
            if self._file is None:
                descriptor = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                self._file = os.fdopen(descriptor, "wb")
            self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            self.failure = IngestError(
                f"{self.path}: the rejected records cannot be written ({error.strerror}).",
                "Name another place with --rejects FILE and import again: what went in is not added twice.",
            )

    def _own_path(self, path: Path, is_fixed: bool) -> Path:
        candidate, times = path, 0
        while candidate.exists() and not _is_of(candidate, self._inputs):
            if is_fixed:
                raise IngestError(
                    f"{path}: is there already, and holds something else than the rejects of these inputs.",
                    "Name another file with --rejects, or remove it.",
                )
            times += 1
            candidate = path.with_name(f"{path.stem} ({times}){path.suffix}")
        return candidate

    def _remove_leftovers(self) -> None:
        """Remove the unfinished files of imports that were killed: those whose process is gone."""
        for leftover in self.path.parent.glob(f".{_escaped(self.path.name)}.*.partial"):
            process = leftover.name.rsplit(".", 2)[-2]
            if process != str(os.getpid()) and process.isdigit() and not _is_running(int(process)):
                with contextlib.suppress(OSError):
                    leftover.unlink()


def _is_of(path: Path, inputs: frozenset[str]) -> bool:
    """Whether a file holds rejects of these inputs and nothing else."""
    if not inputs:
        return False
    try:
        with open(path, "rb") as file:
            for line in file:
                said = json.loads(line)
                if not isinstance(said, dict) or said.get("file") not in inputs or "reason" not in said:
                    return False
    except (OSError, ValueError, RecursionError):
        return False
    return True


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _escaped(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)
