"""The filter builder over a real store: by keys, by mouse, and what the screen shows after Apply."""

from pathlib import Path

import pytest

from tests.fakes import S
from tests.screens import line_with, place_of, text_of
from tests.ui.over_a_store import SOURCES, ids_of, opened, traces
from tests.ui.tables import press, settled
from tracetui.domain.fields import RESPONSE_TIME, SOURCE, STATUS, VERSION, Operator
from tracetui.domain.filters import Condition, Filter, Joined, matches
from tracetui.domain.trace import Status, Trace

FAILED = Condition(STATUS, Operator.EQUALS, Status.FAILED)
SLOW = Condition(RESPONSE_TIME, Operator.GREATER, 2 * S)
CHECKOUT = Condition(SOURCE, Operator.CONTAINS, "checkout")

TO_FAILED = ("f",)
AND_SLOW = ("ctrl+n", "r", "r", "tab", "g", "tab", *"0:2:0")
AND_CHECKOUT = ("ctrl+n", "s", "s", "tab", "c", "tab", *"heck")


def expected(filter: Filter) -> list[Trace]:
    return [trace for trace in traces() if matches(filter, trace)]


@pytest.mark.parametrize(
    ("keys", "filter"),
    [
        (TO_FAILED, Filter((FAILED,))),
        ((*TO_FAILED, "tab", "n"), Filter((Condition(STATUS, Operator.NOT_EQUALS, Status.FAILED),))),
        ((*TO_FAILED, "tab", "tab", "s"), Filter((Condition(STATUS, Operator.EQUALS, Status.SUCCESS),))),
        ((*TO_FAILED, *AND_SLOW), Filter((FAILED, SLOW))),
        (
            (*TO_FAILED, *AND_SLOW, *AND_CHECKOUT),
            Filter((FAILED, SLOW, Condition(SOURCE, Operator.CONTAINS, "heck"))),
        ),
        ((*TO_FAILED, *AND_SLOW, *["shift+tab"] * 7, "space"), Filter((FAILED, SLOW), Joined.ANY)),
        (("f", *"source", "tab", "c", "tab", *"heck"), Filter((Condition(SOURCE, Operator.CONTAINS, "heck"),))),
        (("f", "d", "tab", "tab", *"v1"), Filter((Condition(VERSION, Operator.EQUALS, "v1"),))),
    ],
)
async def test_what_is_applied_narrows_table_and_figures(
    tmp_path: Path, keys: tuple[str, ...], filter: Filter
) -> None:
    wanted = expected(filter)
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, *keys)
        assert f" {len(wanted)} of 300 match" in text_of(pilot.app)
        await press(pilot, "enter")
        assert f"filter {len(filter.conditions)}" in text_of(pilot.app).splitlines()[1]
        assert f"row 1 of {len(wanted)}" in text_of(pilot.app)
        assert line_with(pilot.app, "matching").split()[1] == str(len(wanted))
        ids = ids_of(pilot)
        assert ids == [trace.request_id for trace in wanted][: len(ids)]


async def test_no_condition_changes_anything_before_apply(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, *TO_FAILED, *AND_SLOW, "escape")
        assert "row 1 of 300" in text_of(pilot.app)
        assert "matching" not in text_of(pilot.app)


async def test_a_value_that_cannot_be_read_is_refused_at_its_field(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "f", "r", "r", "tab", "tab", *"0:2")
        assert "– of 300 match" in text_of(pilot.app)
        await press(pilot, "enter")
        assert '"0:2" is no duration.' in text_of(pilot.app)
        await press(pilot, *":500")
        assert "= 2.500 s" in text_of(pilot.app)
        assert "no duration" not in text_of(pilot.app)


async def test_apply_by_mouse_waits_until_all_values_can_be_read(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "f", "r")
        await pilot.click(offset=place_of(pilot.app, "Apply ↵"))
        await settled(pilot)
        assert "Request ID needs a text to compare with." in text_of(pilot.app)
        await press(pilot, *"req-7")
        await pilot.click(offset=place_of(pilot.app, "Apply ↵"))
        await settled(pilot)
        assert ids_of(pilot) == ["req-7"]


async def test_conditions_come_and_go_by_keys_and_by_mouse(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "f", "ctrl+n", "ctrl+n")
        assert text_of(pilot.app).count("✕") == 3
        await press(pilot, "ctrl+r")
        await pilot.click(offset=place_of(pilot.app, "✕"))
        await settled(pilot)
        assert text_of(pilot.app).count("✕") == 1
        await pilot.click(offset=place_of(pilot.app, "+ add filter"))
        await settled(pilot)
        assert text_of(pilot.app).count("✕") == 2
        await pilot.click(offset=place_of(pilot.app, "Clear all"))
        await settled(pilot)
        assert "✕" not in text_of(pilot.app)
        assert "300 of 300 match" in text_of(pilot.app)


async def test_capital_f_clears_the_filter(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "f", "enter")
        assert "row 1 of 60" in text_of(pilot.app)
        await press(pilot, "F")
        assert "row 1 of 300" in text_of(pilot.app)
        assert "matching" not in text_of(pilot.app)


async def test_the_builder_opens_with_what_is_applied(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "f", *AND_SLOW, "enter", "f")
        assert "0:2:0" in line_with(pilot.app, "Response Time")
        assert "Failed" in line_with(pilot.app, "equals")


async def test_the_values_there_are_complete_what_is_typed(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "f", "s", "s", "tab", "tab", *"%_")
        assert "100%_safe" in text_of(pilot.app)
        assert "checkout" not in text_of(pilot.app).split("match  ")[1].split("add filter")[0]
        await press(pilot, "down", "enter")
        assert " 75 of 300 match" in text_of(pilot.app)
        await press(pilot, "enter")
        assert "row 1 of 75" in text_of(pilot.app)


async def test_a_value_that_would_act_on_the_terminal_is_shown_harmless_and_still_found(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "f", "s", "s", "tab", "tab", *"owned", "down", "enter")
        assert "mail␛]0;owned␇ [bold]" in text_of(pilot.app)
        assert "\x1b" not in text_of(pilot.app)
        wanted = expected(Filter((Condition(SOURCE, Operator.EQUALS, SOURCES[3]),)))
        assert f" {len(wanted)} of 300 match" in text_of(pilot.app)


async def test_a_closed_list_opens_and_narrows(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "f", "space", *"version", "enter")
        assert "Deployment Version" in line_with(pilot.app, "equals")


async def test_everything_fits_80x24_with_many_conditions(tmp_path: Path) -> None:
    async with opened(tmp_path, traces(), size=(80, 24)) as pilot:
        await press(pilot, "f", *["ctrl+n"] * 20)
        assert "60 of 300 match" in text_of(pilot.app)
        assert "Apply ↵" in text_of(pilot.app)


async def test_nothing_that_matches_says_which_key_clears(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "f", "r", "tab", "tab", *"no such id", "enter")
        assert "No trace of m-1 in the last 30 days matches the filter." in text_of(pilot.app)
        assert "Press F to clear the filter" in text_of(pilot.app)


async def test_of_a_filtered_result_the_end_and_a_time_are_placed_exactly(tmp_path: Path) -> None:
    # More than one page, so that neither is known from the rows that are held.
    async with opened(tmp_path, traces(1_200)) as pilot:
        await press(pilot, "f", "tab", "n", "enter", "end")
        assert "row 960 of 960" in text_of(pilot.app)
        await press(pilot, "home", "g", *"13:59", "enter")
        assert "row 1 of 960" in text_of(pilot.app)
