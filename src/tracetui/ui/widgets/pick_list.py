"""A list to choose one entry from, in groups, narrowed by what is typed; thousands cost no more than ten.

Painted line by line (Line API): what is not on the screen is not laid out. What may be chosen and what it is
called comes from outside as `Entry` values.
"""

from collections.abc import Sequence
from textwrap import wrap
from typing import ClassVar, Generic, NamedTuple, TypeVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from tracetui.display.sanitise import Safe, cells, fit, safe_line
from tracetui.ui.widgets.scrolling import CalmScrollView

T = TypeVar("T")

GAP = "  "
"""Between two columns."""
LEAST_CELLS, MOST_CELLS = 8, 44
"""No column is narrower or, unless it takes what is left, wider."""
LEAST_CUT_CELLS = 16
"""What is left of a text that is cut in favour of the name."""


class Column(NamedTuple):
    """A column of a pick list."""

    heading: str
    is_right: bool = False
    """Numbers stand at the right edge of their column."""
    is_elastic: bool = False
    """Takes the room that is left; at most one of them does."""


class Entry(NamedTuple, Generic[T]):
    """Something that can be chosen."""

    value: T
    cells: tuple[Safe, ...]
    """One text for each column."""
    group: str = ""
    """Entries of one group follow one another, below its name."""
    is_current: bool = False
    """Whether it is what is chosen now."""


