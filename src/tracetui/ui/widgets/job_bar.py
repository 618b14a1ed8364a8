"""The line above the footer that tells of running jobs; it is there only while there are some."""

from collections.abc import Sequence
from typing import Protocol

from tracetui.cancel import Progress
from tracetui.display.progress import part_done
from tracetui.display.sanitise import Safe
from tracetui.ui.widgets.pressable_line import Piece, PressableLine

EVERY_S = 0.5
BEHIND_DIALOG = 4
"""Behind a dialog it is painted so many times more rarely: each time all of the dialog is painted again."""
BAR_CELLS = 20


class Shown(Protocol):
    """A job, as the line tells of it."""

    name: Safe
    progress: Progress

    def in_words(self) -> Safe: ...


class JobBar(PressableLine):
    """` export GPT4_traces_data.csv  ━━━━━━━━━━━━╸───────  62 %  29,900 of 48,120  4 s left   X cancel`

    Args:
        jobs: Those that run; the same list changes as they come and go.
    """

    DEFAULT_CSS = """
    JobBar {
        dock: bottom;
        margin: 0 0 1 0;
        background: $surface;
    }
    """

    def __init__(self, jobs: Sequence[Shown]) -> None:
        super().__init__()
        self._jobs = jobs
        self._told: Sequence[Piece] = ()
        self._looks = 0

    def on_mount(self) -> None:
        """Look at the jobs from time to time: they run in threads and tell nobody."""
        self.set_interval(EVERY_S, self._look)

    def _look(self) -> None:
        self._looks += 1
        if not self.screen.is_current and self._looks % BEHIND_DIALOG:
            return
        told = self.pieces()
        if told != self._told:
            self._told = told
            self.refresh()

    def pieces(self) -> Sequence[Piece]:
        """What is written, how much of it is, and the key that cancels."""
        if not self._jobs:
            return ()
        first, *others = self._jobs
        progress = first.progress if not others else _sum([job.progress for job in self._jobs])
        name = first.name if not others else f"{len(self._jobs)} files"
        pieces = [Piece(" export ", "pressable-line--dim", weight=4), Piece(f"{name}  ")]
        part = part_done(progress)
        if part is not None:
            full = round(part * BAR_CELLS * 2)
            drawn = "━" * (full // 2) + "╸" * (full % 2)
            pieces.append(Piece(drawn, "pressable-line--key", weight=3))
            pieces.append(Piece("─" * (BAR_CELLS - len(drawn)) + "  ", "pressable-line--dim", weight=3))
        told = [job.in_words().partition("  ")[0] for job in self._jobs] if others else [first.in_words()]
        pieces.append(Piece(f"{', '.join(told)}   ", weight=2 if others else 0))
        pieces.append(Piece("X", "pressable-line--key", "app.cancel_job"))
        pieces.append(Piece(" cancel ", "pressable-line--dim", "app.cancel_job"))
        return pieces


def _sum(all_progress: Sequence[Progress]) -> Progress:
    """How far jobs are together; the total is known once all of them know theirs."""
    totals = [progress.total for progress in all_progress]
    known = [total for total in totals if total is not None]
    total = sum(known) if len(known) == len(totals) else None
    return Progress(sum(progress.done for progress in all_progress), total, "")
