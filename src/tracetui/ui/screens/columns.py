"""Which columns the table shows: each but Request ID can be switched off, for each type of model (T9)."""

from collections.abc import Collection
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from tracetui.display.sanitise import Safe
from tracetui.domain.catalogue import ModelType
from tracetui.domain.fields import Field, columns_for
from tracetui.ui import keys
from tracetui.ui.screens.dialog import Dialog
from tracetui.ui.widgets.pick_list import Column, Entry, PickList


class ColumnsDialog(Dialog[frozenset[str]]):
    """Answers with the columns that are off, by the keys of their fields, or None.

    Args:
        model_type: Whose columns.
        hidden: Those that are off now.
    """

    HEADING = "Columns"
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(keys.COLUMNS)
    DEFAULT_CSS = "ColumnsDialog > #box { width: 44; }"

    def __init__(self, model_type: ModelType, hidden: Collection[str]) -> None:
        super().__init__()
        self._fields = columns_for(model_type)
        self._hidden = set(hidden)
        self._list: PickList[Field] = PickList((Column(""), Column("", is_elastic=True), Column("")))
        self._offer(self._fields[0])

    def parts(self) -> list[Widget]:
        """The list."""
        return [self._list]

    def action_switch(self) -> None:
        """The column under the cursor on or off."""
        field = self._list.chosen
        if field is not None and field.can_hide:
            self._hidden ^= {field.key}
            self._offer(field)

    @on(PickList.Chosen)
    def _pressed(self) -> None:
        self.action_switch()

    def action_all(self) -> None:
        """All columns on."""
        self._hidden.clear()
        self._offer(self._list.chosen or self._fields[0])

    def action_choose(self) -> None:
        """Answer."""
        self.dismiss(frozenset(self._hidden))

    def action_cursor_up(self) -> None:
        """One column up."""
        self._list.move(-1)

    def action_cursor_down(self) -> None:
        """One column down."""
        self._list.move(1)

    def _offer(self, current: Field) -> None:
        self._list.offer([self._entry(field, is_current=field is current) for field in self._fields])

    def _entry(self, field: Field, *, is_current: bool) -> Entry[Field]:
        sign = "[ ]" if field.key in self._hidden else "[✓]"
        note = "" if field.can_hide else "always shown"
        return Entry(field, (Safe(sign), Safe(field.label), Safe(note)), is_current=is_current)
