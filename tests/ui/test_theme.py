"""Our two themes read in any number of colours."""

import pytest
from rich.color import Color, ColorSystem
from textual.color import Color as Rgb
from textual.theme import Theme

from tracetui.ui import theme

RED, GREEN, YELLOW, CYAN = (1, 9), (2, 10), (3, 11), (6, 14)


def in_sixteen(colour: str) -> int:
    """The terminal's own colour that stands for one of ours where there are only sixteen."""
    number = Color.parse(colour).downgrade(ColorSystem.STANDARD).number
    assert number is not None
    return number


def of(worn: Theme, name: str) -> str:
    return worn.variables.get(name) or str(getattr(worn, name))


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21. Source: WCAG 2.1, "contrast ratio"."""

    def luminance(colour: str) -> float:
        parts = [
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
            for part in Rgb.parse(colour).normalized
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("worn", theme.OWN, ids=lambda worn: worn.name)
@pytest.mark.parametrize(
    ("name", "family"), [("error", RED), ("success", GREEN), ("warning", YELLOW), ("accent", CYAN)]
)
def test_what_a_colour_means_is_kept_in_sixteen(worn: Theme, name: str, family: tuple[int, int]) -> None:
    assert in_sixteen(of(worn, name)) in family


@pytest.mark.parametrize("worn", theme.OWN, ids=lambda worn: worn.name)
@pytest.mark.parametrize("name", ["band", "dim", "foreground"])
def test_nothing_sinks_into_the_ground_in_sixteen(worn: Theme, name: str) -> None:
    assert in_sixteen(of(worn, name)) != in_sixteen(of(worn, "background"))


@pytest.mark.parametrize("worn", theme.OWN, ids=lambda worn: worn.name)
@pytest.mark.parametrize("ground", ["background", "surface", "panel"])
@pytest.mark.parametrize("name", ["foreground", "dim", "accent", "error", "success", "warning"])
def test_text_can_be_read_on_every_ground(worn: Theme, name: str, ground: str) -> None:
    # 4.5 is what WCAG 2.1 AA asks of text of this size.
    assert contrast(of(worn, name), of(worn, ground)) >= 4.5


@pytest.mark.parametrize("worn", theme.OWN, ids=lambda worn: worn.name)
@pytest.mark.parametrize("ground", ["band", "match"])
def test_text_can_be_read_on_the_row_of_the_cursor_and_on_matches(worn: Theme, ground: str) -> None:
    assert contrast(of(worn, "foreground"), of(worn, ground)) >= 4.5
