"""The traces behind a point of a chart (B1): the Traces screen on top of the dashboard, and back.

A screen of its own and not the one under `2`, which keeps the state in which it was left.
"""

from collections.abc import Callable, Mapping
from datetime import tzinfo

from textual import work

from tracetui.display.chart_spec import Behind
from tracetui.domain.catalogue import ModelType
from tracetui.domain.fields import FIELD_OF, Operator
from tracetui.domain.filters import Condition, Filter
from tracetui.domain.queries import Scope
from tracetui.domain.trace import Status
from tracetui.errors import TraceTuiError
from tracetui.ui.screens.leaving import Leaving
from tracetui.ui.screens.traces import TracesScreen
from tracetui.ui.source import Source
from tracetui.ui.view import NO_FILTER, TracesView
from tracetui.ui.widgets.header import HeaderLine


class TracesBehind(Leaving[None], TracesScreen):
    """Exactly the traces behind a point, to be gone through like all others; `escape` leads back to the point.

    Args:
        source: Where to ask.
        header: The line of place.
        zone: In which times are shown and periods begin.
        now_us: The clock.
        hidden: The columns switched off, by the type of model.
        scope: Whose traces.
        behind: Of which time and status, and which one to open.
    """

    def __init__(
        self,
        source: Source,
        header: HeaderLine,
        *,
        zone: tzinfo,
        now_us: Callable[[], int],
        hidden: Mapping[ModelType, frozenset[str]] | None = None,
        scope: Scope,
        behind: Behind,
    ) -> None:
        super().__init__(source, header, zone=zone, now_us=now_us, hidden=hidden)
        self._scope, self._behind = scope, behind

    @work(exclusive=True, group="model")
    async def open_first(self) -> None:
        """Show the traces; where they are one request, that one open."""
        try:
            await self._known.read_models()
            await self._known.read_choices(self._scope.model)
        except TraceTuiError as error:
            self.rows.show_error(error)
            return
        behind = self._behind
        self.view = TracesView(self._scope, behind.period, _only(behind.status), picked=behind.trace_id)
        if behind.at_us is not None:
            self.rows.go_to_time(behind.at_us)

    def action_back(self) -> None:
        """Back by one step, at last to the point."""
        if self.view.picked is not None or self.view.search:
            super().action_back()
        else:
            self.dismiss()


def _only(status: Status | None) -> Filter:
    """A filter for one status."""
    if status is None:
        return NO_FILTER
    return Filter((Condition(FIELD_OF["status"], Operator.EQUALS, status),))
