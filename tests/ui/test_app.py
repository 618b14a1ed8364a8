"""The frame: modes, header, footer, size, errors, themes."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual import work
from textual.screen import Screen

from tests.fakes import NOON_US, FakeReader
from tests.screens import line_with, place_of, text_of
from tracetui.domain.queries import Query, StoreQuery
from tracetui.domain.rows import StoreState
from tracetui.errors import StoreError, StoreMissing
from tracetui.ui import theme
from tracetui.ui.app import TraceTuiApp
from tracetui.ui.widgets.footer import FooterLine
from tracetui.ui.widgets.header import HeaderLine

EMPTY = StoreState(traces=0, models=0, is_read_only=False, last_write_us=None)


def an_app(answers: Any = None) -> TraceTuiApp:
    """An app on an empty store, unless the test says otherwise."""
    reader = FakeReader({StoreQuery(): EMPTY} if answers is None else answers)
    store = Path("/data/support.db")
    return TraceTuiApp(lambda: reader, store=store, zone=ZoneInfo("Europe/Berlin"), now_us=lambda: NOON_US)


async def test_an_empty_store_opens_to_the_ways_in() -> None:
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "/data/support.db holds no traces." in text_of(app)
        assert "tracetui import FILE" in text_of(app)


async def test_a_store_that_is_not_there_opens_to_the_ways_in() -> None:
    app = an_app({StoreQuery(): StoreMissing("There is no store.")})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "There is no store at /data/support.db yet." in text_of(app)


async def test_a_store_elsewhere_is_named_in_the_ways_in() -> None:
    reader = FakeReader({StoreQuery(): EMPTY})
    app = TraceTuiApp(
        lambda: reader,
        store=Path("/my data/s.db"),
        zone=ZoneInfo("UTC"),
        now_us=lambda: NOON_US,
        is_default_store=False,
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Commands need --store '/my data/s.db' for this store." in text_of(app)


async def test_every_line_of_the_ways_in_fits_80_columns() -> None:
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert line_with(app, "tracetui import FILE").endswith("llm, JSONL, CSV")


async def test_the_welcome_page_leaves_by_itself_when_traces_have_come() -> None:
    answers: dict[Query[Any], Any] = {StoreQuery(): EMPTY}
    app = an_app(answers)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        seen = []
        app.mode_change_signal.subscribe(app, seen.append)
        answers[StoreQuery()] = EMPTY._replace(traces=1)
        # Only that it leaves for the traces is this test's matter, not what stands there.
        app.remove_mode("traces")
        app.add_mode("traces", Screen)
        await pilot.press("r")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert seen == ["traces"]


async def test_one_and_two_switch_screens() -> None:
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1")
        await pilot.pause()
        assert app.current_mode == "analytics"
        assert "No model is chosen." in text_of(app)


async def test_a_screen_is_switched_to_by_pressing_its_name() -> None:
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(offset=place_of(app, "Analytics"))
        await pilot.pause()
        assert app.current_mode == "analytics"


@pytest.mark.parametrize("width", [80, 100, 120, 200])
async def test_the_header_says_store_and_zone(width: int) -> None:
    app = an_app()
    async with app.run_test(size=(width, 30)) as pilot:
        await pilot.pause()
        head = text_of(app).splitlines()[0]
        assert head.startswith(" tracetui  1 Analytics  2 Traces ")
        assert head.endswith("support.db · Europe/Berlin")


async def test_a_key_in_the_footer_can_be_pressed() -> None:
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(offset=place_of(app, "? Keys"))
        await pilot.pause()
        assert "type a part of an action" in text_of(app)


async def test_a_terminal_too_small_is_told_the_size_needed() -> None:
    app = an_app()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert "tracetui needs 80 columns and 24 lines." in " ".join(text_of(app).split())
        assert "import" not in text_of(app)


async def test_the_smallest_terminal_still_reads_which_size_is_needed() -> None:
    app = an_app()
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        assert " ".join(text_of(app).split()) == "20x4 is too small: tracetui needs 80x24"


async def test_growing_again_brings_back_what_was_there() -> None:
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1")
        await pilot.press("question_mark", "q", "u")
        await pilot.pause()
        before = text_of(app)
        await pilot.resize_terminal(70, 24)
        await pilot.pause()
        assert "needs 80 columns" in text_of(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert text_of(app) == before


async def test_no_key_reaches_what_a_small_terminal_hides() -> None:
    app = an_app()
    async with app.run_test(size=(70, 24)) as pilot:
        await pilot.press("1")
        await pilot.pause()
        assert app.current_mode == "welcome"


async def test_an_error_of_the_background_is_said_with_its_remedy_and_stays() -> None:
    class Failing(TraceTuiApp):
        CSS_PATH = None

        @work
        async def fail(self) -> None:
            raise StoreError("The store is locked by [/x].", "Wait, then press r.")

    reader = FakeReader({StoreQuery(): EMPTY})
    app = Failing(lambda: reader, store=Path("s.db"), zone=ZoneInfo("UTC"), now_us=lambda: NOON_US)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.fail()
        await pilot.pause(0.1)
        assert "The store is locked by [/x]." in text_of(app)
        assert "Wait, then press r." in text_of(app)
        await pilot.press("escape")
        await pilot.pause(0.1)
        assert "locked" not in text_of(app)


async def test_a_bug_ends_the_app() -> None:
    class Broken(TraceTuiApp):
        CSS_PATH = None

        @work
        async def fail(self) -> None:
            raise ZeroDivisionError

    reader = FakeReader({StoreQuery(): EMPTY})
    app = Broken(lambda: reader, store=Path("s.db"), zone=ZoneInfo("UTC"), now_us=lambda: NOON_US)

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            app.fail()
            await pilot.pause(0.1)

    with pytest.raises(Exception, match=r"ZeroDivisionError|division"):
        await run()


async def test_every_theme_knows_every_colour_we_name() -> None:
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        for name in app.available_themes:
            app.theme = name
            await pilot.pause()
            missing = [variable for variable in theme.DARK.variables if variable not in app.theme_variables]
            assert not missing, name


async def test_another_theme_is_worn_by_header_and_footer_at_once() -> None:
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.theme = "tracetui-light"
        await pilot.pause()
        for line in (app.screen.query_one(HeaderLine), app.screen.query_one(FooterLine)):
            colours = {
                segment.style.color.name for segment in line.render_line(0) if segment.style and segment.text
            }
            assert theme.LIGHT.variables["dim"] in colours
