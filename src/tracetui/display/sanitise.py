"""Text from outside, made harmless: the only maker of `Safe`, and so the only door to a widget.

Whatever could act on the terminal, reorder what stands beside it, or hide, is replaced by a form that can be seen:
control characters by their pictures (`␛`), all else by its number (`<U+202E>`). Two invisible characters
stay where scripts and emoji need them and nowhere else: the joiner between two emoji or two Indic letters, the
non-joiner inside Arabic and Indic words. More than a few marks piled on one character are counted instead.

Also decided here: how many cells a text takes, and where it is cut. Nothing here is about markup: a `Safe` may
still say `[red]`, and is harmless because widgets are given Content or Text, never strings to parse.
"""

import re
from bisect import bisect_right
from functools import cache, lru_cache
from typing import NamedTuple, NewType

from tracetui.display import widths

Safe = NewType("Safe", str)
"""Text that cannot act on the terminal: no control, bidirectional or invisible characters left in it."""

LINE_LIMIT = 2_000
"""Characters of a text that a one-line cell looks at unless told otherwise: wider than any terminal."""

MARKS_ON_ONE_CHARACTER = 6
"""Combining marks shown on one character. Tibetan and Burmese words come near it; more is mischief."""

ELLIPSIS = "…"
LINE_BREAK_SIGN = "↵"

_JOINER = "\u200d"
_NON_JOINER = "\u200c"
_EMOJI_SELECTOR = "\ufe0f"

# Characters beyond U+FFFF stand apart, here and below: each range of them in a class costs every character that is
# looked at (10 M characters: 173 ms in one class, 55 and 30 ms in two).
_ACTS_OR_HIDES = re.compile(
    "["
    "\x00-\x09\x0b-\x1f\x7f-\x9f"  # C0 but the line feed, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0"  # soft hyphen, fillers, invisible vowels
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line and paragraph separators, bidirectional
    "\ufeff\ufff0-\ufffb\ufdd0-\ufdef\ufffe\uffff"  # byte order mark, annotation, not characters
    "\ud800-\udfff"  # surrogates left alone
    "]"
)
_PERHAPS_ACTS_OR_HIDES = re.compile("[\U00013430-\U0001d17a\U000e0000-\U000e0fff]")
_ACTS_OR_HIDES_BEYOND = re.compile(
    "["
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # format signs of rare scripts
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"  # tags
    "]"
)
_PLAIN_LATIN_1 = b"\n" + bytes(range(0x20, 0x7F)) + bytes(range(0xA0, 0xAD)) + bytes(range(0xAE, 0x100))

