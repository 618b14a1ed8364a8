"""Screens that are left once, however often a key or the mouse asks for it."""

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import Screen

T = TypeVar("T")


class Leaving(Screen[T]):
    """A screen that goes when it is answered, and takes no other with it.

    Textual's own `dismiss` takes away whichever screen is on top. The second of two keys typed at once may reach a
    screen that has gone already: it would end the screen below, and the app where that is the last one.
    """

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Go with an answer; nothing where it is not this screen that is on top."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
