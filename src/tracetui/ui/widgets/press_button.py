"""A word that can be pressed: by `enter` or the space bar when it has the focus, or by the mouse."""

from typing import ClassVar

from rich.cells import cell_len
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tracetui.ui import keys


class PressButton(Widget, can_focus=True):
    """One line, as wide as its word; brackets show the focus without colour.

    Args:
        label: Our own words.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.BUTTON)
    DEFAULT_CSS = """
    PressButton {
        height: 1;
        width: auto;
        color: $accent;
        &:hover { text-style: underline; }
        &:focus { background: $band; color: $block-cursor-foreground; }
        &.-not-now { color: $faint; }
    }
    """

    label: reactive[str] = reactive("", layout=True)

    class Pressed(Message):
        """It was pressed."""

        def __init__(self, button: "PressButton") -> None:
            super().__init__()
            self.button = button

        @property
        def control(self) -> "PressButton":
            """The button, for `@on(PressButton.Pressed, "#id")`."""
            return self.button

    def __init__(self, label: str, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.label = label

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        """The word and a cell at each side."""
        return cell_len(self.label) + 2

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """One line."""
        return 1

    def render(self) -> Content:
        """The word."""
        return Content(f"[{self.label}]" if self.has_focus else f" {self.label} ")

    def on_focus(self) -> None:
        """Show the brackets."""
        self.refresh()

    def on_blur(self) -> None:
        """Take them away."""
        self.refresh()

    def on_click(self) -> None:
        """The mouse presses it."""
        self.action_press()

    def action_press(self) -> None:
        """Press it."""
        self.post_message(self.Pressed(self))
