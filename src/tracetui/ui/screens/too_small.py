"""What stands on the screen while the terminal is smaller than the app can use."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

from tracetui.ui.screens.leaving import Leaving

LEAST = Size(80, 24)
"""The smallest terminal that the app draws in (G3)."""

ROOMY = Size(40, 4)
"""From here on there is room for sentences."""


def is_too_small(size: Size) -> bool:
    """Whether the app cannot draw in so many cells."""
    return size.width < LEAST.width or size.height < LEAST.height


class TooSmall(Leaving[None], ModalScreen[None]):
    """Covers the screen below, which keeps its state, until the terminal is large enough again."""

    DEFAULT_CSS = """
    TooSmall {
        align: center middle;
        background: $background;
        overflow: hidden;
        & > Static { width: 100%; text-align: center; color: $foreground; }
    }
    """
    BINDINGS = [Binding("q", "app.leave", "Quit")]

    def __init__(self) -> None:
        super().__init__()
        self._words = Static()

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield self._words

    def on_resize(self) -> None:
        """Say how large the terminal is now."""
        now = self.app.size
        words = f"{now.width}x{now.height} is too small: tracetui needs {LEAST.width}x{LEAST.height}"
        if now.width >= ROOMY.width and now.height >= ROOMY.height:
            words = (
                f"tracetui needs {LEAST.width} columns and {LEAST.height} lines. "
                f"This terminal has {now.width} and {now.height}. Make it larger, or press q to quit."
            )
        self._words.update(Content(words))

    def on_screen_resume(self) -> None:
        """Leave if there is room by now: a dialog may have stood above this while the terminal grew."""
        if not is_too_small(self.app.size):
            self.dismiss()
