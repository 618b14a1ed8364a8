"""A dialog to choose one of many: type to narrow, arrows, `enter` or a press; `escape` changes nothing."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, NamedTuple, TypeVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from tracetui.display.sanitise import safe_line
from tracetui.errors import TraceTuiError
from tracetui.ui import keys
from tracetui.ui.screens.dialog import Dialog
from tracetui.ui.widgets.field import Field
from tracetui.ui.widgets.pick_list import Column, Entry, PickList

T = TypeVar("T")
Load = Callable[[], Awaitable[Sequence[Entry[T]]]]

AROUND_LINES = 8
"""Lines of the screen that the list leaves: border, field, footer, and some of what is below the dialog."""


class Offer(NamedTuple):
    """What a list picker asks."""

    heading: str
    columns: Sequence[Column]
    narrow_by: str
    """What to type: shown in the empty field."""
    none: str
    """Why there is nothing to choose, and what to do."""


class ListPicker(Dialog[T]):
    """Choose one entry of a list.

    Args:
        offer: Words and columns.
        entries: What can be chosen, or what gets it: the dialog then says that it reads until they are there.
    """

    CSS_PATH = "list_picker.tcss"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.LIST)

    def __init__(self, offer: Offer, entries: Sequence[Entry[T]] | Load[T]) -> None:
        super().__init__()
        self._offer = offer
        self._entries = entries
        self._field = Field(placeholder=offer.narrow_by, id="field")
        self._list: PickList[T] = PickList(offer.columns, id="list")
        self.HEADING = offer.heading

    def parts(self) -> list[Widget]:
        """The field and the list."""
        # What is known is offered before anything is painted: the box is laid out once, at its final size.
        self._list.allow(self.app.size.height - AROUND_LINES)
        if callable(self._entries):
            self._list.say("Reading …")
        else:
            self._show(self._entries)
        return [self._field, self._list]

    def on_mount(self) -> None:
        """Ask for the entries, where they were not given."""
        if callable(self._entries):
            self.load_entries(self._entries)

    def on_resize(self) -> None:
        """Leave room for what is around the list."""
        self._list.allow(self.app.size.height - AROUND_LINES)

    @work(exclusive=True, group="entries")
    async def load_entries(self, load: Load[T]) -> None:
        """Get the entries and show them."""
        try:
            self._show(await load())
        except TraceTuiError as error:
            self._list.say(safe_line(str(error)))

    def _show(self, entries: Sequence[Entry[T]]) -> None:
        if entries:
            self._list.offer(entries)
        else:
            self._list.say(self._offer.none)

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Show what is called so."""
        event.stop()
        self._list.narrow(event.value)

    @on(PickList.Chosen)
    def action_choose(self) -> None:
        """Answer with what stands under the cursor."""
        chosen = self._list.chosen
        if chosen is not None:
            self.dismiss(chosen)

    def action_cursor_up(self) -> None:
        """One entry up."""
        self._list.move(-1)

    def action_cursor_down(self) -> None:
        """One entry down."""
        self._list.move(1)

    def action_page_up(self) -> None:
        """A page up."""
        self._list.move_page(-1)

    def action_page_down(self) -> None:
        """A page down."""
        self._list.move_page(1)

    def action_first(self) -> None:
        """To the first entry."""
        self._list.move_to_first()

    def action_last(self) -> None:
        """To the last entry."""
        self._list.move_to_last()
