"""A chart with a cursor, and the line above it: title, sums, and what is read out at the cursor.

The chart keeps its cells and restyles one column as the cursor moves; what is read out is a line of its own, so
that a step repaints two columns and one line (1 to 2 kB at 140x40), where a title in the border repainted all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.color import Color
from textual.containers import Vertical
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from tracetui.display.chart_spec import EMPTY, Behind, ChartSpec, Stop, Word
from tracetui.display.sanitise import Safe
from tracetui.ui import keys
from tracetui.ui.widgets.chart_strips import Drawn, canvas_columns, draw
from tracetui.ui.widgets.pressable_line import Piece, PressableLine, cut_pieces

PATIENCE_S = 0.12
"""An old chart stays so long while another is read, so that it does not flicker."""
TILES = 6
"""Parts of a chart on the dashboard; each is a widget, and mounting one costs half a millisecond."""
ROOMY = 100
"""Cells from which on a title stands whole beside what is read out."""
READING = ChartSpec(words=(Safe("Reading …"),))


class Tile(Widget):
    """A part of a chart.

    Textual repaints a line of a widget from its left edge on, whatever region of it is dirty: with a chart in
    parts a step of the cursor sends the lines of one part, 1.5 to 3 kB at 140x40 instead of 7.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Tile { width: 1fr; height: 1fr; }"

    def __init__(self, line: Callable[[int], Strip]) -> None:
        super().__init__()
        self._line = line

    def render_line(self, y: int) -> Strip:
        """Its part of a line of the chart."""
        left = self.virtual_region.x
        return self._line(y).crop(left, left + self.size.width)


