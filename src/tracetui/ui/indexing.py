"""That texts are being made quick to search, told in the line of place. Searches find everything meanwhile."""

from collections.abc import Callable
from typing import Any

from textual.app import App

from tracetui.display.sanitise import Safe
from tracetui.ui.widgets.header import HeaderLine

LOOK_EVERY_S = 1.0

IndexedShare = Callable[[], float | None]
"""The part of what is to be indexed that is, 0 to 1; None: nothing is being indexed. Asked on the event loop."""


class IndexingSign:
    """What the screens tell of it.

    Args:
        app: Whose screens tell of it.
        share: How far it is; None: nobody indexes.
    """

    def __init__(self, app: App[Any], share: IndexedShare | None) -> None:
        self._app = app
        self._share = share

    def start(self) -> None:
        """Look every second how far it is."""
        if self._share is not None:
            self._app.set_interval(LOOK_EVERY_S, self.show)

    def show(self) -> None:
        """Let the screen that is up tell how far it is."""
        if self._share is None or not self._app.screen_stack:
            return
        share = self._share()
        words = Safe("") if share is None else Safe(f"indexing {min(99, int(100 * share))} %")
        for header in self._app.screen.query(HeaderLine):
            header.indexing = words
