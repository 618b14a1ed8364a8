"""What a user narrows traces by: conditions, joined by all or any of them.

`matches` is the meaning of a filter, in plain Python; `store/where.py` compiles the same meaning to SQL, and a
property test holds the two together. Which operators a field has stands in `domain/fields.py` alone.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from tracetui.domain.catalogue import ModelType
from tracetui.domain.durations import LONGEST_US, in_colons, in_units, parse_duration, to_ms
from tracetui.domain.fields import Field, Kind, Operator
from tracetui.domain.folding import fold
from tracetui.domain.trace import Status
from tracetui.errors import QueryError

Value = Status | str | int
"""What a condition compares with: by the kind of its field a status, a text, or whole microseconds."""


class Joined(Enum):
    """How conditions are joined: one way for all of them. The value is how people read it."""

    ALL = "AND"
    ANY = "OR"


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the filter builder.

    Raises:
        QueryError: The field has no such operator, or the value is not of its kind.
    """

    field: Field
    operator: Operator
    value: Value

    def __post_init__(self) -> None:
        if self.operator not in self.field.operators:
            known = ", ".join(operator.value for operator in self.field.operators) or "none"
            raise QueryError(
                f"{self.field.label} cannot be compared with {self.operator.value!r}.",
                hint=f"Its operators: {known}.",
            )
        if not _is_of_kind(self.value, self.field.kind):
            raise QueryError(f"{self.field.label} cannot be compared with {self.value!r}.")


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions joined by all or any of them; without conditions it matches every trace."""

    conditions: tuple[Condition, ...] = ()
    joined: Joined = Joined.ALL

    def __bool__(self) -> bool:
        """Whether it narrows anything."""
        return bool(self.conditions)

    def for_type(self, model_type: ModelType) -> "Filter":
        """The same filter without conditions on fields that models of a type do not have."""
        kept = tuple(one for one in self.conditions if model_type in one.field.model_types)
        return Filter(kept, self.joined)


class Filterable(Protocol):
    """What a filter looks at: `Trace`, `TraceRow` and `TraceDetail` all have it."""

    @property
    def status(self) -> Status: ...
    @property
    def request_id(self) -> str: ...
    @property
    def response_time_us(self) -> int | None: ...
    @property
    def version(self) -> str | None: ...
    @property
    def source_type(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...


def matches(filter: Filter, trace: Filterable) -> bool:
    """Whether a trace is among those that a filter gives."""
    found = (meets(condition, trace) for condition in filter.conditions)
    return all(found) if filter.joined is Joined.ALL or not filter.conditions else any(found)


def meets(condition: Condition, trace: Filterable) -> bool:
    """Whether a trace meets one condition.

    Text is equal character by character, and contains another literally, without regard to case in any script.
    Response times are compared as they are shown, to the millisecond. An unknown value equals nothing, contains
    nothing, and is neither greater nor less: of an unknown source, `not equals` is true and all else false.
    """
    operator, wanted = condition.operator, condition.value
    known = _value_of(condition.field, trace)
    if isinstance(wanted, str):
        return is_text_met(condition, None if known is None else str(known))
    if known is None:
        return operator is Operator.NOT_EQUALS
    return _compared(operator, int(known), int(wanted), condition.field.kind)


def is_text_met(condition: Condition, known: str | None) -> bool:
    """Whether a text, or an unknown one, meets a condition on a field of text."""
    wanted = str(condition.value)
    if known is None:
        return condition.operator is Operator.NOT_EQUALS
    if condition.operator is Operator.CONTAINS:
        return fold(wanted) in fold(known)
    return (known == wanted) is (condition.operator is Operator.EQUALS)


def read_value(field: Field, text: str) -> Value:
    """Read a value as it was typed for a field.

    Returns:
        A `Status`, whole microseconds, or the text itself, as the field's kind says.

    Raises:
        QueryError: The text is no value of that field; the problem says why, the hint what to write.
    """
    if field.kind is Kind.STATUS:
        for status in Status:
            if text.strip().lower() == status.label:
                return status
        raise QueryError(f"{text[:40]!r} is no status.", hint="Choose Success or Failed.")
    if field.kind is Kind.DURATION:
        duration_us = parse_duration(text)
        if duration_us % 1_000:
            raise QueryError(
                f"{text[:40]!r} is not a whole number of milliseconds.",
                hint="Response times are compared as they are shown, to the millisecond.",
            )
        return duration_us
    if not text:
        raise QueryError(f"{field.label} needs a text to compare with.", hint="Write one, or delete the line.")
    return text


def written(value: Value) -> str:
    """A value as the filter builder writes it, and `read_value` reads it: `Failed`, `1:2:345`, or the text."""
    if isinstance(value, Status):
        return value.label.capitalize()
    return in_colons(value) if isinstance(value, int) else value


def in_words(filter: Filter) -> str:
    """A filter as a sentence: `Status equals Failed AND Source contains "checkout"`. Not made harmless."""
    return f" {filter.joined.value} ".join(_in_words(condition) for condition in filter.conditions)


def _in_words(condition: Condition) -> str:
    value = condition.value
    if isinstance(value, Status):
        said = value.label.capitalize()
    else:
        said = in_units(value) if isinstance(value, int) else f'"{value}"'
    return f"{condition.field.label} {condition.operator.value} {said}"


def _value_of(field: Field, trace: Filterable) -> Value | None:
    match field.key:
        case "status":
            return trace.status
        case "request_id":
            return trace.request_id
        case "response_time":
            return trace.response_time_us
        case "version":
            return trace.version or None
        case "source_type":
            return trace.source_type
        case "source":
            return trace.source
    raise QueryError(f"{field.label} cannot be filtered.")


def _compared(operator: Operator, known: int, wanted: int, kind: Kind) -> bool:
    if kind is Kind.DURATION:
        known, wanted = to_ms(known), to_ms(wanted)
    match operator:
        case Operator.EQUALS:
            return known == wanted
        case Operator.NOT_EQUALS:
            return known != wanted
        case Operator.GREATER:
            return known > wanted
        case Operator.LESS:
            return known < wanted
        case Operator.GREATER_OR_EQUAL:
            return known >= wanted
        case Operator.LESS_OR_EQUAL:
            return known <= wanted
    raise QueryError(f"Numbers cannot be compared with {operator.value!r}.")


def _is_of_kind(value: Value, kind: Kind) -> bool:
    match kind:
        case Kind.STATUS:
            return isinstance(value, Status)
        case Kind.DURATION:
            return type(value) is int and 0 <= value < LONGEST_US
    # Half of a surrogate pair (an argument that is not UTF-8) can stand in no store.
    return type(value) is str and value != "" and not any("\ud800" <= one <= "\udfff" for one in value)
