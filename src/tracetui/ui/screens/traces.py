"""The Traces screen: whose traces, their figures, the table, and the one that is open. What its keys do.

Every key changes the view; what is read for another view is decided in `reading.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from textual import on
from textual.binding import BindingType
from textual.message import Message
from textual.screen import ModalScreen

from tracetui.domain.catalogue import ModelType
from tracetui.domain.periods import Preset
from tracetui.domain.places import anchor
from tracetui.domain.queries import AtRow, ExportQuery
from tracetui.ui import keys
from tracetui.ui.screens.tailing import TailingScreen
from tracetui.ui.view import NO_FILTER, TracesView
from tracetui.ui.widgets.search_bar import SearchBar
from tracetui.ui.widgets.trace_table import TraceTable

T = TypeVar("T")


class TracesScreen(TailingScreen):
    """The traces of one model; see `ReadingScreen` for what it is made with."""

    @dataclass
    class ExportWanted(Message):
        """What is found is to be written to a file."""

        query: ExportQuery

    @dataclass
    class ColumnsChosen(Message):
        """Other columns are switched off, to be remembered."""

        model_type: ModelType
        hidden: frozenset[str]

    CSS_PATH = "traces.tcss"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.TRACES)

    def action_toggle_json(self) -> None:
        """The open trace as JSON or as text, with the table focused."""
        if self.view.picked is not None:
            self.details.action_toggle_json()

    def action_previous_trace(self) -> None:
        """The trace above, in the pane."""
        self.rows.action_cursor_up()

    def action_next_trace(self) -> None:
        """The trace below, in the pane."""
        self.rows.action_cursor_down()

    def action_back(self) -> None:
        """Close the details; with none open, stop looking, then end the search; then take away what was said."""
        if self.view.picked is not None:
            self.view = self.view.with_picked(None)
        elif self.is_looking:
            self.stop_looking()
        elif self.view.search:
            self.view = self.view.with_search("")
        else:
            self.app.clear_notifications()

    # Scope, order, place

    def action_choose_model(self) -> None:
        """Another model."""
        self.ask_for_model()

    def action_choose_deployment(self) -> None:
        """One deployment or connection, or all."""
        scope = self.view.scope
        if scope is not None and scope.model.type.is_hosted:
            picker = self._known.deployment_picker(scope)
            self._ask(picker, lambda view, chosen: view.of_deployment(chosen.value))
        elif scope is not None:
            connections = self._known.connection_picker(scope)
            self._ask(connections, lambda view, chosen: view.of_connection(chosen.value))

    def action_choose_version(self) -> None:
        """One version, or all."""
        scope = self.view.scope
        if scope is not None and scope.model.type.is_hosted:
            picker = self._known.version_picker(scope)
            self._ask(picker, lambda view, chosen: view.of_version(chosen.value))

    def action_choose_period(self) -> None:
        """Another period."""
        self._ask(self._known.period_picker(self.view), TracesView.with_period)

    def _ask(self, dialog: ModalScreen[T], then: Callable[[TracesView, T], TracesView]) -> None:
        """Ask, and change the view by the answer; no answer changes nothing."""

        def answered(answer: T | None) -> None:
            if answer is not None:
                self.view = then(self.view, answer)

        self.app.push_screen(dialog, answered)

    def action_search(self) -> None:
        """Words that traces must contain."""
        if self.view.scope is not None:
            self.add_class("-searching")
            self.bar.refresh()
            self.search.begin(self.view.search)

    @on(SearchBar.Typed)
    def _search_for(self, typed: SearchBar.Typed) -> None:
        self.view = self.view.with_search(typed.words)

    @on(SearchBar.Left)
    def _leave_search(self) -> None:
        self.remove_class("-searching")
        self.rows.focus()

    def action_next_match(self) -> None:
        """The next match in the open trace; with none open, the next trace."""
        self._go_to_match(1)

    def action_previous_match(self) -> None:
        """The match before, or the trace before."""
        self._go_to_match(-1)

    def _go_to_match(self, step: int) -> None:
        if self.view.picked is not None:
            self.details.go_to_match(step)
        elif step > 0:
            self.rows.action_cursor_down()
        else:
            self.rows.action_cursor_up()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Keys of a search mean something only while one is on."""
        if action == "search":
            return not self.has_class("-searching")
        return action not in ("next_match", "previous_match") or bool(self.view.search)

    def action_filter(self) -> None:
        """Conditions that traces must meet."""
        if self.view.scope is None:
            return
        from tracetui.ui.screens.filter_builder import FilterBuilder

        self._ask(FilterBuilder(self._source, self.view, self._within), TracesView.with_filter)

    def action_clear_filter(self) -> None:
        """No conditions."""
        self.view = self.view.with_filter(NO_FILTER)

    def action_choose_columns(self) -> None:
        """Which columns the table shows."""
        model = self.view.model
        if model is None:
            return
        from tracetui.ui.screens.columns import ColumnsDialog

        def chosen(hidden: frozenset[str] | None) -> None:
            if hidden is not None:
                self._hidden[model.type] = hidden
                self.rows.show_columns(self._columns)
                self.post_message(self.ColumnsChosen(model.type, hidden))

        self.app.push_screen(ColumnsDialog(model.type, self._hidden.get(model.type, frozenset())), chosen)

    def action_all_time(self) -> None:
        """The time since the model's first trace."""
        self.view = self.view.with_period(Preset.ALL_TIME)

    def action_sort(self) -> None:
        """The next order."""
        self.view = self.view.sorted_next()

    @on(TraceTable.HeadPressed)
    def _sort_by(self, pressed: TraceTable.HeadPressed) -> None:
        self.view = self.view.sorted_by(pressed.column)

    def action_go_to(self) -> None:
        """A row by its number, or a time."""
        from tracetui.ui.screens.goto import GoTo, Place

        def go(place: Place | None) -> None:
            if place is None:
                return
            to = anchor(place, self.view.order)
            if isinstance(to, AtRow):
                self.rows.go_to_row(to.index)
            else:
                self.rows.go_to_time(to.at_us)

        self.app.push_screen(GoTo(self._now_us, self._zone, self.view.order), go)

    def action_refresh(self) -> None:
        """Read the latest data."""
        self.read_again()

    def action_export(self) -> None:
        """Write what is found to a file, in the background."""
        if self.view.scope is not None:
            self.post_message(self.ExportWanted(self.view.export_query(self._within)))

    def action_explain(self) -> None:
        """What the figures mean."""
        from tracetui.ui.screens.explanation import Explanation

        self.app.push_screen(Explanation("Figures", self.summary.explanation()))
