"""Texts with the entropy of real ones, put together cheaply enough for ten million traces.

Half-sentences are filled from templates once, thousands of them; a text is then a row of random halves,
and in some a number, a UUID, a hash, base64 or code that stands nowhere else. Measured on one core: a
text of 600 B takes 2 us; zstd at level 3 makes 4 kB of them 2.6 times smaller, as it does with real ones.
"""

import base64
import math
import random
import struct
from collections.abc import Sequence

from tracetui.demo import phrases, words

HALVES = 4_096
"""Openings, and as many endings, of each English voice. A power of two, as is the next."""
HALVES_ABROAD = 512

_PARAGRAPH_FROM_BYTES = 700
_SIZES = 4_096


class Voice:
    """Someone who writes: makes texts of about a wanted length."""

    __slots__ = ("_chance", "_endings", "_mask", "_openings", "_sentence_bytes")

    def __init__(self, said: phrases.Phrases, halves: int, chance: random.Random) -> None:
        self._chance = chance
        slots = _Slots(chance)
        self._openings = _filled(said.openings, halves, slots)
        self._endings = _filled(said.endings, halves, slots)
        self._mask = halves - 1
        self._sentence_bytes = (_size(self._openings) + _size(self._endings)) / halves

    def text(self, size_bytes: float) -> str:
        """A text of about so many UTF-8 bytes: whole sentences, at least one."""
        chance, mask = self._chance, self._mask
        openings, endings = self._openings, self._endings
        count = int(size_bytes / self._sentence_bytes + chance.random()) or 1
        # Two bytes of chance for each half, drawn at once: half the time of `chance.choices`.
        drawn = struct.unpack(f"<{2 * count}H", chance.randbytes(4 * count))
        halves = [""] * (2 * count)
        halves[::2] = [openings[place & mask] for place in drawn[:count]]
        halves[1::2] = [endings[place & mask] for place in drawn[count:]]
        if size_bytes > _PARAGRAPH_FROM_BYTES:
            for place in range(11, 2 * count, 12):
                halves[place] += "\n\n"
        return "".join(halves)


class _Slots:
    """What a template is filled from: a random word for each slot, common words more often than rare ones."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def __getitem__(self, slot: str) -> str:
        chance = self._chance
        if slot == "n":
            return str(int(10 ** (chance.random() * 5)) + 20)
        if slot == "day":
            return str(int(chance.random() * 27) + 2)
        choices = words.SLOTS[slot]
        return choices[int(chance.random() ** 1.5 * len(choices))]


def _filled(templates: Sequence[str], count: int, slots: _Slots) -> tuple[str, ...]:
    return tuple(templates[place % len(templates)].format_map(slots) for place in range(count))


def _size(texts: Sequence[str]) -> int:
    return sum(len(text.encode()) for text in texts)


class Sizes:
    """Lengths of texts: many short, few long, with a mean that was asked for or a lifelike one."""

    __slots__ = ("_chance", "_factors", "_mean")

    def __init__(self, mean_bytes: int | None, chance: random.Random) -> None:
        spread = 0.5 if mean_bytes else 1.1
        drawn = [min(math.exp(chance.gauss(0, spread)), 20) for _ in range(_SIZES)]
        self._mean = mean_bytes or 800
        self._factors = [factor * _SIZES / sum(drawn) for factor in drawn]
        self._chance = chance

    def next_bytes(self) -> float:
        """Bytes of input and output together."""
        return self._mean * self._factors[self._chance.getrandbits(12)]


class Spice:
    """What stands in one text only: numbers, UUIDs, hashes, base64, code, JSON, emoji."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._kinds = (
            self._order, self._order, self._order, self._uuid, self._hash, self._emoji, self._emoji,
            self._ticket, self._ticket, self._ticket, self._code, self._json, self._base64, self._url,
            self._order, self._ticket,
        )  # fmt: skip

    def some(self) -> str:
        """One of them."""
        return self._kinds[self._chance.getrandbits(4)]()

    def _order(self) -> str:
        drawn = self._chance.getrandbits(40)
        return f"Order {drawn >> 30:03d}-{drawn & 0xFFFFFF:08d}. "

    def _ticket(self) -> str:
        return f"Ticket #{self._chance.getrandbits(24)}. "

    def _uuid(self) -> str:
        return f"Session {uuid4(self._chance)}. "

    def _hash(self) -> str:
        return f"Commit {self._chance.getrandbits(160):040x}. "

    def _emoji(self) -> str:
        return self._chance.choice(words.EMOJI)

    def _url(self) -> str:
        drawn = self._chance.getrandbits(48)
        return f"See https://shop.example/{words.BRAND[drawn % len(words.BRAND)].lower()}/{drawn:x}?ref=mail. "

    def _base64(self) -> str:
        chance = self._chance
        content = chance.randbytes(24 + chance.getrandbits(6))
        return f"\ndata:image/png;base64,{base64.b64encode(content).decode()}\n"

    def _json(self) -> str:
        drawn = self._chance.getrandbits(48)
        noun = words.NOUN[drawn % len(words.NOUN)]
        return f'\n{{"item": "{noun}", "sku": "{drawn:012X}", "quantity": {drawn % 7 + 1}, "gift": false}}\n'

    def _code(self) -> str:
        drawn = self._chance.getrandbits(48)
        noun = words.NOUN[drawn % len(words.NOUN)]
        verb = words.VERB[drawn % len(words.VERB)]
        return (
            f'\n```python\ndef {verb}_{noun}({noun}_id: int) -> dict[str, int]:\n    """{verb.title()} it."""\n'
            f'    rows = db.execute(\n        "SELECT * FROM {noun}s WHERE id = ? AND day > {drawn % 900}", '
            f"({noun}_id,)\n    )\n    return {{row['key']: row['n'] for row in rows"
            f" if row['n'] != {drawn & 255}}}\n```\n"
        )


def uuid4(chance: random.Random) -> str:
    """A random UUID as text."""
    drawn = f"{chance.getrandbits(128):032x}"
    return f"{drawn[:8]}-{drawn[8:12]}-4{drawn[13:16]}-a{drawn[17:20]}-{drawn[20:]}"


def voices(chance: random.Random) -> dict[str, Voice]:
    """Every voice by its name: customer, agent, document, engineer, and the languages."""
    english = {
        "customer": phrases.CUSTOMER,
        "agent": phrases.AGENT,
        "document": phrases.DOCUMENT,
        "engineer": phrases.ENGINEER,
    }
    made = {name: Voice(said, HALVES, chance) for name, said in english.items()}
    made |= {name: Voice(said, HALVES_ABROAD, chance) for name, said in phrases.LANGUAGES.items()}
    return made
