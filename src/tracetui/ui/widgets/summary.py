"""The figures above the table, on one line, each with its explanation."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.timer import Timer

from tracetui.display.formatting import (
    format_count,
    format_credits,
    format_duration,
    format_minute,
    format_percent,
)
from tracetui.display.sanitise import safe_line
from tracetui.domain.rows import Summary
from tracetui.errors import TraceTuiError
from tracetui.ui.widgets.pressable_line import Piece, PressableLine

PENDING = "…"
PATIENCE_S = 0.12
"""Old figures stay so long while others are read, so that they do not flicker."""
ROOMY = 110
"""Cells from which on labels are written out."""


class Tile(NamedTuple):
    """One figure."""

    label: str
    short: str
    """The label where there is little room."""
    figure: str
    explanation: str


class SummaryLine(PressableLine):
    """Requests, P90, P99, failure rate, hosting credits.

    Args:
        zone: In which the time of the first trace is shown.
        this_year: The year that goes without saying.
    """

    DEFAULT_CSS = """
    SummaryLine { margin: 1 0; }
    """

    def __init__(self, zone: tzinfo, this_year: int) -> None:
        super().__init__()
        self._zone = zone
        self._this_year = this_year
        self._summary: Summary | None = None
        self._is_hosted = True
        self._trouble: TraceTuiError | None = None
        self._impatience: Timer | None = None
        self._ends: list[int] = []

    def wait(self, *, is_hosted: bool) -> None:
        """Other figures are being read."""
        self._is_hosted = is_hosted
        if self._impatience is None:
            self._impatience = self.set_timer(PATIENCE_S, self._forget)

    def show(self, summary: Summary, *, is_hosted: bool) -> None:
        """Take the figures."""
        self._stop_waiting()
        before = (self._summary, self._is_hosted, self._trouble)
        self._summary, self._is_hosted, self._trouble = summary, is_hosted, None
        if before != (summary, is_hosted, None):
            self.refresh()

    def show_error(self, error: TraceTuiError) -> None:
        """Say that they could not be read; `r` tries again."""
        self._stop_waiting()
        self._summary, self._trouble = None, error
        self.refresh()

    def tiles(self) -> list[Tile]:
        """The figures with their explanations, in order."""
        summary = self._summary
        tiles = [
            Tile("Requests", "Requests", self._requests(), self._about_requests()),
            Tile("P90", "P90", self._percentile(90), _about_percentile(90)),
            Tile("P99", "P99", self._percentile(99), _about_percentile(99)),
            Tile(
                "Failed",
                "Failed",
                PENDING if summary is None else format_percent(summary.failed, summary.requests),
                "Failed requests as a part of all requests: 5 of 100 is 5 %."
                + ("" if summary is None else f" Here {format_count(summary.failed)}."),
            ),
        ]
        if self._is_hosted:
            figure = PENDING if summary is None else format_credits(summary.hosting_credits_micro)
            about = (
                "What the deployments cost in this period, the part of each entry that lies in it. "
                "To be compared with how much they are used."
            )
            tiles.append(Tile("Hosting credits", "Credits", figure, about))
        return tiles

    def explanation(self) -> Content:
        """Every figure with its explanation."""
        blocks = [
            Content.assemble((f"{tile.label}  ", "$dim"), (tile.figure, "bold"), f"\n{tile.explanation}")
            for tile in self.tiles()
        ]
        return Content("\n\n").join(blocks)

    def pieces(self) -> Sequence[Piece]:
        """A label and a figure for each; a press explains."""
        if self._trouble is not None:
            words = f" {safe_line(str(self._trouble))} Press r to try again."
            return [Piece(words, "pressable-line--bad")]
        is_roomy = self.size.width >= ROOMY
        gap = " " * (6 if is_roomy else 2)
        pieces: list[Piece] = []
        self._ends = []
        at = 0
        for tile in self.tiles():
            label = tile.label if is_roomy else tile.short
            look = "wait" if tile.figure == PENDING else "strong"
            pieces.append(Piece(f" {label} ", "pressable-line--dim", "explain"))
            pieces.append(Piece(tile.figure + gap, f"pressable-line--{look}", "explain"))
            at += cell_len(f" {label} {tile.figure}{gap}")
            self._ends.append(at)
        return pieces

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain the figure under the mouse."""
        tiles = self.tiles()
        under = next((tile for tile, end in zip(tiles, self._ends, strict=False) if event.x < end), None)
        self.tooltip = None if under is None else Content(under.explanation)

    def _requests(self) -> str:
        return PENDING if self._summary is None else format_count(self._summary.requests)

    def _about_requests(self) -> str:
        about = "Requests of this model in this period, successful and failed."
        summary = self._summary
        if summary is None or summary.first_at_us is None:
            return about
        first = format_minute(summary.first_at_us, self._zone, self._this_year)
        return f"{about} {format_count(summary.requests_ever)} since the first trace, {first}."

    def _percentile(self, percent: int) -> str:
        summary = self._summary
        if summary is None:
            return PENDING
        return format_duration(summary.p90_us if percent == 90 else summary.p99_us)

    def _forget(self) -> None:
        self._impatience, self._summary, self._trouble = None, None, None
        self.refresh()

    def _stop_waiting(self) -> None:
        if self._impatience is not None:
            self._impatience.stop()
            self._impatience = None


def _about_percentile(percent: int) -> str:
    about = f"{percent} of 100 requests took at most this long; exact, failed ones included."
    return about if percent < 99 else f"{about} Low means steady; a high one means trouble for some users."
