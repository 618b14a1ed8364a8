"""Requests and responses as the wire carries them: OpenAI, Anthropic, vLLM, TGI and Gemini.

Put together as text, because `json.dumps` of the same costs four times as much; a test reads every one back.
Source: the providers' API references, and the recorded exchanges of OpenLLMetry's test cassettes.
"""

import json
from collections.abc import Callable
from typing import NamedTuple

quoted: Callable[[str], str] = json.JSONEncoder(ensure_ascii=False).encode
"""A text as a JSON string, quotes included; other scripts stay as they are."""


class Tool(NamedTuple):
    """A function that the model called."""

    name: str
    call_id: str
    arguments: str
    """JSON."""
    result: str | None
    """JSON; None: the call is the answer, and its result comes with a later request."""


class Exchange(NamedTuple):
    """What the payload of one request is made of; texts are JSON strings with their quotes."""

    model: str
    response_id: str
    created_s: int
    system: str
    asked: str
    answered: str
    tokens: tuple[int, int, int] | None
    """Input, output, and those of the input that were cached; None: nobody counted."""
    finish: str
    is_streamed: bool
    temperature: int
    """Tenths."""
    tool: Tool | None


class Payload(NamedTuple):
    """A request and its response, JSON."""

    request: str
    response: str


def openai(x: Exchange) -> Payload:
    """OpenAI chat completions."""
    return _chat(x, '"service_tier":"default","system_fingerprint":"fp_50cad350e4"')


def vllm(x: Exchange) -> Payload:
    """vLLM's OpenAI-compatible server, with its additions."""
    return _chat(x, '"service_tier":null,"prompt_logprobs":null,"kv_transfer_params":null')


def _chat(x: Exchange, tail: str) -> Payload:
    tool = x.tool
    asked = f'{{"role":"system","content":{x.system}}},{{"role":"user","content":{x.asked}}}'
    tools = ""
    message = f'{{"role":"assistant","content":{x.answered},"refusal":null}}'
    if tool:
        call = (
            f'[{{"id":"call_{tool.call_id}","type":"function","function":'
            f'{{"name":"{tool.name}","arguments":{quoted(tool.arguments)}}}}}]'
        )
        tools = f',"tools":[{{"type":"function","function":{_DECLARED[tool.name]}}}],"tool_choice":"auto"'
        if tool.result is None:
            message = f'{{"role":"assistant","content":null,"tool_calls":{call},"refusal":null}}'
        else:
            asked += (
                f',{{"role":"assistant","content":null,"tool_calls":{call}}}'
                f',{{"role":"tool","tool_call_id":"call_{tool.call_id}","content":{quoted(tool.result)}}}'
            )
    stream = ',"stream":true,"stream_options":{"include_usage":true}' if x.is_streamed else ""
    request = (
        f'{{"model":"{x.model}","messages":[{asked}]{tools},"temperature":0.{x.temperature},'
        f'"max_tokens":4096{stream}}}'
    )
    usage = "null"
    if x.tokens:
        inputs, outputs, cached = x.tokens
        usage = (
            f'{{"prompt_tokens":{inputs},"completion_tokens":{outputs},"total_tokens":{inputs + outputs},'
            f'"prompt_tokens_details":{{"cached_tokens":{cached}}}}}'
        )
    response = (
        f'{{"id":"{x.response_id}","object":"chat.completion","created":{x.created_s},"model":"{x.model}",'
        f'"choices":[{{"index":0,"message":{message},"logprobs":null,"finish_reason":"{x.finish}"}}],'
        f'"usage":{usage},{tail}}}'
    )
    return Payload(request, response)


def anthropic(x: Exchange) -> Payload:
    """Anthropic messages."""
    tool = x.tool
    asked = f'{{"role":"user","content":{x.asked}}}'
    tools = ""
    content = f'{{"type":"text","text":{x.answered}}}'
    if tool:
        use = f'{{"type":"tool_use","id":"toolu_{tool.call_id}","name":"{tool.name}","input":{tool.arguments}}}'
        tools = f',"tools":[{_DECLARED[tool.name]}]'
        if tool.result is None:
            content = use
        else:
            asked += (
                f',{{"role":"assistant","content":[{use}]}},{{"role":"user","content":[{{"type":"tool_result",'
                f'"tool_use_id":"toolu_{tool.call_id}","content":{quoted(tool.result)}}}]}}'
            )
    stream = ',"stream":true' if x.is_streamed else ""
    request = (
        f'{{"model":"{x.model}","max_tokens":8192,"temperature":0.{x.temperature},"system":{x.system},'
        f'"messages":[{asked}]{tools}{stream}}}'
    )
    usage = ""
    if x.tokens:
        inputs, outputs, cached = x.tokens
        usage = (
            f',"usage":{{"input_tokens":{inputs - cached},"cache_creation_input_tokens":0,'
            f'"cache_read_input_tokens":{cached},"output_tokens":{outputs},"service_tier":"standard"}}'
        )
    response = (
        f'{{"id":"{x.response_id}","type":"message","role":"assistant","model":"{x.model}","content":[{content}],'
        f'"stop_reason":"{x.finish}","stop_sequence":null{usage}}}'
    )
    return Payload(request, response)


