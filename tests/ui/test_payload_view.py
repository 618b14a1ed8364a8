"""Walking through a payload: by keys and mouse, folded, searched, and however long it is."""

import asyncio
import json
import threading
from typing import Any

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.details import a_detail, payload
from tests.screens import line_with, place_of, text_of
from tests.ui.panes import PaneApp, lines, press, settled
from tracetui.cancel import Cancel
from tracetui.display.bodies import Body, JsonBody, PlainBody
from tracetui.display.layout import NOTHING, Layout
from tracetui.display.plain import Said
from tracetui.ui import theme
from tracetui.ui.widgets.payload_view import PayloadView

TEN_MB = 10_000_000
CHAT = {"model": "m", "messages": [{"role": "user", "content": f"message {n}"} for n in range(50)], "n": 1}


def numbered(count: int) -> str:
    return "\n".join(f"line {number}" for number in range(count))


async def as_json(pilot: Pilot[Any], *keys: str) -> PayloadView:
    """Show JSON, of the request alone on the screen."""
    await press(pilot, "J", "z", *keys)
    assert isinstance(pilot.app, PaneApp)
    return pilot.app.views[0]


async def test_keys_scroll_plain_text() -> None:
    app = PaneApp(a_detail(input=numbered(400)))
    first_after = {
        "j": "line 1",
        "down": "line 2",
        "k": "line 1",
        "pagedown": "line 21",
        "space": "line 41",
        "pageup": "line 21",
        "end": "line 379",
        "home": "line 0",
    }
    async with app.run_test(size=(80, 23)) as pilot:
        await press(pilot, "z")
        seen = {}
        for key in first_after:
            await press(pilot, key)
            seen[key] = lines(app)[2].strip(" ▁▂▃▄▅▆▇█")
        assert seen == first_after


