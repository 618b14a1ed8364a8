"""Text cut into tokens for the search index: what goes into it, and what a searched text must have in it.

The index answers "which traces may contain this", never "which do": candidates are read and compared literally.
All that must hold is that the tokens of a text which contains the searched one meet what `pieces_of` asks for.
For that, whether a piece ends between two characters depends on those two alone.

- A *run* is letters and digits that follow one another. A run of letters is one token, a word.
- A run with a digit, or a very long one, is cut into overlapping threes: ids, hashes and base64 would else be a
  new token each, and the list of all tokens, in which pieces of words are looked up, would grow for ever (100,000
  UUIDs are 256,000 words, and 4,096 threes).
- Scripts written without spaces are cut into overlapping twos.
- A symbol (an emoji, an arrow) is a token by itself. Blanks and punctuation only separate.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from tracetui.domain.folding import fold

LONGEST_WORD = 24
"""Characters. What is longer is no word that somebody looks for the beginning of."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3021-\u302f\u3031-\u303f\u3040-\u4dbf"
    "\u4e00-\ua4cf\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Chinese, Japanese, Yi."""
_SYMBOLS = "\u20a0-\u20cf\u2100-\u2bff\U0001f000-\U0001faff"
_SEPARATORS = (
    "\x00-/:-`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2000-\u209f\u3000-\u3004\u3008-\u3020\u3030"
    "\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\ufe00-\ufe6f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\ufff0-\uffff"
)
_PIECE = re.compile(f"[^{_SEPARATORS}{_UNSPACED}{_SYMBOLS}]+|[{_UNSPACED}]+|[{_SYMBOLS}]")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]").match
_IS_SYMBOL = re.compile(f"[{_SYMBOLS}]").match
_HAS_DIGIT = re.compile("[0-9]").search

_BLANKED = bytes(byte if byte > 127 or chr(byte).isalnum() else 32 for byte in range(256)).lower()
"""ASCII capitals to small letters, ASCII punctuation to blanks; other bytes of UTF-8 as they are."""

_REMEMBERED = 200_000


class Tokenizer(dict[bytes, bytes]):
    """Makes the tokens of texts; remembers those of each chunk between blanks, for most come again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.fresh: set[str] = set()
        """Tokens of chunks that were not remembered: only these can be ones that nobody has seen."""

    def document(self, texts: Iterable[str | None]) -> str:
        """The tokens of a trace's texts, with blanks between them, in any order."""
        text = "\n".join(filter(None, texts))
        if not text.isascii():
            text = fold(text)
        # Blanks and capitals by a table of bytes, chunks looked up: a third of the time of the pattern alone.
        return b" ".join(map(self.__getitem__, set(text.encode().translate(_BLANKED).split()))).decode()

    def __missing__(self, chunk: bytes) -> bytes:
        if len(self) >= _REMEMBERED:
            self.clear()
        tokens = {token for piece in _PIECE.findall(chunk.decode()) for token in _tokens_of(piece)}
        self.fresh |= tokens
        joined = self[chunk] = " ".join(tokens).encode()
        return joined


class Piece(NamedTuple):
    """What of a searched text is inside one run: a text that contains it has a run like this.

    It has one of the tokens that contain `part` (where `part` is not None), or all of the tokens `all_of` (where
    there are any).
    """

    text: str
    part: str | None
    begins: bool
    """Whether the token begins with the part."""
    ends: bool
    """Whether the token ends with the part."""
    all_of: tuple[str, ...]


def pieces_of(folded: str) -> tuple[Piece, ...]:
    """What a text must have that contains a folded one; nothing where that is all separators."""
    return tuple(
        _piece(found.group(), begins=found.start() > 0, ends=found.end() < len(folded))
        for found in _PIECE.finditer(folded)
    )


def _piece(piece: str, *, begins: bool, ends: bool) -> Piece:
    """A piece; `begins` and `ends`: whether its run is known to begin and end where it does."""
    tokens = tuple(dict.fromkeys(_tokens_of(piece)))
    if (begins and ends) or _IS_SYMBOL(piece) or _is_cut(piece):
        return Piece(piece, None, begins, ends, tokens)
    if _IS_UNSPACED(piece) or len(piece) < 3:
        return Piece(piece, piece, begins, ends, ())
    # The run may be a word, or have a digit beyond the piece.
    return Piece(piece, piece, begins, ends, tuple(dict.fromkeys(_threes_of(piece))))


def _is_cut(piece: str) -> bool:
    return len(piece) > 1 and (_IS_UNSPACED(piece) is not None or _is_in_threes(piece))


def _tokens_of(piece: str) -> list[str]:
    if _IS_UNSPACED(piece):
        return [piece[start : start + 2] for start in range(max(1, len(piece) - 1))]
    return _threes_of(piece) if _is_in_threes(piece) else [piece]


def _is_in_threes(piece: str) -> bool:
    return len(piece) > 2 and (len(piece) > LONGEST_WORD or _HAS_DIGIT(piece) is not None)


def _threes_of(piece: str) -> list[str]:
    return [piece[start : start + 3] for start in range(len(piece) - 2)]
