"""ONE line for each field of a trace: what it is called, what kind of value it is, which models have it.

Table, columns dialog, filter builder, export and detail pane all read these lines, so they cannot disagree.
The order of `FIELDS` is that of the table's columns; `DETAILS` is that of the detail pane.
"""

from dataclasses import dataclass
from enum import Enum

from tracetui.domain.catalogue import ModelType


class Kind(Enum):
    """What the values of a field are."""

    STATUS = "status"
    TEXT = "text"
    DURATION = "duration"
    """Whole microseconds."""
    TIME = "time"
    """Whole microseconds since the epoch, UTC."""
    COUNT = "count"
    CREDITS = "credits"
    """Whole millionths."""


class Operator(Enum):
    """How a condition compares; the value is how people read it."""

    EQUALS = "equals"
    NOT_EQUALS = "not equals"
    CONTAINS = "contains"
    GREATER = "greater than"
    LESS = "less than"
    GREATER_OR_EQUAL = "greater or equal"
    LESS_OR_EQUAL = "less or equal"


_EQUALITY = (Operator.EQUALS, Operator.NOT_EQUALS)
_TEXT = (*_EQUALITY, Operator.CONTAINS)
_NUMBER = (*_EQUALITY, Operator.GREATER, Operator.LESS, Operator.GREATER_OR_EQUAL, Operator.LESS_OR_EQUAL)

_ALL = frozenset(ModelType)
_HOSTED = frozenset(type_ for type_ in ModelType if type_.is_hosted)
_EXTERNAL = _ALL - _HOSTED


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a trace."""

    key: str
    """Its name in code, in saved views and on the command line; never shown."""
    label: str
    """Its name in dialogs, exports and details."""
    kind: Kind
    model_types: frozenset[ModelType] = _ALL
    """The types of model whose traces have it."""
    unit: str = ""
    """The unit that its numbers are kept in."""
    is_column: bool = False
    """Whether the table and the export have a column of it."""
    can_hide: bool = True
    """Whether the columns dialog may switch it off."""
    short_label: str = ""
    """The column's header, where the label is too long for one."""
    narrowest: int = 0
    """Cells of its column at least."""
    widest: int = 0
    """Cells of its column at most; 0: it shares what the others leave."""
    yields: int = 0
    """Where there is no room for all columns, the greatest number leaves first; 0 never leaves."""
    operators: tuple[Operator, ...] = ()
    """How it can be filtered; none: it cannot."""

    @property
    def header(self) -> str:
        """What stands above its column."""
        return self.short_label or self.label


STATUS = Field("status", "Status", Kind.STATUS, is_column=True, narrowest=1, widest=1, operators=_EQUALITY)
REQUEST_ID = Field(
    "request_id",
    "Request ID",
    Kind.TEXT,
    is_column=True,
    can_hide=False,
    narrowest=10,
    widest=24,
    operators=_TEXT,
)
RESPONSE_TIME = Field(
    "response_time",
    "Response Time",
    Kind.DURATION,
    unit="us",
    is_column=True,
    short_label="Response",
    narrowest=10,
    widest=12,
    operators=_NUMBER,
)
VERSION = Field(
    "version",
    "Deployment Version",
    Kind.TEXT,
    _HOSTED,
    is_column=True,
    short_label="Version",
    narrowest=7,
    widest=14,
    yields=2,
    operators=_TEXT,
)
SOURCE_TYPE = Field(
    "source_type", "Source Type", Kind.TEXT, is_column=True, narrowest=8, widest=12, yields=4, operators=_TEXT
)
SOURCE = Field("source", "Source", Kind.TEXT, is_column=True, narrowest=8, widest=18, yields=3, operators=_TEXT)
EXECUTED_AT = Field("executed_at", "Executed on", Kind.TIME, unit="us", is_column=True, narrowest=15, widest=24)
INPUT = Field("input", "Input", Kind.TEXT, is_column=True, narrowest=12)
OUTPUT = Field("output", "Output", Kind.TEXT, is_column=True, narrowest=12, yields=1)
BASE_MODEL = Field("base_model", "Base model", Kind.TEXT)
DEPLOYMENT = Field("deployment", "Deployment name", Kind.TEXT, _HOSTED)
CONNECTION = Field("connection", "Connection name", Kind.TEXT, _EXTERNAL)
INPUT_TOKENS = Field("input_tokens", "Input tokens", Kind.COUNT)
OUTPUT_TOKENS = Field("output_tokens", "Output tokens", Kind.COUNT)
USER_ID = Field("user_id", "User ID", Kind.TEXT)

FIELDS = (
    STATUS,
    REQUEST_ID,
    RESPONSE_TIME,
    VERSION,
    SOURCE_TYPE,
    SOURCE,
    EXECUTED_AT,
    INPUT,
    OUTPUT,
    BASE_MODEL,
    DEPLOYMENT,
    CONNECTION,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    USER_ID,
)
"""Every field; the columns first, in their order."""

DETAILS = (
    REQUEST_ID,
    BASE_MODEL,
    DEPLOYMENT,
    VERSION,
    CONNECTION,
    RESPONSE_TIME,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    EXECUTED_AT,
    SOURCE_TYPE,
    SOURCE,
    USER_ID,
)
"""The metadata of the detail pane, in order."""

FIELD_OF = {field.key: field for field in FIELDS}
"""Fields by their keys."""


def columns_for(model_type: ModelType) -> tuple[Field, ...]:
    """The columns of table and export, left to right: nine for a hosted model, eight for an external one."""
    return tuple(field for field in FIELDS if field.is_column and model_type in field.model_types)


def details_for(model_type: ModelType) -> tuple[Field, ...]:
    """The metadata of a trace, top to bottom."""
    return tuple(field for field in DETAILS if model_type in field.model_types)


def filterable_for(model_type: ModelType) -> tuple[Field, ...]:
    """The fields that a condition can be about."""
    return tuple(field for field in FIELDS if field.operators and model_type in field.model_types)
