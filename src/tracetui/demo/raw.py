"""A trace as a line of the project's own JSONL, with its request and response inside, byte for byte."""

from datetime import UTC, datetime

from tracetui.demo.payloads import quoted
from tracetui.domain.catalogue import ModelType
from tracetui.domain.trace import Status, Trace

ORIGIN = "demo"

_MINUTE_US = 60_000_000
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


class Lines:
    """Writes lines; remembers the minute it is in, as times come in order."""

    __slots__ = ("_minute", "_minute_text")

    def __init__(self) -> None:
        self._minute = -1
        self._minute_text = ""

    def attach(self, trace: Trace, head: str, payload: tuple[str | None, str | None]) -> Trace:
        """Give a trace its request, response and raw record.

        Args:
            trace: All else is known already; names and ids in it need no escaping but source and user.
            head: `head_of` its lane.
            payload: Request and response as JSON; None where there is none.

        Returns:
            The same trace.
        """
        line = self._fields(trace, head).encode()
        request, response = payload
        if request is not None:
            trace.request = request.encode()
            line += b',"request":' + trace.request
        if response is not None:
            trace.response = response.encode()
            line += b',"response":' + trace.response
        trace.raw = line + b"}"
        return trace

    def _fields(self, t: Trace, head: str) -> str:
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
        self._add_words(t, parts)
        return ",".join(parts)

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
        if t.input is not None:
            parts.append(f'"input":{quoted(t.input)}')
        if t.output is not None:
            parts.append(f'"output":{quoted(t.output)}')

    def _iso(self, at_us: int) -> str:
        minute, rest_us = divmod(at_us, _MINUTE_US)
        if minute != self._minute:
            self._minute = minute
            self._minute_text = datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M:")
        return f"{self._minute_text}{rest_us // 1_000_000:02d}.{rest_us // 1000 % 1000:03d}Z"
