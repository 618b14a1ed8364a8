"""The Traces screen: whose traces, their figures, the table and the one that is open."""

import threading
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot

from tests.fakes import NOON_US, FakeReader
from tests.screens import line_with, place_of, text_of
from tests.ui.many_rows import ManyRows
from tests.ui.tables import press, settled
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.periods import HOUR_US, Preset
from tracetui.domain.queries import (
    DeploymentRef,
    First,
    ModelsQuery,
    Order,
    PageQuery,
    Query,
    Scope,
    ScopeQuery,
    StoreQuery,
    SummaryQuery,
    TraceQuery,
)
from tracetui.domain.rows import DeploymentEntry, ModelEntry, Page, ScopeChoices, StoreState, Summary
from tracetui.domain.trace import Status, TraceDetail
from tracetui.errors import StoreError
from tracetui.ui.app import TraceTuiApp
from tracetui.ui.screens.traces import TracesScreen

S = 1_000_000
HOSTED = ModelRef(ModelType.FINE_TUNED, "support-bot")
EXTERNAL = ModelRef(ModelType.EXTERNAL, "gpt-4o")
DAY_US = 24 * HOUR_US


def an_entry(ref: ModelRef, last_at_us: int = NOON_US) -> ModelEntry:
    return ModelEntry(ref, "llama-3.1-8b", 48_120, NOON_US - 100 * DAY_US, last_at_us)


def a_summary(**figures: Any) -> Summary:
    known: dict[str, Any] = {
        "requests": 48_120,
        "failed": 1_492,
        "timed": 48_000,
        "p90_us": 2_310_000,
        "p99_us": 6_800_000,
        "hosting_credits_micro": 1_204_500_000,
        "requests_ever": 91_000,
        "first_at_us": NOON_US - 100 * DAY_US,
    }
    return Summary(**(known | figures))


def a_detail(trace_id: int) -> TraceDetail:
    known: dict[str, Any] = dict.fromkeys(TraceDetail._fields)
    return TraceDetail(
        **known
        | {
            "id": trace_id,
            "request_id": f"req-{trace_id}",
            "origin": "test",
            "model": HOSTED,
            "status": Status.SUCCESS,
            "executed_at_us": NOON_US,
            "input": f"the whole question {trace_id}",
            "output": f"the whole answer {trace_id}",
            "is_reconstructed": False,
            "raw": (b"{}",),
        }
    )


class Account:
    """A store of one hosted and one external model, whose answers a test may change."""

    def __init__(self, rows: ManyRows | None = None, models: tuple[ModelEntry, ...] | None = None) -> None:
        self.rows = rows or ManyRows(1_000)
        self.models = (an_entry(HOSTED), an_entry(EXTERNAL)) if models is None else models
        self.choices = ScopeChoices(
            (
                DeploymentEntry("prod-eu", NOON_US - 20 * DAY_US, None, ("v3", "v2"), "2 x A100", 900),
                DeploymentEntry("prod-eu", NOON_US - 90 * DAY_US, NOON_US - 30 * DAY_US, ("v1",), "A100", 100),
            ),
            ("v3", "v2", "v1"),
            (),
        )
        self.summary: Summary | Exception = a_summary()
        self.now_us = NOON_US
        self.reader = FakeReader(self.answer)

    def answer(self, query: Query[Any]) -> Any:
        match query:
            case StoreQuery():
                return StoreState(traces=1_000, models=2, is_read_only=False, last_write_us=NOON_US)
            case ModelsQuery():
                return self.models
            case ScopeQuery(model=model):
                hosted = model.type.is_hosted
                return self.choices if hosted else ScopeChoices((), (), ("azure-eu", "openai"))
            case PageQuery():
                return self.rows.page(query)
            case SummaryQuery():
                return self.summary
            case TraceQuery(id=trace_id):
                return a_detail(trace_id)
        raise AssertionError(query)

    def app(self, **settings: Any) -> TraceTuiApp:
        return TraceTuiApp(
            lambda: self.reader,
            store=Path("/data/support.db"),
            zone=ZoneInfo("Europe/Berlin"),
            now_us=lambda: self.now_us,
            **settings,
        )

    def asked(self, kind: type[Any]) -> list[Any]:
        return [query for query in self.reader.asked if isinstance(query, kind)]


