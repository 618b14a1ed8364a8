"""What is said to the user in passing: what was just done, and what went wrong.

Text here may hold what a trace or a file name contains; it is never markup.
"""

from textual.widget import Widget

from tracetui.errors import TraceTuiError

SAID_S = 5.0
"""How long a line about what was just done stays."""
LONG_S = 30.0
"""The same for what ends long after it was begun, when one looks elsewhere."""
UNTIL_READ_S = 24 * 3600.0
"""Errors stay until they are dismissed, by `escape` or a press."""


def say(node: Widget, done: str, stays_s: float = SAID_S) -> None:
    """One line about what was just done: "GPT4_traces_data.csv saved, 48,120 traces."

    Args:
        node: Any widget or screen of the app.
        done: Sanitised where it holds text from outside.
        stays_s: How long.
    """
    node.notify(done, timeout=stays_s, markup=False)


def complain(node: Widget, error: TraceTuiError) -> None:
    """What went wrong and what to do, until it is dismissed."""
    node.notify(f"{error.problem}\n{error.hint}".rstrip(), severity="error", timeout=UNTIL_READ_S, markup=False)
