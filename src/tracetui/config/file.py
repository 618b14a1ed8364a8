"""The config file, read and checked: TOML in, settings out. Imported only where there is such a file.

docs/config.md lists every key. A key that is not known is an error, so that a mistyped one
is not left out in silence.
"""

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from tracetui.domain.catalogue import ModelType
from tracetui.errors import ConfigError
from tracetui.ingest.headers import FIELDS
from tracetui.ingest.mapping import CsvMapping, ModelRule, Names
from tracetui.ingest.mapping import Mapping as NameMapping

T = TypeVar("T")

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NANO = Decimal(1_000_000_000)
_PRICES = {
    "credits_per_request": "nano_credits_per_request",
    "credits_per_input_token": "nano_credits_per_input_token",
    "credits_per_output_token": "nano_credits_per_output_token",
}


def read(path: Path) -> dict[str, Any]:
    """Read the config file.

    Returns:
        store (text), tz (text), week_start (0 is Monday), refresh (seconds), export_folder (text), export_exact
        and export_bom (true or false), collect_host, collect_token (text), collect_port, collect_grpc_port and
        collect_survives_power_cut (true or false) where the file has them, and mapping.

    Raises:
        ConfigError: It cannot be read, is no TOML, or has a key or value that is not understood.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}).", "Check the path and its permissions."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = f"{path}: is not TOML: {error}."
        raise ConfigError(problem, "Correct the file; docs/config.md shows every key.") from error
    return _settings(_Table(path, "", said))


class _Table:
    """One table of the file, taken apart key by key; what is left at the end is not known."""

    def __init__(self, path: Path, place: str, values: Mapping[str, Any]) -> None:
        self.path = path
        self.place = place
        self._values = dict(values)
        self._known: list[str] = []

    def take(self, key: str, read: Callable[[Any], T]) -> T | None:
        """A value, read; None where the file does not have it."""
        self._known.append(key)
        if key not in self._values:
            return None
        value = self._values.pop(key)
        try:
            return read(value)
        except ValueError as error:
            raise self.error(key, str(error)) from None

    def tables(self, key: str) -> "list[tuple[str, _Table]]":
        """The tables below a key, by name."""
        below = self.take(key, _table) or {}
        made = []
        for name, values in below.items():
            place = f"{self.place}{key}.{_quoted(name)}."
            if not isinstance(values, dict):
                raise ConfigError(
                    f"{self.path}: {place[:-1]} is no table.", f"Write it as [{place[:-1]}] and its keys."
                )
            made.append((name, _Table(self.path, place, values)))
        return made

    def texts(self, key: str) -> dict[str, str]:
        """A table of texts; numbers and booleans count as theirs."""
        below = self.take(key, _table) or {}
        for name, value in below.items():
            if isinstance(value, dict | list):
                raise self.error(f"{key}.{_quoted(name)}", "is no text")
        return {name: _cell(value) for name, value in below.items()}

    def end(self) -> None:
        """Refuse what nobody took."""
        for key in self._values:
            known = ", ".join(sorted(self._known))
            raise ConfigError(f"{self.path}: {self.place}{_quoted(key)} is not known.", f"Known here: {known}.")

    def error(self, key: str, problem: str) -> ConfigError:
        """What is wrong with the value of a key."""
        return ConfigError(
            f"{self.path}: {self.place}{key} {problem}.", "Correct it; docs/config.md shows every key."
        )


def _settings(top: _Table) -> dict[str, Any]:
    said: dict[str, Any] = {
        "store": top.take("store", _text),
        "tz": top.take("tz", _zone),
        "week_start": top.take("week_start", _weekday),
        "refresh": top.take("refresh", _whole),
    }
    assume_zone = top.take("assume_zone", _zone)
    said |= _export(_Table(top.path, "export.", top.take("export", _table) or {}))
    said |= _collect(_Table(top.path, "collect.", top.take("collect", _table) or {}))
    account = _Table(top.path, "account.", top.take("account", _table) or {})
    said["replica_limit"] = account.take("replica_limit", _whole)
    account.end()
    models = {name: _model_rule(table) for name, table in top.tables("models")}
    source_types = {}
    for name, table in top.tables("sources"):
        source_type = table.take("type", _text)
        if source_type is not None:
            source_types[name] = source_type
        table.end()
    csv = tuple(_csv_mapping(name, table) for name, table in top.tables("csv"))
    top.end()
    said["mapping"] = NameMapping(Names(models, source_types), csv, assume_zone or "UTC")
    return {key: value for key, value in said.items() if value is not None}


def _export(table: _Table) -> dict[str, Any]:
    said = {
        "export_folder": table.take("folder", _text),
        "export_exact": table.take("exact", _truth),
        "export_bom": table.take("bom", _truth),
    }
    table.end()
    return said


def _collect(table: _Table) -> dict[str, Any]:
    said = {
        "collect_host": table.take("host", _text),
        "collect_port": table.take("port", _port),
        "collect_grpc_port": table.take("grpc_port", _port),
        "collect_token": table.take("token", _text),
        "collect_survives_power_cut": table.take("survives_power_cut", _truth),
    }
    table.end()
    return said


def _model_rule(table: _Table) -> ModelRule:
    prices = {name: table.take(key, _price) for key, name in _PRICES.items()}
    rule = ModelRule(
        type=table.take("type", _model_type),
        base_model=table.take("base_model", _text),
        deployment=table.take("deployment", _text),
        version=table.take("version", _text),
        connection=table.take("connection", _text),
        **prices,
    )
    table.end()
    return rule


def _csv_mapping(name: str, table: _Table) -> CsvMapping:
    columns = table.texts("columns")
    constants = table.texts("constants")
    for key, fields in (("columns", columns), ("constants", constants)):
        for field in fields:
            if field not in FIELDS:
                raise table.error(
                    f"{key}.{_quoted(field)}", f"is no field of a trace; these are: {', '.join(sorted(FIELDS))}"
                )
    if "executed_at" not in columns:
        raise table.error("columns", "does not say which column is executed_at, the time of a request")
    mapping = CsvMapping(
        name=name,
        columns=columns,
        constants=constants,
        epoch=table.take("epoch", _moment),
        response_time_unit=table.take("response_time_unit", _unit) or "ms",
        failed_when=table.texts("failed_when"),
    )
    table.end()
    return mapping


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"is {_cell(value)!r}, not a text")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"is {_cell(value)!r}, not a whole number of 0 or more")
    return value


def _port(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 65_536:
        raise ValueError(f"is {_cell(value)!r}, not a port from 1 to 65535")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"is {_cell(value)!r}, not true or false")
    return value


def _price(value: Any) -> int:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | Decimal)
        or not Decimal(value).is_finite()
        or value < 0
    ):
        raise ValueError(f"is {_cell(value)!r}, not a number of 0 or more")
    nano = Decimal(value) * _NANO
    if nano != nano.to_integral_value():
        raise ValueError(f"is {_cell(value)!r}, finer than a billionth of an account unit")
    return int(nano)


def _weekday(value: Any) -> int:
    if not isinstance(value, str) or value.lower() not in WEEKDAYS:
        raise ValueError(f"is {_cell(value)!r}, not a day from monday to sunday")
    return WEEKDAYS.index(value.lower())


def _model_type(value: Any) -> ModelType:
    if value not in tuple(ModelType):
        raise ValueError(f"is {_cell(value)!r}, not fine-tuned, open-source or external")
    return ModelType(value)


def _unit(value: Any) -> str:
    if value not in ("s", "ms", "us"):
        raise ValueError(f"is {_cell(value)!r}, not s, ms or us")
    return str(value)


def _zone(value: Any) -> str:
    name = _text(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"is {name!r}, not a time zone such as Europe/Berlin") from None
    return name


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    try:
        return datetime.fromisoformat(_text(value)).isoformat()
    except ValueError:
        raise ValueError(f"is {_cell(value)!r}, not a time such as 2023-11-16T00:00:00Z") from None


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("is no table")
    return value


def _cell(value: Any) -> str:
    """A TOML value as the text that it would be in a CSV."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(key: str) -> str:
    """A key as TOML writes it: bare where it can be."""
    is_bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if is_bare else f'"{key}"'