_BLANKS = re.compile(r"[ \t\r\n]*\n[ \t\r\n]*|[ \t]{2,}|\t")
_EMOJI_OR_INDIC = re.compile("[\u0900-\u0dff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
_ARABIC_OR_INDIC = re.compile("[\u0600-\u0dff]")


def safe_line(text: str, limit: int | None = None) -> Safe:
    """A text on one line: a table cell, a title, a notice.

    A run of blanks becomes one blank, a run with line breaks in it `↵`. Whether text was left off is shown as `…`.

    Args:
        text: Anything, of any length.
        limit: Characters of the text to look at; None is `LINE_LIMIT`. What follows costs nothing.
    """
    limit = LINE_LIMIT if limit is None else limit
    shown = text if len(text) <= limit else text[:limit] + ELLIPSIS
    if shown.isascii() and shown.isprintable() and "  " not in shown:
        return Safe(shown)
    return _harmless(_BLANKS.sub(_on_one_line, shown))


def safe_block(text: str) -> Safe:
    """A text of many lines: line feeds stay, a tab becomes four blanks, `\\r\\n` a line feed."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return _harmless(text.replace("\t", "    "))


def safe_in_place(text: str) -> Safe:
    """A text that is being edited: character by character, so that a place in it is the same place in the text."""
    text = _ACTS_OR_HIDES.sub(_one_sign, text.replace("\n", LINE_BREAK_SIGN))
    return Safe(_ACTS_OR_HIDES_BEYOND.sub(_one_sign, text))


def cells(text: str) -> int:
    """How many terminal cells a text takes; the toolkit paints by the same count."""
    if text.isascii() and text.isprintable():
        return len(text)
    total = 0
    before = ""
    joined = False
    for character in text:
        if joined:
            joined = False
        elif character == _JOINER:
            joined = True
        elif character == _EMOJI_SELECTOR:
            total += before in _widths().wider_as_emoji
            before = ""
        elif width := _width(character):
            total += width
            before = character
    return total


def fit(text: Safe, width: int) -> Safe:
    """Cut a text to at most `width` cells, its end shown as `…`; one that fits is returned as it is.

    Never parts a character from its marks, its joined neighbours or its second cell, so the result may be a
    cell short. Not padded. Empty where the width is 0 or less.
    """
    if width <= 0:
        return Safe("")
    # A character takes no cell only as a mark or a joined neighbour, and of those only so many stand together.
    # What lies beyond this point is therefore beyond the width too, and is not looked at.
    head = text[: (width + 2) * 2 * (MARKS_ON_ONE_CHARACTER + 2)]
    if len(head) == len(text) and _cut_at(head, width) == len(head):
        return text
    return Safe(head[: _cut_at(head, width - 1)] + ELLIPSIS)


def _cut_at(text: str, width: int) -> int:
    """How many characters of a text fit, whole clusters only."""
    if text[: width + 1].isascii():
        return min(width, len(text))
    used = cut = 0
    before = measured = ""
    flag_is_half = False
    for index, character in enumerate(text):
        width_of_it = _width(character)
        is_flag = "\U0001f1e6" <= character <= "\U0001f1ff"
        if width_of_it and before != _JOINER and not (is_flag and flag_is_half):
            cut = index
        flag_is_half = is_flag and not flag_is_half
        # As in `cells`: the joiner's neighbour takes none, a selector may widen the character that it ends.
        if before != _JOINER:
            if width_of_it:
                measured = character
            elif character == _EMOJI_SELECTOR:
                width_of_it = measured in _widths().wider_as_emoji
                measured = ""
            used += width_of_it
        before = character
        if used > width:
            return cut
    return len(text)


def _harmless(text: str) -> Safe:
    """Replace what acts or hides; line feeds stay."""
    try:
        # In the bytes, because it is fast: 10 MB take 25 ms where there is nothing to do.
        left = text.encode("latin-1").translate(None, _PLAIN_LATIN_1)
    except UnicodeEncodeError:
        return _harmless_beyond_latin_1(text)
    # One replacement for each of a few: a million escapes take 60 ms, one by one they took 900.
    for code in set(left):
        text = text.replace(chr(code), _form(code))
    return Safe(text)


def _harmless_beyond_latin_1(text: str) -> Safe:
    """The same where there can be marks and characters beyond U+FFFF."""
    text = _ACTS_OR_HIDES.sub(_visible, text)
    text = _PERHAPS_ACTS_OR_HIDES.sub(lambda found: _ACTS_OR_HIDES_BEYOND.sub(_visible, found[0]), text)
    marks = _marks()
    text = marks.perhaps_too_many.sub(lambda found: marks.too_many.sub(_counted, found[0]), text)
    text = marks.at_line_start.sub("\n◌", text)
    return Safe("◌" + text if marks.one.match(text) else text)


class _Marks(NamedTuple):
    """Patterns of combining marks."""

    perhaps_too_many: re.Pattern[str]
    too_many: re.Pattern[str]
    at_line_start: re.Pattern[str]
    one: re.Pattern[str]


@cache
def _marks() -> _Marks:
    """Compiled when the first text needs them: 10 ms that the first frame does not wait for."""
    perhaps = f"[{widths.character_class(widths.NO_CELL, below=0x10000)}\U00010000-\U0010ffff]"
    one = f"[{widths.character_class(widths.NO_CELL)}]"
    few = MARKS_ON_ONE_CHARACTER
    return _Marks(
        # The first one stands apart: the engine skips ahead to a leading class, to a leading repeat it does not.
        perhaps_too_many=re.compile(f"{perhaps}{perhaps}{{{few},}}"),
        too_many=re.compile(f"({one}{{{few}}})({one}+)"),
        at_line_start=re.compile(f"\n(?={one})"),
        one=re.compile(one),
    )


def _counted(match: re.Match[str]) -> str:
    """The first few marks, and how many were left off."""
    return f"{match[1]}<+{len(match[2])}>"


def _visible(match: re.Match[str]) -> str:
    """What to show for a character, which may stay where a script needs it."""
    character = match[0]
    if character in (_JOINER, _NON_JOINER) and _is_needed(character, match.string, match.start()):
        return character
    return _form(ord(character))


def _form(code: int) -> str:
    """What is shown in the place of a character."""
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"<U+{code:04X}>"


def _one_sign(match: re.Match[str]) -> str:
    """One visible character for one that acts or hides."""
    form = _form(ord(match[0]))
    return form if len(form) == 1 else "\ufffd"


def _is_needed(character: str, text: str, index: int) -> bool:
    """Whether a joiner stands between letters that it changes; anywhere else it only hides."""
    neighbours = _EMOJI_OR_INDIC if character == _JOINER else _ARABIC_OR_INDIC
    return bool(index and neighbours.match(text, index - 1) and neighbours.match(text, index + 1))


def _on_one_line(match: re.Match[str]) -> str:
    return LINE_BREAK_SIGN if "\n" in match[0] else " "


class _Widths(NamedTuple):
    """The tables of `widths`, made for looking up."""

    starts: list[int]
    ranges: list[tuple[int, int, int]]
    wider_as_emoji: frozenset[str]


@cache
def _widths() -> _Widths:
    found = sorted(
        [(first, last, 0) for first, last in widths.ranges(widths.NO_CELL)]
        + [(first, last, 2) for first, last in widths.ranges(widths.TWO_CELLS)]
    )
    emoji = (range(first, last + 1) for first, last in widths.ranges(widths.WIDER_AS_EMOJI))
    return _Widths(
        [first for first, _, _ in found], found, frozenset(chr(code) for codes in emoji for code in codes)
    )


@lru_cache(4096)
def _width(character: str) -> int:
    """Cells of one character by itself: 0, 1 or 2."""
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return 0
    known = _widths()
    nearest = bisect_right(known.starts, code) - 1
    if nearest < 0:
        return 1
    _, last, width = known.ranges[nearest]
    return width if code <= last else 1
