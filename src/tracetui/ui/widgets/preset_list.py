"""The periods that have a name, in a list: letters jump, digits begin a date."""

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from tracetui.domain.periods import Preset
from tracetui.ui import keys
from tracetui.ui.widgets.pick_list import Column, Entry, PickList

COLUMNS = (Column(""), Column("", is_elastic=True))


class PresetList(PickList[Preset | None], can_focus=True):
    """The presets, and None for days of one's own. A letter goes to the next one that begins with it."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.PRESETS)
    DEFAULT_CSS = "PresetList:blur > .pick-list--cursor { background: $band-blur; }"

    class Typed(Message):
        """Something was typed that belongs into the field."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Moved(Message):
        """The cursor stands on another preset."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(COLUMNS, id=id)
        self._is_typed_into = False

    def point_to(self, value: Preset | None) -> None:
        """Put the cursor on a preset that was chosen elsewhere; on None where it is not in the list."""
        values = [line.value if isinstance(line, Entry) else None for line in self._lines]
        self._cursor = values.index(value) if value in values else values.index(None)
        self.refresh()

    def move(self, by: int) -> None:
        """Move, and say so."""
        super().move(by)
        self.post_message(self.Moved())

    def on_focus(self) -> None:
        """What is typed from now on is something new."""
        self._is_typed_into = False

    def on_key(self, event: events.Key) -> None:
        """Letters and digits; after a digit all that is typed belongs to it, until the field has the focus."""
        character = event.character or ""
        if character.isdigit() or (self._is_typed_into and character.isprintable() and character):
            self._is_typed_into = True
            event.stop()
            # Or the field, focused by now, would get the key a second time.
            event.prevent_default()
            self.post_message(self.Typed(character))
        elif character.isalpha() and self.jump(character):
            event.stop()
            self.post_message(self.Moved())
