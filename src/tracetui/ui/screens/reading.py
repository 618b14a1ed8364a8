"""What the Traces screen reads, and when: everything that follows from a change of its view.

It owns one frozen `view`; `watch_view` alone starts what follows from another one: rows, figures and details, each
in a group of workers of its own, so that rows never wait for figures.
"""

from contextlib import aclosing
from dataclasses import dataclass

from textual import on, work
from textual.message import Message

from tracetui.display.exactness import pruned_note
from tracetui.domain.catalogue import ModelRef
from tracetui.domain.queries import Anchor, Position
from tracetui.domain.rows import Looked
from tracetui.errors import TraceTuiError
from tracetui.ui import how_far
from tracetui.ui.screens.detailed import DetailedScreen
from tracetui.ui.view import TracesView
from tracetui.ui.widgets.trace_columns import Column, columns_for
from tracetui.ui.widgets.trace_table import TraceTable
from tracetui.ui.widgets.trace_window import PAGE


class ReadingScreen(DetailedScreen):
    """The traces of one model, without keys; see `DetailedScreen` for what it is made with."""

    @dataclass
    class ModelChosen(Message, namespace="traces_screen"):
        """Another model was chosen, to be remembered for the next visit."""

        model: ModelRef

    _looked: Looked | None = None
    """What the search has found last."""
    _is_stopped = False
    """Whether the search was left before it had looked at all."""

    def on_mount(self) -> None:
        """Open on the model chosen last, or ask for one."""
        self.rows.focus()
        self.open_first()
        if self._refresh_s:
            self.set_interval(self._refresh_s, self.read_again)

    # From the view to what is read

    def watch_view(self, old: TracesView, new: TracesView) -> None:
        """Start what follows from a change; nothing else does."""
        self.bar.view = new
        if new.scope is None:
            # Order and period can be chosen before the model; they hold once it is.
            return
        if new.shows_other_rows(old):
            # At once, or the answer that is on its way would be taken for one to the new question.
            for group in ("rows", "place", "look"):
                self.workers.cancel_group(self, group)
            self._looked, self._is_stopped = None, False
            self._resolve()
            self.rows.begin(new.order, self._columns, new.search, are_found=bool(new.search))
        if new.shows_other_figures(old):
            self.summary.wait(is_hosted=new.is_hosted, narrows=new.narrows)
            self.load_summary()
        elif new.search and new.shows_other_rows(old):
            self.look()
        if new.search != old.search:
            self.details.mark(new.search)
        if new.picked != old.picked:
            self._show_details()

    @on(TraceTable.Needed)
    def _rows_needed(self, needed: TraceTable.Needed) -> None:
        if self.view.scope is not None:
            self.load_rows(needed.anchor, needed.count)

    @work(exclusive=True, group="rows")
    async def load_rows(self, anchor: Anchor, count: int) -> None:
        """Read a page of the table."""
        view = self.view
        try:
            page = await self._source.fetch(view.rows_query(self._within, anchor, count))
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        if page.total == 0:
            self.rows.say(*self._known.why_empty(view))
            self.view = view.with_picked(None)
        self.rows.show(anchor, page)
        self.call_after_refresh(self.details.prepare)
        self.header.as_of_us = self._read_at_us

    @on(TraceTable.Unplaced)
    def _place_needed(self, unplaced: TraceTable.Unplaced) -> None:
        self.load_place(unplaced.position)

    @work(exclusive=True, group="place")
    async def load_place(self, position: Position) -> None:
        """Count the rows before one whose page did not tell its place."""
        try:
            place = await self._source.fetch(self.view.place_query(self._within, position))
        except TraceTuiError as error:
            self.rows.show_error(error)
        else:
            self.rows.know_place(position.id, place)

    @work(exclusive=True, group="summary")
    async def load_summary(self) -> None:
        """Read the figures above the table: of all traces, then of those that match; they count the rows too."""
        view = self.view
        if view.search:
            self.look()
        self.bar.is_looking = bool(view.search)
        try:
            whole = await self._source.fetch(view.whole_query(self._within))
            self.summary.show(whole, is_hosted=view.is_hosted, narrows=view.narrows)
            self._show_note(whole.pruned_before_us)
            if view.search:
                return
            found = whole.requests
            if view.narrows:
                matching = await self._source.fetch(view.matching_query(self._within))
                self.summary.show_matching(matching)
                found = matching.requests
                self.rows.know_total(found)
            self.counted(found)
        except TraceTuiError as error:
            self.summary.show_error(error)

    def _show_note(self, pruned_before_us: int | None) -> None:
        note = pruned_note(pruned_before_us, self.view.period, self._within, self._known.this_year)
        self.summary.show_note(note)

    def look(self) -> None:
        """Look for what is searched, unless that was stopped."""
        if not self._is_stopped:
            self.load_found()

    @work(exclusive=True, group="look")
    async def load_found(self) -> None:
        """Search: rows and figures of the traces that match, as they are found."""
        view = self.view
        self.bar.is_looking = True
        try:
            async with aclosing(self._source.look(view.look_query(self._within, PAGE))) as told:
                async for self._looked in told:
                    self._show_looked(view, self._looked)
        except TraceTuiError as error:
            self.rows.show_error(error)
            self.summary.show_error(error)
        self.bar.is_looking = False

    def _show_looked(self, view: TracesView, looked: Looked) -> None:
        """Show what was found so far, or all of it."""
        if looked.summary is None:
            sign = how_far.looking(looked, view.order, self._zone, self._known.this_year)
            self.rows.show_found(looked.rows, looked.found, sign)
            self.summary.show_found(looked.found)
            return
        if not looked.found:
            self.rows.say(*self._known.why_empty(view))
            self.view = view.with_picked(None)
        self.rows.show_all_found(looked.rows, looked.found)
        self.summary.show_matching(looked.summary)
        self.counted(looked.found)
        self.call_after_refresh(self.details.prepare)
        self.header.as_of_us = self._read_at_us

    @property
    def is_looking(self) -> bool:
        """Whether a search is still on."""
        return self.bar.is_looking

    def stop_looking(self) -> None:
        """Leave the search where it is; what was found stays."""
        self.workers.cancel_group(self, "look")
        self.bar.is_looking, self._is_stopped = False, True
        looked = self._looked or Looked((), 0, None, None)
        sign = how_far.stopped(looked, self.view.order, self._zone, self._known.this_year)
        self.rows.show_found(looked.rows, looked.found, sign)

    def counted(self, traces: int) -> None:
        """How many rows there are was read."""

    @work(exclusive=True, group="model")
    async def open_first(self) -> None:
        """Open on the model chosen last or the only one there is; else ask."""
        try:
            await self._known.read_models()
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        models = self._known.models
        if self._last_model in models:
            self.open_model(self._last_model)
        elif len(models) == 1:
            self.open_model(next(iter(models)))
        else:
            self.ask_for_model()

    @work(exclusive=True, group="model")
    async def open_model(self, model: ModelRef) -> None:
        """Show a model's traces: of all its deployments, or of its default connection."""
        try:
            if model not in self._known.models:
                await self._known.read_models()
            await self._known.read_choices(model)
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        self.view = self.view.of_model(model, self._known.default_connection)
        self.post_message(self.ModelChosen(model))

    @work(exclusive=True, group="model")
    async def refresh_all(self, model: ModelRef) -> None:
        """Read everything again; cursor, selection and scroll stay."""
        try:
            await self._known.read_models()
            await self._known.read_choices(model)
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        self._resolve()
        self.rows.reload()
        self.load_summary()

    @property
    def _columns(self) -> tuple[Column, ...]:
        """The columns of the model that are not switched off."""
        model = self.view.model
        hidden = self._hidden.get(model.type, frozenset()) if model else frozenset()
        return columns_for(is_hosted=self.view.is_hosted, hidden=hidden)

    def _resolve(self) -> None:
        """Work out what the period means now."""
        self._read_at_us = self._now_us()
        self._within = self.bar.within = self._known.within(self.view)

    def ask_for_model(self) -> None:
        """Ask for a model; without an answer and a model before, the page says how to ask again."""
        from tracetui.ui.screens.model_picker import model_picker

        def chosen(model: ModelRef | None) -> None:
            if model is not None:
                self.open_model(model)
            elif self.view.scope is None:
                self.rows.say(*self._known.why_empty(self.view))

        self.app.push_screen(model_picker(self._source, self._zone, self._now_us, self.view.model), chosen)

    def read_again(self) -> None:
        """Read the latest data; a search that was stopped goes on."""
        self._is_stopped = False
        if self.view.model is None:
            self.open_first()
        else:
            self.refresh_all(self.view.model)
