"""A trace as a line of the project's own JSONL, with its request and response inside, byte for byte."""

from datetime import UTC, datetime
from typing import NamedTuple

from tracetui.demo.account import DAY_US
from tracetui.demo.payloads import quoted
from tracetui.domain.catalogue import ModelType
from tracetui.domain.trace import Status, Trace

ORIGIN = "demo"

_STATUS = {Status.SUCCESS: '"success"', Status.FAILED: '"failed"'}


def head_of(
    model: str,
    model_type: ModelType,
    base_model: str | None,
    deployment: str | None,
    version: str | None,
    connection: str | None,
) -> str:
    """What is the same in every line of a lane: `"model":...`, without the unknown."""
    known = {
        "model": model,
        "model_type": str(model_type),
        "base_model": base_model,
        "deployment": deployment,
        "deployment_version": version,
        "connection": connection,
    }
    return ",".join(f'"{key}":{quoted(value)}' for key, value in known.items() if value is not None)


class Payload(NamedTuple):
    """The texts of a trace as JSON; None where there is none."""

    asked: str | None
    answered: str | None
    request: str | None
    response: str | None


class Lines:
    """Writes lines; remembers the day it is in, as times come in order."""

    __slots__ = ("_day", "_day_text")

    def __init__(self) -> None:
        self._day = -1
        self._day_text = ""

    def attach(self, trace: Trace, head: str, payload: Payload) -> Trace:
        """Give a trace its request, response and raw record.

        Args:
            trace: All else is known already; in its names and ids nothing but source and user may need escaping.
            head: `head_of` its lane.
            payload: Its input and output again, as JSON strings, and its request and response.

        Returns:
            The same trace.
        """
        parts = self._numbers(trace, head)
        self._add_words(trace, parts)
        if payload.asked is not None:
            parts.append(f'"input":{payload.asked}')
        if payload.answered is not None:
            parts.append(f'"output":{payload.answered}')
        line = [",".join(parts).encode()]
        if payload.request is not None:
            trace.request = payload.request.encode()
            line += (b',"request":', trace.request)
        if payload.response is not None:
            trace.response = payload.response.encode()
            line += (b',"response":', trace.response)
        line.append(b"}")
        trace.raw = b"".join(line)
        return trace

    def _numbers(self, t: Trace, head: str) -> list[str]:
        parts = [
            f'{{"request_id":"{t.request_id}",{head},"executed_at":"{self._iso(t.executed_at_us)}",'
            f'"status":{_STATUS[t.status]}'
        ]
        if t.status_code is not None:
            parts.append(f'"status_code":{t.status_code}')
        if t.response_time_us is not None:
            parts.append(f'"response_time_ms":{t.response_time_us / 1000}')
        if t.ttft_us is not None:
            parts.append(f'"ttft_ms":{t.ttft_us / 1000}')
        if t.input_tokens is not None:
            parts.append(f'"input_tokens":{t.input_tokens}')
        if t.output_tokens is not None:
            parts.append(f'"output_tokens":{t.output_tokens}')
        if t.cached_input_tokens is not None:
            parts.append(f'"cached_input_tokens":{t.cached_input_tokens}')
        if t.reasoning_tokens is not None:
            parts.append(f'"reasoning_tokens":{t.reasoning_tokens}')
        if t.credits_micro is not None:
            parts.append(f'"credits":{t.credits_micro // 1_000_000}.{t.credits_micro % 1_000_000:06d}')
        if t.cost_nano_usd is not None:
            parts.append(f'"cost":{t.cost_nano_usd // 10**9}.{t.cost_nano_usd % 10**9:09d}')
        return parts

    @staticmethod
    def _add_words(t: Trace, parts: list[str]) -> None:
        parts.append('"stream":true' if t.is_streamed else '"stream":false')
        if t.source_type is not None:
            parts.append(f'"source_type":{quoted(t.source_type)}')
        if t.source is not None:
            parts.append(f'"source":{quoted(t.source)}')
        if t.user_id is not None:
            parts.append(f'"user":{quoted(t.user_id)}')
        if t.session is not None:
            parts.append(f'"session":"{t.session}"')
        if t.finish_reason is not None:
            parts.append(f'"finish_reason":"{t.finish_reason}"')
        if t.error is not None:
            parts.append(f'"error_type":"{t.error_type}","error":{quoted(t.error)}')

    def _iso(self, at_us: int) -> str:
        day, rest_us = divmod(at_us, DAY_US)
        if day != self._day:
            self._day = day
            self._day_text = datetime.fromtimestamp(day * 86_400, UTC).date().isoformat()
        ms = rest_us // 1000
        minutes = ms // 60_000
        return f"{self._day_text}T{minutes // 60:02d}:{minutes % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}Z"
