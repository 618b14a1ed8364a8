"""The requests of one lane: who asks, what is said, how long it takes and how it ends."""

import math
import random

from tracetui.demo import payloads, raw
from tracetui.demo.callers import Sessions, Source, mix_of
from tracetui.demo.failures import EVERYDAY, IN_A_BURST, Failure, lasted_us
from tracetui.demo.payloads import Exchange, Payload, Tool, quoted
from tracetui.demo.rhythm import BURST_FAILURE_RATE, Lane
from tracetui.demo.texts import Sizes, Spice, Voice, voices
from tracetui.domain.trace import Status, Trace

BYTES_PER_TOKEN = 4.2
_INPUT_PART = 0.42
_ID_STARTS = {"openai": "chatcmpl-", "anthropic": "msg_01", "gemini": "gem-", "vllm": "cmpl-", "tgi": "tgi-"}


class Studio:
    """What all lanes share: the voices, the spread of sizes and times, and the source of chance."""

    def __init__(self, chance: random.Random, text_bytes: int | None) -> None:
        self.chance = chance
        self.voices = voices(chance)
        self.abroad = tuple(self.voices[name] for name in ("de", "es", "ja", "zh", "ar", "hi", "fr", "ru"))
        self.sizes = Sizes(text_bytes, chance)
        self.spice = Spice(chance)
        self.lines = raw.Lines()
        # Response times spread around their middle like real ones, with a long tail to the slow side.
        self.spread = tuple(math.exp(chance.gauss(0, 0.32)) + 0.6 * chance.random() ** 9 for _ in range(4096))


