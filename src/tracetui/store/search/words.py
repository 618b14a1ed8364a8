"""Pieces of words looked up among all words there are, and what the index is asked for because of them."""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from tracetui.store.search.tokens import Piece, pieces_of

MOST_WORDS = 400
"""A piece that more tokens have is not asked for: each costs some 10 us, and so common a piece tells little."""


MOST_ASKED = 6
"""Tokens of a long piece (an id, a hash) that are asked for: 8 ms at ten million traces, where all 26 of a request
id took 45, and as few candidates."""
RARE_ENOUGH = 4
"""Tokens of a piece of letters and digits from which on other pieces need not be asked for."""


class Asked(NamedTuple):
    """What to ask the index for, in the words of FTS5; an empty text is a question that nothing answers."""

    candidates: str
    """Answered by every indexed trace that contains the text, and by some others."""
    sure: str
    """Answered by none but traces that contain it: they need not be read."""

    @property
    def is_sure(self) -> bool:
        """Whether no candidate needs to be read."""
        return self.candidates == f"({self.sure})"


def asked_for(db: sqlite3.Connection, folded: str) -> Asked | None:
    """What to ask the index for, so that no trace is missed that contains a folded text.

    Returns:
        None where the index cannot tell: the text has neither letter nor digit, or its pieces are everywhere.
    """
    pieces = pieces_of(folded)
    rare = [piece for piece in pieces if piece.part is None and len(piece.all_of) >= RARE_ENOUGH]
    if rare:
        # Whatever else it has: "chatcmpl-" is in front of millions, and takes as long as all the rest.
        sought = dict.fromkeys(token for piece in rare for token in piece.all_of)
        return Asked(_all_of(_spread(tuple(sought))) if _are_known(db, tuple(sought)) else "", "")
    clauses: list[str] = []
    sure = ""
    for piece in pieces:
        alternatives = _alternatives(db, piece)
        if alternatives == []:
            return Asked("", "")
        if alternatives:
            clauses.append(f"({' OR '.join(alternatives)})")
            # A word that contains the whole text is in no trace that does not contain it.
            is_whole = len(pieces) == 1 and piece.text == folded
            sure = " OR ".join(one for one in alternatives if is_whole and " AND " not in one)
    return Asked(" AND ".join(dict.fromkeys(clauses)), sure) if clauses else None


def _alternatives(db: sqlite3.Connection, piece: Piece) -> list[str] | None:
    """What the index has for a piece, any of which will do; None: too much to be asked for."""
    alternatives = []
    if piece.part is not None:
        words = words_with(db, piece.part, begins=piece.begins, ends=piece.ends)
        if words is None:
            return None
        alternatives += [_quoted(word) for word in words]
    if piece.all_of and _are_known(db, piece.all_of):
        alternatives.append(_all_of(_spread(piece.all_of)))
    return alternatives


def _spread(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Some of the tokens, that have little in common with one another."""
    step = -(-len(tokens) // MOST_ASKED)
    return tokens[::step]


def _all_of(tokens: tuple[str, ...]) -> str:
    return f"({' AND '.join(map(_quoted, tokens))})"


def words_with(db: sqlite3.Connection, part: str, *, begins: bool, ends: bool) -> list[str] | None:
    """The tokens that contain a text; None where they are more than `MOST_WORDS`.

    Args:
        db: The store.
        part: Folded.
        begins: Whether only those count that begin with it.
        ends: Whether only those count that end with it.
    """
    sought = (b"\n" if begins else b"") + part.encode() + (b"\n" if ends else b"")
    words: list[str] = []
    for (listed,) in db.execute("SELECT words FROM search_word_lists ORDER BY id"):
        for word in _lines_with(listed, sought):
            words.append(word.decode())
            if len(words) > MOST_WORDS:
                return None
    return words


def _lines_with(lines: bytes, sought: bytes) -> Iterator[bytes]:
    place = lines.find(sought)
    while place >= 0:
        start = place + 1 if sought[0] == 10 else lines.rfind(b"\n", 0, place) + 1
        end = lines.index(b"\n", start)
        yield lines[start:end]
        place = lines.find(sought, end)


def _are_known(db: sqlite3.Connection, tokens: tuple[str, ...]) -> bool:
    """Whether all tokens are in the index; most absent texts are known to be so by one look-up."""
    return all(db.execute("SELECT 1 FROM search_words WHERE word = ?", (token,)).fetchone() for token in tokens)


def _quoted(token: str) -> str:
    return f'"{token}"'
