"""What queries answer with: small tuples, made by the hundred, never holding a whole result."""

from typing import NamedTuple

from tracetui.domain.catalogue import ModelRef
from tracetui.domain.trace import Status


class TraceRow(NamedTuple):
    """One line of the trace table."""

    id: int
    executed_at_us: int
    status: Status
    request_id: str
    response_time_us: int | None
    version: str | None
    source_type: str | None
    source: str | None
    input_preview: str | None
    """The first characters of the input as it came, of a conversation those of its newest turn; None where not
    captured."""
    output_preview: str | None


class WholeRow(NamedTuple):
    """A trace with every column of the table, its texts whole; the fields are the keys of `fields.FIELDS`."""

    status: Status
    request_id: str
    response_time: int | None
    """Microseconds."""
    version: str | None
    source_type: str | None
    source: str | None
    executed_at: int
    """Microseconds since the epoch, UTC."""
    input: bytes | None
    """UTF-8: texts go from store to file without being decoded on the way."""
    output: bytes | None


class Page(NamedTuple):
    """Rows that follow one another in the order asked for."""

    rows: tuple[TraceRow, ...]
    first: int | None
    """The place of rows[0] among all rows, from 0; None while that is not known. 0 for an empty page."""
    total: int | None
    """How many rows there are in all; None while that is not known."""


class Summary(NamedTuple):
    """The figures above the table."""

    requests: int
    failed: int
    timed: int
    """Requests whose response time is known; the percentiles are over these."""
    p90_us: int | None
    p99_us: int | None
    """Nearest rank: the smallest response time that at least 90 % (99 %) of the timed requests do not exceed."""
    hosting_credits_micro: int | None
    """Deployment credits inside the period; None for an external model, or where no entry is known."""
    requests_ever: int
    """Requests of the same scope since its first trace."""
    first_at_us: int | None
    """When the first trace of the scope was executed; None where there is none."""
    pruned_before_us: int | None = None
    """Up to when traces of this store were deleted for their age: the figures leave those out."""


class Looked(NamedTuple):
    """How far the search for a text has come; the same again and again, each time with more."""

    rows: tuple[TraceRow, ...]
    """The first traces found, at most as many as were asked for; none between them is missing."""
    found: int
    """Traces found so far."""
    share: float | None
    """The part of all traces that was looked at, 0 to 1; None where that cannot be told."""
    reached_us: int | None
    """When the trace was executed that was looked at last; None: none yet, or they are not looked at by time."""
    summary: Summary | None = None
    """The figures of all traces found, once all were looked at."""


class ModelEntry(NamedTuple):
    """A model in the list to choose from."""

    ref: ModelRef
    base_model: str | None
    requests: int
    first_at_us: int | None
    last_at_us: int | None


class DeploymentEntry(NamedTuple):
    """A deployment in the list to choose from, newest first."""

    name: str
    deployed_at_us: int | None
    undeployed_at_us: int | None
    versions: tuple[str, ...]
    hardware: str | None
    requests: int


class ScopeChoices(NamedTuple):
    """By what a model can be narrowed. Hosted: deployments and versions; external: connections."""

    deployments: tuple[DeploymentEntry, ...]
    versions: tuple[str, ...]
    connections: tuple[str, ...]
    """The default connection first: the one marked so, else the one most used."""


class Pruned(NamedTuple):
    """Up to when traces were deleted for their age. Figures that reach further back are not exact: traces of that
    time may have come again since, or figures of some been kept."""

    before_us: int
    """Traces executed before this were deleted."""
    figures_before_us: int | None
    """Figures from before this were deleted with them; None: of no time."""


class StoreState(NamedTuple):
    """What the store is, for its empty page and the header."""

    traces: int
    models: int
    is_read_only: bool
    last_write_us: int | None
    """When a trace was last added, by the clock of the machine that added it."""
