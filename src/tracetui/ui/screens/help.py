"""Every key of the place one is in, in groups; choosing one runs it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

from tracetui.display.sanitise import Safe
from tracetui.ui.keys import PLACES, Key, is_bound
from tracetui.ui.screens.list_picker import ListPicker, Offer
from tracetui.ui.widgets.pick_list import Column, Entry

OFFER = Offer(
    heading="Keys",
    columns=(Column("Key"), Column("Action"), Column("", is_elastic=True)),
    narrow_by="type a part of an action",
    none="No key does anything here.",
)


class KeyHere(NamedTuple):
    """A key that works where the focus is."""

    place: str
    key: Key
    shown: str
    """How it is written."""


def keys_here(screen: Screen[Any], app: App[Any]) -> list[KeyHere]:
    """The keys that work now, by place, the innermost place first.

    Args:
        screen: The screen that is up.
        app: Knows how a key is written.
    """
    active = screen.active_bindings
    return [
        KeyHere(place, key, _shown(key, app))
        for place, keys in PLACES.items()
        for key in keys
        if any(name in active and is_bound(place, key, active[name].binding) for name in key.keys.split(","))
    ]


def _shown(key: Key, app: App[Any]) -> str:
    first = key.keys.split(",")[0]
    return app.get_key_display(Binding(first, key.action, key_display=key.shown_as))


def help_dialog(keys: Sequence[KeyHere]) -> ListPicker[Key]:
    """A dialog that lists keys, and answers with the one chosen."""

    entries = [
        Entry(here.key, (Safe(here.shown), Safe(here.key.label), Safe(here.key.explanation)), here.place)
        for here in keys
    ]
    return ListPicker(OFFER, entries)
