"""A JSON payload in rows: indented, foldable, and each character of it as it came.

The rows are found by walking through the text once; no value is ever built, so numbers keep their digits, keys
their order and their doubles, strings their escapes. Numbers of an array stand side by side.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Generator, Iterator

from tracetui.display.json_scan import (
    CLOSE,
    COLON,
    COMMA,
    DIGIT,
    END,
    ITEM,
    MEMBER,
    NUMBERS,
    QUOTE,
    REST_OF_STRING,
    TOKEN,
    NotJson,
    string_end,
)
from tracetui.display.layout import (
    CLOSES,
    CONTINUES,
    DEEPEST,
    DEPTH_BITS,
    NOTHING,
    OPENS,
    PLACE_BITS,
    Kind,
    Layout,
    Part,
    packed,
)
from tracetui.display.sanitise import Safe
from tracetui.display.wrapping import PIECE, cells_at_most, plain_row_ends, row_ends

INDENT = 2
ROWS_IN_A_STEP = 1_000
"""1 to 3 ms of work."""
LONGEST_ROW = 8_192
"""Characters of the text that a row is looked for in; blanks between two values may go on longer."""
MODEL_KEYS = frozenset({'"model"', '"modelId"', '"model_id"', '"modelVersion"'})

# The groups of MEMBER and ITEM; which one matched last tells what was found.
_KEY, _WHOLE, _COMMA, _OPENER = 1, 2, 3, 4
_WORDS = frozenset({"true", "false", "null", "NaN", "Infinity", "-Infinity"})
_CLOSER = {"{": "}", "[": "]"}


class JsonLayout(Layout):
    """One JSON value or several, one after another.

    Args:
        text: As it came.
        width: Cells of a row.
        of_model: Shown behind the name of the model, `:v2` or `@openai-eu`, though no part of the payload.
    """

    def __init__(self, text: str, width: int, of_model: Safe = NOTHING) -> None:
        super().__init__(text, width)
        self._of_model = of_model
        self._at = 0
        self._opened_at = array("Q")
        self._opening = array("Q")
        self._closing = array("Q")
        self._sizes = array("Q")
        self._closed: dict[int, int] = {}
        self._names: set[int] = set()
        self._is_ascii = text.isascii()
        # Characters of a row at each depth, a comma and the blank after a colon left aside.
        self._rooms = [self.width - self._indent(depth) - 2 for depth in range(DEEPEST + 2)]

    def build(self) -> Iterator[None]:
        """Find all rows.

        Raises:
            NotJson: The text is not JSON. The rows found before stay.
        """
        while True:
            yield from self._value()
            if END.match(self.text, self._at):
                break
        self.is_complete = True

    # --- what can be folded: objects and arrays, numbered in the order in which they open

    def foldable_at(self, row: int) -> int | None:
        """The object or array that a row opens or closes, if all of it is found by now."""
        if self.flags(row) & OPENS:
            number = bisect_left(self._opening, row)
            return number if self._closing[number] else None
        return self._closed.get(row) if self.flags(row) & CLOSES else None

    def foldables(self) -> range:
        """All objects and arrays that began by now."""
        return range(len(self._opening))

    def foldable_from(self, place: int) -> int:
        """The first object or array that opens at a place of the text or after it."""
        return bisect_left(self._opened_at, place)

    def opened_at(self, number: int) -> int:
        """The place of the bracket with which an object or array opens: its name in every width."""
        return self._opened_at[number]

    def span(self, number: int) -> tuple[int, int]:
        """Its first and last row; the last one is 0 until it is found, both where there is no such thing."""
        return (self._opening[number], self._closing[number]) if number < len(self._opening) else (0, 0)

    def depth(self, number: int) -> int:
        """How deep an object or array stands; 0 at the top."""
        return self._depth(self._opening[number])

    # --- rows as they are painted

    def parts(self, row: int) -> tuple[int, list[Part]]:
        """The blanks before a row, and its keys and values."""
        start = self.place(row)
        end = min(self.end(row), start + LONGEST_ROW)
        parts: list[Part] = []
        if self.flags(row) & CONTINUES:
            start = self._rest_of_string(start, end, parts)
        tokens = [match for match in TOKEN.finditer(self.text, start, end) if not match[0].isspace()]
        for place, match in enumerate(tokens):
            sign = match[0]
            follows = tokens[place + 1][0] if place + 1 < len(tokens) else ""
            if sign[0] == '"':
                self._string(match.start(), match.end(), Kind.KEY if follows == ":" else Kind.STRING, parts)
                continue
            parts.append(Part(match.start(), match.end(), _kind_of(sign)))
            if sign in ":," and follows:
                parts.append(Part(-1, -1, Kind.SIGN, Safe(" ")))
        return self._indent(self._depth(row)), parts

    def folded_parts(self, row: int) -> tuple[int, list[Part]]:
        """A row that opens something, with all of it folded away: `"messages": [ … ]  12 items`."""
        indent, parts = self.parts(row)
        number = bisect_left(self._opening, row)
        is_object = self.text[self._opened_at[number]] == "{"
        size = self._sizes[number]
        unit = ("key" if is_object else "item") + ("" if size == 1 else "s")
        closer = self._closing[number]
        ends = self.place(closer)
        sign = "}," if is_object else "],"
        has_comma = "," in self.text[ends : min(self.end(closer), ends + LONGEST_ROW)]
        shown = Safe(f" … {sign if has_comma else sign[0]}")
        held = Safe(f"  {size:,} {unit}")
        return indent, [*parts, Part(-1, -1, Kind.SIGN, shown), Part(-1, -1, Kind.NOTE, held)]

    def _rest_of_string(self, start: int, end: int, parts: list[Part]) -> int:
        """A string that goes on from the row before; returns where it ends."""
        behind = start
        while behind and self.text[behind - 1] == "\\":
            behind -= 1
        escaped = (start - behind) % 2
        match = REST_OF_STRING.match(self.text, start + escaped, end)
        stop = match.end() if match else end
        self._string(start, stop, Kind.STRING, parts)
        return stop

    def _string(self, start: int, end: int, kind: Kind, parts: list[Part]) -> None:
        """A string, and what belongs to the name of a model, inside its quotes."""
        if end not in self._names:
            parts.append(Part(start, end, kind))
            return
        parts.append(Part(start, end - 1, kind))
        parts.append(Part(-1, -1, Kind.NOTE, self._of_model))
        parts.append(Part(end - 1, end, kind))

    # --- finding rows

    def _value(self) -> Iterator[None]:
        """A value at the top, and all that is in it.

        One long loop on purpose: it runs for every row, 450,000 times for 10 MB of short messages, and in pieces
        it took much longer.
        """
        text, rows, is_ascii = self.text, self._rows, self._is_ascii
        row, yields_at = rows.append, len(rows) + ROWS_IN_A_STEP
        stack: list[tuple[int, str]] = []
        pattern, numbers_next = ITEM, False
        rooms = self._rooms
        depth, room = 0, rooms[0]
        while True:
            if len(rows) >= yields_at:
                yields_at = len(rows) + ROWS_IN_A_STEP
                yield
            comma = self._numbers(stack) if numbers_next else None
            if comma is None:
                numbers_next = False
                match = pattern.match(text, self._at)
                ends_with = match.lastindex if match else None
                if match is None or ends_with == _KEY:
                    first, match = yield from self._long_key(pattern, match)
                    ends_with = match.lastindex
                else:
                    first = match.start(_KEY)
                if stack:
                    self._sizes[stack[-1][0]] += 1
                self._at = match.end()
                if ends_with == _OPENER:
                    bracket = match.start(_OPENER)
                    stack.append((self._open(first, bracket, depth), _CLOSER[text[bracket]]))
                    depth, room = depth + 1, rooms[depth + 1]
                    pattern = MEMBER if text[bracket] == "{" else ITEM
                    numbers_next = pattern is ITEM and DIGIT.match(text, self._at) is not None
                    continue
                if ends_with == _KEY:
                    comma = yield from self._long_string(first, depth)
                else:
                    end = match.end(_WHOLE)
                    if end - first <= room and is_ascii and (depth != 1 or not self._of_model):
                        row(first << PLACE_BITS | depth << DEPTH_BITS)
                    else:
                        self._line(first, match.start(_WHOLE), end, depth)
                    comma = ends_with == _COMMA
                if comma and stack:
                    continue
            while stack and not comma:
                comma = self._close(stack)
            if not stack:
                if comma:
                    raise NotJson(self._at - 1)
                return
            depth, room = len(stack), rooms[len(stack)]
            pattern = MEMBER if stack[-1][1] == "}" else ITEM
            numbers_next = numbers_next and pattern is ITEM

    def _long_key(
        self, pattern: re.Pattern[str], match: re.Match[str] | None
    ) -> Generator[None, None, tuple[int, re.Match[str]]]:
        """Where a member or item begins, and its value, where a string in it was too long for the pattern."""
        first = match.start(1) if match else -1
        if match is None and pattern is MEMBER:
            quote = QUOTE.match(self.text, self._at)
            if quote is None:
                raise NotJson(self._at)
            first = quote.end() - 1
            end = yield from _walk(string_end(self.text, first))
            colon = COLON.match(self.text, end)
            if colon is None:
                raise NotJson(end)
            self._at = colon.end()
            match = ITEM.match(self.text, self._at)
        if match is None:
            raise NotJson(self._at)
        if match.lastindex == _KEY and self.text[match.end() : match.end() + 1] != '"':
            raise NotJson(match.end())
        return first, match

    def _long_string(self, first: int, depth: int) -> Generator[None, None, bool]:
        """A value that is a string of any length; returns whether a comma follows.

        Its first rows are there before it is known whether it ends: 10 MB are walked through in 0.05 s and more.
        """
        start = self._at
        walk = string_end(self.text, start)
        # More than a row, so that what goes on begins inside the string.
        end = start
        for end in walk:
            if end > start + 2 * self.width:
                break
        yield from self._wrapped(first, start, end, depth, 0)
        end = (yield from _walk(walk)) or end
        last = self._rows[-1] >> PLACE_BITS
        for ends in row_ends(self.text, last, end, self._rooms[depth]):
            self._rows.extend([packed(at, depth, CONTINUES) for at in ends if at < end])
            yield
        comma = COMMA.match(self.text, end)
        self._at = comma.end() if comma else end
        return bool(comma and comma[1])

    def _open(self, first: int, bracket: int, depth: int) -> int:
        if depth >= DEEPEST:
            raise NotJson(bracket)
        self._line(first, bracket, bracket + 1, depth, OPENS)
        self._opened_at.append(bracket)
        self._sizes.append(0)
        self._closing.append(0)
        self._opening.append(len(self._rows) - 1)
        return len(self._opening) - 1

    def _close(self, stack: list[tuple[int, str]]) -> bool:
        """Close the innermost; returns whether a comma follows."""
        match = CLOSE.match(self.text, self._at)
        number, closer = stack.pop()
        if match is None or match[1] != closer:
            raise NotJson(self._at)
        row = len(self._rows)
        self._closed[row] = number
        self._rows.append(packed(match.start(1), len(stack), CLOSES))
        self._closing[number] = row
        self._at = match.end()
        return match[2] is not None

    def _numbers(self, stack: list[tuple[int, str]]) -> bool | None:
        """Numbers side by side. Returns whether a comma follows; None where there are too few for that."""
        match = NUMBERS.match(self.text, self._at)
        if match is None:
            return None
        depth = len(stack)
        room = self.width - self._indent(depth)
        at, used, count = self._at, room, 0
        for number in match[0].split(","):
            bare = number.strip()
            if not bare:
                break
            count += 1
            used += len(bare) + 2
            if used > room:
                self._rows.append(packed(at + len(number) - len(number.lstrip()), depth))
                used = len(bare) + 1
            at += len(number) + 1
        self._sizes[stack[-1][0]] += count
        self._at = match.end()
        return self.text[self._at - 1] == ","

    def _line(self, first: int, start: int, end: int, depth: int, flags: int = 0) -> None:
        """A key and its value, or a value by itself, that may need several rows."""
        room = self._rooms[depth]
        length = end - first
        if self._of_model and depth == 1 and self.text[first : start + 1].rstrip(' \t\r\n:"') + '"' in MODEL_KEYS:
            self._names.add(end)
            length += len(self._of_model)
        if length <= room and (self._is_ascii or cells_at_most(self.text[first:end]) <= room):
            self._rows.append(packed(first, depth, flags))
            return
        for _ in self._wrapped(first, start, end, depth, flags):
            pass

    def _wrapped(self, first: int, start: int, end: int, depth: int, flags: int) -> Iterator[None]:
        """Rows of a member or item; the key has rows of its own where it is long."""
        rows, text = self._rows, self.text
        room = self._rooms[depth] - (len(self._of_model) if end in self._names else 0)
        before = (
            start - first + 1 if self._is_ascii else cells_at_most(text[first : min(start, first + LONGEST_ROW)])
        )
        if start > first and before > room // 2:
            rows.append(packed(first, depth))
            for ends in row_ends(text, first, start, room):
                rows.extend([packed(at, depth, CONTINUES) for at in ends if at < start - 1])
                yield
            first, before = start, 0
        rows.append(packed(first, depth, flags))
        # A row of its own begins inside the string, or what goes on could not be told from what begins.
        inside = CONTINUES if text[start] == '"' else 0
        if self._is_ascii and end - start < PIECE:
            ends = plain_row_ends(text, start + 1, end, room, max(4, room - before - 1))
            rows.extend([packed(at, depth, inside) for at in ends if at < end])
            return
        for ends in row_ends(text, start + 1, end, room, max(4, room - before - 1)):
            rows.extend([packed(at, depth, inside) for at in ends if at < end])
            yield

    def _indent(self, depth: int) -> int:
        """Blanks before a row; at most half the panel, however deep it is."""
        return min(depth * INDENT, self.width // 2)


def _walk(reached: Iterator[int]) -> Generator[None, None, int]:
    """Step by step to the last of some places."""
    last = 0
    for last in reached:  # noqa: B007
        yield
    return last


def _kind_of(sign: str) -> Kind:
    if sign in "{}[],:":
        return Kind.SIGN
    return Kind.WORD if sign in _WORDS else Kind.NUMBER
