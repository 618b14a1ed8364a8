"""A check as a line: `p99 < 2s and failure_rate < 1%`.

`not` binds tightest, then `and`, then `or`; parentheses group. A time needs its unit and a rate its percent sign,
so that `p99 < 2` or `failure_rate < 1` cannot pass by a slip.
"""

import re
from difflib import get_close_matches
from fractions import Fraction
from typing import NamedTuple

from tracetui.domain.checks import METRICS, Amount, Check, Comparison, Joined, Kind, Metric, Not, Operand, Sign
from tracetui.domain.durations import US_OF_UNIT
from tracetui.errors import QueryError

LONGEST = 2_000
"""Characters of a check at most."""
DEEPEST = 50
"""Parentheses and `not`s inside one another."""

ACCEPTED = "Write for example: p99 < 2s and failure_rate < 1%."

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\$?[0-9][0-9_,]*(?:\.[0-9]+)?
            (?:\s?%|[A-Za-zµ]+|\s(?:us|µs|ms|s|min|m|h|d|[kKMGB])(?![A-Za-z0-9_]))?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign><=|>=|==|!=|<|>|=)
      | (?P<bracket>[()])
      | (?P<other>\S)
    )""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"(\$?)([0-9_,]{1,30})(?:\.([0-9]{1,18}))?\s?(%|[A-Za-zµ]+)?")
_THOUSANDS = {"k": 1_000, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000, "B": 1_000_000_000}
_KEYWORDS = frozenset({"and", "or", "not"})
_ALIASES = {
    "avg": "mean",
    "average": "mean",
    "errors": "failed",
    "success": "succeeded",
    "error_rate": "failure_rate",
}
_UNITED = {Kind.TIME: "a time such as 800ms or 2s", Kind.RATE: "a percentage such as 1%"}


class CheckError(QueryError):
    """A check that cannot be read.

    Args:
        problem: What is wrong.
        hint: What to do.
        place: Where in the text, in characters from 0.
        length: How many characters it is about; at least 1.
    """

    def __init__(self, problem: str, hint: str, place: int, length: int) -> None:
        super().__init__(problem, hint)
        self.place = place
        self.length = max(1, length)


class _Token(NamedTuple):
    kind: str
    """number, word, sign, bracket, other or end."""
    text: str
    at: int


def read_check(text: str) -> Check:
    """Read a check.

    Raises:
        CheckError: It is none; the error says where.
    """
    if len(text) > LONGEST:
        raise CheckError(f"The check is longer than {LONGEST:,} characters.", "Split it.", LONGEST, 1)
    parser = _Parser(text)
    check = parser.any_of(0)
    parser.expect_end()
    return check


