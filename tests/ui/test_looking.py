"""A search that goes on shows what it has found, says how far it is, and is never taken for final."""

import threading
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot

from tests.fakes import NOON_US
from tests.screens import line_with, text_of
from tests.ui.many_rows import a_row
from tests.ui.tables import press, settled
from tests.ui.test_traces_screen import DAY_US, HOSTED, Account, a_summary, an_entry, screen_of
from tracetui.domain import fields
from tracetui.domain.fields import Operator
from tracetui.domain.filters import Condition, Filter
from tracetui.domain.queries import Order, PageQuery, Query, SummaryQuery
from tracetui.domain.rows import Looked, Page
from tracetui.domain.trace import Status
from tracetui.ui import how_far

FAILED = Filter((Condition(fields.STATUS, Operator.EQUALS, Status.FAILED),))
SOME = tuple(a_row(number) for number in (90, 80, 70))
HALF = Looked(SOME, 3, 0.414, NOON_US - 20 * DAY_US)


class Searching(Account):
    """An account in which a search tells half of what it finds and then waits until it is let go on."""

    def __init__(self, told: Looked = HALF) -> None:
        super().__init__(models=(an_entry(HOSTED),))
        self.gate = threading.Event()
        self.found = (*SOME, a_row(60))
        self.reader.told = [told]
        self.reader.answers = self.held

    def held(self, query: Query[Any]) -> Any:
        if not isinstance(query, PageQuery | SummaryQuery) or not query.search:
            return self.answer(query)
        assert self.gate.wait(20)
        if isinstance(query, PageQuery):
            return Page(self.found, 0, len(self.found))
        return a_summary(requests=len(self.found), p90_us=5_550_000)


async def until(pilot: Pilot[Any], words: str) -> None:
    """Wait for words, as whoever looks at the screen does."""
    for _ in range(2_000):
        if words in text_of(pilot.app):
            return
        await pilot.pause(0.005)
    raise AssertionError(f"{words!r} did not come:\n{text_of(pilot.app)}")


async def test_what_was_found_is_there_while_the_rest_is_looked_for() -> None:
    account = Searching()
    async with account.app().run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", "?")
        await until(pilot, "req-90")
        foot = line_with(pilot.app, " row ")
        assert foot.split("  ")[0] == " row 1 of 3 found so far"
        assert "looking 41 %, back to 11 Sep 14:00, esc stops" in foot
        account.gate.set()
        await settled(pilot)
        assert line_with(pilot.app, " row ").strip() == "row 1 of 4"
        assert "req-60" in text_of(pilot.app)


async def test_figures_say_that_they_are_not_final() -> None:
    account = Searching()
    async with account.app().run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", "?")
        await until(pilot, "3+")
        assert line_with(pilot.app, "matching").split() == ["matching", "3+", "…", "…", "…"]
        account.gate.set()
        await settled(pilot)
        assert line_with(pilot.app, "matching").split()[:3] == ["matching", "4", "5.55"]


async def test_no_page_is_asked_for_beyond_what_was_found_so_far() -> None:
    account = Searching()
    async with account.app().run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", "?")
        await until(pilot, "req-90")
        asked = len(account.reader.asked)
        await pilot.press("enter", "end", "pagedown", "down")
        assert line_with(pilot.app, " row ").startswith(" row 3 of 3 found so far")
        assert [query for query in account.reader.asked[asked:] if isinstance(query, PageQuery)] == []
        account.gate.set()
        await settled(pilot)
        assert line_with(pilot.app, " row ").strip() == "row 3 of 4"


async def test_nothing_found_so_far_says_so() -> None:
    account = Searching(Looked((), 0, 0.2, None))
    async with account.app().run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("slash", "?")
        await until(pilot, "Nothing found so far: looking 20 %, esc stops.")
        assert line_with(pilot.app, " row ").strip() == "row … of 0 found so far"
        account.gate.set()
        await settled(pilot)


async def test_escape_stops_looking_and_what_was_found_stays() -> None:
    account = Searching()
    async with account.app().run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", "?")
        await until(pilot, "req-90")
        await pilot.press("enter", "escape")
        account.gate.set()
        await settled(pilot)
        assert "row 1 of 3 found so far   stopped at 41 %, back to 11 Sep 14:00, r looks on" in text_of(pilot.app)
        assert "/ ?" in text_of(pilot.app)
        await press(pilot, "r")
        assert line_with(pilot.app, " row ").strip() == "row 1 of 4"


async def test_escape_again_ends_the_search() -> None:
    account = Searching()
    async with account.app().run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", "?")
        await until(pilot, "req-90")
        await pilot.press("enter", "escape", "escape")
        account.gate.set()
        await settled(pilot)
        assert "row 1 of 1,000" in text_of(pilot.app)
        assert "found so far" not in text_of(pilot.app)


async def test_other_words_replace_what_was_looked_for() -> None:
    account = Searching()
    async with account.app().run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", "?")
        await until(pilot, "req-90")
        account.reader.told = [Looked((a_row(7),), 1, 0.1, NOON_US)]
        await pilot.press("!")
        await until(pilot, "req-7 ")
        assert "req-90" not in text_of(pilot.app)
        account.gate.set()
        await settled(pilot)


async def test_while_a_filter_is_pending_no_old_total_is_shown() -> None:
    account = Account(models=(an_entry(HOSTED),))
    gate = threading.Event()

    def held(query: Query[Any]) -> Any:
        if isinstance(query, PageQuery | SummaryQuery) and query.filter:
            assert gate.wait(20)
        return account.answer(query)

    account.reader.answers = held
    async with account.app().run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert "row 1 of 1,000" in text_of(pilot.app)
        screen = screen_of(pilot.app)
        screen.view = screen.view.with_filter(FAILED)
        await until(pilot, "row … of …")
        assert "of 1,000" not in text_of(pilot.app)
        gate.set()
        await settled(pilot)
        assert "row 1 of 1,000" in text_of(pilot.app)


@pytest.mark.parametrize(
    ("looked", "order", "words"),
    [
        (Looked((), 0, 0.999, NOON_US), Order.NEWEST, "looking 99 %, back to 1 Oct 12:00, esc stops"),
        (Looked((), 0, None, NOON_US), Order.OLDEST, "looking up to 1 Oct 12:00, esc stops"),
        (Looked((), 0, 0.5, None), Order.SLOWEST, "looking 50 %, esc stops"),
        (Looked((), 0, None, None), Order.SLOWEST, "looking, esc stops"),
    ],
)
def test_how_far_it_is_in_words(looked: Looked, order: Order, words: str) -> None:
    assert how_far.looking(looked, order, ZoneInfo("UTC"), 2026) == words


def test_a_search_stopped_at_once_says_so() -> None:
    assert how_far.stopped(Looked((), 0, None, None), Order.NEWEST, ZoneInfo("UTC"), 2026) == (
        "stopped at the beginning, r looks on"
    )
