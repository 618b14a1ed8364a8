"""The detail pane: what it shows of a trace, its keys, and how it sits in a terminal of any size."""

from pathlib import Path
from typing import Any

import pytest

from tests.details import EXTERNAL, a_detail, payload
from tests.hostile import ACTS, HOSTILE
from tests.screens import line_with, place_of, text_of
from tests.ui.panes import PaneApp, lines, press, settled
from tracetui.domain.trace import Status, TraceDetail
from tracetui.errors import QueryError

SIZES = [(80, 24), (60, 36), (120, 40), (200, 60)]
REQUEST = {"model": "support-bot", "messages": [{"role": "user", "content": "where is it?"}], "stop": ["x"]}


def a_chat(**fields: Any) -> TraceDetail:
    response = {"choices": [{"message": {"role": "assistant", "content": "Here it is."}}]}
    known = {
        "request_id": "req_8f31b77d",
        "version": "v2",
        "deployment": "prod-eu",
        "input_tokens": 212,
        "output_tokens": 96,
        "request": payload(REQUEST),
        "response": payload(response),
    }
    return a_detail(**(known | fields))


@pytest.mark.parametrize("size", SIZES)
async def test_id_texts_counts_and_metadata_are_on_the_screen(size: tuple[int, int]) -> None:
    app = PaneApp(a_chat())
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        assert "req_8f31b77d" in lines(app)[0]
        for words in (
            "Input · 212 tokens",
            "user       where is it?",
            "Output · 96 tokens",
            "assistant  Here it is.",
        ):
            assert line_with(app, words), text_of(app)
        assert "prod-eu" in line_with(app, "Deployment name")


async def test_a_failure_stands_above_everything() -> None:
    app = PaneApp(
        a_chat(status=Status.FAILED, status_code=429, error_type="rate_limit", error="Slow down.\nPlease.")
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "Failed 429 rate_limit: Slow down." in lines(app)[1]


async def test_the_next_trace_takes_the_failure_away() -> None:
    app = PaneApp(a_chat(status=Status.FAILED, error="Slow down."))
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.show(a_chat())
        await settled(pilot)
        assert "Slow down" not in text_of(app)


async def test_what_was_not_captured_is_said() -> None:
    app = PaneApp(a_detail())
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert line_with(app, "The input was not captured.")
        assert line_with(app, "The output was not captured.")


async def test_capital_j_shows_the_payloads_and_again_the_text() -> None:
    app = PaneApp(a_chat())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "J")
        assert line_with(app, '"model": "support-bot:v2",')
        assert line_with(app, "Response")
        await press(pilot, "J")
        assert line_with(app, "user       where is it?")


async def test_another_trace_is_shown_as_json_too() -> None:
    app = PaneApp(a_chat())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "J")
        app.pane.show(a_chat(model=EXTERNAL, connection="eu", request=b'{"model":"gpt-4o"}'))
        await settled(pilot)
        assert line_with(app, '"model": "gpt-4o@eu"')


async def test_a_trace_of_which_only_the_record_is_known_shows_it_as_such() -> None:
    app = PaneApp(a_detail(raw=(b'{"what":1}',)))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "J")
        assert line_with(app, "Record as it came; no payload was captured")
        assert line_with(app, '"what": 1')


