"""Picking days in a calendar: what a press on a day makes of the days that are picked (P4)."""

from dataclasses import dataclass
from datetime import date

from tracetui.domain.periods import CustomDays


@dataclass(frozen=True, slots=True)
class Picking:
    """Days that are being picked.

    The first press begins a range that ends with today; the second one sets its end; a third begins anew. The same
    day twice is that one day. A second press before the first begins anew too, for no range ends before it begins.
    """

    days: CustomDays | None = None
    """None: nothing is picked yet."""
    wants_end: bool = False
    """Whether the next press sets the end."""

    def pick(self, day: date, today: date) -> "Picking":
        """Press a day, which is not after today."""
        if self.days is not None and self.wants_end and self.days.first <= day:
            return Picking(CustomDays(self.days.first, day))
        return Picking(CustomDays(day, today), wants_end=True)
