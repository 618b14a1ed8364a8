"""A field that says, below itself, how it reads what is being typed, or why it cannot."""

from collections.abc import Callable
from typing import Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tracetui.display.sanitise import Safe, safe_line
from tracetui.errors import TraceTuiError
from tracetui.ui.widgets.field import Field

T = TypeVar("T")


class ReadingField(Vertical, Generic[T]):
    """A field whose text means a `T`.

    Args:
        read: Reads a text; raises TraceTuiError where it cannot.
        in_words: What was read, as a person would say it.
        accepted: What can be typed; shown while there is nothing to say.
        placeholder: An example, in the empty field.
    """

    class Read(Message):
        """What is being typed means something: what `answer` gives."""

    DEFAULT_CSS = """
    ReadingField {
        height: auto;
        & > #reading { height: auto; min-height: 2; padding: 0 1; color: $dim; }
        & > #reading.-wrong { color: $error; }
        & > #reading.-right { color: $foreground; }
    }
    """

    def __init__(
        self,
        read: Callable[[str], T],
        in_words: Callable[[T], str],
        *,
        accepted: str,
        placeholder: str = "",
        value: str = "",
    ) -> None:
        super().__init__()
        self._read = read
        self._in_words = in_words
        self._accepted = accepted
        self._value = value
        self._is_going_on = False
        self._field = Field(placeholder=placeholder, id="field")
        self._words = Static(Content(accepted), id="reading")

    @property
    def text(self) -> str:
        """What stands in the field, without blanks around it."""
        return self._field.value.strip()

    def compose(self) -> ComposeResult:
        """The field and its reading."""
        yield self._field
        yield self._words

    def on_mount(self) -> None:
        """Start with the text that was given."""
        self._field.value = self._value

    def take(self, text: str) -> None:
        """Go into the field with what was typed elsewhere, ready to type on.

        Keys pressed fast are still typed elsewhere while the focus moves here: they go on the same text.
        """
        self._field.value = self._field.value + text if self._is_going_on else text
        self._is_going_on = True
        self._field.focus()
        self._field.cursor_position = len(self._field.value)

    @on(events.DescendantBlur)
    def _begin_anew(self) -> None:
        self._is_going_on = False

    def answer(self) -> T | None:
        """What the text means; where it means nothing, None, and the reason stands below the field."""
        try:
            return self._read(self.text)
        except TraceTuiError as error:
            self._say(safe_line(str(error)), "wrong")
            return None

    @on(Input.Changed)
    def _show_reading(self, event: Input.Changed) -> None:
        # Half a date is not wrong yet: the reason is given when the text is offered.
        event.stop()
        try:
            value = self._read(self.text)
        except TraceTuiError:
            self._say(Safe(self._accepted), "")
        else:
            self._say(Safe(self._in_words(value)), "right")
            self.post_message(self.Read())

    def _say(self, words: Safe, kind: str) -> None:
        self._words.update(Content(words))
        self._words.set_class(kind == "wrong", "-wrong")
        self._words.set_class(kind == "right", "-right")
