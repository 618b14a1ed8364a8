"""A chart below the line that is its title, its sums, and what is read out at the cursor."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.timer import Timer

from tracetui.display.chart_spec import ChartSpec, Word
from tracetui.display.sanitise import Safe
from tracetui.ui.widgets.chart import Chart
from tracetui.ui.widgets.chart_drawing import Drawn
from tracetui.ui.widgets.pressable_line import Piece, PressableLine, cut_pieces

PATIENCE_S = 0.12
"""An old chart stays so long while another is read, so that it does not flicker."""
EDGES = 9
"""Cells of a title's line that are neither title nor words."""
NARROWEST = 4
"""The same without a title."""
READING = ChartSpec(words=(Safe("Reading …"),), is_pending=True)


class ChartHead(PressableLine):
    """` Requests  48,120 · 0.026 credits each            21 Nov  ✓ 6,802 of 46,628  ✗ 12 of 1,492  z `

    Args:
        key: Which widget it stands above.
        title: What the chart shows.
        short: The same where something is read out and there is little room.
    """

    is_here: reactive[bool] = reactive(False)
    """Whether the chart below has the focus."""
    is_read: reactive[bool] = reactive(False)
    """Whether the mouse is over the chart below."""
    sums: reactive[tuple[Word, ...]] = reactive(())
    """What stands beside the title."""
    readout: reactive[tuple[Word, ...]] = reactive(())
    """What stands at the right edge: what the cursor reads out."""

    def __init__(self, key: str, title: Safe, short: Safe) -> None:
        super().__init__()
        self._key, self.title, self._short = key, title, short

    def pieces(self) -> Sequence[Piece]:
        """Title and sums; what the focused chart reads out is worth more than they are, else they are."""
        look = "here" if self.is_here else "strong"
        name = self.title
        if self._is_read_out and not self._fits:
            # Better no title than the begin of one: the bar tells which chart it is.
            name = (
                self._short
                if cell_len(self._short) + _cells(self.readout) + EDGES <= self.size.width
                else Safe("")
            )
        words = [_piece(word)._replace(weight=word.weight) for word in self.sums]
        title = Piece(f"{name}  " if name else "", f"pressable-line--{look}", "explain")
        return [Piece("▌" if self.is_here else " ", "pressable-line--key"), title, *words]

    def right_pieces(self) -> Sequence[Piece]:
        """The readout, and the mark that expands."""
        words = [_piece(word) for word in (self.readout if self._is_read_out else ())]
        room = max(0, self.size.width - NARROWEST)
        gap = " " if _cells(self.readout) >= room else "  "
        expand = Piece(f"{gap}z ", "pressable-line--key", f"expand('{self._key}')")
        return [*cut_pieces(words, room), expand]

    @property
    def told(self) -> list[str]:
        """All that stands here in full, for where there is too little room: the sums, what is read out."""
        lines = ("".join(word.text for word in words).strip() for words in (self.sums, self.readout))
        return [line for line in lines if line]

    @property
    def _is_read_out(self) -> bool:
        return bool(self.readout) and (self.is_here or self.is_read or self._fits)

    @property
    def _fits(self) -> bool:
        """Whether there is room for everything."""
        return cell_len(self.title) + _cells(self.sums) + _cells(self.readout) + EDGES <= self.size.width


def _piece(word: Word) -> Piece:
    return Piece(word.text, "pressable-line--strong" if word.is_strong else word.colour)


def _cells(words: Sequence[Word]) -> int:
    return sum(cell_len(word.text) for word in words)


class ChartPanel(Vertical):
    """A chart below its title.

    Args:
        key: Which widget it is; its id.
        title: What it shows.
        short: The same where there is little room.
    """

    DEFAULT_CSS = """
    ChartPanel { height: 1fr; width: 1fr; }
    """

    def __init__(self, key: str, title: Safe, short: Safe) -> None:
        super().__init__(id=key)
        self.key = key
        self.head = ChartHead(key, title, short)
        self.chart = Chart(key)
        self._impatience: Timer | None = None

    def compose(self) -> ComposeResult:
        """The line and the chart."""
        yield self.head
        yield self.chart

    def on_mount(self) -> None:
        """Read out what is at the cursor, at once: a message would come a frame later than the cursor."""
        for what in ("drawn", "cursor", "lane"):
            self.watch(self.chart, what, self._read_out, init=False)
        self.watch(self.chart, "mouse_hover", self._read_by_mouse, init=False)

    def wait(self) -> None:
        """Another chart is being read."""
        if self._impatience is None:
            self._impatience = self.set_timer(PATIENCE_S, self._forget)

    def show(self, drawn: Drawn, sums: tuple[Word, ...] = ()) -> None:
        """Take a chart."""
        self._stop_waiting()
        self.chart.drawn = drawn
        self.head.sums = sums

    def say(self, *words: Safe) -> None:
        """Why there is no chart, and which key leads on."""
        self._stop_waiting()
        self.chart.say(ChartSpec(words=words))
        self.head.sums = ()

    def on_descendant_focus(self) -> None:
        """Show where the focus is."""
        self.head.is_here = True

    def on_descendant_blur(self) -> None:
        """Show where it no longer is."""
        self.head.is_here = False

    def _read_out(self) -> None:
        stop = self.chart.stop
        self.head.readout = () if stop is None else _bracketed(stop.words, self.chart.lane)

    def _read_by_mouse(self, is_over: bool) -> None:
        self.head.is_read = is_over

    def _forget(self) -> None:
        # A timer that is stopped may have rung already, with its message still on the way.
        if self._impatience is None:
            return
        self._impatience = None
        self.chart.say(READING)
        self.head.sums = ()

    def _stop_waiting(self) -> None:
        if self._impatience is not None:
            self._impatience.stop()
            self._impatience = None


def _bracketed(words: tuple[Word, ...], lane: int) -> tuple[Word, ...]:
    """Brackets around the part that `enter` opens, where it is not the whole."""
    if not lane:
        return words
    return tuple(word._replace(text=Safe(f"[{word.text}]")) if word.lane == lane else word for word in words)
