"""Every number that the dashboard can show equals one counted from the records by plain Python.

All charts at every place of their cursor and all cards, in each kind of period, across both changes of the clocks,
in half-hour zones, for each type of model, whole and narrowed; and a part of it through the widgets themselves.
"""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot

from tests.cli.commands import SHARED, Command, needs_shared_data
from tests.fakes import a_trace
from tests.store import charts
from tests.store.charts import BERLIN, CHOICES, KATHMANDU, NEW_YORK, SCOPES
from tests.store.plain import fill
from tests.ui import shown
from tests.ui.dashboards import screen_of
from tests.ui.shown import Clock, Hosting, Shown, Slice
from tests.ui.tables import press, settled
from tracetui.display.chart_spec import ChartSpec, Word
from tracetui.domain.analytics import AccountQuery
from tracetui.domain.catalogue import CreditEntry, Deployment, ModelRef, ModelType
from tracetui.domain.periods import CustomDays, Period, PeriodChoice, Preset, day_count, is_by_hour, resolve
from tracetui.domain.ports import Record
from tracetui.domain.queries import DeploymentRef, Scope
from tracetui.domain.trace import Status, Trace
from tracetui.store.reader import SqliteReader
from tracetui.ui.analytics_view import AnalyticsView
from tracetui.ui.app import TraceTuiApp
from tracetui.ui.chart_reading import ChartReading
from tracetui.ui.source import Source
from tracetui.ui.widgets.metric_card import METRICS

COLUMNS = 110
WIDE = (260, 60)
"""Here every line has room for all of its words."""
JOINED = SHARED / "joined" / "taubench_gpt4o_runs.jsonl"

every_choice = pytest.mark.parametrize("choice", CHOICES, ids=str)
every_zone = pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, KATHMANDU], ids=str)


class Made(NamedTuple):
    """What the records say of a scope."""

    traces: list[Trace]
    hosting: Hosting
    spans: list[tuple[int, int]]


@dataclass
class Known:
    """A store, the records that went in, and the moment at which it is looked at."""

    path: Path
    records: Sequence[Record]
    now_us: int
    made: dict[Scope, Made] = field(default_factory=dict)

    def of(self, scope: Scope) -> Made:
        """What the records say of a scope, looked up once."""
        if scope not in self.made:
            hosting = Hosting(self.records, scope)
            spans = shown.spans_up(self.records, scope, hosting)
            self.made[scope] = Made(charts.traces_of(self.records, scope), hosting, spans)
        return self.made[scope]

    @cached_property
    def entries(self) -> list[CreditEntry]:
        return charts.of_kind(self.records, CreditEntry)

    def shown(self, key: str, scope: Scope, choice: PeriodChoice, zone: tzinfo, columns: int = COLUMNS) -> Shown:
        """What a chart has to say; of requests the sums without their credits."""
        within = resolve(choice, self.now_us, zone)
        clock = Clock(zone, is_by_hour(within, zone), self.now_us)
        made = self.of(scope)
        traces = charts.bucketed(made.traces, choice, zone, self.now_us)
        buckets = charts.buckets_of(choice, zone, self.now_us)
        slices = [Slice(*bucket, some) for bucket, some in zip(buckets, traces, strict=True)]
        if key == "requests":
            return shown.requests(clock, slices)
        if key == "tokens":
            return shown.tokens(clock, slices)
        if key == "scaling":
            return shown.scaling(clock, slices, made.hosting)
        if clock.by_hour or day_count(within, zone) <= 7:
            return Shown("ms, each request", shown.latency_by_request(clock, slices, columns))
        return Shown("ms, daily average", shown.latency_by_day(clock, slices))

    def legend(self, scope: Scope, within: Period) -> str:
        if not shown.is_idle(self.of(scope).spans, within, self.now_us):
            return ""
        return "  ╱╱ not deployed" if scope.model.type.is_hosted else "  ╱╱ not connected"


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """400 days of all three types of models."""
    path = tmp_path_factory.mktemp("shown") / "traces.db"
    records = charts.demo_records()
    fill(path, *records)
    return Known(path, records, charts.NOW_US)


@pytest.fixture
async def source(made_up: Known) -> AsyncIterator[Source]:
    source = Source(lambda: SqliteReader(made_up.path))
    yield source
    source.close()


def scopes(records: Sequence[Record]) -> list[Scope]:
    """All kinds of narrowing, and each of three deployments of one name."""
    model = SCOPES[0].model
    namesakes = {
        one.deployed_at_us for one in charts.of_kind(records, Deployment) if one.name == "support-bot-prod"
    }
    return [
        *SCOPES,
        *(Scope(model, DeploymentRef("support-bot-prod", at_us)) for at_us in sorted(filter(None, namesakes))),
    ]


