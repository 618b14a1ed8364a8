"""Other colours: our two themes, then Textual's."""

from collections.abc import Iterable

from textual.theme import Theme

from tracetui.display.sanitise import Safe
from tracetui.ui import theme
from tracetui.ui.screens.list_picker import ListPicker, Offer
from tracetui.ui.widgets.pick_list import Column, Entry

OFFER = Offer(
    heading="Theme",
    columns=(Column("", is_elastic=True), Column("")),
    narrow_by="type a part of a name",
    none="There are no themes.",
)


def theme_picker(themes: Iterable[Theme], current: str) -> ListPicker[str]:
    """A dialog that answers with the name of a theme, or None.

    Args:
        themes: Those there are.
        current: The name of the one that is worn.
    """
    ours = {own.name for own in theme.OWN}
    ordered = sorted(themes, key=lambda one: (one.name not in ours, not one.dark, one.name))

    entries = [
        Entry(
            one.name,
            (Safe(one.name), Safe("dark" if one.dark else "light")),
            "tracetui" if one.name in ours else "others",
            one.name == current,
        )
        for one in ordered
    ]
    return ListPicker(OFFER, entries)
