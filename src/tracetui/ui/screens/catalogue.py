"""What the Traces screen knows of models, as it was read last: which there are, by what they are narrowed.

From it come the dialogs that ask for a scope or a period, imported when they are asked for, and what a period is.
"""

from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING

from tracetui.display.formatting import year_of
from tracetui.domain.catalogue import ModelRef
from tracetui.domain.narrowing import versions_of
from tracetui.domain.periods import TRACES_PRESETS, Period, resolve
from tracetui.domain.queries import DeploymentRef, ModelsQuery, Scope, ScopeQuery
from tracetui.domain.rows import ModelEntry, ScopeChoices
from tracetui.ui.empty_words import why_empty
from tracetui.ui.source import Source
from tracetui.ui.view import TracesView

if TYPE_CHECKING:
    from tracetui.ui.screens.list_picker import ListPicker
    from tracetui.ui.screens.period_picker import PeriodPicker
    from tracetui.ui.screens.scope_pickers import Chosen


class Catalogue:
    """Models and what narrows them.

    Args:
        source: Where to ask.
        zone: In whose days periods begin.
        now_us: The clock.
    """

    def __init__(self, source: Source, zone: tzinfo, now_us: Callable[[], int]) -> None:
        self._source, self._zone, self._now_us = source, zone, now_us
        self.this_year = year_of(now_us(), zone)
        self.models: dict[ModelRef, ModelEntry] = {}
        self._choices = ScopeChoices((), (), ())

    async def read_models(self) -> None:
        """Read which models there are."""
        self.models = {entry.ref: entry for entry in await self._source.fetch(ModelsQuery())}

    async def read_choices(self, model: ModelRef) -> None:
        """Read by what a model is narrowed."""
        self._choices = await self._source.fetch(ScopeQuery(model))

    @property
    def default_connection(self) -> str | None:
        """The connection that a model behind connections is shown through at first."""
        return self._choices.connections[0] if self._choices.connections else None

    def within(self, view: TracesView) -> Period:
        """What the period of a view means now."""
        entry = self._entry(view)
        return resolve(
            view.period,
            self._now_us(),
            self._zone,
            first_us=entry.first_at_us if entry else None,
            last_us=entry.last_at_us if entry else None,
        )

    def why_empty(self, view: TracesView) -> tuple[str, ...]:
        """Lines to read where a view has no rows."""
        return why_empty(view, self.models, self._zone, self.this_year)

    def deployment_picker(self, scope: Scope) -> "ListPicker[Chosen[DeploymentRef]]":
        """Ask for a deployment, or all."""
        from tracetui.ui.screens.scope_pickers import deployment_picker

        return deployment_picker(self._choices, self._zone, self.this_year, scope.deployment)

    def connection_picker(self, scope: Scope) -> "ListPicker[Chosen[str]]":
        """Ask for a connection, or all."""
        from tracetui.ui.screens.scope_pickers import name_picker

        return name_picker("Connection", "all connections", self._choices.connections, scope.connection)

    def version_picker(self, scope: Scope) -> "ListPicker[Chosen[str]]":
        """Ask for a version, or all."""
        from tracetui.ui.screens.scope_pickers import name_picker

        versions = versions_of(self._choices, scope.deployment)
        return name_picker("Version", "all versions", versions, scope.version)

    def period_picker(self, view: TracesView) -> "PeriodPicker":
        """Ask for a period."""
        from tracetui.ui.screens.period_picker import PeriodPicker

        entry = self._entry(view)
        return PeriodPicker(
            TRACES_PRESETS,
            view.period,
            now_us=self._now_us(),
            zone=self._zone,
            first_us=entry.first_at_us if entry else None,
        )

    def _entry(self, view: TracesView) -> ModelEntry | None:
        return self.models.get(view.model) if view.model else None
