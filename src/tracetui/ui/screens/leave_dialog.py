"""What is asked before the app is left while exports run."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tracetui.ui import keys
from tracetui.ui.screens.dialog import Dialog
from tracetui.ui.widgets.job_bar import Shown


class LeaveDialog(Dialog[bool]):
    """Whether to quit and cancel what runs; answered with True, or None.

    Args:
        jobs: What runs.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.LEAVE)
    HEADING = "Quit"

    def __init__(self, jobs: Sequence[Shown]) -> None:
        super().__init__()
        self._words = _words(jobs)

    def parts(self) -> list[Widget]:
        """What runs and what becomes of it."""
        return [Static(self._words)]

    def action_leave_anyway(self) -> None:
        """Quit."""
        self.dismiss(True)


def _words(jobs: Sequence[Shown]) -> Content:
    lines = [Content.assemble(job.name, "  ", (job.in_words(), "$dim")) for job in jobs]
    what = "An export is still running:" if len(jobs) == 1 else f"{len(jobs)} exports are still running:"
    end = "Quitting cancels it. Nothing is left behind." if len(jobs) == 1 else "Quitting cancels them all."
    return Content("\n").join([Content(what), *lines, Content(""), Content(end)])