def screen_of(app: TraceTuiApp) -> TracesScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, TracesScreen)
    return screen


async def open_on(pilot: Pilot[Any], model: ModelRef = HOSTED) -> None:
    """Choose a model in the dialog that asks for one."""
    await settled(pilot)
    await press(pilot, *model.name[:3], "enter")


async def test_the_first_visit_asks_for_a_model() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert all(words in text_of(app) for words in ("Fine-tuned", "support-bot", "External", "gpt-4o"))
        assert not account.asked(PageQuery)


async def test_the_only_model_there_is_needs_no_asking() -> None:
    account = Account(models=(an_entry(HOSTED),))
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert line_with(app, "req-1000").startswith("▌")


async def test_without_a_choice_the_page_says_which_key_asks_again() -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "escape")
        assert "Press m to choose one." in text_of(app)


async def test_every_key_may_be_pressed_before_a_model_is_chosen() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "escape", "a", "s", "d", "v", "enter", "down", "pagedown", "end", "home", "i", "escape")
        assert not account.asked(PageQuery)
        screen_of(app).open_model(HOSTED)
        await settled(pilot)
        assert "All Time" in text_of(app)
        assert "Executed on ↑" in text_of(app)


async def test_a_model_opens_with_all_its_deployments_on_the_last_30_days() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        assert "support-bot" in text_of(app).splitlines()[1]
        assert "Last 30 Days 2 Sep – 1 Oct" in text_of(app)
        query = account.asked(PageQuery)[0]
        assert (query.scope, query.order, query.anchor) == (Scope(HOSTED), Order.NEWEST, First())
        assert query.within.end_us - query.within.start_us == 30 * DAY_US


async def test_an_external_model_opens_on_its_default_connection_and_has_no_version() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot, EXTERNAL)
        assert account.asked(PageQuery)[0].scope == Scope(EXTERNAL, connection="azure-eu")
        assert "azure-eu" in text_of(app).splitlines()[1]
        assert "Version" not in text_of(app)
        assert "credits" not in text_of(app).lower()


async def test_the_figures_stand_above_the_table() -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        words = " ".join(line_with(app, "P90").split())
        assert words == "Requests 48,120 P90 2.31 s P99 6.80 s Failed 3.1 % Hosting credits 1,204.5"


async def test_figures_that_reach_into_pruned_time_say_so() -> None:
    account = Account()
    account.summary = a_summary(pruned_before_us=NOON_US - DAY_US // 2)
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        assert line_with(app, "P90").rstrip().endswith("≈ pruned before 1 Oct")
        await pilot.resize_terminal(80, 24)
        assert line_with(app, "P90").rstrip().endswith(" ≈")


async def test_the_figures_fit_80_columns() -> None:
    app = Account().app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_on(pilot)
        assert all(words in line_with(app, "P90") for words in ("48,120", "2.31 s", "3.1 %", "1,204.5"))


async def test_i_explains_the_figures_and_counts_since_the_first_trace() -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "i")
        assert "91,000" in text_of(app)
        assert "since the first trace, 23 Jun 14:00." in text_of(app)
        assert "5 of 100 is 5 %" in text_of(app)
        await press(pilot, "escape")
        assert "5 of 100" not in text_of(app)


async def test_the_explanation_fits_80x24() -> None:
    app = Account().app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_on(pilot)
        await press(pilot, "i")
        assert "how much they are used." in text_of(app)


async def test_the_mouse_over_a_figure_explains_it() -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await pilot.hover(offset=place_of(app, "P99"))
        await settled(pilot)
        assert "99 of 100 requests" in str(screen_of(app).summary.tooltip)


async def test_figures_that_are_slow_are_pending_and_rows_do_not_wait_for_them() -> None:
    account = Account(models=(an_entry(HOSTED),))
    answer, gate = account.answer, threading.Event()

    def slow(query: Query[Any]) -> Any:
        if isinstance(query, SummaryQuery):
            gate.wait(5)
        return answer(query)

    account.reader.answers = slow
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        while "req-1000" not in text_of(app):
            await pilot.pause(0.01)
        assert "P90 …" in line_with(app, "P90")
        gate.set()
        await settled(pilot)
        assert "P90 2.31 s" in line_with(app, "P90")


