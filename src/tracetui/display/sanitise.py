"""Text from outside, made harmless: the only maker of `Safe`, and so the only door to a widget."""

from typing import NewType

Safe = NewType("Safe", str)
"""Text that cannot act on the terminal: no control, bidirectional or invisible characters left in it."""
