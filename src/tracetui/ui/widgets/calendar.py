"""A month of days to pick from: by arrows and the space bar, or by the mouse; days to come cannot be reached.

Painted line by line (Line API). It knows days and a range to show, not what a press on a day means.
"""

from calendar import Calendar as Weeks
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tracetui.ui import keys

MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAY_NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
CELLS = 4
"""Of a day: its number, and brackets where the cursor is."""
WIDTH = 7 * CELLS
HEAD = 2
"""Lines above the days: month and year, names of the days."""
WEEKS = 6


class DayCalendar(Widget, can_focus=True):
    """One month.

    Args:
        today: The last day that can be reached.
        earliest: The first one.
        week_start: The first day of a week, 0 is Monday.
    """

    @dataclass
    class Picked(Message):
        """A day was pressed."""

        day: date

    @dataclass
    class Typed(Message):
        """A digit was typed: the begin of a date, for a field."""

        text: str

    @dataclass
    class ListWanted(Message):
        """The months or the years are to be chosen from a list."""

        of_years: bool

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.CALENDAR)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "day-calendar--head",
        "day-calendar--key",
        "day-calendar--range",
        "day-calendar--today",
        "day-calendar--never",
    }
    DEFAULT_CSS = """
    DayCalendar {
        width: 28;
        height: 8;
        background: $surface;
        & > .day-calendar--head { color: $dim; }
        & > .day-calendar--key { color: $accent; }
        & > .day-calendar--range { background: $band; color: $block-cursor-foreground; }
        & > .day-calendar--today { color: $accent; text-style: bold; }
        & > .day-calendar--never { color: $faint; }
    }
    """

    def __init__(self, today: date, earliest: date, week_start: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.today, self.earliest = today, earliest
        self._weeks = Weeks(week_start)
        self._cursor = today
        self._range = (today, today)

    @property
    def cursor(self) -> date:
        """The day that the space bar presses."""
        return self._cursor

    def show(self, first: date, last: date) -> None:
        """Mark a range and go to the month of its end."""
        self._range = (first, last)
        self.go_to(last)
        self.refresh()

    def mark(self, first: date, last: date) -> None:
        """Mark a range, and stay."""
        self._range = (first, last)
        self.refresh()

    def go_to(self, day: date) -> None:
        """Move the cursor to a day, or to the nearest that can be reached."""
        self._cursor = min(max(day, self.earliest), self.today)
        self.refresh()

    def go_to_month(self, year: int, month: int) -> None:
        """The same day of another month, or its last."""
        self.go_to(date(year, month, min(self._cursor.day, monthrange(year, month)[1])))

    def action_move(self, days: int) -> None:
        """Move by days."""
        self.go_to(self._cursor + timedelta(days=days))

    def action_month(self, by: int) -> None:
        """Move by months."""
        months = self._cursor.year * 12 + self._cursor.month - 1 + by
        self.go_to_month(months // 12, months % 12 + 1)

    def action_edge(self, is_last: bool) -> None:
        """The first or the last day of the month."""
        day = monthrange(self._cursor.year, self._cursor.month)[1] if is_last else 1
        self.go_to(self._cursor.replace(day=day))

    def action_pick(self) -> None:
        """Press the day under the cursor."""
        self.post_message(self.Picked(self._cursor))

    def action_list(self, of_years: bool) -> None:
        """Months or years in a list."""
        self.post_message(self.ListWanted(of_years))

    def on_key(self, event: events.Key) -> None:
        """Digits begin a date."""
        if event.character and event.character.isdigit():
            event.stop()
            # Or the field, focused by now, would get the key a second time.
            event.prevent_default()
            self.post_message(self.Typed(event.character))

    def on_focus(self) -> None:
        """Show the brackets."""
        self.refresh()

    def on_blur(self) -> None:
        """Take them away."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A day, an arrow beside the month, its name or the year."""
        if event.y == 0:
            self._press_head(event.x)
        elif event.y >= HEAD:
            day = self._day_at(event.x // CELLS, event.y - HEAD)
            if day is not None and self.earliest <= day <= self.today:
                self.go_to(day)
                self.action_pick()

    def _press_head(self, x: int) -> None:
        if x < 3:
            self.action_month(-1)
        elif x >= WIDTH - 3:
            self.action_month(1)
        else:
            self.action_list(x >= WIDTH - 10)

    def _day_at(self, column: int, week: int) -> date | None:
        """The day of this month that stands there."""
        weeks = self._weeks.monthdatescalendar(self._cursor.year, self._cursor.month)
        if week >= len(weeks) or not 0 <= column < 7:
            return None
        day = weeks[week][column]
        return day if day.month == self._cursor.month else None

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        """Seven days."""
        return WIDTH

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many weeks as any month has."""
        return HEAD + WEEKS

    def render_line(self, y: int) -> Strip:
        """The month, the names of the days, a week."""
        if y == 0:
            name = f"{MONTH_NAMES[self._cursor.month - 1]} ▾"
            key, plain = self._look("key"), self.rich_style
            middle = f"{name:>14}  {self._cursor.year} ▾".ljust(WIDTH - 6)
            return Strip([Segment(" ‹ ", key), Segment(middle, plain), Segment(" › ", key)])
        if y == 1:
            names = [DAY_NAMES[day] for day in self._weeks.iterweekdays()]
            return Strip([Segment("".join(f" {name} " for name in names), self._look("head"))])
        return Strip([self._segment(self._day_at(column, y - HEAD)) for column in range(7)])

    def _segment(self, day: date | None) -> Segment:
        if day is None:
            return Segment(" " * CELLS, self.rich_style)
        is_cursor = day == self._cursor and self.has_focus
        text = f"[{day.day:2}]" if is_cursor else f" {day.day:2} "
        style = self.rich_style
        if self._range[0] <= day <= self._range[1]:
            style = self._look("range")
        elif not self.earliest <= day <= self.today:
            style = self._look("never")
        elif day == self.today:
            style = self._look("today")
        return Segment(text, style + Style(bold=True) if is_cursor else style)

    def _look(self, name: str) -> Style:
        return self.rich_style + self.get_component_rich_style(f"day-calendar--{name}", partial=True)
