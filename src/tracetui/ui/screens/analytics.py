"""The Analytics screen. Until its charts stand here it says what will."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tracetui.ui import keys
from tracetui.ui.widgets.footer import FooterLine
from tracetui.ui.widgets.header import HeaderLine

WORDS = """\
Trends will stand here: latency, requests, scaling and tokens of a model, and what the account spent.

Press 2 for the single requests."""


class AnalyticsScreen(Screen[None]):
    """A page that says what will stand here."""

    CSS_PATH = "analytics.tcss"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.ANALYTICS)

    def __init__(self, header: HeaderLine) -> None:
        super().__init__()
        self._header = header

    def compose(self) -> ComposeResult:
        """Header, words, footer."""
        yield self._header
        yield Static(Content(WORDS), id="words")
        yield FooterLine()

    def action_refresh(self) -> None:
        """Nothing to read yet."""
