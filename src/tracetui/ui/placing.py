"""Lines with characters that terminals measure differently, painted so that what follows keeps its column.

How wide a Devanagari sign, a joined emoji or a flag is, terminals do not agree on, and some drop what they cannot
draw. Each stretch of such text is painted over blanks, and what comes after it is sent to its column.
"""

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tracetui.display.widths import NO_CELL, character_class

_FLAGS = "\U0001f1e6-\U0001f1ff"
_UNCERTAIN = re.compile(rf"[^\x00-\x7f]*[{character_class(NO_CELL)}{_FLAGS}][^\x00-\x7f]*")
"""Beside what takes no cell also its neighbours, which join with it: all but ASCII."""
_PLAIN = Style()


def placed(strip: Strip, x: int, system: ColorSystem) -> str:
    """The escape sequences of a strip, which begins at a column and in the terminal's own colours.

    Args:
        strip: One line of text.
        x: The column of its first cell, from 0.
        system: The colours that the terminal has.
    """
    sent: list[str] = []
    for segment in strip:
        if segment.control:
            continue
        style = segment.style or _PLAIN
        for text, is_uncertain in _stretches(segment):
            if is_uncertain:
                cells = cell_len(text)
                sent += (
                    _painted(" " * cells, style, system),
                    _to(x),
                    _painted(text, style, system),
                    _to(x + cells),
                )
            else:
                sent.append(_painted(text, style, system))
            x += cell_len(text)
    return "".join(sent)


def _stretches(segment: Segment) -> Iterator[tuple[str, bool]]:
    """A segment's text in stretches, and whether each is of uncertain width."""
    text, end = segment.text, 0
    if not text.isascii():
        for found in _UNCERTAIN.finditer(text):
            if found.start() > end:
                yield text[end : found.start()], False
            end = found.end()
            yield found[0], True
    if end < len(text):
        yield text[end:], False


def _painted(text: str, style: Style, system: ColorSystem) -> str:
    return style.render(text, color_system=system, legacy_windows=False)


def _to(x: int) -> str:
    return f"\x1b[{x + 1}G"
