"""What a later record for a known trace adds, and where it contradicts. Values in, values out; no SQL.

What was unknown is filled in; where both say something and differ, the first stands and the difference is told.
"""

from dataclasses import fields
from typing import NamedTuple

from tracetui.domain.catalogue import NO_MODEL
from tracetui.domain.trace import Trace
from tracetui.store.kept import Kept

MAX_RAWS = 16
"""Raw records kept for one trace: a sender that gives all its traces one id must not grow one payload for ever."""

_SHOWN_CHARACTERS = 80
_PAYLOADS = ("request", "response")
_APART = frozenset({"origin", "record_id", "raw", "is_reconstructed", "newest_turn_at", *_PAYLOADS})
_COMPARED = tuple(field.name for field in fields(Trace) if field.name not in _APART)


class Contradiction(NamedTuple):
    """A field in which a later record says otherwise."""

    field: str
    kept: str
    offered: str


class Merged(NamedTuple):
    """What became of a later record."""

    has_filled: bool
    """Whether it added anything, if only its raw record."""
    contradictions: list[Contradiction]


def merge(kept: Kept, offered: Trace) -> Merged:
    """Fill in what a trace lacks from a later record for it, in place."""
    known = kept.trace
    filled, contradictions = False, []
    for name in _COMPARED:
        theirs = getattr(offered, name)
        if theirs is None:
            continue
        ours = getattr(known, name)
        if ours == theirs or (name == "model" and theirs == NO_MODEL):
            continue
        if ours is None or (name == "model" and ours == NO_MODEL):
            setattr(known, name, theirs)
            filled = True
            if name == "input":
                known.newest_turn_at = offered.newest_turn_at
        else:
            contradictions.append(Contradiction(name, _shown(ours), _shown(theirs)))
    filled |= _merge_payloads(known, offered, contradictions)
    if (filled or not contradictions) and offered.raw not in kept.raws and len(kept.raws) < MAX_RAWS:
        kept.raws.append(offered.raw)
        filled = True
    return Merged(filled, contradictions)


def _merge_payloads(known: Trace, offered: Trace, contradictions: list[Contradiction]) -> bool:
    """Fill in request and response. What went over the wire replaces what was put together from parts."""
    filled, is_reconstructed = False, False
    for name in _PAYLOADS:
        ours, theirs = getattr(known, name), getattr(offered, name)
        if ours is not None and (theirs is None or offered.is_reconstructed):
            is_reconstructed |= known.is_reconstructed
        elif theirs is not None and (ours is None or known.is_reconstructed):
            setattr(known, name, theirs)
            is_reconstructed |= offered.is_reconstructed
            filled |= ours != theirs
        elif ours != theirs:
            contradictions.append(Contradiction(name, _shown(ours), _shown(theirs)))
    filled |= known.is_reconstructed is not is_reconstructed
    known.is_reconstructed = is_reconstructed
    return filled


def _shown(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
