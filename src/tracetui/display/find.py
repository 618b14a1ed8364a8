"""Words in a text of any length: literal, case-insensitive in every script, a piece at a time."""

import re
from collections.abc import Iterator

PIECE = 65_536
"""Characters searched in one step: about 2 ms."""


def pattern_of(words: str, in_json: bool = False) -> re.Pattern[str]:
    """What finds some words.

    Args:
        words: At least one character; nothing in it is special.
        in_json: A blank after `:` or `,` may stand there or not, as pretty-printing puts it in, and a character
            may be written as its escape.
    """
    if not in_json:
        return re.compile(re.escape(words), re.IGNORECASE)
    return re.compile("".join(map(_as_json, re.findall(r"[:,] ?|.", words, re.DOTALL))), re.IGNORECASE)


def matches(text: str, pattern: re.Pattern[str], longest: int) -> Iterator[list[tuple[int, int]]]:
    """Where a pattern matches.

    Args:
        longest: Characters of the longest match there can be.

    Yields:
        Places [start, end) in order, piece by piece; empty lists too.
    """
    at = 0
    while at < len(text):
        stop = at + PIECE
        found = [match.span() for match in pattern.finditer(text, at, stop + longest) if match.start() < stop]
        yield found
        at = max(stop, found[-1][1]) if found else stop


def longest_match(words: str) -> int:
    """Characters of the longest text that some words match."""
    return 12 * len(words) + 64


def _as_json(piece: str) -> str:
    if piece[0] in ":,":
        return rf"{piece[0]}[ \t\r\n]{{0,64}}" if len(piece) > 1 else piece
    if piece == "\n":
        return r"(?:\n|\\n)"
    if piece in '"\\/':
        return rf"\\?{re.escape(piece)}"
    if piece.isascii():
        return re.escape(piece)
    units = piece.encode("utf-16-be", "surrogatepass").hex()
    escaped = "".join(rf"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
    return f"(?:{re.escape(piece)}|{escaped})"
