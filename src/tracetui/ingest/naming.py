"""What the config file and the flags know of a trace that its record does not say. What the data says, stands."""

from dataclasses import replace

from tracetui.domain.catalogue import NO_MODEL, CreditEntry, Deployment, Model, ReplicaChange
from tracetui.domain.ports import Record
from tracetui.domain.trace import Trace
from tracetui.ingest.items import Options
from tracetui.ingest.mapping import ModelRule, Rules

_NOTHING = ModelRule()


class Naming:
    """Fills in what is unknown, by the name of the model and of the source."""

    def __init__(self, options: Options) -> None:
        self._model = options.model
        names = options.mapping.names
        self._models = Rules(names.models)
        self._source_types = Rules(names.source_types)
        self._has_rules = bool(names.models or names.source_types or self._model)

    def apply(self, trace: Trace) -> None:
        """Fill in a trace, in place."""
        if not self._has_rules:
            return
        if trace.model == NO_MODEL and self._model:
            trace.model = self._model
        if trace.source_type is None and trace.source is not None:
            trace.source_type = self._source_types.of(trace.source)
        rule = self._models.of(trace.model)
        if rule is not None:
            _fill(trace, rule)

    def applied_to_catalogue(self, record: Record) -> Record:
        """The record, with its model's type and base model where it does not say."""
        match record:
            case Model():
                rule = self._models.of(record.name) or _NOTHING
                return replace(
                    record, type=record.type or rule.type, base_model=record.base_model or rule.base_model
                )
            case Deployment() | ReplicaChange() | CreditEntry():
                rule = self._models.of(record.model or "") or _NOTHING
                return replace(record, model_type=record.model_type or rule.type)
            case _:
                return record


def _fill(trace: Trace, rule: ModelRule) -> None:
    trace.model_type = trace.model_type or rule.type
    trace.base_model = trace.base_model or rule.base_model
    trace.deployment = trace.deployment or rule.deployment
    trace.version = trace.version or rule.version
    trace.connection = trace.connection or rule.connection
    if trace.credits_micro is None:
        trace.credits_micro = _credits_micro(trace, rule)


def _credits_micro(trace: Trace, rule: ModelRule) -> int | None:
    """What the request cost by the rule's prices; None where a price needs a count that is not known."""
    priced = (
        (rule.nano_credits_per_request, 1),
        (rule.nano_credits_per_input_token, trace.input_tokens),
        (rule.nano_credits_per_output_token, trace.output_tokens),
    )
    known = [(price, count) for price, count in priced if price is not None]
    if not known or any(count is None for _, count in known):
        return None
    nano = sum(price * count for price, count in known if count is not None)
    return (nano + 500) // 1_000
