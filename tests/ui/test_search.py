"""Search over a real store: what is typed narrows the table, and is marked where it stands."""

import threading
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.fakes import a_trace
from tests.screens import line_with, text_of
from tests.ui.over_a_store import ids_of, opened, traces
from tests.ui.tables import press, settled
from tests.ui.test_traces_screen import HOSTED, Account, an_entry
from tracetui.domain.queries import PageQuery, Query, SummaryQuery


def marked(pilot: Pilot[Any]) -> list[str]:
    """What is underlined in the table, from the top."""
    strips = pilot.app.screen._compositor.render_strips()
    return [
        segment.text
        for strip in strips
        for segment in strip
        if segment.style is not None and segment.style.underline and segment.text.strip()
    ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("refund order 7", [f"req-{number}" for number in range(7, 300, 10)]),
        ("REQ-29", ["req-29", *(f"req-{number}" for number in range(290, 300))]),
        ("erstattung ÜBER 12 e", ["req-12"]),
        ("100%_S", [f"req-{number}" for number in range(2, 300, 4)]),
    ],
)
async def test_what_is_typed_narrows_the_table_at_once(tmp_path: Path, typed: str, found: list[str]) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "slash", *typed)
        ids = ids_of(pilot)
        assert ids == found[: len(ids)]
        assert f"row 1 of {len(found)}" in text_of(pilot.app)
        assert line_with(pilot.app, "matching").split()[1] == str(len(found))


async def test_a_search_narrows_what_the_filter_gives(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "f", "enter", "slash", *"refund order 5")
        assert f"row 1 of {len(range(5, 300, 10))}" in text_of(pilot.app)
        assert "filter 1" in text_of(pilot.app) or pilot.app.screen.has_class("-searching")


async def test_matches_are_marked_in_cells_also_where_they_would_be_cut_off(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "slash", *"refund order 7")
        assert {"REFUND order 7".startswith(mark) for mark in marked(pilot)} == {True}
        assert line_with(pilot.app, "req-7 ").count("…") > 1


async def test_matches_are_marked_behind_wide_characters(tmp_path: Path) -> None:
    async with opened(tmp_path, [a_trace("req-1", input="退款 訂單 needle", output="é needle 訂單")]) as pilot:
        await press(pilot, "slash", *"NEEDLE")
        assert marked(pilot) == ["needle", "needle"]


async def test_what_would_act_on_the_terminal_is_found_and_marked_harmless(tmp_path: Path) -> None:
    async with opened(tmp_path, [a_trace("req-1", input="a\x1b[31m needle"), a_trace("req-2")]) as pilot:
        await press(pilot, "slash", *"[31m n")
        assert ids_of(pilot) == ["req-1"]
        assert marked(pilot) == ["[31m n"]
        assert "\x1b" not in text_of(pilot.app)


async def test_enter_leaves_for_the_table_and_the_scope_line_keeps_the_words(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "slash", *"refund order 7", "enter", "down")
        assert "/ refund order 7" in text_of(pilot.app).splitlines()[1]
        assert line_with(pilot.app, "req-17 ").startswith("▌")


async def test_escape_goes_back_one_step_each_time(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "slash", *"refund order 7", "enter", "enter", "escape")
        assert "row 1 of 30" in text_of(pilot.app)
        await press(pilot, "escape")
        assert "row 1 of 300" in text_of(pilot.app)
        await press(pilot, "slash", *"zzz", "escape")
        assert pilot.app.screen.has_class("-searching")
        await press(pilot, "escape")
        assert not pilot.app.screen.has_class("-searching")
        assert "row 1 of 300" in text_of(pilot.app)


async def test_n_goes_through_the_matches_of_the_open_trace_and_round(tmp_path: Path) -> None:
    text = "needle one. " + "line\n" * 200 + "NEEDLE two."
    async with opened(tmp_path, [a_trace("req-1", input=text, output="the needle three")]) as pilot:
        await press(pilot, "slash", *"needle", "enter", "enter")
        assert "“needle” 1 of 2" in line_with(pilot.app, "“needle”")
        await press(pilot, "n")
        assert "“needle” 2 of 2" in line_with(pilot.app, "“needle”")
        assert "NEEDLE two." in text_of(pilot.app)
        await press(pilot, "n", "n")
        assert "“needle” 1 of 2" in line_with(pilot.app, "“needle”")
        await press(pilot, "N", "N")
        assert "“needle” 2 of 2" in line_with(pilot.app, "“needle”")


async def test_the_next_trace_is_marked_too(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "slash", *"refund order 7", "enter", "enter", "down")
        assert "“refund order 7” 1 of 1" in line_with(pilot.app, "Input ·") or line_with(pilot.app, "“refund")
        await press(pilot, "escape", "escape", "enter")
        assert "“refund" not in text_of(pilot.app)


async def test_nothing_found_says_so_and_which_key_clears(tmp_path: Path) -> None:
    async with opened(tmp_path, traces()) as pilot:
        await press(pilot, "slash", *"absent \x1b?", "enter")
        assert "No trace of m-1 in the last 30 days contains “absent ?”." in text_of(pilot.app)
        assert "Press escape to clear the search" in text_of(pilot.app)
        await press(pilot, "escape")
        assert "row 1 of 300" in text_of(pilot.app)


async def test_the_field_covers_the_scope_line_only_where_it_is_narrow(tmp_path: Path) -> None:
    async with opened(tmp_path, traces(), size=(80, 24)) as pilot:
        await press(pilot, "slash", *"refund")
        assert text_of(pilot.app).splitlines()[1].strip() == "/  refund"
        await press(pilot, "enter")
        assert "/ refund" in text_of(pilot.app).splitlines()[1]
        assert "m m-1" in text_of(pilot.app).splitlines()[1]


async def test_while_it_still_looks_it_says_so() -> None:
    account = Account(models=(an_entry(HOSTED),))
    answer, gate = account.answer, threading.Event()

    def slow(query: Query[Any]) -> Any:
        if isinstance(query, PageQuery | SummaryQuery) and query.search:
            gate.wait(5)
        return answer(query)

    account.reader.answers = slow
    async with account.app().run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("slash", "y")
        while "Reading" not in text_of(pilot.app):
            await pilot.pause(0.01)
        assert "…" in line_with(pilot.app, "matching")
        gate.set()
        await settled(pilot)
        assert "row 1 of 1,000" in text_of(pilot.app)
