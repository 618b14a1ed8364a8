"""Texts that would act on a terminal, on markup or on the order of what stands beside them."""

import re

HOSTILE = {
    "markup": "[red]RED[/red] [@click=app.quit]quit[/]",
    "markup that does not close": "a [/nope] b [bold",
    "a colour": "x\x1b[31mRED\x1b[2Jy",
    "a window title and the clipboard": "x\x1b]0;PWNED\x07\x1b]52;c;aGk=\x07y",
    "eight-bit controls": "x\x9b31mC1\x9d0;t\x9cy",
    "bell, backspace, null, delete": "a\x07b\x08\x08c\x00d\x7fe",
    "carriage return and friends": "abc\rXY\nline2\x0bvt\x0cff",
    "tabs": "a\tb\tc",
    "bidirectional overrides": "abc\u202egnp.exe\u202c \u2066iso\u2069",
    "zero width": "a\u200bb\u200dc\u2060d\ufeffe",
    "piled marks": "e\u0301\u0302\u0303\u0304" + "z" + "\u0335" * 30,
    "emoji": "👨‍👩‍👧‍👦|🏳️‍🌈|👍🏽|❤️|日本語",
    "line separators": "a\u2028b\u2029c\x85d",
    "a lone surrogate": "a\ud800b",
    "tags": "a\U000e0041\U000e007fb",
}
"""By what they try."""

ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""What must never reach a segment; a line feed only ends a line."""
