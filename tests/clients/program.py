"""A program that calls models, instrumented as its first argument says: `python program.py CLIENT MODEL_URL`.

Runs in the clients' own environment, without tracetui. Where it sends to is in OpenTelemetry's own variables.
"""

# mypy: ignore-errors

import contextlib
import os
import sys

QUESTION = "Where is parcel 4711? [@click=app.quit] \x1b]52;c;aGk=\x07"


def instrument_genai() -> None:
    """As the documentation of opentelemetry-instrumentation-genai-openai says."""
    from opentelemetry._logs import set_logger_provider
    from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

    if os.environ["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    else:
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    logs = LoggerProvider()
    logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    set_logger_provider(logs)
    _send_spans_by(OTLPSpanExporter())
    OpenAIInstrumentor().instrument()


def instrument_openinference() -> None:
    """As the documentation of openinference-instrumentation-openai says."""
    from openinference.instrumentation.openai import OpenAIInstrumentor
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    OpenAIInstrumentor().instrument(tracer_provider=_send_spans_by(OTLPSpanExporter()))


def _send_spans_by(exporter):
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return provider


def call_openai(url: str) -> None:
    """A call, a streamed one, one that fails, and an embedding."""
    from openai import OpenAI, OpenAIError

    client = OpenAI(base_url=url, api_key="none", max_retries=0)
    asked = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}]
    client.chat.completions.create(model="gpt-4o-mini", messages=asked)
    usage = {"include_usage": True}
    for _ in client.chat.completions.create(model="gpt-4o", messages=asked, stream=True, stream_options=usage):
        pass
    with contextlib.suppress(OpenAIError):
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "simulate:500"}])
    client.embeddings.create(model="text-embedding-3-small", input=["parcel"])


def call_litellm(url: str) -> None:
    """The same calls through LiteLLM, with its own callback."""
    import litellm

    litellm.callbacks = ["otel"]
    asked = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}]
    at = {"api_base": url, "api_key": "none", "max_retries": 0, "num_retries": 0}
    litellm.completion(model="openai/gpt-4o-mini", messages=asked, **at)
    usage = {"include_usage": True}
    for _ in litellm.completion(model="openai/gpt-4o", messages=asked, stream=True, stream_options=usage, **at):
        pass
    with contextlib.suppress(Exception):
        litellm.completion(model="openai/gpt-4o", messages=[{"role": "user", "content": "simulate:500"}], **at)
    litellm.embedding(model="openai/text-embedding-3-small", input=["parcel"], **at)


if __name__ == "__main__":
    client, model_url = sys.argv[1:]
    if client == "litellm":
        call_litellm(model_url)
    else:
        {"genai": instrument_genai, "openinference": instrument_openinference}[client]()
        call_openai(model_url)
