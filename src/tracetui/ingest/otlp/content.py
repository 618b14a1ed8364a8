"""What was asked and answered: both payloads of a call, out of its attributes and events."""

from typing import Any, NamedTuple

from tracetui.ingest.otlp import payloads
from tracetui.ingest.otlp.dialects import REQUESTS, RESPONSES, choices_payload, messages_payload
from tracetui.ingest.otlp.events import choices_of, messages_of, spoken_in
from tracetui.ingest.otlp.forms import Attributes, SpanForm
from tracetui.ingest.otlp.names import PARAMETERS
from tracetui.ingest.otlp.payloads import Payload


class Content(NamedTuple):
    """Both payloads of a call; None where nothing was captured."""

    request: Payload | None
    response: Payload | None

    @property
    def is_reconstructed(self) -> bool:
        """Whether one of them was put together."""
        return any(side is not None and not side.is_whole for side in self)


def content_of(span: SpanForm, found: dict[str, Any]) -> Content:
    """The payloads of a call.

    Args:
        span: The call.
        found: What `names.read` found in its attributes.

    Raises:
        BadSpan: JSON in an attribute is nested too deeply.
    """
    attributes = span.attributes
    request = response = None
    for key, asked in REQUESTS:
        if key in attributes and (request := asked(attributes, key)) is not None:
            break
    for key, answered in RESPONSES:
        if key in attributes and (response := answered(attributes, key)) is not None:
            break
    if span.events and (request is None or response is None):
        parts = [part for event in span.events for part in spoken_in(event.name, event.attributes, None)]
        request = request or messages_payload(messages_of(parts))
        response = response or choices_payload(choices_of(parts))
    return Content(_with_parameters(request, found, attributes), _with_answer(response, found))


def _with_parameters(request: Payload | None, found: dict[str, Any], attributes: Attributes) -> Payload | None:
    """A request that was put together, with the model and the parameters of the call before what was asked."""
    if request is None or not request.value or request.is_whole:
        return request if request is not None and request.value else None
    before = {"model": found["model"]} if "model" in found else {}
    before |= {name: attributes[key] for key, name in PARAMETERS.items() if key in attributes}
    return payloads.behind(before, request)


def _with_answer(response: Payload | None, found: dict[str, Any]) -> Payload | None:
    """A response that was put together, with what else is known of it before what was answered."""
    if response is None or response.is_whole:
        return response
    before: dict[str, Any] = {}
    if "response_id" in found:
        before["id"] = found["response_id"]
    if "response_model" in found:
        before["model"] = found["response_model"]
    usage = {name: found[name] for name in ("input_tokens", "output_tokens") if name in found}
    if usage:
        before["usage"] = usage
    return payloads.behind(before, response)
