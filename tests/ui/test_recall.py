"""What was chosen last is there again on the next start (G6)."""

from pathlib import Path
from zoneinfo import ZoneInfo

from tests.fakes import NOON_US, FakeReader
from tests.screens import text_of
from tracetui.domain.choices import Choices
from tracetui.domain.queries import StoreQuery
from tracetui.domain.rows import StoreState
from tracetui.errors import TraceTuiError
from tracetui.ui.app import TraceTuiApp

EMPTY = StoreState(traces=0, models=0, is_read_only=False, last_write_us=None)


class ListMemory:
    """A memory that keeps every save."""

    def __init__(self, choices: Choices | None = None, problem: TraceTuiError | None = None) -> None:
        self.saved = [choices or Choices()]
        self.problem = problem

    def load(self) -> Choices:
        return self.saved[-1]

    def save(self, choices: Choices) -> None:
        self.saved.append(choices)


def an_app(memory: ListMemory) -> TraceTuiApp:
    reader = FakeReader({StoreQuery(): EMPTY})
    return TraceTuiApp(
        lambda: reader, store=Path("s.db"), zone=ZoneInfo("UTC"), now_us=lambda: NOON_US, memory=memory
    )


async def test_the_app_opens_on_the_screen_that_was_up_last() -> None:
    app = an_app(ListMemory(Choices(screen="analytics")))
    async with app.run_test(size=(80, 24)):
        assert app.current_mode == "analytics"


async def test_a_screen_that_is_shown_is_remembered() -> None:
    memory = ListMemory()
    app = an_app(memory)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1")
        await app.workers.wait_for_complete()
        assert memory.saved[-1].screen == "analytics"


async def test_the_app_wears_the_theme_chosen_last() -> None:
    app = an_app(ListMemory(Choices(theme="nord")))
    async with app.run_test(size=(80, 24)):
        assert app.theme == "nord"


async def test_a_remembered_theme_that_is_gone_is_no_matter() -> None:
    app = an_app(ListMemory(Choices(theme="of-a-later-version")))
    async with app.run_test(size=(80, 24)):
        assert app.theme == "tracetui-dark"


async def test_a_theme_that_is_chosen_is_worn_and_remembered() -> None:
    memory = ListMemory()
    app = an_app(memory)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("T")
        await pilot.press(*"tracetui-light")
        await pilot.press("enter")
        await pilot.pause()
        await app.workers.wait_for_complete()
        assert app.theme == "tracetui-light"
        assert memory.saved[-1].theme == "tracetui-light"


async def test_what_cannot_be_remembered_is_said_once() -> None:
    memory = ListMemory(problem=TraceTuiError("What was chosen could not be kept.", "All else works."))
    app = an_app(memory)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("1", "2")
        await app.workers.wait_for_complete()
        await pilot.pause(0.1)
        assert text_of(app).count("What was chosen could not be kept.") == 1
