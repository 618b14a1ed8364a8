"""What the trace table looks like: a head, rows with a band at the cursor, a foot that says the place.

Few bytes for each key are decided here. A line is one or two segments, since each costs 45 bytes of colour; a
move repaints two rows and the digits of the place; rows that are not there yet are waited for a moment before
placeholders are painted, since these would be painted over at once.
"""

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer

from tracetui.display.formatting import format_count
from tracetui.display.sanitise import safe_line
from tracetui.domain.queries import Order
from tracetui.domain.rows import TraceRow
from tracetui.domain.trace import Status
from tracetui.errors import TraceTuiError
from tracetui.ui.widgets.scrolling import CalmScrollView
from tracetui.ui.widgets.trace_columns import columns_for
from tracetui.ui.widgets.trace_lines import TraceLines
from tracetui.ui.widgets.trace_window import Window

HEAD, FOOT = 1, 1
"""Lines above and below the rows: names of the columns, the place."""
MARK = "▌"
"""Stands at the row of the cursor, so that it is found without colour too."""
ROW = " row "
FOOT_CELLS = 44
"""Where the foot's words mostly end; the blanks after them need no repainting where only the place moved."""
EDGE = 1
"""The scrollbar's cell, which belongs to the width of a scroll view. It is left out of what is repainted: Textual
8.2.8 would send the whole scrollbar's cell again with each row, 57 bytes."""
PLAIN = "plain"
"""The look of what has no component class of its own."""
PATIENCE_S = 0.12
"""The old rows stay so long while others are read; a screen that is blank for a moment flickers."""


