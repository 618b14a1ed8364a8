"""A chart with a cursor that steps over its stops.

It is given whole drawings and only paints them: a step repaints the columns that it leaves and enters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.color import Color
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tracetui.display.chart_spec import Behind, ChartSpec, Stop
from tracetui.ui import keys
from tracetui.ui.widgets.chart_canvas import SHADE, Cell, canvas_columns
from tracetui.ui.widgets.chart_drawing import Drawn, draw

SHADE_STRENGTH = 0.16
"""How much of its colour the ground below a line takes."""
NEAR_LINES = 1
"""A press that many lines from a value at most means that value, else all that the stop stands for."""
POINT = "●"
"""Stands at the value under the cursor."""


class Chart(Widget, can_focus=True):
    """Shows a drawing and moves a cursor over its stops.

    Args:
        key: Which chart it is, for its messages.
    """

    @dataclass
    class Resized(Message):
        """There is another room to draw in."""

        key: str

    @dataclass
    class Opened(Message):
        """A stop was opened, by `enter` or a double click."""

        behind: Behind

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.CHART)
    DEFAULT_CSS = "Chart { height: 1fr; }"

    drawn: reactive[Drawn] = reactive(Drawn(), init=False, repaint=False, always_update=True)
    cursor: reactive[int | None] = reactive(None, init=False, repaint=False)
    """The stop at which it stands; None: nowhere."""
    lane: reactive[int] = reactive(0, init=False, repaint=False)
    """Of what is behind the stop, which part is meant; 0: the whole."""

    def __init__(self, key: str = "") -> None:
        super().__init__()
        self._key = key
        self.cursor_us: int | None = None
        """The moment at which the cursor last stood in another drawing, or is to begin."""
        self._left: Stop | None = None
        self._strips: dict[int, Strip] = {}
        self._styles: dict[tuple[str, str | None], Style] = {}

    @property
    def spec(self) -> ChartSpec:
        """What is drawn."""
        return self.drawn.spec

    @property
    def columns(self) -> int:
        """How many columns the canvas has."""
        return canvas_columns(self.size.width)

    @property
    def stop(self) -> Stop | None:
        """Where the cursor stands."""
        return None if self.cursor is None else self.spec.stops[self.cursor]

    def say(self, spec: ChartSpec) -> None:
        """Show a chart that is nothing but words."""
        self.drawn = draw(spec, self.size)

    def watch_drawn(self, old: Drawn, new: Drawn) -> None:
        """Another chart: the cursor stays at its moment, or as near to it as there still is a stop."""
        if self.cursor is not None:
            self._left = old.spec.stops[self.cursor]
            self.cursor_us = self._left.at_us
        kept = self._nearest_in_time(new.spec)
        if kept is None and self.has_focus and new.spec.stops:
            kept = len(new.spec.stops) - 1
        self.set_reactive(Chart.cursor, kept)
        self._strips.clear()
        self.refresh()

    def watch_cursor(self, old: int | None, new: int | None) -> None:
        """Repaint the two columns, not the chart."""
        self._repaint(n for n in {old, new} if n is not None)

    def notify_style_update(self) -> None:
        """Other colours: of another theme, or below a dialog."""
        super().notify_style_update()
        self._styles.clear()
        self._strips.clear()

    def on_resize(self) -> None:
        """Tell that there is another room; words are put there at once."""
        if not self.spec.series:
            self.say(self.spec)
        elif self.drawn.size != self.size:
            self.post_message(self.Resized(self._key))

    def render_line(self, y: int) -> Strip:
        """A line of the drawing, the cursor's cell as a band. A drawing of another size is cut until it is new."""
        if y >= len(self.drawn.lines):
            return Strip.blank(self.size.width, self.rich_style)
        strip = self._strips.get(y)
        if strip is None:
            parts = self.drawn.lines[y]
            strip = Strip([Segment(text, self._paint(colour, over)) for text, colour, over in parts])
            self._strips[y] = strip
        if self.cursor is not None and y < self.drawn.rows:
            at = self.drawn.columns[self.cursor]
            strip = Strip.join([strip.crop(0, at), self._under_cursor(at, y), strip.crop(at + 1)])
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def _under_cursor(self, at: int, y: int) -> Strip:
        cell = self.drawn.cells[y][at]
        if cell.is_bar:
            # A bar has a ground of its own: there the cursor is a line.
            return Strip([Segment("│" if cell.text == " " else cell.text, self._paint(cell.colour, cell.over))])
        band = "band" if self.has_focus else "band-blur"
        return Strip([Segment(self._at_value(cell, y), self._paint(cell.colour, band))])

    def _at_value(self, cell: Cell, y: int) -> str:
        is_value = self.cursor is not None and y in self.drawn.heights[self.cursor]
        return POINT if is_value and "\u2800" < cell.text <= "\u28ff" else cell.text

    def on_focus(self) -> None:
        """The cursor's band follows the focus; the first time it goes to the newest stop."""
        if self.cursor is None and self.spec.stops:
            self.cursor = len(self.spec.stops) - 1

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The stop nearest to the mouse."""
        self._go_to(event)

    def on_click(self, event: events.Click) -> None:
        """What was pressed is meant: a line, or all that is there; two presses open it."""
        self._go_to(event)
        if self.cursor is not None:
            self.lane = self._lane_at(event.y)
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

    def _paint(self, colour: str, over: str | None) -> Style:
        style = self._styles.get((colour, over))
        if style is None:
            ground, known = self.background_colors[1], self.app.theme_variables
            if over is not None and over.startswith(SHADE):
                # The sixteen colours of a terminal cannot be mixed.
                shade = Color.parse(known[over.removeprefix(SHADE)])
                ground = ground if self.app.native_ansi_color else ground.blend(shade, SHADE_STRENGTH)
            elif over is not None:
                ground = Color.parse(known[over])
            style = Style(color=Color.parse(known[colour]).rich_color, bgcolor=ground.rich_color)
            self._styles[colour, over] = style
        return style

    def _go_to(self, event: events.MouseEvent) -> None:
        """The cursor to the stop in the nearest column; of several there, to the one at the nearest height."""
        drawn = self.drawn
        columns = [abs(column - event.x) for column in drawn.columns]
        heights = [min((abs(row - event.y) for row in rows), default=0) for rows in drawn.heights]
        self.cursor = min(range(len(columns)), key=lambda n: (columns[n], heights[n]), default=None)

    def _nearest_in_time(self, spec: ChartSpec) -> int | None:
        """The stop nearest to where the cursor stood, of the same version where they are compared."""
        at_us = self.cursor_us
        if at_us is None or not spec.within.start_us <= at_us < spec.within.end_us:
            return None
        version = _version_of(self._left)
        return min(
            range(len(spec.stops)),
            key=lambda n: (abs(spec.stops[n].at_us - at_us), _version_of(spec.stops[n]) != version),
            default=None,
        )

    def _lane_at(self, y: int) -> int:
        """The part of the stop under the cursor whose value stands in that line or beside it; else the whole."""
        rows = self.drawn.heights[self.cursor or 0]
        lane = min(range(len(rows)), key=lambda n: abs(rows[n] - y), default=None)
        return lane + 1 if lane is not None and len(rows) > 1 and abs(rows[lane] - y) <= NEAR_LINES else 0

    def _repaint(self, stops: Iterable[int]) -> None:
        for stop in stops:
            if stop < len(self.drawn.columns):
                self.refresh(Region(self.drawn.columns[stop], 0, 1, self.drawn.rows))


def _version_of(stop: Stop | None) -> str | None:
    return stop.behind[0].version if stop is not None and stop.behind else None
