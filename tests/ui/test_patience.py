"""What stands there stays until something new is known to take long, and never goes once the new is there."""

from tests.ui.dashboards import Dashboard, open_dashboard, screen_of
from tests.ui.tables import settled
from tracetui.domain.analytics import Account

SIZE = (120, 40)


async def test_a_patience_that_ends_as_the_chart_comes_takes_nothing_away() -> None:
    app = Dashboard().app()
    async with app.run_test(size=SIZE) as pilot:
        await open_dashboard(pilot)
        panel = screen_of(app).panel("requests")
        drawn, sums = panel.chart.drawn, panel.head.sums
        panel.wait()
        # What a timer does that rings just before it is stopped: its message comes after the chart.
        panel.call_next(panel._forget)
        panel.show(drawn, sums)
        await settled(pilot)
        assert (panel.chart.drawn, panel.head.sums) == (drawn, sums)


async def test_a_patience_that_ends_as_the_figures_come_takes_nothing_away() -> None:
    app = Dashboard().app()
    async with app.run_test(size=SIZE) as pilot:
        await open_dashboard(pilot)
        cards = screen_of(app).cards
        cards.wait()
        cards.call_next(cards._forget)
        cards.show(Account(1_000_000, 2_000_000, 3, 4))
        await settled(pilot)
        assert [card.figure for card in cards.cards] == ["1", "2", "3", "4"]
