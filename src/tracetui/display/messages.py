"""What panels and notices say of one trace, one model or one copy: why it is so, and what leads on.

Names from outside are made harmless here. Sentence case, no exclamation marks, no blame. Why a whole table is
empty is said by `ui/empty_words.py`, which knows what was asked for.
"""

from tracetui.display.formatting import format_size
from tracetui.display.sanitise import Safe, fit, safe_line

CLIPBOARD_LIMIT_BYTES = 70_000
"""Above this many bytes many terminals cut what is sent to the clipboard; a file is proposed instead."""

NAME_CELLS = 40
"""Of a name in a sentence at most."""


def model_is_gone(name: str) -> Safe:
    """The model chosen last is not in the store any more."""
    return Safe(f"{_named(name)} is not in this store any more. Press m to choose another model.")


def trace_is_gone(request_id: str) -> Safe:
    """A trace was deleted while its row was on the screen."""
    return Safe(f"{_named(request_id)} is not in the store any more. Press r to load what is.")


def not_captured(what: str) -> Safe:
    """A text that the record does not hold: `Input was not captured.`"""
    return Safe(f"{_named(what)} was not captured.")


def copied(size_bytes: int) -> Safe:
    """A text was sent to the clipboard; no terminal confirms that it arrived."""
    size = format_size(size_bytes)
    if size_bytes > CLIPBOARD_LIMIT_BYTES:
        return Safe(
            f"Sent to the terminal's clipboard ({size}), which many terminals cut at 70 kB. w writes it to a file."
        )
    return Safe(f"Sent to the terminal's clipboard ({size}). If it does not arrive, w writes it to a file.")


def _named(name: str) -> Safe:
    return fit(safe_line(name), NAME_CELLS)
