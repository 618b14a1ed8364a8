"""The line of scope: whose traces, narrowed how, of which time; each part is pressed by letter or mouse."""

from collections.abc import Sequence
from datetime import tzinfo

from textual.content import Content
from textual.reactive import reactive

from tracetui.display.formatting import format_minute
from tracetui.display.sanitise import fit, safe_line
from tracetui.domain.period_words import in_words, label, period_in_words
from tracetui.domain.periods import Period
from tracetui.domain.queries import Scope
from tracetui.ui.view import TracesView
from tracetui.ui.widgets.pressable_line import Piece, PressableLine

ROOMY = 100
"""Cells from which on "all" is said."""
SEARCH_CELLS = 24
"""What is searched for is cut here; its field shows it whole."""
NAME_CELLS = 28
"""A name longer than this is cut; the picker shows it whole."""


class ModelBar(PressableLine):
    """` support-bot ▾ fine-tuned   prod-eu ▾   all versions ▾   Last 30 Days 25 Oct – 23 Nov ▾`

    Args:
        zone: In whose days the period is written out.
        this_year: The year that goes without saying.
    """

    view: reactive[TracesView] = reactive(TracesView())
    is_looking: reactive[bool] = reactive(False)
    """Whether what is searched for is still being looked for."""
    within: reactive[Period | None] = reactive(None)
    """What the period means now; None: not resolved yet."""

    def __init__(self, zone: tzinfo, this_year: int) -> None:
        super().__init__()
        self._zone = zone
        self._this_year = this_year

    def pieces(self) -> Sequence[Piece]:
        """Model and what narrows it."""
        scope = self.view.scope
        if scope is None:
            return [Piece(" "), *_pressed("m", "choose a model", "choose_model", is_chosen=False)]
        model = [
            Piece(" "),
            *_pressed("m", _cut(scope.model.name), "choose_model", is_chosen=True),
            Piece(f"{scope.model.type.value}   ", "pressable-line--dim", weight=3),
        ]
        return [*model, *self._narrowing(scope), *self._period()]

    def right_pieces(self) -> Sequence[Piece]:
        """Search and filter, with what they are now."""
        if self.view.scope is None or self.screen.has_class("-searching"):
            return []
        conditions = len(self.view.filter.conditions)
        words = safe_line(self.view.search)
        look = "wait" if self.is_looking else "strong"
        searched = (
            [Piece(fit(words, SEARCH_CELLS), f"pressable-line--{look}", "search")]
            if words
            else [Piece("search", "pressable-line--plain", "search", weight=1)]
        )
        filtered = (
            [Piece(f"filter {conditions}", "pressable-line--strong", "filter")]
            if conditions
            else [Piece("filter", "pressable-line--plain", "filter", weight=1)]
        )
        return [
            Piece(" / ", "pressable-line--key", "search", weight=0 if words else 1),
            *searched,
            Piece("  f ", "pressable-line--key", "filter", weight=0 if conditions else 1),
            *filtered,
            Piece(" "),
        ]

    def watch_within(self) -> None:
        """Have the exact days in the tooltip, for where there is no room for them."""
        if self.within is not None:
            self.tooltip = Content(in_words(self.view.period, self.within, self._zone, self._this_year))

    def _narrowing(self, scope: Scope) -> list[Piece]:
        if not scope.model.type.is_hosted:
            name = _cut(scope.connection) if scope.connection is not None else "all connections"
            return _pressed("d", name, "choose_deployment", is_chosen=scope.connection is not None)
        deployment = scope.deployment
        every = "all " if self.size.width >= ROOMY else ""
        name = f"{every}deployments"
        if deployment is not None:
            name = _cut(deployment.name)
            if deployment.deployed_at_us is not None:
                name += f" ({format_minute(deployment.deployed_at_us, self._zone, self._this_year)})"
        version = _cut(scope.version) if scope.version is not None else f"{every}versions"
        return [
            *_pressed("d", name, "choose_deployment", is_chosen=deployment is not None),
            *_pressed("v", version, "choose_version", is_chosen=scope.version is not None),
        ]

    def _period(self) -> list[Piece]:
        if self.within is None:
            return []
        name = label(self.view.period, self._this_year)
        key, words, mark = _pressed("t", name, "choose_period", is_chosen=True)
        days = period_in_words(self.within, self._zone, self._this_year)
        if days == name:
            return [key, words, mark]
        return [key, words, Piece(f" {days}", "pressable-line--dim", "choose_period", weight=2), mark]


def _pressed(key: str, words: str, action: str, *, is_chosen: bool) -> list[Piece]:
    """A letter, what is chosen, and the mark of a list that opens."""
    look = "pressable-line--strong" if is_chosen else "pressable-line--plain"
    return [
        Piece(f"{key} ", "pressable-line--key", action),
        Piece(f"{words}", look, action),
        Piece(" ▾  ", "pressable-line--dim", action),
    ]


def _cut(name: str) -> str:
    return fit(safe_line(name), NAME_CELLS)