def keys_of(scope: Scope) -> tuple[str, ...]:
    return ("latency", "requests", "scaling" if scope.model.type.is_hosted else "tokens")


def text(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words).strip()


def readouts(spec: ChartSpec) -> list[str]:
    assert list(spec.stops) == sorted(spec.stops, key=lambda stop: stop.at_us)
    return [text(stop.words) for stop in spec.stops]


def assert_sums(known: Known, key: str, told: str, wanted: Shown, scope: Scope, within: Period) -> None:
    """The words beside a title; credits are told apart, for the store rounds each entry that is cut."""
    legend = known.legend(scope, within)
    assert told.endswith(legend), (told, legend)
    told = told.removesuffix(legend)
    if key == "requests" and scope.model.type.is_hosted:
        told, _, credits = told.removesuffix(" credits each").rpartition("  ")
        answered = int(wanted.sums.split("✓ ")[1].split(" ")[0].replace(",", ""))
        exact = shown.credits_each(known.entries, scope, known.of(scope).hosting, within, answered)
        assert (credits == "–") == (exact is None)
        assert exact is None or shown.is_rounded(credits, exact, Fraction(30, 1_000_000 * answered))
    assert told.strip() == wanted.sums


@every_zone
@every_choice
async def test_every_chart_says_what_a_loop_over_the_records_says(
    made_up: Known, source: Source, choice: PeriodChoice, zone: tzinfo
) -> None:
    reading = ChartReading(source, zone, lambda: made_up.now_us)
    within = resolve(choice, made_up.now_us, zone)
    for scope in scopes(made_up.records):
        for key in keys_of(scope):
            chart = await reading.chart(key, scope, choice, COLUMNS, compares=False)
            wanted = made_up.shown(key, scope, choice, zone)
            where = (key, scope)
            assert (where, readouts(chart.spec)) == (where, wanted.readouts)
            assert (chart.spec.limit.name if chart.spec.limit else "") == wanted.limit
            assert bool(chart.spec.words) == (not wanted.readouts)
            assert_sums(made_up, key, text(chart.sums), wanted, scope, within)


@every_zone
@every_choice
async def test_every_card_says_what_a_loop_over_the_records_says(
    made_up: Known, source: Source, choice: PeriodChoice, zone: tzinfo
) -> None:
    within = resolve(choice, made_up.now_us, zone)
    account = await source.fetch(AccountQuery(within))
    assert_cards(made_up, within, [metric.figure(account) for metric in METRICS])


def assert_cards(known: Known, within: Period, figures: list[str]) -> None:
    spent, tuning, deployed, tuned = shown.cards(known.records, within)
    slack = Fraction(100, 1_000_000)
    assert shown.is_rounded(figures[0], spent, slack)
    assert shown.is_rounded(figures[1], tuning, slack)
    assert figures[2:] == [deployed, tuned]


@pytest.mark.parametrize("key", ["latency", "requests"])
@pytest.mark.parametrize("choice", [Preset.HOURS_24, Preset.DAYS_7, Preset.DAYS_90, Preset.LAST_YEAR], ids=str)
async def test_versions_that_are_compared_say_what_each_says_alone(
    made_up: Known, source: Source, choice: PeriodChoice, key: str
) -> None:
    reading = ChartReading(source, BERLIN, lambda: made_up.now_us)
    scope = SCOPES[0]
    chart = await reading.chart(key, scope, choice, COLUMNS, compares=True)
    versions = {trace.version for trace in charts.traces_of(made_up.records, scope)}
    alone = {
        version: made_up.shown(key, Scope(scope.model, version=version), choice, BERLIN).readouts
        for version in versions
    }
    several = sum(map(bool, alone.values())) > 1
    wanted = [f"{version}  {words}" if several else words for version, told in alone.items() for words in told]
    assert sorted(readouts(chart.spec)) == sorted(wanted)


class Widgets:
    """The dashboard, asked what its widgets say."""

    def __init__(self, app: TraceTuiApp) -> None:
        self.screen = screen_of(app)

    def cards(self) -> list[str]:
        lines = [card.render_line(1).text.strip() for card in self.screen.cards.cards]
        assert all(card.figure == line for card, line in zip(self.screen.cards.cards, lines, strict=True))
        return lines

    def title(self, key: str) -> str:
        return self.screen.panel(key).head.render_line(0).text.strip("▌ ").removesuffix("z").strip()

    def at_each_place(self, key: str) -> Iterator[str]:
        chart = self.screen.panel(key).chart
        for place in range(len(chart.spec.stops)):
            chart.cursor = place
            yield self.title(key)


