"""The metadata of a trace as a list that can be scrolled: label, value; a long value goes on below itself."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Size
from textual.strip import Strip

from tracetui.display.metadata import Fact
from tracetui.display.sanitise import cells, safe_line
from tracetui.display.wrapping import row_ends
from tracetui.domain.folding import fold
from tracetui.ui import keys
from tracetui.ui.widgets.scrolling import CalmScrollView

LABEL_CELLS = 21
"""`Cached input tokens` and two blanks."""
EDGES = 2
"""A blank at the left, and one before the scrollbar."""


class MetadataList(CalmScrollView, can_focus=True):
    """Facts, one below the other."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.METADATA)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"metadata-list--label", "metadata-list--match"}
    DEFAULT_CSS = """
    MetadataList {
        height: auto;
        width: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        background: $background;
        color: $foreground;
        & > .metadata-list--label { color: $dim; }
        & > .metadata-list--match { background: $match; text-style: underline; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._facts: Sequence[Fact] = ()
        self._lines: list[tuple[str, str]] = []
        self._styles: tuple[Style, Style] | None = None
        self._marked = ""

    def notify_style_update(self) -> None:
        """The theme changed, or the focus: look anew."""
        self._styles = None
        super().notify_style_update()

    @property
    def text(self) -> str:
        """Everything, for the clipboard."""
        return "\n".join(f"{fact.label}: {fact.value}" for fact in self._facts)

    def show(self, facts: Sequence[Fact]) -> None:
        """Show other facts, from the first one."""
        self._facts = facts
        self.scroll_to(y=0, animate=False, immediate=True)
        self._lay_out()

    def mark(self, words: str) -> None:
        """Mark words where they stand in a value; empty: nothing."""
        self._marked = fold(safe_line(words)) if words else ""
        self.refresh()

    def on_resize(self) -> None:
        """Wrap values anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        width = max(8, self.size.width - EDGES - LABEL_CELLS)
        self._lines = []
        for label, value in self._facts:
            start = 0
            for end in (place for places in row_ends(value, 0, len(value), width) for place in places):
                self._lines.append((label if start == 0 else "", value[start:end].rstrip()))
                start = end
        # Which also lays the screen out anew, where there are more lines or fewer.
        self.virtual_size = Size(self.size.width, len(self._lines))
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as there are facts, or more where values are long."""
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        """One label and its value."""
        width = self.size.width
        place = self.scroll_offset.y + y
        if self._styles is None:
            self._styles = (self.rich_style, self.get_component_rich_style("metadata-list--label"))
        plain, dim = self._styles
        if place >= len(self._lines):
            return Strip.blank(width, plain)
        label, value = self._lines[place]
        padded = label + " " * (LABEL_CELLS - cells(label))
        segments = [Segment(f" {padded}", dim)]
        start, folded = 0, fold(value)
        while self._marked and (at := folded.find(self._marked, start)) >= 0:
            end = at + len(self._marked)
            segments += Segment(value[start:at], plain), Segment(value[at:end], self._match)
            start = end
        return Strip([*segments, Segment(value[start:], plain)]).adjust_cell_length(width, plain)

    @property
    def _match(self) -> Style:
        return self.get_component_rich_style("metadata-list--match")
