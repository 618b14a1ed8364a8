"""A filter and a search as one line: `status:failed latency:>2s source:="Checkout EU" "refund"`.

Terms stand side by side where all must hold, and with OR between them where any may. `key:value` is a condition:
of a text that it contains the value, else that it equals it, unless an operator stands before the value. What has
no key is searched for, as a piece of text.
"""

import re
from typing import NamedTuple

from tracetui.domain.durations import in_units
from tracetui.domain.fields import FIELDS, Field, Kind, Operator
from tracetui.domain.filters import Condition, Filter, Joined, read_value
from tracetui.domain.trace import Status
from tracetui.errors import QueryError

ACCEPTED = 'Write for example: status:failed latency:>2s source:checkout version:=v2 "some text".'
"""What can be typed, as a sentence for an error or a help text."""

_ALIASES = {"latency": "response_time", "time": "response_time", "id": "request_id", "type": "source_type"}
_OF_KEY = {field.key: field for field in FIELDS if field.operators}

KEYS = tuple(sorted({*_OF_KEY, *_ALIASES}))
"""Every key that is understood."""

_SIGNS = {
    "!=": Operator.NOT_EQUALS,
    ">=": Operator.GREATER_OR_EQUAL,
    "<=": Operator.LESS_OR_EQUAL,
    "=": Operator.EQUALS,
    ">": Operator.GREATER,
    "<": Operator.LESS,
    "~": Operator.CONTAINS,
}
_SIGN_OF = {operator: sign for sign, operator in _SIGNS.items()}
_SHORT_KEY = {"response_time": "latency", "request_id": "id", "source_type": "type"}

_TERM = re.compile(
    r"""(?:(?P<key>[A-Za-z_]+):(?P<sign>!=|>=|<=|=|>|<|~)?)?
        (?:"(?P<quoted>(?:[^"\\]|\\.)*)"(?=\s|\Z) | (?P<bare>[^\s"]\S*)?)""",
    re.VERBOSE | re.DOTALL,
)
_NEEDS_QUOTES = re.compile(r'[\s"\\]|^[!=<>~]')
_LOOKS_LIKE_A_TERM = re.compile(r'[\s"\\:]|^(?:AND|OR)$')


class Line(NamedTuple):
    """What a line says."""

    filter: Filter
    search: str | None


class _Term(NamedTuple):
    key: str | None
    sign: str
    value: str
    is_quoted: bool
    typed: str


def read_line(text: str) -> Line:
    """Read a filter and a search from one line; an empty one narrows nothing.

    Raises:
        QueryError: Something in it is not understood; the problem names it.
    """
    terms, joined = _joined(_terms(text))
    conditions = tuple(_condition(term) for term in terms if term.key is not None)
    texts = [term.value for term in terms if term.key is None]
    if len(texts) > 1:
        raise QueryError(
            f"{_shown(texts[0])} and {_shown(texts[1])} are two texts to search for.",
            hint='One text is searched for, as it stands; put quotes around it: "one text".',
        )
    if texts and joined is Joined.ANY:
        raise QueryError(
            f"{_shown(texts[0])} is searched for in what the conditions give, and cannot be joined by OR.",
            hint="Leave OR out, or the text.",
        )
    return Line(Filter(conditions, joined or Joined.ALL), texts[0] if texts else None)


def in_line(filter: Filter, search: str | None = None) -> str:
    """A filter and a search as a line that `read_line` reads as the same ones.

    A search beside conditions joined by OR is left out: such a line cannot be written.
    """
    is_any = filter.joined is Joined.ANY and len(filter.conditions) > 1
    terms = [_written(condition) for condition in filter.conditions]
    if search and not is_any:
        terms.append(_quoted(search) if _LOOKS_LIKE_A_TERM.search(search) else search)
    return (" OR " if is_any else " ").join(terms)


def _terms(text: str) -> list[_Term]:
    found = []
    place = len(text) - len(text.lstrip())
    while place < len(text):
        match = _TERM.match(text, place)
        typed = text[place:].split(maxsplit=1)[0]
        if match is None or match.end() == place:
            raise QueryError(f"{_shown(typed)} begins with a quote that is not closed.", hint=ACCEPTED)
        quoted, bare = match["quoted"], match["bare"]
        value = re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL) if quoted is not None else bare or ""
        found.append(_Term(match["key"], match["sign"] or "", value, quoted is not None, match[0]))
        place = match.end()
        place += len(text[place:]) - len(text[place:].lstrip())
    return found


def _joined(terms: list[_Term]) -> tuple[list[_Term], Joined | None]:
    """The terms without the words between them, and how they are joined; None where nothing says it."""
    kept: list[_Term] = []
    ways: set[Joined] = set()
    is_after_term, word = False, None
    for term in terms:
        is_word = term.key is None and not term.is_quoted and term.value in {way.value for way in Joined}
        if is_word:
            if not is_after_term:
                raise QueryError(f"{term.value} stands where a condition should.", hint=ACCEPTED)
            word, is_after_term = Joined(term.value), False
            ways.add(word)
            continue
        if is_after_term:
            ways.add(Joined.ALL)
        kept.append(term)
        is_after_term = True
    if terms and not is_after_term:
        raise QueryError(f"Nothing stands after {terms[-1].value}.", hint=ACCEPTED)
    if len(ways) > 1:
        raise QueryError(
            "AND and OR are mixed.", hint="All conditions are joined by one of them; side by side means AND."
        )
    return kept, ways.pop() if ways else None


def _condition(term: _Term) -> Condition:
    assert term.key is not None
    key = term.key.lower()
    field = _OF_KEY.get(_ALIASES.get(key, key))
    if field is None:
        raise QueryError(
            f"{_shown(term.typed)} names no column that can be filtered.",
            hint=f"Known: {', '.join(KEYS)}. A text with a colon is searched for in quotes.",
        )
    operator = _SIGNS.get(term.sign) or _usual(field)
    return Condition(field, operator, read_value(field, term.value))


def _usual(field: Field) -> Operator:
    """The operator where no sign stands."""
    return Operator.CONTAINS if field.kind is Kind.TEXT else Operator.EQUALS


def _written(condition: Condition) -> str:
    field, value = condition.field, condition.value
    key = _SHORT_KEY.get(field.key, field.key)
    sign = "" if condition.operator is _usual(field) else _SIGN_OF[condition.operator]
    if isinstance(value, Status):
        return f"{key}:{sign}{value.label}"
    if isinstance(value, int):
        return f"{key}:{sign}{in_units(value)}"
    return f"{key}:{sign}{_quoted(value) if _NEEDS_QUOTES.search(value) else value}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")
