"""A text of any length in rows that scroll: laid out in the background, painted row by row.

Only the rows on the screen are cut out, coloured and sanitised, when they are painted. Where rows begin is
found in the background; those found are there at once, and the end is when all are. 10 MB as widgets or as styled
text would take 10 s and more, and hold the keyboard for all of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tracetui.display.bodies import EMPTY, Body, JsonBody
from tracetui.display.folds import Folds
from tracetui.display.json_lines import JsonLayout
from tracetui.display.json_scan import NotJson
from tracetui.display.layout import Kind, Layout
from tracetui.display.matches import Matches
from tracetui.ui.widgets.background import Run, at_once, rest_of
from tracetui.ui.widgets.scrolling import CalmScrollView

MARK = "▌"
"""Stands at the row of the cursor, so that it is found without colour too."""
EDGES = 2
"""The mark's cell, and a blank before the scrollbar."""


class RowsView(CalmScrollView, can_focus=True):
    """A text in rows.

    Args:
        run: Runs work off the event loop, as `Source.run` does.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"rows-view--{kind.value}" for kind in Kind} | {
        "rows-view--cursor",
        "rows-view--match",
        "rows-view--here",
        "rows-view--mark",
    }
    DEFAULT_CSS = """
    RowsView {
        height: 1fr;
        width: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        background: $background;
        color: $foreground;
        & > .rows-view--label { color: $dim; }
        & > .rows-view--note { color: $dim; text-style: italic; }
        & > .rows-view--key { color: $json-key; }
        & > .rows-view--string { color: $json-text; }
        & > .rows-view--number { color: $json-number; }
        & > .rows-view--word { color: $json-word; }
        & > .rows-view--sign { color: $dim; }
        & > .rows-view--mark { color: $accent; }
        & > .rows-view--cursor { background: $band; }
        & > .rows-view--match { background: $match; color: $foreground; }
        & > .rows-view--here { background: $match; color: $foreground; text-style: bold reverse; }
    }
    """

    @dataclass
    class Changed(Message):
        """How far the text is laid out, or what is known of it, changed."""

    def __init__(self, run: Run, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._run = run
        self._body: Body = EMPTY
        self._folds = Folds(EMPTY.layout(8))
        self._cursor = 0
        self._wants_end = False
        self._looks: dict[str, Style] = {}
        self.matches: Matches | None = None
        """What is searched for; None: nothing."""
        self.not_json_from: int | None = None
        """From which character on what was to be JSON is not; None: it is, or was not to be."""
        self.is_pending = False
        """Whether rows are still being found."""

    # What it shows

    def show(self, body: Body) -> None:
        """Show a text from its beginning."""
        self._body = body
        self._folds = Folds(EMPTY.layout(8))
        self._cursor = 0
        self._wants_end = False
        self.matches = self.not_json_from = None
        self.scroll_to(y=0, animate=False, immediate=True)
        self._lay_out(None)

    @property
    def is_foldable(self) -> bool:
        """Whether it has a cursor, and parts that can be folded."""
        return isinstance(self._folds.layout, JsonLayout)

    def on_resize(self) -> None:
        """Lay it out anew in another width, at the same place of the text."""
        if self._width == self._folds.layout.width:
            return
        has_rows = len(self._folds) > 0
        self._lay_out(self._folds.layout.place(self._folds.row(self._top)) if has_rows else None)

    @property
    def _width(self) -> int:
        return max(8, self.scrollable_content_region.width - EDGES)

    @property
    def _top(self) -> int:
        return min(self.scroll_offset.y, max(0, len(self._folds) - 1))

    def _lay_out(self, place: int | None) -> None:
        """Find the rows: those of the first screen now.

        Args:
            place: Of the text, that stands at the top now and shall again; None: the beginning.
        """
        self.workers.cancel_group(self, "rows")
        self.is_pending = False
        if not self.scrollable_content_region.width:
            return
        layout = self._body.layout(self._width)
        steps = layout.build()
        enough = self.size.height + 1
        try:
            is_done = at_once(steps, lambda: len(layout) > enough)
        except NotJson as error:
            self._show_as_text(error.place)
            return
        if is_done or place is None:
            self._take(layout, place or 0)
        if not is_done:
            self.is_pending = True
            self._go_on(layout, steps, place or 0)
        self.post_message(self.Changed())

    @work(exclusive=True, group="rows", description="rows")
    async def _go_on(self, layout: Layout, steps: Iterator[None], place: int) -> None:
        """Find the other rows, and show them as they come."""
        try:
            async for _ in rest_of(steps, self._run):
                # Until the rows in the new width reach as far, those in the old one stay.
                if layout is self._folds.layout or layout.reaches(place + 4 * self._width * self.size.height):
                    self._take(layout, place)
        except NotJson as error:
            self._show_as_text(error.place)
            return
        self.is_pending = False
        self._take(layout, place)
        self.post_message(self.Changed())

    def _take(self, layout: Layout, place: int) -> None:
        """Show the rows found by now."""
        is_other = layout is not self._folds.layout
        at = self._folds.layout.place(self._folds.row(self._cursor)) if is_other and len(self._folds) else 0
        if is_other or self._folds.folded:
            self._folds = Folds(layout, self._folds.folded)
        # A change of size arranges and paints the whole screen anew: while rows are still being found, only for
        # those who have come near the last of them.
        is_near_end = self.scroll_offset.y + 4 * self.size.height > self.virtual_size.height
        if is_other or layout.is_complete or is_near_end:
            self.virtual_size = Size(self._width, len(self._folds))
        if is_other:
            self._cursor = self._folds.seen(layout.row_at(at))
            self.scroll_to(y=self._folds.seen(layout.row_at(place)), animate=False, immediate=True)
            self.refresh()
        if self._wants_end and layout.is_complete:
            self.action_last()
        self.rows_came()

    def rows_came(self) -> None:
        """More rows can be shown; subclasses look whether one that they wait for is among them."""

    def _show_as_text(self, place: int) -> None:
        if isinstance(self._body, JsonBody):
            self._body = self._body.as_plain()
        self.not_json_from = place
        self._lay_out(None)

    # How it is painted

    def render_line(self, y: int) -> Strip:
        """One row, cut out of the text and made harmless now."""
        width = self.scrollable_content_region.width
        base = self._look("ground")
        seen = self.scroll_offset.y + y
        if seen >= len(self._folds):
            return Strip.blank(width, base)
        layout, row = self._folds.layout, self._folds.row(seen)
        is_here = self.is_foldable and self.has_focus and seen == self._cursor
        shown, spans = self.matches, []
        here = None
        if shown is not None and len(shown):
            spans = shown.within(layout.place(row), layout.end(row))
            here = shown.span(shown.current) if shown.current is not None else None
        if isinstance(layout, JsonLayout) and self._folds.is_folded(row):
            indent, runs = layout.runs(row, spans, layout.folded_parts(row))
        else:
            indent, runs = layout.runs(row, spans)
        is_current = here is not None and here in spans
        ground = self._look("cursor") if is_here else Style.null()
        mark = MARK if is_here else " "
        segments = [Segment(mark, self._look("mark") + ground), Segment(" " * indent, base + ground)]
        for run in runs:
            look = self._look(run.kind.value) + ground
            if run.is_match:
                look += self._look("here" if is_current else "match")
            segments.append(Segment(run.shown, look))
        return Strip(segments).adjust_cell_length(width, base + ground).simplify()

    def _look(self, name: str) -> Style:
        # Kept, because Textual works it out from all ancestors each time: 80 % of painting a screen.
        look = self._looks.get(name)
        if look is None:
            look = self.rich_style
            if name != "ground":
                own = self.get_component_rich_style(f"rows-view--{name}", partial=True)
                look = own if name in ("cursor", "match", "here") else look + own
            self._looks[name] = look
        return look

    def notify_style_update(self) -> None:
        """The theme changed, or the focus: look anew."""
        self._looks.clear()
        super().notify_style_update()

    # How it moves

    def action_move(self, step: int) -> None:
        """A row up or down."""
        if self.is_foldable:
            self._go_to(self._cursor + step)
        else:
            self._scroll(self.scroll_offset.y + step)

    def action_page(self, step: int) -> None:
        """A screen up or down."""
        by = step * max(1, self.size.height - 1)
        if self.is_foldable:
            self._scroll(self.scroll_offset.y + by)
            self._go_to(self._cursor + by)
        else:
            self._scroll(self.scroll_offset.y + by)

    def action_first(self) -> None:
        """The beginning."""
        self._go_to(0)

    def action_last(self) -> None:
        """The end, as soon as it is known where that is."""
        if not self.is_foldable:
            self._scroll(len(self._folds))
        self._go_to(len(self._folds) - 1)
        self._wants_end = self.is_pending and not self._folds.layout.is_complete

    def _go_to(self, seen: int) -> None:
        """Put the cursor on a row, and that row on the screen."""
        self._wants_end = False
        old, self._cursor = self._cursor, max(0, min(seen, len(self._folds) - 1))
        top, height = self.scroll_offset.y, self.size.height
        if self._cursor < top:
            self._scroll(self._cursor)
        elif self._cursor >= top + height:
            self._scroll(self._cursor - height + 1)
        self.refresh_lines(old)
        self.refresh_lines(self._cursor)

    def _scroll(self, top: int) -> None:
        self._wants_end = False
        self.scroll_to(y=top, animate=False, immediate=True)