def tgi(x: Exchange) -> Payload:
    """Text Generation Inference's own generate call."""
    request = (
        f'{{"inputs":{x.asked},"parameters":{{"max_new_tokens":1024,"temperature":0.{x.temperature or 1},'
        f'"top_p":0.95,"details":true}},"stream":{"true" if x.is_streamed else "false"}}}'
    )
    generated = f'"generated_tokens":{x.tokens[1]},' if x.tokens else ""
    response = (
        f'{{"generated_text":{x.answered},"details":{{"finish_reason":"{x.finish}",'
        f'{generated}"seed":{x.created_s * 2654435761 % 4294967296},'
        f'"prefill":[],"tokens":[]}}}}'
    )
    return Payload(request, response)


def gemini(x: Exchange) -> Payload:
    """Gemini's generateContent."""
    request = (
        f'{{"systemInstruction":{{"parts":[{{"text":{x.system}}}]}},"contents":[{{"role":"user","parts":'
        f'[{{"text":{x.asked}}}]}}],"generationConfig":{{"temperature":0.{x.temperature},"maxOutputTokens":8192}}}}'
    )
    usage = ""
    if x.tokens:
        inputs, outputs, _ = x.tokens
        usage = (
            f'"usageMetadata":{{"promptTokenCount":{inputs},"candidatesTokenCount":{outputs},'
            f'"totalTokenCount":{inputs + outputs}}},'
        )
    response = (
        f'{{"candidates":[{{"content":{{"parts":[{{"text":{x.answered}}}],"role":"model"}},'
        f'"finishReason":"{x.finish.upper()}","index":0}}],{usage}'
        f'"modelVersion":"{x.model}","responseId":"{x.response_id}"}}'
    )
    return Payload(request, response)


SHAPES: dict[str, Callable[[Exchange], Payload]] = {
    "openai": openai,
    "vllm": vllm,
    "anthropic": anthropic,
    "tgi": tgi,
    "gemini": gemini,
}
"""Shape -> what makes it."""

FINISHED = {"openai": "stop", "vllm": "stop", "anthropic": "end_turn", "tgi": "eos_token", "gemini": "stop"}
CUT_OFF = {
    "openai": "length",
    "vllm": "length",
    "anthropic": "max_tokens",
    "tgi": "length",
    "gemini": "max_tokens",
}
CALLED = {"openai": "tool_calls", "vllm": "tool_calls", "anthropic": "tool_use"}
"""The word of each shape for: it was done, it came to the limit, it called a tool."""


def refusal(shape: str, status_code: int, error_type: str, message: str) -> str:
    """The body of a response that failed."""
    said = quoted(message)
    if shape == "anthropic":
        return f'{{"type":"error","error":{{"type":"{error_type}","message":{said}}}}}'
    if shape == "gemini":
        return f'{{"error":{{"code":{status_code},"message":{said},"status":"{error_type.upper()}"}}}}'
    if shape == "tgi":
        return f'{{"error":{said},"error_type":"{error_type}"}}'
    return f'{{"error":{{"message":{said},"type":"{error_type}","param":null,"code":{status_code}}}}}'


def _declared(name: str, description: str, parameters: str, required: str, schema_key: str) -> str:
    return (
        f'{{"name":"{name}","description":"{description}","{schema_key}":'
        f'{{"type":"object","properties":{{{parameters}}},"required":["{required}"]}}}}'
    )


_DECLARED = {
    "lookup_order": _declared(
        "lookup_order",
        "Find an order by its number.",
        '"order_id":{"type":"string"},"with_items":{"type":"boolean"}',
        "order_id",
        "parameters",
    ),
    "create_refund": _declared(
        "create_refund",
        "Refund an order or a part of it.",
        '"order_id":{"type":"string"},"amount":{"type":"number"},"currency":{"type":"string"}',
        "order_id",
        "parameters",
    ),
    "search_docs": _declared(
        "search_docs",
        "Search the handbook.",
        '"query":{"type":"string"},"limit":{"type":"integer"}',
        "query",
        "input_schema",
    ),
    "run_sql": _declared(
        "run_sql", "Run a query that only reads.", '"sql":{"type":"string"}', "sql", "input_schema"
    ),
}
