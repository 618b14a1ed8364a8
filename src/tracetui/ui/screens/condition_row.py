"""One condition of the filter builder: column, operator and value on a line, and below them what is wrong."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tracetui.display.formatting import format_response_time
from tracetui.display.sanitise import safe_line
from tracetui.domain import durations
from tracetui.domain.fields import SOURCE, SOURCE_TYPE, STATUS, VERSION, Kind
from tracetui.domain.fields import Field as TraceField
from tracetui.domain.filters import Condition, read_value, written
from tracetui.domain.trace import Status
from tracetui.errors import TraceTuiError
from tracetui.ui import keys
from tracetui.ui.screens.choice import Choice
from tracetui.ui.widgets.field import Field
from tracetui.ui.widgets.pick_list import PickList
from tracetui.ui.widgets.press_button import PressButton
from tracetui.ui.widgets.suggestions import Suggestions

COMPLETED = (SOURCE, SOURCE_TYPE, VERSION)
"""The fields whose values are suggested."""
NEW = Condition(STATUS, STATUS.operators[0], Status.FAILED)
"""What a new line asks, until it is told otherwise: what is looked for most."""
_STATUSES = [(status, written(status)) for status in (Status.FAILED, Status.SUCCESS)]


class ValueField(Field):
    """The value of a condition, with suggestions below it."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings(keys.VALUE), *Field.BINDINGS]

    def __init__(self, suggestions: Suggestions) -> None:
        super().__init__(placeholder="value", id="value")
        self._suggestions = suggestions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Arrows and `enter` are for suggestions, while there are any."""
        if action == "take":
            return self._suggestions.display and self._suggestions.chosen is not None
        if action == "suggest":
            return self._suggestions.display
        return super().check_action(action, parameters)

    def action_suggest(self, by: int) -> None:
        """Go through the suggestions."""
        self._suggestions.move(by)
        self.refresh_bindings()

    def action_take(self) -> None:
        """Take the suggestion under the cursor."""
        chosen = self._suggestions.chosen
        if chosen is not None:
            self.value = chosen
            self.cursor_position = len(chosen)
        self._suggestions.hide()
        self.refresh_bindings()


class ConditionRow(Vertical):
    """A line that can be read as a condition, or says why not.

    Args:
        condition: What it says at first.
        fields: The columns that can be chosen.
    """

    class Changed(Message):
        """It says something else."""

    class ValuesWanted(Message):
        """Values to suggest are wanted; `suggest` takes them."""

        def __init__(self, row: "ConditionRow", field: TraceField, containing: str) -> None:
            super().__init__()
            self.row, self.field, self.containing = row, field, containing

    class Removed(Message):
        """It is to be taken away."""

        def __init__(self, row: "ConditionRow") -> None:
            super().__init__()
            self.row = row

    DEFAULT_CSS = """
    ConditionRow {
        height: auto;
        & > Horizontal { height: 1; }
        & #column { width: 22; margin-right: 1; }
        & #operator { width: 20; margin-right: 1; }
        & #value, & #status { width: 1fr; }
        & #meaning { width: auto; padding: 0 0 0 1; color: $dim; }
        & #words { display: none; height: auto; padding: 0 2; color: $dim; }
        & #words.-said { display: block; }
        & #words.-wrong { color: $error; }
    }
    """

    def __init__(self, condition: Condition, fields: Sequence[TraceField]) -> None:
        super().__init__()
        self._column = Choice("Column", [(field, field.label) for field in fields], id="column")
        self._operator = Choice("Operator", [(condition.operator, "")], id="operator")
        self._status = Choice("Status", _STATUSES, id="status")
        self._suggestions = Suggestions()
        self._value = ValueField(self._suggestions)
        self._meaning = Static(id="meaning", markup=False)
        self._words = Static(id="words", markup=False)
        self._is_tried = False
        self._said = ("", "", False)
        self._column.choose(condition.field)
        self._status.choose(condition.value if isinstance(condition.value, Status) else Status.FAILED)
        if condition.field.kind is not Kind.STATUS:
            self._value.value = written(condition.value)
        self._fit(condition.operator)

    def compose(self) -> ComposeResult:
        """The line, what it suggests, what is wrong."""
        remove = PressButton("✕", id="remove")
        yield Horizontal(self._column, self._operator, self._status, self._value, self._meaning, remove)
        yield self._suggestions
        yield self._words

    @property
    def condition(self) -> Condition | None:
        """What it says; None where the value cannot be read."""
        try:
            return self._read()
        except TraceTuiError:
            return None

    def insist(self) -> None:
        """Say from now on what is wrong, and go there."""
        self._is_tried = True
        self._say()
        self._value.focus()

    def begin(self) -> None:
        """Go to the first part."""
        self._column.focus()

    def suggest(self, values: Sequence[str]) -> None:
        """Show values that complete what is typed; one that is all of it completes nothing."""
        if self._value.has_focus:
            self._suggestions.suggest([] if [*values] == [self._value.value] else values)
            self._value.refresh_bindings()

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        event.stop()
        if event.choice is self._column:
            self._is_tried = False
            self._fit(self._operator.value)
        self._changed()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_attached:
            self._changed()
            self._want_values()

    @on(Input.Blurred)
    def _left(self, event: Input.Blurred) -> None:
        event.stop()
        self._suggestions.hide()
        self._say()

    def on_descendant_focus(self) -> None:
        """Suggest as soon as the value is gone to."""
        self._say()
        if self._value.has_focus:
            self._want_values()

    @on(PickList.Chosen)
    def _take(self, event: PickList.Chosen) -> None:
        event.stop()
        self._value.action_take()
        self._value.focus()

    @on(PressButton.Pressed, "#remove")
    def _remove(self, event: PressButton.Pressed) -> None:
        event.stop()
        self.post_message(self.Removed(self))

    def _fit(self, operator: object) -> None:
        """Have the operators and the kind of value that the column has."""
        field = self._column.value
        operators = [(one, one.value) for one in field.operators]
        self._operator.offer(
            operators, next((one for one in field.operators if one is operator), field.operators[0])
        )
        self._status.display = field.kind is Kind.STATUS
        self._value.display = not self._status.display
        self._value.placeholder = "0:2:0 or 2s" if field.kind is Kind.DURATION else "text"
        self._suggestions.hide()

    def _changed(self) -> None:
        self._say()
        self.post_message(self.Changed())

    def _want_values(self) -> None:
        if self._column.value in COMPLETED:
            self.post_message(self.ValuesWanted(self, self._column.value, self._value.value))

    def _read(self) -> Condition:
        field = self._column.value
        if field.kind is Kind.STATUS:
            return Condition(field, self._operator.value, self._status.value)
        return Condition(field, self._operator.value, read_value(field, self._value.value))

    def _say(self) -> None:
        """What a duration means, or why it means nothing; half a value is not wrong before it is left."""
        meaning = words = ""
        is_wrong = False
        try:
            condition = self._read()
            if condition.field.kind is Kind.DURATION:
                meaning = f"= {format_response_time(int(condition.value))}"
        except TraceTuiError as error:
            is_wrong = self._is_tried or (not self._value.has_focus and self._value.value != "")
            if is_wrong:
                words = str(error)
            elif self._column.value.kind is Kind.DURATION and self._value.has_focus:
                words = durations.ACCEPTED
        if (meaning, words, is_wrong) == self._said:
            # An update has all of the dialog laid out and sent again, 14 kB.
            return
        self._said = (meaning, words, is_wrong)
        self._meaning.update(Content(meaning))
        self._words.update(Content(safe_line(words)))
        self._words.set_class(bool(words), "-said")
        self._words.set_class(is_wrong, "-wrong")