class PickList(CalmScrollView, Generic[T], can_focus=False):
    """Entries in columns, a cursor, and nothing that blinks.

    It takes no focus: the field above it has it, and the screen hands the arrow keys down.
    """

    class Chosen(Message):
        """An entry was pressed."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "pick-list--group",
        "pick-list--entry",
        "pick-list--dim",
        "pick-list--cursor",
        "pick-list--words",
    }
    DEFAULT_CSS = """
    PickList {
        height: auto;
        background: $surface;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        & > .pick-list--group { color: $accent; background: $surface; }
        & > .pick-list--entry { color: $foreground; background: $surface; }
        & > .pick-list--dim { color: $dim; background: $surface; }
        & > .pick-list--cursor { color: $foreground; background: $band; }
        & > .pick-list--words { color: $dim; background: $surface; }
    }
    """

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._columns = columns
        self._entries: Sequence[Entry[T]] = ()
        self._folded: Sequence[str] = ()
        self._lines: list[Entry[T] | str] = []
        self._cursor = -1
        self._typed = ""
        self._words = ""
        self._has_headings = any(column.heading for column in columns)
        self._needed: list[int] = []
        self._most_lines = 1_000

    @property
    def chosen(self) -> T | None:
        """What stands under the cursor; None where nothing can be chosen."""
        line = self._lines[self._cursor] if 0 <= self._cursor < len(self._lines) else None
        return line.value if isinstance(line, Entry) else None

    def allow(self, most_lines: int) -> None:
        """Be no higher than this."""
        if most_lines != self._most_lines:
            self._most_lines = max(2, most_lines)
            self._take_room()

    def say(self, words: str) -> None:
        """Show a sentence instead of entries: why there are none."""
        self._words = words
        self.offer(())

    def offer(self, entries: Sequence[Entry[T]]) -> None:
        """Show entries; the current one gets the cursor."""
        self._entries = entries
        self._folded = [" ".join(entry.cells[:2]).casefold() for entry in entries]
        self._measure()
        self._show()

    def narrow(self, typed: str) -> None:
        """Show only the entries whose first two texts hold what was typed, in any case."""
        self._typed = typed
        self._show()

    def _show(self) -> None:
        wanted = self._typed.strip().casefold()
        lines: list[Entry[T] | str] = []
        group = ""
        for entry, folded in zip(self._entries, self._folded, strict=True):
            if wanted not in folded:
                continue
            if entry.group != group:
                group = entry.group
                lines.append(group)
            lines.append(entry)
        self._lines = lines
        entries = [at for at, line in enumerate(lines) if isinstance(line, Entry)]
        current = [at for at in entries if not wanted and lines[at].is_current]  # type: ignore[union-attr]
        # Who typed a whole name means it, whatever longer name stands before it.
        meant = [at for at in entries if wanted and self._is_called(lines[at], self._typed.casefold())]
        self._cursor = (current or meant or entries or [-1])[0]
        self._take_room()

    @staticmethod
    def _is_called(line: "Entry[T] | str", name: str) -> bool:
        return isinstance(line, Entry) and line.cells[0].casefold() == name

    def _take_room(self) -> None:
        lines = max(1, len(self._lines)) + self._has_headings
        self.virtual_size = Size(0, lines)
        # Known before the first layout: a scrollbar that comes later has everything painted a second time.
        self.styles.overflow_y = "scroll" if lines > self._most_lines else "hidden"
        self.refresh(layout=True)
        if self.is_attached:
            self.call_after_refresh(self._reveal)

    def on_mount(self) -> None:
        """What was offered before there was a place for it may have its cursor far down."""
        self.call_after_refresh(self._reveal)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as there are and there is room for."""
        return min(self._most_lines, (len(self._lines) or len(self._none(width))) + self._has_headings)

    def move(self, by: int) -> None:
        """Move the cursor by so many entries; it stops at the first and the last."""
        entries = [at for at, line in enumerate(self._lines) if isinstance(line, Entry)]
        if not entries:
            return
        place = entries.index(self._cursor) if self._cursor in entries else 0
        self._cursor = entries[max(0, min(len(entries) - 1, place + by))]
        self._reveal()
        self.refresh()

    def move_to_first(self) -> None:
        """Put the cursor on the first entry."""
        self.move(-len(self._lines))

    def move_to_last(self) -> None:
        """Put the cursor on the last entry."""
        self.move(len(self._lines))

    def jump(self, letter: str) -> bool:
        """Go to the next entry that begins with a letter, round past the end; False where none does."""
        wanted = letter.casefold()
        places = [*range(self._cursor + 1, len(self._lines)), *range(self._cursor + 1)]
        for at in places:
            line = self._lines[at]
            if isinstance(line, Entry) and line.cells[0].casefold().startswith(wanted):
                self._cursor = at
                self._reveal()
                self.refresh()
                return True
        return False

    def move_page(self, by: int) -> None:
        """Move the cursor by so many pages."""
        self.move(by * max(1, self.size.height - 1 - self._has_headings))

    def _reveal(self) -> None:
        """Scroll the cursor, with the group heading right above it, into view."""
        if self._cursor < 0:
            return
        heading = 1 if self._cursor and isinstance(self._lines[self._cursor - 1], str) else 0
        top = self._cursor - heading
        self.scroll_to_region(
            Region(0, top, 1, heading + 1 + self._has_headings), animate=False, force=True, immediate=True
        )

    def render_line(self, y: int) -> Strip:
        """One line: the headings on top, a group's name, an entry, or the words for none."""
        width = self.scrollable_content_region.width
        if self._has_headings and y == 0:
            heads = [column.heading for column in self._columns]
            return self._strip(" " + self._in_columns([Safe(head) for head in heads], width - 2), "dim")
        at = y + self.scroll_offset.y - self._has_headings
        if not self._lines:
            words = self._none(width)
            return self._strip(" " + words[at] if at < len(words) else "", "words")
        if at >= len(self._lines):
            return self._strip("", "entry")
        line = self._lines[at]
        if isinstance(line, str):
            return self._strip(" " + line, "group")
        mark = "▌" if at == self._cursor else " "
        return self._strip(
            mark + self._in_columns(line.cells, width - 2), "cursor" if at == self._cursor else "entry"
        )

    def _none(self, width: int) -> list[str]:
        """Why no entry is shown, in lines."""
        words = self._words
        if self._entries:
            words = f"Nothing here is called “{safe_line(self._typed.strip())}”."
        return wrap(words, max(LEAST_CELLS, width - 2)) or [""]

    def _strip(self, text: str, look: str) -> Strip:
        width = self.scrollable_content_region.width
        style = self.get_component_rich_style(f"pick-list--{look}")
        return Strip([Segment(fit(Safe(text), width), style)]).extend_cell_length(width, style)

    def _in_columns(self, texts: Sequence[Safe], width: int) -> str:
        parts = []
        for text, column, room in zip(texts, self._columns, self._widths(width), strict=True):
            cut = fit(text, room)
            blanks = " " * (room - cells(cut))
            parts.append(blanks + cut if column.is_right else cut + blanks)
        return GAP.join(parts)

    def _widths(self, width: int) -> list[int]:
        """Columns as wide as their widest text; the elastic one takes what is left over.

        Where they do not fit, the texts beside it are cut first: what stands in it names the entry.
        """
        widths = list(self._needed)
        missing = sum(widths) + len(GAP) * (len(widths) - 1) - width
        beside = [at for at, column in enumerate(self._columns) if not (column.is_elastic or column.is_right)]
        for at in sorted(beside, key=widths.__getitem__, reverse=True):
            given = min(missing, widths[at] - LEAST_CUT_CELLS)
            if given > 0:
                widths[at] -= given
                missing -= given
        for at, column in enumerate(self._columns):
            if column.is_elastic:
                widths[at] = max(LEAST_CELLS, widths[at] - missing)
        return widths

    def _measure(self) -> None:
        """How wide the widest text of each column is."""
        self._needed = [cells(column.heading) for column in self._columns]
        for entry in self._entries:
            for at, text in enumerate(entry.cells):
                self._needed[at] = min(MOST_CELLS, max(self._needed[at], cells(text)))

    def on_click(self, event: events.Click) -> None:
        """A press chooses."""
        at = event.y + self.scroll_offset.y - self._has_headings
        if event.y < self._has_headings or not 0 <= at < len(self._lines):
            return
        if isinstance(self._lines[at], Entry):
            self._cursor = at
            self.refresh()
            self.post_message(self.Chosen())