async def assert_widgets(known: Known, app: TraceTuiApp, scope: Scope, choice: PeriodChoice, zone: tzinfo) -> None:
    widgets = Widgets(app)
    within = resolve(choice, known.now_us, zone)
    for kind in widgets.screen.kinds():
        chart = widgets.screen.panel(kind.key).chart
        wanted = known.shown(kind.key, scope, choice, zone, chart.columns)
        head = f"{kind.title}  "
        chart.cursor = None
        told = widgets.title(kind.key)
        assert told.startswith(head)
        assert_sums(known, kind.key, told.removeprefix(head), wanted, scope, within)
        places = list(widgets.at_each_place(kind.key))
        assert len(places) == len(wanted.readouts)
        for line, words in zip(places, wanted.readouts, strict=True):
            assert line.startswith(told)
            assert line.removeprefix(told).strip() == words


def an_app(known: Known, zone: tzinfo) -> TraceTuiApp:
    return TraceTuiApp(lambda: SqliteReader(known.path), store=known.path, zone=zone, now_us=lambda: known.now_us)


async def all_read(pilot: Pilot[Any]) -> None:
    """Wait until charts are drawn for the places that they got last."""
    for _ in range(2):
        await settled(pilot)


SAMPLE: tuple[tuple[int, PeriodChoice], ...] = (
    (0, Preset.HOURS_24),
    (1, Preset.DAYS_7),
    (2, Preset.DAYS_30),
    (4, Preset.DAYS_90),
    (5, Preset.LAST_YEAR),
    (7, CustomDays(date(2026, 10, 25), date(2026, 10, 25))),
    (8, Preset.THIS_YEAR),
    (9, Preset.LAST_MONTH),
    (10, Preset.THIS_MONTH),
    (12, CustomDays(date(2026, 3, 26), date(2026, 4, 1))),
)
"""Which narrowing, of those above, in which period."""


async def test_the_widgets_say_so_on_the_screen(made_up: Known) -> None:
    app = an_app(made_up, BERLIN)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        await press(pilot, "escape", "1")
        screen = screen_of(app)
        for place, choice in SAMPLE:
            scope = scopes(made_up.records)[place]
            view = AnalyticsView().of_model(scope.model)._within(scope)
            screen.view = view.with_period(choice)
            await all_read(pilot)
            assert_cards(made_up, resolve(choice, made_up.now_us, BERLIN), Widgets(app).cards())
            await assert_widgets(made_up, app, scope, choice, BERLIN)


@pytest.fixture
def joined(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Known:
    """A real file, put into a store by the command; eleven days in which Berlin puts its clocks back."""
    monkeypatch.chdir(tmp_path)
    command = Command(tmp_path, capsys)
    command.run("import", JOINED)
    now = datetime.fromisoformat("2025-10-30T20:17:05+00:00")
    return Known(command.store, [a_call(json.loads(line)) for line in JOINED.read_text().splitlines()], us(now))


def a_call(line: dict[str, Any]) -> Trace:
    took_ms = line["response_time_ms"]
    return a_trace(
        line["request_id"],
        model="gpt-4o",
        model_type=ModelType.EXTERNAL,
        connection=line["connection"],
        executed_at_us=us(datetime.fromisoformat(line["executed_at"])),
        response_time_us=None if took_ms is None else round(took_ms * 1_000),
        status=Status.SUCCESS if line["status"] == "success" else Status.FAILED,
        input_tokens=line["input_tokens"],
        output_tokens=line["output_tokens"],
    )


def us(at: datetime) -> int:
    return (at - shown.EPOCH) // timedelta(microseconds=1)


@needs_shared_data
async def test_the_widgets_say_of_the_joined_runs_what_their_lines_say(joined: Known) -> None:
    connections = sorted({one.connection for one in charts.of_kind(joined.records, Trace) if one.connection})
    model = ModelRef(ModelType.EXTERNAL, "gpt-4o")
    for zone in (BERLIN, ZoneInfo("Asia/Kathmandu")):
        app = an_app(joined, zone)
        async with app.run_test(size=WIDE) as pilot:
            await settled(pilot)
            await press(pilot, "escape", "1")
            for choice in (
                Preset.HOURS_24,
                CustomDays(date(2025, 10, 26), date(2025, 10, 26)),
                CustomDays(date(2025, 10, 24), date(2025, 10, 27)),
                Preset.DAYS_7,
                Preset.DAYS_30,
                Preset.THIS_YEAR,
            ):
                for connection in (None, *connections[:2]):
                    scope = Scope(model, connection=connection)
                    view = AnalyticsView().of_model(model)._within(scope)
                    screen_of(app).view = view.with_period(choice)
                    await all_read(pilot)
                    assert Widgets(app).cards() == ["–", "–", "0", "0"]
                    await assert_widgets(joined, app, scope, choice, zone)
