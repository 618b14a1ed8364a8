"""Values that complete what is being typed, below their field; none is chosen until an arrow key goes to one."""

from collections.abc import Sequence

from tracetui.display.sanitise import safe_line
from tracetui.ui.widgets.pick_list import Column, Entry, PickList

MOST_LINES = 5


class Suggestions(PickList[str]):
    """A few values. It takes no focus: the field above it has it, and hands the arrow keys down."""

    DEFAULT_CSS = "Suggestions { display: none; margin: 0 1; }"

    def __init__(self) -> None:
        super().__init__((Column("", is_elastic=True),))
        self.allow(MOST_LINES)

    def suggest(self, values: Sequence[str]) -> None:
        """Show values, or nothing where there are none."""
        self.offer([Entry(value, (safe_line(value),)) for value in values])
        self._cursor = -1
        self.display = bool(values)

    def hide(self) -> None:
        """Show nothing."""
        self._cursor = -1
        self.display = False

    def move(self, by: int) -> None:
        """Move the cursor; up from the first value leads back into the field."""
        if self._cursor < 0 or self._cursor + by < 0:
            self._cursor = 0 if self._cursor < 0 < by else -1
            self.refresh()
        else:
            super().move(by)
