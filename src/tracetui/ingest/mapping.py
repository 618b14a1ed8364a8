"""What the config file can say of names and columns, as plain values: what the data does not say itself.

Made by `config.py`, used by the readers of formats. Nothing here reads a file.
"""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Generic, TypeVar

from tracetui.domain.catalogue import ModelType

T = TypeVar("T")

_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class ModelRule:
    """What is to be known of a model that the data names but does not describe. `None`: nothing."""

    type: ModelType | None = None
    base_model: str | None = None
    deployment: str | None = None
    version: str | None = None
    connection: str | None = None
    nano_credits_per_request: int | None = None
    """Billionths of an account unit; with the next two it prices a trace that does not say its credits."""
    nano_credits_per_input_token: int | None = None
    nano_credits_per_output_token: int | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Rules by the name that the data uses, or by a pattern of such names; see `Rules`."""

    models: dict[str, ModelRule] = field(default_factory=dict)
    source_types: dict[str, str] = field(default_factory=dict)
    """From a source to its type."""


class Rules(Generic[T]):
    """Rules by name: one for the very name, else the first whose pattern (`gpt-4*`) it fits, in their order."""

    def __init__(self, rules: dict[str, T]) -> None:
        self._rules = rules
        self._patterns = [(name, rule) for name, rule in rules.items() if "*" in name or "?" in name]
        self._fitting: dict[str, T | None] = {}

    def of(self, name: str) -> T | None:
        """The rule for a name; None where there is none."""
        rule = self._rules.get(name)
        if rule is not None or not self._patterns:
            return rule
        if name not in self._fitting:
            if len(self._fitting) >= _MOST_REMEMBERED:
                self._fitting.clear()
            # Only * and ? mean something: brackets are common in names.
            fits = (rule for pattern, rule in self._patterns if fnmatchcase(name, pattern.replace("[", "[[]")))
            self._fitting[name] = next(fits, None)
        return self._fitting[name]


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """How the columns of a CSV with headers of its own become the fields of a trace."""

    name: str
    columns: dict[str, str]
    """Field to header. Headers that stand here must all be in a file for the mapping to be used."""
    constants: dict[str, str] = field(default_factory=dict)
    """Field to the value it has in every row."""
    epoch: str | None = None
    """ISO 8601. Given: the time column holds seconds since this moment, fractions allowed."""
    response_time_unit: str = "ms"
    """Unit of the response time column: s, ms or us."""
    failed_when: dict[str, str] = field(default_factory=dict)
    """Header to value: a row with this value (compared as text) failed, any other succeeded."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Everything that the config file says to the readers."""

    names: Names = field(default_factory=Names)
    csv: tuple[CsvMapping, ...] = ()
    assume_zone: str = "UTC"
    """The zone of times that name none."""
