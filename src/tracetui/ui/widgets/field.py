"""A one-line field for dialogs: Textual's Input without a border, that leaves `enter` to the dialog."""

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tracetui.display.sanitise import safe_in_place

_EDITING: list[BindingType] = [
    binding for binding in Input.BINDINGS if isinstance(binding, Binding) and binding.key != "enter"
]


class Field(Input, inherit_bindings=False):
    """A field. Its dialog binds `enter`, so that the footer can say what it does there."""

    BINDINGS: ClassVar[list[BindingType]] = _EDITING
    DEFAULT_CSS = """
    Field {
        background: $panel;
        &.-textual-compact { padding: 0 1; }
        &:focus { background-tint: $foreground 0%; }
        & > .input--placeholder { color: $dim; }
    }
    """

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        # A cursor that blinks sends bytes for ever, down a slow line too.
        self.cursor_blink = False

    @property
    def _value(self) -> Text:
        """What is shown of the value, which may come from a trace. Overrides what Textual 8.2.8 keeps private."""
        return Text(safe_in_place(self.value), no_wrap=True, overflow="ignore", end="")
