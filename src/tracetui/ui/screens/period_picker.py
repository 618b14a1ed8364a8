"""Which period: presets, a month to pick days from, and a field that reads `7d` or `2026-11-01..2026-11-05`.

All three change one choice, which is marked in the month and said in words; nothing is answered before Apply.
"""

from collections.abc import Sequence
from datetime import date, tzinfo
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tracetui.display.formatting import year_of
from tracetui.display.sanitise import Safe
from tracetui.domain import period_words
from tracetui.domain.dates import FIRST_YEAR
from tracetui.domain.periods import (
    MONDAY,
    CustomDays,
    Period,
    PeriodChoice,
    Preset,
    day_count,
    day_of,
    first_day,
    last_day,
    resolve,
)
from tracetui.domain.picking import Picking
from tracetui.ui import keys
from tracetui.ui.screens.dialog import Dialog
from tracetui.ui.screens.list_picker import ListPicker, Offer
from tracetui.ui.widgets.calendar import MONTH_NAMES, DayCalendar
from tracetui.ui.widgets.pick_list import Column, Entry, PickList
from tracetui.ui.widgets.preset_list import PresetList
from tracetui.ui.widgets.press_button import PressButton
from tracetui.ui.widgets.reading_field import ReadingField


class PeriodPicker(Dialog[PeriodChoice]):
    """Answers with a period, or None.

    Args:
        presets: What is offered, in order.
        current: What is chosen now.
        now_us: The moment.
        zone: In whose days.
        first_us: When the model's first trace was executed, for All Time; None: not known.
        week_start: The first day of a week, 0 is Monday.
        applies_presets: Whether a press on a preset is the answer.
        earliest: The first day that can be picked; None: any that a store can hold.
    """

    HEADING = "Period"
    CSS_PATH = "period_picker.tcss"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.PERIODS)

    def __init__(
        self,
        presets: Sequence[Preset],
        current: PeriodChoice,
        *,
        now_us: int,
        zone: tzinfo,
        first_us: int | None = None,
        week_start: int = MONDAY,
        applies_presets: bool = False,
        earliest: date | None = None,
    ) -> None:
        super().__init__()
        self._now_us, self._zone = now_us, zone
        self._first_us, self._week_start = first_us, week_start
        self._applies_presets = applies_presets
        self._this_year = year_of(now_us, zone)
        self._choice = current
        self._picking = Picking()
        self._presets = PresetList(id="presets")
        own = Entry[Preset | None](
            None, (Safe("Custom"), Safe("days of your own")), is_current=current not in presets
        )
        self._presets.offer([*(self._entry(preset) for preset in presets), own])
        self._days = DayCalendar(day_of(now_us, zone), earliest or date(FIRST_YEAR, 1, 1), week_start, id="days")
        self._words = Static(id="words", markup=False)
        self._field: ReadingField[PeriodChoice] = ReadingField(
            lambda text: period_words.parse_choice(text, now_us, zone),
            self._in_days,
            accepted=period_words.ACCEPTED,
            placeholder="7d, 2026-11, 2026-11-01..2026-11-05",
            value=f"{current.first}..{current.last}" if isinstance(current, CustomDays) else "",
        )
        self._choose(current)

    def parts(self) -> list[Widget]:
        """Presets at the left, the month at the right; the field and the buttons below."""
        return [
            Horizontal(self._presets, Vertical(self._days, self._words, id="month"), id="top"),
            self._field,
            Horizontal(PressButton("Cancel", id="cancel"), PressButton("Apply ↵", id="choose"), id="end"),
        ]

    def _entry(self, preset: Preset) -> Entry[Preset | None]:
        return Entry(preset, (Safe(preset.value), Safe(self._in_days(preset))), is_current=preset == self._choice)

    def _in_days(self, choice: PeriodChoice) -> str:
        if choice is Preset.ALL_TIME and self._first_us is None:
            return "since the first trace"
        return period_words.period_in_words(self._period(choice), self._zone, self._this_year)

    def _period(self, choice: PeriodChoice) -> Period:
        return resolve(choice, self._now_us, self._zone, first_us=self._first_us, week_start=self._week_start)

    # What changes the choice

    def _choose(self, choice: PeriodChoice, *, is_picked: bool = False) -> None:
        """Mark a choice in the month and say it in words."""
        self._choice = choice
        self._presets.point_to(choice if isinstance(choice, Preset) else None)
        if not is_picked:
            self._picking = Picking()
        period = self._period(choice)
        first, last = first_day(period, self._zone), last_day(period, self._zone)
        (self._days.mark if is_picked else self._days.show)(first, last)
        count = day_count(period, self._zone)
        days = "one day" if count == 1 else f"{count:,} days"
        # All Time of a model without any trace begins in 1970: that is no number of days to tell.
        length = "" if choice is Preset.ALL_TIME and self._first_us is None else f" · {days}"
        self._words.update(Content(f"{self._in_days(choice)}{length}"))

    @on(PresetList.Moved)
    def _preset_moved(self) -> None:
        preset = self._presets.chosen
        if preset is not None:
            self._choose(preset)

    @on(PickList.Chosen)
    def _preset_pressed(self) -> None:
        preset = self._presets.chosen
        if preset is None:
            self._days.focus()
        elif self._applies_presets:
            self.dismiss(preset)
        else:
            self._choose(preset)

    @on(DayCalendar.Picked)
    def _day_picked(self, picked: DayCalendar.Picked) -> None:
        self._picking = self._picking.pick(picked.day, self._days.today)
        if self._picking.days is not None:
            self._choose(self._picking.days, is_picked=True)

    @on(PresetList.Typed)
    @on(DayCalendar.Typed)
    def _type_on(self, event: PresetList.Typed | DayCalendar.Typed) -> None:
        self._field.take(event.text)

    @on(ReadingField.Read)
    def _typed(self) -> None:
        choice = self._field.answer()
        if choice is not None:
            self._choose(choice)

    @on(DayCalendar.ListWanted)
    def _list_wanted(self, wanted: DayCalendar.ListWanted) -> None:
        day, today = self._days.cursor, self._days.today
        if wanted.of_years:
            first = self._days.earliest.year
            if self._first_us is not None:
                first = max(first, min(year_of(self._first_us, self._zone), today.year))
            years = [(str(year), year, day.month) for year in range(today.year, first - 1, -1)]
            self._ask_month("Year", years, (day.year, day.month))
        else:
            months = [(name, day.year, number) for number, name in enumerate(MONTH_NAMES, 1)]
            months = [month for month in months if month[1:] <= (today.year, today.month)]
            self._ask_month("Month", months, (day.year, day.month))

    def _ask_month(self, heading: str, months: Sequence[tuple[str, int, int]], current: tuple[int, int]) -> None:
        offer = Offer(heading, (Column("", is_elastic=True),), "type a part of it", none="")
        entries = [
            Entry((year, month), (Safe(name),), is_current=(year, month) == current)
            for name, year, month in months
        ]

        def chosen(month: tuple[int, int] | None) -> None:
            if month is not None:
                self._days.go_to_month(*month)
                self._days.focus()

        self.app.push_screen(ListPicker(offer, entries), chosen)

    # Keys

    @on(PressButton.Pressed)
    async def _pressed(self, event: PressButton.Pressed) -> None:
        await self.run_action(str(event.button.id))

    def action_choose(self) -> None:
        """Answer with the choice; from the field with what stands there, or say why it cannot be read."""
        if self.focused is self._presets and self._presets.chosen is None:
            self._days.focus()
            return
        is_typing = self._field.has_focus_within and self._field.text
        choice = self._field.answer() if is_typing else self._choice
        if choice is not None:
            self.dismiss(choice)

    def action_to_month(self) -> None:
        """To the days, at the right of the presets."""
        self._days.focus()

    def action_cursor_up(self) -> None:
        """One preset up."""
        self._move(-1)

    def action_cursor_down(self) -> None:
        """One preset down."""
        self._move(1)

    def action_first(self) -> None:
        """To the first preset."""
        self._presets.move_to_first()

    def action_last(self) -> None:
        """To the last preset."""
        self._presets.move_to_last()

    def action_page_up(self) -> None:
        """A page up."""
        self._presets.move_page(-1)

    def action_page_down(self) -> None:
        """A page down."""
        self._presets.move_page(1)

    def _move(self, by: int) -> None:
        """Arrows are for the presets, wherever the focus is but in the month; it follows them."""
        self._presets.focus()
        self._presets.move(by)
