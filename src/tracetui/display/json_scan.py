"""The pieces of JSON, as patterns that read a bounded stretch at a time.

A pattern that runs to the end of a string of 10 MB would hold the interpreter, and with it the keyboard, for its
whole length; here a long string is walked through in strides. What a payload says is never changed or
judged: numbers stay as they are written (`1e400`, `1.0`), a key may come twice, `NaN` is let pass.
"""

import re
from collections.abc import Iterator

BLANKS = r"[ \t\n\r]*+"
_ESCAPE = r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
_STRING = rf'"[^"\\\x00-\x1f]{{0,20000}}+(?:{_ESCAPE}[^"\\\x00-\x1f]{{0,500}}+){{0,60}}+"'
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
_WHOLE = rf"{_STRING}|{_NUMBER}|true|false|null|NaN|-?Infinity|\{{{BLANKS}\}}|\[{BLANKS}\]"

MEMBER = re.compile(rf"{BLANKS}({_STRING}){BLANKS}:{BLANKS}(?:({_WHOLE}){BLANKS}(,)?|([{{\[]))?")
"""In an object: the key, then a value and its comma, or what opens; neither where a long string begins."""
ITEM = re.compile(rf"{BLANKS}()(?:({_WHOLE}){BLANKS}(,)?|([{{\[]))?")
"""In an array or by itself: the same groups, the key empty."""
COLON = re.compile(rf"{BLANKS}:{BLANKS}")
QUOTE = re.compile(rf'{BLANKS}"')
CLOSE = re.compile(rf"{BLANKS}([}}\]]){BLANKS}(,)?")
NUMBERS = re.compile(rf"(?:{BLANKS}{_NUMBER}{BLANKS},){{3,1000}}+(?:{BLANKS}{_NUMBER}(?={BLANKS}\]))?")
"""Several numbers in an array, to be shown side by side."""
COMMA = re.compile(rf"{BLANKS}(,)?")
END = re.compile(rf"{BLANKS}\Z")
DIGIT = re.compile(rf"{BLANKS}[-0-9]")
TOKEN = re.compile(r'[ \t\n\r]+|"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^ \t\n\r"{}\[\],:]+', re.DOTALL)
"""What a row consists of; a string may be cut off at its end."""
REST_OF_STRING = re.compile(r'(?:[^"\\]|\\.)*"?', re.DOTALL)

_STRIDE = re.compile(rf'[^"\\\x00-\x1f]{{0,20000}}+(?:{_ESCAPE}[^"\\\x00-\x1f]{{0,200}}+){{0,100}}+')


class NotJson(Exception):
    """The text is not JSON, from this place on."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def string_end(text: str, start: int) -> Iterator[int]:
    """Walk through a string of any length.

    Args:
        text: JSON.
        start: Where its opening quote stands.

    Yields:
        How far it is; the last one is the place after the closing quote.

    Raises:
        NotJson: It holds a control character or an unknown escape, or does not end.
    """
    at = start + 1
    while True:
        match = _STRIDE.match(text, at)
        reached = match.end() if match else at
        if reached == at:
            if text[at : at + 1] != '"':
                raise NotJson(at)
            yield at + 1
            return
        at = reached
        yield at
