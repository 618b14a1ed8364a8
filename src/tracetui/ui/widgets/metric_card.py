"""The four cards of the account: a figure, what it is, and a mark that explains it (A10, A11)."""

from collections.abc import Callable
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.color import Color
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from tracetui.display.formatting import format_count, format_credits
from tracetui.domain.analytics import Account

PENDING = "…"
ROOMY = 106
"""Cells of the screen from which on labels stand in full on a single line."""
PATIENCE_S = 0.12
TWO_LINES = 2


class Metric(NamedTuple):
    """What a card shows."""

    label: str
    short: str
    figure: Callable[[Account], str]
    about: str


METRICS = (
    Metric(
        "Deployment credits",
        "Deploy credits",
        lambda account: format_credits(account.deployment_credits_micro),
        "Credits that the deployments of all models consumed in this period; of each entry the part inside it.",
    ),
    Metric(
        "Fine-tuning credits",
        "Tuning credits",
        lambda account: format_credits(account.fine_tuning_credits_micro),
        "Credits that fine-tuning jobs consumed in this period.",
    ),
    Metric(
        "Deployed models",
        "Deployed",
        lambda account: format_count(account.deployed_models),
        "Different models that had a deployment up at any time in this period.",
    ),
    Metric(
        "Fine-tuned models",
        "Tuned",
        lambda account: format_count(account.fine_tuned_models),
        "Different models for which a fine-tuning job was completed in this period.",
    ),
)


class MetricCard(Widget):
    """One figure, in two lines; in one line, as wide as it needs, where there is little room.

    Args:
        metric: What it shows.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    MetricCard { height: 100%; width: 1fr; margin-right: 1; background: $surface; }
    MetricCard:last-of-type { margin-right: 0; }
    """

    figure: reactive[str] = reactive(PENDING)

    def __init__(self, metric: Metric) -> None:
        super().__init__()
        self.metric = metric
        self.tooltip = Content(metric.about)

    def render_line(self, y: int) -> Strip:
        """Label and mark, then the figure; beside one another on a single line."""
        width = self.size.width
        look = "warning" if self.figure == PENDING else "foreground"
        figure = Segment(self.figure, self._paint(look, is_bold=True))
        mark = Segment(" i", self._paint("accent"))
        if self.size.height >= TWO_LINES:
            parts = [Segment(self.metric.label, self._paint("dim")), mark] if y == 0 else [figure]
        else:
            parts = [Segment(f"{self._label} ", self._paint("dim")), figure, mark]
        strip = Strip([Segment(" ", self._paint("dim")), *parts])
        return strip.crop(0, width).adjust_cell_length(width, self._paint("dim"))

    @property
    def _label(self) -> str:
        return self.metric.label if self.screen.size.width >= ROOMY else self.metric.short

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        """Of a single line."""
        return cell_len(f" {self._label} {self.figure} i ")

    def watch_figure(self) -> None:
        """A figure of another width moves what stands beside it."""
        if self.styles.width is not None and self.styles.width.is_auto:
            self.refresh(layout=True)

    async def on_click(self, event: events.Click) -> None:
        """Explain the figures."""
        event.stop()
        await self.screen.run_action("explain_account")

    def _paint(self, colour: str, *, is_bold: bool = False) -> Style:
        known = Color.parse(self.app.theme_variables[colour]).rich_color
        return Style(color=known, bgcolor=self.background_colors[1].rich_color, bold=is_bold)


class MetricCards(Horizontal):
    """The four of them."""

    DEFAULT_CSS = "MetricCards { height: 2; margin: 0 1 1 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.cards = [MetricCard(metric) for metric in METRICS]
        self._impatience: Timer | None = None

    def compose(self) -> ComposeResult:
        """The cards."""
        yield from self.cards

    def wait(self) -> None:
        """Other figures are being read."""
        if self._impatience is None:
            self._impatience = self.set_timer(PATIENCE_S, self._forget)

    def show(self, account: Account | None) -> None:
        """Take the figures; None: they could not be read."""
        if self._impatience is not None:
            self._impatience.stop()
            self._impatience = None
        for card in self.cards:
            card.figure = "–" if account is None else card.metric.figure(account)

    def explanation(self) -> Content:
        """Every figure with its explanation."""
        blocks = [
            Content.assemble((f"{card.metric.label}  ", "$dim"), (card.figure, "bold"), f"\n{card.metric.about}")
            for card in self.cards
        ]
        return Content("\n\n").join(blocks)

    def _forget(self) -> None:
        # A timer that is stopped may have rung already, with its message still on the way.
        if self._impatience is None:
            return
        self._impatience = None
        for card in self.cards:
            card.figure = PENDING