async def test_figures_that_cannot_be_read_say_why() -> None:
    account = Account()
    account.summary = StoreError("The store is locked.", "Close what holds it.")
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        assert "The store is locked. Close what holds it. Press r to try again." in text_of(app)
        assert line_with(app, "req-1000").startswith("▌")


async def test_s_goes_round_the_four_orders() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        seen = []
        for _ in range(4):
            await press(pilot, "s")
            seen.append(account.asked(PageQuery)[-1].order)
        assert seen == [Order.OLDEST, Order.SLOWEST, Order.FASTEST, Order.NEWEST]


async def test_a_new_order_begins_at_its_first_row() -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "pagedown", "s")
        assert line_with(app, " req-1 ").startswith("▌")
        assert "row 1 of 1,000" in text_of(app)


async def test_a_press_on_the_head_sorts_and_again_turns_it_round() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        seen = []
        for title in ("Executed on", "Response", "Response", "Executed on", "Input"):
            await pilot.click(offset=place_of(app, title))
            await settled(pilot)
            seen.append(screen_of(app).view.order)
        assert seen == [Order.OLDEST, Order.SLOWEST, Order.FASTEST, Order.NEWEST, Order.NEWEST]


async def test_of_ten_fast_changes_only_the_last_is_painted() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        account.reader.gate.clear()
        for _ in range(9):
            screen_of(app).action_sort()
            await pilot.pause()
        account.reader.gate.set()
        await settled(pilot)
        assert "Executed on ↑" in text_of(app)
        assert line_with(app, " req-1 ").startswith("▌")


async def test_enter_opens_the_details_beside_the_table_and_escape_closes_them() -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "enter")
        assert "the whole question 1000" in text_of(app)
        assert line_with(app, "▌✓").split()[1] == "req-1000"
        await press(pilot, "escape")
        assert "the whole question" not in text_of(app)


async def test_up_and_down_go_on_with_the_details_open() -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "enter", "down", "down", "up")
        assert "the whole question 999" in text_of(app)
        assert screen_of(app).view.picked == 999


async def test_brackets_go_on_from_the_details() -> None:
    app = Account().app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_on(pilot)
        await press(pilot, "enter", "]", "]", "[")
        assert "the whole question 999" in text_of(app)


async def test_details_of_a_trace_that_was_left_are_never_painted() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "enter")
        account.reader.gate.clear()
        for _ in range(9):
            await pilot.press("down")
        account.reader.gate.set()
        await settled(pilot)
        assert "the whole question 991" in text_of(app)


async def test_at_80x24_the_details_cover_the_table_which_comes_back_as_it_was() -> None:
    app = Account().app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_on(pilot)
        await press(pilot, "pagedown", "down", "down")
        before = text_of(app)
        await press(pilot, "enter")
        assert "Executed on ↓" not in text_of(app)
        await press(pilot, "escape")
        assert text_of(app) == before


async def test_going_on_in_details_that_cover_the_table_does_not_scroll_it() -> None:
    app = Account().app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_on(pilot)
        await press(pilot, "enter", "]", "]", "escape")
        assert text_of(app).splitlines()[6].split()[1] == "req-1000"
        assert line_with(app, "req-998").startswith("▌")


async def test_details_that_are_slow_open_before_they_are_read_and_say_so() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        account.reader.gate.clear()
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert line_with(app, "Reading the trace.")
        account.reader.gate.set()
        await settled(pilot)
        assert "the whole question 1000" in text_of(app)


async def test_enter_twice_at_once_opens_a_trace_and_goes_into_its_text() -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "enter", "enter")
        assert screen_of(app).details.has_focus_within


async def test_narrow_and_tall_has_the_details_below() -> None:
    app = Account().app()
    async with app.run_test(size=(90, 50)) as pilot:
        await open_on(pilot)
        await press(pilot, "enter")
        table, details = screen_of(app).rows.region, screen_of(app).details.region
        assert table.bottom <= details.y
        assert table.height > 8


async def test_a_resize_rearranges_table_and_details() -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "enter")
        screen = screen_of(app)
        assert screen.rows.region.right <= screen.details.region.x
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert not screen.rows.display
        assert "the whole question 1000" in text_of(app)
        await pilot.resize_terminal(120, 40)
        await settled(pilot)
        assert line_with(app, "▌✓").split()[1] == "req-1000"


