"""A dialog that explains what has the focus, in sentences."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tracetui.ui import keys
from tracetui.ui.screens.dialog import Dialog


class Explanation(Dialog[None]):
    """Words, until a key or a press beside them.

    Args:
        heading: What is explained.
        words: Sanitised where they hold text from outside.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.EXPLANATION)

    def __init__(self, heading: str, words: Content) -> None:
        super().__init__()
        self.HEADING = heading
        self._words = words

    def parts(self) -> list[Widget]:
        """The words."""
        return [Static(self._words)]
