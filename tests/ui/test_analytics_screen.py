"""The Analytics screen: cards, tabs, charts, cursor, what is expanded and what is behind a point."""

from datetime import date

import pytest

from tests.fakes import NOON_US
from tests.screens import line_with, place_of, text_of
from tests.ui.dashboards import DAY_US, EXTERNAL, HOSTED, Dashboard, open_dashboard, screen_of
from tests.ui.tables import press, settled
from tracetui.domain.analytics import (
    Account,
    AccountQuery,
    AveragesQuery,
    Counts,
    LatencyPointsQuery,
    ReplicasQuery,
    ReplicasUpQuery,
    RequestsQuery,
    UptimeQuery,
)
from tracetui.domain.choices import Choices
from tracetui.domain.periods import CustomDays, Preset
from tracetui.domain.queries import DeploymentRef, PageQuery, Scope, ScopeQuery
from tracetui.domain.rows import ScopeChoices
from tracetui.domain.trace import Status
from tracetui.errors import StoreError
from tracetui.ui.app import TraceTuiApp
from tracetui.ui.screens.expanded_chart import ExpandedChart
from tracetui.ui.screens.traces_behind import TracesBehind
from tracetui.ui.widgets.chart import Chart

ROOMY = (120, 40)


class ListMemory:
    problem = None

    def __init__(self, choices: Choices) -> None:
        self.choices, self.saved = choices, list[Choices]()

    def load(self) -> Choices:
        return self.choices

    def save(self, choices: Choices) -> None:
        self.saved.append(choices)


def chart_of(app: TraceTuiApp, key: str) -> Chart:
    return screen_of(app).panel(key).chart


async def test_before_a_model_is_chosen_the_cards_load_and_each_widget_says_so() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot, None)
        text = text_of(app)
        assert all(figure in text for figure in ("12,480.5", "310", "Deployed models i", "Fine-tuned models i"))
        assert text.count("No model is chosen.") == 3
        assert "7 days 25 Sep – 1 Oct" in text


async def test_a_hosted_model_has_latency_requests_and_scaling() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        text = text_of(app)
        assert all(title in text for title in ("Model Latency", "Requests  47,698", "2 x A100"))
        assert "Tokens" not in text


async def test_the_accounts_replica_limit_is_named_where_it_is_known_expanded_too() -> None:
    dashboard = Dashboard()
    app = dashboard.app(replica_limit=20)
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        assert "account 14 of 20" in text_of(app)
        assert dashboard.asked(ReplicasUpQuery)[-1].at_us == NOON_US
        screen_of(app).action_expand("scaling")
        await settled(pilot)
        assert "account 14 of 20" in text_of(app)


async def test_without_a_replica_limit_nobody_asks_for_the_accounts_replicas() -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        assert "account 14" not in text_of(app)
        assert dashboard.asked(ReplicasUpQuery) == []


async def test_an_external_model_has_tokens_instead_of_scaling_and_no_credits() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot, EXTERNAL)
        assert "Tokens  14,000  █ in 10,500  █ out 3,500" in text_of(app)
        assert not any(words in text_of(app) for words in ("Scaling", "credits each", "versions"))


async def test_up_to_seven_days_ask_for_requests_and_longer_periods_for_averages() -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        assert not dashboard.asked(AveragesQuery)
        (query,) = dashboard.asked(LatencyPointsQuery)
        assert query.columns == chart_of(app, "latency").columns
        screen_of(app).view = screen_of(app).view.with_period(Preset.DAYS_30)
        await settled(pilot)
        assert len(dashboard.asked(AveragesQuery)[-1].buckets) == 30
        assert "daily average" in text_of(app)


async def test_a_single_day_goes_by_hour_and_a_longer_period_by_day() -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        assert len(dashboard.asked(RequestsQuery)[-1].buckets) == 7
        day = date(2026, 3, 29)
        screen_of(app).view = screen_of(app).view.with_period(CustomDays(day, day))
        await settled(pilot)
        assert len(dashboard.asked(RequestsQuery)[-1].buckets) == 23


