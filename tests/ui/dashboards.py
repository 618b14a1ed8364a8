"""A store of a hosted and an external model with answers to all that Analytics asks."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from textual.pilot import Pilot

from tests.fakes import MS, NOON_US, FakeReader
from tests.ui.many_rows import ManyRows
from tests.ui.tables import settled
from tracetui.domain.analytics import (
    Account,
    AccountQuery,
    Average,
    AveragesQuery,
    Counts,
    LatencyColumn,
    LatencyPoints,
    LatencyPointsQuery,
    Replicas,
    ReplicasQuery,
    ReplicaStep,
    ReplicasUpQuery,
    Requests,
    RequestsQuery,
    Running,
    TimedRequest,
    Tokens,
    TokensQuery,
    TokenUse,
    UptimeQuery,
    slice_of,
)
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import HOUR_US
from tracetui.domain.queries import (
    ModelsQuery,
    PageQuery,
    Query,
    ScopeQuery,
    StoreQuery,
    SummaryQuery,
    TraceQuery,
)
from tracetui.domain.rows import DeploymentEntry, ModelEntry, ScopeChoices, StoreState, Summary
from tracetui.ui.app import TraceTuiApp
from tracetui.ui.screens.analytics import AnalyticsScreen

HOSTED = ModelRef(ModelType.FINE_TUNED, "support-bot")
EXTERNAL = ModelRef(ModelType.EXTERNAL, "gpt-4o")
DAY_US = 24 * HOUR_US


class Dashboard:
    """Answers that a test may change, and what was asked."""

    def __init__(self) -> None:
        self.rows = ManyRows(1_000)
        self.account = Account(12_480_500_000, 310_000_000, 7, 2)
        self.counts = Counts(6_802, 12)
        self.credits_micro: int | None = 26_000_000
        self.shift_us = 0
        self.changed: dict[type[Any], Any] = {}
        self.reader = FakeReader(self.answer)

    def answer(self, query: Query[Any]) -> Any:
        if type(query) in self.changed:
            return self.changed[type(query)]
        match query:
            case StoreQuery():
                return StoreState(traces=1_000, models=2, is_read_only=False, last_write_us=NOON_US)
            case ModelsQuery():
                return tuple(ModelEntry(ref, None, 9, NOON_US - DAY_US, NOON_US) for ref in (HOSTED, EXTERNAL))
            case ScopeQuery(model=model):
                deployed = DeploymentEntry("prod-eu", NOON_US - 20 * DAY_US, None, ("v3", "v2"), "A100", 9)
                hosted = ScopeChoices((deployed,), ("v3", "v2"), ())
                return hosted if model.type.is_hosted else ScopeChoices((), (), ("azure-eu", "openai"))
            case AccountQuery():
                return self.account
            case UptimeQuery(within=within):
                return (within,)
            case LatencyPointsQuery():
                return self.points(query)
            case AveragesQuery(buckets=buckets):
                return tuple(Average(3, 3 * 500 * MS) for _ in buckets)
            case RequestsQuery(buckets=buckets):
                total = Counts(self.counts.success * len(buckets), self.counts.failed * len(buckets))
                return Requests((self.counts,) * len(buckets), total, self.credits_micro)
            case ReplicasQuery(within=within):
                running = (Running("prod-eu", "v3", 4, "2 x A100", 8),)
                return Replicas((ReplicaStep(within.start_us, running),), ("2 x A100",))
            case ReplicasUpQuery():
                return 14
            case TokensQuery(buckets=buckets):
                one = Tokens(1, 1_500, 1, 500)
                return TokenUse((one,) * len(buckets), Tokens(*[len(buckets) * part for part in one]))
            case PageQuery():
                return self.rows.page(query)
            case SummaryQuery():
                return Summary(1_000, 1, 1_000, 1, 1, None, 1_000, NOON_US)
            case TraceQuery():
                return None
        raise AssertionError(query)

    def points(self, query: LatencyPointsQuery) -> LatencyPoints:
        """One request in each column, the tenth of them slow."""
        columns = []
        for column in range(query.columns):
            at_us = slice_of(column, query.within, query.columns).start_us + self.shift_us
            ms = 9_000 if column == 10 else 500
            one = TimedRequest(column + 1, f"req-{column}", at_us, ms * MS)
            columns.append(LatencyColumn(column, 1, one, one))
        return LatencyPoints(tuple(columns), ())

    def app(self, **settings: Any) -> TraceTuiApp:
        return TraceTuiApp(
            lambda: self.reader,
            store=Path("/data/support.db"),
            zone=ZoneInfo("Europe/Berlin"),
            now_us=lambda: NOON_US,
            **settings,
        )

    def asked(self, kind: type[Any]) -> list[Any]:
        return [query for query in self.reader.asked if isinstance(query, kind)]


def screen_of(app: TraceTuiApp) -> AnalyticsScreen:
    """The dashboard, whatever stands above it."""
    screen = app.screen_stack[0]
    assert isinstance(screen, AnalyticsScreen)
    return screen


async def open_dashboard(pilot: Pilot[Any], model: ModelRef | None = HOSTED) -> None:
    """Show Analytics, on a model or on none."""
    await settled(pilot)
    await pilot.press("escape", "1")
    await settled(pilot)
    app = pilot.app
    assert isinstance(app, TraceTuiApp)
    if model is not None:
        screen_of(app).view = screen_of(app).view.of_model(model)
        await settled(pilot)
