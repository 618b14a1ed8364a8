"""What every dialog shares: a bordered box over the screen below, a title, and a footer with its own keys."""

from typing import TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from tracetui.ui.screens.leaving import Leaving
from tracetui.ui.widgets.footer import FooterLine

T = TypeVar("T")


class Dialog(Leaving[T], ModalScreen[T]):
    """A question that floats. It is answered with a `T`, or with None by `escape` or a press beside it."""

    DEFAULT_CSS = """
    Dialog {
        /* From the top: a box that shrinks while one types keeps its field where it is. */
        align: center top;
        background: $background 60%;
        & > #box {
            border: round $border;
            border-title-color: $foreground;
            border-title-style: bold;
            border-subtitle-color: $dim;
            background: $surface;
            width: 76;
            max-width: 96%;
            height: auto;
            margin: 2 0 0 0;
            max-height: 100%;
            padding: 0 1;
        }
    }
    """

    HEADING = ""
    """What is asked, in the border."""

    def parts(self) -> list[Widget]:
        """What stands in the box."""
        return []

    def compose(self) -> ComposeResult:
        """The box, and the footer below everything."""
        box = Vertical(*self.parts(), id="box")
        box.border_title = self.HEADING
        yield box
        yield FooterLine()

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