async def test_charts_that_reach_into_pruned_time_say_so() -> None:
    dashboard = Dashboard()
    dashboard.account = dashboard.account._replace(pruned_before_us=NOON_US - DAY_US // 2)
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        assert "≈ pruned before 1 Oct   r refresh" in text_of(app)
        screen_of(app).view = screen_of(app).view.with_period(Preset.DAYS_90)
        await settled(pilot)
        assert "≈ pruned before 1 Oct" in text_of(app)


async def test_the_period_sets_cards_and_charts_and_the_model_sets_charts_alone() -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        assert len(dashboard.asked(AccountQuery)) == 1
        screen_of(app).view = screen_of(app).view.of_deployment(DeploymentRef("prod-eu"))
        await settled(pilot)
        assert len(dashboard.asked(AccountQuery)) == 1
        assert dashboard.asked(ReplicasQuery)[-1].scope.deployment == DeploymentRef("prod-eu")
        screen_of(app).view = screen_of(app).view.with_period(Preset.DAYS_90)
        await settled(pilot)
        assert len(dashboard.asked(AccountQuery)) == 2
        assert "90 days 4 Jul – 1 Oct" in text_of(app)


async def test_tabs_show_the_models_of_a_type_and_each_is_left_as_it_was() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "right_square_bracket")
        assert "[Open-source]" in text_of(app)
        assert "No model is chosen." in text_of(app)
        await press(pilot, "left_square_bracket")
        assert "support-bot" in text_of(app)
        await pilot.click(offset=place_of(app, "External"))
        await settled(pilot)
        assert "Tokens" in text_of(app)


async def test_after_fast_changes_only_the_last_is_drawn() -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        dashboard.reader.gate.clear()
        view = screen_of(app).view
        for days in range(2, 12):
            screen_of(app).view = view.with_period(CustomDays(date(2026, 9, 1), date(2026, 9, days)))
            await pilot.pause()
        dashboard.reader.gate.set()
        await settled(pilot)
        spec = chart_of(app, "requests").spec
        assert spec.within.end_us - spec.within.start_us == 11 * DAY_US


async def test_what_takes_long_says_that_it_is_being_read_and_keys_go_on() -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        dashboard.reader.gate.clear()
        screen_of(app).action_refresh()
        await pilot.pause(0.2)
        assert text_of(app).count("Reading …") == 3
        assert "12,480.5" not in text_of(app)
        await pilot.press("2")
        assert app.current_mode == "traces"
        dashboard.reader.gate.set()
        await settled(pilot)


async def test_a_chart_that_cannot_be_read_says_why_and_the_others_stand() -> None:
    dashboard = Dashboard()
    dashboard.changed[RequestsQuery] = StoreError("The store is damaged.", hint="Restore it.")
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        assert "The store is damaged." in text_of(app)
        assert "2 x A100" in text_of(app)


async def test_time_without_deployment_is_hatched_and_said() -> None:
    dashboard = Dashboard()
    dashboard.changed[UptimeQuery] = ()
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        assert "╱" in text_of(app)


async def test_the_cursor_starts_at_the_newest_point_and_goes_to_what_stands_out() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        columns = chart_of(app, "latency").columns
        assert f"req-{columns - 1}  500 ms" in line_with(app, "Model Latency")
        await press(pilot, "left", "left")
        assert f"req-{columns - 3}  500 ms" in line_with(app, "Model Latency")
        await press(pilot, "shift+left")
        assert "req-10  9,000 ms" in line_with(app, "Model Latency")
        await press(pilot, "home")
        assert "req-0  500 ms" in line_with(app, "Model Latency")
        await press(pilot, "end")
        assert f"req-{columns - 1}  500 ms" in line_with(app, "Model Latency")


async def test_the_mouse_moves_the_cursor_too() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await pilot.hover(screen_of(app), offset=(18, 14))
        await settled(pilot)
        assert "req-10  9,000 ms" in line_with(app, "Model Latency")


async def test_refresh_reads_anew_and_keeps_the_cursor() -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "shift+left")
        dashboard.account = Account(None, None, 8, 2)
        await press(pilot, "r")
        assert "req-10  9,000 ms" in line_with(app, "Model Latency")
        assert " –" in text_of(app).splitlines()[3]


async def test_tab_goes_round_the_charts() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        heres = []
        for _ in range(4):
            heres.append(next(key for key in ("latency", "requests", "scaling") if chart_of(app, key).has_focus))
            await press(pilot, "tab")
        assert heres == ["latency", "requests", "scaling", "latency"]


