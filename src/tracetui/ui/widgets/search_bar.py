"""The search of the Traces screen: a field in the scope line, there while one types."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from tracetui.ui import keys
from tracetui.ui.widgets.field import Field


class SearchWords(Field):
    """The words; `enter` and `escape` leave them."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings(keys.SEARCH_BAR), *Field.BINDINGS]

    def action_leave_field(self) -> None:
        """Go on with what is found."""
        self.post_message(SearchBar.Left())

    def action_step_back(self) -> None:
        """Clear the words; where there are none, leave."""
        if self.value:
            self.value = ""
        else:
            self.action_leave_field()


class SearchBar(Horizontal):
    """` / refund          `"""

    DEFAULT_CSS = """
    SearchBar {
        height: 1;
        & > #slash { width: 3; padding: 0 1; color: $accent; }
        & > SearchWords { width: 1fr; }
    }
    """

    @dataclass
    class Typed(Message):
        """Other words are searched for; empty: none."""

        words: str

    class Left(Message):
        """Whoever typed goes on with what is found."""

    def __init__(self) -> None:
        super().__init__()
        self._words = SearchWords(placeholder="a request id, or text in any column")

    def compose(self) -> ComposeResult:
        """A slash, and the words."""
        yield Static("/", id="slash", markup=False)
        yield self._words

    def begin(self, words: str) -> None:
        """Type on from some words."""
        with self.prevent(Input.Changed):
            self._words.value = words
        self._words.cursor_position = len(words)
        self._words.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))