async def test_a_payload_that_is_not_json_is_shown_as_text_with_a_note() -> None:
    app = PaneApp(a_detail(request=b"data: {}\ndata: [DONE]", response=b"{}"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "J")
        assert line_with(app, "Request · not JSON from character 1 on, shown as text")
        assert line_with(app, "data: [DONE]")


async def test_a_reconstructed_payload_says_so() -> None:
    app = PaneApp(a_chat(is_reconstructed=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "J")
        assert line_with(app, "Request, put together from parts")


async def test_the_focused_panel_is_marked_without_colour() -> None:
    app = PaneApp(a_chat())
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert line_with(app, "▌Input")
        await press(pilot, "tab")
        assert line_with(app, "▌Output")
        assert not line_with(app, "▌Input")


async def test_the_metadata_can_be_reached_and_scrolled_at_80_columns() -> None:
    app = PaneApp(a_chat(user_id="u_1932"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab", "tab", "end")
        assert line_with(app, "Came from")


async def test_a_short_text_leaves_its_room_to_a_long_one() -> None:
    answer = {"choices": [{"text": "\n".join(f"line {number}" for number in range(40))}]}
    app = PaneApp(a_chat(response=payload(answer)))
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        first, second = app.views
        assert first.size.height <= 2
        assert second.size.height >= 30


async def test_the_panel_with_the_focus_has_two_thirds_of_too_little_room() -> None:
    text = "\n".join(f"line {number}" for number in range(400))
    app = PaneApp(a_detail(input=text, output=text))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        first, second = app.views
        assert first.size.height > 1.5 * second.size.height
        await press(pilot, "tab")
        assert second.size.height > 1.5 * first.size.height


async def test_z_shows_the_focused_panel_alone() -> None:
    app = PaneApp(a_chat())
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "tab", "z")
        assert line_with(app, "Output")
        assert not line_with(app, "Input ·")
        assert not line_with(app, "Executed on")
        await press(pilot, "z")
        assert line_with(app, "Input ·")


async def test_a_size_changed_while_it_is_open_rearranges_it() -> None:
    app = PaneApp(a_chat())
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        below = place_of(app, "Executed on")
        await pilot.resize_terminal(160, 40)
        await settled(pilot)
        beside = place_of(app, "Executed on")
        assert below[0] < 10 < 100 < beside[0]


async def test_waiting_and_errors_are_said_in_place_of_the_trace() -> None:
    app = PaneApp(a_chat())
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.show_pending()
        await settled(pilot)
        assert line_with(app, "Reading the trace.")
        assert not line_with(app, "where is it?")
        app.pane.show_error(QueryError("This trace is gone.", hint="Press r."))
        await settled(pilot)
        assert line_with(app, "This trace is gone.")
        assert line_with(app, "Press r.")


# Copy and write


async def test_y_sends_the_payloads_own_bytes_and_says_what_is_known() -> None:
    app = PaneApp(a_chat())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "J", "y")
        assert app.clipboard == payload(REQUEST).decode()
        size = len(payload(REQUEST))
        assert app.said == [
            f"Sent to the terminal's clipboard ({size} B). If it does not arrive, w writes it to a file."
        ]


async def test_y_takes_the_panel_that_has_the_focus() -> None:
    app = PaneApp(a_chat())
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "tab", "y")
        assert app.clipboard == "assistant: Here it is."
        await press(pilot, "tab", "y")
        assert "Deployment name: prod-eu" in app.clipboard


async def test_a_text_longer_than_terminals_take_is_proposed_to_be_written() -> None:
    app = PaneApp(a_detail(input="x" * 80_000))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "y")
        assert app.clipboard == ""
        assert "w writes it to a file" in app.said[0]
        await press(pilot, "y")
        assert len(app.clipboard) == 80_000


async def test_w_writes_the_payloads_own_bytes_and_never_over_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = PaneApp(a_chat(request_id="../a\x1b b"))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "J", "w")
        await press(pilot, "w")
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == ["_a_b_request (1).json", "_a_b_request.json"]
        assert (tmp_path / names[0]).read_bytes() == payload(REQUEST)
        assert app.said == ["_a_b_request.json saved.", "_a_b_request (1).json saved."]


async def test_nothing_to_copy_or_write_is_said() -> None:
    app = PaneApp(a_detail())
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "y", "w")
        assert app.said == ["There is nothing to copy in Input.", "There is nothing to write in Input."]


# Hostile traces


def a_hostile_detail(text: str) -> TraceDetail:
    """A trace that holds a text wherever one can stand."""
    names = "request_id base_model deployment version source user_id error error_type origin input output"
    request = {"messages": [{"role": text, "content": text}], text: text, "model": text}
    known = dict.fromkeys(names.split(), text)
    raw = (text.encode("utf-8", "surrogatepass"),)
    return a_detail(**known, status=Status.FAILED, request=payload(request), raw=raw)


@pytest.mark.parametrize(("keys", "size"), [([], (80, 24)), (["J"], (120, 40))], ids=["text", "json"])
async def test_nothing_in_a_trace_acts_on_the_terminal_or_on_markup(
    keys: list[str], size: tuple[int, int]
) -> None:
    app = PaneApp(a_detail())
    shown, metas = [], []
    async with app.run_test(size=size) as pilot:
        await press(pilot, *keys)
        for text in HOSTILE.values():
            for request in (a_hostile_detail(text).request, None):
                app.pane.show(a_hostile_detail(text)._replace(request=request))
                await settled(pilot)
                shown.append(text_of(app))
                strips = app.screen._compositor.render_strips()
                metas += [segment.style.meta for strip in strips for segment in strip if segment.style]
    assert ACTS.findall("".join(shown).replace("\n", "")) == []
    assert [meta for meta in metas if "@click" in meta] == []
    assert line_in(shown, "[red]RED[/red]")


def line_in(screens: list[str], words: str) -> bool:
    """Whether some words were on one of the screens."""
    return any(words in screen for screen in screens)
