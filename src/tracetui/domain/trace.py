"""One request to one model: what ingest makes (`Trace`) and what the store gives back (`TraceDetail`).

Times are whole microseconds since the epoch in UTC, durations whole microseconds. `None` is
unknown: it is shown as a dash, never as zero, and left out of averages.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from tracetui.domain.catalogue import ModelRef, ModelType


class Status(IntEnum):
    """How a request ended. The numbers are those in the store."""

    SUCCESS = 0
    FAILED = 1

    @property
    def label(self) -> str:
        """The word that people read and type."""
        return "failed" if self is Status.FAILED else "success"


@dataclass(slots=True)
class Trace:
    """A request as it came in. Mutable and slotted: ingest makes them by the hundred thousand."""

    origin: str
    """Where it is from (the format's name unless told otherwise); an id is unique within its origin."""
    record_id: str
    """What makes it the same trace when it comes again."""
    request_id: str
    """The id that people see and search; often the record_id."""
    executed_at_us: int
    status: Status
    raw: bytes
    """The source record as it came, byte for byte where the format allows."""
    model: str
    model_type: ModelType | None = None
    base_model: str | None = None
    deployment: str | None = None
    version: str | None = None
    connection: str | None = None
    source_type: str | None = None
    source: str | None = None
    user_id: str | None = None
    session: str | None = None
    response_time_us: int | None = None
    ttft_us: int | None = None
    """Time to first token."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_input_tokens: int | None = None
    reasoning_tokens: int | None = None
    credits_micro: int | None = None
    """Millionths of an account unit."""
    cost_nano_usd: int | None = None
    """Billionths of a US dollar; never converted into credits or back."""
    status_code: int | None = None
    """HTTP status of the response."""
    error_type: str | None = None
    error: str | None = None
    finish_reason: str | None = None
    is_streamed: bool | None = None
    input: str | None = None
    """The plain text that was asked."""
    output: str | None = None
    """The plain text that was answered."""
    request: bytes | None = None
    """The complete request payload, JSON."""
    response: bytes | None = None
    """The complete response payload, JSON."""
    is_reconstructed: bool = False
    """Whether request and response were put together from parts and are not what went over the wire."""
    newest_turn_at: int | None = None
    """Where in `input` the newest turn of a conversation begins, in characters: the table shows it from there."""


class TraceDetail(NamedTuple):
    """All that is known of one trace, for the detail pane and `show`."""

    id: int
    request_id: str
    origin: str
    model: ModelRef
    base_model: str | None
    deployment: str | None
    version: str | None
    connection: str | None
    status: Status
    status_code: int | None
    error_type: str | None
    error: str | None
    executed_at_us: int
    response_time_us: int | None
    ttft_us: int | None
    input_tokens: int | None
    output_tokens: int | None
    cached_input_tokens: int | None
    reasoning_tokens: int | None
    credits_micro: int | None
    cost_nano_usd: int | None
    source_type: str | None
    source: str | None
    user_id: str | None
    session: str | None
    finish_reason: str | None
    is_streamed: bool | None
    input: str | None
    output: str | None
    request: bytes | None
    response: bytes | None
    is_reconstructed: bool
    raw: tuple[bytes, ...]
    """The source records, the first one first; more than one where later ones filled it in."""
