"""One line of pieces that can be pressed: header, scope line, footer.

A line is one widget and one strip, not a widget for each piece: a change repaints one line (about 300 bytes)
where Textual's Footer mounts all its keys anew. Text comes in as `Safe` or as our own words, and never as markup.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

# Colours of the theme, not component classes of the widget: three such lines with seven classes each had Textual
# match every rule of every style sheet 100 times before the first frame.
LOOKS = {
    "pressable-line--plain": ("foreground", False),
    "pressable-line--dim": ("dim", False),
    "pressable-line--key": ("accent", False),
    "pressable-line--here": ("accent", True),
    "pressable-line--strong": ("foreground", True),
    "pressable-line--bad": ("error", False),
    "pressable-line--wait": ("warning", False),
}
"""How a piece looks: a colour of the theme, and whether it is bold."""


class Piece(NamedTuple):
    """A part of the line."""

    text: str
    look: str = "pressable-line--plain"
    """One of LOOKS, or the name of a colour of the theme."""
    action: str | None = None
    """What a press runs, as in a binding; None: it cannot be pressed."""
    weight: int = 0
    """Where the line is too narrow the greatest weight leaves first, equals together; 0 always stays."""


class PressableLine(Widget):
    """A line whose pieces run actions when they are pressed. Subclasses say which: `pieces` and `right_pieces`."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    PressableLine {
        height: 1;
        width: 1fr;
        color: $foreground;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._hits: list[tuple[int, int, str]] = []
        self._styles: dict[str, Style] = {}

    def pieces(self) -> Sequence[Piece]:
        """What stands at the left, each piece with its own space around it."""
        return ()

    def right_pieces(self) -> Sequence[Piece]:
        """What stands at the right edge."""
        return ()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Always one line."""
        return 1

    def render_line(self, y: int) -> Strip:  # noqa: ARG002
        """The line, fitted to the width: whole pieces are left out, and the last one that stays is cut."""
        pieces = self.fitted(self.pieces(), self.right_pieces())
        self._hits = []
        at = 0
        for piece in pieces:
            cells = cell_len(piece.text)
            if piece.action is not None:
                self._hits.append((at, at + cells, piece.action))
            at += cells
        return self.strip_of(pieces)

    def fitted(self, left: Sequence[Piece], right: Sequence[Piece] = ()) -> list[Piece]:
        """The pieces that fit, and what is blank between left and right."""
        width = self.size.width
        left, right = _fitted(left, right, width)
        gap = width - sum(cell_len(piece.text) for piece in (*left, *right))
        return [*left, Piece(" " * max(0, gap)), *right]

    def strip_of(self, pieces: Sequence[Piece]) -> Strip:
        """Pieces as a line of the widget."""
        width = self.size.width
        segments = [Segment(piece.text, self._style(piece.look)) for piece in pieces]
        return Strip(segments).crop(0, width).adjust_cell_length(width, self.rich_style)

    def _style(self, look: str) -> Style:
        style = self._styles.get(look)
        if style is None:
            variable, is_bold = LOOKS.get(look, (look, False))
            colour = Color.parse(self.app.theme_variables[variable]).rich_color
            ground = self.background_colors[1].rich_color
            style = self._styles[look] = Style(color=colour, bgcolor=ground, bold=is_bold)
        return style

    def notify_style_update(self) -> None:
        """Other colours: of another theme, or below a dialog."""
        super().notify_style_update()
        self._styles.clear()

    async def on_click(self, event: events.Click) -> None:
        """Run what was pressed, from the focused widget outwards as its key would be."""
        for start, end, action in self._hits:
            if start <= event.x < end:
                event.stop()
                await self.press(action)
                return

    async def press(self, action: str) -> None:
        """Run an action as its key would."""
        await self.app.run_action(action, self.screen)


def _fitted(left: Sequence[Piece], right: Sequence[Piece], width: int) -> tuple[Sequence[Piece], Sequence[Piece]]:
    """The pieces that fit: those of the greatest weight leave first, equals together."""
    pieces = [*left, *right]
    for weight in sorted({piece.weight for piece in pieces if piece.weight}, reverse=True):
        if sum(cell_len(piece.text) for piece in pieces) <= width:
            break
        pieces = [Piece("") if piece.weight == weight else piece for piece in pieces]
    right_cells = sum(cell_len(piece.text) for piece in pieces[len(left) :])
    return cut_pieces(pieces[: len(left)], width - right_cells), pieces[len(left) :]


def cut_pieces(pieces: Sequence[Piece], width: int) -> list[Piece]:
    """The pieces in so many cells; the one that does not fit ends in an ellipsis."""
    cut: list[Piece] = []
    for piece in pieces:
        cells = cell_len(piece.text)
        if cells > width:
            if width > 1:
                cut.append(piece._replace(text=set_cell_size(piece.text, width - 1) + "…"))
            break
        cut.append(piece)
        width -= cells
    return cut