class TraceCanvas(CalmScrollView):
    """Paints the rows that are held; subclasses move and ask.

    Args:
        zone: In which times are shown.
        this_year: The year that goes without saying.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "trace-table--head",
        "trace-table--band",
        "trace-table--band-blur",
        "trace-table--good",
        "trace-table--bad",
        "trace-table--dim",
        "trace-table--faint",
        "trace-table--wait",
        "trace-table--new",
        "trace-table--match",
    }
    DEFAULT_CSS = """
    TraceCanvas {
        height: 1fr;
        width: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        background: $background;
        color: $foreground;
        & > .trace-table--head { color: $dim; text-style: bold; }
        & > .trace-table--band { background: $band; color: $block-cursor-foreground; }
        & > .trace-table--band-blur { background: $band-blur; }
        & > .trace-table--good { color: $success; }
        & > .trace-table--bad { color: $error; }
        & > .trace-table--dim { color: $dim; }
        & > .trace-table--faint { color: $faint; }
        & > .trace-table--wait { color: $warning; }
        & > .trace-table--new { color: $accent; text-style: bold; }
        /* Underlined too, so that it is seen without colour. */
        & > .trace-table--match { background: $match; text-style: underline; }
    }
    """

    def __init__(self, zone: tzinfo, this_year: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._zone, self._this_year = zone, this_year
        self._order = Order.NEWEST
        self._lines = TraceLines(columns_for(is_hosted=True), zone, this_year)
        self._window = Window()
        self._cursor = 0
        self._place_cells = 0
        self._beside_place = ("", "")
        # From the start: whoever shows the table is still finding out which rows.
        self._is_waiting = True
        self._is_asking = False
        self._impatience: Timer | None = None
        self._words: tuple[str, ...] = ()
        self._new = 0
        self._found: int | None = None
        """How many rows were found so far, while they are looked for."""
        self._sign = ""
        """How far it is that looks for rows; empty: nobody does."""
        self._trouble: TraceTuiError | None = None
        self._styles: dict[str, Style] = {}

    @property
    def _top(self) -> int:
        """The place of the first row on the screen."""
        return round(self.scroll_y)

    @property
    def _seen(self) -> int:
        """Rows that fit on the screen, or did before the table was hidden behind the details."""
        return max(1, self.container_size.height - HEAD - FOOT)

    @property
    def _room(self) -> int:
        """Cells for the columns, between the mark and a blank at the right."""
        return self.size.width - 2 - EDGE

    def _is_seen(self, top: int) -> bool:
        """Whether every row on the screen is held."""
        return self._window.start <= top and min(top + self._seen, self._window.height) <= self._window.end

    def _rows_seen(self, top: int) -> list[TraceRow | None]:
        """The rows on the screen; None where one is not held."""
        return [self._window.row(place) for place in range(top, top + self._seen)]

    # Repainting no more than changed

    def _repaint_row(self, place: int) -> None:
        y = place - self._top + HEAD
        if HEAD <= y < self.size.height - FOOT:
            self.refresh(Region(0, y, self.size.width - EDGE, 1))

    def _repaint_rows(self) -> None:
        self.refresh(Region(0, HEAD, self.size.width - EDGE, self._seen))
        self._repaint_foot()
        self._move_thumb(self.scroll_y)

    def know_new(self, traces: int) -> None:
        """Learn how many traces came while another place was looked at."""
        if traces != self._new:
            self._new = traces
            self.refresh(Region(0, self.size.height - FOOT, self.size.width, FOOT))

    def _repaint_foot(self) -> None:
        """Repaint the place; only its digits where nothing else moved."""
        was, self._place_cells = self._place_cells, len(self._place)
        before, self._beside_place = self._beside_place, (self._of_total, self._sign)
        width = len(ROW) + was if was == self._place_cells else FOOT_CELLS
        if before != self._beside_place:
            width = self.size.width
        self.refresh(Region(0, self.size.height - FOOT, min(self.size.width, width), FOOT))

    def _move_thumb(self, top: float) -> None:
        """Move the scrollbar's thumb where that can be seen: painting it costs 1 kB at 40 lines."""
        step = self.virtual_size.height / max(1, 8 * self.size.height)
        bar = self.vertical_scrollbar
        if abs(top - bar.position) >= step or top in (0, self.max_scroll_y):
            bar.position = top

    def _repaint_later(self) -> None:
        """Paint placeholders, unless the rows are there before anybody would miss them."""
        if self._impatience is None:
            self._impatience = self.set_timer(PATIENCE_S, self._lose_patience)

    def _lose_patience(self) -> None:
        self._impatience = None
        self._repaint_rows()

    def _stop_waiting(self) -> None:
        if self._impatience is not None:
            self._impatience.stop()
            self._impatience = None

    # Lines

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        if y < HEAD:
            return self._line(" " + self._lines.head(self._order), "head")
        if y >= self.size.height - FOOT:
            return self._foot()
        if not self._window.rows:
            return self._word(y - HEAD - 1)
        place = self._top + y - HEAD
        row = self._window.row(place)
        if row is not None:
            return self._row(row, is_cursor=place == self._cursor)
        if place >= self._window.height:
            return Strip.blank(self.size.width, self._style(PLAIN))
        return self._line("   ···", self._band if place == self._cursor else "faint")

    def _row(self, row: TraceRow, *, is_cursor: bool) -> Strip:
        text, marks = self._lines.row(row)
        text = set_cell_size(text, self.size.width - 1 - EDGE)
        plain = self._style(self._band) if is_cursor else self._style(PLAIN)
        segments = [Segment(MARK if is_cursor else " ", plain)]
        at = 0
        if not is_cursor and self._lines.begins_with_status:
            look = "bad" if row.status is Status.FAILED else "good"
            segments = [Segment(" " + text[0], self._style(look))]
            at = 1
        for start, end in marks:
            segments += Segment(text[at:start], plain), Segment(text[start:end], self._style("match"))
            at = end
        return self._strip(*Segment.simplify([*segments, Segment(text[at:], plain)]))

    def _foot(self) -> Strip:
        window = self._window
        if self._trouble is not None and window.rows:
            return self._line(" " + " ".join(_in_words(self._trouble)), "bad")
        if not window.rows and (self._words or not (self._is_asking or self._sign)):
            return self._line("", "dim")
        is_known = window.is_placed and window.total is not None and not self._is_waiting
        place = Segment(f"{ROW}{self._place}{self._of_total}", self._style("dim" if is_known else "wait"))
        new = Segment(f"  {format_count(self._new)} new" if self._new else "", self._style("new"))
        room = self.size.width - EDGE - cell_len(place.text) - cell_len(new.text)
        how_far = f"   {self._sign}" if self._sign and window.rows else ""
        sign = Segment(set_cell_size(how_far, max(0, room)), self._style("wait"))
        return self._strip(place, new, sign)

    @property
    def _of_total(self) -> str:
        """How many rows there are, as far as that is known."""
        window = self._window
        if self._found is not None:
            found = max(self._found, window.end) if window.is_placed else self._found
            return f" of {format_count(found)} found so far"
        total = window.total
        return " of …" if total is None or self._is_waiting else f" of {format_count(total)}"

    @property
    def _place(self) -> str:
        """The number of the cursor's row, from 1."""
        is_known = self._window.is_placed and bool(self._window.rows) and not self._is_waiting
        return format_count(self._cursor + 1) if is_known else "…"

    def _word(self, line: int) -> Strip:
        words: Sequence[str] = self._words
        look = "dim"
        if self._trouble is not None:
            words, look = _in_words(self._trouble), "bad"
        elif not words and self._sign:
            words, look = (f"Nothing found so far: {self._sign}.",), "wait"
        elif not words and (self._is_waiting or self._is_asking):
            words, look = ("Reading …",), "wait"
        return self._line("   " + words[line] if 0 <= line < len(words) else "", look)

    def _line(self, text: str, look: str) -> Strip:
        return self._strip(Segment(set_cell_size(text, self.size.width - EDGE), self._style(look)))

    def _strip(self, *segments: Segment) -> Strip:
        return Strip([*segments, Segment(" " * EDGE, self._style(PLAIN))], self.size.width)

    @property
    def _band(self) -> str:
        return "band" if self.has_focus else "band-blur"

    def _style(self, look: str) -> Style:
        # Kept, because Textual works it out from all ancestors each time: a third of painting a page.
        style = self._styles.get(look)
        if style is None:
            plain = look == PLAIN
            style = self.rich_style if plain else self.get_component_rich_style(f"trace-table--{look}")
            self._styles[look] = style
        return style

    def notify_style_update(self) -> None:
        """The theme changed, the focus, or whether a dialog stands over it: look anew."""
        super().notify_style_update()
        self._styles.clear()


def _in_words(error: TraceTuiError) -> tuple[str, ...]:
    words = (safe_line(error.problem), safe_line(error.hint), "Press r to try again.")
    return tuple(word for word in words if word)