class Requests:
    """Makes the traces of one lane."""

    def __init__(self, lane: Lane, place: int, studio: Studio) -> None:
        model, served, connected = lane.model, lane.served, lane.connected
        self.lane = lane
        self.studio = studio
        self.deployment = served.deployment if served else None
        self.version = served.version if served else None
        self.connection = connected.name if connected else None
        self.head = raw.head_of(
            model.name, model.type, model.base_model, self.deployment, self.version, self.connection
        )
        # What the payload calls the model, as each server does.
        self.wire_name = self.deployment or model.name
        self._voices = (studio.voices[model.profile.speaks[0]], studio.voices[model.profile.speaks[1]])
        self._mix = mix_of(model.profile.rhythm)
        self._sessions = Sessions(place, studio.chance)

    def make(self, at_us: int, slower: float = 1.0, in_burst: bool = False) -> Trace:
        """One request.

        Args:
            at_us: When it was executed, UTC us, whole milliseconds.
            slower: By how much its response takes longer than usual.
            in_burst: Whether it falls into the burst of failures.
        """
        chance, profile = self.studio.chance, self.lane.model.profile
        failure = self._failure(in_burst)
        source = self._mix[chance.getrandbits(6)]
        session, user = self._sessions.next() if source.has_users else (None, None)
        asked, answered = self._texts(failure is not None)
        tool = self._tool() if chance.random() < profile.tools and failure is None else None
        if tool and tool.result is None:
            answered = f"{tool.name}({tool.arguments})"
        trace = Trace(
            raw.ORIGIN,
            "",
            "",
            at_us,
            Status.FAILED if failure else Status.SUCCESS,
            b"",
            self.lane.model.name,
            self.lane.model.type,
            self.lane.model.base_model,
            self.deployment,
            self.version,
            self.connection,
            source.type,
            source.name,
            user,
            session,
            input=asked,
            output=answered,
            is_streamed=chance.random() < profile.streams,
        )
        trace.record_id = trace.request_id = f"{_ID_STARTS[profile.shape]}{chance.getrandbits(112):028x}"
        if failure:
            self._fail(trace, failure)
        else:
            self._succeed(trace, slower, tool)
        return self.write(trace, source.system, tool)

    def write(self, trace: Trace, system: str, tool: Tool | None = None) -> Trace:
        """Give a trace, complete in all else, its payloads and its raw record.

        Args:
            trace: It is changed.
            system: The system prompt, as a JSON string.
            tool: The tool that was called.
        """
        asked = None if trace.input is None else quoted(trace.input)
        answered = None if trace.output is None else quoted(trace.output)
        made = payloads.SHAPES[self.lane.model.profile.shape](
            Exchange(
                self.wire_name,
                trace.request_id,
                trace.executed_at_us // 1_000_000,
                system,
                asked or '""',
                answered or '""',
                None
                if trace.input_tokens is None
                else (trace.input_tokens, trace.output_tokens or 0, trace.cached_input_tokens or 0),
                trace.finish_reason or "",
                bool(trace.is_streamed),
                len(trace.request_id) % 3 + 3 * (trace.executed_at_us & 1),
                tool,
            )
        )
        payload = raw.Payload(asked, answered, made.request, self._response(trace, made))
        return self.studio.lines.attach(trace, self.head, payload)

    def _response(self, trace: Trace, made: Payload) -> str | None:
        if trace.error is None:
            return made.response
        if trace.status_code is None:
            return None
        shape = self.lane.model.profile.shape
        return payloads.refusal(shape, trace.status_code, trace.error_type or "", trace.error)

    def _failure(self, in_burst: bool) -> Failure | None:
        chance = self.studio.chance
        if in_burst and chance.random() < BURST_FAILURE_RATE:
            return IN_A_BURST[chance.getrandbits(5)]
        if chance.random() < self.lane.model.profile.failure_rate:
            return EVERYDAY[chance.getrandbits(5)]
        return None

    def _texts(self, has_failed: bool) -> tuple[str, str | None]:
        studio = self.studio
        chance = studio.chance
        voice, other = self._voices
        if chance.random() < self.lane.model.profile.abroad:
            voice = other = studio.abroad[int(chance.random() ** 1.5 * 8)]
        size = studio.sizes.next_bytes()
        asked = self._text(voice, size * _INPUT_PART)
        return asked, None if has_failed else self._text(other, size * (1 - _INPUT_PART))

    def _text(self, voice: Voice, size_bytes: float) -> str:
        text = voice.text(size_bytes)
        if self.studio.chance.getrandbits(2) == 0:
            text += self.studio.spice.some()
        return text.rstrip()

    def _tool(self) -> Tool:
        chance = self.studio.chance
        drawn = chance.getrandbits(96)
        number = drawn & 0xFFFFFF
        result: str | None
        if self.lane.model.profile.shape == "anthropic":
            name, arguments = "run_sql", f'{{"sql":"SELECT count(*) FROM orders WHERE customer_id = {number}"}}'
            result = f'{{"columns":["count"],"rows":[[{drawn >> 80}]]}}'
        elif drawn & 7 == 0:
            name = "create_refund"
            arguments = f'{{"order_id":"{number:08d}","amount":{number % 400}.5,"currency":"EUR"}}'
            result = f'{{"refund_id":"re_{drawn >> 32:016x}","status":"pending"}}'
        else:
            name, arguments = "lookup_order", f'{{"order_id":"{number:08d}","with_items":true}}'
            result = (
                f'{{"order_id":"{number:08d}","status":"shipped","items":[{{"sku":"{drawn >> 48:012X}",'
                f'"quantity":{number % 5 + 1}}}],"tracking":"1Z{drawn >> 40:014X}"}}'
            )
        return Tool(name, f"{drawn:024x}", arguments, None if drawn >> 95 else result)

    def _fail(self, trace: Trace, failure: Failure) -> None:
        trace.status_code = failure.status_code
        trace.error_type = failure.error_type
        trace.error = failure.message
        trace.response_time_us = lasted_us(failure, self.studio.chance)
        if failure.status_code is None:
            # Nothing came back: nobody counted the tokens.
            return
        trace.input_tokens = self._tokens(trace.input)

    def _succeed(self, trace: Trace, slower: float, tool: Tool | None) -> None:
        chance, model = self.studio.chance, self.lane.model
        profile = model.profile
        drawn = chance.getrandbits(20)
        trace.status_code = 200
        inputs, outputs = self._tokens(trace.input) + 30, self._tokens(trace.output)
        if profile.reasons:
            trace.reasoning_tokens = outputs * (3 + (drawn & 7))
            outputs += trace.reasoning_tokens
        if drawn & 31 == 7:
            trace.cached_input_tokens = inputs // 2
        spread = self.studio.spread[drawn >> 8] * slower
        time_ms = (profile.base_ms + profile.ms_per_token * outputs) * spread
        if drawn & 127 != 99:
            trace.response_time_us = int(time_ms * 10) * 100 + 100
        if trace.is_streamed and trace.response_time_us:
            trace.ttft_us = min(
                int((profile.base_ms * 0.5 + inputs * 0.02) * spread * 10) * 100, trace.response_time_us
            )
        finished = payloads.CUT_OFF if drawn & 63 == 5 else payloads.FINISHED
        trace.finish_reason = (payloads.CALLED if tool and tool.result is None else finished)[profile.shape]
        if drawn & 63 == 33:
            # The sender did not count: unknown, not zero.
            trace.reasoning_tokens = trace.cached_input_tokens = None
            return
        trace.input_tokens, trace.output_tokens = inputs, outputs
        if profile.credits_per_ktoken_micro is not None:
            trace.credits_micro = (inputs + outputs) * profile.credits_per_ktoken_micro // 1000
        if profile.input_nano_usd is not None:
            trace.cost_nano_usd = inputs * profile.input_nano_usd + outputs * profile.output_nano_usd

    @staticmethod
    def _tokens(text: str | None) -> int:
        if not text:
            return 0
        # A token of English is some four bytes; other scripts take about one token a character.
        return int(len(text) / BYTES_PER_TOKEN) + 1 if text.isascii() else len(text) // 2 + 1


def source_named(name: str, mix: tuple[Source, ...]) -> Source:
    """The source of that name."""
    return next(source for source in mix if source.name == name)
