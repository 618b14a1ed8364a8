"""The figures above the table, each with its explanation; below them the same figures of the traces that match."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.timer import Timer

from tracetui.display.exactness import NOT_EXACT
from tracetui.display.formatting import (
    format_count,
    format_credits,
    format_duration,
    format_minute,
    format_percent,
)
from tracetui.display.layout import NOTHING
from tracetui.display.sanitise import Safe, safe_line
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
    matching: str = ""
    """The same figure of the traces that match; empty where nothing is left out, or there is no such figure."""

    @property
    def cells(self) -> int:
        """How wide the wider of the two figures is."""
        return max(cell_len(self.figure), cell_len(self.matching))


class SummaryLine(PressableLine):
    """Requests, P90, P99, failure rate, hosting credits.

    While a filter or a search is on, a second line has the figures of the traces that match. Without one it is
    blank, so that the table does not jump.

    Args:
        zone: In which the time of the first trace is shown.
        this_year: The year that goes without saying.
    """

    DEFAULT_CSS = """
    SummaryLine { margin: 1 0 0 0; height: 2; }
    """

    def __init__(self, zone: tzinfo, this_year: int) -> None:
        super().__init__()
        self._zone = zone
        self._this_year = this_year
        self._summary: Summary | None = None
        self._matching: Summary | None = None
        self._found: int | None = None
        """How many match so far, while they are looked for."""
        self._narrows = self._is_old = False
        self._is_hosted = True
        self._trouble: TraceTuiError | None = None
        self._impatience: Timer | None = None
        self._ends: list[int] = []
        self._note = NOTHING

    def wait(self, *, is_hosted: bool, narrows: bool) -> None:
        """Other figures are being read; `narrows` where some are of traces that match."""
        self._is_hosted, self._narrows, self._is_old = is_hosted, narrows, True
        self._found = None
        if not narrows and self._matching is not None:
            self._matching = None
            self.refresh()
        if self._impatience is None:
            self._impatience = self.set_timer(PATIENCE_S, self._forget)

    def show(self, summary: Summary, *, is_hosted: bool, narrows: bool) -> None:
        """Take the figures; where the view narrows, those of the traces that match follow."""
        if not narrows:
            self._stop_waiting()
        self._is_old = False
        before = (self._summary, self._is_hosted, self._narrows, self._trouble)
        self._summary, self._is_hosted, self._narrows, self._trouble = summary, is_hosted, narrows, None
        if before != (summary, is_hosted, narrows, None):
            self.refresh()

    def show_matching(self, summary: Summary) -> None:
        """Take the figures of the traces that match."""
        self._stop_waiting()
        if self._matching != summary or self._found is not None:
            self._matching, self._found = summary, None
            self.refresh()

    def show_found(self, found: int) -> None:
        """Take how many match so far; a search is still looking."""
        if self._matching is None and self._found != found:
            self._found = found
            self.refresh()

    def show_error(self, error: TraceTuiError) -> None:
        """Say that they could not be read; `r` tries again."""
        self._stop_waiting()
        self._summary, self._trouble = None, error
        self.refresh()

    def tiles(self) -> list[Tile]:
        """The figures with their explanations, in order."""
        failed = self._summary.failed if self._summary else None
        tiles = [
            self._requests(),
            self._tile("P90", lambda summary: format_duration(summary.p90_us), _about_percentile(90)),
            self._tile("P99", lambda summary: format_duration(summary.p99_us), _about_percentile(99)),
            self._tile(
                "Failed",
                lambda summary: format_percent(summary.failed, summary.requests),
                "Failed requests as a part of all requests: 5 of 100 is 5 %."
                + ("" if failed is None else f" Here {format_count(failed)}."),
            ),
        ]
        if self._is_hosted:
            figure = PENDING if self._summary is None else format_credits(self._summary.hosting_credits_micro)
            about = (
                "What the deployments cost in this period, the part of each entry that lies in it. "
                "To be compared with how much they are used."
            )
            if self._narrows:
                about += " Single requests have no share of it."
            tiles.append(Tile("Hosting credits", "Credits", figure, about))
        return tiles

    def explanation(self) -> Content:
        """Every figure with its explanation."""
        blocks = [
            Content.assemble(
                (f"{tile.label}  ", "$dim"),
                (f"{tile.matching} of {tile.figure}" if tile.matching and not at else tile.figure, "bold"),
                (f", matching {tile.matching}" if tile.matching and at else "", "bold"),
                f"\n{tile.explanation}",
            )
            for at, tile in enumerate(self.tiles())
        ]
        return Content("\n\n").join(blocks)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """A line for all traces, a line for those that match."""
        return 2

    def render_line(self, y: int) -> Strip:
        """One of the two lines."""
        return super().render_line(0) if y == 0 else self.strip_of(self.fitted(self._matching_pieces()))

    def show_note(self, note: Safe) -> None:
        """Say at the right edge what keeps the figures from being exact; empty: nothing does."""
        if self._note != note:
            self._note = note
            self.refresh()

    def right_pieces(self) -> Sequence[Piece]:
        """What keeps the figures from being exact."""
        if not self._note:
            return []
        room = self.size.width - sum(cell_len(piece.text) for piece in self.pieces())
        note = self._note if cell_len(self._note) <= room - 1 else NOT_EXACT
        return [Piece(note, "pressable-line--dim", "explain")]

    def pieces(self) -> Sequence[Piece]:
        """A label and a figure for each; a press explains."""
        if self._trouble is not None:
            words = f" {safe_line(str(self._trouble))} Press r to try again."
            return [Piece(words, "pressable-line--bad")]
        pieces: list[Piece] = []
        self._ends = []
        at = 0
        tiles = self.tiles()
        for tile in tiles:
            label = f" {self._label(tile)} "
            # The last one ends where it ends: a note stands behind it.
            figure = tile.figure.rjust(tile.cells) + ("" if tile is tiles[-1] else self._gap)
            pieces.append(Piece(label, "pressable-line--dim", "explain"))
            pieces.append(Piece(figure, _look(tile.figure), "explain"))
            at += cell_len(label + figure)
            self._ends.append(at)
        return pieces

    def _matching_pieces(self) -> list[Piece]:
        """The figures of the traces that match, below those of all."""
        if not self._narrows or self._trouble is not None:
            return []
        pieces: list[Piece] = []
        for tile in self.tiles():
            label = "" if pieces else "matching"
            pieces.append(Piece(f" {label:{cell_len(self._label(tile))}} ", "pressable-line--key", "explain"))
            pieces.append(Piece(tile.matching.rjust(tile.cells) + self._gap, _look(tile.matching), "explain"))
        return pieces

    def _label(self, tile: Tile) -> str:
        return tile.label if self.size.width >= ROOMY else tile.short

    @property
    def _gap(self) -> str:
        roomy = 4 if self._note else 6
        return " " * (roomy if self.size.width >= ROOMY else 2)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain the figure under the mouse."""
        tiles = self.tiles()
        under = next((tile for tile, end in zip(tiles, self._ends, strict=False) if event.x < end), None)
        self.tooltip = None if under is None else Content(under.explanation)

    def _tile(self, label: str, write: Callable[[Summary], str], about: str) -> Tile:
        figure = PENDING if self._summary is None else write(self._summary)
        matching = PENDING if self._matching is None else write(self._matching)
        return Tile(label, label, figure, about, matching if self._narrows else "")

    def _requests(self) -> Tile:
        tile = self._tile("Requests", lambda summary: format_count(summary.requests), self._about_requests())
        if self._found is None or not tile.matching or self._matching is not None:
            return tile
        about = f"{tile.explanation} At least {format_count(self._found)} match: not all are looked at yet."
        return tile._replace(matching=f"{format_count(self._found)}+", explanation=about)

    def _about_requests(self) -> str:
        about = "Requests of this model in this period, successful and failed."
        if self._note:
            about += f" Not exact ({self._note}): traces that were deleted for their age are in no figure here."
        summary = self._summary
        if summary is None or summary.first_at_us is None:
            return about
        first = format_minute(summary.first_at_us, self._zone, self._this_year)
        return f"{about} {format_count(summary.requests_ever)} since the first trace, {first}."

    def _forget(self) -> None:
        # A timer that is stopped may have rung already, with its message still on the way.
        if self._impatience is None:
            return
        self._impatience, self._matching = None, None
        if self._is_old:
            self._summary, self._trouble = None, None
        self.refresh()

    def _stop_waiting(self) -> None:
        if self._impatience is not None:
            self._impatience.stop()
            self._impatience = None


def _look(figure: str) -> str:
    is_final = figure != PENDING and not figure.endswith("+")
    return "pressable-line--strong" if is_final else "pressable-line--wait"


def _about_percentile(percent: int) -> str:
    about = f"{percent} of 100 requests took at most this long; exact, failed ones included."
    return about if percent < 99 else f"{about} Low means steady; a high one means trouble for some users."
