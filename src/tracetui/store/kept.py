"""A trace as the store keeps it: what its own records say, and what stands in for what they lack."""

from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

from tracetui.domain.trace import Trace
from tracetui.store.composing import NOTHING, Composed
from tracetui.store.payload_layout import FromParts, Own, Payload

Key = tuple[str, str]
"""Origin and record id of a trace."""


class Sources(NamedTuple):
    """What spans say of where a call is from, and for whom it is."""

    source_type: str | None = None
    source: str | None = None
    user_id: str | None = None
    session: str | None = None


NO_SOURCES = Sources()


@dataclass(slots=True)
class Kept:
    """A trace as its own records tell it so far, and what stands in for what they lack."""

    trace: Trace
    raws: list[bytes]
    """The records, the first one first."""
    composed: Composed = NOTHING
    """What its parts say, where its records do not."""
    sources: Sources = NO_SOURCES
    """What the spans around it say, whether its records do or not."""

    def whole(self) -> Trace:
        """The trace as it is shown. Not to be changed: it may be the trace of the records."""
        if self.sources is NO_SOURCES:
            return self.with_contents()
        whole = copy(self.with_contents())
        whole.source_type, whole.source = self.source_type, self.source
        whole.user_id, whole.session = self.user_id, self.session
        return whole

    def with_contents(self) -> Trace:
        """The same with the source that its records say. Copying a trace takes a fifth of the time of storing it,
        and most that are from where spans say have contents of their own.
        """
        composed = self.composed
        if composed is NOTHING:
            return self.trace
        whole = copy(self.trace)
        if composed.input is not None:
            whole.input, whole.newest_turn_at = composed.input, composed.newest_turn_at
        if composed.output is not None:
            whole.output = composed.output
        if composed.request is not None:
            whole.request, whole.is_reconstructed = composed.request, True
        if composed.response is not None:
            whole.response, whole.is_reconstructed = composed.response, True
        whole.finish_reason = self.finish_reason
        return whole

    @property
    def finish_reason(self) -> str | None:
        """Why the model stopped: what its records say, else its parts."""
        own = self.trace.finish_reason
        return self.composed.finish_reason if own is None else own

    @property
    def source_type(self) -> str | None:
        """What sent the request: what its records say, else the spans."""
        own = self.trace.source_type
        return self.sources.source_type if own is None else own

    @property
    def source(self) -> str | None:
        """Its name, likewise."""
        own = self.trace.source
        return self.sources.source if own is None else own

    @property
    def user_id(self) -> str | None:
        """For whom it was, likewise."""
        own = self.trace.user_id
        return self.sources.user_id if own is None else own

    @property
    def session(self) -> str | None:
        """In which session, likewise."""
        own = self.trace.session
        return self.sources.session if own is None else own

    @property
    def may_inherit(self) -> bool:
        """Whether its records leave open what spans may say."""
        own = self.trace
        return own.source_type is None or own.source is None or own.user_id is None or own.session is None

    @property
    def inherited(self) -> int | None:
        """What of the row is not from the trace's own records, as the column of that name has it."""
        own, spans, bits = self.trace, self.sources, 0
        if spans is not NO_SOURCES:
            bits += own.source_type is None and spans.source_type is not None
            bits += 2 * (own.source is None and spans.source is not None)
            bits += 8 * (own.user_id is None and spans.user_id is not None)
            bits += 16 * (own.session is None and spans.session is not None)
        bits += 4 * (own.finish_reason is None and self.composed.finish_reason is not None)
        return bits or None

    def payload(self) -> Payload:
        """What of the trace goes into its frame."""
        whole, own = self.with_contents(), None
        if self.composed is not NOTHING and (lacks := self._lacks()):
            trace = self.trace
            own = Own(
                lacks,
                trace.request if FromParts.REQUEST in lacks else None,
                trace.response if FromParts.RESPONSE in lacks else None,
                trace.is_reconstructed,
            )
        return Payload(
            whole.input,
            whole.output,
            whole.error,
            whole.request,
            whole.response,
            whole.is_reconstructed,
            tuple(self.raws),
            own,
        )

    def _lacks(self) -> FromParts:
        lacks = FromParts(0)
        for part, content in zip(FromParts, self.composed[:4], strict=True):
            if content is not None:
                lacks |= part
        return lacks


def own_of(payload: Payload) -> tuple[Payload, Composed]:
    """A payload as the records of its trace have it, and what parts say besides."""
    if payload.own is None:
        return payload, NOTHING
    lacks, request, response, is_reconstructed = payload.own
    composed = Composed(
        payload.input if FromParts.INPUT in lacks else None,
        payload.output if FromParts.OUTPUT in lacks else None,
        payload.request if FromParts.REQUEST in lacks else None,
        payload.response if FromParts.RESPONSE in lacks else None,
    )
    own = payload._replace(
        input=None if FromParts.INPUT in lacks else payload.input,
        output=None if FromParts.OUTPUT in lacks else payload.output,
        request=request if FromParts.REQUEST in lacks else payload.request,
        response=response if FromParts.RESPONSE in lacks else payload.response,
        is_reconstructed=is_reconstructed,
        own=None,
    )
    return own, composed
