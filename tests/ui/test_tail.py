"""Live tail: traces appear as they arrive, and never disturb who looks elsewhere (B3)."""

from contextlib import closing
from pathlib import Path

from textual.pilot import Pilot

from tests.fakes import NOON_US, S, a_trace
from tests.screens import text_of
from tests.ui.over_a_store import ids_of, opened, traces
from tests.ui.tables import settled
from tracetui.store.writer import SqliteWriter
from tracetui.ui.screens.tailing import TailingScreen
from tracetui.ui.tail import Follow, Tail


def test_what_there_was_at_first_is_not_new() -> None:
    tail = Tail()
    tail.count(40)
    assert tail.new == 0


def test_what_came_since_is_new_until_the_top_is_looked_at() -> None:
    tail = Tail()
    tail.count(40)
    tail.count(43)
    assert tail.new == 3
    tail.look()
    assert tail.new == 0


def test_nothing_is_new_among_other_rows() -> None:
    tail = Tail()
    tail.count(40)
    tail.forget()
    tail.count(900)
    assert tail.new == 0


def test_traces_that_went_away_are_not_less_than_none() -> None:
    tail = Tail()
    tail.count(40)
    tail.count(30)
    assert tail.new == 0


def test_the_key_goes_between_live_and_paused() -> None:
    assert [Follow.OFF.toggled, Follow.LIVE.toggled, Follow.PAUSED.toggled] == [
        Follow.LIVE,
        Follow.PAUSED,
        Follow.LIVE,
    ]


async def arrive(pilot: Pilot[None], path: Path, *names: str, ago_s: int = 0) -> None:
    """Traces come into the store, and the screen looks as it does every second."""
    at_us = NOON_US - ago_s * S
    with closing(SqliteWriter(path / "traces.db", now_us=lambda: NOON_US + 1)) as writer:
        writer.write([a_trace(name, deployment="prod", version="v1", executed_at_us=at_us) for name in names])
    screen = pilot.app.screen
    assert isinstance(screen, TailingScreen)
    await screen.workers.wait_for_complete()
    screen.look_again()
    await settled(pilot)


async def test_a_new_trace_appears_at_the_top(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await pilot.press("L")
        await settled(pilot)
        await arrive(pilot, tmp_path, "req-new")
        assert ids_of(pilot)[0] == "req-new"
        assert "row 1 of 301" in text_of(pilot.app)


async def test_without_following_nothing_is_read_by_itself(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await arrive(pilot, tmp_path, "req-new")
        assert ids_of(pilot)[0] == "req-0"


async def test_a_late_trace_appears_in_its_place_by_time(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await pilot.press("L")
        await settled(pilot)
        await arrive(pilot, tmp_path, "req-late", ago_s=90)
        assert ids_of(pilot)[:4] == ["req-0", "req-1", "req-late", "req-2"]


async def test_who_looks_elsewhere_is_not_moved_and_sees_how_many_are_new(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await pilot.press("L", "pagedown", "pagedown")
        await settled(pilot)
        before = ids_of(pilot)
        await arrive(pilot, tmp_path, "req-new-1", "req-new-2")
        assert ids_of(pilot) == before
        assert "2 new" in text_of(pilot.app)


async def test_going_to_the_top_has_seen_what_is_new(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await pilot.press("L", "pagedown", "pagedown")
        await settled(pilot)
        await arrive(pilot, tmp_path, "req-new")
        await pilot.press("home")
        await settled(pilot)
        assert ids_of(pilot)[0] == "req-new"
        assert "new" not in text_of(pilot.app).splitlines()[-2]


async def test_an_open_trace_stays_open_while_others_arrive(tmp_path: Path) -> None:
    async with opened(tmp_path, traces(), size=(160, 40)) as pilot:
        await pilot.press("L", "enter")
        await settled(pilot)
        await arrive(pilot, tmp_path, "req-new")
        assert "Question 0." in text_of(pilot.app)
        assert "row 2 of 301" in text_of(pilot.app)


async def test_paused_the_rows_stay_and_what_comes_is_counted(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await pilot.press("L")
        await settled(pilot)
        await pilot.press("L")
        await settled(pilot)
        await arrive(pilot, tmp_path, "req-new-1", "req-new-2")
        assert ids_of(pilot)[0] == "req-0"
        assert "2 new" in text_of(pilot.app)
        assert "paused" in text_of(pilot.app).splitlines()[0]


async def test_live_again_shows_what_came_while_it_was_paused(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await pilot.press("L")
        await settled(pilot)
        await pilot.press("L")
        await settled(pilot)
        await arrive(pilot, tmp_path, "req-new")
        await pilot.press("L")
        await settled(pilot)
        assert ids_of(pilot)[0] == "req-new"
        assert "live" in text_of(pilot.app).splitlines()[0]


async def test_only_what_matches_is_new(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await pilot.press("L", "slash", *"refund", "enter")
        await settled(pilot)
        await pilot.press("pagedown", "pagedown")
        await settled(pilot)
        await arrive(pilot, tmp_path, "req-without-it")
        assert "new" not in text_of(pilot.app).splitlines()[-2]
