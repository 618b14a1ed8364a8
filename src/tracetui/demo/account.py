"""The account: its models, deployments, connections and how busy each is. No randomness here.

Times are told as days before now. The old ones stretch with the length of the demo, the recent ones do
not: the third deployment of support-bot is always 20 days old, so that last week is full in any demo.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tracetui.domain.catalogue import ModelType

DAY_US = 86_400_000_000
RECENT_DAYS = 20

FT, OS, EXT = ModelType.FINE_TUNED, ModelType.OPEN_SOURCE, ModelType.EXTERNAL


class Served(NamedTuple):
    """One version in one deployment of a hosted model."""

    deployment: str
    version: str | None
    deployed_days: float
    """Days before now."""
    undeployed_days: float | None
    hardware: str
    max_replicas: int
    share: float
    """Of the model's traffic while it is up; where several are up they divide it."""
    first_days: float | None = None
    """When its traffic began, where that is later than it was deployed."""


class Connected(NamedTuple):
    """One connection of an external model."""

    name: str | None
    """None: requests that do not say through which connection they went."""
    share: float
    is_default: bool = False
    added_days: float | None = None
    """None: not known when it was added."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a model's requests look."""

    shape: str
    """Of its payloads: openai, anthropic, tgi, vllm or gemini."""
    speaks: tuple[str, str]
    """The voices of its inputs and outputs."""
    rhythm: str
    """When it is used: always, web, office or batch."""
    base_ms: float
    ms_per_token: float
    failure_rate: float
    abroad: float
    """The share of texts that are not in English."""
    tools: float = 0.0
    """The share of requests that call a tool."""
    reasons: bool = False
    streams: float = 0.4
    credits_per_ktoken_micro: int | None = None
    """What its records say a request cost; None: they do not."""
    input_nano_usd: int | None = None
    """The price of one token; None: its records do not say what a request cost."""
    output_nano_usd: int = 0


@dataclass(frozen=True, slots=True)
class DemoModel:
    """A model of the account with everything that belongs to it."""

    name: str
    type: ModelType
    base_model: str | None
    weight: float
    """Its share of the traffic, beside the others'."""
    profile: Profile
    served: tuple[Served, ...] = ()
    connected: tuple[Connected, ...] = ()


class Moments:
    """Days before now, for a demo of a given length."""

    def __init__(self, now_us: int, days: int) -> None:
        self.now_us = now_us
        self.days = days
        self.start_us = now_us - days * DAY_US

    def old(self, part: float) -> float:
        """Days before now: 1 is the beginning of the demo, 0 is 20 days ago."""
        return RECENT_DAYS + part * (self.days - RECENT_DAYS)

    def us(self, days_before: float) -> int:
        """The moment so many days before now, on a whole second."""
        return (self.now_us - int(days_before * DAY_US)) // 1_000_000 * 1_000_000

    def before(self, moment: datetime) -> float:
        """How many days before now a moment is."""
        return (self.now_us - int(moment.timestamp()) * 1_000_000) / DAY_US

    def calendar_month_at(self, part: float) -> tuple[float, float]:
        """First and last moment of the calendar month (UTC) that holds an old moment."""
        within = datetime.fromtimestamp(self.us(self.old(part)) / 1e6, UTC)
        first = datetime(within.year, within.month, 1, tzinfo=UTC)
        after = (first + timedelta(days=32)).replace(day=1)
        return self.before(first), self.before(after)
