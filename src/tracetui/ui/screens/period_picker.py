"""Which period: the presets with their exact days, and a field that reads `7d` or `2026-11-01..2026-11-05`."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from tracetui.display.formatting import year_of
from tracetui.display.sanitise import Safe
from tracetui.domain import period_words
from tracetui.domain.periods import MONDAY, CustomDays, PeriodChoice, Preset, resolve
from tracetui.ui import keys
from tracetui.ui.screens.dialog import Dialog
from tracetui.ui.widgets.pick_list import Column, Entry, PickList
from tracetui.ui.widgets.reading_field import ReadingField

COLUMNS = (Column(""), Column("", is_elastic=True))


class PresetList(PickList[Preset], can_focus=True):
    """The presets. A letter goes to the next one that begins with it; a digit is the begin of a date."""

    DEFAULT_CSS = "PresetList:blur > .pick-list--cursor { background: $band-blur; }"

    class Typed(Message):
        """Something was typed that belongs into the field."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def on_key(self, event: events.Key) -> None:
        """Letters and digits."""
        character = event.character or ""
        if character.isdigit():
            event.stop()
            # Or the field, focused by now, would get the key a second time.
            event.prevent_default()
            self.post_message(self.Typed(character))
        elif character.isalpha() and self.jump(character):
            event.stop()


class PeriodPicker(Dialog[PeriodChoice]):
    """Answers with a period, or None.

    Args:
        presets: What is offered, in order.
        current: What is chosen now.
        now_us: The moment.
        zone: In whose days.
        first_us: When the model's first trace was executed, for All Time; None: not known.
        week_start: The first day of a week, 0 is Monday.
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
    ) -> None:
        super().__init__()
        this_year = year_of(now_us, zone)

        def days(choice: PeriodChoice) -> str:
            if choice is Preset.ALL_TIME and first_us is None:
                return "since the first trace"
            period = resolve(choice, now_us, zone, first_us=first_us, week_start=week_start)
            return period_words.period_in_words(period, zone, this_year)

        def entry(preset: Preset) -> Entry[Preset]:
            return Entry(preset, (Safe(preset.value), Safe(days(preset))), is_current=preset == current)

        self._presets = PresetList(COLUMNS, id="presets")
        self._presets.offer([entry(preset) for preset in presets])
        self._field: ReadingField[PeriodChoice] = ReadingField(
            lambda text: period_words.parse_choice(text, now_us, zone),
            days,
            accepted=period_words.ACCEPTED,
            placeholder="7d, 2026-11, 2026-11-01..2026-11-05",
            value=f"{current.first}..{current.last}" if isinstance(current, CustomDays) else "",
        )

    def parts(self) -> list[Widget]:
        """Presets above, the field below."""
        return [self._presets, self._field]

    @on(PresetList.Typed)
    def _type_on(self, event: PresetList.Typed) -> None:
        self._field.take(event.text)

    @on(PickList.Chosen)
    def _choose_preset(self) -> None:
        self.dismiss(self._presets.chosen)

    def action_choose(self) -> None:
        """Answer with what was typed where the field has the focus, else with the preset under the cursor."""
        is_typed = self.focused is not self._presets and self._field.text
        choice = self._field.answer() if is_typed else self._presets.chosen
        if choice is not None:
            self.dismiss(choice)

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
        """Arrows are for the presets, wherever the focus is; it follows them."""
        self._presets.focus()
        self._presets.move(by)
