"""All or any: how conditions are joined, one way for all of them."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tracetui.ui import keys


class Either(Widget, can_focus=True):
    """` match  (•) all   ( ) any`

    Args:
        is_any: What is chosen at first.
    """

    class Changed(Message):
        """The other one was chosen."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.EITHER)
    DEFAULT_CSS = """
    Either {
        height: 1;
        width: auto;
        padding: 0 1;
        &:focus { background: $band; color: $block-cursor-foreground; }
    }
    """

    is_any: reactive[bool] = reactive(False)

    def __init__(self, is_any: bool) -> None:
        super().__init__()
        self.set_reactive(Either.is_any, is_any)

    def render(self) -> Content:
        """Both, and which one is chosen."""
        signs = ("( )", "(•)") if self.is_any else ("(•)", "( )")
        return Content.assemble(("match  ", "$dim"), f"{signs[0]} all   {signs[1]} any")

    def on_click(self) -> None:
        """The mouse chooses the other."""
        self.action_turn()

    def action_turn(self) -> None:
        """The other one."""
        self.is_any = not self.is_any
        self.post_message(self.Changed())
