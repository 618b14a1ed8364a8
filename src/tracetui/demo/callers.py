"""Who sends the requests: source types and sources, the prompts they use, users and their sessions."""

import random
from typing import NamedTuple

from tracetui.demo.payloads import quoted


class Source(NamedTuple):
    """What sends requests."""

    type: str
    name: str
    system: str
    """Its system prompt, as a JSON string."""
    has_users: bool


def _source(type: str, name: str, system: str, has_users: bool = True) -> Source:
    return Source(type, name, quoted(system), has_users)


CHECKOUT = _source(
    "Workflow", "checkout", "You help customers of an online shop through the checkout. Never promise a discount."
)
MOBILE = _source("Workflow", "mobile", "You answer inside the mobile app. At most three sentences, no tables.")
HELPDESK = _source(
    "Workflow",
    "helpdesk",
    "You are the first line of the help desk. Be kind and precise, and quote the order number.",
)
INBOX = _source(
    "Workflow", "inbox-triage", "Classify the mail by topic and urgency, and answer in its language.", False
)
BOOKKEEPING = _source(
    "Workflow", "bookkeeping", "Extract supplier, date, net, VAT and total. Answer with JSON only.", False
)
PLAYGROUND = _source("Prompts", "playground", "You are a helpful assistant.")
LIBRARY = _source(
    "Prompts", "prompt-library/reply-v7", "Draft a reply that an agent will check before it is sent."
)
BACKEND = _source("API Key", "backend-prod", "Answer as briefly as possible.", False)
NOTEBOOK = _source("API Key", "data-science", "You write SQL and Python for analysts. Explain every join.")
PARTNER = _source("API Key", "partner-acme", "You speak for our partner. Mention no prices.", False)
EVAL = _source("Evaluation", "eval-7", "You are graded on accuracy. Think before you answer.", False)

_MIXES = {
    # Sources of each rhythm, with their shares of 64.
    "web": ((CHECKOUT, 20), (MOBILE, 14), (HELPDESK, 14), (LIBRARY, 4), (PLAYGROUND, 3), (BACKEND, 7), (EVAL, 2)),
    "office": ((BOOKKEEPING, 22), (INBOX, 12), (NOTEBOOK, 14), (PLAYGROUND, 8), (LIBRARY, 4), (EVAL, 4)),
    "always": ((BACKEND, 26), (PARTNER, 14), (NOTEBOOK, 10), (CHECKOUT, 8), (EVAL, 6)),
    "batch": ((INBOX, 30), (BACKEND, 24), (EVAL, 10)),
}
USERS = 3_000
_SESSIONS = 8


def mix_of(rhythm: str) -> tuple[Source, ...]:
    """Sixty-four sources, each as often as its share."""
    return tuple(source for source, share in _MIXES[rhythm] for _ in range(share))


class Sessions:
    """The conversations that are going on in one lane; each has a user and a few requests."""

    __slots__ = ("_chance", "_lane", "_open")

    def __init__(self, lane: int, chance: random.Random) -> None:
        self._chance = chance
        self._lane = lane
        self._open = [self._new() for _ in range(_SESSIONS)]

    def next(self) -> tuple[str, str]:
        """Session and user of a request."""
        drawn = self._chance.getrandbits(5)
        place = drawn & 7
        if drawn < 12:
            self._open[place] = self._new()
        return self._open[place]

    def _new(self) -> tuple[str, str]:
        chance = self._chance
        # Few users ask often, many ask once.
        user = int(chance.random() ** 2.5 * USERS)
        return f"conv-{self._lane:02d}-{chance.getrandbits(40):010x}", f"user-{user * 7919 % 100_003:05d}"