class Chart(Widget, can_focus=True):
    """Draws a `ChartSpec` and moves a cursor over its stops.

    Args:
        key: Which chart it is, for its messages.
        tiles: In how many parts it is painted.
    """

    @dataclass
    class Moved(Message):
        """The cursor stands elsewhere."""

        to: Stop | None
        lane: int

    @dataclass
    class Resized(Message):
        """There are other columns to draw in."""

        key: str

    @dataclass
    class Opened(Message):
        """A stop was opened, by `enter` or a double click."""

        behind: Behind

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.CHART)
    DEFAULT_CSS = "Chart { height: 1fr; layout: horizontal; }"

    spec: reactive[ChartSpec] = reactive(EMPTY, init=False, repaint=False)
    cursor: reactive[int | None] = reactive(None, init=False, repaint=False)
    """The stop at which it stands; None: nowhere."""
    lane: reactive[int] = reactive(0, init=False, repaint=False)
    """Of what is behind the stop, which part is meant; 0: the whole."""

    def __init__(self, key: str = "", tiles: int = TILES) -> None:
        super().__init__()
        self._key = key
        self.cursor_us: int | None = None
        self._tiles = [Tile(self._line) for _ in range(tiles)]
        self._drawn: Drawn | None = None
        self._styles: dict[tuple[str, str | None], Style] = {}

    def compose(self) -> ComposeResult:
        """The parts."""
        yield from self._tiles

    @property
    def columns(self) -> int:
        """How many columns the canvas has."""
        return canvas_columns(self.size.width)

    @property
    def stop(self) -> Stop | None:
        """Where the cursor stands."""
        return None if self.cursor is None else self.spec.stops[self.cursor]

    def watch_spec(self, old: ChartSpec, new: ChartSpec) -> None:
        """Another chart: the cursor stays at its moment, where there still is a stop."""
        self._drawn = None
        if self.cursor is not None:
            self.cursor_us = old.stops[self.cursor].at_us
        kept = next((n for n, stop in enumerate(new.stops) if stop.at_us == self.cursor_us), None)
        if kept is None and self.has_focus and new.stops:
            kept = len(new.stops) - 1
        self.set_reactive(Chart.cursor, kept)
        for tile in self._tiles:
            tile.refresh()
        self.post_message(self.Moved(self.stop, self.lane))

    def watch_cursor(self, old: int | None, new: int | None) -> None:
        """Repaint the two columns, not the chart."""
        columns = self._ready().columns
        self._repaint(columns[n] for n in {old, new} if n is not None and n < len(columns))
        self.post_message(self.Moved(self.stop, self.lane))

    def watch_lane(self) -> None:
        """Say which part is meant."""
        self.post_message(self.Moved(self.stop, self.lane))

    def notify_style_update(self) -> None:
        """Other colours: of another theme, or below a dialog."""
        super().notify_style_update()
        self._styles.clear()
        self._drawn = None

    def on_resize(self) -> None:
        """Tell that there are other columns."""
        self.post_message(self.Resized(self._key))

    def _line(self, y: int) -> Strip:
        """A line of the chart, the cursor's cell as a band."""
        drawn = self._ready()
        if y >= len(drawn.strips):
            return Strip.blank(self.size.width, self.rich_style)
        strip = drawn.strips[y]
        if self.cursor is None or y >= drawn.rows:
            return strip
        at = drawn.columns[self.cursor]
        before, cell, after = strip.divide([at, at + 1, self.size.width])
        return Strip.join([before, self._under_cursor(cell), after])

    def _under_cursor(self, cell: Strip) -> Strip:
        band = "band" if self.has_focus else "band-blur"
        under = Color.parse(self.app.theme_variables[band]).rich_color
        segments = [
            # A bar has a ground of its own: there the cursor is a line.
            Segment("│" if text == " " and style and style.bgcolor != self._ground else text, style)
            if style is not None and style.bgcolor != self._ground
            else Segment(text, Style.combine([style or Style.null(), Style(bgcolor=under)]))
            for text, style, _ in cell
        ]
        return Strip(segments, cell.cell_length)

    @property
    def _ground(self) -> RichColor:
        return self.background_colors[1].rich_color

    def on_focus(self) -> None:
        """The cursor's band follows the focus; the first time it goes to the newest stop."""
        if self.cursor is None and self.spec.stops:
            self.cursor = len(self.spec.stops) - 1
        self._repaint_cursor()

    def on_blur(self) -> None:
        """The cursor's band follows the focus."""
        self._repaint_cursor()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The stop nearest to the mouse."""
        self.cursor = self._nearest(event.screen_x - self.region.x)

    def on_click(self, event: events.Click) -> None:
        """Two presses open what is there."""
        self.cursor = self._nearest(event.screen_x - self.region.x)
        if event.chain == 2:
            self.action_open()

    def action_step(self, by: int) -> None:
        """To a stop beside this one."""
        if self.spec.stops:
            at = len(self.spec.stops) if self.cursor is None else self.cursor
            self.cursor = min(len(self.spec.stops) - 1, max(0, at + by))

    def action_notable(self, by: int) -> None:
        """To the next stop that stands out; where there is none the cursor stays."""
        at = self.cursor if self.cursor is not None else (-1 if by > 0 else len(self.spec.stops))
        ahead = range(at + by, len(self.spec.stops) if by > 0 else -1, by)
        found = next((n for n in ahead if self.spec.stops[n].is_notable), None)
        if found is not None:
            self.cursor = found

    def action_first(self) -> None:
        """To the first stop."""
        self.action_step(-len(self.spec.stops))

    def action_last(self) -> None:
        """To the last stop."""
        self.action_step(len(self.spec.stops))

    def action_open(self) -> None:
        """The traces behind the stop."""
        if self.stop is not None and self.stop.behind:
            self.post_message(self.Opened(self.stop.behind[min(self.lane, len(self.stop.behind) - 1)]))

    def action_lane(self, by: int) -> None:
        """The whole of what is at the cursor, or one of its parts."""
        if self.stop is not None and self.stop.behind:
            self.lane = (min(self.lane, len(self.stop.behind) - 1) + by) % len(self.stop.behind)

    def _ready(self) -> Drawn:
        # Compared here: a line may be asked for before the event that tells of another size.
        if self._drawn is None or self._drawn.size != self.size:
            self._drawn = draw(self.spec, self.size, self._paint)
        return self._drawn

    def _paint(self, colour: str, over: str | None) -> Style:
        style = self._styles.get((colour, over))
        if style is None:
            known = self.app.theme_variables
            ground = Color.parse(known[over]) if over is not None else self.background_colors[1]
            style = Style(color=Color.parse(known[colour]).rich_color, bgcolor=ground.rich_color)
            self._styles[colour, over] = style
        return style

    def _nearest(self, x: int) -> int | None:
        columns = self._ready().columns
        return min(range(len(columns)), key=lambda n: abs(columns[n] - x), default=None)

    def _repaint_cursor(self) -> None:
        if self.cursor is not None:
            self._repaint(self._ready().columns[self.cursor : self.cursor + 1])

    def _repaint(self, places: Iterable[int]) -> None:
        for place in places:
            for tile in self._tiles:
                left = tile.virtual_region.x
                if left <= place < left + tile.size.width:
                    tile.refresh(Region(place - left, 0, 1, self._ready().rows))


class ChartHead(PressableLine):
    """` Requests  48,120 · 0.026 credits each            21 Nov  ✓ 6,802 of 46,628  ✗ 12 of 1,492  z `

    Args:
        key: Which widget it stands above.
        title: What the chart shows.
        short: The same where something is read out and there is little room.
    """

    is_here: reactive[bool] = reactive(False)
    """Whether the chart below has the focus."""
    sums: reactive[tuple[Word, ...]] = reactive(())
    """What stands beside the title."""
    readout: reactive[tuple[Word, ...]] = reactive(())
    """What stands at the right edge: what the cursor reads out."""

    def __init__(self, key: str, title: Safe, short: Safe) -> None:
        super().__init__()
        self._key, self.title, self._short = key, title, short

    def pieces(self) -> Sequence[Piece]:
        """Title and sums; where there is little room the sums leave for what is read out."""
        look = "here" if self.is_here else "strong"
        mark = "▌" if self.is_here else " "
        words = [_piece(word)._replace(weight=2 if self.readout else 0) for word in self.sums]
        name = self._short if self.readout and self.size.width < ROOMY else self.title
        if sum(cell_len(word.text) for word in self.readout) + cell_len(name) + 9 > self.size.width:
            # Better no title than the begin of one: the bar tells which chart it is.
            name = Safe("")
        title = Piece(f"{name}  ", f"pressable-line--{look}", "explain")
        return [Piece(mark, "pressable-line--key"), title, *words]

    def right_pieces(self) -> Sequence[Piece]:
        """The readout, and the mark that expands."""
        room = max(0, self.size.width - 8)
        return [
            Piece("  "),
            *cut_pieces([_piece(word) for word in self.readout], room),
            Piece("  z ", "pressable-line--key", f"expand('{self._key}')"),
        ]


def _piece(word: Word) -> Piece:
    return Piece(word.text, "pressable-line--strong" if word.is_strong else word.colour)


class ChartPanel(Vertical):
    """A chart below its title.

    Args:
        key: Which widget it is; its id.
        title: What it shows.
        short: The same where there is little room.
        tiles: In how many parts the chart is painted.
    """

    DEFAULT_CSS = """
    ChartPanel { height: 1fr; width: 1fr; }
    """

    def __init__(self, key: str, title: Safe, short: Safe, tiles: int = TILES) -> None:
        super().__init__(id=key)
        self.key = key
        self.head = ChartHead(key, title, short)
        self.chart = Chart(key, tiles)
        self._impatience: Timer | None = None

    def compose(self) -> ComposeResult:
        """The line and the chart."""
        yield self.head
        yield self.chart

    @property
    def canvas(self) -> Size:
        """The columns and lines that the chart can draw in."""
        return Size(self.chart.columns, self.chart.size.height - 1)

    def wait(self) -> None:
        """Another chart is being read."""
        if self._impatience is None:
            self._impatience = self.set_timer(PATIENCE_S, self._forget)

    def show(self, spec: ChartSpec, sums: tuple[Word, ...] = ()) -> None:
        """Take a chart."""
        self._stop_waiting()
        self.chart.spec = spec
        self.head.sums = sums

    def say(self, *words: Safe) -> None:
        """Why there is no chart, and which key leads on."""
        self.show(ChartSpec(words=words))

    def on_chart_moved(self, moved: Chart.Moved) -> None:
        """Read out what is at the cursor."""
        self.head.readout = _bracketed(moved.to.words, moved.lane) if moved.to is not None else ()

    def on_descendant_focus(self) -> None:
        """Show where the focus is."""
        self.head.is_here = True

    def on_descendant_blur(self) -> None:
        """Show where it no longer is."""
        self.head.is_here = False

    def _forget(self) -> None:
        self._impatience = None
        self.chart.spec = READING
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
