"""The Analytics screen. Until its charts stand here it says what will."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tracetui.ui import keys
from tracetui.ui.widgets.footer import FooterLine
from tracetui.ui.widgets.header import HeaderLine

WIDGETS = (
    ("Model Latency", "every request, or the average of each day"),
    ("Requests", "successful and failed"),
    ("Model Scaling and Usage", "replicas and hardware of hosted models"),
    ("Tokens", "input and output of external models"),
    ("Account", "credits, deployed models, fine-tuned models"),
)
"""What will stand here."""


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
        name_cells = max(len(name) for name, _ in WIDGETS)
        with Vertical(id="page"):
            yield Static(Content("Analytics"), id="title")
            yield Static(Content("Trends over time will stand here in a later version:"), classes="lead")
            for name, what in WIDGETS:
                yield Static(Content.assemble(f"{name:<{name_cells}}   ", (what, "$dim")), classes="widget")
            yield Static(Content("The single requests are under 2, Traces."), classes="end")
        yield FooterLine()

    def action_refresh(self) -> None:
        """Nothing to read yet."""
