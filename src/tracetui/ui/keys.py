"""One line for each key. Bindings, footer, help and palette all read it, so they cannot disagree.

A place is where a key works: everywhere, or while a screen or a widget has the focus. The footer shows the
keys of the focused place that are marked so; help and the palette list them all.
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
    Key("1", "app.show('analytics')", "Analytics", shown_as="1"),
    Key("2", "app.show('traces')", "Traces", shown_as="2"),
    Key("question_mark,f1", "app.help", "Keys", True, "?", "Every key of the place you are in."),
    Key("ctrl+p", "app.actions", "Actions", True, "^p", "Every action by its name."),
    Key("T", "app.choose_theme", "Theme", shown_as="T", explanation="Choose other colours; remembered."),
    Key("X", "app.cancel_job", "Cancel export", shown_as="X", explanation="Stop an export; nothing is left."),
    Key("ctrl+l", "app.redraw", "Redraw", explanation="Paint the whole screen again."),
    Key("escape", "app.dismiss_notices", "Back", shown_as="esc", explanation="One step back; no work is lost."),
    Key("q", "app.leave", "Quit", True),
)

SCOPE = (
    Key("m", "choose_model", "Model", True),
    Key("d", "choose_deployment", "Deployment", explanation="One deployment or connection, or all."),
    Key("v", "choose_version", "Version", explanation="One version, or all."),
    Key("t", "choose_period", "Time", True, explanation="The period: presets, or days as 7d or 2026-11."),
)

TRACES = (
    *SCOPE,
    Key("slash", "search", "Search", True, "/", "A request id, or text in any column."),
    Key("n", "next_match", "Next match", True, "n", explanation="In the open trace; else the next trace."),
    Key("N", "previous_match", "Previous match", shown_as="N"),
    Key("f", "filter", "Filter", True, explanation="Conditions, and how many traces match."),
    Key("F", "clear_filter", "Clear filter", shown_as="F", explanation="All conditions away."),
    Key("c", "choose_columns", "Columns", explanation="Which columns the table shows; remembered."),
    Key("s", "sort", "Sort", True, explanation="Newest, oldest, slowest, fastest, in turn."),
    Key("g", "go_to", "Go to", True, explanation="A row by its number, or a time."),
    Key("a", "all_time", "All time", explanation="The whole time since the model's first trace."),
    Key("r", "refresh", "Refresh", explanation="Read the latest data; cursor and scroll stay."),
    Key("L", "follow", "Live", shown_as="L", explanation="Show traces as they arrive; once more pauses."),
    Key("e", "export", "Export", True, explanation="What is found, to a CSV file, on the side."),
    Key("i", "explain", "Explain", explanation="What the figures above the table mean."),
    Key("J", "toggle_json", "JSON", shown_as="J", explanation="The open trace as JSON, or as text again."),
    Key("escape", "back", "Back", shown_as="esc", explanation="Close details; stop looking; end the search."),
)

EXPLANATION = (Key("escape,enter,i", "cancel", "Back", True, "esc"),)

TRACE_TABLE = (
    Key("enter", "open_trace", "Details", True, "↵", "Open the trace under the cursor."),
    Key("up,k", "cursor_up", "Row up", shown_as="↑ k"),
    Key("down,j", "cursor_down", "Row down", shown_as="↓ j"),
    Key("pageup,ctrl+b", "page_up", "Page up", shown_as="pgup"),
    Key("pagedown,ctrl+f", "page_down", "Page down", shown_as="pgdn"),
    Key("home,ctrl+home", "first_row", "First row", shown_as="home"),
    Key("end,ctrl+end,G", "last_row", "Last row", shown_as="end"),
    Key("left,h", "scroll_columns(-1)", "Columns left", shown_as="← h"),
    Key("right,l", "scroll_columns(1)", "Columns right", shown_as="→ l"),
)

DETAILS = (
    Key("J", "toggle_json", "JSON", True, "J", "Whole request and response, or plain text."),
    Key("slash", "search", "Search", True, "/", "Search in the focused panel."),
    Key("y", "copy", "Copy", True, explanation="The focused panel's whole content, by OSC 52."),
    Key("w", "write", "Write", True, explanation="The focused panel's whole content, to a file."),
    Key("left_square_bracket", "screen.previous_trace", "Previous", True, "["),
    Key("right_square_bracket", "screen.next_trace", "Next", True, "]"),
    Key("z", "zoom", "Zoom", True, explanation="The focused panel alone, or all of them again."),
    Key("tab", "app.focus_next", "Next panel", shown_as="tab"),
    Key("escape", "screen.back", "Close", True, "esc"),
)

PAYLOAD = (
    Key("escape", "end_search", "End search", True, "esc"),
    Key("n", "next_match", "Next match", True),
    Key("N", "previous_match", "Previous match", True),
    Key("enter", "fold", "Fold", True, "↵", "Fold or unfold what is at the cursor, in JSON."),
    Key("minus", "fold_all", "Fold all", True, "-", "Fold what stands in the outermost object."),
    Key("plus", "unfold_all", "Unfold all", True, "+"),
    Key("up,k", "move(-1)", "Up", shown_as="↑ k"),
    Key("down,j", "move(1)", "Down", shown_as="↓ j"),
    Key("pageup,ctrl+b", "page(-1)", "Page up", shown_as="pgup"),
    Key("pagedown,ctrl+f", "page(1)", "Page down", shown_as="pgdn"),
    Key("space", "fold_or_page", "Fold or page", explanation="Fold in JSON, page down in plain text."),
    Key("home,ctrl+home", "first", "Begin", shown_as="home"),
    Key("end,ctrl+end,G", "last", "End", shown_as="end"),
)

METADATA = (
    Key("up,k", "scroll_up", "Up", shown_as="↑ k"),
    Key("down,j", "scroll_down", "Down", shown_as="↓ j"),
    Key("pageup,ctrl+b", "page_up", "Page up", shown_as="pgup"),
    Key("pagedown,ctrl+f,space", "page_down", "Page down", shown_as="pgdn"),
    Key("home,ctrl+home", "scroll_home", "Begin", shown_as="home"),
    Key("end,ctrl+end,G", "scroll_end", "End", shown_as="end"),
)

SEARCH = (
    Key("enter", "submit", "Search", True, "↵"),
    Key("escape", "cancel", "Back", True, "esc"),
)

CHART = (
    Key("left,h", "step(-1)", "Step left", shown_as="← h"),
    Key("right,l", "step(1)", "Step right", shown_as="→ l"),
    Key("shift+left,H", "notable(-1)", "Notable left", False, "⇧←", "To the last point that stands out."),
    Key("shift+right,L", "notable(1)", "Notable", True, "⇧→", "To the next point that stands out."),
    Key("up,k", "lane(-1)", "Part above", shown_as="↑ k", explanation="All requests, the successful, the failed."),
    Key("down,j", "lane(1)", "Part below", shown_as="↓ j"),
    Key("home", "first", "First point", shown_as="home"),
    Key("end", "last", "Last point", shown_as="end"),
    Key("enter", "open", "Traces", True, "↵", "The traces behind the point under the cursor."),
)

SEARCH_BAR = (
    Key("enter,down", "leave_field", "To what is found", True, "↵"),
    Key("escape", "step_back", "Clear", True, "esc", "Clear the words, then leave the field."),
)

ANALYTICS = (
    *SCOPE,
    Key("z", "expand", "Expand", True, explanation="The chart alone, with filters of its own."),
    Key("tab", "next_chart(1)", "Next chart", True, "tab"),
    Key("shift+tab", "next_chart(-1)", "Previous chart", shown_as="⇧tab"),
    Key("left_square_bracket", "next_type(-1)", "Previous type", shown_as="["),
    Key("right_square_bracket", "next_type(1)", "Next type", True, "]", "Fine-tuned, open-source, external."),
    Key("c", "compare", "Compare versions", explanation="A line for each version: latency, requests."),
    Key("i", "explain", "Explain", explanation="What the chart with the focus means."),
    Key("I", "explain_account", "Explain account", shown_as="I", explanation="What the four cards mean."),
    Key("r", "refresh", "Refresh", explanation="Read the latest data."),
    Key("escape", "back", "Back", shown_as="esc", explanation="Take away what was said."),
)

EXPANDED = (
    Key("escape,z", "back", "Back", True, "esc", "To the dashboard, as it was."),
    *SCOPE,
    Key("c", "compare", "Compare versions", explanation="A line for each version: latency, requests."),
    Key("i", "explain", "Explain", explanation="What the chart means."),
    Key("r", "refresh", "Refresh", explanation="Read the latest data."),
)

LEAVE = (
    Key("enter,y", "leave_anyway", "Quit and cancel", True, "↵"),
    Key("escape,n", "cancel", "Stay", True, "esc"),
)

WELCOME = (Key("r", "refresh", "Look again", True, explanation="See whether traces have come in."),)

IN_DIALOGS = Key("f1", "app.help", "Keys", True, "F1", "Every key of this dialog; ? is for its field.")

LIST = (
    Key("enter", "choose", "Choose", True, "↵"),
    Key("escape", "cancel", "Back", True, "esc"),
    IN_DIALOGS,
    Key("up", "cursor_up", "Up", shown_as="↑"),
    Key("down", "cursor_down", "Down", shown_as="↓"),
    Key("pageup", "page_up", "Page up", shown_as="pgup"),
    Key("pagedown", "page_down", "Page down", shown_as="pgdn"),
    Key("ctrl+home", "first", "First", shown_as="^home"),
    Key("ctrl+end", "last", "Last", shown_as="^end"),
)

FILTER = (
    Key("enter", "apply", "Apply", True, "↵", "Show what matches, once all can be read."),
    Key("escape", "cancel", "Back", True, "esc", "Leave the filter as it was."),
    Key("tab", "app.focus_next", "Next", True, "tab", "The next part, ✕ and buttons among them."),
    Key("ctrl+n", "add", "Add", True, "^n", "Another condition."),
    Key("ctrl+r", "remove", "Remove", True, "^r", "The condition that has the focus."),
    Key("ctrl+l", "clear", "Clear all", True, "^l"),
    IN_DIALOGS,
)

CHOICE = (
    Key("space", "open_list", "List", True, "space", "All values in a list; letters jump."),
    Key("up", "step(-1)", "Value before", shown_as="↑"),
    Key("down", "step(1)", "Next value", shown_as="↓"),
)

BUTTON = (Key("enter,space", "press", "Press", True, "↵"),)

EITHER = (Key("space,left,right", "turn", "All or any", True, "space"),)

VALUE = (
    Key("enter", "take", "Take", True, "↵", "The value under the cursor into the field."),
    Key("down", "suggest(1)", "Values", True, "↓", "Through the values there are."),
    Key("up", "suggest(-1)", "Value before", shown_as="↑"),
)

COLUMNS = (
    Key("space", "switch", "On or off", True, "space"),
    Key("enter", "choose", "Apply", True, "↵"),
    Key("escape", "cancel", "Back", True, "esc", "Leave the columns as they were."),
    Key("a", "all", "All", True, "a", "All columns."),
    IN_DIALOGS,
    Key("up,k", "cursor_up", "Up", shown_as="↑ k"),
    Key("down,j", "cursor_down", "Down", shown_as="↓ j"),
)

PERIODS = (
    Key("enter", "choose", "Apply", True, "↵"),
    *LIST[1:],
    Key("tab", "app.focus_next", "Month, field", True, "tab", "From the presets to the month and the field."),
)

PRESETS = (Key("right", "screen.to_month", "Month", True, "→", "Days of your own, in the month."),)

CALENDAR = (
    Key("space", "pick", "Pick", True, "space", "First day of a range; again: its last day."),
    Key("pageup", "month(-1)", "Month back", True, "pgup"),
    Key("pagedown", "month(1)", "Month on", True, "pgdn"),
    Key("m", "list(False)", "Months", explanation="The months in a list."),
    Key("y", "list(True)", "Years", explanation="The years in a list."),
    Key("left", "move(-1)", "Day before", shown_as="←"),
    Key("right", "move(1)", "Next day", shown_as="→"),
    Key("up", "move(-7)", "Week before", shown_as="↑"),
    Key("down", "move(7)", "Next week", shown_as="↓"),
    Key("home", "edge(False)", "First day", shown_as="home"),
    Key("end", "edge(True)", "Last day", shown_as="end"),
)

PROMPT = (
    Key("enter", "submit", "Go", True, "↵"),
    Key("escape", "cancel", "Back", True, "esc"),
    IN_DIALOGS,
)

TEXT = (
    Key("up,k", "scroll_up", "Up", shown_as="↑ k"),
    Key("down,j", "scroll_down", "Down", shown_as="↓ j"),
    Key("pageup", "page_up", "Page up", shown_as="pgup"),
    Key("pagedown,space", "page_down", "Page down", shown_as="pgdn"),
    Key("home", "scroll_home", "Begin", shown_as="home"),
    Key("end", "scroll_end", "End", shown_as="end"),
)

PLACES: dict[str, Sequence[Key]] = {
    "Trace details": DETAILS,
    "Text of a trace": PAYLOAD,
    "Metadata of a trace": METADATA,
    "Search in details": SEARCH,
    "Search": SEARCH_BAR,
    "Trace table": TRACE_TABLE,
    "Traces": TRACES,
    "Chart": CHART,
    "Analytics": ANALYTICS,
    "Expanded chart": EXPANDED,
    "Welcome": WELCOME,
    "Quit": LEAVE,
    "Explanation": EXPLANATION,
    "List": LIST,
    "Columns": COLUMNS,
    "Filter": FILTER,
    "Closed list": CHOICE,
    "Button": BUTTON,
    "All or any": EITHER,
    "Value": VALUE,
    "Presets": PRESETS,
    "Month": CALENDAR,
    "Periods": PERIODS,
    "Question": PROMPT,
    "Text": TEXT,
    "Everywhere": EVERYWHERE,
}
"""Every place by the name that help shows."""


def bindings(keys: Sequence[Key]) -> list[BindingType]:
    """The Textual bindings of a place, for a `BINDINGS` class variable."""
    place = next((place for place, listed in PLACES.items() if listed is keys), "")
    return [
        Binding(
            key.keys,
            key.action,
            key.label,
            show=key.in_footer,
            key_display=key.shown_as,
            tooltip=key.explanation,
            id=_id(place, key),
        )
        for key in keys
    ]


def is_bound(place: str, key: Key, binding: Binding) -> bool:
    """Whether a binding was made from this line of this place."""
    return binding.id == _id(place, key)


def _id(place: str, key: Key) -> str:
    return f"{place}: {key.action}"
