"""The project's own JSONL: what each record type holds, as pydantic models, and their JSON Schema.

docs/jsonl.md says the same in words. What is accepted besides the schema (a number as text, epoch
milliseconds, other words for a status) is decided in `values.py`, and noted. Most traces never come here:
`plain_traces.py` reads those that are written as the schema says, and a test proves that both agree.
"""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)

from tracetui.domain.catalogue import CreditKind, ModelType
from tracetui.ingest import values
from tracetui.ingest.json_text import BadRecord
from tracetui.ingest.values import Note


@dataclass(frozen=True, slots=True)
class Reading:
    """What a value is read with; travels as pydantic's validation context."""

    note: Note
    zone: tzinfo


def _reading(info: ValidationInfo) -> Reading:
    assert isinstance(info.context, Reading)
    return info.context


def _model_type(value: object) -> ModelType | None:
    if value is None or value == "":
        return None
    word = str(value).strip().lower().replace("_", "-").replace(" ", "-")
    if word not in tuple(ModelType):
        raise values.BadValue(f"is {values.shown(value)}, not fine-tuned, open-source or external")
    return ModelType(word)


def _credit_kind(value: object) -> CreditKind:
    word = str(value).strip().lower().replace("_", "-").replace(" ", "-")
    if word not in tuple(CreditKind):
        raise values.BadValue(f"is {values.shown(value)}, not deployment or fine-tuning")
    return CreditKind(word)


def _time(value: object, info: ValidationInfo) -> int:
    return values.time_us(value, _reading(info).zone, _reading(info).note)


def _time_or_none(value: object, info: ValidationInfo) -> int | None:
    return None if value is None or value == "" else _time(value, info)


def _required_name(value: object, info: ValidationInfo) -> str:
    name = values.name(value, _reading(info).note)
    if name is None:
        raise values.BadValue("is missing")
    return name


def _required_whole(value: object, info: ValidationInfo) -> int:
    number = values.whole(value, _reading(info).note)
    if number is None:
        raise values.BadValue("is missing")
    return number


def _required_credits(value: object) -> int:
    number = values.scaled(value, 1_000_000)
    if number is None:
        raise values.BadValue("is missing")
    return number


_TIME_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "string", "format": "date-time"}, {"type": "number", "minimum": 0}],
    "description": "ISO 8601, or seconds or milliseconds since 1970-01-01 UTC.",
}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


_COUNT = {"type": "integer", "minimum": 0, "maximum": values.LARGEST}
_QUANTITY = {"type": "number", "minimum": 0}
_TYPES = {"enum": [str(kind) for kind in ModelType]}

Time = Annotated[int, BeforeValidator(_time), WithJsonSchema(_TIME_SCHEMA)]
OptionalTime = Annotated[int | None, BeforeValidator(_time_or_none), WithJsonSchema(_nullable(_TIME_SCHEMA))]
Name = Annotated[
    str | None,
    BeforeValidator(lambda value, info: values.name(value, _reading(info).note)),
    WithJsonSchema({"type": ["string", "null"]}),
]
RequiredName = Annotated[str, BeforeValidator(_required_name), WithJsonSchema({"type": "string", "minLength": 1})]
Prose = Annotated[
    str | None,
    BeforeValidator(lambda value, info: values.prose(value, _reading(info).note)),
    WithJsonSchema({"type": ["string", "null", "array", "object"]}),
]
Count = Annotated[
    int | None,
    BeforeValidator(lambda value, info: values.whole(value, _reading(info).note)),
    WithJsonSchema(_nullable(_COUNT)),
]
RequiredCount = Annotated[int, BeforeValidator(_required_whole), WithJsonSchema(_COUNT)]
Milliseconds = Annotated[
    int | None, BeforeValidator(lambda value: values.scaled(value, 1_000)), WithJsonSchema(_nullable(_QUANTITY))
]
Credits = Annotated[
    int | None,
    BeforeValidator(lambda value: values.scaled(value, 1_000_000)),
    WithJsonSchema(_nullable(_QUANTITY)),
]
RequiredCredits = Annotated[int, BeforeValidator(_required_credits), WithJsonSchema(_QUANTITY)]
Dollars = Annotated[
    int | None,
    BeforeValidator(lambda value: values.scaled(value, 1_000_000_000)),
    WithJsonSchema(_nullable(_QUANTITY)),
]
Flag = Annotated[
    bool | None,
    BeforeValidator(lambda value, info: values.boolean(value, _reading(info).note)),
    WithJsonSchema({"type": ["boolean", "null"]}),
]
Kind = Annotated[ModelType | None, BeforeValidator(_model_type), WithJsonSchema(_nullable(_TYPES))]
SpentOn = Annotated[
    CreditKind, BeforeValidator(_credit_kind), WithJsonSchema({"enum": [str(kind) for kind in CreditKind]})
]
_VERSION = Field(
    default=None,
    validation_alias=AliasChoices("deployment_version", "version"),
    description="Version of the deployment; `version` is the same.",
)


class _Record(BaseModel):
    # Keys that a record does not list are no error: they stay in the raw record.
    model_config = ConfigDict(extra="ignore", protected_namespaces=())


