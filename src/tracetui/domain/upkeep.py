"""What whoever looks after a store asks of it: what takes its space, what its traces lack, whether it is sound."""

from dataclasses import dataclass
from typing import NamedTuple

from tracetui.domain.queries import Query


class Named(NamedTuple):
    """A number that goes by a name."""

    name: str
    number: int


class StoreStats(NamedTuple):
    """What is in a store, and what takes its space."""

    file_bytes: int
    log_bytes: int
    """The write-ahead log beside the file; 0 where there is none."""
    free_bytes: int
    """Space in the file that is free to be used again."""
    sizes: tuple[Named, ...] | None
    """What takes how many bytes, the largest first; None: not asked for, or this SQLite cannot tell."""
    version: int
    is_read_only: bool
    traces: int
    models: int
    deployments: int
    connections: int
    spans: int
    origins: tuple[Named, ...]
    """How many traces came from where, most first."""
    first_at_us: int | None
    last_at_us: int | None
    last_write_us: int | None
    unindexed: int
    """Traces that the search index does not know, or not wholly; searches read them."""
    parts: int
    """Messages that came apart from their traces."""
    waiting: int | None
    """Those of them whose trace is not known (yet); None: not asked for."""


@dataclass(frozen=True, slots=True)
class StatsQuery(Query[StoreStats]):
    """What is in a store."""

    is_full: bool = False
    """Whether to look at every page and every part too: as long as it takes to read the file."""


class Lack(NamedTuple):
    """A trace of a sample: its first raw record, and which of `LACKS` it has not."""

    origin: str
    raw: bytes
    """Its beginning."""
    lacks: tuple[str, ...]


LACKS = ("model", "input", "output", "input_tokens", "output_tokens", "response_time", "user", "source")
"""What a trace may lack, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class LacksQuery(Query[tuple[Lack, ...]]):
    """The traces of an origin that came last, with what each lacks."""

    origin: str
    count: int
    """Traces at most."""


class Finding(NamedTuple):
    """What a look at the store's soundness found."""

    name: str
    """What was looked at, in words."""
    problems: int
    """0: it is sound."""
    first: tuple[str, ...]
    """The first few of them, in words."""
    is_skipped: bool = False
    """Whether it was left out: it takes long, and was not asked for."""
