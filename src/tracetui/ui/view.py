"""What the Traces screen shows, as one frozen value, and the questions that follow from it.

The screen's only state: comparable, so that setting an equal one wakes nobody; testable without a screen. What
a choice of period means right now is not kept here, because it moves with the clock: the screen resolves it.
"""

from dataclasses import dataclass, replace

from tracetui.domain.catalogue import ModelRef
from tracetui.domain.filters import Filter
from tracetui.domain.periods import TRACES_DEFAULT, Period, PeriodChoice
from tracetui.domain.queries import (
    Anchor,
    CountQuery,
    DeploymentRef,
    ExportQuery,
    LookQuery,
    Order,
    PageQuery,
    PlaceQuery,
    Position,
    Scope,
    SummaryQuery,
)

NO_FILTER = Filter()
ORDERS = tuple(Order)
"""As `s` goes round them."""


@dataclass(frozen=True, slots=True)
class TracesView:
    """Whose traces, of which time, which of them, in which order, and which one is open."""

    scope: Scope | None = None
    """None: no model is chosen yet."""
    period: PeriodChoice = TRACES_DEFAULT
    filter: Filter = NO_FILTER
    search: str = ""
    """A text that must be found in them; empty: none."""
    order: Order = Order.NEWEST
    picked: int | None = None
    """The trace that stands in the detail pane, by the id of its row; None: the pane is closed."""

    @property
    def model(self) -> ModelRef | None:
        """The model, where one is chosen."""
        return None if self.scope is None else self.scope.model

    @property
    def is_hosted(self) -> bool:
        """Whether the model has deployments; also before one is chosen."""
        return self.model is None or self.model.type.is_hosted

    @property
    def narrows(self) -> bool:
        """Whether a filter or a search leaves some traces of scope and period out."""
        return bool(self.filter or self.search)

    def of_model(self, model: ModelRef, connection: str | None) -> "TracesView":
        """Another model, narrowed by its default connection where it has one.

        Order, period and search stay, and of the filter what such a model can be filtered by.
        """
        scope = Scope(model, connection=connection)
        return replace(self, scope=scope, filter=self.filter.for_type(model.type))

    def of_deployment(self, deployment: DeploymentRef | None) -> "TracesView":
        """One deployment of the model, or all; versions are those of a deployment, so all of them."""
        return self._within(replace(self._known_scope, deployment=deployment, version=None))

    def of_version(self, version: str | None) -> "TracesView":
        """One version, or all."""
        return self._within(replace(self._known_scope, version=version))

    def of_connection(self, connection: str | None) -> "TracesView":
        """One connection, or all."""
        return self._within(replace(self._known_scope, connection=connection))

    def sorted_next(self) -> "TracesView":
        """The next order: newest, oldest, slowest, fastest, and round again."""
        return replace(self, order=ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)])

    def sorted_by(self, column: str) -> "TracesView":
        """Sort by a column, the other way round if it is sorted by already; others do not sort."""
        first, second = {
            "executed_at": (Order.NEWEST, Order.OLDEST),
            "response_time": (Order.SLOWEST, Order.FASTEST),
        }.get(column, (self.order, self.order))
        return replace(self, order=second if self.order is first else first)

    def shows_other_rows(self, other: "TracesView") -> bool:
        """Whether the rows differ from those of another view, or stand in another order."""
        return self.shows_other_figures(other) or self.order is not other.order

    def shows_other_figures(self, other: "TracesView") -> bool:
        """Whether the figures above the table differ."""
        mine = (self.scope, self.period, self.filter, self.search)
        return mine != (other.scope, other.period, other.filter, other.search)

    def rows_query(self, within: Period, anchor: Anchor, count: int) -> PageQuery:
        """The question for a page of the table."""
        return PageQuery(
            self._known_scope, within, self.order, anchor, count, self.filter or None, self.search or None
        )

    def look_query(self, within: Period, count: int) -> LookQuery:
        """The question for the first rows in which the search's text is found, and the figures of all of them."""
        return LookQuery(self._known_scope, within, self.order, count, self.search, self.filter or None)

    def place_query(self, within: Period, position: Position) -> PlaceQuery:
        """The question for the place of a row, where a page does not tell it."""
        scope, filter, search = self._known_scope, self.filter or None, self.search or None
        return PlaceQuery(scope, within, self.order, position, filter, search)

    def whole_query(self, within: Period) -> SummaryQuery:
        """The question for the figures of all traces of scope and period."""
        return SummaryQuery(self._known_scope, within)

    def matching_query(self, within: Period) -> SummaryQuery:
        """The question for the figures of those that filter and search leave."""
        return SummaryQuery(self._known_scope, within, self.filter or None, self.search or None)

    def export_query(self, within: Period) -> ExportQuery:
        """The question for all rows of the table, whole."""
        return ExportQuery(self._known_scope, within, self.order, self.filter or None, self.search or None)

    def count_query(self, within: Period, filter: Filter) -> CountQuery:
        """The question for how many traces there would be with another filter."""
        return CountQuery(self._known_scope, within, filter or None, self.search or None)

    def with_picked(self, trace_id: int | None) -> "TracesView":
        """The detail pane open on a trace, or closed."""
        return replace(self, picked=trace_id)

    def with_period(self, period: PeriodChoice) -> "TracesView":
        """Another period."""
        return replace(self, period=period)

    def with_filter(self, filter: Filter) -> "TracesView":
        """Other conditions, or none."""
        return replace(self, filter=filter)

    def with_search(self, text: str) -> "TracesView":
        """Only traces in which a text is found; empty: all."""
        return replace(self, search=text)

    @property
    def _known_scope(self) -> Scope:
        assert self.scope is not None, "a model is chosen before anything is asked"
        return self.scope

    def _within(self, scope: Scope) -> "TracesView":
        return replace(self, scope=scope)
