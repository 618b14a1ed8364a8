"""The keys of an object of which only the beginning may be there: enough to tell whose record it is."""

import json
import re

# Possessive and unrolled: `(?:[^"\\]|\\.)*` keeps a state for each character, 128 MB for a text of a megabyte.
_STRUCTURE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}:]', re.DOTALL)


def first_keys(beginning: str) -> frozenset[str]:
    """The top-level keys of the first object in a text, as far as the text goes.

    Brackets and quotes alone are looked at: that it is JSON is for a reader to say.
    """
    keys: set[str] = set()
    depth, last = 0, ""
    start = beginning.find("{")
    for match in _STRUCTURE.finditer(beginning, max(start, 0)):
        sign = match.group()
        if sign in ("{", "["):
            depth += 1
        elif sign in ("}", "]"):
            depth -= 1
            if depth == 0:
                break
        elif sign == ":":
            if depth == 1:
                keys.add(_plain(last))
        elif depth == 1:
            last = sign
    return frozenset(keys)


def _plain(quoted: str) -> str:
    try:
        return str(json.loads(quoted))
    except ValueError:
        return quoted.strip('"')