async def test_at_80x24_charts_stand_one_at_a_time_with_sparklines_of_all() -> None:
    app = Dashboard().app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_dashboard(pilot)
        tabs = line_with(app, "[Latency]")
        assert tabs.count("▇") + tabs.count("█") >= 2
        assert "Scaling" in tabs
        await press(pilot, "tab")
        assert "[Requests]" in text_of(app)
        assert "✓ 6,802 of 47,614" in text_of(app)
        assert max(len(line) for line in text_of(app).splitlines()) <= 80


async def test_growing_and_shrinking_rearranges_the_charts() -> None:
    app = Dashboard().app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_dashboard(pilot)
        await pilot.resize_terminal(200, 60)
        await settled(pilot)
        assert "[Latency]" not in text_of(app)
        assert chart_of(app, "latency").columns > 150
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert "[Latency]" in text_of(app)


async def test_versions_are_compared_in_latency_and_requests() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "c")
        assert text_of(app).count("● v3  ▲ v2") == 2
        assert [series.colour for series in chart_of(app, "latency").spec.series] == ["series-1", "series-2"]
        await press(pilot, "c")
        assert "▲ v2" not in text_of(app)


async def test_of_many_versions_the_newest_are_drawn_each_in_a_colour_of_its_own() -> None:
    dashboard = Dashboard()
    dashboard.changed[ScopeQuery] = ScopeChoices((), tuple(f"v{number}" for number in range(15, 0, -1)), ())
    app = dashboard.app()
    async with app.run_test(size=(160, 40)) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "c")
        series = chart_of(app, "latency").spec.series
        assert [one.name for one in series] == ["v15", "v14", "v13", "v12", "v11", "v10"]
        assert len({one.colour for one in series}) == len({one.mark for one in series}) == 6
        assert "+9 more" in line_with(app, "Latency")


async def test_the_list_of_models_begins_with_those_of_the_tab() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot, None)
        await press(pilot, "left_square_bracket", "m", "enter")
        assert screen_of(app).view.scope == Scope(EXTERNAL)


async def test_an_expanded_chart_has_filters_of_its_own() -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "tab", "z")
        expanded = app.screen
        assert isinstance(expanded, ExpandedChart)
        before = screen_of(app).view
        expanded.view = expanded.view.with_period(Preset.DAYS_90).of_version("v2")
        await settled(pilot)
        assert "90 days" in text_of(app)
        assert dashboard.asked(RequestsQuery)[-1].scope == Scope(HOSTED, version="v2")
        await press(pilot, "left")
        assert "✓ 6,802" in text_of(app)
        await press(pilot, "escape")
        assert screen_of(app).view == before
        assert "7 days 25 Sep – 1 Oct" in text_of(app)


async def test_the_mark_of_a_chart_expands_it() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        row = next(n for n, line in enumerate(text_of(app).splitlines()) if "2 x A100" in line)
        await pilot.click(offset=(text_of(app).splitlines()[row].rindex("z"), row))
        await settled(pilot)
        assert isinstance(app.screen, ExpandedChart)
        assert app.screen.kind.key == "scaling"


async def test_the_mark_of_an_expanded_chart_leads_back() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "z")
        line = text_of(app).splitlines()[1]
        await pilot.click(offset=(line.rindex("z"), 1))
        await settled(pilot)
        assert app.screen is screen_of(app)


async def test_enter_opens_the_request_under_the_cursor_and_escape_returns_to_it() -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "shift+left", "enter")
        assert isinstance(app.screen, TracesBehind)
        assert app.screen.view.scope == Scope(HOSTED)
        assert app.screen.view.picked is not None
        await press(pilot, "escape", "escape")
        assert "req-10  9,000 ms" in line_with(app, "Model Latency")
        assert chart_of(app, "latency").has_focus


@pytest.mark.parametrize(("downs", "status"), [(0, None), (1, Status.SUCCESS), (2, Status.FAILED)])
async def test_enter_on_a_day_of_requests_opens_exactly_these(downs: int, status: Status | None) -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "tab", "left", *["down"] * downs, "enter")
        view = app.screen.view  # type: ignore[attr-defined]
        assert view.period == CustomDays(date(2026, 9, 30), date(2026, 9, 30))
        assert [one.value for one in view.filter.conditions] == [status] * (status is not None)
        assert (
            dashboard.asked(PageQuery)[-1].within.end_us - dashboard.asked(PageQuery)[-1].within.start_us == DAY_US
        )


