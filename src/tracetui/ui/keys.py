"""One line for each key. Bindings, footer, help and palette all read it, so they cannot disagree.

A place is where a key works: everywhere, or while a screen or a widget has the focus. The footer shows the
keys of the focused place that are marked so; help lists them all.
"""

from collections.abc import Sequence
from typing import NamedTuple

from textual.binding import Binding, BindingType


class Key(NamedTuple):
    """A key and what it does."""

    keys: str
    """Textual's names, several separated by commas; the first one is shown."""
    action: str
    """The action it runs, looked up from the focused widget outwards."""
    label: str
    """What it does, in at most three words: footer and help."""
    in_footer: bool = False
    shown_as: str | None = None
    """How the key is written where Textual's own writing is not what people say."""
    explanation: str = ""
    """A sentence for help and palette, where the label does not carry it."""


EVERYWHERE = (
    Key("1", "app.switch_mode('analytics')", "Analytics", shown_as="1"),
    Key("2", "app.switch_mode('traces')", "Traces", shown_as="2"),
    Key("question_mark,f1", "app.help", "Keys", in_footer=True, shown_as="?"),
    Key("ctrl+p", "app.command_palette", "Actions", in_footer=True, shown_as="^p"),
    Key("q", "app.leave", "Quit", in_footer=True),
)

PLACES: dict[str, Sequence[Key]] = {"Everywhere": EVERYWHERE}
"""Every place by the name that help shows; the other places join below."""


def bindings(keys: Sequence[Key]) -> list[BindingType]:
    """The Textual bindings of a place, for a `BINDINGS` class variable."""
    return [
        Binding(key.keys, key.action, key.label, show=key.in_footer, key_display=key.shown_as) for key in keys
    ]
