"""The lines of the dashboard that are pressed: its period, the model types and what narrows them, the charts."""

from collections.abc import Sequence
from datetime import tzinfo

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive

from tracetui.display.exactness import NOT_EXACT, pruned_note
from tracetui.display.formatting import format_minute
from tracetui.display.layout import NOTHING
from tracetui.display.sanitise import Safe, fit, safe_line
from tracetui.domain.period_words import in_words, label, period_in_words
from tracetui.domain.periods import Period
from tracetui.domain.queries import Scope
from tracetui.ui.analytics_view import TYPE_NAMES, TYPES, AnalyticsView, ChartKind
from tracetui.ui.widgets.pressable_line import Piece, PressableLine

ROOMY = 116
"""Cells from which on types and what narrows the model stand on one line, and "all" is said."""
NAME_CELLS = 28


class PeriodLine(PressableLine):
    """` t 7 days 17 – 23 Nov ▾`, and at the right what refreshes.

    Args:
        zone: In whose days.
        this_year: The year that goes without saying.
    """

    view: reactive[AnalyticsView] = reactive(AnalyticsView())
    within: reactive[Period | None] = reactive(None)
    pruned_before_us: reactive[int | None] = reactive(None)
    """Up to when traces were deleted for their age."""

    def __init__(self, zone: tzinfo, this_year: int) -> None:
        super().__init__()
        self._zone, self._this_year = zone, this_year

    def watch_within(self) -> None:
        """Have the exact days in the tooltip too."""
        if self.within is not None:
            self.tooltip = Content(in_words(self.view.period, self.within, self._zone, self._this_year))

    def pieces(self) -> Sequence[Piece]:
        """The button and the days that it means; on a narrow screen the types too."""
        period = period_pieces(self.view, self.within, self._zone, self._this_year)
        return [Piece(" "), *period, *(() if self.size.width >= ROOMY else type_pieces(self.view))]

    def right_pieces(self) -> Sequence[Piece]:
        """What keeps the charts from being exact, and what reads anew."""
        note = NOTHING
        if self.within is not None:
            note = pruned_note(self.pruned_before_us, self.view.period, self.within, self._this_year)
        if note and self.size.width < ROOMY:
            note = NOT_EXACT
        return [
            Piece(f"{note}   " if note else "", "pressable-line--dim"),
            Piece("r", "pressable-line--key", "refresh"),
            Piece(" refresh ", "pressable-line--dim", "refresh"),
        ]


class ScopeLine(PressableLine):
    """` Fine-tuned  Open-source  External      m support-bot ▾  d all deployments ▾  v all versions ▾`

    Args:
        zone: In which the time of a deployment is shown.
        this_year: The year that goes without saying.
        has_types: Whether it shows the tabs of model types.
        has_period: Whether it shows the period.
    """

    view: reactive[AnalyticsView] = reactive(AnalyticsView())
    within: reactive[Period | None] = reactive(None)

    def __init__(self, zone: tzinfo, this_year: int, *, has_types: bool = True, has_period: bool = False) -> None:
        super().__init__()
        self._zone, self._this_year = zone, this_year
        self._has_types, self._has_period = has_types, has_period

    def pieces(self) -> Sequence[Piece]:
        """Types, model, what narrows it."""
        pieces = [Piece(" ")]
        if self._has_types and self.size.width >= ROOMY:
            pieces += [*type_pieces(self.view), Piece("    ")]
        pieces += self._scope(self.view.scope)
        if self._has_period:
            pieces += period_pieces(self.view, self.within, self._zone, self._this_year)
        return pieces

    def _scope(self, scope: Scope | None) -> list[Piece]:
        if scope is None:
            return _pressed("m", "choose a model", "choose_model", is_chosen=False)
        pieces = _pressed("m", _cut(scope.model.name), "choose_model", is_chosen=True)
        every = "all " if self.size.width >= ROOMY else ""
        if not scope.model.type.is_hosted:
            name = _cut(scope.connection) if scope.connection is not None else f"{every}connections"
            return pieces + _pressed("d", name, "choose_deployment", is_chosen=scope.connection is not None)
        name = f"{every}deployments"
        if scope.deployment is not None:
            name = _cut(scope.deployment.name)
            if scope.deployment.deployed_at_us is not None:
                name += f" ({format_minute(scope.deployment.deployed_at_us, self._zone, self._this_year)})"
        version = _cut(scope.version) if scope.version is not None else f"{every}versions"
        if self.view.compares and scope.version is None:
            version = "versions compared"
        return [
            *pieces,
            *_pressed("d", name, "choose_deployment", is_chosen=scope.deployment is not None),
            *_pressed("v", version, "choose_version", is_chosen=scope.version is not None or self.view.compares),
        ]


class ChartTabs(PressableLine):
    """The titles of the charts, each with a sparkline: where there is room for one chart alone."""

    kinds: reactive[tuple[ChartKind, ...]] = reactive(())
    here: reactive[str] = reactive("")
    lines: reactive[tuple[tuple[str, Safe], ...]] = reactive(())
    """The sparkline of each chart, by its key."""

    def pieces(self) -> Sequence[Piece]:
        """Title and sparkline, one after another."""
        known = dict(self.lines)
        pieces = [Piece(" ")]
        for kind in self.kinds:
            is_here = kind.key == self.here
            name = f"[{kind.short}]" if is_here else f" {kind.short} "
            look = "pressable-line--here" if is_here else "pressable-line--plain"
            action = f"show_chart('{kind.key}')"
            pieces.append(Piece(f"{name} ", look, action))
            pieces.append(Piece(f"{known.get(kind.key, '')}   ", "series-latency", action, weight=1))
        return pieces

    def cells_each(self) -> int:
        """Room for each sparkline."""
        names = sum(cell_len(kind.short) + 6 for kind in self.kinds)
        return max(0, (self.size.width - 2 - names) // max(1, len(self.kinds)))


def type_pieces(view: AnalyticsView) -> list[Piece]:
    """The tabs of model types."""
    pieces = []
    for tab in TYPES:
        # Brackets: the tab that is open is told without colour too.
        is_here = tab is view.tab
        name = f"[{TYPE_NAMES[tab]}]" if is_here else f" {TYPE_NAMES[tab]} "
        look = "pressable-line--here" if is_here else "pressable-line--plain"
        pieces.append(Piece(name, look, f"show_type('{tab.value}')"))
    return pieces


def period_pieces(view: AnalyticsView, within: Period | None, zone: tzinfo, this_year: int) -> list[Piece]:
    """The button that opens the period picker, and the exact days."""
    if within is None:
        return []
    name = label(view.period, this_year)
    key, words, mark = _pressed("t", name, "choose_period", is_chosen=True)
    days = period_in_words(within, zone, this_year)
    if days == name:
        return [key, words, mark]
    return [key, words, Piece(f" {days}", "pressable-line--dim", "choose_period", weight=3), mark]


def _pressed(key: str, words: str, action: str, *, is_chosen: bool) -> list[Piece]:
    look = "pressable-line--strong" if is_chosen else "pressable-line--plain"
    return [
        Piece(f"{key} ", "pressable-line--key", action),
        Piece(words, look, action),
        Piece(" ▾  ", "pressable-line--dim", action),
    ]


def _cut(name: str) -> str:
    return fit(safe_line(name), NAME_CELLS)