async def test_the_wheel_scrolls() -> None:
    app = PaneApp(a_detail(input=numbered(400)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        view = app.views[0]
        view.post_message(events.MouseScrollDown(view, 5, 3, 0, 0, 0, False, False, False))
        await settled(pilot)
        assert view.scroll_offset.y > 0


async def test_enter_folds_what_is_at_the_cursor_and_unfolds_it() -> None:
    app = PaneApp(a_detail(request=payload(CHAT)))
    async with app.run_test(size=(80, 24)) as pilot:
        await as_json(pilot, "down", "down", "enter")
        assert line_with(app, '"messages": [ … ],  50 items')
        assert line_with(app, '"n": 1')
        await press(pilot, "space")
        assert line_with(app, "message 0")


async def test_minus_folds_all_and_plus_unfolds_all() -> None:
    app = PaneApp(a_detail(request=payload(CHAT)))
    async with app.run_test(size=(80, 24)) as pilot:
        await as_json(pilot, "minus")
        assert line_with(app, "[ … ],  50 items")
        await press(pilot, "plus")
        assert not line_with(app, "…")


async def test_a_click_on_a_line_folds_it() -> None:
    app = PaneApp(a_detail(request=payload(CHAT)))
    async with app.run_test(size=(80, 24)) as pilot:
        await as_json(pilot)
        await pilot.click(offset=place_of(app, '"messages"'))
        await settled(pilot)
        assert line_with(app, "[ … ],  50 items")


async def test_the_cursor_stays_on_its_line_of_the_screen_when_something_is_folded() -> None:
    app = PaneApp(a_detail(request=payload(CHAT)))
    async with app.run_test(size=(80, 24)) as pilot:
        await as_json(pilot, *["down"] * 30)
        before = place_of(app, "▌  ")
        await press(pilot, "enter")
        assert place_of(app, "▌  ") == before


async def test_the_end_of_json_is_reached() -> None:
    app = PaneApp(a_detail(request=payload(CHAT)))
    async with app.run_test(size=(80, 24)) as pilot:
        await as_json(pilot, "end")
        assert lines(app)[-1].startswith("▌}")


# Searching


async def search(pilot: Pilot[Any], words: str) -> None:
    await press(pilot, "slash", *words, "enter")


async def test_a_search_goes_to_the_first_match_and_says_how_many_there_are() -> None:
    app = PaneApp(a_detail(input=numbered(400)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await search(pilot, "LINE")
        assert line_with(app, "Input · – tokens · “LINE” 1 of 400")


async def test_n_and_capital_n_go_to_the_next_and_the_previous_match() -> None:
    app = PaneApp(a_detail(input=numbered(400)))
    async with app.run_test(size=(80, 24)) as pilot:
        await search(pilot, "7")
        await press(pilot, "n", "n")
        assert line_with(app, "3 of ")
        assert line_with(app, "line 27")
        await press(pilot, "N")
        assert line_with(app, "2 of ")


async def test_a_match_far_away_is_brought_on_the_screen() -> None:
    app = PaneApp(a_detail(input=numbered(20_000)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await search(pilot, "19876")
        assert line_with(app, "line 19876")


async def test_a_match_that_is_folded_away_is_unfolded() -> None:
    app = PaneApp(a_detail(request=payload(CHAT)))
    async with app.run_test(size=(80, 24)) as pilot:
        await as_json(pilot, "minus")
        await search(pilot, "message 33")
        assert line_with(app, '"message 33"')


async def test_words_that_are_nowhere_are_said_to_be() -> None:
    app = PaneApp(a_detail(input="abc"))
    async with app.run_test(size=(80, 24)) as pilot:
        await search(pilot, "[red]")
        assert line_with(app, "“[red]” not found")


async def test_escape_ends_a_search_before_it_closes_anything() -> None:
    app = PaneApp(a_detail(input="abc"))
    async with app.run_test(size=(80, 24)) as pilot:
        await search(pilot, "b")
        await press(pilot, "escape")
        assert not line_with(app, "“b”")


async def test_escape_leaves_the_field_with_the_text_focused_again() -> None:
    app = PaneApp(a_detail(input="abc"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "slash", "b", "escape")
        assert app.focused is app.views[0]
        assert app.views[0].matches is None


async def test_matches_are_marked_across_the_rows_they_stand_in() -> None:
    app = PaneApp(a_detail(input="x" * 70 + " find these words here"))
    async with app.run_test(size=(80, 24)) as pilot:
        await search(pilot, "find these words")
        strips = app.screen._compositor.render_strips()
        marked = [s.text for strip in strips for s in strip if s.style and s.style.reverse and s.style.bold]
        assert " ".join(marked).split() == ["find", "these", "words"]


# However long


class Held:
    """Runs work as `Source.run` does, but not before its gate is open."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.stopped = 0

    async def __call__(self, work: Any) -> Any:
        cancel = Cancel()

        def held() -> Any:
            while not self.gate.wait(0.005):
                cancel.raise_if_set()
            return work(cancel)

        try:
            return await asyncio.get_running_loop().run_in_executor(None, held)
        finally:
            self.stopped += not self.gate.is_set()
            cancel.set()


class ViewApp(App[None]):
    """A view by itself, whose work in the background a test holds back."""

    def __init__(self) -> None:
        super().__init__()
        self.held = Held()
        self.view = PayloadView(self.held)
        self.register_theme(theme.DARK)
        self.theme = theme.DEFAULT

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()


def plain(text: str) -> PlainBody:
    return PlainBody((Said(NOTHING, text),))


LONG: dict[str, tuple[Body, str]] = {
    "one line": (plain("word " * (TEN_MB // 5)), "word word"),
    "200,000 lines": (plain(numbered(200_000)), "line 0"),
    "JSON of messages": (JsonBody(json.dumps([{"n": n, "text": "x" * 80} for n in range(100_000)])), '"n": 0'),
    "JSON of one string": (JsonBody(json.dumps({"a": "word " * (TEN_MB // 5)})), "word word"),
}


@pytest.mark.parametrize(("body", "words"), LONG.values(), ids=LONG)
async def test_of_10_mb_only_the_first_rows_stand_between_the_key_and_the_screen(body: Body, words: str) -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(body)
        await pilot.pause()
        assert line_with(app, words), text_of(app)
        assert app.view.virtual_size.height < 20_000
        app.held.gate.set()
        await settled(pilot)
        assert app.view.virtual_size.height > 100_000


async def test_end_pressed_while_rows_are_being_found_leads_there_when_they_are() -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(plain(numbered(200_000)))
        await pilot.press("end")
        assert app.view.is_pending
        app.held.gate.set()
        await settled(pilot)
        assert line_with(app, "line 199999")


async def test_keys_move_in_what_is_found_while_the_rest_is_not() -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(plain(numbered(200_000)))
        await pilot.press("pagedown", "pagedown")
        assert app.view.is_pending
        assert line_with(app, "line 46")


async def test_another_text_stops_the_work_on_the_one_before() -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(plain(numbered(200_000)))
        await pilot.pause()
        app.view.show(plain("short"))
        await settled(pilot)
        assert app.held.stopped == 1
        assert line_with(app, "short")
        assert not line_with(app, "line")


async def test_the_place_in_the_text_stays_when_the_width_changes() -> None:
    app = ViewApp()
    app.held.gate.set()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(plain("".join(f"word{number} " for number in range(200_000))))
        await settled(pilot)
        app.view.scroll_to(y=5_000, animate=False)
        await settled(pilot)
        first = text_of(app).split()[0]
        await pilot.resize_terminal(50, 24)
        await settled(pilot)
        assert first in text_of(app).splitlines()[0]


async def test_while_rows_in_a_new_width_are_found_the_old_ones_stay() -> None:
    app = ViewApp()
    app.held.gate.set()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(plain("".join(f"word{number} " for number in range(200_000))))
        await settled(pilot)
        app.view.scroll_to(y=5_000, animate=False)
        await settled(pilot)
        first = text_of(app).split()[0]
        app.held.gate.clear()
        await pilot.resize_terminal(60, 24)
        await pilot.pause()
        assert first in text_of(app).splitlines()[0]


async def test_what_is_folded_stays_folded_when_the_width_changes() -> None:
    app = ViewApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(JsonBody(json.dumps(CHAT)))
        await press(pilot, "minus")
        await pilot.resize_terminal(60, 24)
        await settled(pilot)
        assert line_with(app, "[ … ],  50 items")


async def test_only_the_rows_on_the_screen_are_cut_out_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ViewApp()
    app.held.gate.set()
    painted: list[int] = []
    runs = Layout.runs

    def counted(self: Layout, row: int, *rest: Any) -> Any:
        painted.append(row)
        return runs(self, row, *rest)

    monkeypatch.setattr(Layout, "runs", counted)
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(plain(numbered(200_000)))
        await settled(pilot)
        await press(pilot, "end")
        assert set(painted) <= {*range(24), *range(199_976, 200_000)}


async def test_many_folds_are_arranged_off_the_event_loop() -> None:
    app = ViewApp()
    app.held.gate.set()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(JsonBody(json.dumps([{"n": n} for n in range(5_000)])))
        await settled(pilot)
        app.held.gate.clear()
        await pilot.press("minus")
        assert not line_with(app, "…")
        app.held.gate.set()
        await settled(pilot)
        assert line_with(app, "{ … },  1 key")
