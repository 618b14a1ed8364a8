"""In which words a sender writes, told from raw records, and which of its settings supplies what its traces lack.

The one table for both: a dialect is a line of signs and a table from what is lacking to what supplies it. What the
values of a dialect mean is decided in its format's module; here nothing is read but names.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tracetui.ingest.remapping import formats_of

Advice = Mapping[str, str]
"""From what traces lack (`domain.upkeep.LACKS`) to the sentence that says what supplies it."""


class Dialect(NamedTuple):
    """How a sender writes."""

    name: str
    signs: tuple[bytes, ...]
    """Any of these is in its records."""
    advice: Advice


_TEXTS = ("input", "output")
_TOKENS = ("input_tokens", "output_tokens")
_STREAMS = "A streamed answer tells its tokens only if it is asked to: stream_options={'include_usage': True}."
_OTEL_USER = "Set the attribute user.id (or enduser.id) on the span, or on the resource."
_OTEL_SOURCE = "Set OTEL_SERVICE_NAME, or name the agent or workflow around the call."


def _for(texts: str | None = None, **others: str) -> Advice:
    """Advice for spans: what all of them have in common, and how this dialect is asked for texts."""
    common = {"user": _OTEL_USER, "source": _OTEL_SOURCE, **dict.fromkeys(_TOKENS, _STREAMS)}
    return {**common, **(dict.fromkeys(_TEXTS, texts) if texts else {}), **others}


# Source: opentelemetry-python-contrib docs, instrumentation-genai, "Configuration".
_NEW_GENAI = (
    "Set OTEL_SEMCONV_STABILITY_OPT_IN=gen_ai_latest_experimental and"
    " OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=span_only in the sender."
)
_OLD_GENAI = (
    "Set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true in the sender, and send its logs too"
    " (to /v1/logs); or, better, OTEL_SEMCONV_STABILITY_OPT_IN=gen_ai_latest_experimental with"
    " OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=span_only."
)
# Source: Arize-ai/openinference, spec/configuration.md.
_OPENINFERENCE = "Texts are sent unless they are hidden: unset OPENINFERENCE_HIDE_INPUTS, _OUTPUTS and their like."

OTLP_DIALECTS = (
    Dialect(
        "Langfuse SDK",
        (b"langfuse.observation.",),
        _for(
            "Texts are sent unless a mask is set: look for mask= in Langfuse(...), and capture_input in @observe.",
            user="Set it on the trace: propagate_attributes(user_id=...).",
        ),
    ),
    Dialect(
        "MLflow",
        (b"mlflow.spanType",),
        _for("MLflow sends inputs and outputs of spans: use mlflow.<library>.autolog(), or span.set_inputs()."),
    ),
    Dialect(
        "Vercel AI SDK",
        (b"ai.operationId",),
        _for(
            "Set experimental_telemetry: { isEnabled: true, recordInputs: true, recordOutputs: true }.",
            user="Set experimental_telemetry.metadata.userId on the call.",
        ),
    ),
    Dialect(
        "LiteLLM (OpenTelemetry)",
        (b"litellm_request", b"litellm.call_id"),
        _for("Remove turn_off_message_logging: true from litellm_settings."),
    ),
    Dialect(
        "Logfire, Pydantic AI",
        (b"logfire.msg", b"pydantic-ai"),
        _for("Set InstrumentationSettings(include_content=True), or remove include_content=False."),
    ),
    Dialect(
        "OpenInference",
        (b"openinference.span.kind", b"llm.token_count."),
        _for(_OPENINFERENCE, user="Wrap the call in using_attributes(user_id=...), or using_user(...)."),
    ),
    Dialect(
        "OpenLLMetry (Traceloop)",
        (b"traceloop.", b"gen_ai.prompt.0", b"llm.request.type"),
        _for(
            "Texts are sent unless TRACELOOP_TRACE_CONTENT=false is set in the sender: set it to true.",
            user="Traceloop.set_association_properties({'user_id': ...}).",
            source="Name the workflow around the call with @workflow(name=...), or set OTEL_SERVICE_NAME.",
        ),
    ),
    Dialect(
        "OpenTelemetry GenAI 1.37 and later",
        (b"gen_ai.provider.name", b"gen_ai.input.messages", b"gen_ai.output.messages"),
        _for(_NEW_GENAI),
    ),
    Dialect("OpenTelemetry GenAI up to 1.27", (b"gen_ai.usage.prompt_tokens",), _for(_OLD_GENAI)),
    Dialect("OpenTelemetry GenAI 1.28 to 1.36", (b"gen_ai.",), _for(_OLD_GENAI)),
)
"""Of several that fit the first is meant: a sender's own words before those of the conventions it also follows."""
OTHER_OTLP = Dialect("OpenTelemetry", (), _for(_NEW_GENAI))

