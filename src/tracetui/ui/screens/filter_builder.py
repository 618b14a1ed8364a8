"""The filter builder: conditions in rows, joined by all or any, and how many traces match them (T11 to T15)."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from tracetui.display.formatting import format_count
from tracetui.display.sanitise import safe_line
from tracetui.domain.fields import filterable_for
from tracetui.domain.filters import Condition, Filter, Joined
from tracetui.domain.periods import Period
from tracetui.domain.queries import ValuesQuery
from tracetui.errors import TraceTuiError
from tracetui.ui import keys
from tracetui.ui.screens.condition_row import NEW, ConditionRow
from tracetui.ui.screens.dialog import Dialog
from tracetui.ui.source import Source
from tracetui.ui.view import NO_FILTER, TracesView
from tracetui.ui.widgets.either import Either
from tracetui.ui.widgets.press_button import PressButton

PATIENCE_S = 0.12
"""The old number stays so long while another is counted."""
AROUND_LINES = 11
"""Lines that the conditions leave: border, how they are joined, count and buttons, footer."""


class FilterBuilder(Dialog[Filter]):
    """Answers with a filter, or None.

    Args:
        source: Where to ask how many match, and for values.
        view: What is filtered; its filter is where one starts.
        within: The period.
    """

    HEADING = "Filter"
    CSS_PATH = "filter_builder.tcss"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.FILTER)

    def __init__(self, source: Source, view: TracesView, within: Period) -> None:
        super().__init__()
        assert view.scope is not None, "a model is chosen before its traces are filtered"
        self._source, self._view, self._within = source, view, within
        self._scope = view.scope
        self._fields = filterable_for(view.scope.model.type)
        self._either = Either(view.filter.joined is Joined.ANY)
        self._rows = VerticalScroll(*map(self._row, view.filter.conditions or (NEW,)), id="rows", can_focus=False)
        self._count = Static(id="count", markup=False)
        self._whole: int | None = None
        self._matching: int | None = None
        self._impatience: Timer | None = None

    def parts(self) -> list[Widget]:
        """How conditions are joined, the conditions, how many match, and what to do."""
        return [
            self._either,
            self._rows,
            PressButton("+ add filter", id="add"),
            Horizontal(
                self._count,
                PressButton("Clear all", id="clear"),
                PressButton("Cancel", id="cancel"),
                PressButton("Apply ↵", id="apply"),
                id="end",
            ),
        ]

    def compose(self) -> ComposeResult:
        """As every dialog, no higher than the screen."""
        self._allow()
        yield from super().compose()

    def on_mount(self) -> None:
        """Start at the first condition."""
        self._conditions[0].begin()
        self.count_whole()
        self._recount()

    def on_resize(self) -> None:
        """Leave room for what is around the conditions."""
        self._allow()

    @property
    def _conditions(self) -> list[ConditionRow]:
        return [row for row in self._rows.children if isinstance(row, ConditionRow)]

    @property
    def filter(self) -> Filter | None:
        """What the conditions say; None where one cannot be read."""
        conditions = [row.condition for row in self._conditions]
        read = tuple(condition for condition in conditions if condition is not None)
        joined = Joined.ANY if self._either.is_any else Joined.ALL
        return Filter(read, joined) if len(read) == len(conditions) else None

    # Conditions

    def action_add(self) -> None:
        """Another condition."""
        row = self._row(NEW)
        self._rows.mount(row)
        self.call_after_refresh(row.begin)
        self._recount()

    async def action_remove(self) -> None:
        """Take the condition away that has the focus."""
        row = next((row for row in self._conditions if row.has_focus_within), None)
        if row is not None:
            await self._remove(row)

    async def action_clear(self) -> None:
        """Take all conditions away."""
        self.query_one("#apply").focus()
        await self._rows.remove_children()
        self._recount()

    @on(ConditionRow.Removed)
    async def _removed(self, removed: ConditionRow.Removed) -> None:
        await self._remove(removed.row)

    async def _remove(self, row: ConditionRow) -> None:
        rows = self._conditions
        at = rows.index(row)
        others = [*rows[at + 1 :], *reversed(rows[:at])]
        if others:
            others[0].begin()
        else:
            self.query_one("#add").focus()
        await row.remove()
        self._recount()

    def _row(self, condition: Condition) -> ConditionRow:
        return ConditionRow(condition, self._fields)

    @on(ConditionRow.ValuesWanted)
    def _values_wanted(self, wanted: ConditionRow.ValuesWanted) -> None:
        self.load_values(wanted)

    @work(exclusive=True, group="values")
    async def load_values(self, wanted: ConditionRow.ValuesWanted) -> None:
        """Read the values that complete what is typed."""
        try:
            values = await self._source.fetch(ValuesQuery(self._scope, wanted.field, wanted.containing))
        except TraceTuiError:
            # They are a help; what is wrong with the store is told where it is counted.
            values = ()
        wanted.row.suggest(values)

    # How many match

    @on(ConditionRow.Changed)
    @on(Either.Changed)
    def _recount(self) -> None:
        """Count anew, or say that it cannot be."""
        wanted = self.filter
        self.query_one("#apply").set_class(wanted is None, "-not-now")
        self.workers.cancel_group(self, "count")
        self._stop_waiting()
        if wanted is None:
            self._matching = None
            self._tell("– of {whole} match")
            return
        self._impatience = self.set_timer(PATIENCE_S, lambda: self._tell("… of {whole} match", is_pending=True))
        self.count_matching(wanted)

    @work(exclusive=True, group="count")
    async def count_matching(self, wanted: Filter) -> None:
        """Count the traces that match."""
        try:
            self._matching = await self._source.fetch(self._view.count_query(self._within, wanted))
        except TraceTuiError as error:
            self._stop_waiting()
            self._tell(safe_line(str(error)))
            return
        self._stop_waiting()
        self._tell("{matching} of {whole} match")

    @work(group="whole")
    async def count_whole(self) -> None:
        """Count the traces that there are without any filter or search."""
        whole = self._view.with_search("").count_query(self._within, NO_FILTER)
        try:
            self._whole = await self._source.fetch(whole)
        except TraceTuiError:
            # The same failure stands where the matching ones are counted.
            return
        if self._impatience is None and self._matching is not None:
            self._tell("{matching} of {whole} match")

    def _tell(self, words: str, *, is_pending: bool = False) -> None:
        whole = "…" if self._whole is None else format_count(self._whole)
        words = words.replace("{whole}", whole).replace("{matching}", format_count(self._matching))
        self._count.update(Content(words))
        self._count.set_class(is_pending, "-pending")

    def _stop_waiting(self) -> None:
        if self._impatience is not None:
            self._impatience.stop()
            self._impatience = None

    # What to do

    @on(PressButton.Pressed)
    async def _pressed(self, event: PressButton.Pressed) -> None:
        await self.run_action(str(event.button.id))

    def action_apply(self) -> None:
        """Answer with the filter; where a value cannot be read, go there and say why."""
        wanted = self.filter
        if wanted is not None:
            self.dismiss(wanted)
        else:
            next(row for row in self._conditions if row.condition is None).insist()

    def _allow(self) -> None:
        self._rows.styles.max_height = max(2, self.app.size.height - AROUND_LINES)
