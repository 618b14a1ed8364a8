"""What an export is called: `<model>_traces_data.csv`, in characters that every file system can hold."""

import unicodedata

LONGEST_STEM_BYTES = 160
"""File systems take 255 bytes, of which the ending and a number need some."""
ENDING = "_traces_data.csv"

_RESERVED = frozenset('/\\:*?"<>|')
"""What Linux, macOS or Windows refuse in a name, besides what cannot be seen."""
_UNSEEN = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
"""Unicode categories of characters that are not printed: controls, reversals of direction, line separators."""


def file_name(model: str) -> str:
    """The name of the file for a model's traces: `GPT4_traces_data.csv`.

    Each character that a name cannot hold is `_`, and so is a dot, a hyphen or a blank that would begin it: the
    file would be hidden, or taken for an option of a command.
    """
    stem = "".join("_" if _is_unfit(character) else character for character in model)
    stem = stem.encode()[:LONGEST_STEM_BYTES].decode("utf-8", "ignore")
    if stem[:1] in (".", "-", "~", " "):
        stem = "_" + stem[1:]
    return (stem or "_") + ENDING


def numbered(name: str, number: int) -> str:
    """The name to take where it and its lower numbers are taken: `GPT4_traces_data (1).csv`."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem} ({number}){dot}{suffix}" if number else name


def _is_unfit(character: str) -> bool:
    return character in _RESERVED or unicodedata.category(character) in _UNSEEN