async def test_refresh_stays_on_the_trace_and_says_when_it_read() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "down")
        account.rows.count += 5
        account.now_us += 61 * S
        await press(pilot, "r")
        assert "as of 14:01:01" in text_of(app)
        assert line_with(app, "req-999 ").startswith("▌")
        assert "row 7 of 1,005" in text_of(app)


async def test_refresh_resolves_the_period_anew() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        account.now_us += DAY_US
        await press(pilot, "r")
        assert "Last 30 Days 3 Sep – 2 Oct" in text_of(app)
        first, last = account.asked(PageQuery)[0].within, account.asked(PageQuery)[-1].within
        assert last.start_us == first.start_us + DAY_US


async def test_a_period_without_traces_says_so_and_offers_all_time() -> None:
    account = Account(ManyRows(0), (an_entry(HOSTED, NOON_US - 60 * DAY_US),))
    app = account.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "No traces of support-bot in the last 30 days." in text_of(app)
        assert "Its last trace is of 2 Aug 14:00." in text_of(app)
        assert "Press a for all time, t for another period." in text_of(app)
        account.rows.count = 10
        await press(pilot, "a")
        assert line_with(app, "req-10").startswith("▌")
        assert screen_of(app).view.period is Preset.ALL_TIME


async def test_all_time_begins_with_the_first_trace() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "a")
        assert "All Time 23 Jun – 1 Oct" in text_of(app)


async def test_d_narrows_to_one_of_several_deployments_of_a_name() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "d")
        assert "prod-eu, all 2" in text_of(app)
        await press(pilot, "down", "down", "enter")
        deployment = DeploymentRef("prod-eu", NOON_US - 20 * DAY_US)
        assert account.asked(PageQuery)[-1].scope == Scope(HOSTED, deployment)
        assert "prod-eu (11 Sep 14:00)" in text_of(app)


async def test_v_offers_the_versions_of_the_deployment_and_narrows_by_one() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "d", "down", "down", "enter", "v")
        assert "v3" in text_of(app)
        await press(pilot, "down", "enter")
        assert account.asked(PageQuery)[-1].scope.version == "v3"
        assert account.asked(SummaryQuery)[-1].scope.version == "v3"


async def test_a_connection_can_be_left_for_all_of_them() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot, EXTERNAL)
        await press(pilot, "d", "ctrl+home", "enter")
        assert account.asked(PageQuery)[-1].scope == Scope(EXTERNAL)
        assert "all connections" in text_of(app)


async def test_escape_from_a_picker_changes_nothing() -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        asked = len(account.asked(PageQuery))
        await press(pilot, "d", "escape", "v", "escape", "t", "escape", "m", "escape", "g", "escape")
        assert len(account.asked(PageQuery)) == asked


async def test_the_scope_is_pressed_with_the_mouse_too() -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await pilot.click(offset=place_of(app, "all deployments"))
        await settled(pilot)
        assert "prod-eu" in text_of(app)


@pytest.mark.parametrize(("typed", "id_there"), [("500", 501), ("12:16", 0)])
async def test_g_goes_to_a_row_or_a_time(typed: str, id_there: int) -> None:
    account = Account()
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "g", *typed, "enter")
        row = screen_of(app).rows.cursor_row
        assert row is not None
        assert row.id == (id_there or 1)


async def test_it_refreshes_by_itself_where_that_was_asked_for() -> None:
    account = Account(models=(an_entry(HOSTED),))
    app = account.app(refresh_s=0.05)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        account.rows.count += 5
        await pilot.pause(0.2)
        await settled(pilot)
        assert "of 1,005" in text_of(app)


async def test_no_rows_are_lost_when_the_store_cannot_be_read_and_r_tries_again() -> None:
    account = Account(models=(an_entry(HOSTED),))
    answer = account.answer
    broken = StoreError("The store is locked.", "Close what holds it.")
    account.reader.answers = lambda query: broken if isinstance(query, PageQuery) else answer(query)
    app = account.app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert "The store is locked." in text_of(app)
        account.reader.answers = answer
        await press(pilot, "r")
        assert line_with(app, "req-1000").startswith("▌")


def test_a_page_without_rows_is_known_to_be_empty() -> None:
    assert ManyRows(0).page(PageQuery(Scope(HOSTED), Preset.ALL_TIME, Order.NEWEST, First(), 9)) == Page((), 0, 0)  # type: ignore[arg-type]
