"""What a dashboard shows, as one frozen value, and which widgets there are.

The only state of the Analytics screen and of an expanded chart: comparable, so that setting an equal one wakes
nobody. The period's meaning moves with the clock; the screen resolves it at each reading.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from tracetui.display.sanitise import Safe
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import ANALYTICS_DEFAULT, PeriodChoice
from tracetui.domain.queries import DeploymentRef, Scope

TYPES = tuple(ModelType)
"""The tabs, in order."""
TYPE_NAMES = {
    ModelType.FINE_TUNED: "Fine-tuned",
    ModelType.OPEN_SOURCE: "Open-source",
    ModelType.EXTERNAL: "External",
}


class ChartKind(NamedTuple):
    """A widget of the dashboard."""

    key: str
    title: Safe
    short: Safe
    """The title where there is little room."""
    types: tuple[ModelType, ...]
    """The model types that have it (A26)."""
    about: str


HOSTED = (ModelType.FINE_TUNED, ModelType.OPEN_SOURCE)

CHARTS = (
    ChartKind(
        "latency",
        Safe("Model Latency"),
        Safe("Latency"),
        TYPES,
        "How long requests took. Of up to seven days each request is a point; where there are more of them than "
        "columns, the fastest and the slowest of each column are drawn. Of longer periods each point is the "
        "average of a day. The line breaks where an hour (of a single day) or a day had no request.",
    ),
    ChartKind(
        "requests",
        Safe("Requests"),
        Safe("Requests"),
        TYPES,
        "How many requests succeeded (the unbroken line) and failed (the dashes). Credits each are the credits of "
        "the model's deployments in this period, divided by the successful requests. Up and down choose whether "
        "enter opens all requests, the successful or the failed ones.",
    ),
    ChartKind(
        "scaling",
        Safe("Model Scaling and Usage"),
        Safe("Scaling"),
        HOSTED,
        "How many replicas were up, of the deployment or of all of them together, and on which hardware. On a "
        "single day the red line is the most replicas that the deployment may have. Where the config file names "
        "the limit of the account, it stands beside the replicas up over all deployments at the period's end.",
    ),
    ChartKind(
        "tokens",
        Safe("Tokens"),
        Safe("Tokens"),
        (ModelType.EXTERNAL,),
        "Input and output tokens in thousands, output above input. Requests whose tokens were not counted are in "
        "neither.",
    ),
)

KIND_OF = {kind.key: kind for kind in CHARTS}
SAME_PLACE = {"scaling": "tokens", "tokens": "scaling"}
"""Widgets that stand in the same place, for no model type has both."""


@dataclass(frozen=True, slots=True)
class AnalyticsView:
    """Which time, which type of model, and for each type which model, narrowed how."""

    period: PeriodChoice = ANALYTICS_DEFAULT
    tab: ModelType = ModelType.FINE_TUNED
    scopes: tuple[Scope | None, ...] = (None,) * len(TYPES)
    """One for each type in their order; None: no model of it is chosen yet."""
    compares: bool = False
    """Whether versions are drawn one by one over another, in Latency and Requests."""

    @property
    def scope(self) -> Scope | None:
        """Whose charts are shown."""
        return self.scopes[TYPES.index(self.tab)]

    @property
    def charts(self) -> tuple[ChartKind, ...]:
        """The widgets that this type of model has."""
        return tuple(kind for kind in CHARTS if self.tab in kind.types)

    def of_model(self, model: ModelRef) -> "AnalyticsView":
        """A model, all of it, on the tab of its type."""
        return replace(self, tab=model.type)._within(Scope(model))

    def of_deployment(self, deployment: DeploymentRef | None) -> "AnalyticsView":
        """One deployment of the model, or all; versions are those of a deployment, so all of them."""
        return self._within(replace(self._known_scope, deployment=deployment, version=None))

    def of_version(self, version: str | None) -> "AnalyticsView":
        """One version, or all."""
        return self._within(replace(self._known_scope, version=version))

    def of_connection(self, connection: str | None) -> "AnalyticsView":
        """One connection, or all."""
        return self._within(replace(self._known_scope, connection=connection))

    def of_type(self, tab: ModelType) -> "AnalyticsView":
        """Another tab, as it was left."""
        return replace(self, tab=tab)

    def with_period(self, period: PeriodChoice) -> "AnalyticsView":
        """Another period."""
        return replace(self, period=period)

    def comparing(self, compares: bool) -> "AnalyticsView":
        """Versions one by one, or together."""
        return replace(self, compares=compares)

    def shows_other_charts(self, other: "AnalyticsView") -> bool:
        """Whether the charts differ from those of another view."""
        return (self.period, self.scope, self.tab, self.compares) != (
            other.period,
            other.scope,
            other.tab,
            other.compares,
        )

    @property
    def _known_scope(self) -> Scope:
        scope = self.scope
        assert scope is not None, "a model is chosen before it is narrowed"
        return scope

    def _within(self, scope: Scope | None) -> "AnalyticsView":
        place = TYPES.index(self.tab)
        return replace(self, scopes=(*self.scopes[:place], scope, *self.scopes[place + 1 :]))
