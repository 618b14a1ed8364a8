"""The file that keeps what a user chose last: one entry for each store, in the user's own state directory.

It is a convenience, so nothing about it may stop the program: a file that is missing, damaged or not writable
gives the defaults and a `problem` to be said once. Written whole beside the old one and put in its place, so that
a reader never sees half of it; only its owner can read it, for it holds names of models.
"""

import json
import os
import tempfile
from pathlib import Path

from tracetui.domain.choices import Choices
from tracetui.errors import TraceTuiError

STORES_KEPT = 100
"""Entries kept; the one not used for longest goes first."""

_LARGEST_BYTES = 4_000_000
"""A larger file was not written by us and is not read."""

FILE_NAME = "choices.json"


class RememberedFile:
    """The choices of one user on one store. It is a `Memory`.

    Args:
        folder: The state directory of the program; made, for its owner alone, at the first `save`.
        store: The store's file; a store is known by its real path.
    """

    def __init__(self, folder: Path, store: Path) -> None:
        # Where somebody keeps such files elsewhere and links to them, the link stays.
        self._path = Path(os.path.realpath(folder / FILE_NAME))
        self._store = os.path.realpath(store)
        self._problem: TraceTuiError | None = None

    @property
    def problem(self) -> TraceTuiError | None:
        """Why choices were not read or kept the last time; None where they were."""
        return self._problem

    def load(self) -> Choices:
        """What was chosen last on this store."""
        return Choices.from_dict(self._read().get(self._store))

    def save(self, choices: Choices) -> None:
        """Keep the choices. Other stores' entries are read anew, so that another app's are not undone."""
        entries = self._read()
        entries.pop(self._store, None)
        entries[self._store] = choices.to_dict()
        latest = dict(list(entries.items())[-STORES_KEPT:])
        try:
            self._replace(json.dumps({"stores": latest}, indent=1))
        except OSError as error:
            self._problem = TraceTuiError(
                f"What was chosen could not be kept in {self._path}: {error.strerror}.",
                hint="It is forgotten when the program ends; all else works.",
            )

    def _read(self) -> dict[str, object]:
        """The entries by their stores, the latest last; none where the file cannot be read."""
        self._problem = None
        try:
            with self._path.open("rb") as file:
                text = file.read(_LARGEST_BYTES + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            return self._unread(error.strerror or "it cannot be opened")
        try:
            # A RecursionError is what the parser makes of a hundred thousand brackets.
            kept = json.loads(text) if len(text) <= _LARGEST_BYTES else None
        except (ValueError, RecursionError):
            kept = None
        stores = kept.get("stores") if isinstance(kept, dict) else None
        if not isinstance(stores, dict):
            return self._unread("it is damaged")
        return stores

    def _unread(self, why: str) -> dict[str, object]:
        self._problem = TraceTuiError(
            f"What was chosen last could not be read from {self._path}: {why}.",
            hint="The defaults stand in for it; the next choice writes the file anew.",
        )
        return {}

    def _replace(self, text: str) -> None:
        """Put a new file in the place of the old one, or leave the old one as it is."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{FILE_NAME}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(name, self._path)
        except OSError:
            os.unlink(name)
            raise
