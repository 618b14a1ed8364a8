"""Token counts as providers write them: one reading for every format that carries a provider's own `usage`.

Source: OpenAI chat completions and responses (`usage`), Anthropic messages (`usage`); LiteLLM and llm keep both.
"""

from typing import NamedTuple

from tracetui.ingest.foreign_record import ForeignRecord


class Usage(NamedTuple):
    """How many tokens; None is unknown."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_input_tokens: int | None = None
    reasoning_tokens: int | None = None


def usage_of(usage: ForeignRecord) -> Usage:
    """The counts of a `usage` object.

    Raises:
        BadRecord: A count is no whole number of 0 or more.
    """
    asked = usage.inner("prompt_tokens_details", "input_tokens_details")
    answered = usage.inner("completion_tokens_details", "output_tokens_details")
    cached = asked.count("cached_tokens")
    reasoning = answered.count("reasoning_tokens")
    return Usage(
        usage.count("prompt_tokens", "input_tokens"),
        usage.count("completion_tokens", "output_tokens"),
        cached if cached is not None else usage.count("cache_read_input_tokens"),
        reasoning if reasoning is not None else usage.count("reasoning_tokens"),
    )
