"""The collector that runs beside the app: begun with it, told of in the line of place, ended with it."""

from typing import Any

from textual.app import App

from tracetui.display.receiving import receiving_in_words
from tracetui.display.sanitise import Safe, safe_line
from tracetui.domain.collecting import Collector
from tracetui.errors import TraceTuiError
from tracetui.ui import notices
from tracetui.ui.widgets.header import HeaderLine

LOOK_EVERY_S = 1.0


class Receiving:
    """A collector and what the screens tell of it.

    Args:
        app: Whose screens tell of it.
        collector: None: there is none.
    """

    def __init__(self, app: App[Any], collector: Collector | None) -> None:
        self._app = app
        self._collector = collector
        self._problem = ""

    @property
    def is_wanted(self) -> bool:
        """Whether the app was asked to receive."""
        return self._collector is not None

    def start(self) -> None:
        """Begin, off the event loop, and look every second how it is."""
        if self._collector is not None:
            self._app.run_worker(self._collector.start, thread=True, group="collector", exit_on_error=True)
            self._app.set_interval(LOOK_EVERY_S, self.show)

    def show(self) -> None:
        """Let the screen that is up tell how it is; each new problem is a notice."""
        if self._collector is None or not self._app.screen_stack:
            return
        status = self._collector.status
        words = receiving_in_words(status)
        for header in self._app.screen_stack[0].query(HeaderLine):
            header.receiving, header.is_deaf = words, bool(words) and not status.is_running
        if status.problem != self._problem:
            self._problem = status.problem
            if status.problem:
                self._complain(safe_line(status.problem))

    def _complain(self, problem: Safe) -> None:
        words = TraceTuiError(f"Receiving: {problem}", "What was acknowledged is in the store.")
        notices.complain(self._app.screen, words)

    def close(self) -> None:
        """End it; what it has taken is answered first."""
        if self._collector is not None:
            self._collector.stop()
