"""Per client, what one call of a model is and what only repeats it: the ONE table of rules.

A client is known by the scope of its spans. Where it says in its own words what a span is, these decide; where it
does not, the names that OpenTelemetry's conventions have for operations do. docs/otlp.md says how a rule is added.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from tracetui.ingest.otlp.forms import Attributes, SpanForm
from tracetui.ingest.otlp.names import plain

OPERATIONS = frozenset({"chat", "embeddings", "text_completion", "generate_content", "completion", "response"})
"""Operations that are calls of a model. Source: OTel GenAI semconv, `gen_ai.operation.name`, and what is sent in
its place."""


class Rule(NamedTuple):
    """What a client's spans mean."""

    scope: str
    """How the names of its scopes begin."""
    is_call: Callable[[SpanForm], bool | None]
    """None: it does not say; the general rule decides."""


def _langfuse(span: SpanForm) -> bool | None:
    kind = span.attributes.get("langfuse.observation.type")
    return None if kind is None else kind in ("generation", "embedding")


def _mlflow(span: SpanForm) -> bool | None:
    kind = plain(span.attributes.get("mlflow.spanType"))
    return None if kind is None else kind in ("CHAT_MODEL", "LLM", "EMBEDDING")


def _openinference(span: SpanForm) -> bool | None:
    kind = span.attributes.get("openinference.span.kind")
    return None if kind is None else str(kind).upper() in ("LLM", "EMBEDDING")


def _litellm(span: SpanForm) -> bool | None:
    # raw_gen_ai_request is a child and says the same in the provider's words. With gen_ai_latest_experimental the
    # call is named as the conventions want it (`chat gpt-4o`), and has no such child.
    return {"litellm_request": True, "raw_gen_ai_request": False}.get(span.name)


def _vercel(span: SpanForm) -> bool | None:
    operation = span.attributes.get("ai.operationId")
    # ai.generateText and its like are wrappers: they retry, and call tools in between.
    return None if operation is None else str(operation).endswith((".doGenerate", ".doStream", ".doEmbed"))


def _logfire(span: SpanForm) -> bool | None:
    # "streaming response ..." is a log of zero length that comes when a stream has ended, beside its call.
    is_log = span.attributes.get("logfire.span_type") in ("log", "pending_span")
    return False if is_log or span.name.startswith("streaming response ") else None


def _anthropic_sdk(_: SpanForm) -> bool:
    # Anthropic's SDK tells each call once more that an instrumentation tells: mostly inside of it, of a stream
    # beside it. Nothing in the span shows whether there is an instrumentation.
    return False


RULES = (
    Rule("langfuse-sdk", _langfuse),
    Rule("mlflow", _mlflow),
    Rule("openinference", _openinference),
    Rule("@arizeai/openinference", _openinference),
    Rule("litellm", _litellm),
    Rule("ai", _vercel),
    Rule("logfire", _logfire),
    Rule("com.anthropic.sdk", _anthropic_sdk),
)
"""Of several that fit the first decides."""


def is_call(span: SpanForm) -> bool:
    """Whether a span is one call of a model, and no repetition of one."""
    rule = _rule_of(span.sender.scope)
    said = None if rule is None else rule.is_call(span)
    if said is not None:
        return said
    return _is_call_by_name(span.attributes) or bool(_openinference(span))


@lru_cache(1_000)
def _rule_of(scope: str) -> Rule | None:
    for rule in RULES:
        if scope == rule.scope or scope.startswith((rule.scope + ".", rule.scope + "-", rule.scope + "/")):
            return rule
    return None


def _is_call_by_name(attributes: Attributes) -> bool:
    operation = attributes.get("gen_ai.operation.name")
    if operation is not None:
        return operation in OPERATIONS and "gen_ai.request.model" in attributes
    # OpenLLMetry before it used OpenTelemetry's operations.
    return attributes.get("llm.request.type") in ("chat", "completion", "embedding")


def is_workflow(span: SpanForm) -> bool:
    """Whether a span is a workflow or an agent, which sends the calls below it."""
    said = span.attributes
    return (
        said.get("gen_ai.operation.name") in ("invoke_agent", "invoke_workflow")
        or said.get("traceloop.span.kind") in ("workflow", "agent")
        or said.get("openinference.span.kind") == "AGENT"
        or said.get("langfuse.observation.type") == "agent"
        or plain(said.get("mlflow.spanType")) in ("AGENT", "WORKFLOW")
        # Pydantic AI before it used OpenTelemetry's operations.
        or (span.sender.scope == "pydantic-ai" and span.name == "agent run")
    )