_LITELLM_SPEND = Dialect(
    "LiteLLM spend logs",
    (b"api_key", b"request_duration_ms", b"spend"),
    {
        **dict.fromkeys(
            _TEXTS, "Set general_settings.store_prompts_in_spend_logs: true in LiteLLM's proxy_config.yaml."
        ),
        **dict.fromkeys(_TOKENS, _STREAMS),
        "user": "Send user= with the request, or use keys that belong to a user.",
        "source": "Use virtual keys with a key_alias: each then is a source.",
        "response_time": "Export endTime, or request_duration_ms, with startTime.",
    },
)
_LITELLM_PAYLOAD = Dialect(
    "LiteLLM standard logging payload",
    (b"response_cost", b"model_map_information", b"hidden_params"),
    {
        **_LITELLM_SPEND.advice,
        **dict.fromkeys(
            _TEXTS, "Remove turn_off_message_logging: true from litellm_settings in proxy_config.yaml."
        ),
    },
)
_OWN = dict.fromkeys(
    ("input", "output", "input_tokens", "output_tokens", "user", "source"),
    "Write the field {field}; docs/jsonl.md.",
) | {"response_time": "Write the field response_time_ms; docs/jsonl.md.", "model": "Write the field model."}

_OF_FORMAT: dict[str, Callable[[bytes], Dialect]] = {
    "otlp": lambda raw: next((one for one in OTLP_DIALECTS if any(sign in raw for sign in one.signs)), OTHER_OTLP),
    "litellm": lambda raw: (
        _LITELLM_PAYLOAD if any(sign in raw for sign in _LITELLM_PAYLOAD.signs) else _LITELLM_SPEND
    ),
    "jsonl": lambda _: Dialect("tracetui's own JSONL", (), _OWN),
    "csv": lambda _: Dialect(
        "CSV",
        (),
        dict.fromkeys(_OWN, "Add a column for it, or name one in the config file; docs/csv.md."),
    ),
    "langfuse": lambda _: Dialect(
        "Langfuse export",
        (),
        {
            **dict.fromkeys(_TEXTS, "Export with the field group io (input and output)."),
            **dict.fromkeys(_TOKENS, "Export with the field group usage; the SDK must send usage_details."),
            "response_time": "Export end_time or latency.",
            "user": "Export the trace fields (user_id, session_id) with the observations.",
            "source": "Export the trace fields (trace_name), or name the observations.",
        },
    ),
    "llm": lambda _: Dialect(
        "logs.db of llm",
        (),
        {
            **dict.fromkeys(_TOKENS, "Not every model of llm tells its tokens; update the plugin of the model."),
            "user": "llm keeps no user.",
        },
    ),
    "openai-batch": lambda _: Dialect(
        "OpenAI batch output",
        (),
        {
            "input": "Import the batch's input file together with its output.",
            "response_time": "OpenAI does not tell how long a request of a batch took.",
            "user": "Send user with the requests of the batch.",
        },
    ),
}
_UNKNOWN = Dialect("not recognised", (), {})


def dialect_of(origin: str, raw: bytes) -> Dialect:
    """How the sender of a raw record writes.

    Args:
        origin: Under which it came.
        raw: The record, or its beginning.
    """
    name = formats_of(origin, raw)
    return _OF_FORMAT[name](raw) if name in _OF_FORMAT else _UNKNOWN


def advice_on(dialect: Dialect, lack: str) -> str | None:
    """What supplies what traces of a dialect lack; None where nothing is known."""
    found = dialect.advice.get(lack)
    return None if found is None else found.replace("{field}", lack)
