"""Screens as plain text, so that a review can read what changed, and as a picture for the eye."""

from typing import Any

from textual.app import App


def text_of(app: App[Any]) -> str:
    """What stands on the screen, a line of text for each line of the terminal, blanks at the ends left out."""
    strips = app.screen._compositor.render_strips()
    lines = ("".join(segment.text for segment in strip if not segment.control) for strip in strips)
    return "\n".join(line.rstrip() for line in lines)


def line_with(app: App[Any], words: str) -> str:
    """The first line of the screen that holds some words; empty where none does."""
    return next((line for line in text_of(app).splitlines() if words in line), "")


def place_of(app: App[Any], words: str) -> tuple[int, int]:
    """Where some words stand: column and row of their first cell, for `pilot.click(offset=...)`.

    Raises:
        AssertionError: They are not on the screen.
    """
    for row, line in enumerate(text_of(app).splitlines()):
        at = line.find(words)
        if at >= 0:
            return len(line[:at]), row
    raise AssertionError(f"{words!r} is not on the screen:\n{text_of(app)}")
