"""One panel of the details: its name, its text, and the field of its search."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tracetui.display.details import Panel
from tracetui.display.formatting import format_count
from tracetui.display.sanitise import Safe, safe_line
from tracetui.ui import keys
from tracetui.ui.widgets.background import Run
from tracetui.ui.widgets.field import Field
from tracetui.ui.widgets.payload_view import PayloadView
from tracetui.ui.widgets.rows_view import MARK
from tracetui.ui.widgets.scrolling import StillContainer


class SearchField(Field):
    """The words to search for; `enter` and `escape` leave it."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings(keys.SEARCH), *Field.BINDINGS]

    @dataclass
    class Left(Message):
        """It was left, with words or without."""

        words: str

    def action_submit(self) -> None:  # type: ignore[override]
        """Search."""
        self.post_message(self.Left(self.value))

    def action_cancel(self) -> None:
        """Do not search."""
        self.post_message(self.Left(""))


class DetailPanel(StillContainer):
    """Input, output, request, response or record of a trace.

    Args:
        run: Runs work off the event loop.
    """

    DEFAULT_CSS = """
    DetailPanel {
        height: 1fr;
        & > #heading { height: 1; color: $dim; text-style: bold; }
        & > #heading.-here { color: $accent; }
        & > #words { height: 1fr; padding: 0 2; color: $dim; }
        & > SearchField { display: none; height: 1; }
        &.-searching > SearchField { display: block; }
        &.-words > PayloadView { display: none; }
        & > #words { display: none; }
        &.-words > #words { display: block; }
    }
    """

    def __init__(self, run: Run, *, id: str) -> None:
        super().__init__(id=id)
        self.view = PayloadView(run)
        self._heading = Static(id="heading", markup=False)
        self._words = Static(id="words", markup=False)
        self._field = SearchField(placeholder="search here")
        self.panel = Panel(Safe(""), None)

    def compose(self) -> ComposeResult:
        """Name, text or the words that stand for it, search."""
        yield self._heading
        yield self.view
        yield self._words
        yield self._field

    def show(self, panel: Panel) -> None:
        """Show another text from its beginning, or say why there is none."""
        self.panel = panel
        self.remove_class("-searching")
        self.set_class(panel.body is None, "-words")
        if panel.body is None:
            self._words.update(Content(panel.words), layout=False)
        else:
            self.view.show(panel.body)
        self._rename()

    @property
    def rows(self) -> int | None:
        """Rows that it needs, its name included; None: more than any screen has, or not known yet."""
        if self.panel.body is None:
            return 3
        return None if self.view.is_pending else self.view.virtual_size.height + 1

    def search(self) -> None:
        """Ask for the words to search for."""
        if self.panel.body is not None:
            self.add_class("-searching")
            self._field.value = self.view.matches.words if self.view.matches else ""
            self._field.focus()

    def mark(self, words: str) -> None:
        """Mark words that were searched for elsewhere; empty: nothing."""
        self.view.mark(words)

    @on(SearchField.Left)
    def _search(self, left: SearchField.Left) -> None:
        left.stop()
        self.remove_class("-searching")
        self.view.focus()
        if left.words:
            self.view.find(left.words)

    @on(PayloadView.Changed)
    def _rename(self) -> None:
        self.refresh_bindings()
        # A class and not :focus-within, which Textual 8.2.8 does not look at again for children.
        self._heading.set_class(self.has_focus_within, "-here")
        # Its size never changes: without `layout=False` the whole screen is laid out anew.
        name = Content(f"{MARK if self.has_focus_within else ' '}{self.panel.title}{self._note()}")
        self._heading.update(name, layout=False)

    def on_descendant_focus(self) -> None:
        """Mark the name."""
        self._rename()

    def on_descendant_blur(self) -> None:
        """Unmark it."""
        self._rename()

    def _note(self) -> str:
        """What is to be known of the text beside its name."""
        notes = []
        if self.panel.body is not None and self.view.not_json_from is not None:
            notes.append(f"not JSON from character {self.view.not_json_from + 1:,} on, shown as text")
        if self.panel.body is not None and self.view.is_pending:
            notes.append("reading")
        matches = self.view.matches
        if matches is not None and (len(matches) or not self.view.is_from_outside):
            found = format_count(len(matches)) + ("" if matches.is_complete else "+")
            words = safe_line(matches.words, 30)
            at = "–" if matches.current is None else format_count(matches.current + 1)
            notes.append(f"“{words}” {at} of {found}" if len(matches) else f"“{words}” not found")
        return "".join(f" · {note}" for note in notes)
