"""A closed list: one of a few values, on one line. Letters and arrows choose; the space bar opens it."""

import time
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar, cast

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tracetui.display.sanitise import Safe
from tracetui.ui import keys
from tracetui.ui.screens.list_picker import ListPicker, Offer
from tracetui.ui.widgets.pick_list import Column, Entry

T = TypeVar("T")

SIGNS = {"=": "equals", "!": "not equals", ">": "greater", "<": "less"}
"""What else begins a word, beside its first letter."""


STRETCH_S = 1.0
"""Letters with no longer pause between them are one word."""


class Choice(Widget, Generic[T], can_focus=True):
    """One of a few values.

    Args:
        heading: What is chosen, above the list when it is open.
        options: Values and what they are called, in order; at least one.
    """

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, choice: "Choice[T]") -> None:
            super().__init__()
            self.choice = choice

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.CHOICE)
    DEFAULT_CSS = """
    Choice {
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $foreground;
        &:focus { background: $band; color: $block-cursor-foreground; }
    }
    """

    def __init__(self, heading: str, options: Sequence[tuple[T, str]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._heading = heading
        self._options = list(options)
        self._at = 0
        self._typed = ""
        self._typed_s = 0.0

    @property
    def value(self) -> T:
        """What is chosen."""
        return self._options[self._at][0]

    def offer(self, options: Sequence[tuple[T, str]], value: T) -> None:
        """Other values; the one given is chosen where it is among them, else the first. Tells nobody."""
        self._options = list(options)
        self._at = next((at for at, (one, _) in enumerate(options) if one == value), 0)
        self.refresh()

    def render(self) -> Content:
        """The value, and the mark of a list that opens."""
        room = max(1, self.size.width - 2)
        word = self._options[self._at][1]
        return Content.assemble(f"{word:{room}.{room}}", (" ▾", "$dim"))

    def choose(self, value: T) -> None:
        """Choose a value, and tell if it is another."""
        at = next((at for at, (one, _) in enumerate(self._options) if one == value), self._at)
        if at != self._at:
            self._at = at
            self.refresh()
            self.post_message(self.Changed(self))

    def on_key(self, event: events.Key) -> None:
        """A letter goes to the next value that begins with it, letters typed at a stretch to what they begin."""
        typed = (event.character or "").lower()
        if not (typed.isalpha() or typed in SIGNS):
            return
        goes_on = time.monotonic() - self._typed_s < STRETCH_S
        self._typed_s = time.monotonic()
        found = self._beginning(self._typed + typed) if goes_on and self._typed else None
        self._typed = self._typed + typed if found is not None else SIGNS.get(typed, typed)
        if found is None:
            found = self._beginning(self._typed)
        if found is not None:
            event.stop()
            # Or a binding for the letter would run too.
            event.prevent_default()
            self.choose(found)

    def _beginning(self, typed: str) -> T | None:
        """The value that is called so, else one that begins so: a single letter leads past the present one."""
        first = self._at + (len(typed) == 1)
        order = [*self._options[first:], *self._options[:first]]
        begun = [(value, word) for value, word in order if word.lower().startswith(typed)]
        return next((value for value, word in begun if word.lower() == typed), begun[0][0] if begun else None)

    def on_click(self) -> None:
        """The mouse opens the list."""
        self.action_open_list()

    def action_step(self, by: int) -> None:
        """The next value or the one before; it stops at the ends."""
        at = max(0, min(len(self._options) - 1, self._at + by))
        self.choose(self._options[at][0])

    def action_open_list(self) -> None:
        """Choose from a list."""
        offer = Offer(self._heading, (Column("", is_elastic=True),), "type a part of a name", none="")
        entries = [
            Entry((value,), (Safe(word),), is_current=at == self._at)
            for at, (value, word) in enumerate(self._options)
        ]

        def chosen(answer: tuple[T] | None) -> None:
            if answer is not None:
                self.choose(answer[0])

        # What Textual types as a callback of any answer.
        self.app.push_screen(cast("ListPicker[tuple[T]]", ListPicker(offer, entries)), chosen)