async def test_the_part_that_enter_opens_stands_in_brackets() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "tab", "down", "down")
        assert "[✗ 12]" in text_of(app)


async def test_one_leads_back_to_the_dashboard_from_whatever_stands_above_it() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "z", "enter")
        assert len(app.screen_stack) == 3
        await press(pilot, "1")
        assert app.screen is screen_of(app)


async def test_the_traces_under_two_stay_as_they_were() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "shift+left", "enter", "2")
        assert "choose a model" in text_of(app)


async def test_the_cards_and_the_charts_explain_themselves() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "i")
        assert "How long requests took." in text_of(app)
        await press(pilot, "escape", "I")
        assert "Different models for which a fine-tuning job" in text_of(app)


async def test_the_model_chosen_here_is_there_again_on_the_next_start() -> None:
    memory = ListMemory(Choices(screen="analytics"))
    app = Dashboard().app(memory=memory)
    async with app.run_test(size=ROOMY) as pilot:
        await settled(pilot)
        await press(pilot, "m", *"supp", "enter")
        assert "support-bot" in text_of(app)
    again = Dashboard().app(memory=ListMemory(memory.saved[-1]))
    async with again.run_test(size=ROOMY) as pilot:
        await settled(pilot)
        assert "Requests  47,698" in text_of(again)


def column_and_row(app: TraceTuiApp, key: str, stop: int, value: int) -> tuple[int, int]:
    """Where a value of a stop stands on the screen."""
    chart = chart_of(app, key)
    at = chart.region
    return at.x + chart.drawn.columns[stop], at.y + chart.drawn.heights[stop][value]


@pytest.mark.parametrize(("value", "status"), [(0, Status.SUCCESS), (1, Status.FAILED)])
async def test_two_presses_on_a_line_open_what_that_line_counts(value: int, status: Status) -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await pilot.click(offset=column_and_row(app, "requests", 3, value), times=2)
        await settled(pilot)
        assert isinstance(app.screen, TracesBehind)
        assert [one.value for one in app.screen.view.filter.conditions] == [status]


async def test_two_presses_beside_the_lines_open_all_requests_of_the_day() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        column, row = column_and_row(app, "requests", 3, 1)
        await pilot.click(offset=(column, row - 4), times=2)
        await settled(pilot)
        assert isinstance(app.screen, TracesBehind)
        assert app.screen.view.filter.conditions == ()
        assert app.screen.view.period == CustomDays(date(2026, 9, 28), date(2026, 9, 28))


async def test_the_value_under_the_cursor_is_marked_in_the_chart() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "shift+left")
        column, row = column_and_row(app, "latency", 10, 0)
        assert text_of(app).splitlines()[row][column] == "●"


async def test_a_refresh_that_brings_other_points_keeps_the_cursor_where_it_was() -> None:
    dashboard = Dashboard()
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "shift+left")
        at_us = chart_of(app, "latency").stop.at_us  # type: ignore[union-attr]
        dashboard.shift_us = 1_000
        await press(pilot, "r")
        assert chart_of(app, "latency").stop.at_us == at_us + 1_000  # type: ignore[union-attr]


async def test_sums_give_way_to_what_is_read_out_only_where_the_focus_is() -> None:
    dashboard = Dashboard()
    dashboard.counts = Counts(46_802, 1_200)
    app = dashboard.app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "tab")
        assert "credits each" not in text_of(app)
        assert "✓ 46,802 of 327,614" in text_of(app)
        await press(pilot, "tab")
        assert "credits each" in text_of(app)
        assert "✓ 46,802 of" not in text_of(app)


async def test_explaining_a_chart_tells_what_had_no_room_in_its_title() -> None:
    app = Dashboard().app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_dashboard(pilot)
        await press(pilot, "tab", "tab", "i")
        assert "replicas  2 x A100" in text_of(app)
        assert "4 replicas  v3  2 x A100" in text_of(app)


async def test_a_chart_is_drawn_anew_for_another_size_of_the_terminal() -> None:
    app = Dashboard().app()
    async with app.run_test(size=ROOMY) as pilot:
        await open_dashboard(pilot)
        for size in ((81, 25), (240, 70), (100, 32), (140, 40)):
            await pilot.resize_terminal(*size)
            await settled(pilot)
            for kind in screen_of(app).kinds():
                chart = chart_of(app, kind.key)
                assert not chart.size or not chart.display or chart.drawn.size == chart.size