class TraceRecord(_Record):
    """One request to one model. A line without `type` is one."""

    type: Literal["trace"] = "trace"
    request_id: Name = Field(None, description="Unique within its origin; without it a stable one is made.")
    executed_at: Time
    model: Name = None
    model_type: Kind = None
    base_model: Name = None
    deployment: Name = None
    deployment_version: Name = _VERSION
    connection: Name = None
    status: Any = Field(
        None,
        description="`success` or `failed`. Without it an error or a status_code of 400 and more is a failure.",
        json_schema_extra={"enum": ["success", "failed", None]},
    )
    status_code: Count = Field(None, description="HTTP status of the response.")
    response_time_ms: Milliseconds = Field(None, description="From the request to the complete response.")
    ttft_ms: Milliseconds = Field(None, description="From the request to the first token.")
    input_tokens: Count = None
    output_tokens: Count = None
    cached_input_tokens: Count = Field(None, description="Those of the input tokens that came from a cache.")
    reasoning_tokens: Count = Field(None, description="Those of the output tokens that were spent on reasoning.")
    credits: Credits = Field(None, description="What the request cost the account, in account units.")
    cost: Dollars = Field(None, description="What the request cost, in US dollars.")
    stream: Flag = None
    input: Prose = Field(None, description="The plain text that was asked; messages are turned into text.")
    output: Prose = Field(None, description="The plain text that was answered.")
    user: Name = None
    session: Name = None
    source_type: Name = Field(
        None, description="What sent the request: `Workflow`, `Prompts`, `API Key` or another."
    )
    source: Name = Field(None, description="The name of what sent the request.")
    error: Any = Field(
        None,
        description="What went wrong: a text, or an object with `message` and `type`.",
        json_schema_extra={"type": ["string", "object", "null"]},
    )
    error_type: Name = None
    finish_reason: Name = None
    request: Any = Field(None, description="The complete request payload; kept byte for byte.")
    response: Any = Field(None, description="The complete response payload; kept byte for byte.")
    reconstructed: Flag = Field(
        None, description="Whether request and response were put together, and are not what went over the wire."
    )


class ModelRecord(_Record):
    """A model: its type, and for a hosted one its base model."""

    type: Literal["model"]
    model: RequiredName
    model_type: Kind = None
    base_model: Name = None
    added_at: OptionalTime = None


class DeploymentRecord(_Record):
    """One deployment of a hosted model. The same name with another `deployed_at` is another deployment."""

    type: Literal["deployment"]
    model: RequiredName
    model_type: Kind = None
    deployment: RequiredName
    deployment_version: Name = _VERSION
    deployed_at: OptionalTime = None
    undeployed_at: OptionalTime = Field(None, description="Null: still up.")
    hardware: Name = None
    max_replicas: Count = None


class ConnectionRecord(_Record):
    """A named connection through which an external model is called."""

    type: Literal["connection"]
    model: RequiredName
    connection: RequiredName
    added_at: OptionalTime = None
    is_default: Flag = None


class ReplicasRecord(_Record):
    """From this moment a deployment has this many replicas."""

    type: Literal["replicas"]
    model: RequiredName
    model_type: Kind = None
    deployment: RequiredName
    deployment_version: Name = _VERSION
    at: Time
    replicas: RequiredCount
    hardware: Name = None


class CreditsRecord(_Record):
    """Credits spent over a span of time, on a deployment or on fine-tuning."""

    type: Literal["credits"]
    kind: SpentOn
    start: Time
    end: Time
    credits: RequiredCredits = Field(description="Account units; kept to a millionth.")
    model: Name = None
    model_type: Kind = None
    deployment: Name = None
    deployment_version: Name = _VERSION
    id: Name = Field(None, description="Without it an entry is known by all its other fields but the credits.")


class FineTuningRecord(_Record):
    """A job that makes a fine-tuned model."""

    type: Literal["fine-tuning"]
    job: RequiredName
    model: RequiredName
    base_model: Name = None
    started_at: OptionalTime = None
    completed_at: OptionalTime = Field(None, description="Null: not completed.")
    status: Name = None


AnyRecord = (
    TraceRecord
    | ModelRecord
    | DeploymentRecord
    | ConnectionRecord
    | ReplicasRecord
    | CreditsRecord
    | FineTuningRecord
)
_MODELS: dict[str, type[AnyRecord]] = {
    "trace": TraceRecord,
    "model": ModelRecord,
    "deployment": DeploymentRecord,
    "connection": ConnectionRecord,
    "replicas": ReplicasRecord,
    "credits": CreditsRecord,
    "fine-tuning": FineTuningRecord,
}

_TRACE_KEYS = frozenset(TraceRecord.model_fields) | {"version"}


def read(fields: dict[str, Any], reading: Reading) -> AnyRecord:
    """Check one object against the model of its type.

    Raises:
        BadRecord: Its type is unknown, or a field is missing or cannot be read.
    """
    type_said = fields.get("type", "trace")
    model = _MODELS.get(type_said) if isinstance(type_said, str) else None
    if model is None:
        raise BadRecord(f"type is {values.shown(type_said)}, not one of {', '.join(_MODELS)}")
    try:
        return model.model_validate(fields, context=reading)
    except ValidationError as error:
        if fields and model is TraceRecord and fields.keys().isdisjoint(_TRACE_KEYS):
            raise BadRecord("has none of the fields of a trace, such as executed_at, model or status") from None
        raise BadRecord(_reason(error)) from None


def json_schema() -> dict[str, Any]:
    """The JSON Schema of one line."""
    schema = TypeAdapter(AnyRecord).json_schema(by_alias=False)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of tracetui's own JSONL",
        **schema,
    }


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    field = str(first["loc"][0]) if first["loc"] else "the record"
    if first["type"] == "missing":
        return f"{field} is missing"
    cause = first.get("ctx", {}).get("error")
    return f"{field} {cause}" if isinstance(cause, values.BadValue) else f"{field}: {first['msg']}"
