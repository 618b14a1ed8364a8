"""Header, scope line and footer: what they show when there is room and when there is not."""

from collections.abc import Sequence

import pytest
from textual.app import App, ComposeResult

from tests.screens import text_of
from tracetui.ui import theme
from tracetui.ui.widgets.pressable_line import Piece, PressableLine


class Line(PressableLine):
    """A line of a heavy, a light and a lasting piece, and one at the right."""

    def pieces(self) -> Sequence[Piece]:
        return [
            Piece("lasting ", action="app.note('lasting')"),
            Piece("light ", weight=1),
            Piece("heavy ", weight=2),
        ]

    def right_pieces(self) -> Sequence[Piece]:
        return [Piece("right", action="app.note('right')")]


class Frame(App[None]):
    """Nothing but a line."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[str] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme.own_variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield Line()

    def action_note(self, pressed: str) -> None:
        self.noted.append(pressed)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (30, "lasting light heavy      right"),
        (25, "lasting light heavy right"),
        (24, "lasting light      right"),
        (18, "lasting      right"),
        (12, "lastin…right"),
    ],
)
async def test_whole_pieces_leave_a_narrow_line_the_heaviest_first(width: int, shown: str) -> None:
    app = Frame()
    async with app.run_test(size=(width, 3)):
        assert text_of(app).splitlines()[0] == shown


@pytest.mark.parametrize(("column", "noted"), [(0, ["lasting"]), (6, ["lasting"]), (9, []), (29, ["right"])])
async def test_a_press_runs_the_action_of_the_piece_below_it(column: int, noted: list[str]) -> None:
    app = Frame()
    async with app.run_test(size=(30, 3)) as pilot:
        await pilot.click(offset=(column, 0))
        assert app.noted == noted
