"""The columns dialog: each column but Request ID on or off, for each type of model, remembered."""

import pytest

from tests.screens import line_with, place_of, text_of
from tests.ui.tables import press, settled
from tests.ui.test_traces_screen import EXTERNAL, HOSTED, Account, open_on, screen_of
from tracetui.domain.catalogue import ModelRef, ModelType
from tracetui.domain.choices import Choices
from tracetui.errors import TraceTuiError
from tracetui.ui.app import TraceTuiApp


class ListMemory:
    """Keeps what it is given."""

    problem: TraceTuiError | None = None

    def __init__(self, choices: Choices) -> None:
        self.kept = [choices]

    def load(self) -> Choices:
        return self.kept[-1]

    def save(self, choices: Choices) -> None:
        self.kept.append(choices)


def head(app: TraceTuiApp) -> str:
    return line_with(app, "Request ID")


@pytest.mark.parametrize(("model", "count"), [(HOSTED, 8), (EXTERNAL, 7)])
async def test_every_column_but_request_id_can_be_switched_off(model: ModelRef, count: int) -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot, model)
        await press(pilot, "c")
        assert text_of(app).count("[✓]") == count + 1
        await press(pilot, *["space", "down"] * (count + 1))
        assert text_of(app).count("[ ]") == count
        await press(pilot, "enter")
        assert head(app).split() == ["Request", "ID"]
        assert line_with(app, "req-999").split() == ["req-999"]


async def test_the_table_keeps_its_place_and_uses_the_room() -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "down", "c", "space", "enter")
        assert line_with(app, "req-999").startswith("▌req-999")
        assert "row 2 of 1,000" in text_of(app)


async def test_columns_are_kept_for_each_type_of_model() -> None:
    memory = ListMemory(Choices(hidden={ModelType.EXTERNAL: frozenset({"source"})}))
    app = Account().app(memory=memory)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        assert "Source " in head(app)
        await press(pilot, "c", "down", "down", "space", "enter")
        assert "Response" not in head(app)
        assert memory.kept[-1].hidden == {
            ModelType.EXTERNAL: frozenset({"source"}),
            ModelType.FINE_TUNED: frozenset({"response_time"}),
        }
        screen_of(app).open_model(EXTERNAL)
        await settled(pilot)
        assert "Response" in head(app)
        assert "Source  " not in head(app)


async def test_escape_leaves_the_columns_as_they_were_and_a_shows_all() -> None:
    memory = ListMemory(Choices(hidden={ModelType.FINE_TUNED: frozenset({"source"})}))
    app = Account().app(memory=memory)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "c", "space", "escape")
        assert line_with(app, "req-1000").startswith("▌✓")
        await press(pilot, "c", "a", "enter")
        assert "Source  " in head(app)


async def test_a_press_switches_a_column() -> None:
    app = Account().app()
    async with app.run_test(size=(120, 40)) as pilot:
        await open_on(pilot)
        await press(pilot, "c")
        await pilot.click(offset=place_of(app, "[✓]  Output"))
        await settled(pilot)
        assert "[ ]  Output" in text_of(app)
