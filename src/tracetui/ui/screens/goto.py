"""Go to a row by its number, or to a time."""

from collections.abc import Callable
from datetime import tzinfo
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from tracetui.display.formatting import format_count, format_full_time
from tracetui.domain.places import ACCEPTED, RowPlace, TimePlace, anchor, parse_place
from tracetui.domain.queries import Order
from tracetui.ui import keys
from tracetui.ui.screens.dialog import Dialog
from tracetui.ui.widgets.reading_field import ReadingField

Place = RowPlace | TimePlace


class GoTo(Dialog[Place]):
    """Asks where to go, and answers with a place that exists in the order of the table.

    Args:
        now_us: The clock.
        zone: In which times are read.
        order: How the rows stand; by response time there is no going to a time.
    """

    HEADING = "Go to"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.PROMPT)

    def __init__(self, now_us: Callable[[], int], zone: tzinfo, order: Order) -> None:
        super().__init__()

        def read(text: str) -> Place:
            place = parse_place(text, now_us(), zone)
            anchor(place, order)
            return place

        def in_words(place: Place) -> str:
            if isinstance(place, RowPlace):
                return f"row {format_count(place.index + 1)}"
            return str(format_full_time(place.within.start_us, zone)).removesuffix(".000")

        self._field = ReadingField(read, in_words, accepted=ACCEPTED, placeholder="row or time")

    def parts(self) -> list[Widget]:
        """The field."""
        return [self._field]

    def action_submit(self) -> None:
        """Answer, or say what is wrong."""
        place = self._field.answer()
        if place is not None:
            self.dismiss(place)