class _Parser:
    """Reads tokens one after the other; a method for each level of binding."""

    def __init__(self, text: str) -> None:
        self._tokens = [_token(found) for found in _TOKEN.finditer(text.rstrip())]
        self._tokens.append(_Token("end", "", len(text.rstrip())))
        self._next = 0

    def any_of(self, depth: int) -> Check:
        """Checks joined by `or`."""
        return self._joined("or", depth)

    def expect_end(self) -> None:
        """Refuse what stands behind a whole check."""
        token = self._tokens[self._next]
        if token.kind == "sign":
            raise _error("compares three things at once", token, "Join two comparisons with and.")
        if token.kind != "end":
            raise _error("stands where and, or, or the end should", token)

    def _joined(self, word: str, depth: int) -> Check:
        read = self._one if word == "and" else lambda depth: self._joined("and", depth)
        found = [read(depth)]
        while self._takes(word):
            found.append(read(depth))
        return found[0] if len(found) == 1 else Joined(tuple(found), is_all=word == "and")

    def _one(self, depth: int) -> Check:
        if depth > DEEPEST:
            raise _error(f"is nested more than {DEEPEST} levels deep", self._tokens[self._next])
        if self._takes("not"):
            return Not(self._one(depth + 1))
        opening = self._tokens[self._next]
        if self._takes("("):
            check = self.any_of(depth + 1)
            if not self._takes(")"):
                token = self._tokens[self._next]
                if token.kind == "end":
                    raise _error("is not closed", opening, "Close it with ).")
                self.expect_end()
            return check
        return self._comparison()

    def _comparison(self) -> Comparison:
        left_at, left = self._tokens[self._next], self._operand()
        token = self._tokens[self._next]
        if token.kind != "sign":
            raise _error("is compared with nothing", left_at, "Write <, <=, >, >=, = or != and a value behind it.")
        self._next += 1
        right_at, right = self._tokens[self._next], self._operand()
        sign = Sign("=" if token.text == "==" else token.text)
        kinds = [one.kind for one in (left, right) if isinstance(one, Metric)]
        if not kinds:
            raise _error("compares two numbers", token, f"Name a figure: {', '.join(METRICS)}.")
        if len(set(kinds)) > 1:
            raise _error(f"is {kinds[1].value}, compared with {kinds[0].value}", right_at)
        return Comparison(_amount(left, left_at, kinds[0]), sign, _amount(right, right_at, kinds[0]))

    def _operand(self) -> "Metric | str":
        """A metric, or the text of a number: what that means depends on the other side."""
        token = self._tokens[self._next]
        self._next += 1
        if token.kind == "number":
            return token.text
        if token.kind != "word" or token.text.lower() in _KEYWORDS:
            self._next -= 1
            expected = (
                "stands where a figure should" if token.kind != "end" else "ends where a figure should stand"
            )
            raise _error(expected, token)
        name = token.text.lower()
        metric = METRICS.get(_ALIASES.get(name, name))
        if metric is None:
            likely = get_close_matches(name, METRICS, 1)
            hint = f"Did you mean {likely[0]}? " if likely else ""
            raise _error("is no figure that is known", token, f"{hint}There are: {', '.join(METRICS)}.")
        return metric

    def _takes(self, text: str) -> bool:
        """Go past the next token if it is this word or bracket."""
        token = self._tokens[self._next]
        is_it = token.kind in ("word", "bracket") and token.text.lower() == text
        self._next += is_it
        return is_it


def _amount(operand: "Metric | str", token: _Token, kind: Kind) -> Operand:
    """A number in the unit of a kind.

    Raises:
        CheckError: It is no number of that kind.
    """
    if isinstance(operand, Metric):
        return operand
    match = _NUMBER.fullmatch(operand)
    if match is None:
        raise _error("is no number", token)
    dollar, whole, fraction, unit = match[1], match[2].replace("_", "").replace(",", ""), match[3] or "", match[4]
    number = Fraction(int(whole + fraction), 10 ** len(fraction))
    if unit in _THOUSANDS and kind not in _UNITED:
        number, unit = number * _THOUSANDS[unit], None
    is_united = unit is not None or bool(dollar)
    if kind is Kind.TIME and unit in US_OF_UNIT and not dollar:
        number *= US_OF_UNIT[unit]
    elif kind is Kind.RATE and unit == "%" and not dollar:
        number /= 100
    elif is_united and not (kind is Kind.USD and unit is None):
        raise _error(f"is not {_UNITED.get(kind, kind.value)}", token)
    elif kind in _UNITED and number:
        raise _error(f"has no unit: it should be {_UNITED[kind]}", token)
    return Amount(number, operand)


def _token(found: re.Match[str]) -> _Token:
    kind = found.lastgroup or "other"
    return _Token(kind, found[kind], found.start(kind))


def _error(problem: str, token: _Token, hint: str = ACCEPTED) -> CheckError:
    name = f'"{token.text if len(token.text) <= 40 else token.text[:40] + "…"}"' if token.text else "The check"
    return CheckError(f"{name} {problem}.", hint, token.at, len(token.text))
